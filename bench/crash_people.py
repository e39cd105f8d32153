"""Teachers of bench.crash: each makes works by many small acknowledged changes and knows what must be there after."""

from __future__ import annotations

import hashlib
import http.client
import io
import itertools
import json
import random
import threading
import time
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

PATIENCE_SECONDS = 60
WORDS = tuple("phân số hỗn tỉ lệ chu vi diện tích bánh xèo chợ phiên sông cánh diều ruộng bậc thang".split())  # noqa: SIM905


class Cut(Exception):
    """The connection did not hold: nobody knows whether the change was made."""


@dataclass(frozen=True)
class Seen:
    """What the author of a work is shown of it."""

    title: str
    state: str = "draft"
    version: int = 1
    minor: int = 0
    resource_state: str = "active"
    working: int | None = 1
    files: tuple[str, ...] = ()

    @classmethod
    def of(cls, body: Mapping[str, Any]) -> Seen:
        """From the answer of the API."""
        digests = tuple(file["sha256"] for file in body["files"])
        told = (body["title"], body["state"], body["version"], body["minor"], body["resource_state"])
        return cls(*told, body["working_version"], digests)


@dataclass
class Sent:
    """A file on its way: what was acknowledged of it so far."""

    name: str
    content: bytes
    upload: Any = None
    etag: str | None = None

    @property
    def sha256(self) -> str:
        """Of its bytes."""
        return hashlib.sha256(self.content).hexdigest()


@dataclass
class Work:
    """A work as it was acknowledged; `maybe`: as it is if the change that was cut has been made."""

    author: str
    key: str
    title: str
    files: list[Sent]
    id: str | None = None
    seen: Seen | None = None
    maybe: Seen | None = None
    revision: int = 0
    left: int = 0
    """Changes that are still to be made of it."""


@dataclass
class Ledger:
    """What all teachers of one installation were told, and what turned out otherwise."""

    acknowledged: int = 0
    works: list[Work] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)


