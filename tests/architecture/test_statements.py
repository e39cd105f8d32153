"""The choice of the tests that run on real servers."""

from tests.statements import few_that_say_all


def test_a_few_tests_say_every_statement() -> None:
    said = {"all but one": {1, 2, 3}, "the same": {1, 2, 3}, "a part": {2}, "the last": {4}, "nothing": set()}
    assert few_that_say_all(said) == {"all but one", "the last"}


def test_nothing_said_needs_no_test() -> None:
    assert few_that_say_all({}) == set()
