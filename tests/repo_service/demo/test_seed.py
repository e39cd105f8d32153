"""`kho seed` on a handful of the plan's works: what stands afterwards, what a second run does, what is refused."""

from __future__ import annotations

import stat
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import func, select

from repo_service.accounts.models import User
from repo_service.accounts.passwords import password_matches
from repo_service.annual_products.duty import Rules, judge, read_facts
from repo_service.cli import cli
from repo_service.core import backends
from repo_service.core.audit import AuditEntry
from repo_service.core.db import Database
from repo_service.core.outbox import OutboxRow
from repo_service.core.school_year import SchoolYear
from repo_service.curation.models import CurationRound, CurationVerdict
from repo_service.curriculum.models import Installation
from repo_service.demo import content, expected
from repo_service.demo.cast import CLUSTERS
from repo_service.demo.plan import DemoFile, DemoResource
from repo_service.demo.seeding.calendar import Calendar
from repo_service.demo.seeding.made_files import MadeFiles
from repo_service.derivatives.models import FileText
from repo_service.files.models import StoredFile
from repo_service.link_checks.models import LinkCheck
from repo_service.notifications.models import Notification
from repo_service.organizations.access import load_viewer
from repo_service.organizations.models import Cluster
from repo_service.resources.models import Resource, ResourceVersion, VersionFile
from repo_service.reviews.models import ReviewRound, Verdict
from repo_service.usage.models import UsageEvent
from tests import databases
from tests.factories import REFERENCE_DAY

DEAD_LINK = "video-bai-hoc-dinh-luat-newton"
CASES = f"khbd-thay-the khbd-phan-so khbd-quyen-tre-em khbd-nui-an-song-tra khbd-doi-hoang-sa {DEAD_LINK}"
PLAN = content.resources()
DUTY_STATES = {
    "published": "met", "in_review": "in_review", "nothing_flagged": "not_chosen",
    "new_version_not_declared": "carry_over_undeclared", "withdrawn": "withdrawn",
}  # fmt: skip


@dataclass
class Seeded:
    """A data folder after `kho seed`, its database, and what the command printed."""

    data: Path
    database: Database
    first: Result
    works: dict[str, DemoResource]


def few_works() -> tuple[DemoResource, ...]:
    """The annual products, the awkward cases, and works on their way."""
    keys = {*expected.ANNUAL_PRODUCTS.values(), *CASES.split()}
    plan = PLAN
    waiting = [next(work for work in plan if work.state == state) for state in ("draft", "changes_requested")]
    waiting += [work for work in plan if work.state == "in_review" and work.key not in keys][:3]
    due = next(work for work in plan if work.due)
    return (*(work for work in plan if work.key in keys), *waiting, due)


def run(data: Path, *arguments: str, **env: str) -> Result:
    """Run `kho ARGUMENTS` on a data folder."""
    known = {"KHO_DATA": str(data), "KHO_TODAY": REFERENCE_DAY, **databases.environment(data)}
    return CliRunner().invoke(cli, arguments, env=known | env)


@pytest.fixture(scope="module")
def seeded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Seeded]:
    data = tmp_path_factory.mktemp("seeded")
    works = few_works()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(content, "resources", lambda: works)
        first = run(data, "seed")
        assert first.exit_code == 0, first.output
        database = Database(databases.url_of(data))
        yield Seeded(data, database, first, {work.key: work for work in works})
        database.engine.dispose()
        backends.close()


def resource_of(session: Any, seeded: Seeded, key: str) -> Resource:
    return session.scalars(select(Resource).where(Resource.title == seeded.works[key].title)).one()


def file_of(session: Any, resource: Resource) -> StoredFile:
    held = select(VersionFile.file_id).where(VersionFile.version_id == resource.current_version_id)
    return session.scalars(select(StoredFile).where(StoredFile.id.in_(held))).one()


def counts(database: Database) -> dict[str, int]:
    tables = (User, Cluster, Resource, StoredFile, Verdict, Notification, UsageEvent, AuditEntry, OutboxRow)
    with database.transaction(writing=False) as session:
        return {
            table.__tablename__: session.scalar(select(func.count()).select_from(table)) or 0
            for table in tables
        }


def test_the_eight_demo_people_can_sign_in_and_nobody_else(seeded: Seeded) -> None:
    lines = [line.split() for line in seeded.first.output.splitlines() if line.startswith("  ")]
    printed = {line[0]: line[1] for line in lines}
    with seeded.database.transaction(writing=False) as session:
        users = session.scalars(select(User)).all()
    assert set(printed) == {"lan", "minh", "hoa", "tuan", "quang", "tam", "tham", "quantri"}
    assert {user.username for user in users if user.password_hash} == set(printed)
    assert all(
        password_matches(user.password_hash, printed[user.username]) for user in users if user.password_hash
    )
    assert len(set(printed.values())) == 8 and min(len(password) for password in printed.values()) >= 14


