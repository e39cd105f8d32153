"""What a request says: one line for each route that changes something. A route without a line fails test_matrix.py.

A form for pages, JSON for the API. `{resource_id}` is the target's own id, `{thao}`, `{S04}`, `{K1}` are ids of
the cast, `{public}` the id of a work that everybody reads.
"""

from __future__ import annotations

from typing import Any

A_MOVE = (
    "POST /api/resources/<resource_id>/<any(submit, recall, appeal, publish, replace, retire, restore, withdraw, "
    "hand_over, spread, end_spread):name>"
)
NOTHING: dict[str, Any] = {}
"""The address says everything."""

_VERDICT = {"verdict": "ngung-su-dung", "reasons": ["chuong-trinh"], "note": "Chương trình cũ"}
_ROUND = {"title": "Rà soát học kì 1", "due_on": "2026-12-20"}
_TAUGHT = {"class_name": "6A", "taught_on": "2026-11-10", "outcome": "Các em nắm bài", "school": "{S05}"}
_SPLIT = {"first_name": "Nơi thứ nhất", "second_name": "Nơi thứ hai", "from_year": "2026-2027"}
_MOVE = {"reason": "Chương trình mới đã khác", "successor": "/hoc-lieu/{public}", "user": "cuc"}
_REASON = {"reason": "Nói sang chuyện khác"}
_PRODUCT = {"local_fit": "Lấy từ chợ quê mình.", "use": "Bốn trường dạy tuần 12.", "resource": "{public}"}
_LIST = "Họ và tên;Trường;Vai trò\nVõ Văn Mới;THCS Bờ Xe Nước;Giáo viên\n"

