"""`kho audit`: is the trail of acts whole, what is its head, and the acts as JSON lines."""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime
from typing import Any

import click

from repo_service.core.audit import AuditEntry
from repo_service.core.audit import chain as audit_chain
from repo_service.core.audit.chain import Broken, Head
from repo_service.core.db import Database
from repo_service.ui.formats import number

_BREAKS = {
    "changed": "không còn như lúc ghi (bị sửa, đổi chỗ hoặc chèn vào)",
    "missing": "thiếu: dòng này đã bị xoá khỏi nhật kí",
    "half_sealed": "có dấu niêm mà không có chỗ, hoặc ngược lại: không phải do Kho ghi",
    "lost_end": "thiếu từ đây đến cuối: nhật kí đã bị cắt ngắn so với đầu niêm được giữ",
}


class _HeadType(click.ParamType[Head]):
    name = "position:seal"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Head:
        try:
            return value if isinstance(value, Head) else Head.read(str(value))
        except ValueError:
            self.fail("write it as kho audit head prints it", param, ctx)


@click.group("audit")
def audit_group() -> None:
    """The trail of acts: who did what, sealed so that no change goes unseen."""


@audit_group.command("verify")
@click.option(
    "--head", "kept", multiple=True, type=_HeadType(),
    help="A head that was printed earlier and kept elsewhere; may be given again.",
)  # fmt: skip
@click.pass_obj
def verify(database: Database, kept: tuple[Head, ...]) -> None:
    """Compute the whole chain anew and name the first row that is not as it was written; then ends with 1.

    Only with a kept --head can a chain be found out that was cut short or computed anew as a whole.
    """
    with database.session(writing=False):
        verdict = audit_chain.verify(kept)
        if verdict.broken:
            sys.exit(_sentence(verdict.broken))
    click.echo(f"Nhật kí nguyên vẹn: {number(verdict.head.position)} dòng, đầu niêm {verdict.head}")
    if verdict.unsealed:
        click.echo(f"{number(verdict.unsealed)} dòng mới đang chờ niêm (mỗi phút một lượt).")


def _sentence(broken: Broken) -> str:
    said = f"✗ Nhật kí hỏng từ dòng niêm thứ {number(broken.position)}: {_BREAKS[broken.kind]}"
    if broken.entry is None:
        return said
    entry = broken.entry
    return f"{said}\n  id {entry.id}, {entry.at:%Y-%m-%d %H:%M:%S} UTC, {entry.action}, {entry.object_id}"


@audit_group.command("head")
@click.pass_obj
def head_command(database: Database) -> None:
    """Seal what waits and print the chain's head: keep it outside this machine, for `kho audit verify --head`."""
    audit_chain.seal_waiting(database, batches=sys.maxsize)
    with database.session(writing=False):
        click.echo(str(audit_chain.head()))


@audit_group.command("export")
@click.option("--since", type=click.DateTime(), help="From this moment on (UTC).")
@click.pass_obj
def export(database: Database, since: datetime | None) -> None:
    """Print the acts as JSON lines, oldest first; ids of people, no names."""
    moment = since.replace(tzinfo=UTC) if since else None
    with database.session(writing=False):
        for entry in audit_chain.entries(moment):
            click.echo(json.dumps(_told(entry), ensure_ascii=False))


def _told(entry: AuditEntry) -> dict[str, Any]:
    names = ("id", "actor_id", "action", "object_kind", "object_id", "values", "position", "seal")
    return {"at": entry.at.astimezone(UTC).isoformat()} | {name: getattr(entry, name) for name in names}
