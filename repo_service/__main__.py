"""`kho` and `python -m repo_service`: the command line."""

from __future__ import annotations

import sys

from sqlalchemy.exc import OperationalError, ProgrammingError

from repo_service.cli import cli
from repo_service.database_troubles import why_not_served
from repo_service.settings import ConfigurationError, Settings


def main() -> None:
    """Run a command; a wrong setting or an older schema is one clear line, not a traceback."""
    try:
        cli(prog_name="kho")
    except ConfigurationError as error:
        sys.exit(f"kho: {error}")
    except (OperationalError, ProgrammingError):
        trouble = why_not_served(Settings.from_env().database_url)
        if trouble is None:
            raise
        sys.exit(trouble)


if __name__ == "__main__":
    main()
