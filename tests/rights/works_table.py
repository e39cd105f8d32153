"""Who may call what of works, their reviews, contributing and finding: one line a route.

`"GET /hoc-lieu/<resource_id>": ("work", "read")` says: asked for each work of world.py, by those who may read it.
A route that asks for nothing in particular names the roles themselves.
"""

from __future__ import annotations

from tests.rights.people import (
    CONTRIBUTORS,
    EVERYBODY,
    SIGNED_IN,
    Roles,
)

OF_WORKS: dict[str, tuple[str, str] | Roles] = {
    # a work
    "GET /hoc-lieu/<resource_id>": ("work", "read"),
    "GET /hoc-lieu/<resource_id>/tep": ("work", "bytes"),
    "GET /hoc-lieu/<resource_id>/tuong-tu": ("work", "read"),
    "GET /hoc-lieu/<resource_id>/so-voi/<other_id>": ("work", "bytes"),
    "GET /hoc-lieu/<resource_id>/phien-ban/<int:number>": ("work", "read"),
    "GET /hoc-lieu/<resource_id>/doc/<file_id>": ("work", "bytes"),
    "GET /hoc-lieu/<resource_id>/sua": ("work", "edit_draft"),
    "GET /hoc-lieu/<resource_id>/da-gui": ("work", "follow"),
    "GET /hoc-lieu/<resource_id>/sua-thong-tin": ("work", "correct"),
    "POST /hoc-lieu/<resource_id>/sua-thong-tin": ("work", "correct"),
    "GET /hoc-lieu/<resource_id>/phien-ban-moi": ("work", "edit"),
    "POST /hoc-lieu/<resource_id>/phien-ban-moi": ("work", "edit"),
    "POST /hoc-lieu/<resource_id>/phan-bien-them": ("work", "further"),
    "GET /hoc-lieu/<resource_id>/luu": ("work", "keep"),
    "POST /hoc-lieu/<resource_id>/luu": ("work", "keep"),
    "POST /hoc-lieu/<resource_id>/bo-suu-tap": ("work", "keep"),
    "GET /api/resources/<resource_id>": ("work", "read"),
    "PATCH /api/resources/<resource_id>": ("work", "change"),
    "DELETE /api/resources/<resource_id>": ("work", "edit"),
    "GET /api/resources/<resource_id>/versions": ("work", "read"),
    "POST /api/resources/<resource_id>/versions": ("work", "edit"),
    "GET /api/resources/<resource_id>/files/<file_id>": ("work", "bytes"),
    "GET /api/resources/<resource_id>/package.zip": ("work", "bytes"),
    "GET /api/resources/<resource_id>/bag.zip": ("work", "bytes"),
    "GET /api/resources/<resource_id>/similar": ("work", "read"),
    "POST /api/resources/<resource_id>/reviews": ("work", "further"),
    # a review round
    "GET /phan-bien/<round_id>": ("round", "read"),
    "GET /phan-bien/<round_id>/tep/<file_id>": ("round", "bytes"),
    "POST /phan-bien/<round_id>/gop-y": ("round", "read"),
    "POST /phan-bien/<round_id>/gop-y/<comment_id>/xong": ("round", "settle"),
    "POST /phan-bien/<round_id>/nhan": ("round", "review"),
    "POST /phan-bien/<round_id>/ket-luan": ("round", "review"),
    "GET /api/reviews/<round_id>": ("round", "read"),
    "POST /api/reviews/<round_id>/assign": ("round", "review"),
    "PATCH /api/reviews/<round_id>": ("round", "lead"),
    "POST /api/reviews/<round_id>/hand-back": ("round", "read"),
    "POST /api/reviews/<round_id>/nudge": ("round", "remind"),
    "POST /api/reviews/<round_id>/decision": ("round", "review"),
    "GET /phan-bien": SIGNED_IN,
    "GET /api/reviews": SIGNED_IN,
    # contributing
    "GET /dong-gop": CONTRIBUTORS,
    "POST /dong-gop": CONTRIBUTORS,
    "POST /dong-gop/doan": SIGNED_IN,
    "POST /dong-gop/luu": SIGNED_IN,
    "POST /api/resources": CONTRIBUTORS,
    "POST /api/uploads": SIGNED_IN,
    "GET /api/limits": EVERYBODY,
    "GET /api/uploads/<upload_id>": ("upload", "own"),
    "DELETE /api/uploads/<upload_id>": ("upload", "own"),
    "GET /api/files/<file_id>": ("file", "own"),
    # finding
    "GET /": EVERYBODY,
    "GET /tim": EVERYBODY,
    "GET /goi-y": EVERYBODY,
    "GET /api/search": EVERYBODY,
    "GET /api/suggest": EVERYBODY,
    "GET /tuan-nay": EVERYBODY,
    "GET /huong-dan": EVERYBODY,
    "GET /ngon-ngu/<code>": EVERYBODY,
    "GET /cum": EVERYBODY,
    "GET /cum/<cluster_id>": ("cluster", "everybody"),
    "GET /api/clusters": EVERYBODY,
    "GET /api/clusters/<cluster_id>": ("cluster", "everybody"),
    "GET /tim/lich-su": SIGNED_IN,
    "POST /tim/lich-su": SIGNED_IN,
    "POST /tim/lich-su/xoa": SIGNED_IN,
    "GET /api/search-history": SIGNED_IN,
    "POST /api/search-history": SIGNED_IN,
    "DELETE /api/search-history": SIGNED_IN,
}
