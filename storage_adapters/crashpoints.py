"""Named places at which tests and benchmarks end the process (docs/trust.md); in service nothing happens there."""

from collections.abc import Callable

_reached: Callable[[str], None] | None = None


def arm(reached: Callable[[str], None] | None) -> None:
    """From now on tell `reached` each name that this process passes; None: nobody."""
    global _reached
    _reached = reached


def crashpoint(name: str) -> None:
    """The process may die here and nothing that was acknowledged may be lost; names are literals, tests find them."""
    if _reached is not None:
        _reached(name)
