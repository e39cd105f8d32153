"""Paths of pages that other features link to, so that no feature imports one above it.

The pages themselves are registered in the features; a test checks that each path here is routed.
"""

from __future__ import annotations

from datetime import datetime
from urllib.parse import urlencode, urlsplit

from flask import current_app, has_request_context, request


def search_path(**params: object) -> str:
    """The search page, with query parameters as the API names them."""
    pairs = [
        (k, v)
        for k, value in params.items()
        if value not in (None, "")
        for v in (value if isinstance(value, list | tuple) else [value])
    ]
    return "/tim" + ("?" + urlencode(pairs) if pairs else "")


def ask_colleagues_path(**known: object) -> str:
    """The form that asks a cluster; `q`, `subject`, `grade` and `cluster` say what is known already."""
    pairs = {name: value for name, value in known.items() if value}
    return "/nho-dong-nghiep" + ("?" + urlencode(pairs) if pairs else "")


def colleague_requests_path() -> str:
    """What colleagues ask for."""
    return "/loi-nho"


def colleague_request_path(request_id: str) -> str:
    """One request to colleagues."""
    return f"/loi-nho/{request_id}"


def saved_searches_path() -> str:
    """The person's saved searches."""
    return "/tim-da-luu"


def new_finds_path(search_id: str, since: datetime) -> str:
    """What was published since a moment and answers a saved search."""
    return f"/tim-da-luu/{search_id}/moi?tu={int(since.timestamp())}"


def own_data_path() -> str:
    """What Kho holds of the person, and what may be asked about it."""
    return "/tai-khoan/du-lieu"


def second_factor_path() -> str:
    """The person's own second factor."""
    return "/tai-khoan/lop-thu-hai"


def follows_path() -> str:
    """What the person follows."""
    return "/theo-doi"


def mail_choices_path() -> str:
    """What the person wants to hear of by mail, and how often."""
    return "/thong-bao/qua-thu"


def search_history_path() -> str:
    """What the person searched for lately."""
    return "/tim/lich-su"


def resource_path(resource_id: str, version: int | None = None) -> str:
    """A resource's page; with a number, that version of it."""
    return f"/hoc-lieu/{resource_id}" + (f"/phien-ban/{version}" if version else "")


def teachings_path(resource_id: str) -> str:
    """Where a work was taught, and the form to tell of it."""
    return f"/hoc-lieu/{resource_id}/da-day"


def comments_path(resource_id: str) -> str:
    """What colleagues say about a work."""
    return f"/hoc-lieu/{resource_id}/trao-doi"


def copies_path(resource_id: str) -> str:
    """What was made from a work."""
    return f"/hoc-lieu/{resource_id}/ban-dua-tren"


def copy_path(resource_id: str) -> str:
    """The question before an own copy of a work."""
    return f"/hoc-lieu/{resource_id}/tao-ban"


def report_problem_path(resource_id: str) -> str:
    """The form that reports a problem of a work."""
    return f"/hoc-lieu/{resource_id}/bao-van-de"


def held_papers_path() -> str:
    """For the department: files that look like national papers and are held."""
    return "/so/tep-giu-lai"


def held_paper_path(file_id: str) -> str:
    """One of them."""
    return f"/so/tep-giu-lai/{file_id}"


def reports_path() -> str:
    """What was reported of the works that one looks after."""
    return "/bao-van-de"


def report_path(report_id: str) -> str:
    """One report and its answer."""
    return f"/bao-van-de/{report_id}"


def edit_path(resource_id: str) -> str:
    """The contribute form on the draft of a resource."""
    return f"/hoc-lieu/{resource_id}/sua"


def new_version_path(resource_id: str) -> str:
    """The form that begins a new version of a published work."""
    return f"/hoc-lieu/{resource_id}/phien-ban-moi"


def contribute_path(**known: object) -> str:
    """The contribute page; `subject` and `grade` may be filled in beforehand."""
    pairs = {name: value for name, value in known.items() if value}
    return "/dong-gop" + ("?" + urlencode(pairs) if pairs else "")


def my_work_path() -> str:
    """The list of what waits for the person."""
    return "/viec-cua-toi"


