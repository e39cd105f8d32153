"""The asking half of the engine contract: finding, ranking, facets, sorting, paging; and its small makers."""

import base64
import random
from collections.abc import Iterator
from dataclasses import replace

import pytest

from indexer import (
    BadRequest,
    Document,
    Outcome,
    SearchEngine,
    SearchRequest,
    SearchResult,
    Sort,
    Upsert,
)

SYNONYMS = [
    ("KHBD", "GA", "kế hoạch bài dạy", "giáo án", "bài soạn"),
    ("NV", "Văn", "Ngữ văn"),
    ("HK1", "HKI", "học kì I", "học kì 1"),
    ("CĐ", "chuyên đề"),
    ("CĐ", "chủ đề"),
]
ALL = ("tinh",)
FORGED = base64.urlsafe_b64encode(b'["relevance", 3.5, 12, 100000000000]').decode()
"""A place so deep that only its making would need all memory."""
NASTY = [
    "*", '"', '""', '"a', ":", "(", "a)b", "-x", "~", "^2", "/", "a AND", "title:x", "\\", "[a TO b]", "+", "\x00",
    "\ud800", "\u0301", "é" * 10_000, "4069/BGDĐT-GDPT", "10A1", "20.000", "Đà Nẵng", "漢字", "🎓", "a\u200bb",
    "x@y.vn", "' OR 1=1 --", "<script>", "%", "_", "NaN", "{", "?", "\"đ\" \"\" '", "\u202e", "a" * 9_999, "“phân số”",
    " ".join(f"từ{number}" for number in range(200)), '"phân số" ' * 300, "KHBD CĐ GA HK1 NV " * 60, "1/" * 2_000,
]  # fmt: skip


def make(number: int | str, title: str, descr: str = "", body: str = "", **fields: object) -> Document:
    """A visible document; `filters` given as keyword arguments of one or many values."""
    access = fields.pop("access", ALL)
    updated_at = fields.pop("updated_at", 1_700_000_000)
    bonus = fields.pop("bonus", 0.0)
    revision = fields.pop("revision", 1)
    filters = {name: [value] if isinstance(value, str) else list(value) for name, value in fields.items()}  # type: ignore[call-overload]
    return Document(
        id=str(number),
        revision=int(str(revision)),
        title=title,
        descr=descr,
        body=body,
        filters=filters,
        access=tuple(access),  # type: ignore[arg-type]
        updated_at=int(str(updated_at)),
        bonus=float(str(bonus)),
    )


def put(engine: SearchEngine, *documents: Document) -> None:
    """Write documents and insist that all were taken."""
    results = engine.apply([Upsert(document) for document in documents])
    assert [result.outcome for result in results] == [Outcome.DONE] * len(documents)


def ask(engine: SearchEngine, text: str = "", **parts: object) -> SearchResult:
    """Search as a viewer with the common access token."""
    return engine.search(SearchRequest(text=text, **{"access": ALL, **parts}))  # type: ignore[arg-type]


def ids(result: SearchResult) -> list[str]:
    """Ids in order."""
    return [hit.id for hit in result.hits]


def counts(result: SearchResult, facet: str) -> dict[str, int]:
    """Values of one facet with their counts."""
    return {value.value: value.count for value in result.facets[facet]}


