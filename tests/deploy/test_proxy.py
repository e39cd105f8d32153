"""The nginx files: nginx itself reads them, and their limits fit the routes they stand before."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from repo_service.app import FORM_BYTES
from repo_service.core.db import KhoFlask
from repo_service.files.limits import LARGE_PART, SMALL_DEPOSIT
from tests.architecture.source_tree import ROOT

FILES = ROOT / "deploy" / "nginx"
SITE = (FILES / "kho" / "site.conf").read_text()
UNITS = {"k": 1024, "m": 1024 * 1024}


def body_limits() -> dict[str, int]:
    """Location -> the largest body it lets through, in bytes; the server's own under ""."""
    found = re.findall(r"(?:location ~ (\S+) \{[^}]*?)?client_max_body_size (\d+)([km]);", SITE)
    return {where: int(number) * UNITS[unit] for where, number, unit in found[:3]}


def test_nginx_reads_them(tmp_path: Path) -> None:
    nginx = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
    if nginx is None:
        pytest.skip("there is no nginx here")
    shutil.copytree(FILES, tmp_path, dirs_exist_ok=True)
    # names of containers, and the newest nginx, are known to compose only; so is the certificate
    for name in ("upstream.conf", "storage.conf"):
        text = (tmp_path / "kho" / name).read_text()
        text = re.sub(r"^server [\w-]+:(\d+) resolve", r"server 127.0.0.1:\1", text, flags=re.MULTILINE)
        (tmp_path / "kho" / name).write_text(re.sub(r"^(zone|resolver) .*$", "", text, flags=re.MULTILINE))
    listen = (tmp_path / "kho" / "listen.conf").read_text()
    certified = re.sub(r"^(ssl_certificate.*|http2 on;)$", "", listen, flags=re.MULTILINE)
    (tmp_path / "kho" / "listen.conf").write_text(certified.replace(" ssl;", ";"))
    read = subprocess.run(
        [nginx, "-t", "-p", f"{tmp_path}/", "-c", str(tmp_path / "nginx.conf"), "-e", "stderr"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert read.returncode == 0, read.stderr
    assert "[warn]" not in read.stderr.replace('the "user" directive', ""), read.stderr


def test_bodies_that_kho_takes_pass_and_larger_ones_do_not(app: KhoFlask) -> None:
    forms, parts, deposits = body_limits().values()
    assert FORM_BYTES < forms < 2 * FORM_BYTES
    assert LARGE_PART <= parts <= 4 * LARGE_PART
    assert SMALL_DEPOSIT < deposits < 2 * SMALL_DEPOSIT
    patterns = [re.compile(where) for where in body_limits() if where]
    routed = [
        re.sub(r"<int:\w+>", "1", re.sub(r"<(?!int)\w+>", "a", rule.rule))
        for rule in app.url_map.iter_rules()
    ]
    for pattern in patterns:
        assert any(pattern.match(path) for path in routed), pattern
    for path in ("/dong-gop", "/api/resources", "/hoc-lieu/a/phien-ban-moi", "/api/resources/a/versions"):
        assert path in routed and patterns[1].match(path)


def test_clients_are_buffered_and_cannot_speak_for_others() -> None:
    assert "proxy_request_buffering on;" in SITE and "proxy_buffering on;" in SITE
    assert "X-Forwarded-For $remote_addr;" in SITE and "$proxy_add_x_forwarded_for" not in SITE
    for name in ("Host $http_host", "X-Forwarded-Proto $scheme", "X-Forwarded-Host $http_host"):
        assert f"proxy_set_header {name};" in SITE
