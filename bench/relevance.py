"""How good the order of found records is (nDCG at 10), on questions with a known passage and on judged school queries.

`--data FILE` is in the XQuAD form, `--engine` names an engine as SEARCH_URL does (several: side by side, the first
gives the figures), `--school [FILE]` asks the judged queries of school_queries.jsonl over the whole demo.
"""

from __future__ import annotations

import argparse
import json
import math
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy import select
from werkzeug.datastructures import MultiDict

from bench.machine import print_result, say
from bench.temporary import empty_demo
from indexer import Document, SearchEngine, SearchRequest, open_engine
from indexer.vietnamese import fold
from repo_service.accounts.models import User
from repo_service.app import create_app
from repo_service.core.db import Database
from repo_service.core.permissions import Viewer
from repo_service.curriculum.synonyms import search_synonyms
from repo_service.demo.seeding.demonstration import fill_index
from repo_service.organizations.access import load_viewer
from repo_service.search import service
from repo_service.search.schemas import read_params

EMBEDDED, SCHOOL = "memory:", Path(__file__).parent / "school_queries.jsonl"
TOP = 10
_EVERYONE = ("everyone",)
FORMS = ("marked", "unmarked", "half")


class Question(NamedTuple):
    """What is asked, and the number of the passage that it was written on."""

    text: str
    passage: int


class Judged(NamedTuple):
    """A school query with the grade (1 to 3) of each relevant work, by id or title."""

    text: str
    half: str
    relevant: Mapping[str, float]


def main() -> None:
    """Every engine over the same passages; then the school's queries through the service."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, help="passages and questions in the XQuAD form")
    parser.add_argument(
        "--engine", action="append", help="embedded, or an address as in SEARCH_URL; several times"
    )
    parser.add_argument(
        "--school", nargs="?", type=Path, const=SCHOOL, help="judged queries; ours without a file"
    )
    wanted = parser.parse_args()
    figures: dict[str, float] = {}
    baseline: dict[str, float] = {}
    missing = {} if wanted.data else {f"ndcg10_{form}": "no --data FILE" for form in FORMS}
    with empty_demo(works=None if wanted.school else ()) as settings:
        database = Database(settings.database_url)
        if wanted.data:
            with database.session(writing=False):
                synonyms = search_synonyms()
            figures, baseline = asked_passages(wanted.data, wanted.engine or ["embedded"], synonyms)
        if wanted.school:
            fill_index(database)
            found = asked_school(settings, read_judged(wanted.school))
            figures["ndcg10_school_heldout"] = found.pop("held-out")
            baseline |= {f"ndcg10_school_{half}": value for half, value in found.items()}
        else:
            missing["ndcg10_school_heldout"] = "no --school"
        database.engine.dispose()
    print_result("relevance", figures, baseline, missing)


def asked_passages(
    data: Path, engines: Sequence[str], synonyms: tuple[tuple[str, ...], ...]
) -> tuple[dict[str, float], dict[str, float]]:
    """The first engine's figures, and those of all under their names."""
    passages, questions = read_passages(data)
    say(f"{len(passages)} passages, {len(questions)} questions")
    figures: dict[str, float] = {}
    beside: dict[str, float] = {}
    for address in engines:
        name = address.partition(":")[0]
        engine = open_engine(EMBEDDED if address == "embedded" else address, synonyms=synonyms)
        try:
            engine.rebuild(
                Document(id=str(number), revision=1, title="", body=text, access=_EVERYONE)
                for number, text in enumerate(passages)
            )
            for form in FORMS:
                value = mean(gain_of(engine, question, form) for question in questions)
                say(f"{name} {form} {value:.4f}")
                figures.setdefault(f"ndcg10_{form}", value)
                beside[f"ndcg10_{form}_{name}"] = value
        finally:
            engine.close()
    return figures, beside if len(engines) > 1 else {}


