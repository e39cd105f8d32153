"""Many small published resources for benchmarks, written in bulk past the services.

Titles and texts are drawn from the demo's own sentences, syllable after syllable; the same every time.
Each record has its own title and summary; the texts of files are shared by a few records each.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import cycle, pairwise
from random import Random
from typing import Any

from sqlalchemy import Table, func, insert, select

from indexer.sketch import sketch
from indexer.vietnamese import fold
from repo_service.accounts.models import User
from repo_service.core import clock
from repo_service.core.backends import storage
from repo_service.core.db import Base, Database, current_session
from repo_service.core.identifiers import new_id
from repo_service.core.school_year import SchoolYear
from repo_service.curriculum.models import Term
from repo_service.demo.content import topics
from repo_service.derivatives.models import FileText
from repo_service.files.models import StoredFile
from repo_service.organizations.models import Cluster, Membership, Organization
from repo_service.resources.models import Resource, ResourceAuthor, ResourceVersion, VersionFile
from storage_adapters import object_key

_BATCH = 1000
_TEXTS = 300
"""Stored files at most; further records share them, so that a hundred thousand records are quickly made."""
_WORKS_OF_ONE = 40
"""So many works a teacher has in the mean; a few have many more."""
_TITLE, _SUMMARY, _BODY = (5, 12), 60, 140
_TYPES = (
    "khbd",
    "khbd",
    "khbd",
    "hoc-lieu-so",
    "bai-giang-so",
    "cong-cu-danh-gia",
    "ngan-hang-cau-hoi",
    "chuyen-de",
)
_REACH = ("tinh", "tinh", "tinh", "cum", "cong-khai")

Row = dict[str, Any]


def _table(model: type[Base]) -> Table:
    return model.metadata.tables[model.__tablename__]


class Syllables:
    """What follows what in the demo's sentences: a walk through it looks like the real thing to an index."""

    def __init__(self, chance: Random) -> None:
        self._chance = chance
        self._after: dict[str, list[str]] = {}
        self._openings: list[str] = []
        for topic in topics():
            for sentence in (topic.title, topic.goal, *topic.facts, topic.start, topic.practice, topic.apply):
                words = sentence.split()
                self._openings.append(words[0])
                for word, following in pairwise(words):
                    self._after.setdefault(word, []).append(following)

    def text(self, count: int) -> str:
        """A text of `count` syllables."""
        chance, word = self._chance.random, ""
        words: list[str] = []
        while len(words) < count:
            following = self._after.get(word, self._openings)
            word = following[int(chance() * len(following))]
            words.append(word)
        return " ".join(words)


