"""A work's whole life in steps over HTTP, each of which may be killed and is then simply done again (I12).

A step gets a Site whose `told` holds what earlier steps learnt. Done again it may hear "already" (409, 412).
"""

from __future__ import annotations

import io
import json
import os
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

from repo_service.core import clock
from repo_service.core.audit.chain import seal_waiting
from repo_service.core.backends import search_engine
from repo_service.core.db import KhoFlask
from repo_service.files.jobs import sweep_abandoned
from repo_service.preservation.jobs import sweep_orphans
from repo_service.search.upkeep import every_document
from repo_service.worker import drain
from storage_adapters import crashpoints
from tests.factories import DESCRIPTION, THIS_YEAR
from tests.trust import world
from tests.trust.invariants import check_invariants, facts

TEXT = "Phân số: tử và mẫu là số nguyên. Khởi động bằng chiếc bánh xèo chia cho cả tổ.\n".encode() * 20
OTHER = b"x" + TEXT[1:]
LATER = "Phiên bản sau, thêm hoạt động nhóm và phiếu bài tập về hỗn số.\n".encode() * 20
ALREADY = (409, 412)


class Site:
    """The API of an application in this process, asked by people with tokens."""

    def __init__(self, app: KhoFlask, folder: Path, told: dict[str, Any], *, again: bool = False) -> None:
        self.app, self.told, self.again = app, told, again
        self._known = world.told(folder)
        self._browser = app.test_client(use_cookies=False)

    def get(self, who: str, path: str, status: int = 200) -> Any:
        """A read."""
        answer = self._browser.get(path, headers=self._headers(who))
        assert answer.status_code == status, (path, answer.status_code, answer.get_data(as_text=True)[:500])
        return answer.get_json() if answer.is_json else answer.data

    def change(self, who: str, method: str, path: str, body: Any = None, **more: Any) -> Any:
        """A change: its JSON, or None when it was done before and this is the second time."""
        headers = self._headers(who) | more.pop("headers", {})
        sent = {"data": body} if isinstance(body, bytes | dict) and more.pop("raw", False) else {"json": body}
        answer = self._browser.open(path, method=method, headers=headers, **sent, **more)
        if self.again and answer.status_code in ALREADY:
            return None
        assert 200 <= answer.status_code < 300, (
            path,
            answer.status_code,
            answer.get_data(as_text=True)[:500],
        )
        return answer.get_json() if answer.is_json else answer.headers.get("ETag")

    def revision(self, who: str, work: str) -> dict[str, str]:
        """The If-Match of a change."""
        return {"If-Match": f'"{self.get(who, self.work(work))["revision"]}"'}

    def work(self, name: str) -> str:
        """The path of one of the journey's works."""
        return f"/api/resources/{self.told[name]}"

    def cluster(self) -> str:
        """The path of the cluster of all but Quang."""
        return f"/api/clusters/{self._known['clusters']['K2']}"

    def round_of(self, who: str, name: str) -> str | None:
        """The open round of a work, None when it is closed by now."""
        items = self.get(who, "/api/reviews")["items"]
        return next(
            (f"/api/reviews/{each['id']}" for each in items if each["resource"] == self.told[name]), None
        )

    def _headers(self, who: str) -> dict[str, str]:
        return {"Authorization": f"Bearer {self._known['tokens'][who]}"} if who else {}


def begin_upload(site: Site) -> None:
    site.told["upload"] = site.change(
        "lan", "POST", "/api/uploads", {"filename": "bai.txt", "size": len(TEXT)}
    )


def send_part(site: Site) -> None:
    part = site.told["upload"]["parts"][0]
    etag = site.change("", "PUT", part["url"], OTHER, raw=True)
    assert etag


def send_part_anew(site: Site) -> None:
    part = site.told["upload"]["parts"][0]
    site.told["etag"] = site.change("", "PUT", part["url"], TEXT, raw=True)


def deposit(site: Site) -> None:
    parts = [{"number": 1, "etag": site.told["etag"]}]
    body = {**DESCRIPTION, "files": [{"upload": site.told["upload"]["id"], "parts": parts}]}
    made = site.change("lan", "POST", "/api/resources", body, headers={"Idempotency-Key": "the first work"})
    site.told["first"] = made["id"]


def background(site: Site) -> None:
    drain(site.app.database)


def describe(site: Site) -> None:
    body = {"summary": "Một tiết, hai hoạt động nhóm.", "title": "Phân số và hỗn số"}
    site.change("lan", "PATCH", site.work("first"), body, headers=site.revision("lan", "first"))
    assert site.get("lan", site.work("first"))["title"] == body["title"]


def submit(site: Site) -> None:
    site.change("lan", "POST", site.work("first") + "/submit")
    assert site.get("lan", site.work("first"))["state"] == "in_review"


def claim(site: Site) -> None:
    site.change("hoa", "POST", f"{site.round_of('hoa', 'first')}/assign", {})


def approve(site: Site) -> None:
    _decide(site, "hoa", "first")
    assert site.get("lan", site.work("first"))["state"] == "published"


def correct(site: Site) -> None:
    body = {"keywords": ["hỗn số"]}
    site.change("lan", "PATCH", site.work("first"), body, headers=site.revision("lan", "first"))


