"""The promises I1 to I12 (docs/trust.md) as one check of a quiet installation; each sentence is a broken one."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterator

from sqlalchemy import func, inspect, select

from repo_service.annual_products.locking.canonical import fingerprint
from repo_service.annual_products.models import AnnualProduct
from repo_service.core import outbox
from repo_service.core.audit import AuditEntry, chain
from repo_service.core.backends import storage
from repo_service.core.db import Base, Database, KhoFlask, current_session
from repo_service.derivatives.models import Picture
from repo_service.files.models import StoredFile
from repo_service.preservation.comparison import judge_bytes
from repo_service.preservation.queries import Promised
from repo_service.resources.models import Resource, ResourceVersion, VersionFile
from repo_service.reviews.models import ReviewRound, Verdict
from repo_service.search.upkeep import find_drift

Facts = dict[str, dict[str, str]]
GROWS = frozenset({"reviewed"})
"""Columns of a published version that are no part of what was published: who approved it, also later."""
ACT_OF_STATE = {
    "replaced": "resource.replace", "retired": "resource.retire", "withdrawn": "resource.withdraw",
}  # fmt: skip


def facts(database: Database) -> Facts:
    """What was promised for good at this moment: bytes, published versions, locked products, acts in the audit."""
    with database.session(writing=False) as session:
        published = session.scalars(select(ResourceVersion).where(ResourceVersion.state == "published"))
        lists = {row.id: _row(row) for row in published}
        for row in session.scalars(select(VersionFile).where(VersionFile.version_id.in_(lists))):
            lists[row.version_id] += _row(row)
        held = select(VersionFile.file_id)
        return {
            "files": dict(session.execute(select(StoredFile.key, StoredFile.sha256)
                                          .where(StoredFile.id.in_(held), StoredFile.sha256.is_not(None))).all()),
            "versions": lists,
            "products": dict(session.execute(select(AnnualProduct.id, AnnualProduct.manifest_sha256)
                                             .where(AnnualProduct.manifest_sha256.is_not(None))).all()),
            "acts": {str(row.id): _digest(f"{row.at} {row.actor_id} {row.action} {row.object_id} {row.values}")
                     for row in session.scalars(select(AuditEntry))},
        }  # fmt: skip


def check_invariants(app: KhoFlask, before: Facts | None = None, *, swept: bool = False) -> list[str]:
    """Sentences about broken promises; none is right. Background work must have ended.

    `before`: facts that must still hold. `swept`: also that nothing without a row is left (two days later).
    """
    with app.database.session(writing=False):
        found = [
            *_bytes(), *_versions(), *_reviews(), *_products(), *_acts(), *_index(), *_work(),
            *(_orphans() if swept else ()),
        ]  # fmt: skip
    found += _doors(app)
    if before is not None:
        found += _kept(before, facts(app.database))
    return found


def _bytes() -> Iterator[str]:
    """I1, I2: every row's object is there, whole, with the bytes that were hashed."""
    for row in current_session().scalars(select(StoredFile)):
        if kind := judge_bytes(storage(), Promised(row.key, row.size, row.sha256)):
            yield f"I1/I2: file {row.id} ({row.name}) is {kind}"
    for picture in current_session().scalars(select(Picture)):
        if kind := judge_bytes(storage(), Promised(picture.key, picture.size, None)):
            yield f"I2: picture {picture.key} is {kind}"


def _orphans() -> Iterator[str]:
    """I3: nothing without a row stays longer than a day."""
    keys = {
        *current_session().scalars(select(StoredFile.key)),
        *current_session().scalars(select(Picture.key)),
    }
    yield from (f"I3: object {each.key} has no row" for each in storage().list("") if each.key not in keys)


def _versions() -> Iterator[str]:
    """I6: one shown version, published once; the pointers of a resource lead to its own versions."""
    session = current_session()
    versions = {row.id: row for row in session.scalars(select(ResourceVersion))}
    for resource in session.scalars(select(Resource)):
        mine = [row for row in versions.values() if row.resource_id == resource.id]
        published = [row for row in mine if row.state == "published"]
        current = versions.get(resource.current_version_id or "")
        if bool(published) != (current is not None) or (current and current not in published):
            yield f"I6: resource {resource.id} shows {resource.current_version_id}, published {len(published)}"
        if current and current != max(published, key=lambda row: (row.number, row.minor)):
            yield f"I6: resource {resource.id} shows an older version"
        working = versions.get(resource.working_version_id or "")
        if working and (working.resource_id != resource.id or working.state == "published"):
            yield f"I6: resource {resource.id} works on version {working.id} in state {working.state}"
        doubled = Counter((row.number, row.minor) for row in mine)
        yield from (
            f"I6: resource {resource.id} has {key} twice" for key, many in doubled.items() if many > 1
        )
        on_the_way = [row for row in mine if row.state in ("draft", "in_review", "approved")]
        if [row.id for row in on_the_way] != [resource.working_version_id] * len(on_the_way):
            yield f"I6: resource {resource.id} has {len(on_the_way)} versions on their way"


