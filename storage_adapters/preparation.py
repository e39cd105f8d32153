"""What preparing a store tells: a plain value, one for each step."""

from dataclasses import dataclass


@dataclass(frozen=True)
class SetupStep:
    """One thing that was set or found out about a bucket.

    `name` is cors, preflight, lifecycle (set, then tried), conditional_put, conditional_complete, checksums or
    object_lock (found out); `said` is the server's own code, or the origins concerned, where it was not done.
    """

    name: str
    done: bool
    said: str = ""
