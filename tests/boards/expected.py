"""What a faithful crawl of the sample boards must find on each day, computed from the data files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from tests.boards.content import BOARDS, CHANGE_DAY, public
from tests.boards.content import path_of as path_of


@dataclass(frozen=True, slots=True)
class Expected:
    """Ids of adverts, compared with the day before; adverts that robots.txt forbids are in none of the sets."""

    day: int
    online: Mapping[str, frozenset[str]]
    """Board to the adverts that are online."""
    changed: frozenset[str]
    """Online on both days, with other pay, place or text."""
    vanished: frozenset[str]
    """Online the day before and no more."""
    returned: frozenset[str]
    """Online again after at least one day away."""
    new: frozenset[str]
    """Online for the first time since ``first``."""
    paths: Mapping[str, str]
    """Id to path, for every advert in any of the sets."""

    @property
    def all_online(self) -> frozenset[str]:
        """The adverts online on any board."""
        return frozenset().union(*self.online.values())


def expected(day: int, *, first: int = 0) -> Expected:
    """What changes on ``day`` for somebody who has looked every day since ``first`` (on that day everything is new)."""
    adverts = {advert.id: advert for advert in public()}
    shown = {d: frozenset(own_id for own_id, advert in adverts.items() if d in advert.days) for d in range(first, day + 1)}
    now, before = shown[day], shown.get(day - 1, frozenset())
    earlier = frozenset().union(*(ids for d, ids in shown.items() if d < day))
    changed = frozenset(own_id for own_id in now & before if day == CHANGE_DAY and adverts[own_id].changes is not None)
    vanished = before - now
    return Expected(
        day=day,
        online={board: frozenset(own_id for own_id in now if adverts[own_id].board == board) for board in BOARDS},
        changed=changed,
        vanished=vanished,
        returned=(now & earlier) - before,
        new=now - earlier,
        paths={own_id: path_of(adverts[own_id]) for own_id in sorted(now | vanished)},
    )