def test_only_the_owner_can_read_the_passwords_and_none_is_in_the_code(seeded: Seeded) -> None:
    file = seeded.data / "demo-accounts.txt"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    source = "".join(path.read_text() for path in Path("repo_service/demo").glob("*.py"))
    assert not any(line.split("\t")[1] in source for line in file.read_text("utf-8").splitlines())


def test_a_second_run_changes_nothing_and_prints_the_accounts_again(seeded: Seeded) -> None:
    before = counts(seeded.database)
    again = run(seeded.data, "seed")
    assert again.exit_code == 0 and again.stdout == seeded.first.stdout  # the log goes to stderr
    assert counts(seeded.database) == before


@pytest.mark.parametrize("duty", expected.DUTIES, ids=lambda duty: f"{duty.cluster} {duty.school_year}")
def test_each_clusters_duty_is_as_the_expected_table_says(
    seeded: Seeded, duty: expected.ExpectedDuty
) -> None:
    name = next(cluster.name for cluster in CLUSTERS if cluster.key == duty.cluster)
    year = SchoolYear.parse(duty.school_year)
    with seeded.database.transaction(writing=False) as session:
        department = load_viewer(session.scalars(select(User.id).where(User.username == "tuan")).one())
        facts = next(one for one in read_facts(department, year.key) if one.cluster.name == name)
    found = judge(facts, year.key, Rules(1, 2, year.deadline(), expected.REFERENCE_DATE))
    assert (found.is_met, found.state) == (duty.met, DUTY_STATES[duty.reason])
    assert not duty.met or found.approvals >= 2


def test_the_second_clusters_product_lacks_one_of_two_outside_approvals(seeded: Seeded) -> None:
    with seeded.database.transaction(writing=False) as session:
        product = resource_of(session, seeded, "cd-phan-so-lien-thong")
        rounds = session.scalars(select(ReviewRound).where(ReviewRound.resource_id == product.id)).all()
        verdicts = session.scalars(
            select(Verdict).where(Verdict.version_id == product.current_version_id)
        ).all()
    assert sorted(one.state for one in rounds) == ["approved", "open"]
    assert [(verdict.decision, verdict.from_other_school) for verdict in verdicts] == [("approve", True)]


def test_works_end_in_the_states_of_the_plan(seeded: Seeded) -> None:
    with seeded.database.transaction(writing=False) as session:
        for work in seeded.works.values():
            resource = resource_of(session, seeded, work.key)
            version = session.get_one(
                ResourceVersion, resource.current_version_id or resource.working_version_id
            )
            if work.state in ("retired", "replaced"):
                assert resource.state == work.state
            elif work.key in expected.ANNUAL_PRODUCTS.values():
                assert (resource.state, version.state) == ("active", "published")
            else:
                assert version.state == work.state, work.key
                due = (
                    resource.next_review_on is not None and resource.next_review_on <= expected.REFERENCE_DATE
                )
                assert due == work.due


def test_a_replaced_work_names_its_successor(seeded: Seeded) -> None:
    with seeded.database.transaction(writing=False) as session:
        old = resource_of(session, seeded, "khbd-thay-the")
        assert old.successor_id == resource_of(session, seeded, "khbd-phan-so").id


def test_one_published_work_is_spread_with_a_reason(seeded: Seeded) -> None:
    with seeded.database.transaction(writing=False) as session:
        spread = session.scalars(select(Resource).where(Resource.spread_reason.is_not(None))).all()
        assert {(one.title, one.spread_reason) for one in spread} == {
            (seeded.works[key].title, reason) for key, reason in expected.SPREAD.items()
        }
        assert [one.state for one in spread] == ["active"] and spread[0].current_version_id


def test_awkward_files_are_kept_and_say_what_could_not_be_read(seeded: Seeded) -> None:
    with seeded.database.transaction(writing=False) as session:
        broken = file_of(session, resource_of(session, seeded, "khbd-quyen-tre-em"))
        scan = file_of(session, resource_of(session, seeded, "khbd-nui-an-song-tra"))
        packed = file_of(session, resource_of(session, seeded, "khbd-doi-hoang-sa"))
        dead = session.get_one(ResourceVersion, resource_of(session, seeded, DEAD_LINK).current_version_id)
        assert (broken.state, broken.text_state, broken.text_reason) == ("ready", "failed", "damaged")
        assert (scan.text_state, scan.text_reason) == ("none", "no_ocr")
        assert (scan.has_thumbnail, scan.preview_pages) == (True, 1)
        assert "Hình vẽ.png" in session.get_one(FileText, packed.id).text
        assert [link["url"] for link in dead.links] == [f"https://video.example.invalid/{DEAD_LINK}"]
    path = backends.storage().local_path(packed.key)
    assert path is not None
    with zipfile.ZipFile(path) as archive:
        assert not any(info.flag_bits & 0x800 for info in archive.infolist())


