"""A source is data: one YAML file says what board is read, why that is lawful, where to start and how gently to go.

``crawlers/sources.schema.json`` is the specification; this module reads files against it and gives frozen records.
"""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import yaml
from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError

from adverts.records import FairwatchError

FOLDER = Path(__file__).resolve().parent / "sources"
"""Where the sources lie that ship with this checkout."""
SCHEMA = Path(__file__).resolve().parent / "sources.schema.json"

MAX_BYTES = 1_000_000
"""Largest source file read; a longer one is not a source."""
PUBLIC_RATE = 10.0
"""Most requests a second to a board on the internet: more could be felt by its operator."""
LISTS_ALL = frozenset({"sitemap", "api", "listing", "urls"})
"""Kinds of list that show every advert of the board; a feed shows only the newest."""


class SourceError(FairwatchError):
    """A source file is missing or wrong; the message names file, field, value and remedy, a line each."""


@dataclass(frozen=True, slots=True)
class Paging:
    """How the address of the next page of a list is made."""

    parameter: str
    first: int = 1
    step: int = 1


@dataclass(frozen=True, slots=True)
class Start:
    """One start point: a list of adverts."""

    kind: str
    """sitemap, feed, api, listing or urls."""
    urls: tuple[str, ...]
    reader: str = "auto"
    include: str = ""
    exclude: str = ""
    newer_than_days: int | None = None
    paging: Paging | None = None
    max_pages: int = 1000

    def wants(self, url: str) -> bool:
        """Whether an address found in this list is to be visited."""
        if self.include and not re.search(self.include, url):
            return False
        return not (self.exclude and re.search(self.exclude, url))


@dataclass(frozen=True, slots=True)
class Expected:
    """What a healthy crawl of a source gives."""

    adverts_min: int = 0
    adverts_max: int | None = None
    fill: Mapping[str, float] = field(default_factory=dict)
    """Field name -> share (0..1) of adverts that have it."""


@dataclass(frozen=True, slots=True)
class Source:
    """One board: what is read, on which ground, and how."""

    name: str
    title: str
    legal_basis: str
    purpose: str
    contact_page: str
    start: tuple[Start, ...]
    rate: float
    """Requests a second to one host, at most."""
    enabled: bool
    documented_at: str = ""
    reader: str = "auto"
    details: str = "when-needed"
    """when-needed, always or never: whether the page of each advert is fetched beside the list."""
    hosts: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    concurrency: int = 1
    expected: Expected = Expected()
    schedule: str = ""
    allow_private: bool = False

    @property
    def lists_all(self) -> bool:
        """Whether the lists together show every advert, so that one missing from them is no longer offered."""
        return all(start.kind in LISTS_ALL for start in self.start)

    @property
    def visited_hosts(self) -> frozenset[str]:
        """Host names a crawl may talk to; their subdomains are covered too."""
        names = {urlsplit(url).hostname or "" for start in self.start for url in start.urls}
        return frozenset(name.removeprefix("www.") for name in names | set(self.hosts))

    @property
    def private_netlocs(self) -> frozenset[tuple[str, int]]:
        """Host and port of the start points where private addresses are allowed; empty for every public source.

        Only these very ports: a redirect from a board on this machine must not reach other services on it.
        """
        if not self.allow_private:
            return frozenset()
        parts = [urlsplit(url) for start in self.start for url in start.urls]
        return frozenset((part.hostname or "", part.port or {"http": 80}.get(part.scheme, 443)) for part in parts)

    def require_contact(self, contact: str) -> None:
        """Raise ``SourceError`` where a public board would be asked without saying who asks."""
        if not contact.strip() and not self.allow_private:
            raise SourceError(f"{self.name} is a public board: set FAIRWATCH_OPERATOR_CONTACT, so that its operator can reach you")

    def rebased(self, base: str) -> Source:
        """The same source with scheme, host and port of every start point taken from ``base``."""
        wanted = urlsplit(base)
        if wanted.scheme not in {"http", "https"} or not wanted.hostname:
            raise SourceError(f"base {base!r} is no http(s) address; write it like http://127.0.0.1:8099")
        starts = [
            replace(start, urls=tuple(urlunsplit(urlsplit(url)._replace(scheme=wanted.scheme, netloc=wanted.netloc)) for url in start.urls))
            for start in self.start
        ]
        return replace(self, start=tuple(starts))


