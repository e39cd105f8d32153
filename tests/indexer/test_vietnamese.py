"""Tables of domain.md C1, C2.7 and the token table: how Vietnamese text is cut, folded and sorted."""

import random
import unicodedata

import pytest

from indexer.abbreviations import Abbreviations
from indexer.query import MAX_READINGS, read_query, required_syllables
from indexer.vietnamese import analyse, fold, folded_tokens, normalise, sort_key, surface_tokens, views


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("Toán-Tin lớp 6/7", "toan tin lop 6 7"),
        ("GD&ĐT", "gd dt"),
        ("4069/BGDĐT-GDPT", "4069 bgddt gdpt"),
        ("10A1, KHTN_8", "10a1 khtn 8"),
        ("20.000 đồng; 1,4", "20000 dong 1,4"),
        ("v.v TP.HCM 1.Mục đích", "v v tp hcm 1 muc dich"),
        ("lý kỹ hy mỹ sỹ tỷ quý", "li ki hi mi si ti qui"),
        ("tay may thúy", "tay may thuy"),
        ("phân\u200b số\u00ad", "phan so"),
        ("", ""),
    ],
)
def test_text_is_cut_into_folded_syllables(text: str, tokens: str) -> None:
    assert views(text).base == tokens


@pytest.mark.parametrize(
    ("typed", "same"),
    [
        ("hòa thúy khỏe ủy tùy tòa hòe", "hoà thuý khoẻ uỷ tuỳ toà hoè"),
        ("qúy gía qúa", "quý giá quá"),
        ("vật lý địa lý kỹ năng học kỳ", "vật lí địa lí kĩ năng học kì"),
        ("Ðà Nẵng Ɖạo", "Đà Nẵng Đạo"),
        ("TOÁN", "toán"),
    ],
)
def test_both_ways_of_writing_meet(typed: str, same: str) -> None:
    assert analyse(typed) == analyse(same)
    assert analyse(unicodedata.normalize("NFD", typed)) == analyse(same)


@pytest.mark.parametrize("word", ["hoàn", "khuya", "thuở", "múa", "của", "quá", "giáo", "gì", "khuỷu", "mía"])
def test_other_syllables_stay_as_they_are(word: str) -> None:
    assert analyse(word) == [word]


def test_every_latin_letter_folds_to_plain_ones() -> None:
    clicks = {0x1C0, 0x1C1, 0x1C2, 0x1C3, 0x1BB, 0x1BC, 0x1BD, 0x1A8, 0x1A7, 0x184, 0x185, 0x1BE}
    for code in (*range(0xC0, 0x250), *range(0x1E00, 0x1F00)):
        char = chr(code)
        if char.isalpha() and code not in clicks and unicodedata.name(char).startswith("LATIN"):
            assert fold(char).isascii(), unicodedata.name(char)


def test_sorting_follows_the_vietnamese_alphabet() -> None:
    letters = list("aăâbcdđeêghiklmnoôơpqrstuưvxy")
    tones = ["ma", "mà", "mả", "mã", "má", "mạ"]
    titles = ["9 bài", "10 bài", "Đà Nẵng", "Đạo đức", "Lớp 9", "Lớp 10", "tả cảnh", "tạ ơn"]
    for line in (letters, tones, titles):
        assert sorted(random.Random(1).sample(line, len(line)), key=sort_key) == line


def test_places_of_tokens_lead_back_to_the_text() -> None:
    text = normalise("Đường, 20.000 hoà!")
    assert [text[token.start : token.end] for token in surface_tokens(text)] == ["Đường", "20.000", "hoà"]
    assert [token.folded for token in surface_tokens(text)] == folded_tokens(analyse(text))


@pytest.mark.parametrize(
    ("text", "required"),
    [
        ("phân số lớp bốn", 4),
        ("giáo án toán lớp sáu mới", 4),
        ("một hai ba bốn năm sáu bảy tám chín mười", 4),
        ("vì sao lá cây có màu", 2),
        ("vi sao la cay co mau", 4),
        ("may tinh", 2),
        ("là gì?", 1),
    ],
)
def test_the_share_of_required_syllables(text: str, required: int) -> None:
    assert read_query(text, Abbreviations()).required == required


def test_required_never_exceeds_what_there_is() -> None:
    assert [required_syllables(n, question=False) for n in range(11)] == [0, 1, 2, 3, 4, 3, 4, 5, 3, 3, 4]
    assert required_syllables(0, question=True) == 0


def test_a_query_is_capped_at_200_syllables() -> None:
    query = read_query(" ".join(f"a{n}" for n in range(2000)) + ' "b c"', Abbreviations())
    assert len(query.folded) <= 200


def test_abbreviations_read_both_ways_but_not_in_quotes() -> None:
    table = Abbreviations([("CĐ", "chuyên đề"), ("CĐ", "chủ đề")])
    readings = {syllable.folded: syllable.readings for syllable in read_query("CD", table).syllables}
    assert {reading.words for reading in readings["cd"]} == {("chuyen", "de"), ("chu", "de")}
    assert all(reading.weight < 1 for reading in readings["cd"])
    assert read_query("chu de", table).syllables[0].readings[0].words == ("cd",)
    assert read_query('"CD"', table).syllables == ()


def test_readings_never_fill_a_query() -> None:
    keys = [f"K{chr(97 + first)}{chr(97 + second)}" for first in range(20) for second in range(10)]
    table = Abbreviations([(key, f"một {key} dài", f"hai {key} dài") for key in keys])
    readings = [each for syllable in read_query(" ".join(keys), table).syllables for each in syllable.readings]
    assert 0 < len(readings) <= MAX_READINGS


def test_marks_of_a_typed_key_choose_among_its_readings() -> None:
    table = Abbreviations([("CĐ", "chuyên đề"), ("CD", "Cánh Diều"), ("Sử", "Lịch sử"), ("Văn", "Ngữ văn")])

    def weights(text: str) -> dict[str, float]:
        (syllable,) = read_query(text, table).syllables
        return {" ".join(reading.words): reading.weight for reading in syllable.readings}

    assert weights("CĐ")["chuyen de"] > weights("CĐ")["canh dieu"] > 0
    assert weights("cd")["chuyen de"] == weights("cd")["canh dieu"]
    assert weights("sử") == weights("su") == {"lich su": 1.0}
    assert weights("sự") == weights("vần") == {}


def test_all_readings_together_weigh_what_was_typed() -> None:
    table = Abbreviations([("KHBD", "GA", "kế hoạch bài dạy", "giáo án")])
    for text in ("KHBD", "giáo án"):
        readings = [each for syllable in read_query(text, table).syllables for each in syllable.readings]
        assert sum(reading.weight for reading in readings) == pytest.approx(1.0)
    assert all(not each.readings for each in read_query("bài dạy", table).syllables)