def test_nothing_happened_after_the_reference_date_and_old_notices_are_read(seeded: Seeded) -> None:
    last = Calendar(expected.REFERENCE_DATE).evening()
    with seeded.database.transaction(writing=False) as session:
        for column in (
            Resource.created_at,
            Resource.updated_at,
            AuditEntry.at,
            Notification.created_at,
            UsageEvent.at,
        ):
            assert session.scalar(select(func.max(column))) <= last
        oldest = session.scalars(select(Notification).order_by(Notification.created_at)).first()
        assert oldest is not None and oldest.read_at is not None
        assert session.scalar(select(func.count()).where(OutboxRow.done_at.is_(None))) == 0
        assert session.get_one(Installation, 1).is_demo


def test_scale_adds_published_records_that_can_be_found(seeded: Seeded) -> None:
    before = counts(seeded.database)["resources"]
    assert run(seeded.data, "seed", "--scale", "50").exit_code == 0
    assert counts(seeded.database)["resources"] == before + 50
    with seeded.database.transaction(writing=False) as session:
        shown = session.scalar(select(func.count()).where(Resource.current_version_id.is_not(None)))
        titles = session.scalars(select(Resource.title)).all()
    assert len(set(titles)) == len(titles)
    assert backends.search_engine().status().documents == shown


def test_a_real_installation_is_never_seeded(tmp_path: Path) -> None:
    answer = run(tmp_path, "seed", PUBLIC_URL="https://kho.example.invalid", SECRET_KEY="x" * 40)
    assert answer.exit_code == 1 and "kho thật" in answer.output
    assert not (tmp_path / "kho.db").exists() and not (tmp_path / "demo-accounts.txt").exists()


def test_an_installation_without_demo_data_is_never_seeded(tmp_path: Path) -> None:
    assert run(tmp_path, "migrate").exit_code == 0
    assert run(tmp_path, "init").exit_code == 0
    answer = run(tmp_path, "seed")
    assert answer.exit_code == 1 and "dữ liệu thật" in answer.output
    assert not (tmp_path / "demo-accounts.txt").exists()


def test_the_same_plan_gives_the_same_bytes() -> None:
    plan = PLAN
    files = {file.kind: file for work in plan for file in work.versions[0].files}
    wanted = [files[kind] for kind in ("docx", "pptx", "pdf-scan", "zip-cp437")]
    first, second = (MadeFiles(wanted) for _ in range(2))
    assert [first[file].content for file in wanted] == [second[file].content for file in wanted]


@pytest.mark.parametrize("kind", ["xlsx", "tex", "png", "pdf"])
def test_companions_are_real_files_of_their_kind(kind: str) -> None:
    plan = next(work for work in PLAN if work.subtype == "ma-tran")
    file = DemoFile(f"kem.{kind}", kind, plan.versions[0].files[0].blocks)
    made = MadeFiles([file])[file]
    assert made.extracted.state == "ready" or kind == "png"
    assert bool(made.pictures) == (kind in ("png", "pdf"))


@pytest.mark.parametrize(
    "today", [date(2026, 8, 1), date(2026, 11, 16), date(2027, 5, 31), date(2028, 2, 29)]
)
def test_both_years_of_the_plan_lie_before_the_reference_date(today: date) -> None:
    calendar = Calendar(today)
    this = SchoolYear.of(today)
    assert (calendar.year("2026-2027"), calendar.year("2025-2026")) == (
        this.key,
        SchoolYear(this.start - 1).key,
    )
    for planned in ("2025-2026", "2026-2027"):
        moments = [calendar.moment(planned, share / 10, "x") for share in range(11)]
        assert moments == sorted(moments) and moments[-1] <= calendar.evening()
        assert all(SchoolYear.of(moment.date()).key == calendar.year(planned) for moment in moments)


def test_works_pass_through_a_closed_and_an_open_round_and_nobody_decides_their_own(seeded: Seeded) -> None:
    with seeded.database.transaction(writing=False) as session:
        rounds = {each.title: each for each in session.scalars(select(CurationRound))}
        verdicts = session.scalars(select(CurationVerdict)).all()
        makers = {work.id: work.created_by_id for work in session.scalars(select(Resource))}
        assert "thay-the" in {verdict.verdict for verdict in verdicts}
        assert all(makers[verdict.resource_id] != verdict.decided_by_id for verdict in verdicts)
        assert session.scalars(select(LinkCheck.state)).all() == ["dead"]
    assert {each.title for each in expected.ROUNDS} == set(rounds)
    assert rounds[expected.ROUNDS[0].title].state == "closed"