class AskingContract:
    """What an engine answers; see engine_contract.py for the whole suite."""

    @pytest.fixture
    def engine(self) -> Iterator[SearchEngine]:
        """The engine under test."""
        raise NotImplementedError

    # Finding

    @pytest.mark.parametrize(
        ("title", "query"),
        [
            ("Toán 6: Phân số", "toan 6"),
            ("Hoá học", "hoa hoc"),
            ("Vật lý 10", "vật lí 10"),
            ("Vật lí 10", "vat ly 10"),
            ("Giáo dục hoà nhập", "hòa nhập"),
            ("Giáo dục hòa nhập", "hoà nhập"),
            ("Công văn 4069/BGDĐT-GDPT", "4069/BGDĐT-GDPT"),
            ("Lớp 10A1", "10a1"),
            ("Giá 20.000đ", "20000"),
            ("Giá 20000 đồng", "20.000 đồng"),
            ("Giá 20.000 đồng", '"20000 đồng"'),
            ("Đường tròn", "duong tron"),
            ("KHBD Ngữ văn 9", "giáo án văn 9"),
            ("Giáo án Ngữ văn 9", "KHBD NV9"),
            ("Kế hoạch bài dạy văn 9", "GA NV 9"),
            ("Ôn tập học kỳ 1", "HKI"),
            ("To\u0061\u0301n ca\u0302u lạc bộ", "toán câu lạc bộ"),
            ("phân\u00ad số", "phân số"),
            ("Ðịa lí", "địa lí"),
        ],
    )
    def test_a_title_is_found_as_teachers_type_it(self, engine: SearchEngine, title: str, query: str) -> None:
        put(engine, make(1, title), make(2, "Một bài khác hẳn"))
        assert ids(ask(engine, query)) == ["1"]

    @pytest.mark.parametrize("field", ["title", "descr", "body"])
    def test_every_text_field_is_searched(self, engine: SearchEngine, field: str) -> None:
        texts = {"title": "x", "descr": "", "body": ""} | {field: "thực vật có hoa"}
        put(engine, make(1, **texts))
        assert ids(ask(engine, "thuc vat")) == ["1"]

    def test_a_quoted_phrase_asks_for_neighbours(self, engine: SearchEngine) -> None:
        put(engine, make(1, "phân số lớp bốn"), make(2, "số phân lớp bốn"), make(3, "phân tích số"))
        assert ids(ask(engine, '"phân số"')) == ["1"]
        assert ids(ask(engine, '"bốn"', sort=Sort.TITLE)) == ["1", "2"]

    def test_all_of_few_words_are_required(self, engine: SearchEngine) -> None:
        put(engine, *(make(number, f"phân số thập phân {number}") for number in range(5)))
        put(engine, make(9, "phân số thập"))
        assert ask(engine, "phân số thập phân").total == 6
        result = ask(engine, "phân số thập 3", relax_below=1)
        assert ids(result) == ["3"]
        assert not result.relaxed

    def test_a_poor_search_is_widened_behind_its_strict_hits(self, engine: SearchEngine) -> None:
        put(
            engine, make(1, "cấp số cộng", bonus=1.0), make(2, "cấp cứu"), make(3, "tổng", body="cấp số nhân")
        )
        result = ask(engine, "cấp số nhân")
        assert ids(result)[0] == "3"
        assert result.relaxed
        assert result.total == 3
        assert not ask(engine, "cấp số nhân", relax_below=1).relaxed

    def test_choices_of_the_user_do_not_widen_his_search(self, engine: SearchEngine) -> None:
        put(engine, *(make(number, "cấp số cộng", grade="11") for number in range(4)))
        put(engine, make(8, "cấp số cộng", grade="12"), make(9, "cấp cứu", grade="12"))
        result = ask(engine, "cấp số cộng", filters={"grade": ["12"]})
        assert (ids(result), result.relaxed) == (["8"], False)

    def test_one_typing_error_is_forgiven_when_nothing_is_found(self, engine: SearchEngine) -> None:
        put(engine, make(1, "phương trình bậc hai"), make(2, "phương pháp"))
        result = ask(engine, "phuong trihn")
        assert (ids(result), result.fuzzy, result.relaxed) == (["1", "2"], True, True)
        assert ids(ask(engine, "phuong trihn", relax_below=1)) == ["1"]
        assert ask(engine, "qzxw").total == 0

    def test_a_chance_neighbour_does_not_stand_above_a_title_with_all_but_one_word(self, engine: SearchEngine) -> None:
        put(engine, make(1, "Khúc xạ ánh sáng"), make(2, "Đảo", body="thực tế sa bàn, áo ấm, ảnh chụp buổi sáng"))
        put(engine, *(make(number, f"Bài {number}") for number in range(3, 9)))
        result = ask(engine, "khuc sa anh sang")
        assert (ids(result)[0], result.fuzzy, result.relaxed) == ("1", True, True)

    # Ranking

    @pytest.mark.parametrize(
        "twins",
        [
            "bán bàn ban",
            "toán toàn",
            "văn vần",
            "sử sự sư",
            "hoá hoa hoả hoạ",
            "âm am",
            "mã ma",
            "sinh sính",
            "địa đĩa",
        ],
    )
    def test_the_title_with_the_typed_marks_stands_above_its_twins(
        self, engine: SearchEngine, twins: str
    ) -> None:
        words = twins.split()
        put(engine, *(make(number, f"Bài về {word}") for number, word in enumerate(words)))
        for number, word in enumerate(words):
            result = ask(engine, word)
            assert result.total == len(words)
            if word != word.encode("ascii", "ignore").decode():
                assert result.hits[0].id == str(number), word

    def test_an_unmarked_query_does_not_look_at_marks(self, engine: SearchEngine) -> None:
        put(engine, make(1, "Bài về toán"), make(2, "Bài về toan"), make(3, "Bài về toàn"))
        assert len({round(hit.score, 3) for hit in ask(engine, "toan").hits}) == 1
        assert ids(ask(engine, "toan")) == ["1", "2", "3"]

    def test_title_beats_description_beats_body(self, engine: SearchEngine) -> None:
        put(
            engine,
            make(1, "x", "y", "quang hợp"),
            make(2, "x", "quang hợp", "y"),
            make(3, "quang hợp", "x", "y"),
        )
        assert ids(ask(engine, "quang hợp")) == ["3", "2", "1"]

    def test_equal_hits_stand_newest_first_then_by_id(self, engine: SearchEngine) -> None:
        put(engine, make(2, "tập đọc"), make(10, "tập đọc"), make(7, "tập đọc", updated_at=1_800_000_000))
        assert ids(ask(engine, "tập đọc")) == ["7", "2", "10"]
        assert ids(ask(engine)) == ["7", "2", "10"]
        assert ids(ask(engine, sort=Sort.TITLE)) == ["7", "2", "10"]

    def test_quality_lifts_but_a_better_title_wins(self, engine: SearchEngine) -> None:
        put(
            engine,
            make(1, "ma trận đề"),
            make(2, "ma trận đề", bonus=0.6),
            make(3, "đề", body="ma trận", bonus=1.0),
        )
        put(engine, make(4, "ma trận đề", bonus=-1.0))
        assert ids(ask(engine, "ma trận đề")) == ["2", "1", "4", "3"]

    def test_boosts_rank_up_and_never_filter(self, engine: SearchEngine) -> None:
        put(engine, make(1, "phân số", grade="4"), make(2, "phân số", grade="6"))
        assert ids(ask(engine, "phân số", boosts=[("grade", "6", 1.0)])) == ["2", "1"]

    @pytest.mark.parametrize(
        "text", ["phân số lớp", "phan so", '"phân số" khbd', "phân sô", "phân zzzz", "phan tuong", ""]
    )
    def test_an_explanation_adds_up_to_the_scores(self, engine: SearchEngine, text: str) -> None:
        put(engine, make(1, "Phân số", "phân số lớp 4", "KHBD", grade="4", bonus=0.3))
        put(engine, make(2, "phân thức", grade="6"), make(3, "giáo án phân số", "", "số", bonus=-1.0))
        put(engine, make(4, "phân tích thơ Bếp lửa", body="lớp số phân"))
        request = SearchRequest(text, ALL, boosts=[("grade", "4", 3.0)])
        explanation = engine.explain(request)
        assert ids(explanation.result) == ids(engine.search(request)) != []
        for hit in explanation.result.hits:
            found = explanation.scores[hit.id]
            assert sum(score for _, score in found) == pytest.approx(hit.score, abs=0.01), found
            assert all(score == pytest.approx(part.weight) for part, score in found if part.fixed)

    def test_titles_sort_by_the_vietnamese_alphabet(self, engine: SearchEngine) -> None:
        titles = [
            "Anh",
            "Ăn",
            "Âm",
            "Bài 2: Phân số",
            "Bài 10: Hỗn số",
            "Bai ca",
            "Dân ca",
            "Dừa",
            "Đà Nẵng",
            "Đạo đức",
            "Lớp 9",
            "Lớp 10",
            "Ôn tập",
            "Ơn",
            "Tả",
            "Tã",
            "Yên",
        ]
        shuffled = random.Random(1).sample(titles, len(titles))
        put(engine, *(make(title, title) for title in shuffled))
        assert ids(ask(engine, sort=Sort.TITLE)) == titles

    # Filters, facets, access

    def _shelf(self, engine: SearchEngine) -> None:
        put(
            engine,
            make(1, "phân số", subject="toan", grade="4", cluster=["k1", "k2"]),
            make(2, "phân số", subject="toan", grade="6", cluster=["k1"]),
            make(3, "phân tích", subject="van", grade="6", cluster=["k2"]),
            make(4, "phân số", subject="toan", grade="6", state="retired"),
            make(5, "phân số mật", subject="su", grade="6", access=["cum-9"]),
        )

    def test_values_of_one_facet_are_or_and_facets_are_and(self, engine: SearchEngine) -> None:
        self._shelf(engine)
        assert ask(engine, filters={"subject": ["toan", "van"]}).total == 3
        assert ids(ask(engine, filters={"subject": ["toan"], "grade": ["6"]})) == ["2"]

    def test_each_facet_counts_under_all_other_choices(self, engine: SearchEngine) -> None:
        self._shelf(engine)
        wanted = ("subject", "grade", "cluster")
        free = ask(engine, facets=wanted)
        assert counts(free, "subject") == {"toan": 2, "van": 1}
        assert counts(free, "cluster") == {"k1": 2, "k2": 2}
        one = ask(engine, facets=wanted, filters={"subject": ["toan"]})
        assert counts(one, "subject") == {"toan": 2, "van": 1}
        assert counts(one, "grade") == {"4": 1, "6": 1}
        three = ask(engine, facets=wanted, filters={"subject": ["van"], "grade": ["4"], "cluster": ["k2"]})
        assert three.total == 0
        assert counts(three, "subject") == {"toan": 1, "van": 0}
        assert [value.value for value in three.facets["subject"] if value.selected] == ["van"]

    def test_a_chosen_value_without_hits_stays_listed(self, engine: SearchEngine) -> None:
        self._shelf(engine)
        result = ask(engine, facets=["subject"], filters={"subject": ["hoa"]})
        assert counts(result, "subject")["hoa"] == 0

    def test_replaced_and_retired_records_come_only_when_asked(self, engine: SearchEngine) -> None:
        self._shelf(engine)
        assert "4" not in ids(ask(engine, "phân số"))
        assert ids(ask(engine, "phân số", filters={"state": ["retired"]})) == ["4"]

    def test_nothing_leaks_without_an_access_token(self, engine: SearchEngine) -> None:
        self._shelf(engine)
        assert ask(engine, access=()).total == 0
        assert ask(engine, "mật", relax_below=0).total == 0
        assert "su" not in counts(ask(engine, facets=["subject"]), "subject")
        assert ask(engine, access=("cum-9",)).total == 1
        assert ask(engine, access=("cum-9", "tinh")).total == 4

    def test_a_time_range_includes_both_ends(self, engine: SearchEngine) -> None:
        put(engine, *(make(number, "x", updated_at=number) for number in (10, 20, 30)))
        assert ids(ask(engine, ranges={"updated_at": (20, 30)})) == ["30", "20"]
        assert ids(ask(engine, ranges={"updated_at": (None, 10)})) == ["10"]

    def test_a_range_of_school_years_includes_both_ends(self, engine: SearchEngine) -> None:
        years = {number: replace(make(number, "x"), school_start=number) for number in (2023, 2024, 2025)}
        put(engine, *years.values(), make(1, "x"))
        assert set(ids(ask(engine, ranges={"school_start": (2024, 2025)}))) == {"2024", "2025"}
        assert ids(ask(engine, ranges={"school_start": (2024, 2024), "updated_at": (0, None)})) == ["2024"]
        assert ask(engine, ranges={"school_start": (2025, 2023)}).total == 0

    @pytest.mark.parametrize(
        "wrong",
        [
            {"filters": {"colour": ["red"]}}, {"facets": ["colour"]}, {"ranges": {"title": (1, 2)}}, {"page": 0},
            {"size": -1}, {"cursor": "x"}, {"cursor": "WzFd"}, {"cursor": FORGED}, {"page": 1000},
            {"boosts": [("colour", "red", 1.0)]},
        ],
    )  # fmt: skip
    def test_impossible_requests_are_refused(self, engine: SearchEngine, wrong: dict[str, object]) -> None:
        with pytest.raises(BadRequest):
            ask(engine, "x", **wrong)

    # Paging

    @pytest.mark.parametrize("sort", list(Sort))
    def test_pages_neither_repeat_nor_skip(self, engine: SearchEngine, sort: Sort) -> None:
        put(engine, *(make(number, f"tập đọc {number % 3}", updated_at=number % 5) for number in range(95)))
        pages = [ids(ask(engine, "tập đọc", sort=sort, page=page, size=10)) for page in range(1, 11)]
        found = [each for page in pages for each in page]
        assert len(found) == len(set(found)) == 95

    @pytest.mark.parametrize("sort", list(Sort))
    def test_a_cursor_goes_on_while_others_write(self, engine: SearchEngine, sort: Sort) -> None:
        put(engine, *(make(number, "tập đọc", updated_at=1000 + number) for number in range(40)))
        cursor, found = None, []
        while True:
            result = ask(engine, "tập đọc", sort=sort, size=7, cursor=cursor)
            found += ids(result)
            cursor = result.cursor
            if cursor is None:
                break
            put(engine, make(100 + len(found), "tập đọc", updated_at=5000 + len(found)))
        assert [int(each) for each in found if int(each) < 100] == list(range(39, -1, -1))
        assert len(found) == len(set(found))
