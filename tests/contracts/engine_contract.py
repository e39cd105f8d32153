"""What every search engine must do, whatever it is made of: subclass EngineContract and give an `engine`."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import replace

import pytest

from indexer import (
    Delete,
    Document,
    Outcome,
    SearchEngine,
    Upsert,
)
from tests.contracts.engine_asking import ALL, NASTY, SYNONYMS, AskingContract, ask, counts, ids, make, put

__all__ = ["ALL", "SYNONYMS", "EngineContract", "ask", "counts", "ids", "make", "put"]


class EngineContract(AskingContract):
    """The suite; engines differ only in the fixture `engine` (empty, schema ensured, SYNONYMS given)."""

    # Snippets, suggestions, likeness

    def test_names_are_found_like_the_description_but_never_shown(self, engine: SearchEngine) -> None:
        one = make(1, "Bài một", "Chia một chiếc bánh.", "Viết phân số.")
        put(
            engine,
            replace(one, names="Toán · Lớp 6 · Tư Nghĩa"),
            replace(make(2, "Bài hai"), names="Lớp 6 · huyện Tư Nghĩa cũ"),
        )
        assert set(ids(ask(engine, "tu nghia"))) == {"1", "2"}
        assert ids(ask(engine, "toán bánh")) == ["1"]
        by_place = {hit.id: hit.snippet for hit in ask(engine, "tư nghĩa").hits}
        assert by_place == {"1": "Chia một chiếc bánh.", "2": ""}
        assert "<mark>phân</mark>" in ask(engine, "phân số").hits[0].snippet

    def test_snippets_escape_html_and_mark_what_was_asked(self, engine: SearchEngine) -> None:
        body = "mở đầu " * 300 + "<b>Đường tròn</b> & tiếp tuyến " + "kết thúc " * 300
        put(engine, make(1, "<i>Đường</i> tròn", "", body))
        hit = ask(engine, "duong tron").hits[0]
        assert hit.title_snippet == "&lt;i&gt;<mark>Đường</mark>&lt;/i&gt; <mark>tròn</mark>"
        assert "&lt;b&gt;<mark>Đường</mark> <mark>tròn</mark>&lt;/b&gt; &amp; tiếp tuyến" in hit.snippet
        assert len(hit.snippet) < 600

    def test_suggestions_complete_the_last_syllable(self, engine: SearchEngine) -> None:
        put(engine, make(1, "Phân số bằng nhau"), make(2, "Phân tích thơ"), make(3, "Số nguyên"))
        assert [each.text for each in engine.suggest("phan s", 10, ALL)] == ["Phân số bằng nhau"]
        assert {each.id for each in engine.suggest("ph", 10, ALL)} == {"1", "2"}
        assert engine.suggest(" * ", 10, ALL) == []

    def test_suggestions_respect_access_and_state(self, engine: SearchEngine) -> None:
        self._shelf(engine)
        assert {each.id for each in engine.suggest("phân s", 10, ALL)} <= {"1", "2"}
        assert [each.id for each in engine.suggest("phân số m", 10, ("cum-9",))] == ["5"]
        assert engine.suggest("phân", 10, ()) == []

    def test_similar_records_are_visible_others(self, engine: SearchEngine) -> None:
        self._shelf(engine)
        assert engine.similar("1", 5, ALL)[0] == "2"
        assert not {"1", "4", "5"} & set(engine.similar("1", 5, ALL))
        assert engine.similar("5", 5, ALL) == []
        assert engine.similar("none", 5, ALL) == []

    # Writing

    def test_shuffled_and_repeated_changes_end_the_same(self, engine: SearchEngine) -> None:
        changes = [Upsert(make(n, f"bản {r}", revision=r)) for n in range(6) for r in range(1, 5)]
        changes += [Delete(str(n), 9) for n in (0, 3)]  # type: ignore[misc]
        chaos = random.Random(7)
        pile = chaos.sample(changes * 2, len(changes) * 2)
        for start in range(0, len(pile), 5):
            assert Outcome.FAILED not in {result.outcome for result in engine.apply(pile[start : start + 5])}
        result = ask(engine, "bản 4")
        assert sorted(ids(result)) == ["1", "2", "4", "5"]
        assert {hit.revision for hit in result.hits} == {4}
        assert engine.status().documents == 4

    def test_a_late_upsert_after_a_delete_stays_out(self, engine: SearchEngine) -> None:
        put(engine, make(1, "bài", revision=2))
        assert engine.apply([Delete("1", 3)])[0].outcome is Outcome.DONE
        assert engine.apply([Upsert(make(1, "bài", revision=2))])[0].outcome is Outcome.STALE
        assert ask(engine, "bài").total == 0
        put(engine, make(1, "bài", revision=4))
        assert ask(engine, "bài").total == 1

    def test_one_bad_record_does_not_stop_the_batch(self, engine: SearchEngine) -> None:
        batch = [Upsert(make(1, "tốt")), Upsert(make(2, "xấu", revision=-5)), Upsert(make(3, "tốt"))]
        outcomes = [result.outcome for result in engine.apply(batch)]
        assert (outcomes[0], outcomes[2]) == (Outcome.DONE, Outcome.DONE)
        assert ask(engine, "tốt").total == 2

    def test_an_empty_batch_is_nothing(self, engine: SearchEngine) -> None:
        assert engine.apply([]) == []

    def test_a_rebuild_keeps_what_arrives_meanwhile(self, engine: SearchEngine) -> None:
        put(engine, make(1, "cũ"), make(2, "cũ"), make(8, "cũ"))
        engine.apply([Delete("8", 7)])

        def rows() -> Iterator[Document]:
            yield make(1, "dựng lại")
            assert ask(engine, "cũ").total == 2  # the old index answers
            put(engine, make(3, "mới đến"))
            put(engine, make(1, "mới sửa", revision=5))
            engine.apply([Delete("2", 5)])
            yield make(2, "dựng lại")

        assert engine.rebuild(rows()) == 2
        assert sorted(ids(ask(engine))) == ["1", "3"]
        assert ids(ask(engine, "mới sửa", relax_below=0)) == ["1"]
        assert engine.apply([Upsert(make(8, "x", revision=3))])[0].outcome is Outcome.STALE

    def test_a_failed_rebuild_changes_nothing(self, engine: SearchEngine) -> None:
        put(engine, make(1, "còn"))

        def rows() -> Iterator[Document]:
            yield make(2, "hỏng")
            raise KeyError("the database went away")

        with pytest.raises(KeyError):
            engine.rebuild(rows())
        assert ids(ask(engine)) == ["1"]
        put(engine, make(3, "ghi tiếp"))
        assert engine.rebuild([make(4, "được")]) == 1
        assert ids(ask(engine)) == ["4"]

    # Limits

    @pytest.mark.parametrize("text", NASTY)
    def test_no_user_text_is_an_error(self, engine: SearchEngine, text: str) -> None:
        put(engine, make(1, "Toán"), make(2, text[:500], text, text))
        for query in (text, f'"{text}"', f"toán {text}", f'toán "{text}'):
            assert ask(engine, query, facets=["subject"]).total >= 0
        assert isinstance(engine.suggest(text, 5, ALL), Sequence)
        assert "<script>" not in "".join(hit.title_snippet for hit in ask(engine).hits)

    def test_large_values_are_taken(self, engine: SearchEngine) -> None:
        body = "phân số thập phân " * 30_000
        put(engine, make(1, "dài", "", body + "đuôi"), make(2, "vừa", "", body[:499_990] + " tận cùng"))
        assert ask(engine, "phân số").total == 2
        many = [f"v{number}" for number in range(1000)]
        put(engine, make(3, "nhiều", theme=many))
        assert ask(engine, filters={"theme": many}).total == 1
        assert len(ask(engine, facets=["theme"]).facets["theme"]) == 1000
        assert ask(engine, " ".join(f"từ{number}" for number in range(400)) + " phân").total >= 0

    def test_the_status_tells_the_truth(self, engine: SearchEngine) -> None:
        put(engine, make(1, "x"), make(2, "y"))
        engine.apply([Delete("2", 2)])
        assert (engine.status().documents, engine.status().needs_rebuild) == (1, "")
