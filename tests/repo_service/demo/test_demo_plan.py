"""The demonstration holds the people, works and special cases that the tour and other tests rely on."""

from __future__ import annotations

import unicodedata
from collections import Counter

import pytest

from repo_service.curriculum.seed_data import communes, subjects, terms
from repo_service.demo import expected
from repo_service.demo.cast import CLUSTERS, PEOPLE, SCHOOLS
from repo_service.demo.content import level_of, resources

SPECIAL = (
    "exact-duplicate near-duplicate codes-in-name exam-in-one-table scanned-pdf broken-file dead-link"
    " three-subjects"
    " study-topic inclusive-adaptation replaced title-twin nfd-name cp437-zip ai-checked old-programme"
    " old-place-names"
)


def test_sums_of_the_works_are_as_expected() -> None:
    works = resources()
    assert Counter(work.type for work in works) == expected.TYPES
    assert Counter(level_of(work.grades) for work in works) == expected.LEVELS
    assert Counter(work.school_year for work in works) == expected.SCHOOL_YEARS
    assert Counter(work.state for work in works) == expected.STATES
    assert sum(work.due for work in works) == expected.DUE_FOR_REVIEW
    for planned in expected.ROUNDS:
        due = [work for work in works if work.due and work.cluster == planned.cluster and work.type in planned.types]
        assert len(due) == planned.overdue, planned.title


def test_keys_are_unique_and_references_exist() -> None:
    keys = [work.key for work in resources()]
    assert len(set(keys)) == len(keys)
    for work in resources():
        assert {work.successor, work.adapted_from, *work.parts} - {None} <= set(keys)
        assert set(work.authors) <= {person.account for person in PEOPLE} and work.authors
        assert work.school in {school.key for school in SCHOOLS}
        assert work.cluster in {cluster.key for cluster in CLUSTERS}
        assert set(work.subjects) <= set(subjects())
    assert set(expected.ANNUAL_PRODUCTS.values()) <= set(keys)


def test_every_grade_and_active_subject_has_a_work() -> None:
    assert {grade for work in resources() for grade in work.grades} == set(range(1, 13))
    active = {subject.code for subject in subjects().values() if subject.programme == "gdpt-2018"}
    assert active - {subject for work in resources() for subject in work.subjects} == set()


@pytest.mark.parametrize("case", SPECIAL.split())
def test_every_special_case_is_there(case: str) -> None:
    assert any(case in work.special for work in resources())


def test_the_exact_duplicates_have_the_same_file_and_the_near_one_has_not() -> None:
    files = {work.key: work.versions[0].files[0] for work in resources()}
    assert files["khbd-trung-1"] == files["khbd-trung-2"]
    assert files["khbd-trung-1"].blocks != files["khbd-gan-trung"].blocks


def test_bodies_differ_and_say_something() -> None:
    bodies = Counter(str(work.versions[-1].files[0].blocks) for work in resources())
    assert [count for count in bodies.values() if count > 1] == [2]
    assert all(len(body) > 300 for body in bodies)


def test_guests_find_open_works_of_several_subjects() -> None:
    openly = [work for work in resources() if work.visibility == "cong-khai"]
    assert len(openly) >= 15 and all(work.licence == "mo" and work.state == "published" for work in openly)
    assert len({subject for work in openly for subject in work.subjects}) >= 6


def test_three_versions_tell_what_changed() -> None:
    work = next(work for work in resources() if len(work.versions) == 3)
    assert [bool(version.change_note) for version in work.versions] == [False, True, True]


def test_one_file_name_is_decomposed() -> None:
    names = [file.name for work in resources() for version in work.versions for file in version.files]
    assert any(name != unicodedata.normalize("NFC", name) for name in names)
    assert "KHBD-NV9-Tuan5-KNTT.docx" in names


def test_the_cast_holds_every_role() -> None:
    assert len(PEOPLE) == 45 == len({person.account for person in PEOPLE})
    assert {role.code for person in PEOPLE for role in person.roles} == set(terms("roles"))
    assert sum(person.is_new for person in PEOPLE) == 4
    accounts = {person.account for person in PEOPLE}
    assert all(person.mentor in accounts for person in PEOPLE if person.is_new)


def test_schools_and_scopes_are_known() -> None:
    codes = {commune.code for commune in communes()}
    assert all(school.commune in codes and school.managing_body in codes | {"so"} for school in SCHOOLS)
    keys = {school.key for school in SCHOOLS}
    for person in PEOPLE:
        assert person.school is None or person.school in keys
        for role in person.roles:
            assert role.scope.split(":")[0] in terms("scope_kinds")


def test_lan_minh_and_hoa_work_in_one_cluster() -> None:
    people = {person.account: person for person in PEOPLE}
    members = {member.school for cluster in CLUSTERS if cluster.key == "K2" for member in cluster.members}
    assert {people[name].school for name in ("lan", "minh", "hoa")} == {"S05", "S04", "S08"} == members
    assert people["quang"].school not in members


def test_every_cluster_year_has_an_expected_duty() -> None:
    wanted = {(duty.cluster, duty.school_year) for duty in expected.DUTIES}
    clusters = {cluster.key: cluster for cluster in CLUSTERS}
    assert len(wanted) == 13
    for duty in expected.DUTIES:
        assert set(duty.unit_meetings) == set(clusters[duty.cluster].units)