def _reviews() -> Iterator[str]:
    """I6: a round is open exactly while its version waits for it; nobody voted twice."""
    session = current_session()
    rows = session.execute(
        select(ReviewRound, ResourceVersion, Resource)
        .join(ResourceVersion, ResourceVersion.id == ReviewRound.version_id)
        .join(Resource, Resource.id == ReviewRound.resource_id)
    ).all()
    for review_round, version, _resource in rows:
        if review_round.state == "open" and not review_round.is_further and version.state != "in_review":
            yield f"I6: round {review_round.id} is open on a version in state {version.state}"
    waiting = {version.id for review_round, version, _ in rows if review_round.state == "open"}
    for version in session.scalars(select(ResourceVersion).where(ResourceVersion.state == "in_review")):
        if version.id not in waiting:
            yield f"I6: version {version.id} waits for a round that is not open"
    votes = select(Verdict.round_id, Verdict.reviewer_id).group_by(Verdict.round_id, Verdict.reviewer_id)
    yield from (f"I6: {row} voted twice" for row in session.execute(votes.having(func.count() > 1)))


def _products() -> Iterator[str]:
    """I9: one product of a cluster and year; its manifest is what its fingerprint says, its files are there."""
    seen: Counter[tuple[str, str]] = Counter()
    for product in current_session().scalars(select(AnnualProduct).where(AnnualProduct.state != "withdrawn")):
        seen[product.cluster_id, product.school_year] += 1
        if product.state != "published":
            continue
        if fingerprint(product.manifest) != product.manifest_sha256:
            yield f"I9: product {product.id} is not what was locked"
        for file in product.manifest["files"]:
            row = current_session().get(StoredFile, file["id"])
            if row is None or row.sha256 != file["sha256"]:
                yield f"I9: product {product.id} lost file {file['id']}"
        marked = current_session().get_one(Resource, product.resource_id).annual_product_year
        if marked != product.school_year:
            yield f"I9: the work of product {product.id} does not know it"
    yield from (f"I9: {key} has {many} products" for key, many in seen.items() if many > 1)


def _acts() -> Iterator[str]:
    """I11: each change of state has its act, once, and the chain over all acts is whole."""
    session = current_session()
    if broken := chain.verify().broken:
        yield f"I11: the chain of the audit is {broken.kind} at {broken.position}"
    acts = Counter(
        (row.action, row.object_id, row.values.get("number"))
        for row in session.scalars(select(AuditEntry).where(AuditEntry.object_kind == "resource"))
    )
    of_resource = Counter((action, object_id) for action, object_id, _number in acts.elements())
    for version in session.scalars(select(ResourceVersion)):
        key = version.resource_id, version.number
        if version.minor == 0 and version.state == "published" and acts["version.published", *key] != 1:
            yield f"I11: version {key} was published {acts['version.published', *key]} times by the audit"
        if version.minor == 0 and version.submitted_at and not acts["version.submitted", *key]:
            yield f"I11: version {key} was submitted without an act"
        first = "resource.created" if version.number == 1 else "version.started"
        if version.minor == 0 and not of_resource[first, version.resource_id]:
            yield f"I11: version {key} began without an act"
    for resource in session.scalars(select(Resource).where(Resource.state != "active")):
        if not of_resource[ACT_OF_STATE[resource.state], resource.id]:
            yield f"I11: resource {resource.id} is {resource.state} without an act"


def _index() -> Iterator[str]:
    """I4, I8: the index holds what the database shows, as it is now, and nothing else."""
    drift = find_drift()
    yield from (f"I4: {each} is missing in the index" for each in sorted(drift.missing))
    yield from (f"I4/I8: {each} is in the index and should not be" for each in sorted(drift.surplus))
    yield from (f"I4: {each} is old in the index" for each in sorted(drift.stale))


def _work() -> Iterator[str]:
    """Nothing that must follow a change was given up or left."""
    if waiting := outbox.waiting(current_session()):
        yield f"I4: {waiting} rows of the outbox are not done"
    yield from (
        f"I4: {row.topic} of {row.object_id} failed: {row.error}" for row in outbox.dead(current_session())
    )


def _doors(app: KhoFlask) -> Iterator[str]:
    """I5, I8, I10: what a guest gets of works that are hidden and of files that may not be served."""
    with app.database.session(writing=False) as session:
        held = select(Resource, VersionFile.file_id, StoredFile.state)
        held = held.join(ResourceVersion, ResourceVersion.resource_id == Resource.id)
        held = held.join(VersionFile, VersionFile.version_id == ResourceVersion.id)
        rows = session.execute(held.join(StoredFile, StoredFile.id == VersionFile.file_id)).all()
    guest = app.test_client(use_cookies=False)
    for resource, file_id, state in dict.fromkeys((row[0], row[1], row[2]) for row in rows):
        hidden = resource.current_version_id is None or resource.visibility != "cong-khai"
        if not (hidden or resource.state == "withdrawn" or state != "ready"):
            continue
        status = guest.get(f"/api/resources/{resource.id}/files/{file_id}").status_code
        if status < 400:
            yield f"I5/I8/I10: a guest got file {file_id} of {resource.id} ({resource.state}, {state})"
        if hidden and guest.get(f"/api/resources/{resource.id}").status_code not in (401, 404):
            yield f"I10: a guest read {resource.id}"


def _kept(before: Facts, now: Facts) -> Iterator[str]:
    """I1, I7, I9, I11: what was so for good is still so."""
    words = {
        "files": "I1: file",
        "versions": "I7: published version",
        "products": "I9: product",
        "acts": "I11: act",
    }
    for kind, promised in before.items():
        for key, value in promised.items():
            if now[kind].get(key) != value:
                yield f"{words[kind]} {key} is not what it was: {value} is {now[kind].get(key)}"


def _row(row: Base) -> str:
    values = {name: getattr(row, name) for name in inspect(type(row)).columns.keys() if name not in GROWS}  # noqa: SIM118
    return json.dumps(values, default=str, sort_keys=True)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
