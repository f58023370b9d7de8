"""Finding the postings in any nested data: the group of like records that has the names, the words and the company of jobs."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from crawlers.readers.parts import keys, record, words
from crawlers.reading import Draft
from crawlers.urls import path_words

MAX_NODES = 60_000
"""Values visited before the search stops."""
MAX_RECORDS = 5_000
"""Records of one group that are read."""
_ENOUGH = 4.0
"""Mean score from which a group of records is taken for postings; alone a record needs ``_ENOUGH_ALONE``."""
_ENOUGH_ALONE = 5.0
_SAMPLE = 25


@dataclass(slots=True)
class Group:
    """Records that stand in one list, or in like lists at like places."""

    path: tuple[str, ...]
    records: list[Mapping[str, Any]] = field(default_factory=list)
    parents: list[Mapping[str, Any]] = field(default_factory=list)
    """What each record's list stands in, nearest last of all first."""
    score: float = 0.0


def find(data: Any, *, url: str = "") -> list[Group]:
    """The groups of records that are postings, best first; none where nothing is surely one."""
    known = _references(data)
    about_jobs = words.job_tokens(path_words(url))
    groups: dict[tuple[str, ...], Group] = {}
    for path, item, parent in _records(data):
        group = groups.setdefault(path, Group(path=path))
        if len(group.records) < MAX_RECORDS:
            group.records.append(_resolved(item, known))
            group.parents.append(parent)
    for group in groups.values():
        group.score = _score(group, about_jobs=about_jobs)
    fit = [group for group in groups.values() if group.score >= (_ENOUGH if len(group.records) > 1 else _ENOUGH_ALONE)]
    return _disjoint(sorted(fit, key=_weight, reverse=True), groups)


def drafts(data: Any, *, url: str, language: str = "") -> list[Draft]:
    """The adverts in nested data; a record without an address of its own gets that of the page."""
    found: list[Draft] = []
    for group in find(data, url=url):
        for item, parent in zip(group.records, group.parents, strict=True):
            advert = record.draft_of(item, base=url, language=language, defaults=_defaults(parent, group.path))
            if advert:
                found.append(advert)
    return found


def _defaults(parent: Mapping[str, Any], path: tuple[str, ...]) -> dict[str, str]:
    """The employer that is named once for the whole list: beside it, as ``{"name": "Acme", "jobs": [...]}``."""
    for name, value in list(parent.items())[:60]:
        plain = keys.plain(str(name))
        named = value.get("name") if isinstance(value, Mapping) else value
        if plain in keys.EMPLOYER and plain != "partyname" and isinstance(named, str) and 1 < len(named) <= 120 and "://" not in named:
            return {"employer": named.strip()}
    own = parent.get("name")
    if path and path[-1] in keys.CONTAINERS and isinstance(own, str) and 1 < len(own) <= 80:
        return {"employer": own.strip()}
    return {}


def _records(data: Any) -> Iterator[tuple[tuple[str, ...], Mapping[str, Any], Mapping[str, Any]]]:
    """Every record with its path without numbers and what stands around it, top first, bounded."""
    none: Mapping[str, Any] = {}
    queue: list[tuple[tuple[str, ...], Any, Mapping[str, Any]]] = [((), data, none)]
    seen = 0
    while queue and seen < MAX_NODES:
        following: list[tuple[tuple[str, ...], Any, Mapping[str, Any]]] = []
        for path, value, parent in queue:
            seen += 1
            if seen >= MAX_NODES or len(path) > 14:
                break
            if isinstance(value, Mapping):
                yield path, value, parent
                following.extend(_children(path, value))
            elif isinstance(value, list | tuple):
                following.extend((path, item, parent) for item in value[:MAX_RECORDS])
        queue = following


def _children(path: tuple[str, ...], value: Mapping[str, Any]) -> Iterator[tuple[tuple[str, ...], Any, Mapping[str, Any]]]:
    for name, item in list(value.items())[:MAX_RECORDS]:
        if isinstance(item, Mapping | list | tuple):
            plain = keys.plain(str(name))
            if plain in keys.NOT_OWN:
                continue
            yield (*path, _sort(str(name), plain)), item, value


def _sort(name: str, plain: str) -> str:
    """The name without what only numbers it: ``Job:7`` and ``Job:8`` are of one sort, ``12`` and ``13`` too."""
    if ":" in name:
        return keys.plain(name.split(":", 1)[0]) or "*"
    return "*" if any(char.isdigit() for char in name) else plain