def load(path: Path) -> Source:
    """The source in a YAML file. Raises ``SourceError`` naming every wrong field with value and remedy."""
    text, content = _content(path)
    faults = sorted((_line(text, _where(fault)), _explain(fault)) for fault in _validator().iter_errors(content))
    if faults:
        raise SourceError("\n".join(f"{path}:{line}: {said}" for line, said in faults))
    source = _source(content)
    problems = [f"{path}:{_line(text, fault.split(':')[0].split('/'))}: {fault}" for fault in _cross_checks(source, path)]
    if problems:
        raise SourceError("\n".join(problems))
    return source


def find(name_or_path: str, *, folder: Path = FOLDER) -> Path:
    """The file of a source given by name or by path. Raises ``SourceError`` naming the nearest known names."""
    given = Path(name_or_path)
    if given.suffix in {".yml", ".yaml"} or given.is_file():
        return given
    path = folder / f"{name_or_path}.yml"
    if re.fullmatch(r"[a-z0-9-]+", name_or_path) and path.is_file():
        return path
    known = sorted(found.stem for found in folder.glob("*.yml"))
    near = difflib.get_close_matches(name_or_path, known) or known
    raise SourceError(f"no source {name_or_path!r} in {folder}: give one of {', '.join(near) or 'none yet'}, or the path of a .yml file")


def enabled(*, folder: Path = FOLDER) -> list[Path]:
    """The files of all sources that are switched on, by name."""
    return [path for path in sorted(folder.glob("*.yml")) if load(path).enabled]


def _content(path: Path) -> tuple[str, Any]:
    """The text of a file, and what it says."""
    try:
        size = path.stat().st_size
        if size > MAX_BYTES:
            raise SourceError(f"{path}: {size:,} bytes is too long for a source; {MAX_BYTES:,} at most")
        text = path.read_text(encoding="utf-8")
        return text, yaml.load(text, Loader=_OneOfEach)  # noqa: S506 - a SafeLoader
    except (OSError, UnicodeDecodeError) as error:
        raise SourceError(f"{path}: cannot be read ({error}); give the path of a UTF-8 .yml file") from error
    except yaml.YAMLError as error:
        raise SourceError(f"{path}: is not valid YAML: {' '.join(str(error).split())}") from error


