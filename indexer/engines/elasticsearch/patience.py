"""A server that does not answer is left alone for a moment: it must not hold up every thread that searches."""

import threading
import time

from indexer.errors import EngineUnavailable

AWAY_SECONDS = 5.0


class Patience:
    """Counts requests without an answer; after as many in a row as there are hosts the server counts as away.

    Then one request every AWAY_SECONDS tries it, and all others are told at once. Safe for many threads.
    """

    def __init__(self, hosts: int) -> None:
        self._hosts = hosts
        self._unanswered = 0
        self._ask_again = 0.0
        self._lock = threading.Lock()

    def before(self) -> None:
        """EngineUnavailable while the server is left alone."""
        with self._lock:
            if self._unanswered < self._hosts:
                return
            if time.monotonic() < self._ask_again:
                raise EngineUnavailable("the search server did not answer a moment ago", "unreachable")
            self._ask_again = time.monotonic() + AWAY_SECONDS

    def answered(self) -> None:
        """It is there, whatever it said."""
        with self._lock:
            self._unanswered = 0

    def unanswered(self) -> None:
        """Nothing came, or too late."""
        with self._lock:
            self._unanswered += 1
            self._ask_again = time.monotonic() + AWAY_SECONDS
