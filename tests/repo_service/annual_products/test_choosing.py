"""The lead chooses the product of the year; everything that must not count is refused."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from sqlalchemy import func, select

from repo_service.annual_products import queries
from repo_service.annual_products.models import AnnualProduct
from repo_service.core.db import Database
from repo_service.core.errors import AlreadyExists, InvalidInput, NotFound
from tests.cast import Cast
from tests.factories import draft

Make = Callable[..., str]
Act = Callable[..., None]


@pytest.mark.parametrize(
    ("by", "allowed"),
    [("minh", True), ("lan", False), ("hoa", False), ("nga", False), ("tuan", False), ("quantri", False)],
)
def test_only_the_cluster_lead_chooses_and_locks(
    by: str, allowed: bool, published_work: Make, approve: Act, choose: Make, lock: Act
) -> None:
    work = published_work()
    approve(work, "hoa", "minh")
    if allowed:
        lock(choose(work, by=by), by=by)
        return
    with pytest.raises(NotFound):
        choose(work, by=by)
    product_id = choose(work)
    with pytest.raises(NotFound):
        lock(product_id, by=by)


def test_a_cluster_has_one_product_a_year(published_work: Make, choose: Make) -> None:
    work, other = published_work(), published_work(title="Bài khác")
    choose(work)
    for again in (work, other):
        with pytest.raises(AlreadyExists):
            choose(again)


def test_two_leads_at_once_choose_one_product(db: Database, published_work: Make, choose: Make) -> None:
    works, outcomes, start = [published_work(), published_work()], [], threading.Barrier(2)

    def run(work: str) -> None:
        start.wait()
        try:
            outcomes.append(choose(work))
        except AlreadyExists as error:
            outcomes.append(type(error).__name__)

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert sorted(each == "AlreadyExists" for each in outcomes) == [False, True]
    with db.session(writing=False) as session:
        assert session.scalar(select(func.count()).select_from(AnnualProduct)) == 1


def test_the_table_itself_keeps_one_product_a_year(
    db: Database, cast: Cast, published_work: Make, choose: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    work = published_work()
    choose(work)
    monkeypatch.setattr(queries, "product_of_year", lambda *_: None)
    with pytest.raises(AlreadyExists):
        choose(work)


def test_a_work_that_is_no_shared_work_of_the_cluster_cannot_be_chosen(
    db: Database, cast: Cast, published_work: Make, choose: Make
) -> None:
    with db.transaction():
        unpublished = draft(cast.lan, cast.clusters["K2"])[0].id
    others = [
        published_work(visibility="rieng"),
        published_work(by="quang", cluster="K1"),
        unpublished,
        "0" * 16,
        "",
    ]
    for work in others:
        with pytest.raises(InvalidInput) as refused:
            choose(work)
        assert list(refused.value.errors) == ["resource"]


@pytest.mark.parametrize(
    ("words", "field"),
    [
        ({"local_fit": " "}, "local_fit"), ({"use": ""}, "use"), ({"use": "x" * 2001}, "use"),
        ({"carry_over_note": "x" * 2001}, "carry_over_note"),
        ({"school_year": "2026"}, "school_year"), ({"school_year": "2026-2028"}, "school_year"),
        ({"school_year": "2020-2021"}, "school_year"),
        ({"school_year": "2030-2031"}, "school_year"),
    ],
)  # fmt: skip
def test_words_and_year_are_checked_one_sentence_each(
    words: dict[str, str], field: str, published_work: Make, choose: Make
) -> None:
    with pytest.raises(InvalidInput) as refused:
        choose(published_work(), **words)
    assert list(refused.value.errors) == [field] and len(refused.value.errors[field]) == 1


def test_a_product_of_another_cluster_is_not_found(
    db: Database, cast: Cast, published_work: Make, choose: Make
) -> None:
    product_id = choose(published_work())
    with db.session(writing=False) as session, pytest.raises(NotFound):
        queries.find_product(session.get_one(queries.Cluster, cast.clusters["K1"]), product_id)
