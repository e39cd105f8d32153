"""Collections in words for people."""

from __future__ import annotations

from repo_service.collections.models import Collection
from repo_service.curriculum.queries import vocabularies


def kit_words(collection: Collection) -> str:
    """ "Toán, lớp 6"; empty for a collection that is no starter kit."""
    lists = vocabularies()
    if not collection.kit_subject:
        return ""
    grade = lists.label("grades", collection.kit_grade).lower()
    return f"{lists.label('subjects', collection.kit_subject)}, {grade}"
