"""`kho index rebuild|check|status` looks after the search index, also beside a running server; `kho search` asks it."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime

import click
from markupsafe import Markup
from rich.progress import Progress

from indexer import EngineUnavailable, Explanation, SearchError
from indexer.ranking import BONUS_STEP, NO_BONUS
from repo_service.accounts.queries import find_by_username
from repo_service.background.progress import running
from repo_service.background.words import REBUILD_TOPIC
from repo_service.core import clock
from repo_service.core.backends import search_engine
from repo_service.core.db import Database
from repo_service.core.outbox import OutboxRow
from repo_service.organizations.access import load_viewer
from repo_service.search import service
from repo_service.search.kinds import KINDS
from repo_service.search.parameters import MOST_TEXT, SearchParams
from repo_service.search.queries import rows_waiting
from repo_service.search.understanding import WEIGHTS, Reading, understand
from repo_service.search.upkeep import every_document, find_drift, repair
from repo_service.ui.formats import moment, number

PATIENCE_SECONDS = 60
"""How long a handed-over rebuild may wait for a worker to take it."""
NOBODY_TOOK_IT = (
    "Có tiến trình giữ chỉ mục nhưng chưa nhận việc. Xem `kho serve` hoặc `kho worker` còn chạy không."
)


@click.group()
def index() -> None:
    """Look after the search index."""


@index.command("rebuild")
@click.pass_obj
def rebuild_command(database: Database) -> None:
    """Fill a new index from the database and put it in place; searches go on meanwhile."""
    with database.session(writing=False):
        total = sum(kind.findable_count() for kind in KINDS.values())
    with Progress(disable=not sys.stdout.isatty(), transient=True) as bar:
        task = bar.add_task("Đang lập lại chỉ mục", total=total)

        def show(done: int) -> None:
            bar.update(task, completed=done)

        try:
            with database.session(writing=False):
                search_engine().rebuild(every_document(show))
        except EngineUnavailable:  # a running server holds the writer: it does the work
            _hand_over(database, show)
    click.echo(f"Chỉ mục đã lập lại: {number(search_engine().status().documents)} học liệu.")


@index.command("check")
@click.option("--repair", "repairing", is_flag=True, help="Write what is missing or old, take out what is too much.")
@click.pass_obj
def check_command(database: Database, repairing: bool) -> None:
    """Compare the index with the database in both directions; ends with 1 when they differ."""
    with database.session(writing=False):
        status = search_engine().status()
        if status.needs_rebuild:
            sys.exit(f"Chưa có chỉ mục dùng được ({status.needs_rebuild}). Chạy: kho index rebuild")
        drift = find_drift()
        if drift and repairing:
            repair(drift)
    differences = {"Thiếu": drift.missing, "Thừa": drift.surplus, "Cũ": drift.stale}
    click.echo(" ".join(f"{word} trong chỉ mục: {len(found)}." for word, found in differences.items()))
    if drift and not repairing:
        sys.exit(1)


@index.command("status")
@click.pass_obj
def status_command(database: Database) -> None:
    """Say what the index holds and what still waits to get into it."""
    status = search_engine().status()
    with database.session(writing=False):
        waiting, wanted = rows_waiting(), sum(kind.findable_count() for kind in KINDS.values())
    click.echo(f"Trong chỉ mục: {number(status.documents)} / {number(wanted)} học liệu")
    click.echo(f"Chờ ghi vào chỉ mục: {number(waiting)}")
    if status.last_commit:
        click.echo(f"Lần ghi cuối: {moment(datetime.fromtimestamp(status.last_commit, UTC))}")
    click.echo(f"Bộ máy tìm: {status.engine}, lược đồ {status.schema_version}")
    if status.needs_rebuild:
        click.echo(f"Cần lập lại: {status.needs_rebuild}")


def _hand_over(database: Database, show: Callable[[int], None]) -> None:
    """Ask the process that holds the writer, and follow its progress."""
    with database.transaction() as session:
        row = OutboxRow(topic=REBUILD_TOPIC, object_id="index")
        session.add(row)
        session.flush()
        row_id = row.id
    asked = clock.now()
    while True:
        with database.session(writing=False) as session:
            row = session.get_one(OutboxRow, row_id)
            if row.done_at is not None:
                return
            if row.dead_at is not None or row.error:
                sys.exit(f"Chưa lập lại được chỉ mục: {row.error}")
            if row.attempts == 0 and (clock.now() - asked).total_seconds() > PATIENCE_SECONDS:
                sys.exit(NOBODY_TOOK_IT)
            for told in running(f"{REBUILD_TOPIC}:index"):
                show(told.done)
        time.sleep(0.3)


COMMON_GROUND = NO_BONUS * BONUS_STEP
"""What every work gets, so that a fact may also take away (the old programme)."""
PLACES = {"title": "tên", "descr": "mô tả, nhãn, tên người và nơi", "body": "nội dung tệp"}
CLAUSES = {
    "word": "chữ “{words}” trong {place}",
    "near": "chữ gần giống “{words}” (sai một chữ cái) trong {place}",
    "reading": "cách viết khác “{words}” trong {place}",
    "phrase": "cụm “{words}” trong {place}",
    "pair": "hai chữ liền nhau “{words}” trong {place}",
    "exact": "đúng dấu “{words}” trong {place}",
    "title": "tên bài có cả câu “{words}”",
    "understood": "hiểu là: {words}",
    "strict": "đủ số chữ phải có",
}


def how_it_was_asked(found: Explanation, readings: Sequence[Reading]) -> Iterator[str]:
    """The query as Kho understood it, and how far it was loosened."""
    text, form = found.form.text, found.form
    words = [each.folded + ("~" if each.fuzzy else "") for each in text.syllables]
    yield f"Các chữ: {' '.join(words) or '(không có)'}; bài phải có {form.required} trong {len(words)} chữ"
    yield from (f"Cụm phải có: “{' '.join(phrase)}”" for phrase in text.phrases)
    for each in text.syllables:
        if each.readings:
            yield f"  {each.folded} cũng là: {', '.join(' '.join(reading.words) for reading in each.readings)}"
    yield f"Xét dấu: {'có, ' + ' '.join(text.exact) if text.marked else 'không, vì câu gõ không dấu'}"
    if found.result.fuzzy:
        yield "Không bài nào khớp đúng: chữ có dấu ~ được sai một chữ cái"
    if found.result.relaxed:
        yield "Quá ít bài khớp: tìm rộng ra, bài có đủ chữ đứng trước"
    for reading in readings:
        yield f"Hiểu là {reading.label}: +{number(WEIGHTS[reading.field], 1)} cho bài đúng như vậy"


def adding_up(found: Explanation, hit_id: str, labels: Mapping[str, str]) -> list[tuple[float, str]]:
    """What each clause added to one score, in words, the most first; facts of quality count from COMMON_GROUND."""
    sums: dict[str, float] = {}
    for part, score in found.scores[hit_id]:
        words = labels.get(part.words[0], part.words[0]) if part.kind == "understood" else " ".join(part.words)
        what = CLAUSES.get(part.kind, "").format(words=words.replace("_", " "), place=PLACES.get(part.field, ""))
        what = what or "còn mới, sản phẩm năm, nhân rộng, được dùng; chương trình cũ thì trừ"
        sums[what] = sums.get(what, -COMMON_GROUND if part.kind == "quality" else 0.0) + score
    return sorted(((score, what) for what, score in sums.items()), reverse=True)


@click.command("search")
@click.argument("query")
@click.option("--as", "username", help="Search as this account; without it as a guest.")
@click.option("--size", default=5, type=click.IntRange(1, 100), help="How many works.")
@click.option("--explain", "explaining", is_flag=True, help="Say what was understood and what each score is made of.")
@click.pass_obj
def search_command(database: Database, query: str, username: str | None, size: int, explaining: bool) -> None:
    """Search as the page does; with --explain, why each work stands where it stands."""
    with database.session(writing=False):
        account = find_by_username(username) if username else None
        if username and account is None:
            sys.exit(f"Không có tài khoản {username}.")
        params = SearchParams(q=query[:MOST_TEXT], size=size)
        try:
            found = service.explain(params, load_viewer(account.id if account else None))
        except SearchError as error:
            sys.exit(f"Máy tìm chưa trả lời được: {error}")
        readings = understand(query)
    click.echo(f"{number(found.result.total)} học liệu, {number(found.result.took_ms, 1)} ms")
    if explaining:
        click.echo("\n".join(how_it_was_asked(found, readings)))
    labels = {reading.code: reading.label for reading in readings}
    for place, hit in enumerate(found.result.hits, 1):
        title = Markup(hit.title_snippet).striptags()  # noqa: S704
        click.echo(f"\n{place}. {title} ({hit.id}): {number(hit.score - COMMON_GROUND, 2)}")
        for score, what in adding_up(found, hit.id, labels) if explaining else ():
            click.echo(f"   {number(score, 2):>8}  {what}")


COMMANDS = [index, search_command]