class Teacher(threading.Thread):
    """Works until `over`; after each cut first looks whether the work at hand is as it was acknowledged."""

    def __init__(self, port: int, told: Mapping[str, Any], author: str, seed: str, ledger: Ledger) -> None:
        super().__init__(daemon=True)
        self._port, self._tokens, self.author = port, told["tokens"], author
        self._chance, self._seed, self._ledger = random.Random(seed), seed, ledger
        self._connection: http.client.HTTPConnection | None = None
        self._numbers = itertools.count()
        self.over = threading.Event()

    def run(self) -> None:
        """One work after the other, each change by itself."""
        work = self._begin()
        unsure = False
        while not self.over.is_set():
            try:
                if unsure:
                    self._look(work)
                    unsure = False
                if work.left <= 0:
                    work = self._begin()
                self._next(work)
            except Cut:
                unsure = True
                time.sleep(0.005)
        if self._connection:
            self._connection.close()

    def look_again(self, work: Work) -> None:
        """Everything of a work that was acknowledged is there, its bytes included."""
        if work.id is None:
            return  # what nobody finished is swept after a day
        self._look(work)
        if work.seen and work.seen.resource_state != "withdrawn":
            body = self._call("GET", f"/api/resources/{work.id}")
            for file, sent in zip(body["files"], work.files, strict=True):
                if self._ask("GET", file["url"])[1] != sent.content:
                    self._ledger.lost.append(f"{work.id}: other bytes in {file['id']}")

    def _begin(self) -> Work:
        files = [_file(self._chance) for _ in range(self._chance.randint(1, 5))]
        key = f"{self._seed} {next(self._numbers)}"
        work = Work(self.author, key, self._title(), files, left=3 * len(files) + self._chance.randint(4, 16))
        self._ledger.works.append(work)
        return work

    def _next(self, work: Work) -> None:
        """The next change of this work: what its state allows, by lot."""
        if work.id is None:
            self._make(work)
        else:
            assert work.seen is not None
            self._chance.choice(self._moves(work.seen))(work)
        work.left -= 1

    def _moves(self, seen: Seen) -> list[Callable[[Work], None]]:
        if seen.resource_state == "withdrawn":
            return [self._rest]
        if seen.resource_state == "retired":
            return [self._restore, self._withdraw]
        if seen.state == "draft":
            return [self._rename] * 6 + [self._submit]
        if seen.state == "in_review":
            return [self._approve] * 4 + [self._send_back]
        if seen.state == "changes_requested":
            return [self._new_version]
        if seen.working:
            return [self._approve]
        return [self._rename] * 6 + [self._new_version] * 2 + [self._retire, self._withdraw, self._rest]

    def _make(self, work: Work) -> None:
        """Uploads part by part and then the deposit, or one call with a small file inside; one call at a time."""
        fields: dict[str, Any] = {
            "title": work.title,
            "type": "khbd",
            "grades": ["lop-6"],
            "subjects": ["toan"],
        }
        headers = {"Idempotency-Key": work.key}
        sent = next((file for file in work.files if file.etag is None), None)
        if sent is None:
            fields["files"] = [
                {"upload": file.upload["id"], "parts": [{"number": 1, "etag": file.etag}]}
                for file in work.files
            ]
            work.maybe = Seen(work.title, files=tuple(file.sha256 for file in work.files))
            made = self._call("POST", "/api/resources", fields, **headers)
        elif len(work.files) == 1 and sent.upload is None:
            work.maybe = Seen(work.title, files=(sent.sha256,))
            body = _multipart(fields, sent.name, sent.content)
            made = self._call("POST", "/api/resources", body, **headers, **_FORM)
        else:
            self._send(work, sent)
            return
        work.id = made["id"]
        self._settle(work, made)

    def _send(self, work: Work, sent: Sent) -> None:
        if sent.upload is None:
            asked = {"filename": sent.name, "size": len(sent.content)}
            sent.upload = self._call("POST", "/api/uploads", asked)
            return
        path = sent.upload["parts"][0]["url"].partition(f":{self._port}")[2]
        if (
            self._chance.random() < 0.1
        ):  # another body first: what was acknowledged is taken back, not overwritten
            self._put(work, path, bytes(len(sent.content)))
        sent.etag = self._put(work, path, sent.content)

    def _put(self, work: Work, path: str, content: bytes) -> str | None:
        status, _content, told = self._ask("PUT", path, content)
        if status != 200:
            self._ledger.refused.append(f"{status} part")
            work.left = 0
            return None
        self._ledger.acknowledged += 1
        return told["ETag"]

    def _rename(self, work: Work) -> None:
        assert work.seen is not None
        title, published = self._title(), work.seen.state == "published"
        after = replace(work.seen, title=title, minor=work.seen.minor + 1 if published else 0)
        self._change(work, "PATCH", "", {"title": title}, after, **{"If-Match": f'"{work.revision}"'})

    def _submit(self, work: Work) -> None:
        assert work.seen is not None
        self._change(work, "POST", "/submit", None, replace(work.seen, state="in_review"))

    def _new_version(self, work: Work) -> None:
        seen = work.seen
        assert seen is not None
        number = seen.version + 1
        fresh = replace(seen, state="in_review", version=number, minor=0, working=number)
        after = replace(seen, working=number) if seen.state == "published" else fresh
        self._change(work, "POST", "/versions", {"change_note": "Thêm phiếu bài tập", "submit": True}, after)

    def _approve(self, work: Work) -> None:
        seen = work.seen
        assert seen is not None
        after = replace(seen, state="published", version=seen.working or 1, working=None)
        after = (
            replace(after, minor=0) if seen.working != seen.version or seen.state != "published" else after
        )
        self._decide(work, {"decision": "approve"}, after)

    def _send_back(self, work: Work) -> None:
        assert work.seen is not None
        said = {"decision": "request_changes", "reason": ["chinh-xac"], "note": "Xem lại bài 3."}
        self._decide(work, said, replace(work.seen, state="changes_requested"))

    def _decide(self, work: Work, said: dict[str, Any], after: Seen) -> None:
        desk = self._call("GET", "/api/reviews", who="hoa")
        path = next(
            (f"/api/reviews/{each['id']}" for each in desk["items"] if each["resource"] == work.id), None
        )
        if path is None:
            self._ledger.lost.append(f"{work.id}: no round is open")
            work.left = 0
            return
        work.maybe = after
        self._call("POST", f"{path}/decision", said, who="hoa")
        self._look(work)

    def _retire(self, work: Work) -> None:
        assert work.seen is not None
        reason = {"reason": "Chương trình đổi."}
        self._change(
            work, "POST", "/retire", reason, replace(work.seen, resource_state="retired"), who="minh"
        )

    def _restore(self, work: Work) -> None:
        assert work.seen is not None
        self._change(work, "POST", "/restore", {}, replace(work.seen, resource_state="active"), who="minh")

    def _withdraw(self, work: Work) -> None:
        assert work.seen is not None
        after = replace(work.seen, resource_state="withdrawn", files=())
        self._change(work, "POST", "/withdraw", {"reason": "Có tên học sinh."}, after, who="minh")

    def _rest(self, work: Work) -> None:
        work.left = 0

    def _change(
        self, work: Work, method: str, path: str, body: Any, after: Seen, *, who: str = "", **headers: str
    ) -> None:
        work.maybe = after
        made = self._call(method, f"/api/resources/{work.id}{path}", body, who=who, **headers)
        if who or path == "/versions":
            self._look(work)  # what the author is shown differs from this answer
        elif made is not None:
            self._settle(work, made)

    def _settle(self, work: Work, body: Mapping[str, Any]) -> None:
        """The answer shows what was meant, and from now on this is what must be there."""
        if (seen := Seen.of(body)) != work.maybe:
            self._ledger.refused.append(f"answered {seen}, meant {work.maybe}")
        work.seen, work.maybe, work.revision = seen, None, body["revision"]

    def _look(self, work: Work) -> None:
        """After a doubt: the work is as acknowledged, or as the change that was cut would have it."""
        if work.id is None:
            self._look_at_uploads(work)
            return
        status, content, _told = self._ask("GET", f"/api/resources/{work.id}")
        seen = Seen.of(json.loads(content)) if status == 200 else None
        if seen is None or seen not in (work.seen, work.maybe):
            self._ledger.lost.append(f"{work.id}: {status} {seen}, was {work.seen}, perhaps {work.maybe}")
            work.left, work.seen = 0, seen
        if seen is None:
            self._ledger.works.remove(work)
            return
        work.seen, work.maybe, work.revision = seen, None, json.loads(content)["revision"]

    def _look_at_uploads(self, work: Work) -> None:
        for sent in work.files:
            if sent.upload is None:
                return
            status, content, _told = self._ask("GET", f"/api/uploads/{sent.upload['id']}")
            told = json.loads(content)
            gone = sent.etag and work.maybe is None and told.get("state") == "open" and not told["received"]
            if status != 200 or gone:
                self._ledger.lost.append(
                    f"upload {sent.upload['id']}: {status} {'its part is gone' if gone else ''}"
                )
                work.left = 0

    def _call(self, method: str, path: str, body: Any = None, *, who: str = "", **headers: str) -> Any:
        """The JSON of a success, which is acknowledged by it when it was a change; a refusal ends the work."""
        status, content, _told = self._ask(method, path, body, who=who, **headers)
        if not 200 <= status < 300:
            self._ledger.refused.append(f"{status} {method} {path}: {content[:300].decode(errors='replace')}")
            raise Cut
        self._ledger.acknowledged += method != "GET"
        return json.loads(content)

    def _ask(
        self, method: str, path: str, body: Any = None, *, who: str = "", **headers: str
    ) -> tuple[int, bytes, Mapping[str, str]]:
        sent = {"Authorization": f"Bearer {self._tokens[who or self.author]}"} | headers
        if body is not None and not isinstance(body, bytes):
            body, sent["Content-Type"] = json.dumps(body).encode(), "application/json"
        try:
            if self._connection is None:
                self._connection = http.client.HTTPConnection(
                    "127.0.0.1", self._port, timeout=PATIENCE_SECONDS
                )
            self._connection.request(method, path, body, sent)
            answer = self._connection.getresponse()
            return answer.status, answer.read(), answer.headers  # type: ignore[return-value]
        except (OSError, http.client.HTTPException) as error:
            if self._connection is not None:
                self._connection.close()
            self._connection = None
            raise Cut from error

    def _title(self) -> str:
        return f"Bài {next(self._numbers)} {' '.join(self._chance.choices(WORDS, k=6))}"


