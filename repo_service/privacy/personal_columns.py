"""Where a person stands in the tables, and what becomes of each place when the person is erased: one table of data.

Every column that names a person stands here; a test fails on one that does not.
"""

from __future__ import annotations

from enum import Enum


class Erasing(Enum):
    """What erasing does with the rows of a column."""

    DELETE = "delete"
    """The row is about the person alone."""
    EMPTY = "empty"
    """The row counts something; who it was is emptied."""
    KEEP = "keep"
    """The record of works, reviews and decisions needs the row; it then points to a pseudonym."""


PLACES: dict[tuple[str, str], Erasing] = {
    # the person's own, seen by nobody else
    ("notifications", "user_id"): Erasing.DELETE,
    ("one_time_links", "user_id"): Erasing.DELETE,
    ("personal_tokens", "user_id"): Erasing.DELETE,
    ("external_identities", "user_id"): Erasing.DELETE,
    ("second_factors", "user_id"): Erasing.DELETE,
    ("address_changes", "user_id"): Erasing.DELETE,
    ("recovery_codes", "user_id"): Erasing.DELETE,
    ("follows", "user_id"): Erasing.DELETE,
    ("mail_choices", "user_id"): Erasing.DELETE,
    ("outgoing_letters", "user_id"): Erasing.DELETE,
    ("dead_mailboxes", "user_id"): Erasing.DELETE,
    ("recent_queries", "user_id"): Erasing.DELETE,
    ("saved_searches", "user_id"): Erasing.DELETE,
    # counted, no matter who
    ("problem_reports", "reporter_id"): Erasing.EMPTY,
    ("usage_events", "user_id"): Erasing.EMPTY,
    # the record of works (R28, R36): authorship stays, as a pseudonym
    ("resources", "created_by_id"): Erasing.KEEP,
    ("resource_authors", "user_id"): Erasing.KEEP,
    ("resource_versions", "created_by_id"): Erasing.KEEP,
    ("resource_versions", "last_editor_id"): Erasing.KEEP,
    ("stored_files", "owner_id"): Erasing.KEEP,
    ("upload_sessions", "owner_id"): Erasing.KEEP,  # swept within a day, bytes and all
    ("collections", "owner_id"): Erasing.KEEP,  # those shared; private ones are deleted by service.erase
    ("teachings", "user_id"): Erasing.KEEP,
    ("data_packages", "user_id"): Erasing.KEEP,  # over at once: the purge takes bytes and row
    # the record of reviews, decisions and products
    ("memberships", "user_id"): Erasing.KEEP,  # ended by service.erase
    ("review_assignments", "reviewer_id"): Erasing.KEEP,
    ("review_assignments", "assigned_by_id"): Erasing.KEEP,
    ("review_comments", "author_id"): Erasing.KEEP,
    ("verdicts", "reviewer_id"): Erasing.KEEP,
    ("curation_rounds", "opened_by_id"): Erasing.KEEP,
    ("curation_verdicts", "decided_by_id"): Erasing.KEEP,
    ("near_duplicates", "told_apart_by_id"): Erasing.KEEP,
    ("annual_plans", "made_by_id"): Erasing.KEEP,
    ("annual_plan_people", "user_id"): Erasing.KEEP,
    ("annual_products", "chosen_by_id"): Erasing.KEEP,
    ("annual_products", "published_by_id"): Erasing.KEEP,
    ("annual_product_addenda", "added_by_id"): Erasing.KEEP,
    ("duty_nudges", "sent_by_id"): Erasing.KEEP,
    ("difficulties", "filed_by_id"): Erasing.KEEP,
    ("difficulties", "passed_on_by_id"): Erasing.KEEP,
    ("difficulties", "answered_by_id"): Erasing.KEEP,
    ("colleague_requests", "asked_by_id"): Erasing.KEEP,
    ("colleague_requests", "closed_by_id"): Erasing.KEEP,
    ("colleague_answers", "answered_by_id"): Erasing.KEEP,
    ("problem_reports", "answered_by_id"): Erasing.KEEP,
    ("work_comments", "author_id"): Erasing.KEEP,
    ("work_comments", "hidden_by_id"): Erasing.KEEP,
    ("held_papers", "released_by_id"): Erasing.KEEP,
    ("province_settings", "changed_by_id"): Erasing.KEEP,
    # acts on others' behalf, and the trail of all acts: ids only
    ("one_time_links", "created_by_id"): Erasing.KEEP,
    ("outgoing_letters", "asked_by_id"): Erasing.KEEP,
    ("audit_entries", "actor_id"): Erasing.KEEP,
    ("privacy_requests", "user_id"): Erasing.KEEP,
    ("privacy_requests", "handled_by_id"): Erasing.KEEP,
}

NOT_GIVEN_OUT = frozenset({"password_hash", "token_hash", "session_hash", "code_hash", "sealed_secret", "seal", "key"})
"""Columns that no package holds: hashes of secrets, and where bytes lie."""
