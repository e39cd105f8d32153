"""Approvals and locks as the tests of annual products have them."""

from tests.repo_service.annual_products.conftest import approve as approve
from tests.repo_service.annual_products.conftest import lock as lock
from tests.repo_service.annual_products.conftest import read_again as read_again
