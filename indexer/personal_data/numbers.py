"""Telephones, identity and health cards, accounts, e-mail addresses: by their shape and the words around them."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterator
from itertools import pairwise

from indexer.personal_data.facts import DATE, MOBILE
from indexer.personal_data.findings import Finding, Kind
from indexer.personal_data.passage import Passage
from indexer.personal_data.words import (
    BANK_THEN,
    BANK_WORDS,
    EXAMPLE,
    HEALTH_WORDS,
    HOME_WORDS,
    ID_WORDS,
    IN_ENGLISH,
    INSTITUTION,
    NOBODYS_HOST,
    OF_THEM,
    PHONE_WORDS,
    PUBLIC_PHONE,
    PUPIL_ID_WORDS,
    ROLE,
    SOMEBODYS,
    SUMS,
    words_of,
)  # fmt: skip

_PROVINCES = words_of(
    """
    001 002 004 006 008 010 011 012 014 015 017 019 020 022 024 025 026 027 030 031 033 034 035 036 037 038 040 042
    044 045 046 048 049 051 052 054 056 058 060 062 064 066 067 068 070 072 074 075 077 079 080 082 083 084 086 087
    089 091 092 093 094 095 096
    """
)
"""First three digits of a citizen's number (Circular 59/2021/TT-BCA, annex I)."""

_LONG = re.compile(r"(?<![\w.,/=×*+-])\d(?:[ .-]?\d){8,12}(?![\d/]|[.,]\d|\s?[=×*+%])")
_PUPIL_CODE = re.compile(r"[^\d\n:]{0,12}[:\s]{1,3}([A-Z]{0,5}[-. ]?\d(?:[ .-]?\d){4,13})(?![\d/])")
_CODE = re.compile(r"\bmã\b(?! số thuế)[^.\d\n]{0,12}$")
_MONEY = re.compile(r"\d{1,3}(?:[ .]\d{3})*[ .]000\b")
_NEXT_SENTENCE = re.compile(r"[.!?] +[A-ZĐÀ-Ỹ]")
_OFFICE = re.compile(r"phòng giao dịch|pgd")
_HEALTH_CARD = re.compile(r"(?<!\w)[A-Z]{2}[ ]?\d(?:[ ]?\d){12}(?!\d)")
_ACCOUNT = re.compile(r"(?<![\w.,/])\d(?:[ .-]?\d){8,18}(?![\d/]|[.,]\d)")
_LANDLINE = re.compile(r"(?<![\w.,/])\(?0?2\d{1,2}\)?[\s.-]?(?:\d[\s.-]?){6,8}(?!\d)")
_EMAIL = re.compile(r"(?<![\w.+-])[\w][\w.+-]{1,63}(?:@|\[at\])[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")

_ACCOUNT_REACH = 70
"""Characters from such words to the number."""
_TABLE = 6
"""Numbers that nobody calls telephones: so many are a table of something else, unless people are named beside them."""
_BESIDE = 120
"""Characters."""


def find_numbers(passage: Passage) -> list[Finding]:
    """Every private number, in no order; what lies inside a list is found as well."""
    readers: tuple[Callable[[Passage], Iterator[Finding]], ...] = (
        _phones, _pupil_codes, _long_numbers, _health_cards, _accounts, _emails,
    )  # fmt: skip
    found = (finding for reader in readers for finding in reader(passage))
    return [each for each in found if not EXAMPLE.search(passage.before(each.start, 30))]


def _phones(passage: Passage) -> Iterator[Finding]:
    silent: list[Finding] = []
    for match in MOBILE.finditer(passage.text):
        start, line = match.start(), passage.line(*match.span())
        if _is_ladder(match.group()) or _is_public(passage, start) or _is_exercise(line):
            continue
        if PHONE_WORDS.search(passage.before(start)) or PHONE_WORDS.search(line):
            yield Finding(*match.span(), Kind.PHONE)
        elif _is_written_as_phone(match.group(), passage.text[max(0, start - 20) : start], line):
            silent.append(Finding(*match.span(), Kind.PHONE))
    yield from (each for each in silent if len(silent) < _TABLE or _names_beside(passage, each))
    for match in _LANDLINE.finditer(passage.text):
        if HOME_WORDS.search(passage.before(match.start())):
            yield Finding(*match.span(), Kind.PHONE)


