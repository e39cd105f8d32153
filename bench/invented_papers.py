"""A second held-out set of labelled school papers, put together by lot from `invented_papers.toml`.

Every kind of list in every layout, sentences about one person inside ordinary papers, and clean ones. The same papers
for the same seed; nothing is stored and nothing is tuned on them (docs/decisions/0008).
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from random import Random

from indexer.vietnamese import fold

Span = tuple[int, int, str]
Paper = tuple[str, str, list[Span]]
Rows = Sequence[Sequence[str]]
Layout = Callable[[list[str], Rows], tuple[str, str]]

_WORDS = tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8"))
_ORIGINS = (
    ("kinh", 10), ("thai", 2), ("hmong", 2), ("tay", 2), ("highland", 2), ("hre", 2), ("khmer", 1), ("cham", 1),
)  # fmt: skip
_ROWS = (5, 14)
_MARKUP = re.compile(r"\[([a-z_]+)\|([^\]]*)\]")


class _Lot:
    """Draws words, people and numbers from one seed."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)
        self.makers: dict[str, Callable[[], str]] = {
            "name": self.person, "p": self.person, "parent": lambda: self._whole("kinh"), "birth": self._birth,
            "year": lambda: str(self.random.randint(2008, 2018)), "sex": lambda: self.random.choice(["x", "", "Nữ"]),
            "class": self._class, "mark": self._mark, "seat": lambda: str(self.random.randint(1, 9)),
            "phone": self._phone, "citizen": lambda: f"0{self.random.choice(['51', '64', '48', '66'])}"
            f"{self.random.choice('23')}{self.random.randint(6, 18):02}{self.digits(6)}",
            "card": lambda: self.random.choice(["HS4", "TE1", "HN2"]) + "51" + self.digits(10),
            "pupil_code": lambda: "51" + self.digits(8), "account": lambda: "42" + self.digits(11),
            "mail": self._mail, "candidate": lambda: f"51{self.digits(4)}", "height": lambda: self.number(98, 175),
            "weight": lambda: self.number(15, 68), "small": lambda: self.number(1, 9),
            "count": lambda: self.number(180, 900),
            "duty": lambda: self.random.choice(["Trưởng ban", "Thư kí", "Uỷ viên"]),
            "ethnic": lambda: self.random.choice(["Kinh", "Hrê", "Cor", "Ba Na", "Thái", "Mông", "Khơ-me"]),
        }  # fmt: skip

    def number(self, first: int, last: int) -> str:
        """A whole number."""
        return str(self.random.randint(first, last))

    def digits(self, count: int) -> str:
        """So many digits."""
        return "".join(self.random.choices("0123456789", k=count))

    def word(self, slot: str) -> str:
        """What a slot stands for."""
        return self.makers[slot]() if slot in self.makers else self._pool(slot)

    def fill(self, text: str, **given: str) -> str:
        """The text with its slots filled."""
        return re.sub(r"\{(\w+)\}", lambda slot: given.get(slot[1]) or self.word(slot[1]), text)

    def person(self) -> str:
        """A full name of whatever people."""
        return self._whole(self.random.choices([o for o, _ in _ORIGINS], [w for _, w in _ORIGINS])[0])

    def _whole(self, origin: str) -> str:
        if f"{origin}_whole" in _WORDS["pools"]:
            return self._pool(f"{origin}_whole")
        middle = self._pool("kinh_middle") if origin == "kinh" else ""
        return " ".join(f"{self._pool(f'{origin}_family')} {middle} {self._pool(f'{origin}_given')}".split())

    def _pool(self, name: str) -> str:
        words: str = _WORDS["pools"][name]
        return self.random.choice(words.split("|") if "|" in words else words.split())

    def _birth(self) -> str:
        day, month, year = (
            self.random.randint(1, 28),
            self.random.randint(1, 12),
            self.random.randint(2008, 2018),
        )
        return self.random.choice(
            [f"{day:02}/{month:02}/{year}", f"{day}/{month}/{year}", f"{day:02}-{month:02}-{year}"]
        )

    def _class(self) -> str:
        grade = self.random.randint(1, 12)
        return self.random.choice(
            [f"{grade}A", f"{grade}B", f"{grade}A{self.number(1, 6)}", f"{grade}/{self.number(1, 5)}"]
        )

    def _mark(self) -> str:
        return self.random.choice(
            [self.number(2, 10), f"{self.number(2, 9)},{self.random.choice(['5', '25', '75', '8'])}"]
        )

    def _phone(self) -> str:
        number = self.random.choice(["09", "03", "08", "07"]) + self.digits(8)
        return self.random.choice(
            [number, f"{number[:4]} {number[4:7]} {number[7:]}", f"{number[:4]}.{number[4:7]}.{number[7:]}"]
        )

    def _mail(self) -> str:
        name = fold(self._whole("kinh")).replace(" ", self.random.choice(["", "."]))
        return f"{name}{self.number(10, 99)}@{self._pool('mailhost')}"


