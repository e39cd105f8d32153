"""The shapes of the demonstration data: people, schools, clusters, works and their files."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Role:
    """A role of the vocabulary held in a scope ("truong:S05", "cum:K2", "so", "xa:21025", "he-thong")
    from a year on.
    """

    code: str
    scope: str
    from_year: str = "2025-2026"
    to_year: str | None = None
    subject: str | None = None


@dataclass(frozen=True)
class DemoPerson:
    """An invented person: `name` with honorific; `mentor` is the account of the experienced colleague."""

    account: str
    name: str
    school: str | None
    subjects: tuple[str, ...]
    roles: tuple[Role, ...]
    is_new: bool = False
    mentor: str | None = None


@dataclass(frozen=True)
class DemoSchool:
    """An invented school in a real commune; `managing_body` is "so" or a commune code."""

    key: str
    name: str
    type: str
    levels: tuple[str, ...]
    commune: str
    managing_body: str


@dataclass(frozen=True)
class DemoMember:
    """A school in a cluster, from and to school year (None: still there)."""

    school: str
    from_year: str
    to_year: str | None = None


@dataclass(frozen=True)
class DemoCluster:
    """A cluster with its kinds and members; `units` are the declared units of R3 (subject or group codes)."""

    key: str
    name: str
    kinds: tuple[str, ...]
    levels: tuple[str, ...]
    members: tuple[DemoMember, ...]
    units: tuple[str, ...]
    host: str
    decision: str
    manager: str = "so"
    state: str = "dang-hoat-dong"
    successor: str | None = None
    subjects: tuple[str, ...] = ()


@dataclass(frozen=True)
class Block:
    """A piece of a body: kind heading | paragraph | list | table; `level` is of a heading (1-3)."""

    kind: str
    text: str = ""
    level: int = 0
    items: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True)
class DemoFile:
    """A file to be made: docx, pdf, pptx, xlsx, png, zip, mp4; or one of the hard cases.

    docx-one-table: all text in one table. pdf-scan: pages as pictures. broken: damaged bytes. zip-cp437:
    names not
    in UTF-8. link: no file, only `url`. `media` names a ready file in demo/media.
    """

    name: str
    kind: str
    blocks: tuple[Block, ...] = ()
    url: str | None = None
    media: str | None = None


@dataclass(frozen=True)
class DemoVersion:
    """One version: what changed (empty for the first) and its files."""

    number: int
    change_note: str
    files: tuple[DemoFile, ...]


@dataclass(frozen=True)
class DemoResource:
    """A work of the demonstration and the state it shall end in.

    `state`: published | in_review | changes_requested | draft | retired | replaced. `due` marks a
    published work whose
    review date has come. `special` names the case of domain.md G4 that it stands for.
    """

    key: str
    title: str
    type: str
    subtype: str | None
    grades: tuple[int, ...]
    subjects: tuple[str, ...]
    cluster: str
    school: str
    authors: tuple[str, ...]
    school_year: str
    state: str
    summary: str
    keywords: tuple[str, ...]
    versions: tuple[DemoVersion, ...]
    textbook_sets: tuple[str, ...] = ()
    week: int | None = None
    visibility: str = "tinh"
    licence: str = "dung-chung-tinh"
    ai_use: str = "khong"
    ai_tool: str | None = None
    ai_checked_by: str | None = None
    due: bool = False
    programme: str = "gdpt-2018"
    study_topic: bool = False
    themes: tuple[str, ...] = ()
    successor: str | None = None
    adapted_from: str | None = None
    parts: tuple[str, ...] = ()
    special: tuple[str, ...] = field(default=())