class _OneOfEach(yaml.SafeLoader):
    """YAML's safe loader, refusing a field given twice: the first would be lost in silence."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen: set[Any] = set()
        for key_node, _ in node.value:
            key = self.construct_object(key_node, deep=True)
            if isinstance(key, str) and key in seen:
                raise yaml.constructor.ConstructorError(None, None, f"{key!r} is given twice; keep one", key_node.start_mark)
            if isinstance(key, str):
                seen.add(key)
        return super().construct_mapping(node, deep)


@cache
def _validator() -> Draft202012Validator:
    return Draft202012Validator(json.loads(SCHEMA.read_text(encoding="utf-8")), format_checker=Draft202012Validator.FORMAT_CHECKER)


def _line(text: str, place: Iterable[str | int]) -> int:
    """The line on which a field stands, or the nearest one around it."""
    node, line = yaml.compose(text, Loader=yaml.SafeLoader), 1
    for part in place:
        if isinstance(node, yaml.MappingNode):
            pair = next(((key, value) for key, value in node.value if key.value == str(part)), None)
        elif isinstance(node, yaml.SequenceNode) and str(part).isdigit() and int(part) < len(node.value):
            pair = node.value[int(part)], node.value[int(part)]
        else:
            pair = None
        if pair is None:
            break
        line, node = pair[0].start_mark.line + 1, pair[1]
    return line


def _where(fault: ValidationError) -> list[str | int]:
    """The place of a fault; for a field that should not be there, the field itself."""
    if fault.validator != "additionalProperties":
        return list(fault.absolute_path)
    known = dict(fault.schema).get("properties", {}) if isinstance(fault.schema, Mapping) else {}
    given: Any = fault.instance
    return [*fault.absolute_path, next(name for name in given if name not in known)]


def _place(fault: ValidationError) -> str:
    return "/".join(str(part) for part in fault.absolute_path)


def _explain(fault: ValidationError) -> str:
    """Field, value, what is wrong, what to do."""
    place = _place(fault)
    schema: dict[str, Any] = dict(fault.schema) if isinstance(fault.schema, Mapping) else {}
    found: Any = fault.instance
    if fault.validator == "required":
        # jsonschema gives one fault a missing field and names it in its message alone
        missing = fault.message.split("'")[1]
        remedy = schema["properties"].get(missing, {}).get("description", "")
        return f"{_join(place, missing)}: is missing; add it. {remedy}"
    if fault.validator == "additionalProperties":
        known = list(schema.get("properties", {}))
        unknown = next(name for name in found if name not in known)
        near = difflib.get_close_matches(str(unknown), known, n=1)
        remedy = f"did you mean {near[0]}?" if near else f"known here: {', '.join(known)}"
        return f"{_join(place, str(unknown))}: {_short(found[unknown])} is in an unknown field; {remedy}"
    return f"{place or 'whole file'}: {_short(found)} does not fit. {schema.get('description', '')}".rstrip()


def _join(place: str, name: str) -> str:
    return f"{place}/{name}" if place else name


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 80 else f"{text[:77]}..."


def _source(content: Mapping[str, Any]) -> Source:
    values = dict(content)
    starts = tuple(_start(entry) for entry in values.pop("start"))
    lists: dict[str, Any] = {name: tuple(values.pop(name, ())) for name in ("hosts", "languages", "countries")}
    wanted = values.pop("expected", {})
    adverts = wanted.get("adverts", {})
    expected = Expected(adverts_min=adverts.get("min", 0), adverts_max=adverts.get("max"), fill=dict(wanted.get("fill", {})))
    return Source(start=starts, expected=expected, **lists, **values)


def _start(entry: Mapping[str, Any]) -> Start:
    values = dict(entry)
    urls = tuple(values.pop("urls", ())) or tuple(filter(None, [values.pop("url", "")]))
    paging = values.pop("paging", None)
    return Start(urls=urls, paging=Paging(**paging) if paging else None, **{k: v for k, v in values.items() if k != "url"})


def _cross_checks(source: Source, path: Path) -> Iterator[str]:
    """What a schema cannot say."""
    if source.name != path.stem:
        yield f"name: {source.name!r} is not the file's name; call it {path.stem} or rename the file to {source.name}.yml"
    if source.rate > PUBLIC_RATE and not source.allow_private:
        yield f"rate: {source.rate:g} requests a second are too many for a public board; write {PUBLIC_RATE:g} or less"
    if source.expected.adverts_max is not None and source.expected.adverts_max < source.expected.adverts_min:
        yield f"expected/adverts: max {source.expected.adverts_max} is less than min {source.expected.adverts_min}; exchange them"
    for number, start in enumerate(source.start):
        yield from (f"start/{number}/{fault}" for fault in _start_checks(start))


def _start_checks(start: Start) -> Iterator[str]:
    if not start.urls:
        yield f"{'urls' if start.kind == 'urls' else 'url'}: is missing for kind {start.kind}; add it"
    if len(start.urls) > 1 and start.kind != "urls":
        yield f"urls: belongs to kind urls, not to {start.kind}; give one url"
    if start.newer_than_days is not None and start.kind != "sitemap":
        yield f"newer_than_days: {start.newer_than_days} belongs to kind sitemap, not to {start.kind}; take it out"
    if start.paging is not None and start.kind not in {"api", "listing"}:
        yield f"paging: belongs to kinds api and listing, not to {start.kind}; take it out"
    for url in start.urls:
        try:
            _ = urlsplit(url).port
        except ValueError:
            yield f"url: {url!r} is no address: its host, or its port (a number from 1 to 65535), is wrong; correct it"