def deposit_small(site: Site) -> None:
    fields = {**DESCRIPTION, "title": "Hỗn số trong bếp", "submit": True}
    files = {"metadata": json.dumps(fields), "files": (io.BytesIO(LATER), "bai-sau.txt")}
    headers = {"Idempotency-Key": "the second work"}
    made = site.change("lan", "POST", "/api/resources", files, raw=True, headers=headers)
    site.told["second"] = made["id"]


def send_back(site: Site) -> None:
    said = {"decision": "request_changes", "reason": ["chinh-xac"], "note": "Thầy cô thêm mục tiêu nhé."}
    _decide(site, "hoa", "second", said)


def new_version(site: Site) -> None:
    body = {"change_note": "Thêm mục tiêu", "submit": True}
    site.change("lan", "POST", site.work("second") + "/versions", body)


def approve_second(site: Site) -> None:
    _decide(site, "hoa", "second")
    assert site.get("quang", site.work("second"))["version"] == 2


def ask_further(site: Site) -> None:
    site.change("lan", "POST", site.work("first") + "/reviews")


def approve_further(site: Site) -> None:
    _decide(site, "minh", "first")


def choose_product(site: Site) -> None:
    words = {"local_fit": "Bánh xèo ở đâu cũng có.", "use": "Cả cụm dạy tuần 12."}
    body = {"school_year": THIS_YEAR, "resource": site.told["first"], **words}
    made = site.change("minh", "POST", site.cluster() + "/annual-products", body)
    site.told["product"] = made["id"] if made else site.told.get("product")


def lock_product(site: Site) -> None:
    site.change("minh", "POST", f"{site.cluster()}/annual-products/{site.told['product']}/publish")
    product = site.get("minh", f"{site.cluster()}/annual-products/{site.told['product']}")
    assert product["state"] == "published" and product["manifest_sha256"]


def retire(site: Site) -> None:
    site.change("minh", "POST", site.work("second") + "/retire", {"reason": "Chương trình đổi."})


def restore(site: Site) -> None:
    site.change("minh", "POST", site.work("second") + "/restore", {})


def replace(site: Site) -> None:
    body = {"successor": site.told["first"], "reason": "Bài này đủ hơn."}
    site.change("minh", "POST", site.work("second") + "/replace", body)


def withdraw(site: Site) -> None:
    site.change("minh", "POST", site.work("second") + "/withdraw", {"reason": "Có tên học sinh."})
    assert site.get("lan", site.work("second"))["files"] == []


def sweep(site: Site) -> None:
    """Two days later: what nobody finished goes, with its bytes."""
    site.change("lan", "POST", "/api/uploads", {"filename": "bo-do.txt", "size": 10})
    two_days_on(site.app)


def seal(site: Site) -> None:
    seal_waiting(site.app.database)


def refill_index(site: Site) -> None:
    with site.app.database.session(writing=False):
        search_engine().rebuild(every_document())


STEPS: dict[str, Callable[[Site], None]] = {
    "begin_upload": begin_upload, "send_part": send_part, "send_part_anew": send_part_anew, "deposit": deposit,
    "read_the_file": background, "describe": describe, "submit": submit, "claim": claim, "approve": approve,
    "find_it": background, "correct": correct, "deposit_small": deposit_small, "send_back": send_back,
    "new_version": new_version, "approve_second": approve_second, "ask_further": ask_further,
    "approve_further": approve_further, "choose_product": choose_product, "read_product": background,
    "lock_product": lock_product,
    "retire": retire, "restore": restore, "replace": replace, "withdraw": withdraw, "hide_it": background,
    "seal": seal, "sweep": sweep, "refill_index": refill_index,
}  # fmt: skip


def _decide(site: Site, who: str, name: str, said: dict[str, Any] | None = None) -> None:
    path = site.round_of(who, name)
    if path or not site.again:
        site.change(who, "POST", f"{path}/decision", said or {"decision": "approve"})


def two_days_on(app: KhoFlask) -> None:
    """Let files look two days old and sweep as one does then."""
    old = clock.now().timestamp() - 2 * 86400
    for folder in ("incoming", "uploads", "objects"):
        for path in (app.config["KHO"].data / "files" / folder).rglob("*"):
            os.utime(path, (old, old))
    with clock.pinned(clock.now() + timedelta(days=2)):
        sweep_abandoned(app.database)
    sweep_orphans(app.database)


# What a child of the zygote does (tests/trust/zygote.py).


def take_step(app: KhoFlask, folder: Path, name: str, told: dict[str, Any]) -> dict[str, Any]:
    """One step: what is known afterwards, which places were passed, and what was true before."""
    passed: list[str] = []
    before = facts(app.database)
    crashpoints.arm(passed.append)
    STEPS[name](site := Site(app, folder, told))
    return {"told": site.told, "passed": list(dict.fromkeys(passed)), "before": before}


def die_in_step(app: KhoFlask, folder: Path, name: str, told: dict[str, Any]) -> None:
    """One step, with death on the way."""
    STEPS[name](Site(app, folder, told))


def live_on(
    app: KhoFlask, folder: Path, name: str, told: dict[str, Any], before: dict[str, Any]
) -> list[str]:
    """After a death: recover, look, do the step again, look; every sentence is a broken promise."""
    world.recover(app.database)
    broken = check_invariants(app, before)
    STEPS[name](site := Site(app, folder, told, again=True))
    world.recover(app.database)
    two_days_on(site.app)
    world.recover(app.database)
    return broken + check_invariants(app, before, swept=True)
