"""Who may call what: ROUTES has one line for each route. A route without a line fails test_matrix.py."""

from __future__ import annotations

from tests.rights.house_table import OF_THE_HOUSE
from tests.rights.works_table import OF_WORKS

ROUTES = OF_WORKS | OF_THE_HOUSE
_MOVES = "/api/resources/<resource_id>/<any(submit, recall, appeal, publish, replace, retire, restore, withdraw, hand_over, spread, end_spread):name>"  # noqa: E501

ELSEWHERE = {
    "GET /hoc-lieu/<resource_id>/phan-bien": "the feature's own tests",
    "POST /phan-bien/<round_id>/hen": "the feature's own tests",
    "POST /phan-bien/<round_id>/nhac": "the feature's own tests",
    "POST /phan-bien/<round_id>/nho": "the feature's own tests",
    "POST /phan-bien/<round_id>/tra-lai": "the feature's own tests",
    "DELETE /api/comments/<comment_id>": "the feature's own tests",
    "DELETE /api/teachings/<teaching_id>": "the feature's own tests",
    "GET /api/resources/<resource_id>/comments": "the feature's own tests",
    "GET /api/resources/<resource_id>/teachings": "the feature's own tests",
    "GET /da-day/<teaching_id>": "the feature's own tests",
    "GET /dang-nhap/ma": "accounts/test_second_factor.py: after a password only",
    "POST /dang-nhap/ma": "accounts/test_second_factor.py: after a password only",
    "POST /nguoi/<user_id>/go-lop-thu-hai": "accounts/test_second_factor.py: wants a second factor",
    "GET /dang-nhap/nha-cung-cap": "the feature's own tests",
    "GET /dang-nhap/nha-cung-cap/ve": "the feature's own tests",
    "GET /hoc-lieu/<resource_id>/da-day": "the feature's own tests",
    "GET /hoc-lieu/<resource_id>/trao-doi": "the feature's own tests",
    "GET /trao-doi/<comment_id>": "the feature's own tests",
    "GET /trao-doi/<comment_id>/an": "the feature's own tests",
    "PATCH /api/comments/<comment_id>": "the feature's own tests",
    "PATCH /api/teachings/<teaching_id>": "the feature's own tests",
    "POST /api/comments/<comment_id>/hide": "the feature's own tests",
    "POST /api/comments/<comment_id>/show": "the feature's own tests",
    "POST /api/resources/<resource_id>/comments": "the feature's own tests",
    "POST /api/resources/<resource_id>/teachings": "the feature's own tests",
    "POST /da-day/<teaching_id>": "the feature's own tests",
    "POST /da-day/<teaching_id>/xoa": "the feature's own tests",
    "POST /hoc-lieu/<resource_id>/da-day": "the feature's own tests",
    "POST /hoc-lieu/<resource_id>/trao-doi": "the feature's own tests",
    "POST /tai-khoan/nha-cung-cap/go": "the feature's own tests",
    "POST /trao-doi/<comment_id>": "the feature's own tests",
    "POST /trao-doi/<comment_id>/an": "the feature's own tests",
    "POST /trao-doi/<comment_id>/hien-lai": "the feature's own tests",
    "POST /trao-doi/<comment_id>/xoa": "the feature's own tests",
    "GET /hoc-lieu/<resource_id>/che/<file_id>": "contributions/test_masked_copies.py",
    "POST /hoc-lieu/<resource_id>/che/<file_id>": "contributions/test_masked_copies.py",
    "POST /hoc-lieu/<resource_id>/che/<file_id>/dung": "contributions/test_masked_copies.py",
    "GET /hoc-lieu/<resource_id>/luot-mo": "resources/test_embargo.py",
    "GET /hoc-lieu/<resource_id>/tao-ban": "own_copies/test_own_copies.py",
    "POST /hoc-lieu/<resource_id>/tao-ban": "own_copies/test_own_copies.py",
    "GET /hoc-lieu/<resource_id>/ban-dua-tren": "own_copies/test_own_copies.py",
    "GET /api/resources/<resource_id>/copies": "own_copies/test_own_copies.py",
    "POST /api/resources/<resource_id>/copies": "own_copies/test_own_copies.py",
    "GET /hoc-lieu/<resource_id>/bao-van-de": "reports/test_reported_problems.py",
    "POST /hoc-lieu/<resource_id>/bao-van-de": "reports/test_reported_problems.py",
    "GET /bao-van-de": "reports/test_reported_problems.py",
    "GET /bao-van-de/<report_id>": "reports/test_reported_problems.py",
    "POST /bao-van-de/<report_id>": "reports/test_reported_problems.py",
    "POST /bao-van-de/<report_id>/tam-an": "reports/test_reported_problems.py",
    "POST /bao-van-de/<report_id>/hien-lai": "reports/test_reported_problems.py",
    "GET /bao-van-de/tra-loi/<token>": "reports/test_reported_problems.py",
    "POST /api/resources/<resource_id>/reports": "reports/test_reported_problems.py",
    "GET /api/reports": "reports/test_reported_problems.py",
    "GET /api/reports/<report_id>": "reports/test_reported_problems.py",
    "POST /api/reports/<report_id>/answer": "reports/test_reported_problems.py",
    "GET /api/annual-products/<product_id>/bag.zip": "annual_products: wants a locked product; as public as its work",
    "GET /giay-ghi-nhan/<product_id>": "annual_products: wants a locked product; as public as its work",
    "GET /giay-ghi-nhan/<product_id>/manifest.json": "annual_products: wants a locked product",
    "GET /giay-ghi-nhan/<product_id>/phu-luc/<int:number>/manifest.json": "annual_products: wants a locked product",
    "GET /hoc-lieu/<resource_id>/vao-goi": "topic_packages: the work's readers, when signed in",
    "POST /hoc-lieu/<resource_id>/vao-goi": "topic_packages: wants a package of one's own",
    "GET /goi-chu-de/<resource_id>/soan": "topic_packages: the authors of a package",
    "POST /goi-chu-de/<resource_id>/soan": "topic_packages: the authors of a package",
    "POST /api/topic-packages/<resource_id>/works": "topic_packages: the authors of a package",
    "DELETE /api/topic-packages/<resource_id>/works/<work_id>": "topic_packages: the authors of a package",
    "POST /api/topic-packages/<resource_id>/works/<work_id>/<verb>": "topic_packages: the authors of a package",
    "GET /cum/<cluster_id>/ke-hoach-nam/<school_year>": "annual_plans: who works in the cluster, and the department",
    "POST /cum/<cluster_id>/ke-hoach-nam/<school_year>": "annual_plans: the lead; some steps the co-authors",
    "GET /thu/thoi/<token>": "letters: whoever holds the signed token",
    "POST /thu/thoi/<token>": "letters: whoever holds the signed token",
    "GET /hoc-lieu/<resource_id>/so-sanh": "resources/test_kept_from_readers.py: wants two versions",
    "GET /hoc-lieu/<resource_id>/xem/<file_id>": "resources/test_every_page.py: a text has no pages",
    "GET /api/resources/<resource_id>/files/<file_id>/pdf": "resources/test_every_page.py: a text has no pages",
    "POST /api/uploads/<upload_id>/complete": "files/test_uploads.py: wants parts before it looks for the upload",
    "PUT /api/uploads/<upload_id>/parts/<int:number>": "files/test_uploads.py: wants bytes",
    "GET /ra-soat/lich/<ticket>.ics": "curation: whoever holds the signed link",
    "POST /api/curation/rounds": "curation/test_api.py: the body says of which cluster",
    "GET /api/curation/resources/<resource_id>/verdicts": "curation/test_api.py: authors and those who look after it",
    "GET /hoc-lieu/<resource_id>/ra-soat": "curation/test_desk.py: authors and those who look after the work",
    "GET /lien-ket/<secret>": "accounts/test_passwords_and_links.py: whoever holds the secret",
    "POST /lien-ket/<secret>": "accounts/test_passwords_and_links.py: whoever holds the secret",
    "GET /hinh/<file_id>/<int:page>.webp": "derivatives: whoever holds the signed ticket of the day",
    "GET /hoc-lieu/<resource_id>/viec/<path>": "one move a path, each with a right of its own: MOVES below",
    "POST /hoc-lieu/<resource_id>/viec/<path>": "MOVES below",
    f"POST {_MOVES}": "MOVES below",
}
"""Routes whose right is not a role's, and where it is tested."""

MOVES = {
    "submit": "edit", "recall": "edit", "appeal": "edit", "publish": "hand_over", "replace": "curate",
    "retire": "curate", "restore": "curate", "withdraw": "withdraw", "hand_over": "hand_over",
    "spread": "spread", "end_spread": "spread",
}  # fmt: skip
"""The moves of a work, and what one must be allowed to make them."""


FORMS = {
    "POST /so/du-lieu-ca-nhan/<request_id>": {"viec": "nhan"},
    "POST /theo-doi": {"kind": "mon", "target": "toan"},
    "POST /tim-da-luu/<search_id>": {"viec": "doi-ten", "name": "Phân số"},
    "POST /bo-suu-tap/<collection_id>/bai/<resource_id>": {"viec": "len"},
}
"""What a form says where an empty one is no request at all; everywhere else the empty one is sent."""
