"""Edits of the controlled lists: change words, add, retire; a code is never renamed or reused (domain.md B)."""

from __future__ import annotations

import re
from collections.abc import Sequence

from indexer.vietnamese import fold
from repo_service.core import clock
from repo_service.core.audit import record
from repo_service.core.db import current_session
from repo_service.core.errors import AlreadyExists, InvalidInput, NotFound
from repo_service.core.i18n import _
from repo_service.core.permissions import Viewer, authorize
from repo_service.curriculum.installation import raise_revision
from repo_service.curriculum.models import Term
from repo_service.organizations import policy
from repo_service.organizations.queries import vocabulary_terms

FIXED = frozenset(
    {
        "roles",
        "cluster_kinds",
        "cluster_states",
        "resource_states",
        "scope_kinds",
        "school_years",
        "abbreviations",
        "grades",
    }
)
"""Lists whose codes the program itself knows or that hold more than words: labels may change, terms not come or go."""


def change_term(
    viewer: Viewer, vocabulary: str, code: str, *, label: str, aliases: Sequence[str], position: int
) -> Term:
    """Change the words and the place of a term. The former label stays as an alias, so that it is still found."""
    authorize(viewer, policy.KEEP.action)
    term = _find(vocabulary, code)
    before = term.label
    wanted = [*aliases, before] if before != _label(label) else aliases
    term.label, term.position = _label(label), position
    term.aliases = [
        alias
        for alias in dict.fromkeys(" ".join(text.split()) for text in wanted)
        if alias and alias != term.label
    ]
    _changed(viewer, "term.changed", term, before=before, after=term.label)
    return term


def add_term(viewer: Viewer, vocabulary: str, label: str, aliases: Sequence[str] = ()) -> Term:
    """A new term at the end of a list; its code is the folded label, for good."""
    authorize(viewer, policy.KEEP.action)
    _refuse_fixed(vocabulary)
    present = vocabulary_terms(vocabulary)
    code = re.sub(r"[^a-z0-9]+", "-", fold(_label(label))).strip("-")[:60]
    if not code:
        raise InvalidInput({"label": [_("Ghi tên bằng chữ.")]})
    if any(term.code == code for term in present):
        raise AlreadyExists(
            _(
                "Danh mục đã có mã %(code)s, kể cả mục đã ngừng. Đổi tên mục ấy, hoặc chọn tên khác.",
                code=code,
            )
        )
    term = Term(
        vocabulary=vocabulary, code=code, label=_label(label), aliases=list(aliases), grades=[], levels=[], values={},
        position=max(row.position for row in present) + 1,
    )  # fmt: skip
    current_session().add(term)
    _changed(viewer, "term.added", term)
    return term


def retire_term(viewer: Viewer, vocabulary: str, code: str) -> None:
    """No longer offered from today on; works that carry it keep it."""
    authorize(viewer, policy.KEEP.action)
    _refuse_fixed(vocabulary)
    term = _find(vocabulary, code)
    term.active_to = clock.today().isoformat()
    _changed(viewer, "term.retired", term)


def restore_term(viewer: Viewer, vocabulary: str, code: str) -> None:
    """Offered again."""
    authorize(viewer, policy.KEEP.action)
    term = _find(vocabulary, code)
    term.active_to = None
    _changed(viewer, "term.restored", term)


def _find(vocabulary: str, code: str) -> Term:
    term = current_session().get(Term, (vocabulary, code))
    if term is None:
        raise NotFound()
    return term


def _label(text: str) -> str:
    label = " ".join(text.split())
    if not 1 <= len(label) <= 200:
        raise InvalidInput({"label": [_("Ghi tên, tối đa 200 chữ.")]})
    return label


def _refuse_fixed(vocabulary: str) -> None:
    if vocabulary in FIXED:
        raise InvalidInput(
            {"label": [_("Danh mục này gắn với cách Kho làm việc: đổi tên được, thêm bớt thì không.")]}
        )


def _changed(viewer: Viewer, action: str, term: Term, **values: str) -> None:
    current_session().flush()
    record(viewer.id, action, "term", term.code[:16], vocabulary=term.vocabulary, code=term.code, **values)
    raise_revision()