def invented_papers(seed: int = 20261126) -> Iterator[Paper]:
    """Name, text and labelled spans of each paper: lists, papers with sentences, clean lists, clean papers."""
    lot = _Lot(seed)
    for at, kind in enumerate(_WORDS["list"]):
        for place, layout in enumerate(_LAYOUTS):
            if (at + place) % 2 == 0:
                yield _with_list(lot, kind, layout, "roster")
    for at, sentence in enumerate(_WORDS["sentence"] * 3):
        others = lot.random.sample(_WORDS["sentence"], 2)
        yield _with_sentences(lot, [sentence["text"], *(other["text"] for other in others)], at)
    for kind in _WORDS["clean_list"]:
        for layout in _LAYOUTS:
            yield _with_list(lot, kind, layout, "")
    for at, text in enumerate(_WORDS["clean"]["papers"] * 3):
        yield f"clean-{at:03}", lot.fill(text), []


def _with_list(lot: _Lot, kind: dict[str, list[str]], layout: Layout, label: str) -> Paper:
    heads = [column.split(":")[0] for column in kind["columns"]]
    makers = [column.split(":")[1] for column in kind["columns"]]
    if lot.random.random() < 0.25:  # the columns in another order
        order = lot.random.sample(range(len(heads)), len(heads))
        heads, makers = [heads[i] for i in order], [makers[i] for i in order]
    rows = [[lot.word(maker) for maker in makers] for _ in range(lot.random.randint(*_ROWS))]
    if lot.random.random() < 0.6:
        heads, rows = ["TT", *heads], [[str(at), *row] for at, row in enumerate(rows, 1)]
    heading, body = layout(heads, rows)
    change = lot.random.choices(_CHANGES, [16, 2, 2, 1])[0]
    title, foot = (
        lot.fill(lot.random.choice(kind["titles"])),
        lot.random.choice(["", "\nNgười lập biểu", "\n\nHết."]),
    )
    if lot.random.random() < 0.2:
        heading = ""
    top, body = change(f"{title}\n{heading}\n" if heading else f"{title}\n"), change(body)
    what = fold(kind["columns"][-1].split(":")[0]).replace(" ", "-")
    return (
        f"{label or 'clean-list'}-{layout.__name__.strip('_')}-{what}",
        top + body + foot,
        [(len(top), len(top + body), label)] if label else [],
    )


def _with_sentences(lot: _Lot, sentences: Sequence[str], at: int) -> Paper:
    waiting = [lot.fill(sentence) for sentence in sentences]
    frame = lot.fill(lot.random.choice(_WORDS["frame"])["text"], s="{s}")
    marked = re.sub(r"\{s\}", lambda _: waiting.pop() if waiting else "", frame)
    text, spans, place = "", [], 0
    for match in _MARKUP.finditer(marked):
        text += marked[place : match.start()]
        spans.append((len(text), len(text) + len(match[2]), match[1]))
        text, place = text + match[2], match.end()
    return f"sentence-{at:03}", text + marked[place:], spans