def write_many(database: Database, count: int, step: Callable[[int], None] = lambda _done: None) -> None:
    """Add `count` published resources to a seeded installation; `step` hears how many are written."""
    with database.transaction() as session:
        present = session.scalar(select(func.count(Resource.id))) or 0
        _employ(count // _WORKS_OF_ONE)
        maker = _Maker(Random(present), min(count, _TEXTS))
    for done in range(0, count, _BATCH):
        with database.transaction() as session:
            rows = [maker.record(present + number) for number in range(done, min(done + _BATCH, count))]
            for place, model in enumerate((Resource, ResourceVersion, VersionFile, ResourceAuthor)):
                session.execute(insert(_table(model)), [record[place] for record in rows])
        step(min(done + _BATCH, count))


def _employ(count: int) -> None:
    """Accounts without a password that stand for the teachers of a province, spread over the demo's schools."""
    session = current_session()
    schools = session.scalars(
        select(Membership.organization_id)
        .where(Membership.role == "giao-vien", Membership.organization_id.is_not(None))
        .distinct()
        .order_by(Membership.organization_id)
    ).all()
    first = session.scalar(select(func.count(User.id))) or 0
    year = SchoolYear.of(clock.today()).key
    for start in range(0, count, _BATCH):
        numbers = range(first + start, first + min(start + _BATCH, count))
        users = [{"id": new_id(), "username": f"gv{number}", "name": f"Giáo viên {number}"} for number in numbers]
        session.execute(insert(_table(User)), users)
        places = [
            {"user_id": user["id"], "organization_id": school, "role": "giao-vien", "from_year": year}
            for user, school in zip(users, cycle(schools))
        ]
        session.execute(insert(_table(Membership)), places)


def _terms(vocabulary: str) -> list[Term]:
    return list(
        current_session().scalars(select(Term).where(Term.vocabulary == vocabulary).order_by(Term.position))
    )


class _Maker:
    def __init__(self, chance: Random, texts: int) -> None:
        session = current_session()
        self._chance, self._syllables = chance, Syllables(chance)
        self._now = clock.now()
        standing = select(Cluster.id).where(Cluster.to_year.is_(None))
        self._clusters = session.scalars(standing.order_by(Cluster.name)).all()
        self._people = session.execute(
            select(User.id, User.name, Membership.organization_id, Organization.name)
            .join(Membership, Membership.user_id == User.id)
            .join(Organization, Organization.id == Membership.organization_id)
            .where(Membership.role == "giao-vien")
            .order_by(User.username, Organization.name)
        ).all()
        self._subjects = [term.code for term in _terms("subjects")]
        self._grades = [(term.code, term.levels) for term in _terms("grades")]
        self._files = self._keep_texts(texts)

    def _keep_texts(self, count: int) -> list[tuple[str, str]]:
        """Stored text files with their rows: (id, name) of each."""
        files: list[Row] = []
        texts: list[Row] = []
        for number in range(1, count + 1):
            text = self._syllables.text(_BODY)
            content = text.encode()
            file_id = new_id()
            kept = storage().put(object_key(file_id), io.BytesIO(content), len(content))
            files.append({
                "id": file_id, "key": kept.key, "name": f"bai-{number}.txt", "size": len(content),
                "sha256": hashlib.sha256(content).hexdigest(), "media_type": "text/plain",
                "owner_id": self._people[0][0], "state": "ready", "text_state": "ready", "preview_state": "none",
            })  # fmt: skip
            texts.append({"file_id": file_id, "text": text, "sketch": sketch(text)})
        for model, rows in ((StoredFile, files), (FileText, texts)):
            if rows:
                current_session().execute(insert(_table(model)), rows)
        return [(row["id"], row["name"]) for row in files]

    def _one(self, choices: Any) -> Any:
        return choices[int(self._chance.random() * len(choices))]

    def _someone(self) -> Any:
        """A teacher, the first ones far more often: the busiest of a province hands in hundreds of works."""
        return self._people[int(len(self._people) * self._chance.random() ** 2)]

    def record(self, number: int) -> tuple[Row, Row, Row, Row]:
        """The rows of one resource: resource, version, file in version, author."""
        title = f"{self._syllables.text(self._chance.randint(*_TITLE))} {number}".capitalize()
        at = self._now - timedelta(minutes=self._chance.randint(60, 600_000))
        owner, file = self._someone(), self._one(self._files)
        resource = self._resource(title, at, owner)
        version = self._version(resource, at)
        place = {"version_id": version["id"], "file_id": file[0], "position": 0, "name": file[1]}
        author = {
            "resource_id": resource["id"], "user_id": owner[0], "name": owner[1], "school": owner[3],
            "school_id": owner[2], "position": 0,
        }  # fmt: skip
        return resource, version, place, author

    def _resource(self, title: str, at: datetime, owner: Any) -> Row:
        return {
            "id": new_id(), "title": title, "title_folded": fold(title)[:300], "state": "active",
            "visibility": self._one(_REACH), "cluster_id": self._one(self._clusters), "school_id": owner[2],
            "created_by_id": owner[0], "current_version_id": new_id(), "created_at": at, "updated_at": at,
            "school_year": SchoolYear.of(clock.local(at).date()).key, "first_published_at": at, "revision": 1,
            "review_count": 1, "next_review_on": at.date() + timedelta(days=800),
        }  # fmt: skip

    def _version(self, resource: Row, at: datetime) -> Row:
        grade, levels = self._one(self._grades)
        return {
            "id": resource["current_version_id"], "resource_id": resource["id"], "number": 1, "minor": 0,
            "state": "published", "title": resource["title"], "type": self._one(_TYPES), "levels": levels,
            "grades": [grade], "subjects": [self._one(self._subjects)],
            "summary": self._syllables.text(_SUMMARY), "created_by_id": resource["created_by_id"],
            "last_editor_id": resource["created_by_id"], "created_at": at, "submitted_at": at, "published_at": at,
        }  # fmt: skip
