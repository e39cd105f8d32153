"""A locked product is never edited: a later version is added as an addendum with a manifest of its own (I9)."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from repo_service.annual_products import policy, queries
from repo_service.annual_products.lifecycle import next_state
from repo_service.annual_products.locking import checks
from repo_service.annual_products.locking.canonical import fingerprint
from repo_service.annual_products.locking.contents import contents_of
from repo_service.annual_products.locking.manifest import make_manifest
from repo_service.annual_products.locking.obstacles import LONGEST_TEXT, Candidate, addendum_problems
from repo_service.annual_products.models import Addendum, AnnualProduct
from repo_service.core import clock
from repo_service.core.audit import record
from repo_service.core.db import current_session
from repo_service.core.errors import AlreadyExists, InvalidInput
from repo_service.core.i18n import _
from repo_service.core.identifiers import new_id
from repo_service.core.permissions import Viewer, authorize
from repo_service.organizations.models import Cluster
from repo_service.organizations.queries import schools_in_year
from repo_service.resources.models import ResourceVersion
from repo_service.reviews.queries import Approvals, approvals


def addenda_of(product_id: str) -> Sequence[Addendum]:
    """The addenda of a product, in their order."""
    statement = select(Addendum).where(Addendum.product_id == product_id).order_by(Addendum.number)
    return current_session().scalars(statement).all()


def newest_locked(product: AnnualProduct, addenda: Sequence[Addendum]) -> ResourceVersion:
    """The version that stands last in the record: the addendum's, or the product's own."""
    version_id = addenda[-1].version_id if addenda else product.version_id
    return current_session().get_one(ResourceVersion, version_id)


def is_newer(version: ResourceVersion, than: ResourceVersion) -> bool:
    """Whether a version came after another one; a correction counts."""
    return (version.number, version.minor) > (than.number, than.minor)


def add_addendum(viewer: Viewer, cluster: Cluster, product: AnnualProduct, note: str) -> Addendum | None:
    """Add the work's newest published version to a locked product; the lead only.

    InvalidInput says what is missing. None: its files are read again first, as before a lock.
    """
    authorize(viewer, policy.CHOOSE.action, cluster)
    product.state = next_state(product.state, "add")
    resource, _locked = queries.work_of(product)
    addenda = addenda_of(product.id)
    version = current_session().get_one(ResourceVersion, resource.current_version_id)
    contents = contents_of(version)
    problems = addendum_problems(Candidate(cluster, product, resource, contents, 0))
    if not note.strip() or len(note) > LONGEST_TEXT:
        problems["note"] = [_("Ghi một hai dòng: phần này thay đổi gì, vì sao.")]
    if not is_newer(version, newest_locked(product, addenda)):
        problems["resource"] = [_("Bài chưa có phiên bản mới hơn bản đã đóng.")]
    if problems:
        raise InvalidInput(problems)
    if not checks.is_clean(product, contents):
        checks.ask(product, contents)
        return None
    found = approvals([version.id]).get(version.id, Approvals())
    moment, schools = clock.now(), schools_in_year(cluster.id, product.school_year)
    manifest = {
        **make_manifest(product, resource, contents, found.total, schools, moment),
        "addendum": len(addenda) + 1,
        "note": note.strip(),
        "follows": addenda[-1].manifest_sha256 if addenda else product.manifest_sha256,
    }
    return _write(viewer, product, version, manifest, note.strip())


def _write(
    viewer: Viewer, product: AnnualProduct, version: ResourceVersion, manifest: dict[str, object], note: str
) -> Addendum:
    assert viewer.id is not None
    number = int(str(manifest["addendum"]))
    made = Addendum(
        id=new_id(), product_id=product.id, number=number, version_id=version.id, note=note, manifest=manifest,
        manifest_sha256=fingerprint(manifest), added_by_id=viewer.id, added_at=clock.now(),
    )  # fmt: skip
    current_session().add(made)
    try:
        current_session().flush()
    except IntegrityError:
        raise AlreadyExists(_("Phụ lục này vừa được thêm. Mở lại trang để xem.")) from None
    record(
        viewer.id, "annual_product.added", "cluster", product.cluster_id,
        product=product.id, addendum=number, sha256=made.manifest_sha256,
    )  # fmt: skip
    return made
