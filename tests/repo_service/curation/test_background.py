"""What rounds do by themselves: texts looked through, people told once, the yearly round, what is gone dropped."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from flask.testing import FlaskClient
from sqlalchemy import select, update

from repo_service.core import clock
from repo_service.core.db import Database, current_session
from repo_service.curation import jobs
from repo_service.curation.models import CurationItem, CurationRound
from repo_service.curation.works.place_names import old_places
from repo_service.curation.works.words import suggested_note, told
from repo_service.curriculum.installation import raise_revision
from repo_service.notifications.models import Notification
from repo_service.organizations.models import Organization
from repo_service.organizations.province_settings import change_province_setting
from repo_service.resources import succession
from repo_service.resources.models import Resource
from tests.cast import Cast
from tests.factories import viewer_of
from tests.repo_service.curation.conftest import MakeWork, OpenRound, items_of, round_of
from tests.repo_service.near_duplicates.test_near_duplicates import read


def test_old_place_names_are_found_with_their_unit_and_a_commune_of_today_is_not(
    make: MakeWork, open_round: OpenRound, db: Database, work: Callable[[], None]
) -> None:
    text = "Gia đình bạn ở HUYỆN  Sa Thầy, tỉnh Kon Tum. Chợ phường Kon Tum, xã Sa Thầy. TX. Đức Phổ; TP Kon Tum."
    resource_id = make("lan", "Rẫy cà phê ở huyện Sa Thầy")
    with db.transaction() as session:
        former = ["huyện Sa Thầy", "thị xã Đức Phổ", "thành phố Kon Tum"]
        session.add(Organization(kind="xa", name="Xã Sa Thầy", old_names=former))
        raise_revision()
        read(session.get_one(Resource, resource_id), text)
    round_id = open_round()
    work()
    with db.session(writing=False):
        assert old_places(text) == {
            "huyện Sa Thầy": 1, "tỉnh Kon Tum": 1, "thị xã Đức Phổ": 1, "thành phố Kon Tum": 1,
        }  # fmt: skip
        assert not old_places("xã Sa Thầy, phường Kon Tum, huyện Sa Thầyx")
        risks = items_of(round_id)["Rẫy cà phê ở huyện Sa Thầy"].risks
        assert [risk.code for risk in told(risks)] == ["old_places"] and "(5 chỗ)" in told(risks)[0].text
        assert "“huyện Sa Thầy”" in suggested_note(risks)


def test_what_was_taken_away_elsewhere_leaves_the_round_and_may_finish_it(
    make: MakeWork, open_round: OpenRound, db: Database, cast: Cast
) -> None:
    gone, hidden = make("lan", "Đã gỡ"), make("lan", "Riêng")
    round_id = open_round()
    with db.transaction() as session:
        succession.withdraw(viewer_of(cast.minh), session.get_one(Resource, gone), "Bản quyền")
    jobs.tidy(db)
    with db.transaction() as session:
        assert items_of(round_id)["Đã gỡ"].state == "gone" and round_of(round_id).state == "open"
        session.get_one(Resource, hidden).visibility = "rieng"
    jobs.tidy(db)
    with db.session(writing=False):
        assert (round_of(round_id).state, round_of(round_id).done_count) == ("closed", 2)


def test_readers_hear_of_a_round_and_of_its_date_once_each(
    make: MakeWork, open_round: OpenRound, db: Database, cast: Cast, work: Callable[[], None]
) -> None:
    make("lan", "Một")
    open_round(curators=("hoa",), due_in=5)
    work()
    for _run in range(2):
        jobs.remind(db)
    with db.transaction() as session:
        kinds = select(Notification.user_id, Notification.kind).where(
            Notification.kind.startswith("curation.")
        )
        told_to = [tuple(row) for row in session.execute(kinds)]
        assert sorted(told_to) == sorted([(cast.hoa, "curation.opened"), (cast.hoa, "curation.due_soon")])
        session.execute(update(CurationRound).values(due_on=clock.today() - timedelta(days=1)))
    for _run in range(2):
        jobs.remind(db)
    with db.session(writing=False):
        kinds = (
            current_session().scalars(select(Notification.kind).where(Notification.user_id == cast.hoa)).all()
        )
        assert kinds.count("curation.overdue") == 1


def test_the_yearly_round_opens_once_from_its_day_on_with_what_is_due(
    make: MakeWork, db: Database, cast: Cast
) -> None:
    make("lan", "Đến hạn", due_in=20), make("lan", "Còn lâu", due_in=300)
    jobs.open_yearly(db)
    with db.session(writing=False) as session:
        assert session.scalars(select(CurationRound)).all() == [], "1/12 is still to come"
    with db.transaction():
        change_province_setting(viewer_of(cast.tuan), "curation.yearly_round_on", "1/11")
    for _run in range(2):
        jobs.open_yearly(db)
    with db.session(writing=False) as session:
        found = session.scalars(select(CurationRound)).all()
        assert [(each.cluster_id, each.is_yearly, each.item_count) for each in found] == [
            (cast.clusters["K2"], True, 1)
        ]
        assert "2026–2027" in found[0].title and list(items_of(found[0].id)) == ["Đến hạn"]


def test_the_calendar_is_downloaded_or_followed_by_a_link_of_ones_own(
    make: MakeWork,
    open_round: OpenRound,
    sign_in: Callable[[str], FlaskClient],
    client: FlaskClient,
    db: Database,
) -> None:
    make("lan", "Một")
    round_id = open_round()
    hoa = sign_in("hoa")
    feed = hoa.get("/ra-soat").text.partition('href="http://localhost/ra-soat/lich/')[2].partition('"')[0]
    for answer in (hoa.get("/ra-soat/lich.ics"), client.get(f"/ra-soat/lich/{feed}")):
        assert answer.status_code == 200 and answer.content_type.startswith("text/calendar")
        assert f"UID:{round_id}@kho" in answer.text and "DTSTART;VALUE=DATE:20261130" in answer.text
    assert client.get(f"/ra-soat/lich/x{feed}").status_code == 404
    assert client.get("/ra-soat/lich.ics").status_code == 302
    assert "BEGIN:VEVENT" not in sign_in("nga").get("/ra-soat/lich.ics").text
    with db.transaction() as session:
        session.execute(update(CurationItem).values(state="decided"))
        session.execute(update(CurationRound).values(state="closed"))
    assert "BEGIN:VEVENT" not in client.get(f"/ra-soat/lich/{feed}").text