def this_week_path(**params: object) -> str:
    """Works for one teaching week of a subject and grade."""
    return "/tuan-nay" + ("?" + urlencode(params) if params else "")


def collection_path(collection_id: str) -> str:
    """A collection of works."""
    return f"/bo-suu-tap/{collection_id}"


def save_path(resource_id: str) -> str:
    """Where one tap puts a work into one's collection."""
    return f"/hoc-lieu/{resource_id}/luu"


def starter_kits_path(**params: object) -> str:
    """Starter kits, of a subject and class when named."""
    return "/bo-khoi-dau" + ("?" + urlencode(params) if params else "")


def near_duplicates_path() -> str:
    """Works with nearly the same text, for those who look after them."""
    return "/ra-soat/bai-gan-giong"


def newest_review_path(resource_id: str) -> str:
    """The last review round on a work."""
    return f"/hoc-lieu/{resource_id}/phan-bien"


def desk_path() -> str:
    """What waits to be read by the person."""
    return "/phan-bien"


def curation_path(round_id: str | None = None, item_id: str | None = None) -> str:
    """Curation rounds; one of them; the desk with one of its works."""
    return "/".join(["/ra-soat", *(part for part in (round_id, item_id) if part)])


def review_path(round_id: str) -> str:
    """The review desk of a round."""
    return f"/phan-bien/{round_id}"


def cluster_path(cluster_id: str) -> str:
    """A cluster's page."""
    return f"/cum/{cluster_id}"


def annual_product_path(cluster_id: str, school_year: str) -> str:
    """The annual product of a cluster and school year."""
    return f"/cum/{cluster_id}/san-pham-nam/{school_year}"


def cluster_duties_path(cluster_id: str, school_year: str) -> str:
    """What a cluster's duties of a school year were computed from."""
    return f"/cum/{cluster_id}/viec-nam/{school_year}"


def annual_plan_path(cluster_id: str, school_year: str) -> str:
    """A cluster's plan for its product of a school year."""
    return f"/cum/{cluster_id}/ke-hoach-nam/{school_year}"


def arrange_package_path(resource_id: str) -> str:
    """Where the works of a topic package are put in order."""
    return f"/goi-chu-de/{resource_id}/soan"


def new_package_path(**known: object) -> str:
    """The form that begins a topic package; `collection` names one to take the works from."""
    pairs = {name: value for name, value in known.items() if value}
    return "/goi-chu-de/moi" + ("?" + urlencode(pairs) if pairs else "")


def certificate_path(product_id: str) -> str:
    """The certificate of a locked product: what its QR code opens."""
    return f"/giay-ghi-nhan/{product_id}"


def product_bag_path(product_id: str) -> str:
    """A locked product with everything in it, to be kept elsewhere (BagIt)."""
    return f"/api/annual-products/{product_id}/bag.zip"


def bag_path(resource_id: str) -> str:
    """A work with its files and facts, to be kept elsewhere (BagIt)."""
    return f"/api/resources/{resource_id}/bag.zip"


def difficulty_path(difficulty_id: str) -> str:
    """A difficulty that a school filed."""
    return f"/kho-khan/{difficulty_id}"


def sign_in_path(back_to: str | None = None) -> str:
    """The sign-in page, returning to `back_to` afterwards."""
    return "/dang-nhap" + ("?" + urlencode({"next": back_to}) if back_to else "")


def confirm_address_path(token: str) -> str:
    """The page behind the link that confirms an address."""
    return f"/xac-nhan-email/{token}"


def link_path(token: str) -> str:
    """The page behind a one-time invitation or reset link."""
    return f"/lien-ket/{token}"


def is_local(target: str) -> bool:
    """Whether a `next` address stays on this site (no host, no scheme, no backslash tricks)."""
    if not target.startswith("/") or target.startswith(("//", "/\\")) or "\\" in target:
        return False
    parts = urlsplit(target)
    return not parts.scheme and not parts.netloc and all(ord(letter) >= 32 for letter in target)


def absolute(path: str) -> str:
    """`path` with the installation's public address, else the request's own host and port."""
    public = current_app.config["KHO"].public_url
    return (public or request.host_url.rstrip("/")) + path


def asked_path() -> str:
    """The path of the request at hand; nothing outside of one."""
    return request.path if has_request_context() else ""