def read_passages(path: Path) -> tuple[list[str], list[Question]]:
    """Passages of a file in the XQuAD form, and the questions on them."""
    passages: list[str] = []
    questions: list[Question] = []
    for article in json.loads(path.read_text("utf-8"))["data"]:
        for paragraph in article["paragraphs"]:
            questions += [Question(asked["question"], len(passages)) for asked in paragraph["qas"]]
            passages.append(paragraph["context"])
    return passages, questions


def gain_of(engine: SearchEngine, question: Question, form: str) -> float:
    """nDCG at 10 with one relevant passage: 1 on the first place, 0 beyond the tenth."""
    request = SearchRequest(text=typed(question.text, form), access=_EVERYONE, size=TOP)
    ids = [hit.id for hit in engine.search(request).hits]
    wanted = str(question.passage)
    return 1 / math.log2(ids.index(wanted) + 2) if wanted in ids else 0.0


def typed(text: str, form: str) -> str:
    """The question with all its marks, with none, or without those of every second syllable."""
    if form == "marked":
        return text
    if form == "unmarked":
        return fold(text)
    words = re.split(r"(\s+)", text)
    return "".join(fold(word) if place % 4 == 2 else word for place, word in enumerate(words))


def mean(values: Iterable[float]) -> float:
    """Of at least one value."""
    found = list(values)
    return sum(found) / len(found)


def read_judged(path: Path) -> list[Judged]:
    """JSON lines; a query without a half is held out."""
    lines = [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]
    return [Judged(line["query"], line.get("half", "held-out"), graded(line["relevant"])) for line in lines]


def graded(relevant: Mapping[str, float] | Sequence[str]) -> dict[str, float]:
    """A list stands for the grade 1 of each."""
    return dict(relevant) if isinstance(relevant, Mapping) else dict.fromkeys(relevant, 1.0)


def asked_school(settings: Any, queries: Sequence[Judged]) -> dict[str, float]:
    """Half -> mean nDCG at 10, as Lan finds it on the search page; works she may not see do not count."""
    app = create_app(settings)
    gains: dict[str, list[float]] = defaultdict(list)
    with app.test_request_context(), app.database.session(writing=False) as session:
        lan = load_viewer(session.scalars(select(User.id).where(User.username == "lan")).one())
        visible = {name for found in _pages("", lan) for name in names_of(found)}
        for query in queries:
            relevant = {name: grade for name, grade in query.relevant.items() if name in visible}
            if relevant:
                page = service.search(read_params(MultiDict([("q", query.text), ("size", str(TOP))])), lan)
                gain = graded_gain([names_of(found) for found in page.hits], relevant)
                gains[query.half].append(gain)
                if gain < 0.5:
                    say(f"  {gain:.2f} {query.text}")
            else:
                say(f"  nothing of it is there: {query.text}")
    app.database.engine.dispose()
    return {half: mean(found) for half, found in gains.items()}


def _pages(q: str, viewer: Viewer) -> Iterable[service.Found]:
    number: int | None = 1
    while number:
        page = service.search(
            read_params(MultiDict([("q", q), ("page", str(number)), ("size", "100")])), viewer
        )
        yield from page.hits
        number = page.next


def names_of(found: service.Found) -> tuple[str, str]:
    """By what a work may be named in a set of judged queries."""
    return found.card.resource.id, found.card.version.title


def graded_gain(ranked: Sequence[tuple[str, str]], relevant: Mapping[str, float]) -> float:
    """nDCG at 10 with the grades as gains (Järvelin and Kekäläinen 2002)."""
    grades = [max(relevant.get(name, 0.0) for name in names) for names in ranked[:TOP]]
    best = sorted(relevant.values(), reverse=True)[:TOP]
    return _discounted(grades) / _discounted(best)


def _discounted(grades: Sequence[float]) -> float:
    return sum(grade / math.log2(place + 2) for place, grade in enumerate(grades))


if __name__ == "__main__":
    main()
