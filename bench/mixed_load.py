"""Mixed load on a whole site: people search, open, download, deposit and publish; every answer is noted."""

from __future__ import annotations

import hashlib
import http.client
import itertools
import json
import random
import re
import threading
import time
from collections import Counter, deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

CUT = 0
"""The status of a request whose connection was cut or refused."""
HONEST = {429, 503, CUT}
"""What may be answered around a kill, beside success and refusals by design (4xx)."""
PATIENCE_SECONDS = 30
_FORM_TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')


@dataclass(frozen=True)
class Answer:
    """One request: when it began and ended (`time.monotonic`), what for, and its status."""

    began: float
    ended: float
    what: str
    status: int


@dataclass
class Acknowledged:
    """A deposit that was answered 201: what must be there afterwards."""

    resource_id: str
    author: str
    title: str
    sha256: str
    is_published: bool = False


@dataclass
class Load:
    """What all people of one run share."""

    answers: list[Answer] = field(default_factory=list)
    works: dict[str, Acknowledged] = field(default_factory=dict)
    to_review: deque[str] = field(default_factory=deque)
    over: threading.Event = field(default_factory=threading.Event)

    def by_status(self, *, outside: Sequence[tuple[float, float]] = ()) -> Counter[int]:
        """Statuses of the answers, without those that touch one of the windows (began, ended)."""
        return Counter(
            each.status
            for each in self.answers
            if not any(each.began < end and each.ended > start for start, end in outside)
        )


class Visitor:
    """One person's connection; every answer is noted in the load."""

    def __init__(self, load: Load, url: str, token: str | None = None) -> None:
        self.load = load
        self._url, self._token, self._cookie = url, token, ""
        self._connections: dict[str, http.client.HTTPConnection] = {}

    def ask(
        self, what: str, method: str, url: str, body: Any = None, **headers: str
    ) -> tuple[int, bytes, Any]:
        """Status, body and headers; CUT for a connection that did not hold. A path is asked of the site."""
        began = time.monotonic()
        try:
            status, content, told = self._send(method, url, body, headers)
        except (OSError, http.client.HTTPException):
            self.close()
            status, content, told = CUT, b"", {}
        self.load.answers.append(Answer(began, time.monotonic(), what, status))
        return status, content, told

    def call(self, what: str, method: str, path: str, body: Any = None) -> Any:
        """The JSON of a successful answer; None for any other."""
        status, content, _told = self.ask(what, method, path, body)
        return json.loads(content) if 200 <= status < 300 else None

    def sign_in(self, username: str, password: str) -> None:
        """Begin a browser session; RuntimeError when it does not succeed."""
        _status, page, told = self.ask("sign in", "GET", "/dang-nhap")
        self._cookie = told["Set-Cookie"].partition(";")[0]
        found = _FORM_TOKEN.search(page.decode())
        form = f"username={username}&password={password}&csrf_token={found[1] if found else ''}".replace(
            " ", "+"
        )
        kind = "application/x-www-form-urlencoded"
        status, _page, told = self.ask(
            "sign in", "POST", "/dang-nhap", form.encode(), **{"Content-Type": kind}
        )
        if status != 302:
            raise RuntimeError(f"{username} could not sign in: {status}")
        self._cookie = told["Set-Cookie"].partition(";")[0]

    def close(self) -> None:
        """Let the connections go; the next request makes new ones."""
        for connection in self._connections.values():
            connection.close()
        self._connections.clear()

    def share_session(self, other: Visitor) -> None:
        """Be the same person on a connection of one's own."""
        self._cookie = other._cookie

    def _send(self, method: str, url: str, body: Any, headers: Mapping[str, str]) -> tuple[int, bytes, Any]:
        place = urlsplit(url if "://" in url else self._url + url)
        sent = dict(headers)
        if place.netloc == urlsplit(self._url).netloc:
            sent |= {"Cookie": self._cookie} if self._cookie else {}
            sent |= {"Authorization": f"Bearer {self._token}"} if self._token else {}
        if body is not None and not isinstance(body, bytes):
            body, sent["Content-Type"] = json.dumps(body).encode(), "application/json"
        connection = self._connections.get(place.netloc)
        if connection is None:
            connection = http.client.HTTPConnection(place.netloc, timeout=PATIENCE_SECONDS)
            self._connections[place.netloc] = connection
        connection.request(method, f"{place.path}?{place.query}".rstrip("?"), body, sent)
        answer = connection.getresponse()
        return answer.status, answer.read(), answer.headers


class Person(Visitor):
    """A visitor who does one thing after another, and looks at what came for `pause` seconds in between."""

    pause = 0.2

    def act(self) -> None:
        """The next thing."""
        raise NotImplementedError


