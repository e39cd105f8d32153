"""Every table of the service in one import: for migrations and their drift test."""

from repo_service.accounts import models as accounts
from repo_service.accounts.addresses import models as addresses
from repo_service.accounts.second_factor import models as second_factor
from repo_service.annual_plans import models as annual_plans
from repo_service.annual_products import models as annual_products
from repo_service.background import progress, schedules
from repo_service.classroom_use import models as classroom_use
from repo_service.colleague_requests import models as colleague_requests
from repo_service.collections import models as collections
from repo_service.comments import models as comments
from repo_service.core import audit, outbox
from repo_service.core.db import Base
from repo_service.curation import models as curation
from repo_service.curriculum import models as curriculum
from repo_service.derivatives import models as derivatives
from repo_service.difficulties import models as difficulties
from repo_service.duty_board import models as duty_board
from repo_service.files import models as files
from repo_service.files.held_papers import models as held_papers
from repo_service.follows import models as follows
from repo_service.letters import models as letters
from repo_service.link_checks import models as link_checks
from repo_service.near_duplicates import models as near_duplicates
from repo_service.notifications import models as notifications
from repo_service.organizations import models as organizations
from repo_service.privacy import models as privacy
from repo_service.reports import models as reports
from repo_service.resources import models as resources
from repo_service.reviews import models as reviews
from repo_service.saved_searches import models as saved_searches
from repo_service.search_history import models as search_history
from repo_service.statistics import models as statistics
from repo_service.usage import models as usage

__all__ = [
    "Base", "accounts", "addresses", "annual_plans", "annual_products", "audit", "classroom_use", "colleague_requests",
    "collections", "comments", "curation", "curriculum", "derivatives", "difficulties", "duty_board", "files",
    "follows", "held_papers", "letters", "link_checks", "near_duplicates", "notifications", "organizations", "outbox",
    "privacy", "progress", "reports", "resources", "reviews", "saved_searches", "schedules", "search_history",
    "second_factor", "statistics", "usage",
]  # fmt: skip
