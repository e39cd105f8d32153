"""docs/from-pilot-to-province.md is followed word by word on real servers; then the moved Kho is used in a browser."""

from __future__ import annotations

import os
import re
import secrets
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from playwright.sync_api import Browser
from sqlalchemy import URL, make_url

from tests.browser.site import OpenPage, Phones, demonstration, phones_on, watched_pages
from tests.browser.test_main_journey import (  # noqa: F401  # a fixture and tests, run again on the moved Kho
    lesson_plan,
    test_a_lesson_plan_goes_from_lan_to_the_whole_province,
    test_an_upload_goes_on_after_a_reload_and_a_cut_line,
    test_an_upload_waits_while_it_is_paused,
)
from tests.servers import processes, search, site, url_or_skip
from tests.servers.buckets import fresh_bucket

pytestmark = [pytest.mark.timeout(400), pytest.mark.xdist_group("moved-installation")]

PAGE = Path(__file__).resolve().parents[2] / "docs" / "from-pilot-to-province.md"
SECTIONS = ("What you need", "The move", "The files", "The search index")
START = ("kho serve --host 127.0.0.1 --port 8000", "kho worker --processes 2")
KHO = Path(sys.executable).with_name("kho")


class Operator:
    """Types what the page says, line after line, on a machine with a pilot; what is exported stays exported."""

    def __init__(self, folder: Path, words: dict[str, str], settings: dict[str, str]) -> None:
        self.data, self.port = folder / "data", processes.free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.said = ""
        self._folder, self._words = folder, words
        self._settings = {"KHO_DATA": str(self.data), "KHO_TODAY": "2026-11-16", **settings}

    def type(self, line: str) -> None:
        """Services are stopped and started as a supervisor would; everything else is the shell's."""
        for meant, here in self._words.items():
            line = line.replace(meant, here)
        if line.startswith("systemctl stop kho"):
            self.stop()
        elif line in START:
            self._start(line.split()[1:])
        else:
            self._shell(line)
        if line.startswith(("export STORAGE_URL", "export SEARCH_URL")):  # the page: "start", "restart them"
            self.stop()
            self.start()

    def start(self) -> None:
        """Both kinds of processes, with what is exported now."""
        for line in START:
            self._start(line.split()[1:])

    def stop(self) -> None:
        """End both."""
        for name in ("serve", "worker"):
            processes.stop(self._folder, name)

    def _start(self, arguments: list[str]) -> None:
        name = arguments[0]
        here = [str(self.port) if each == "8000" else each for each in arguments]
        processes.start(self._folder, name, [str(KHO), *here], env=self._environment())
        if name == "serve":
            processes.wait_until(
                lambda: site.is_alive(self.port), f"kho serve ({self._folder / 'serve.log'})"
            )

    def _shell(self, line: str) -> None:
        told = self._folder / "environment"
        done = subprocess.run(
            ["bash", "-e", "-c", f"{line}\nenv -0 > {shlex.quote(str(told))}"], env=self._environment(),
            input=f"{self._words['PASSWORD']}\n" * 2, text=True, capture_output=True, timeout=120, check=False,
            start_new_session=True,  # without a terminal createuser reads the password from its input
        )  # fmt: skip
        assert done.returncode == 0, f"{line}\n{done.stdout}{done.stderr}"
        self.said += done.stdout
        before = self._environment()
        pairs = (pair.partition("=") for pair in told.read_text().split("\0") if pair)
        self._settings |= {
            name: value for name, _, value in pairs if name.isupper() and before.get(name) != value
        }

    def _environment(self) -> dict[str, str]:
        kept = {
            name: value for name, value in os.environ.items() if not name.endswith(("_URL", "SECRET_KEY"))
        }
        return {**kept, "PATH": f"{KHO.parent}{os.pathsep}{os.environ['PATH']}", **self._settings}


def lines_of_the_page() -> list[str]:
    """What stands in the page's blocks, in its order."""
    sections = dict(re.findall(r"^## (.+?)\n(.*?)(?=^## |\Z)", PAGE.read_text(), re.MULTILINE | re.DOTALL))
    blocks = [block for name in SECTIONS for block in re.findall(r"```\n(.*?)```", sections[name], re.DOTALL)]
    return [line.strip() for block in blocks for line in block.splitlines() if line.strip()]


@pytest.fixture(scope="module")
def role() -> Iterator[tuple[URL, str]]:
    """The PostgreSQL server, and the name that the page calls `kho`; gone afterwards with its database."""
    server, name = make_url(url_or_skip("TEST_DATABASE_URL")), f"kho_{secrets.token_hex(4)}"
    yield server, name
    plain = server.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(plain, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)".encode())
        connection.execute(f"DROP ROLE IF EXISTS {name}".encode())


@pytest.fixture(scope="module")
def moved(role: tuple[URL, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Operator]:
    """The demonstration, begun on one disk, after the last line of the page."""
    server, name = role
    password, search_url = secrets.token_hex(8), search.fresh(url_or_skip("TEST_ELASTICSEARCH_URL"))
    with fresh_bucket("VERSITYGW") as bucket:
        words = {
            "--pwprompt kho": f"--pwprompt {name}",
            "--owner=kho": f"--owner={name}",
            "--template=template0 kho": f"--template=template0 {name}",
            "kho:PASSWORD@127.0.0.1/kho": f"{name}:{password}@127.0.0.1:{server.port}/{name}",
            "s3://kho?endpoint=https://s3.example.edu.vn": bucket.url,
            "elasticsearch://kho:PASSWORD@search.example.edu.vn:9200/kho?ca=/etc/kho/search-ca.pem": search_url,
            "PASSWORD": password,
        }  # fmt: skip
        of_server = {
            "PGHOST": str(server.host),
            "PGPORT": str(server.port),
            "PGUSER": str(server.username),
            "PGPASSWORD": str(server.password),
        }
        operator = Operator(tmp_path_factory.mktemp("pilot"), words, of_server)
        # a demonstration has no PUBLIC_URL; the page says what to add then
        words["kho storage setup"] = f"kho storage setup --origin {operator.url}"
        try:
            operator.type("kho seed")
            operator.type(START[0])
            for line in lines_of_the_page():
                operator.type(line)
            yield operator
        finally:
            operator.stop()
            search.wipe(search_url)


@pytest.fixture(scope="module")
def phones(chromium: Browser, moved: Operator) -> Phones:
    return phones_on(chromium, demonstration(moved.data, moved.url))


@pytest.fixture
def open_page(phones: Phones) -> Iterator[OpenPage]:
    with watched_pages(phones) as opened:
        yield opened


def test_the_page_says_what_its_commands_answer(moved: Operator) -> None:
    for sentence in (
        "dòng của",  # kho database copy
        "Đã chép",  # kho storage copy
        "đã đọc lại từng byte",  # kho storage check --deep
        "Chỉ mục đã lập lại",  # kho index rebuild
        "Thiếu trong chỉ mục: 0. Thừa trong chỉ mục: 0. Cũ trong chỉ mục: 0.",  # kho index check
        "Lược đồ dữ liệu (postgresql) mới nhất",
        "Chỉ mục (elasticsearch)",
    ):
        assert sentence in moved.said, moved.said
