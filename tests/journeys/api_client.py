"""A program that uses the API of a running server with a bearer token, as one outside would."""

from __future__ import annotations

import http.client
import json
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlencode, urlsplit


@dataclass
class Answer:
    """What came back: status, headers, bytes."""

    status: int
    headers: http.client.HTTPMessage
    content: bytes

    @property
    def json(self) -> Any:
        """The body as JSON."""
        return json.loads(self.content)

    def problem(self, status: int) -> Any:
        """The problem document (RFC 9457) that this answer must be."""
        assert self.status == status, (self.status, self.content[:500])
        assert self.headers["Content-Type"].split(";")[0] == "application/problem+json"
        body = self.json
        assert body["status"] == status and body["type"] and body["title"]
        assert body["detail"], body
        return body


@dataclass
class ApiClient:
    """Calls with one token; without a token, a guest."""

    url: str
    token: str | None = None
    sent_headers: dict[str, str] = field(default_factory=dict)

    def call(
        self,
        method: str,
        path: str,
        body: Any = None,
        headers: dict[str, str] | None = None,
        **query: Any,
    ) -> Answer:
        """One call; `body` is JSON unless it is bytes. A list in the query repeats the parameter."""
        sent = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        if body is not None and not isinstance(body, bytes):
            body = json.dumps(body).encode()
            sent["Content-Type"] = "application/json"
        target = path + ("?" + urlencode(query, doseq=True) if query else "")
        return fetch(
            self.url + quote(target, safe="/?=&%:@+,;!'()*~[]"), method, body, sent | (headers or {})
        )

    def get(self, path: str, headers: dict[str, str] | None = None, **query: Any) -> Answer:
        """A read."""
        return self.call("GET", path, headers=headers, **query)

    def post(self, path: str, body: Any = None, headers: dict[str, str] | None = None) -> Answer:
        """A change."""
        return self.call("POST", path, body, headers)

    def uploaded(self, filename: str, content: bytes) -> dict[str, Any]:
        """An upload with its parts sent: what `files` of a deposit takes."""
        upload = self.post("/api/uploads", {"filename": filename, "size": len(content)})
        assert upload.status == 201, upload.content
        told, at, parts = upload.json, 0, []
        for part in told["parts"]:
            length = min(told["part_size"], len(content) - at)
            kept = fetch(part["url"], part["method"], content[at : at + length], part["headers"])
            assert kept.status == 200, kept.content
            parts.append({"number": part["number"], "etag": kept.headers["ETag"]})
            at += length
        return {"upload": told["id"], "parts": parts}


def fetch(
    url: str, method: str = "GET", body: bytes | None = None, headers: dict[str, str] | None = None
) -> Answer:
    """One request to an absolute address, exactly as given."""
    parts = urlsplit(url)
    assert parts.hostname
    connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=20)
    try:
        target = url[len(f"{parts.scheme}://{parts.netloc}") :] or "/"
        connection.request(method, target, body, headers or {})
        answer = connection.getresponse()
        return Answer(answer.status, answer.headers, answer.read())
    finally:
        connection.close()


def multipart(fields: list[tuple[str, str | None, str, bytes]]) -> tuple[bytes, dict[str, str]]:
    """A multipart/form-data body of (name, file name, media type, content) and its header."""
    boundary = "kho-test-boundary"
    lines = []
    for name, filename, media_type, content in fields:
        disposition = f'form-data; name="{name}"' + (f'; filename="{filename}"' if filename else "")
        head = f"--{boundary}\r\nContent-Disposition: {disposition}\r\nContent-Type: {media_type}\r\n\r\n"
        lines.append(head.encode() + content + b"\r\n")
    body = b"".join(lines) + f"--{boundary}--\r\n".encode()
    return body, {"Content-Type": f"multipart/form-data; boundary={boundary}"}