BODIES: dict[str, dict[str, Any]] = {
    # a work
    "POST /hoc-lieu/<resource_id>/sua-thong-tin": {
        "title": "Phân số và số thập phân", "revision": "{revision}", "type": "khbd", "grades": ["lop-6"],
        "subjects": ["toan"],
    },
    "POST /hoc-lieu/<resource_id>/phien-ban-moi": {"change_note": "Thêm bài tập", "kept": ["{file_id}"]},
    "POST /hoc-lieu/<resource_id>/phan-bien-them": NOTHING,
    "POST /hoc-lieu/<resource_id>/luu": {"title": "Để dành"},
    "POST /hoc-lieu/<resource_id>/bo-suu-tap": {"title": "Dạy tuần sau"},
    "POST /hoc-lieu/<resource_id>/viec/<path>": _MOVE,
    "POST /hoc-lieu/<resource_id>/che/<file_id>": NOTHING,
    "POST /hoc-lieu/<resource_id>/che/<file_id>/dung": {"copy": "{loose}"},
    "PATCH /api/resources/<resource_id>": {"title": "Phân số và số thập phân"},
    "DELETE /api/resources/<resource_id>": NOTHING,
    A_MOVE: _MOVE,
    "POST /api/resources/<resource_id>/versions": {"change_note": "Thêm bài tập"},
    "POST /api/resources/<resource_id>/reviews": NOTHING,
    # what colleagues say of a work
    "POST /hoc-lieu/<resource_id>/trao-doi": {"purpose": "hoi", "text": "Lớp yếu thì dạy thế nào?"},
    "POST /trao-doi/<comment_id>": {"purpose": "hoi", "text": "Lớp đông thì dạy thế nào?"},
    "POST /trao-doi/<comment_id>/xoa": NOTHING,
    "POST /trao-doi/<comment_id>/an": _REASON,
    "POST /trao-doi/<comment_id>/hien-lai": NOTHING,
    "POST /api/resources/<resource_id>/comments": {"purpose": "hoi", "text": "Lớp yếu thì dạy thế nào?"},
    "PATCH /api/comments/<comment_id>": {"purpose": "hoi", "text": "Lớp đông thì dạy thế nào?"},
    "DELETE /api/comments/<comment_id>": NOTHING,
    "POST /api/comments/<comment_id>/hide": _REASON,
    "POST /api/comments/<comment_id>/show": NOTHING,
    "POST /hoc-lieu/<resource_id>/da-day": _TAUGHT,
    "POST /da-day/<teaching_id>": _TAUGHT,
    "POST /da-day/<teaching_id>/xoa": NOTHING,
    "POST /api/resources/<resource_id>/teachings": {**_TAUGHT, "school": None},
    "PATCH /api/teachings/<teaching_id>": {"outcome": "Cần thêm thời gian"},
    "DELETE /api/teachings/<teaching_id>": NOTHING,
    "POST /hoc-lieu/<resource_id>/bao-van-de": {"kind": "noi-dung-sai", "text": "Trang 2 tính sai"},
    "POST /bao-van-de/<report_id>": {"outcome": "da-sua", "answer": "Đã sửa, cảm ơn thầy cô"},
    "POST /bao-van-de/<report_id>/tam-an": NOTHING,
    "POST /bao-van-de/<report_id>/hien-lai": NOTHING,
    "POST /api/resources/<resource_id>/reports": {"kind": "noi-dung-sai", "text": "Trang 2 tính sai"},
    "POST /api/reports/<report_id>/answer": {"outcome": "da-sua", "answer": "Đã sửa, cảm ơn thầy cô"},
    "POST /hoc-lieu/<resource_id>/tao-ban": {"kind": "ban-rieng"},
    "POST /api/resources/<resource_id>/copies": {"kind": "ban-rieng"},
    # a review round
    "POST /phan-bien/<round_id>/gop-y": {"text": "Nên thêm một ví dụ", "place": "Trang 1"},
    "POST /phan-bien/<round_id>/gop-y/<comment_id>/xong": NOTHING,
    "POST /phan-bien/<round_id>/nhan": NOTHING,
    "POST /phan-bien/<round_id>/nho": {"reviewer": ["{phong}"]},
    "POST /phan-bien/<round_id>/tra-lai": {"word": "Tuần này tôi đi tập huấn"},
    "POST /phan-bien/<round_id>/hen": {"due_on": "2026-12-05"},
    "POST /phan-bien/<round_id>/nhac": NOTHING,
    "POST /phan-bien/<round_id>/ket-luan": {"decision": "approve", "note": "Bài dùng được ngay"},
    "POST /api/reviews/<round_id>/assign": NOTHING,
    "PATCH /api/reviews/<round_id>": {"due_on": "2026-12-05"},
    "POST /api/reviews/<round_id>/remarks": {"text": "Nên thêm một ví dụ"},
    "POST /api/reviews/<round_id>/remarks/<comment_id>/settle": NOTHING,
    "POST /api/reviews/<round_id>/hand-back": {"word": "Tuần này tôi đi tập huấn"},
    "POST /api/reviews/<round_id>/nudge": NOTHING,
    "POST /api/reviews/<round_id>/decision": {"decision": "approve", "note": "Bài dùng được ngay"},
    # contributing
    "POST /dong-gop": {"title": "Bài học mới", "viec": "nhap"},
    "POST /dong-gop/doan": {"names": ["KHBD-NV9-Tuan5-KNTT.docx"]},
    "POST /dong-gop/luu": {"title": "Bài học mới"},
    "POST /api/resources": {"title": "Bài học mới"},
    "POST /api/uploads": {"filename": "a.pdf", "size": 10},
    "POST /api/uploads/<upload_id>/complete": {"parts": [{"number": 1, "etag": "{etag}"}]},
    "PUT /api/uploads/<upload_id>/parts/<int:number>": {"bytes": "{content}"},
    "DELETE /api/uploads/<upload_id>": NOTHING,
    "POST /goi-chu-de/moi": {"title": "Phân số quanh ta"},
    "POST /goi-chu-de/<resource_id>/soan": {"viec": "them", "work": "/hoc-lieu/{public}"},
    "POST /hoc-lieu/<resource_id>/vao-goi": {"package": "{package}"},
    "POST /api/topic-packages": {"title": "Phân số quanh ta"},
    "POST /api/topic-packages/<resource_id>/works": {"work": "{public}"},
    "DELETE /api/topic-packages/<resource_id>/works/<work_id>": NOTHING,
    "POST /api/topic-packages/<resource_id>/works/<work_id>/<verb>": NOTHING,
    # one's own things
    "POST /tim/lich-su": {"q": "phân số lớp 6"},
    "POST /tim/lich-su/xoa": NOTHING,
    "POST /api/search-history": {"q": "phân số lớp 6"},
    "DELETE /api/search-history": NOTHING,
    "POST /thong-bao/da-doc": NOTHING,
    "POST /thong-bao/<notification_id>/mo": NOTHING,
    "POST /thong-bao/qua-thu": {"bai": "khong"},
    "POST /theo-doi": {"kind": "mon", "target": "toan"},
    "POST /theo-doi/<follow_id>/thoi": NOTHING,
    "POST /api/follows": {"kind": "mon", "target": "toan"},
    "DELETE /api/follows/<follow_id>": NOTHING,
    "PATCH /api/mail-choices": {"bai": "khong"},
    "POST /thu/thoi/<token>": NOTHING,
    "POST /tai-khoan/thong-tin": {"name": "Tên Mới", "form_of_address": "co", "language": "vi"},
    "POST /tai-khoan/email": {"email": "moi@truong.example.vn", "current_password": "{password}"},
    "POST /tai-khoan/mat-khau": {"current_password": "{password}", "password": "mot cau khac that dai"},
    "POST /tai-khoan/ket-thuc-phien": NOTHING,
    "POST /tai-khoan/ma-truy-cap": {"name": "Máy ở nhà", "days": "90"},
    "POST /tai-khoan/ma-truy-cap/<token_id>/thu-hoi": NOTHING,
    "POST /tai-khoan/nha-cung-cap/go": NOTHING,
    "POST /tai-khoan/lop-thu-hai/bat-dau": {"current_password": "{password}"},
    "POST /tai-khoan/lop-thu-hai/bat": {"code": "{code}"},
    "POST /tai-khoan/lop-thu-hai/ma-khoi-phuc": {"current_password": "{password}"},
    "POST /tai-khoan/lop-thu-hai/tat": {"current_password": "{password}"},
    "POST /tai-khoan/du-lieu": {"kind": "han-che", "words": "Xin tạm dừng"},
    "POST /tai-khoan/du-lieu/goi": NOTHING,
    "POST /tim-da-luu": {"search": "q=s%E1%BB%91+th%E1%BA%ADp+ph%C3%A2n"},
    "POST /tim-da-luu/<search_id>": {"viec": "doi-ten", "name": "Phân số"},
    "POST /api/saved-searches": {"search": {"q": "số thập phân"}},
    "PATCH /api/saved-searches/<search_id>": {"name": "Phân số"},
    "DELETE /api/saved-searches/<search_id>": NOTHING,
    # collections
    "POST /bo-suu-tap": {"title": "Ôn tập"},
    "POST /bo-suu-tap/<collection_id>/chep": NOTHING,
    "POST /bo-suu-tap/<collection_id>/bai/<resource_id>": {"viec": "len"},
    "POST /bo-suu-tap/<collection_id>/sua": {"title": "Ôn tập", "revision": "{revision}"},
    "POST /bo-suu-tap/<collection_id>/xoa": NOTHING,
    "POST /api/collections": {"title": "Ôn tập"},
    "PATCH /api/collections/<collection_id>": {"title": "Ôn tập"},
    "DELETE /api/collections/<collection_id>": NOTHING,
    "POST /api/collections/<collection_id>/copy": {"title": "Ôn tập"},
    "PUT /api/collections/<collection_id>/items": {"items": ["{public}"]},
    "PUT /api/collections/<collection_id>/items/<resource_id>": {"note": "Dạy tuần 12"},
    "DELETE /api/collections/<collection_id>/items/<resource_id>": NOTHING,
    # asking colleagues
    "POST /nho-dong-nghiep": {"text": "Xin bài về tỉ số", "cluster": "{K2}"},
    "POST /loi-nho/<request_id>/gui-bai": {"work": "/hoc-lieu/{public}"},
    "POST /loi-nho/<request_id>/khep": NOTHING,
    "POST /api/colleague-requests": {"text": "Xin bài về tỉ số", "cluster": "{K2}"},
    "POST /api/colleague-requests/<request_id>/answers": {"work": "/hoc-lieu/{public}"},
    "POST /api/colleague-requests/<request_id>/close": NOTHING,
    # the cluster's year
    "POST /cum/<cluster_id>/ke-hoach-nam/<school_year>": {
        "viec": "ten", "title": "Gói phân số", "kind": "goi-chu-de",
    },
    "POST /cum/<cluster_id>/san-pham-nam/<school_year>": _PRODUCT,
    "POST /cum/<cluster_id>/san-pham-nam/<school_year>/<product_id>/cong-bo": NOTHING,
    "POST /cum/<cluster_id>/san-pham-nam/<school_year>/<product_id>/rut": {"reason": "Chọn nhầm bài"},
    "POST /cum/<cluster_id>/san-pham-nam/<school_year>/<product_id>/doc-lai": NOTHING,
    "POST /cum/<cluster_id>/san-pham-nam/<school_year>/<product_id>/phu-luc": {"note": "Sửa tên bài"},
    "POST /cum/<cluster_id>/viec-nam/<school_year>/<duty>/nhac": {"text": "Cụm còn thiếu sản phẩm năm"},
    "POST /api/clusters/<cluster_id>/duties/<school_year>/<duty>/nudges": {"text": "Còn thiếu sản phẩm năm"},
    "POST /api/clusters/<cluster_id>/annual-products": {**_PRODUCT, "school_year": "2027-2028"},
    "POST /api/clusters/<cluster_id>/annual-products/<product_id>/publish": NOTHING,
    "POST /kho-khan": {"school": "{S05}", "topic": "khac", "text": "Mạng ở trường hay mất"},
    "POST /kho-khan/<difficulty_id>/tra-loi": {"answer": "Xã sẽ lắp đường mạng khác"},
    "POST /kho-khan/<difficulty_id>/chuyen": NOTHING,
    "POST /api/difficulties": {"school": "{S05}", "topic": "khac", "text": "Mạng ở trường hay mất"},
    "POST /api/difficulties/<difficulty_id>/answer": {"answer": "Xã sẽ lắp đường mạng khác"},
    "POST /api/difficulties/<difficulty_id>/pass-on": NOTHING,
    # curators
    "POST /ra-soat/bai-gan-giong/<first_id>/<second_id>": NOTHING,
    "POST /ra-soat/mo": {**_ROUND, "cluster": "{K2}"},
    "POST /ra-soat/<round_id>/sua": {**_ROUND, "revision": "{revision}"},
    "POST /ra-soat/<round_id>/bo": NOTHING,
    "POST /ra-soat/<round_id>/hoan-tac": NOTHING,
    "POST /ra-soat/<round_id>/nhieu-muc": {**_VERDICT, "items": ["{item_id}"]},
    "POST /ra-soat/<round_id>/<item_id>/ket-luan": _VERDICT,
    "POST /api/curation/rounds": {**_ROUND, "cluster": "{K2}"},
    "PATCH /api/curation/rounds/<round_id>": _ROUND,
    "POST /api/curation/rounds/<round_id>/cancel": NOTHING,
    "POST /api/curation/rounds/<round_id>/items/<item_id>/verdict": _VERDICT,
    "POST /api/curation/rounds/<round_id>/verdicts": {**_VERDICT, "items": ["{item_id}"]},
    "POST /api/curation/rounds/<round_id>/undo": NOTHING,
    # the department keeps the house
    "POST /so/cai-dat": {"review.due_days": "12"},
    "POST /so/du-lieu-ca-nhan/<request_id>": {"viec": "nhan"},
    "POST /so/tep-giu-lai/<file_id>": {"note": "Đây là đề năm ngoái"},
    "POST /so/truong": {"name": "THCS Đồi Sim", "institution_type": "truong-thcs", "levels": ["thcs"]},
    "POST /so/truong/<school_id>": {
        "name": "THCS Bờ Xe Nước", "institution_type": "truong-thcs", "levels": ["thcs"],
    },
    "POST /so/truong/<school_id>/tach": {**_SPLIT, "second": ["{thao}"]},
    "POST /so/truong/sap-nhap": {
        "name": "THCS Sông Trà", "institution_type": "truong-thcs", "levels": ["thcs"], "from_year": "2026-2027",
        "ids": ["{S05}", "{S08}"],
    },
    "POST /so/cum": {"name": "Cụm Ngữ văn", "scopes": ["mon-hoc:ngu-van"]},
    "POST /so/cum/<cluster_id>": {"name": "Cụm Toán", "scopes": ["mon-hoc:toan"]},
    "POST /so/cum/<cluster_id>/tach": {**_SPLIT, "second": ["{S08}"]},
    "POST /so/cum/<cluster_id>/truong": {"organization_id": "{S01}", "from_year": "2026-2027"},
    "POST /so/cum/sap-nhap": {
        "name": "Cụm liên cấp", "scopes": ["mon-hoc:toan"], "from_year": "2026-2027", "ids": ["{K1}", "{K2}"],
    },
    "POST /so/thanh-vien/<membership_id>/ket-thuc": NOTHING,
    "POST /so/danh-muc/<vocabulary>": {"label": "Quê hương em", "code": "que-huong-em"},
    "POST /so/danh-muc/<vocabulary>/<code>": {"label": "Quê hương em", "position": "1"},
    "POST /so/danh-muc/<vocabulary>/<code>/dung-lai": NOTHING,
    "POST /so/danh-muc/<vocabulary>/<code>/ngung": NOTHING,
    "POST /nguoi": {"name": "Võ Văn Mới", "role": "giao-vien", "place": "truong:{S05}"},
    "POST /nguoi/danh-sach": {"danh_sach": _LIST},
    "POST /nguoi/<user_id>/dong": NOTHING,
    "POST /nguoi/<user_id>/mo": NOTHING,
    "POST /nguoi/<user_id>/email": {"email": "khac@truong.example.vn"},
    "POST /nguoi/<user_id>/lien-ket": NOTHING,
    "POST /nguoi/<user_id>/gui-lien-ket": NOTHING,
    "POST /nguoi/<user_id>/go-lop-thu-hai": NOTHING,
    "POST /nguoi/<user_id>/vai-tro": {"role": "phan-bien", "place": "cum:{K2}"},
    "POST /nguoi/vai-tro/<membership_id>/ket-thuc": NOTHING,
    # the administrator
    "POST /so/viec-nen/doc-lai-tep": NOTHING,
    "POST /so/viec-nen/lap-lai-chi-muc": NOTHING,
    "POST /so/viec-nen/thu-lai": NOTHING,
    "POST /so/viec-nen/<int:row_id>/bo": {"reason": "Việc này đã làm tay"},
    "POST /so/viec-nen/<int:row_id>/thu-lai": NOTHING,
    # doors
    "POST /dang-nhap": {"username": "thao", "password": "{password}"},
    "POST /dang-nhap/ma": {"code": "{code}"},
    "POST /dang-xuat": NOTHING,
    "POST /quen-mat-khau": {"username": "thao"},
    "POST /xac-nhan-email/<secret>": NOTHING,
    "POST /lien-ket/<secret>": {"password": "mot cau khac that dai"},
}  # fmt: skip

QUERIES = {
    "GET /hoc-lieu/<resource_id>/so-sanh": {"tu": "1", "den": "{newest}"},
    "GET /hinh/<file_id>/<int:page>.webp": {"ticket": "{ticket}"},
    "PUT /api/uploads/<upload_id>/parts/<int:number>": {"ticket": "{ticket}"},
}
"""What stands behind the question mark, where a route is nothing without it."""
