"""The controlled vocabularies are complete, consistent and keep the rules for codes."""

from __future__ import annotations

import re
from datetime import date, timedelta
from decimal import Decimal

import pytest

from repo_service.curriculum import seed_data

NAMED_CODES = {
    "levels": "tieu-hoc thcs thpt lien-cap mam-non gdtx",
    "institution_types": "truong-th truong-thcs truong-thpt truong-th-thcs truong-thcs-thpt"
    " truong-th-thcs-thpt ptdtnt"
    " ptdtbt thpt-chuyen tt-gdnn-gdtx tt-htpt-hoa-nhap",
    "commune_kinds": "xa phuong dac-khu",
    "subjects": "tieng-viet ngu-van toan ngoai-ngu-1 ngoai-ngu-2 tieng-anh tieng-nga tieng-phap"
    " tieng-trung-quoc"
    " tieng-nhat tieng-duc tieng-han dao-duc tu-nhien-xa-hoi khoa-hoc lich-su-dia-li lich-su dia-li"
    " tin-hoc-cong-nghe"
    " tin-hoc tin-hoc-ict tin-hoc-cs cong-nghe cong-nghe-cong-nghiep cong-nghe-nong-nghiep"
    " giao-duc-the-chat nghe-thuat"
    " am-nhac mi-thuat giao-duc-cong-dan khoa-hoc-tu-nhien vat-li hoa-hoc sinh-hoc giao-duc-kinh-te-phap-luat"
    " giao-duc-quoc-phong-an-ninh hoat-dong-trai-nghiem hoat-dong-trai-nghiem-huong-nghiep"
    " giao-duc-dia-phuong"
    " tieng-dan-toc-thieu-so tieng-bahnar tieng-cham tieng-ede tieng-jrai tieng-khmer tieng-mnong"
    " tieng-mong tieng-thai"
    " ki-thuat thu-cong",
    "personal_data": "dong-y khong-that cong-khai",
    "khtn_strands": "chat vat-song nang-luong trai-dat-bau-troi",
    "programmes": "gdpt-2018 cu",
    "subject_groups": "nhom-toan-tin nhom-ngu-van nhom-ngoai-ngu nhom-khtn nhom-khxh nhom-nghe-thuat-the-chat"
    " nhom-hdtn-gddp to-khoi-1 to-khoi-2 to-khoi-3 to-khoi-4 to-khoi-5 to-khoi-1-3 to-khoi-4-5 to-gv-bo-mon"
    " giao-duc-hoa-nhap tu-van-chu-nhiem",
    "textbook_sets": "kntt ctst canh-dieu global-success i-learn-smart-world friends-plus think",
    "cluster_kinds": "cap-hoc mon-hoc nhom-mon-hoc linh-vuc dia-ban",
    "cluster_states": "dang-hoat-dong da-sap-xep-lai",
    "purposes": "day-hoc giao-duc boi-duong-gv kiem-tra-danh-gia",
    "audiences": "giao-vien hoc-sinh can-bo-quan-li cha-me-hs",
    "ai_use": "khong ho-tro phan-lon",
    "licences": "mo dung-chung-tinh dung-trong-cum",
    "reach": "rieng cum tinh cong-khai",
    "rights_bases": "tu-lam nguon-mo quet-sgk",
    "comment_purposes": "gop-y da-day-thu hoi",
    "difficulty_topics": "chuong-trinh hoc-lieu thiet-bi-ha-tang nhan-su thoi-gian khac",
    "difficulty_states": "moi da-chuyen da-tra-loi",
    "terms": "hk1 hk2 he",
    "roles": "giao-vien to-truong to-pho gv-cot-can truong-cum pho-cum thu-ky-cum phan-bien ra-soat"
    " hieu-truong"
    " pho-hieu-truong chuyen-vien-so lanh-dao-so can-bo-xa tt-hoa-nhap quan-tri",
    "scope_kinds": "he-thong so xa cum truong to",
    "resource_states": "nhap cho-phan-bien can-chinh-sua da-cong-bo den-han-ra-soat ngung-su-dung",
    "verdicts": "giu-nguyen can-cap-nhat thay-the ngung-su-dung",
    "checklist": "chuong-trinh chinh-xac hoa-nhap ban-quyen du-lieu-ca-nhan ai",
    "return_reasons": "chuong-trinh chinh-xac hoa-nhap ban-quyen du-lieu-ca-nhan ai khac",
    "curation_reasons": "chuong-trinh chinh-xac hoa-nhap ban-quyen du-lieu-ca-nhan ai dia-danh-cu tep-hong trung-lap "
    "tinh-gian it-dung khac",
    "resource_types": "chuyen-de khbd hoc-lieu-so ngan-hang-cau-hoi cong-cu-danh-gia bai-giang-so"
    " video-bai-hoc"
    " san-pham-khac goi-chu-de",
    "resource_subtypes": "khbd-5512 khbd-2345 bai-hoc-nghien-cuu phieu-hoc-tap hinh-anh mo-phong geogebra"
    " am-thanh ma-tran"
    " ban-dac-ta de-kiem-tra dap-an-hdc rubric bang-kiem phieu-quan-sat du-gio-truc-tuyen skkn bien-phap"
    " ke-hoach-to"
    " bien-ban-mau",
    "lesson_study_steps": "b1 b2 b3 b4",
    "meeting_kinds": "sinh-hoat-cum sinh-hoat-to sinh-hoat-nhom",
    "meeting_modes": "truc-tiep truc-tuyen ket-hop",
    "meeting_states": "du-kien da-gui-tai-lieu da-to-chuc da-gui-bien-ban huy",
    "content_groups": "nd1 nd2 nd3 nd4 nd5",
    "research_reasons": "moi kho lien-mon-tich-hop phat-sinh",
    "exam_purposes": "kttx giua-ki-1 giua-ki-2 cuoi-ki-1 cuoi-ki-2 khao-sat thi-thu hsg tuyen-sinh-10"
    " tot-nghiep-thpt",
    "cognitive_bon_muc": "nhan-biet thong-hieu van-dung van-dung-cao",
    "cognitive_cv7991": "biet hieu van-dung",
    "cognitive_tt27": "muc-1 muc-2 muc-3",
    "question_types": "nhieu-lua-chon dung-sai tra-loi-ngan tu-luan",
    "qualities": "yeu-nuoc nhan-ai cham-chi trung-thuc trach-nhiem",
    "competencies": "tu-chu-tu-hoc giao-tiep-hop-tac giai-quyet-van-de-sang-tao ngon-ngu tinh-toan"
    " khoa-hoc cong-nghe"
    " tin-hoc tham-mi the-chat nang-luc-so",
    "themes": "pham-chat-nang-luc doi-moi-phuong-phap kiem-tra-danh-gia tich-hop-lien-mon"
    " buoi-hoc-thu-hai hs-nang-khieu"
    " hs-han-che hoa-nhap stem-steam ai-cong-nghe-so phan-tich-ket-qua tu-hoc tinh-gian nl-ngon-ngu"
    " nl-tinh-toan nl-tu-hoc"
    " van-hoa-doc ki-nang-song trai-nghiem-thuc-hanh phoi-hop-cha-me mon-tich-hop giao-duc-dia-phuong"
    " trai-nghiem-huong-nghiep day-hoc-phan-hoa lien-thong-th-thcs khkt chuyen-cap cau-lac-bo"
    " danh-gia-tx-dk mon-lua-chon"
    " chuyen-de-hoc-tap tu-van-chon-mon mui-nhon-hsg ki-thi-cuoc-thi dinh-huong-sau-thpt ki-nang-so"
    " ki-nang-nghe-nghiep"
    " phan-tich-ket-qua-thi nghien-cuu-khoa-hoc",
}
PARENT_VOCABULARY = {"grades": "levels", "resource_subtypes": "resource_types"}
REFERRING_DETAILS = {"scopes": "scope_kinds", "subjects": "subjects"}


