"""Which indexes there are and what they are for: named by time, reached by aliases, swapped in one step."""

import re
import time
from datetime import UTC, datetime
from typing import Any

from indexer.document import SCHEMA_VERSION
from indexer.engines.elasticsearch.client import WRITE_SECONDS, Server, check_version
from indexer.engines.elasticsearch.mapping import SERVING, index_body, schema_hash, scoring
from indexer.errors import EngineUnavailable, SchemaMismatch
from indexer.marks import Marks

_MARKS = "kho-marks"


class Indexes:
    """The indexes of one prefix."""

    def __init__(self, server: Server, prefix: str, product: str) -> None:
        self._server = server
        self._product = product
        self._name = re.compile(re.escape(prefix) + r"-\d{14}")
        self._prefix = prefix
        self.read = prefix
        self.write = f"{prefix}-write"
        self.next = f"{prefix}-next"
        """While a rebuild fills a new index, every process writes into that one too."""

    def aliases(self) -> dict[str, list[str]]:
        """Our indexes by alias."""
        found: dict[str, list[str]] = {self.read: [], self.write: [], self.next: []}
        for index, described in self._all("_alias").items():
            for alias in described["aliases"].keys() & found.keys():
                found[alias].append(index)
        return found

    def targets(self) -> list[str]:
        """Names to write to now; SchemaMismatch when there is no index."""
        aliases = self.aliases()
        if not aliases[self.write]:
            raise SchemaMismatch("there is no index yet")
        return [self.write, self.next] if aliases[self.next] else [self.write]

    def made_at(self) -> float | None:
        """When the index in use was made, epoch seconds."""
        names = [name for name in self.aliases()[self.read] if self._name.fullmatch(name)]
        made = [datetime.strptime(name[-14:], "%Y%m%d%H%M%S").replace(tzinfo=UTC) for name in names]
        return made[0].timestamp() if made else None

    def check(self) -> None:
        """SchemaMismatch when there is no index, or one of another schema."""
        self._refuse_foreign_names()
        answer = self._server.call("GET", f"/{self.read}/_mapping", expect=(404,))
        if answer.status == 404 or not answer.body:
            raise SchemaMismatch("there is no index yet")
        for described in answer.body.values():
            about = described["mappings"].get("_meta", {})
            if (
                about.get("kho_schema_version", 0) > SCHEMA_VERSION
            ):  # else old and new Kho would rebuild in turns
                raise EngineUnavailable("the index was made by a newer Kho: upgrade this one", "newer")
            if about.get("kho_schema") != schema_hash():
                raise SchemaMismatch("the index was made by another schema version or another program")

    def create(self, *aliases: str, filling: bool = False) -> str:
        """A new empty index."""
        self._refuse_foreign_names()
        scores = scoring(self._product, check_version(self._server, self._product))
        body = index_body(list(aliases), scores, filling=filling)
        while True:
            name = f"{self._prefix}-{datetime.now(UTC):%Y%m%d%H%M%S}"
            answer = self._server.call("PUT", f"/{name}", body, expect=(400,), seconds=WRITE_SECONDS)
            if answer.status < 300:
                return name
            if name not in self._all("_alias"):
                raise SchemaMismatch("the search server refuses the fields of the index")
            time.sleep(0.2)  # made within the same second

    def keep(self, name: str, marks: Marks) -> None:
        """Keep in the index itself what was learnt from its texts: a record without access, which nobody finds."""
        body = {"id": _MARKS, "deleted": "marks", "body_text": marks.dumps()}
        self._server.call("PUT", f"/{name}/_doc/{_MARKS}", body, seconds=WRITE_SECONDS)

    def marks(self) -> Marks:
        """What `keep` kept with the index in use."""
        answer = self._server.call("GET", f"/{self.read}/_doc/{_MARKS}", expect=(400, 404))
        return Marks.loads(str(answer.body.get("_source", {}).get("body_text", "")))

    def put_in_use(self, name: str) -> None:
        """Both aliases from the old index to this one, in one step; the old one stays for going back."""
        actions: list[dict[str, Any]] = [{"remove": {"index": name, "alias": self.next}}]
        for alias, holders in self.aliases().items():
            if alias != self.next:
                actions += [{"remove": {"index": holder, "alias": alias}} for holder in holders]
                actions.append({"add": {"index": name, "alias": alias}})
        self._server.call("POST", "/_aliases", {"actions": actions}, seconds=WRITE_SECONDS)

    def serve(self, name: str) -> None:
        """The settings of an index that is asked, and everything written so far visible."""
        self._server.call("PUT", f"/{name}/_settings", {"index": SERVING}, seconds=WRITE_SECONDS)
        self.refresh(name)

    def refresh(self, name: str) -> None:
        """Make everything written so far visible."""
        self._server.call("POST", f"/{name}/_refresh", seconds=WRITE_SECONDS)

    def discard(self, name: str) -> None:
        """Delete an index; a missing one is fine."""
        self._server.call("DELETE", f"/{name}", expect=(404,), seconds=WRITE_SECONDS)

    def discard_unused(self) -> None:
        """Delete what earlier or broken rebuilds left; under the rebuild lock only."""
        used = self.aliases()
        for name, described in self._all("_mapping").items():
            ours = "kho_schema" in described["mappings"].get("_meta", {})
            if ours and name not in used[self.read] and name not in used[self.write]:
                self.discard(name)

    def _refuse_foreign_names(self) -> None:
        """EngineUnavailable where another program has an index under a name that we need."""
        names = f"/{self.read},{self.write},{self.next}/_alias?ignore_unavailable=true"
        for index in self._server.call("GET", names, expect=(404,)).body:
            if index not in ("error", "status") and not self._name.fullmatch(index):
                raise EngineUnavailable(f"{index} belongs to another program: choose another prefix", "name")

    def _all(self, what: str) -> dict[str, Any]:
        found = self._server.call("GET", f"/{self._prefix}-*/{what}", expect=(404,)).body
        return {name: each for name, each in found.items() if self._name.fullmatch(name)}