_BOUNDARY = "kho-bench-crash"
_FORM = {"Content-Type": f"multipart/form-data; boundary={_BOUNDARY}"}


def _multipart(fields: Mapping[str, Any], name: str, content: bytes) -> bytes:
    parts = [
        ('name="metadata"', "application/json", json.dumps(fields).encode()),
        (f'name="files"; filename="{name}"', "application/octet-stream", content),
    ]
    heads = [f"--{_BOUNDARY}\r\nContent-Disposition: form-data; {what}\r\nContent-Type: {kind}\r\n\r\n".encode()
             for what, kind, _body in parts]  # fmt: skip
    bodies = b"".join(head + body + b"\r\n" for head, (_, _, body) in zip(heads, parts, strict=True))
    return bodies + f"--{_BOUNDARY}--\r\n".encode()


def _file(chance: random.Random) -> Sent:
    """Mostly a GeoGebra figure, of which nothing is made in the background: changes come faster."""
    if chance.random() < 0.03:
        return Sent("bai.txt", b"Bai hoc: " + " ".join(str(chance.random()) for _ in range(40)).encode())
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as figure:
        figure.writestr(
            "geogebra.xml", f"<geogebra>{chance.randbytes(chance.randrange(50, 3000)).hex()}</geogebra>"
        )
    return Sent("hinh.ggb", packed.getvalue())
