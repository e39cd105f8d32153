"""What curation costs: opening a round of 200 works and its page, a verdict, the board of 200 clusters over 5 years."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from datetime import timedelta

from sqlalchemy import insert, select, update

from bench.machine import machine, print_result, say, scaled
from bench.requests import Person, counted, expect
from bench.temporary import demo_installation, tokens
from repo_service.annual_products.models import AnnualProduct
from repo_service.app import create_app
from repo_service.core import clock
from repo_service.core.db import Database, KhoFlask
from repo_service.core.identifiers import new_id
from repo_service.core.school_year import SchoolYear
from repo_service.curation.models import CurationRound
from repo_service.demo.accounts import kept_passwords
from repo_service.organizations.models import Cluster, Membership, Organization
from repo_service.organizations.province_settings import current_school_year
from repo_service.resources.models import Resource, ResourceVersion
from repo_service.reviews.models import ReviewRound
from repo_service.settings import Settings

RECORDS, ITEMS = 400, 200
CLUSTERS, YEARS, SCHOOLS = 200, 5, 4
ROUNDS = 9


def shelve(database: Database) -> str:
    """Exactly ITEMS works on the shelf of Minh's cluster, the others on another one; the cluster's id."""
    with database.transaction() as session:
        lead = select(Cluster.id).where(Cluster.name.contains("THCS Toán"))
        mine = session.scalars(lead).one()
        other = session.scalars(select(Cluster.id).where(Cluster.id != mine).limit(1)).one()
        ids = session.scalars(select(Resource.id).order_by(Resource.id)).all()
        for cluster_id, chosen in ((mine, ids[:ITEMS]), (other, ids[ITEMS:])):
            moved = {"cluster_id": cluster_id, "visibility": "tinh", "state": "active"}
            session.execute(update(Resource).where(Resource.id.in_(chosen)).values(**moved))
        return mine


def fill_years(database: Database) -> None:
    """CLUSTERS clusters at work for YEARS years, each with schools, a lead, and a product and rounds of every year."""
    with database.transaction() as session:
        this_year = current_school_year()
        years = [SchoolYear(this_year.start - back) for back in range(YEARS)]
        lead = (
            session.scalars(select(Membership.user_id).where(Membership.role == "truong-cum")).first() or ""
        )
        schools = session.scalars(
            select(Organization.id).where(Organization.kind == "truong").limit(SCHOOLS)
        ).all()
        version = session.scalars(select(ResourceVersion).limit(1)).one()
        clusters = [
            {
                "id": new_id(),
                "name": f"Cụm {number:03}",
                "name_sort": f"cum {number:03}",
                "from_year": years[-1].key,
            }
            for number in range(CLUSTERS)
        ]
        session.execute(insert(Cluster), clusters)
        for cluster in clusters:
            _fill_cluster(session.execute, cluster["id"], lead, schools, years, version)


def _fill_cluster(
    execute: Callable[..., object], cluster_id: str, lead: str, schools: list[str], years: list[SchoolYear],
    version: ResourceVersion,
) -> None:  # fmt: skip
    since = {"cluster_id": cluster_id, "from_year": years[-1].key}
    members = [{"organization_id": school, "role": "thanh-vien", **since} for school in schools]
    execute(insert(Membership), members)
    execute(insert(Membership), [{"user_id": lead, "role": "truong-cum", **since}])
    rounds, products, readings = [], [], []
    for year in years:
        due = year.deadline() - timedelta(days=60)
        place = {"cluster_id": cluster_id, "school_year": year.key}
        closed = {"state": "closed", "closed_on": due, "closed_at": clock.day_begins(due)}
        rounds.append({"title": "Đợt", "due_on": due, "item_count": 9, "done_count": 9, **place, **closed})
        work = {"resource_id": version.resource_id, "version_id": version.id}
        products.append({"state": "published", "chosen_by_id": lead, **work, **place})
        reading = {"cluster_id": cluster_id, "state": "approved", "due_on": due}
        readings.append({"closed_at": clock.day_begins(due), **reading, **work})
    execute(insert(CurationRound), rounds)
    execute(insert(AnnualProduct), products)
    execute(insert(ReviewRound), readings)


def timed_ms(work: Callable[[], object], rounds: int = ROUNDS) -> float:
    """Median milliseconds after one warm-up."""
    times = []
    for _ in range(rounds + 1):
        begin = time.perf_counter()
        work()
        times.append((time.perf_counter() - begin) * 1000)
    return statistics.median(times[1:])


class Desk:
    """Minh opens rounds of ITEMS works and looks at them."""

    def __init__(self, person: Person, cluster_id: str) -> None:
        self.person = person
        due = (clock.today() + timedelta(days=14)).isoformat()
        self._plan = {"cluster": cluster_id, "title": "Rà soát", "due_on": due}
        self.round_id = ""

    def open(self) -> None:
        """A new round."""
        made = expect(self.person.call("POST", "/api/curation/rounds", self._plan), 201).json
        assert made is not None and made["items"] == ITEMS, made
        self.round_id = made["id"]

    def give_up(self) -> None:
        """So that its works are free for the next."""
        expect(self.person.call("POST", f"/api/curation/rounds/{self.round_id}/cancel"), 200)

    def look(self) -> None:
        """The desk with the whole queue."""
        page = expect(self.person.client.get(f"/ra-soat/{self.round_id}"), 200).get_data(as_text=True)
        assert page.count("queue-title") == ITEMS

    def decide(self) -> None:
        """Keep the first work that waits."""
        here = f"/api/curation/rounds/{self.round_id}"
        items = expect(self.person.call("GET", f"{here}/items?state=cho&size=1"), 200).json
        assert items is not None
        path = f"{here}/items/{items['items'][0]['id']}/verdict"
        expect(self.person.call("POST", path, {"verdict": "giu-nguyen"}), 200)


def opening_ms(desk: Desk) -> float:
    """Median of several openings; giving the last one up is not counted."""
    times = []
    for _ in range(ROUNDS):
        desk.give_up()
        begin = time.perf_counter()
        desk.open()
        times.append((time.perf_counter() - begin) * 1000)
    return statistics.median(times)


def statement_figures(app: KhoFlask, desk: Desk) -> dict[str, float]:
    """Counts of the first request of each kind: nothing but the lists of the start is cached."""
    with counted(app.database) as opening:
        desk.open()
    with counted(app.database) as page:
        desk.look()
    with counted(app.database) as verdict:
        desk.decide()
    of_verdict = [text for text in verdict.statements if not text.lstrip().startswith("SELECT")]
    say(
        f"  opening {opening.sql}, its page {page.sql}, verdict {verdict.sql} with the list it was taken from"
    )
    listing = 2  # the round and the page of its items, which found the work
    return {
        "sql_open_round_200": max(opening.sql, page.sql),
        "sql_verdict": max(verdict.sql - listing, len(of_verdict)),
    }


def measure(settings: Settings) -> None:
    """Measure everything and print the result."""
    app = create_app(settings)
    cluster_id = shelve(app.database)
    fill_years(app.database)
    keys, passwords = tokens(app.database, "minh", "tuan"), kept_passwords(settings.data)
    minh, tuan = Person(app, keys["minh"]), Person(app, keys["tuan"])
    minh.sign_in("minh", passwords["minh"])
    tuan.sign_in("tuan", passwords["tuan"])
    desk = Desk(minh, cluster_id)
    say("statements")
    figures = statement_figures(app, desk)
    on = machine()
    speed = float(str(on["calibration_ms"]))
    say("times")
    opening = opening_ms(desk)
    looking = timed_ms(desk.look)
    board = timed_ms(lambda: expect(tuan.client.get("/so/nhiem-vu"), 200))
    years = timed_ms(lambda: expect(tuan.client.get("/so/nhiem-vu/nhieu-nam"), 200))
    say(
        f"  ms, unscaled: opening {opening:.0f}, its page {looking:.0f}, board {board:.0f}, five years {years:.0f}"
    )
    figures["ms_open_round_200"] = scaled(max(opening, looking), speed)
    figures["ms_duty_board"] = scaled(max(board, years), speed)
    print_result("curation", figures, measured_on=on)


if __name__ == "__main__":
    with demo_installation(RECORDS) as ready:
        measure(ready)
