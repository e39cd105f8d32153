"""`kho` and `python -m repo_service`: the command line."""

from __future__ import annotations

import sys

from repo_service.cli import cli
from repo_service.settings import ConfigurationError


def main() -> None:
    """Run a command; a wrong setting is one clear line, not a traceback."""
    try:
        cli(prog_name="kho")
    except ConfigurationError as error:
        sys.exit(f"kho: {error}")


if __name__ == "__main__":
    main()