@pytest.mark.parametrize("vocabulary", sorted(NAMED_CODES))
def test_every_named_code_is_there_and_no_other(vocabulary: str) -> None:
    assert sorted(seed_data.terms(vocabulary)) == sorted(NAMED_CODES[vocabulary].split())


def test_only_grades_and_kinds_of_subjects_are_not_listed_above() -> None:
    assert set(seed_data.vocabularies()) - set(NAMED_CODES) == {"grades", "subject_kinds"}
    assert list(seed_data.terms("grades")) == [f"lop-{grade}" for grade in range(1, 13)]


@pytest.mark.parametrize("vocabulary", sorted(seed_data.vocabularies()))
def test_codes_are_unique_folded_and_ordered(vocabulary: str) -> None:
    entries = seed_data.vocabularies()[vocabulary]
    codes = [entry.code for entry in entries]
    assert len(set(codes)) == len(codes)
    assert all(re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", code) for code in codes)
    assert [entry.order for entry in entries] == list(range(1, len(codes) + 1))
    assert all(entry.label.strip() == entry.label != "" for entry in entries)


def test_parents_levels_and_references_exist() -> None:
    levels = seed_data.terms("levels")
    for vocabulary, entries in seed_data.vocabularies().items():
        for entry in entries:
            if entry.parent:
                assert entry.parent in seed_data.terms(PARENT_VOCABULARY[vocabulary])
            assert set(entry.levels) <= set(levels)
            for detail, target in REFERRING_DETAILS.items():
                assert set(entry.details.get(detail, ())) <= set(seed_data.terms(target))


def test_parents_of_subjects_exist_and_are_taught_in_the_same_grade() -> None:
    subjects = seed_data.subjects()
    for subject in subjects.values():
        assert set(subject.kinds.values()) <= set(seed_data.terms("subject_kinds"))
        assert set(subject.parents) <= set(subject.grades)
        assert set(subject.related) <= set(subjects)
        for grade, parents in subject.parents.items():
            assert all(grade in subjects[parent].grades for parent in parents)


@pytest.mark.parametrize(
    ("subject", "grade", "kind", "parents"),
    [
        ("lich-su", 7, "pm", ("lich-su-dia-li",)),
        ("lich-su", 10, "bb", ()),
        ("dia-li", 12, "lc", ()),
        ("tin-hoc", 4, "pm", ("tin-hoc-cong-nghe",)),
        ("tin-hoc", 8, "bb", ()),
        ("vat-li", 6, "pm", ("khoa-hoc-tu-nhien",)),
        ("am-nhac", 9, "pm", ("nghe-thuat",)),
        ("tieng-anh", 2, "tc", ("ngoai-ngu-1",)),
        ("tieng-nhat", 8, "bb", ("ngoai-ngu-1", "ngoai-ngu-2")),
        ("hoat-dong-trai-nghiem", 5, "hd", ()),
    ],
)
def test_the_kind_of_a_subject_depends_on_the_grade(
    subject: str, grade: int, kind: str, parents: tuple[str, ...]
) -> None:
    found = seed_data.subjects()[subject]
    assert found.kinds[grade] == kind
    assert found.parents.get(grade, ()) == parents


def test_old_subjects_belong_to_the_old_programme_only() -> None:
    subjects = seed_data.subjects()
    assert {subject.code for subject in subjects.values() if subject.programme == "cu"} == {
        "ki-thuat",
        "thu-cong",
    }
    assert subjects["giao-duc-cong-dan"].old_grades == (10, 11, 12)
    assert subjects["ki-thuat"].grades == ()


@pytest.mark.parametrize(
    ("grades", "levels"),
    [
        ((1,), ("tieu-hoc",)),
        ((5, 6), ("tieu-hoc", "thcs")),
        ((9,), ("thcs",)),
        ((12, 10), ("thpt",)),
        ((), ()),
        ((13,), ()),
    ],
)
def test_levels_follow_from_grades(grades: tuple[int, ...], levels: tuple[str, ...]) -> None:
    assert seed_data.levels_of(grades) == levels


def test_the_province_has_96_communes() -> None:
    communes = seed_data.communes()
    kinds = [commune.kind for commune in communes]
    assert (kinds.count("xa"), kinds.count("phuong"), kinds.count("dac-khu")) == (86, 9, 1)
    assert len({commune.code for commune in communes}) == 96
    assert all(re.fullmatch(r"\d{5}", commune.code) for commune in communes)
    assert {commune.label: commune.code for commune in communes}["Lý Sơn"] == "21548"


def test_old_place_names_find_the_communes_of_today() -> None:
    names = {commune.code: commune.label for commune in seed_data.communes()}
    old = seed_data.old_place_names()
    assert [names[code] for code in old["huyện Sa Thầy"]] == [
        "Sa Thầy",
        "Rờ Kơi",
        "Sa Bình",
        "Mô Rai",
        "Ya Ly",
    ]
    assert old["huyện Tây Trà"] == old["huyện Trà Bồng"]
    assert len(old["thành phố Kon Tum"]) == 6
    assert "tỉnh Kon Tum" in seed_data.province().aliases


def test_old_spellings_of_communes_are_aliases() -> None:
    aliases = {commune.label: commune.aliases for commune in seed_data.communes()}
    assert "Sơn Thủy" in aliases["Sơn Thuỷ"]
    assert "Đắk Tô" in aliases["Đăk Tô"]
    assert "Lí Sơn" in aliases["Lý Sơn"]


def test_school_years_have_room_for_35_teaching_weeks() -> None:
    years = {year.code: year for year in seed_data.school_years()}
    assert list(years) == ["2024-2025", "2025-2026", "2026-2027", "2027-2028"]
    assert years["2025-2026"].first_monday == date(2025, 9, 8)
    for year in years.values():
        pauses = sum(((gap.last - gap.first).days + 1) // 7 for gap in year.breaks)
        assert year.first_monday.weekday() == 0 and all(gap.first.weekday() == 0 for gap in year.breaks)
        assert year.first_monday + timedelta(weeks=35 + pauses) <= year.end + timedelta(days=7)
        assert year.opens < year.first_monday < year.hk1_end < year.end == year.duty_deadline


def test_exam_templates_sum_up_to_ten_points() -> None:
    templates = seed_data.exam_templates()
    assert [template.code for template in templates] == [
        "cv7991-10",
        "tn-toan",
        "tn-li-hoa-sinh-dia",
        "tn-su-ktpl-tin-cn",
        "tn-van",
        "tn-ngoai-ngu",
    ]
    for template in templates:
        assert sum(part.points * max(part.questions, 1) for part in template.parts) == Decimal(10)
        assert {part.question_type for part in template.parts} <= set(seed_data.terms("question_types"))


def test_ambiguous_abbreviations_keep_all_their_readings() -> None:
    table = seed_data.abbreviations()
    assert {"thông hiểu", "tiểu học", "Tin học"} <= set(table["TH"])
    assert {"chuyên đề", "chủ đề", "Cánh Diều"} <= set(table["CD"])
    assert {"ma trận", "mục tiêu", "Mĩ thuật"} <= set(table["MT"])
    assert "Khoa học tự nhiên" in table["KHTN"]
    assert len(table) > 120


def test_reach_of_a_licence_is_a_known_reach() -> None:
    licences = seed_data.terms("licences")
    assert {code: term.details["widest_reach"] for code, term in licences.items()} == {
        "mo": "cong-khai",
        "dung-chung-tinh": "tinh",
        "dung-trong-cum": "cum",
    }


def test_aliases_hold_the_old_spelling() -> None:
    subjects = seed_data.subjects()
    assert "Vật lý" in subjects["vat-li"].aliases and subjects["vat-li"].label == "Vật lí"
    assert "Mỹ thuật" in subjects["mi-thuat"].aliases
