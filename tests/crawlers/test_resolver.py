"""Private addresses never reach what connects."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, ClassVar

import pytest
from twisted.internet.address import IPv4Address, IPv6Address

from crawlers.resolver import ALLOWED, PublicResolver


class Answers:
    """A resolver that gives set answers, the next one each time."""

    def __init__(self, *answers: list[str]) -> None:
        self.answers = list(answers)

    def resolveHostName(self, receiver: Any, host: str, port: int = 0, types: Any = None, semantics: str = "TCP") -> Any:
        receiver.resolutionBegan(None)
        for text in self.answers.pop(0):
            receiver.addressResolved((IPv6Address if ":" in text else IPv4Address)("TCP", text, port))
        receiver.resolutionComplete()
        return SimpleNamespace(name=host)


class Receiver:
    def __init__(self) -> None:
        self.got: list[str] = []
        self.complete = False

    def resolutionBegan(self, resolution: Any) -> None:
        """Nothing to do."""

    def addressResolved(self, address: Any) -> None:
        self.got.append(address.host)

    def resolutionComplete(self) -> None:
        self.complete = True


def resolver(answers: Answers, *allowed: list[str]) -> PublicResolver:
    class Settings(dict[str, Any]):
        def getlist(self, name: str) -> list[str]:
            return self.get(name, [])

    class Process:
        """Like Scrapy's: hashable, with settings of its own that allow nothing."""

        settings: ClassVar = Settings()
        crawlers: ClassVar = [SimpleNamespace(settings=Settings({ALLOWED: names})) for names in allowed]

    made = PublicResolver.__new__(PublicResolver)
    made._process, made._next, made.refused = Process(), answers, set()
    return made


def asked(made: PublicResolver, host: str, port: int = 80) -> list[str]:
    receiver = Receiver()
    made.resolveHostName(receiver, host, port)
    assert receiver.complete
    return receiver.got


@pytest.mark.parametrize(
    ("answer", "got", "refused"),
    [
        (["93.184.216.34"], ["93.184.216.34"], False),
        (["93.184.216.34", "10.0.0.1"], ["93.184.216.34"], False),
        (["10.0.0.1"], [], True),
        (["127.0.0.1", "::1"], [], True),
        (["::ffff:169.254.169.254"], [], True),
        ([], [], False),
    ],
)
def test_only_public_addresses_pass(answer: list[str], got: list[str], refused: bool) -> None:
    made = resolver(Answers(answer), [])
    assert asked(made, "quay.example") == got
    assert made.refused == ({"quay.example"} if refused else set())


def test_a_name_that_answers_differently_the_second_time_gets_nowhere() -> None:
    made = resolver(Answers(["93.184.216.34"], ["127.0.0.1"]), [])
    assert asked(made, "rebind.example") == ["93.184.216.34"]
    assert asked(made, "rebind.example") == []


def test_a_board_on_this_machine_may_be_private_on_its_own_port_alone() -> None:
    made = resolver(Answers(["127.0.0.1"], ["127.0.0.1"], ["127.0.0.1"]), ["127.0.0.1:8099"])
    assert asked(made, "127.0.0.1", 8099) == ["127.0.0.1"]
    assert asked(made, "127.0.0.1", 5432) == []
    assert asked(made, "localhost", 8099) == []


def test_nothing_private_passes_before_there_is_a_spider_or_beside_one_that_may_not() -> None:
    assert asked(resolver(Answers(["127.0.0.1"])), "127.0.0.1", 8099) == []
    assert asked(resolver(Answers(["127.0.0.1"]), ["127.0.0.1:8099"], []), "127.0.0.1", 8099) == []
