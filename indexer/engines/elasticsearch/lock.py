"""One rebuild at a time among all processes and machines: a document with an end, put off while its owner lives."""

import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from indexer.engines.elasticsearch.client import Server
from indexer.errors import EngineUnavailable, SearchError

LIFE = 60.0  # seconds after which a killed owner's lock is void
_BEAT = 10.0


@contextmanager
def rebuild_lock(server: Server, prefix: str, wait: float = 0.0) -> Iterator[None]:
    """Hold the lock; EngineUnavailable when somebody else has it after `wait` seconds."""
    owner = _Lock(server, f"{prefix}-lock")
    owner.take(time.monotonic() + wait)
    try:
        yield
    finally:
        owner.give_back()


class _Lock:
    def __init__(self, server: Server, index: str) -> None:
        self._server = server
        self._index = index
        self._path = f"/{index}/_doc/rebuild"
        self._name = secrets.token_hex(8)
        self._seen = ""  # the state of the document that our next write builds on
        self._ended = threading.Event()
        self._beating = threading.Thread(target=self._beat, daemon=True)

    def take(self, deadline: float) -> None:
        settings = {"index": {"number_of_shards": 1, "auto_expand_replicas": "0-1"}}
        body = {"settings": settings, "mappings": {"dynamic": False}}
        self._server.call("PUT", f"/{self._index}", body, expect=(400,))  # 400: it exists
        while not self._put("op_type=create") and not self._take_over():
            if time.monotonic() >= deadline:
                raise EngineUnavailable("a rebuild is running")
            time.sleep(0.2)
        self._beating.start()

    def give_back(self) -> None:
        self._ended.set()
        self._beating.join()
        with suppress(SearchError):  # it ends by itself
            self._server.call("DELETE", f"{self._path}?{self._seen}", expect=(404, 409))

    def _take_over(self) -> bool:
        answer = self._server.call("GET", self._path, expect=(404,))
        if answer.status == 404 or answer.body["_source"]["until"] > time.time():
            return False
        return self._put(_state(answer.body))

    def _put(self, condition: str) -> bool:
        body = {"owner": self._name, "until": time.time() + LIFE}
        answer = self._server.call("PUT", f"{self._path}?{condition}", body, expect=(409,))
        if answer.status == 409:
            return False
        self._seen = _state(answer.body)
        return True

    def _beat(self) -> None:
        while not self._ended.wait(_BEAT):
            with suppress(SearchError):  # the next beat may come through in time
                self._put(self._seen)


def _state(body: dict[str, int]) -> str:
    return f"if_seq_no={body['_seq_no']}&if_primary_term={body['_primary_term']}"
