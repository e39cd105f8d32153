"""Who may call what: ROUTES has one line for each route. A route without a line fails test_matrix.py."""

from __future__ import annotations

from tests.rights.house_table import OF_THE_HOUSE
from tests.rights.works_table import OF_WORKS

ROUTES = OF_WORKS | OF_THE_HOUSE
