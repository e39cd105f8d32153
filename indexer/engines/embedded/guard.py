"""Keeps tantivy's own errors inside: its panics are not even `Exception`s."""

from collections.abc import Iterator
from contextlib import contextmanager

from indexer.errors import EngineUnavailable


def is_panic(error: BaseException) -> bool:
    """Whether `error` is a Rust panic, which `except Exception` misses."""
    return type(error).__name__ == "PanicException"


@contextmanager
def engine_errors() -> Iterator[None]:
    """Turn whatever the library raises into EngineUnavailable; the door's own errors pass."""
    try:
        yield
    except (ValueError, OSError, RuntimeError) as error:
        raise EngineUnavailable(str(error)) from error
    except BaseException as error:
        if is_panic(error):
            raise EngineUnavailable(f"engine failure: {error}") from error
        raise
