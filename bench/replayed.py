"""The embedded engine's library calls of one search, written down and made again without us: the bare baseline."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from indexer import SearchEngine, SearchRequest
from indexer.engines.embedded.engine import EmbeddedEngine

Call = tuple[Callable[..., Any], tuple[Any, ...], dict[str, Any]]


class _Noted:
    """A searcher that writes down what it is asked."""

    def __init__(self, searcher: Any, calls: list[Call]) -> None:
        self._searcher, self._calls = searcher, calls

    def __getattr__(self, name: str) -> Any:
        real = getattr(self._searcher, name)
        if not callable(real):
            return real

        def noted(*args: Any, **kwargs: Any) -> Any:
            self._calls.append((real, args, kwargs))
            return real(*args, **kwargs)

        return noted


def raw_calls(engine: SearchEngine, request: SearchRequest) -> Callable[[], None]:
    """A function that makes the library's calls of this search with finished queries: same hits, facets, texts."""
    assert isinstance(engine, EmbeddedEngine), "only the embedded engine's library is in this process"
    view = engine._read()
    calls: list[Call] = []
    noted: Any = _Noted(view.searcher, calls)
    engine._search(view._replace(searcher=noted), request).run()

    def again() -> None:
        for call, args, kwargs in calls:
            call(*args, **kwargs)

    return again
