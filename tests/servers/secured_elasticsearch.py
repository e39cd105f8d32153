"""The same Elasticsearch as an institution runs it: TLS with a certificate of its own authority, accounts, API keys."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import ssl
import subprocess
import urllib.request
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.servers import elasticsearch, maven, processes
from tests.servers.certificates import Authority

HOST = "localhost"
"""The only name in the certificate; 127.0.0.1 leads to the same node."""
_SETTINGS = """
xpack.security.enabled: true
xpack.security.http.ssl:
  enabled: true
  certificate: node.crt
  key: node.key
xpack.security.transport.ssl.enabled: false
"""
_ROLES = """
kho:
  cluster: [monitor]
  indices:
    - names: ["kho", "kho-*"]
      privileges: [all]
"""
"""What docs/from-pilot-to-province.md asks for, and nothing more."""
_PLUGIN = Path(__file__).with_name("EmailAnalysis.java")
_DESCRIPTOR = f"""
name=email-analysis
description=Names that the index of API keys asks for
version=1
elasticsearch.version={elasticsearch.VERSION}
java.version=17
classname={_PLUGIN.stem}
"""


@dataclass(frozen=True)
class Secured:
    """A running node: the account `kho` has the rights that Kho asks for, `guest` has none, both the same password."""

    port: int
    password: str
    admin: str
    ca: Path
    other_ca: Path

    def url(self, user: str = "", host: str = HOST, **options: str) -> str:
        """A SEARCH_URL; the node's own authority is believed unless `ca` says otherwise."""
        given = "&".join(
            f"{name}={value}" for name, value in ({"ca": str(self.ca)} | options).items() if value
        )
        return f"elasticsearch://{user}{'@' if user else ''}{host}:{self.port}/kho-{secrets.token_hex(4)}?{given}"

    def api_key(self, name: str, **rights: Any) -> str:
        """A new API key, as `id:key`."""
        made = self._ask("/_security/api_key", {"name": name, **rights})
        return f"{made['id']}:{made['api_key']}"

    def is_healthy(self) -> bool:
        """Whether the node has joined its cluster and knows its accounts."""
        try:
            return bool(self._ask("/_cluster/health"))
        except OSError:
            return False

    def _ask(self, path: str, body: Any = None) -> Any:
        told = base64.b64encode(f"admin:{self.admin}".encode()).decode()
        headers = {"Authorization": f"Basic {told}", "Content-Type": "application/json"}
        data = json.dumps(body).encode() if body is not None else None
        request = urllib.request.Request(f"https://{HOST}:{self.port}{path}", data=data, headers=headers)
        trust = ssl.create_default_context(cafile=str(self.ca))
        with urllib.request.urlopen(request, timeout=20, context=trust) as answer:
            return json.load(answer)


def start(folder: Path) -> Secured:
    """Install and start a node with new certificates and passwords, in a folder of its own each time."""
    authority, other = Authority("Kho tests"), Authority("Somebody else")
    certificate, key = authority.sign(HOST)
    password, admin = secrets.token_urlsafe(18) + "/@:", secrets.token_urlsafe(18)
    files = {
        "node.crt": certificate,
        "node.key": key,
        "roles.yml": _ROLES,
        "users": f"kho:{_hashed(password)}\nguest:{_hashed(password)}\nadmin:{_hashed(admin)}\n",
        "users_roles": "kho:kho\nsuperuser:admin\n",
    }
    port = elasticsearch.unpacked(folder, _SETTINGS, files)
    _add_plugin(folder)
    for name, pem in (("ca.pem", authority.pem), ("other-ca.pem", other.pem)):
        (folder / name).write_text(pem)
    node = Secured(port, password, admin, folder / "ca.pem", folder / "other-ca.pem")
    elasticsearch.launch(folder)
    processes.wait_until(node.is_healthy, "the secured Elasticsearch", 240)
    return node


def stop(folder: Path) -> None:
    """End it; one that does not run is fine."""
    elasticsearch.stop(folder)


def _add_plugin(folder: Path) -> None:
    """Compiled against the server's own jars: API keys need names that the small distribution lacks."""
    home, built = elasticsearch.home(folder), folder / "built"
    compiler = [
        str(maven.java_home() / "bin" / "javac"),
        "-cp",
        str(home / "lib" / "*"),
        "-d",
        str(built),
        str(_PLUGIN),
    ]
    subprocess.run(compiler, check=True)
    place = home / "plugins" / "email-analysis"
    place.mkdir(parents=True)
    (place / "plugin-descriptor.properties").write_text(_DESCRIPTOR)
    with zipfile.ZipFile(place / "email-analysis.jar", "w") as jar:
        for compiled in built.glob("*.class"):
            jar.write(compiled, compiled.name)


def _hashed(password: str) -> str:
    """As Elasticsearch keeps it in `users`."""
    salt = secrets.token_bytes(32)
    key = hashlib.pbkdf2_hmac("sha512", password.encode(), salt, 10_000, 32)
    return "{PBKDF2}10000$" + "$".join(base64.b64encode(part).decode() for part in (salt, key))