class Reader(Person):
    """Searches on pages and by the API, opens and downloads what was published."""

    def __init__(self, load: Load, url: str, token: str, queries: list[str], seed: int) -> None:
        super().__init__(load, url, token)
        self._queries, self._chance = queries, random.Random(seed)

    def act(self) -> None:
        """One of the things readers do, search pages half of the time."""
        query, dice = self._chance.choice(self._queries), self._chance.random()
        published = [work.resource_id for work in list(self.load.works.values()) if work.is_published]
        if dice < 0.5 or not published:
            self.ask("search page", "GET", f"/tim?{query}")
        elif dice < 0.7:
            self.ask("search", "GET", f"/api/search?{query}")
        elif dice < 0.85:
            self.ask("resource", "GET", f"/api/resources/{self._chance.choice(published)}")
        else:
            self.download(self._chance.choice(published))

    def download(self, resource_id: str) -> bytes | None:
        """The bytes of the first file, by the link to the store when there is one."""
        work = self.call("resource", "GET", f"/api/resources/{resource_id}")
        if not work:
            return None
        path = f"/api/resources/{resource_id}/files/{work['files'][0]['id']}"
        status, content, told = self.ask("download", "GET", path)
        if status == 302:
            status, content, _told = self.ask("bucket", "GET", told["Location"])
        return content if status == 200 else None


class Teacher(Person):
    """Deposits small works one after another and remembers what was acknowledged."""

    def __init__(self, load: Load, url: str, token: str, name: str) -> None:
        super().__init__(load, url, token)
        self._name, self._number = name, 0

    def act(self) -> None:
        """One deposit: upload, create and submit, wait for the check; what is cut in between is begun anew."""
        self._number += 1
        title = f"Phân số, bài {self._number} của {self._name}"
        content = f"{title}: khởi động bằng chiếc bánh xèo. {random.random()}\n".encode() * 30
        upload = self.call("upload", "POST", "/api/uploads", {"filename": "bai.txt", "size": len(content)})
        if not upload:
            return
        part = upload["parts"][0]
        status, _content, told = self.ask("part", part["method"], part["url"], content, **part["headers"])
        if status != 200:
            return
        body = {
            "title": title, "type": "khbd", "grades": ["lop-6"], "subjects": ["toan"], "submit": True,
            "files": [{"upload": upload["id"], "parts": [{"number": 1, "etag": told["ETag"]}]}],
        }  # fmt: skip
        made = self.call("deposit", "POST", "/api/resources", body)
        if made:
            digest = hashlib.sha256(content).hexdigest()
            self.load.works[made["id"]] = Acknowledged(made["id"], self._name, title, digest)
            self._wait_for_the_check(made)

    def _wait_for_the_check(self, work: Any) -> None:
        end = time.monotonic() + PATIENCE_SECONDS
        while any(file["state"] == "checking" for file in work["files"]):
            if self.load.over.wait(0.3) or time.monotonic() > end:
                return
            work = self.call("resource", "GET", f"/api/resources/{work['id']}") or work
        self.load.to_review.append(work["id"])


class Searcher(Person):
    """Asks for one search page after the other, without a pause."""

    pause = 0.0

    def __init__(self, load: Load, url: str, queries: Sequence[str]) -> None:
        super().__init__(load, url)
        self._queries = itertools.cycle(queries)

    def act(self) -> None:
        """The next page."""
        self.ask("search page", "GET", f"/tim?{next(self._queries)}")


class Reviewer(Person):
    """Takes the rounds of works whose files were checked, and approves them: that publishes."""

    def act(self) -> None:
        """One look at the desk, and all that can be decided."""
        ready = [self.load.to_review.popleft() for _ in range(len(self.load.to_review))]
        desk = self.call("desk", "GET", "/api/reviews") if ready else None
        rounds = {each["resource"]: each["id"] for each in desk["items"]} if desk else {}
        for resource_id in ready:
            if resource_id not in rounds or not self._approve(rounds[resource_id]):
                self.load.to_review.append(resource_id)
                continue
            self.load.works[resource_id].is_published = True

    def _approve(self, round_id: str) -> bool:
        self.ask("claim", "POST", f"/api/reviews/{round_id}/assign", {})
        verdict = {"decision": "approve"}
        return bool(self.call("approve", "POST", f"/api/reviews/{round_id}/decision", verdict))


def at_work(load: Load, people: Sequence[Person], meanwhile: Callable[[], None]) -> None:
    """Everybody acts again and again, each in a thread, until `meanwhile` returns."""

    def go_on(person: Person) -> None:
        while not load.over.is_set():
            person.act()
            load.over.wait(person.pause)
        person.close()

    threads = [threading.Thread(target=go_on, args=(person,), daemon=True) for person in people]
    for thread in threads:
        thread.start()
    try:
        meanwhile()
    finally:
        load.over.set()
        for thread in threads:
            thread.join(timeout=PATIENCE_SECONDS * 3)


def lost(load: Load, authors: Mapping[str, Reader]) -> list[str]:
    """Sentences about acknowledged works that are not there as acknowledged, bytes included; none is right."""
    found = []
    for work in load.works.values():
        reader = authors[work.author]
        told = reader.call("look again", "GET", f"/api/resources/{work.resource_id}")
        if told is None or told["title"] != work.title:
            found.append(f"{work.resource_id} ({work.title}) is gone")
        elif work.is_published and told["state"] != "published":
            found.append(f"{work.resource_id} was published, is {told['state']}")
        elif work.is_published:
            content = reader.download(work.resource_id) or b""
            if hashlib.sha256(content).hexdigest() != work.sha256:
                found.append(f"{work.resource_id} has other bytes")
    return found