def _names_beside(passage: Passage, found: Finding) -> bool:
    place = bisect_left(passage.starts_of_names, found.start - _BESIDE)
    return place < len(passage.names) and passage.starts_of_names[place] < found.end + _BESIDE


def _is_public(passage: Passage, place: int) -> bool:
    """Whether everybody may call: a company, a hotline; nobody by name."""
    somebody = SOMEBODYS.search(passage.text[max(0, place - 20) : place])
    return somebody is None and PUBLIC_PHONE.search(passage.before(place, 40)) is not None


def _is_exercise(line: str) -> bool:
    return line.isascii() and bool(IN_ENGLISH.search(line))


def _is_written_as_phone(typed: str, before: str, line: str) -> bool:
    """Whether a number that nobody calls one is a telephone: no sum; small numbers in a row only after a person."""
    longest = max(map(len, re.findall(r"\d+", typed)))
    spoken = SOMEBODYS.search(before) or (longest == 1 and before.rstrip().endswith(":"))
    return bool(longest >= 3 or spoken) and not _is_ladder(typed, 2) and not SUMS.search(line)


def _is_ladder(typed: str, first: int = 1) -> bool:
    """0987654321 and, from the third digit on, 0912345678: numbers of textbooks."""
    digits = re.sub(r"\D", "", typed)[first:]
    if "000000" in digits:
        return True
    return {int(after) - int(before) for before, after in pairwise(digits)} in ({1}, {-1}, {0})


def _long_numbers(passage: Passage) -> Iterator[Finding]:
    for match in _LONG.finditer(passage.text):
        kind = _kind_of_number(match.group(), passage.before(match.start()), passage.line(*match.span()))
        if kind is not None:
            yield Finding(*match.span(), kind)


def _kind_of_number(typed: str, before: str, line: str) -> Kind | None:
    digits = re.sub(r"\D", "", typed)
    if PUPIL_ID_WORDS.search(before):
        return Kind.PUPIL_ID
    if len(digits) == 10 and _CODE.search(before) and OF_THEM.search(before + line):
        return Kind.PUPIL_ID
    if len(digits) == 10 and HEALTH_WORDS.search(before):
        return Kind.HEALTH_CARD
    said = len(digits) in (9, 12) and ID_WORDS.search(before)
    return Kind.CITIZEN_ID if said or (_looks_like_citizen(typed) and not SUMS.search(line)) else None


def _looks_like_citizen(typed: str) -> bool:
    """Twelve digits in one piece: province, century and sex, year of birth."""
    return len(typed) == 12 and typed.isdecimal() and typed[:3] in _PROVINCES and typed[3] in "0123"


def _health_cards(passage: Passage) -> Iterator[Finding]:
    for match in _HEALTH_CARD.finditer(passage.text):
        yield Finding(*match.span(), Kind.HEALTH_CARD)


def _accounts(passage: Passage) -> Iterator[Finding]:
    for words in (*BANK_WORDS.finditer(passage.low), *BANK_THEN.finditer(passage.low)):
        match = _ACCOUNT.search(passage.text, words.end(), words.end() + _ACCOUNT_REACH)
        if (
            match
            and not _is_isbn(match.group())
            and not _NEXT_SENTENCE.search(passage.text, words.end(), match.start())
            and not MOBILE.fullmatch(match.group())
            and not DATE.match(match.group())
            and not _MONEY.match(passage.text, match.start())
            and not _is_of_an_office(passage, words.start(), match.end())
        ):
            yield Finding(*match.span(), Kind.BANK_ACCOUNT)


def _is_of_an_office(passage: Passage, start: int, end: int) -> bool:
    """Whether an institution is spoken of beside an account."""
    return INSTITUTION.search(_OFFICE.sub("", passage.low[start : end + 30])) is not None


def _pupil_codes(passage: Passage) -> Iterator[Finding]:
    for words in PUPIL_ID_WORDS.finditer(passage.low):
        match = _PUPIL_CODE.match(passage.text, words.end())
        if match:
            yield Finding(*match.span(1), Kind.PUPIL_ID)


def _is_isbn(typed: str) -> bool:
    return len(typed) == 13 and typed.startswith(("978", "979"))


def _emails(passage: Passage) -> Iterator[Finding]:
    for match in _EMAIL.finditer(passage.low) if "@" in passage.low or "[at]" in passage.low else ():
        if not (ROLE.match(match.group()) or NOBODYS_HOST.search(match.group())):
            yield Finding(*match.span(), Kind.EMAIL)