def _references(data: Any) -> Mapping[str, Any]:
    """The table that ``{"__ref": "Job:7"}`` points into (Apollo's normalised state), empty where there is none."""
    if not isinstance(data, Mapping):
        return {}
    for table in (data, *(value for value in data.values() if isinstance(value, Mapping))):
        if "ROOT_QUERY" in table:
            return table
    return {}


def _resolved(item: Mapping[str, Any], known: Mapping[str, Any], depth: int = 0) -> Mapping[str, Any]:
    if not known or depth > 3:
        return item
    return {name: _followed(value, known, depth) for name, value in item.items()}


def _followed(value: Any, known: Mapping[str, Any], depth: int) -> Any:
    if isinstance(value, Mapping):
        target = known.get(str(value["__ref"])) if "__ref" in value else value
        return _resolved(target, known, depth + 1) if isinstance(target, Mapping) else None
    if isinstance(value, list):
        return [_followed(entry, known, depth) for entry in value[:50]]
    return value


def _score(group: Group, *, about_jobs: bool) -> float:
    """The mean score of a sample, with the evidence that it is about jobs at all as a condition."""
    sample = group.records[:: max(1, len(group.records) // _SAMPLE)][:_SAMPLE]
    scores = [score for score in map(_record_score, sample) if score[0]]
    titles = [title for title, _, _ in scores]
    if not titles or len(titles) < 0.5 * len(sample):
        return 0.0
    contained = any(name in keys.CONTAINERS for name in group.path[-2:])
    typed = sum(jobish for _, _, jobish in scores) / len(scores)
    occupied = sum(words.occupations(title) > 0 for title in titles) / len(titles)
    if not contained and typed < 1 and occupied < 0.3 and not (about_jobs and typed + occupied > 0.4):
        return 0.0
    mean = sum(score for _, score, _ in scores) / len(scores)
    return mean + (2.0 if contained else 0.0) + min(2.0, typed) + occupied + (0.5 if about_jobs else 0.0)


def _record_score(item: Mapping[str, Any]) -> tuple[str, float, int]:
    """Title, points for the fields a posting has, and how many names only jobs have. Looks at the top two levels alone."""
    found = [leaf for leaf in record.leaves(item) if len(leaf.path) <= 3]
    title = record.title_of(found)
    if not title:
        return "", 0.0, 0
    own = record.pick(found, keys.TITLE)
    points = 0.5 if own and own[0].key in keys.WEAK_TITLES else 1.0
    points += 1.0 if own and words.job_tokens(words.name_tokens(own[0].written)) else 0.0
    for family, worth in ((keys.EMPLOYER, 1.0), (keys.PLACE, 1.0), (keys.PAY, 0.5), (keys.UNTIL, 0.5), (keys.POSTED, 0.5), (keys.URL, 0.5)):
        points += worth if record.pick(found, family) else 0.0
    points += 0.5 if any(leaf.key in keys.TEXT or leaf.key in keys.TEASER for leaf in found) else 0.0
    jobish = len({leaf.path[0] for leaf in found} & keys.JOBISH) + len({keys.plain(str(name)) for name in item} & keys.JOBISH)
    typename = str(item.get("__typename", item.get("@type", "")))
    return title, points, min(3, jobish) + (2 if words.job_tokens(words.name_tokens(typename)) else 0)


def _weight(group: Group) -> float:
    return group.score * math.log2(1.5 + len(group.records))


def _disjoint(ranked: list[Group], groups: Mapping[tuple[str, ...], Group]) -> list[Group]:
    """The best group, and further ones that are neither inside it nor around it and have the same names of fields."""
    if not ranked:
        return []
    best = _whole(ranked[0], groups)
    names = set(best.records[0])
    chosen = [best]
    for group in ranked:
        short = min(len(group.path), len(best.path))
        apart = group.path[:short] != best.path[:short]
        alike = len(names & set(group.records[0])) >= 0.6 * max(1, len(names | set(group.records[0])))
        if apart and alike and len(chosen) < 6:
            chosen.append(group)
    return chosen


def _whole(best: Group, groups: Mapping[tuple[str, ...], Group]) -> Group:
    """The records around those of a group, where each holds exactly one of them: ``{"id": 7, "links": ..., "attributes": {...}}``."""
    outer = groups.get(best.path[:-1]) if len(best.path) > 1 else None
    if outer and len(outer.records) == len(best.records) and all(_wraps(item, best) for item in outer.records[:5]):
        return outer
    return best


def _wraps(outer: Mapping[str, Any], best: Group) -> bool:
    return any(keys.plain(str(name)) == best.path[-1] and isinstance(value, Mapping) for name, value in outer.items())
