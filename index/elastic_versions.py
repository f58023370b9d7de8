"""Versions of an index in Elasticsearch: an index each, and the alias that names the one in use.

    fairwatch                      the alias, moved in one step
    fairwatch-v000007-3fa9c1       a version; its mapping's _meta says what it was built for
    fairwatch-lock                 held by the one process that writes

A version that no alias names is the rest of a build that was stopped; whoever holds the lock may remove it.
"""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from index.base import REBUILD, DamagedIndexError, MissingIndexError, OutdatedIndexError, RefusedQueryError
from index.elastic_client import Engine, GoneError
from index.elastic_mapping import template
from index.versions import Manifest, check

_FRESH = 5.0
"""Seconds that an answer on which version is in use holds: a swap removes the one before, which is noticed at once."""


@dataclass(frozen=True, slots=True)
class _Known:
    version: str
    at: float


class ElasticVersions:
    """The versions of the index ``name``; ``cutting`` is the fingerprint of the cutter in use."""

    def __init__(self, engine: Engine, name: str, *, cutting: str, shards: int, replicas: int) -> None:
        self._engine, self._name, self._cutting = engine, name, cutting
        self._shards, self._replicas = shards, replicas
        self._pattern = re.compile(re.escape(name) + r"-v(\d{6,})-[0-9a-f]{6}")
        self._known: _Known | None = None

    @property
    def several_shards(self) -> bool:
        """Whether words must be counted over all shards before they are weighed."""
        return self._shards > 1

    def current(self, *, fresh: bool = False) -> str:
        """The version in use. Raises ``MissingIndexError``, ``OutdatedIndexError``, ``DamagedIndexError``, ``UnreachableIndexError``.

        What was found lately is said again, unless it must be ``fresh``.
        """
        known = self._known
        if known and not fresh and self._engine.clock() - known.at < _FRESH:
            return known.version
        at = self._engine.clock()
        version, manifest = self._looked_up()
        check(manifest, cutting=self._cutting, folder=version)
        self._known = _Known(version, at)
        return version

    def manifest(self) -> Manifest:
        """What the version in use was built for."""
        return self._looked_up()[1]

    def forget(self) -> None:
        """Look again at the next question."""
        self._known = None

    def create(self, manifest: Manifest) -> str:
        """Make the index of a new version. Hold the lock."""
        body = template(self._name, shards=self._shards, replicas=self._replicas)
        self._engine.order(lambda client: client.indices.put_index_template(name=self._name, **body))
        numbers = [int(found[1]) for version in self._all() if (found := self._pattern.fullmatch(version))]
        version = f"{self._name}-v{max(numbers, default=0) + 1:06d}-{secrets.token_hex(3)}"
        meta = {"mapping": manifest.mapping, "cutting": manifest.cutting, "built_at": manifest.built_at.isoformat()}
        try:
            self._engine.order(lambda client: client.indices.create(index=version, mappings={"_meta": meta}, **self._waiting()))
        except RefusedQueryError as error:
            # a request that was repeated since its answer was lost
            if "already_exists" not in str(error):
                raise
        return version

    def _waiting(self) -> dict[str, str]:
        """Wait a while for the copies: a node lost before they are there takes what was written with it."""
        return {"wait_for_active_shards": "all", "timeout": "10s"} if self._replicas else {}

    def point_to(self, version: str) -> None:
        """Let ``version`` be the one in use, in one step for all who search. Hold the lock."""
        remove = {"remove": {"index": f"{self._name}-v*", "alias": self._name, "must_exist": False}}
        add = {"add": {"index": version, "alias": self._name}}
        self._engine.order(lambda client: client.indices.update_aliases(actions=[remove, add]))

    def unfinished(self) -> str | None:
        """The newest version that the alias does not name and that fits this release. Hold the lock."""
        in_use = self._aliased()
        for version, told in sorted(self._all("mappings").items(), reverse=True):
            try:
                manifest = _manifest(version, told)
                check(manifest, cutting=self._cutting, folder=version)
            except (DamagedIndexError, OutdatedIndexError):
                continue
            if version not in in_use:
                return version
        return None

    def sweep(self, *, keep: str | None = None) -> int:
        """Remove all versions but the one in use and ``keep``; returns how many there were. Hold the lock."""
        in_use = set(self._aliased())
        rest = [version for version in self._all() if version not in in_use and version != keep]
        for version in rest:
            self.remove(version)
        return len(rest)

    def remove(self, version: str) -> None:
        """Remove one version, if it is there."""
        self._engine.order(lambda client: client.indices.delete(index=version, ignore_unavailable=True))

    def _all(self, feature: str = "aliases") -> dict[str, Any]:
        answer = self._engine.order(
            lambda client: client.indices.get(index=f"{self._name}-v*", features=[feature], expand_wildcards=["open", "closed"])
        )
        return {version: told for version, told in answer.items() if self._pattern.fullmatch(version)}

    def _aliased(self) -> dict[str, Any]:
        try:
            found: dict[str, Any] = self._engine.ask(lambda client: client.indices.get(index=self._name, features=["mappings"]))
        except GoneError:
            return {}
        return found

    def _looked_up(self) -> tuple[str, Manifest]:
        found = self._aliased()
        if not found:
            raise MissingIndexError(f"index {self._name} in Elasticsearch: there is none yet: run `manage.py reindex`")
        if len(found) > 1 or not self._pattern.fullmatch(next(iter(found))):
            names = ", ".join(sorted(found))[:200]
            raise DamagedIndexError(f"index {self._name} in Elasticsearch: is {names}, which is no version: {REBUILD}")
        ((version, told),) = found.items()
        return version, _manifest(version, told)


def _manifest(version: str, told: Any) -> Manifest:
    try:
        meta = told["mappings"]["_meta"]
        return Manifest(int(meta["mapping"]), str(meta["cutting"]), datetime.fromisoformat(meta["built_at"]))
    except (KeyError, TypeError, ValueError) as error:
        raise DamagedIndexError(f"index {version}: what it was built for cannot be read ({error}): {REBUILD}") from error
