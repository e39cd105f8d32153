"""The only errors that cross the search door."""


class SearchError(Exception):
    """Parent of everything that the search door raises."""


class EngineUnavailable(SearchError):
    """The engine cannot answer now: lock held elsewhere, disk or server failure. Trying again may help.

    `cause` says whose move it is: "unreachable", "tls", "authority", "host", "expired" (of the server's certificate),
    "credentials", "rights", "unsupported", "name" (our index's name belongs to another program), "newer" (a newer Kho
    made the index), or "" for a passing trouble.
    """

    def __init__(self, message: str, cause: str = "") -> None:
        super().__init__(message)
        self.cause = cause


class SchemaMismatch(SearchError):
    """The stored index was made by another schema or engine version, or is damaged: rebuild it."""


class BadRequest(SearchError):
    """The caller asked for something that no engine can answer (unknown field, bad cursor, bad page)."""
