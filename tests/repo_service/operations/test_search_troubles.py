"""Each way of naming a wrong search engine is told in two lines with the setting, the cure and no secret."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from indexer import open_engine
from repo_service.search_troubles import find_search_trouble
from tests.journeys.running_server import environment, free_port
from tests.servers import url_or_skip
from tests.servers.search import fresh, wipe


def kho(folder: Path, search_url: str, *command: str) -> str:
    """What a command says; it ends with 1."""
    done = subprocess.run(
        [sys.executable, "-m", "repo_service", *command],
        env=environment(folder) | {"SEARCH_URL": search_url}, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    said = done.stdout + done.stderr
    assert done.returncode == 1 and "Traceback" not in said and "very-secret" not in said, said
    return said


def test_kho_does_not_start_with_an_address_nobody_understands(tmp_path: Path) -> None:
    url = "elasticsearch://kho:very-secret@search:9200/kho?colour=red"
    trouble = find_search_trouble(url)
    assert trouble is not None and trouble.en.startswith("SEARCH_URL: not an address")
    subprocess.run(
        [sys.executable, "-m", "repo_service", "migrate"], env=environment(tmp_path), check=True, capture_output=True
    )
    said = kho(tmp_path, url, "serve", "--port", "9")
    assert trouble.vi in said and trouble.en in said


@pytest.mark.parametrize("product", ["elasticsearch", "opensearch"])
def test_a_server_that_does_not_answer_is_no_reason_not_to_start(tmp_path: Path, product: str) -> None:
    url = f"{product}://kho:very-secret@127.0.0.1:{free_port()}/kho?tls=0"
    trouble = find_search_trouble(url)
    assert trouble is not None and "does not answer" in trouble.en
    subprocess.run(
        [sys.executable, "-m", "repo_service", "migrate"], env=environment(tmp_path), check=True, capture_output=True
    )
    said = kho(tmp_path, url, "doctor")
    assert trouble.vi in said and trouble.en in said


@pytest.mark.parametrize("variable", ["TEST_ELASTICSEARCH_URL", "TEST_OPENSEARCH_URL"])
def test_a_server_without_our_index_asks_for_a_rebuild(variable: str) -> None:
    url = fresh(url_or_skip(variable))
    trouble = find_search_trouble(url)
    assert trouble is not None and "kho index rebuild" in trouble.vi and "kho index rebuild" in trouble.en
    engine = open_engine(url)
    engine.ensure_schema()
    engine.close()
    assert find_search_trouble(url) is None
    wipe(url)


@pytest.mark.parametrize(
    ("variable", "other"), [("TEST_ELASTICSEARCH_URL", "opensearch"), ("TEST_OPENSEARCH_URL", "elasticsearch")]
)
def test_the_other_product_is_told_by_name(variable: str, other: str) -> None:
    trouble = find_search_trouble(f"{other}:{url_or_skip(variable).partition(':')[2]}")
    assert trouble is not None and "Elasticsearch 8" in trouble.en and "OpenSearch 2" in trouble.en
