"""`kho` and `python -m repo_service`: the command line."""

from __future__ import annotations

import sys

from sqlalchemy.exc import OperationalError, ProgrammingError

from repo_service.cli import OLD_SCHEMA, cli
from repo_service.database_troubles import find_trouble
from repo_service.schema import is_current
from repo_service.settings import ConfigurationError, Settings


def main() -> None:
    """Run a command; a wrong setting or an older schema is one clear line, not a traceback."""
    try:
        cli(prog_name="kho")
    except ConfigurationError as error:
        sys.exit(f"kho: {error}")
    except (OperationalError, ProgrammingError):
        url = Settings.from_env().database_url
        trouble = find_trouble(url)
        if trouble:
            sys.exit(f"kho: {trouble.vi}\nkho: {trouble.en}")
        if is_current(url):
            raise
        sys.exit(OLD_SCHEMA)


if __name__ == "__main__":
    main()
