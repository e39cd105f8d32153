"""On a real search server with TLS, accounts and API keys: what is right works, what is wrong is told with its cure."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from click.testing import CliRunner

from indexer import SearchRequest, Upsert, open_engine
from repo_service.cli import cli
from repo_service.search_troubles import find_search_trouble
from tests import databases
from tests.contracts.engine_asking import make
from tests.servers import secured_elasticsearch, url_or_skip
from tests.servers.secured_elasticsearch import Secured

pytestmark = [pytest.mark.xdist_group("secured-search-server"), pytest.mark.timeout(300)]

ROLE = {"kho": {"cluster": ["monitor"], "indices": [{"names": ["kho", "kho-*"], "privileges": ["all"]}]}}
WRONG = "very-secret"


@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Secured]:
    """A node of this module's own; Kho's shared one has no passwords."""
    url_or_skip("TEST_ELASTICSEARCH_URL")
    folder = tmp_path_factory.mktemp("secured")
    try:
        yield secured_elasticsearch.start(folder)
    finally:
        secured_elasticsearch.stop(folder)


@pytest.fixture
def key_file(node: Secured, tmp_path: Path) -> Path:
    """An API key that may do what docs/from-pilot-to-province.md asks for."""
    path = tmp_path / "key"
    path.write_text(node.api_key("kho", role_descriptors=ROLE) + "\n")
    return path


def told(url: str) -> str:
    """The two lines about an address."""
    trouble = find_search_trouble(url)
    assert trouble is not None and WRONG not in f"{trouble}"
    return f"{trouble.vi}\n  {trouble.en}"


def assert_everything_works(url: str) -> None:
    """Filled, written to, asked, and looked at by `kho doctor`."""
    engine = open_engine(f"{url}&refresh=1")
    assert engine.rebuild([make(1, "phân số")]) == 1
    engine.apply([Upsert(make(2, "hỗn số"))])
    assert engine.search(SearchRequest("hỗn số", ("tinh",))).hits[0].id == "2"
    engine.close()
    assert find_search_trouble(url) is None


def test_the_rights_that_the_documents_ask_for_are_enough(node: Secured, key_file: Path) -> None:
    assert_everything_works(node.url(f"kho:{quote(node.password, safe='')}"))
    assert_everything_works(node.url(api_key_file=str(key_file)))


Wrong = Callable[[Secured, Path], str]
WAYS: dict[str, tuple[Wrong, str]] = {
    "password": (lambda node, _: node.url(f"kho:{WRONG}"), "refuses the user, password or API key"),
    "user": (
        lambda node, _: node.url(f"nobody:{quote(node.password, safe='')}"),
        "refuses the user, password",
    ),
    "no user": (lambda node, _: node.url(), "refuses the user, password"),
    "API key": (
        lambda node, wrong: node.url(api_key_file=str(wrong)),
        "refuses the user, password or API key",
    ),
    "rights": (lambda node, _: node.url(f"guest:{quote(node.password, safe='')}"), "lacks rights"),
    "authority": (
        lambda node, _: node.url(f"kho:{WRONG}", ca=str(node.other_ca)),
        "authority unknown to Kho",
    ),
    "no authority": (lambda node, _: node.url(f"kho:{WRONG}", ca=""), "authority unknown to Kho"),
    "host": (
        lambda node, _: node.url(f"kho:{WRONG}", host="127.0.0.1"),
        "not in the search server's certificate",
    ),
    "no TLS": (lambda node, _: node.url(f"kho:{WRONG}", ca="", tls="0"), "are the address and tls=0|1 right"),
}


@pytest.mark.parametrize("product", ["elasticsearch", "opensearch"])
@pytest.mark.parametrize("way", WAYS)
def test_what_is_wrong_is_named_with_its_cure(way: str, product: str, node: Secured, tmp_path: Path) -> None:
    """The client of OpenSearch meets the same certificate and the same refusals, before it hears what server it is."""
    wrong_key = tmp_path / "key"
    wrong_key.write_text(f"{WRONG}:{WRONG}")
    url, sentence = WAYS[way][0](node, wrong_key), WAYS[way][1]
    assert sentence in told(url.replace("elasticsearch:", f"{product}:", 1))


def test_a_port_without_tls_is_told(tmp_path: Path) -> None:
    url = url_or_skip("TEST_ELASTICSEARCH_URL").replace("tls=0", "tls=1").replace("://", f"://kho:{WRONG}@")
    assert "Add tls=0 if it has no TLS" in told(url)


@pytest.mark.parametrize("way", ["password", "authority", "host"])
def test_the_operator_reads_it_in_the_doctor_s_report(way: str, node: Secured, tmp_path: Path) -> None:
    url, sentence = WAYS[way][0](node, tmp_path), WAYS[way][1]
    env = {"KHO_DATA": str(tmp_path), **databases.environment(tmp_path), "SEARCH_URL": url}
    assert CliRunner().invoke(cli, ["migrate"], env=env).exit_code == 0
    report = CliRunner().invoke(cli, ["doctor"], env=env)
    assert report.exit_code == 1 and sentence in report.output and WRONG not in report.output
    databases.drop(tmp_path)