def _apart(text: str) -> str:
    return unicodedata.normalize("NFD", text)


_CHANGES: tuple[Callable[[str], str], ...] = (str, str.upper, fold, _apart)


def _joined(separator: str) -> Layout:
    return lambda heads, rows: (separator.join(heads), "\n".join(separator.join(row) for row in rows))


def _csv(heads: list[str], rows: Rows) -> tuple[str, str]:
    return ",".join(heads), "\n".join(
        ",".join(f'"{cell}"' if "," in cell else cell for cell in row) for row in rows
    )


def _table(heads: list[str], rows: Rows) -> tuple[str, str]:
    rule = "|" + "---|" * len(heads)
    return f"| {' | '.join(heads)} |\n{rule}", "\n".join(f"| {' | '.join(row)} |" for row in rows)


def _cells(heads: list[str], rows: Rows) -> tuple[str, str]:
    return "\n".join(heads), "\n".join(cell for row in rows for cell in row)


def _fields(heads: list[str], rows: Rows) -> tuple[str, str]:
    return "", "\n\n".join("\n".join(map("{}: {}".format, heads, row)) for row in rows)


def _records(heads: list[str], rows: Rows) -> tuple[str, str]:
    return "", "\n".join("; ".join(map("{}: {}".format, heads, row)) for row in rows)


def _bullets(_: list[str], rows: Rows) -> tuple[str, str]:
    return "", "\n".join(f"- {', '.join(cell for cell in row if cell)}" for row in rows)


def _one_line(_: list[str], rows: Rows) -> tuple[str, str]:
    return "", "; ".join(" ".join(cell for cell in row if cell) for row in rows)


def _in_brackets(_: list[str], rows: Rows) -> tuple[str, str]:
    return "", ", ".join(f"{row[0]} ({', '.join(row[1:])})" for row in rows)


def _wrapped(heads: list[str], rows: Rows) -> tuple[str, str]:
    return " ".join(heads), "\n".join(_broken(" ".join(row)) for row in rows)


def _broken(row: str) -> str:
    cut = row.find(" ", len(row) * 2 // 3)
    return row if cut < 0 else f"{row[:cut]}\n{row[cut + 1 :]}"


def _sideways(heads: list[str], rows: Rows) -> tuple[str, str]:
    return "", "\n".join(
        "\t".join([head, *column]) for head, column in zip(heads, zip(*rows, strict=True), strict=True)
    )


def _torn(heads: list[str], rows: Rows) -> tuple[str, str]:
    columns = zip(heads, zip(*rows, strict=True), strict=True)
    text = "\n".join("\n".join([head, *column]) for head, column in columns)
    return "", text


def _side_by_side(_: list[str], rows: Rows) -> tuple[str, str]:
    lines, half = [" ".join(row) for row in rows], (len(rows) + 1) // 2
    pairs = [f"{left:<60}{right}".rstrip() for left, right in zip(lines, [*lines[half:], ""], strict=False)][
        :half
    ]
    return "", "\n".join(pairs)


_tabs, _pipes, _semicolons, _wide, _blanks = map(_joined, ("\t", " | ", ";", "    ", " "))
for _name, _layout in (
    ("tabs", _tabs),
    ("pipes", _pipes),
    ("semicolons", _semicolons),
    ("wide", _wide),
    ("blanks", _blanks),
):
    _layout.__name__ = _name
_LAYOUTS: tuple[Layout, ...] = (
    _tabs, _cells, _blanks, _csv, _fields, _wide, _table, _bullets, _pipes, _wrapped, _semicolons, _one_line,
    _records, _sideways, _in_brackets, _torn, _side_by_side,
)  # fmt: skip
