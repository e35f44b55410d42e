"""The road between a house and its hub with a fault at each of five points, by a seeded dice."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from feedback import sync
from feedback.sync import Answer
from feedback.wire import HubError

MOST = 0.4
"""How often at most each of them happens."""


class Crashed(Exception):  # noqa: N818 - no error of anybody's: the house's process is gone
    """The house dies between the hub's answer and its own commit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rates:
    """How often each fault comes, of requests; `crash` of syncs."""

    request_lost: float = 0.0
    answer_lost: float = 0.0
    doubled: float = 0.0
    late: float = 0.0  # it arrives after what was sent later
    crash: float = 0.0

    @classmethod
    def drawn(cls, dice: random.Random) -> Rates:
        """Each between never and MOST; one of them always at MOST."""
        names = list(cls.__slots__)  # type: ignore[attr-defined] - of a dataclass with slots
        rates = {name: dice.uniform(0.0, MOST) for name in names}
        return cls(**{**rates, dice.choice(names): MOST})


@dataclass(slots=True)
class Road:
    """A transport. `before` is called ahead of each request: the hub may be killed there."""

    dice: random.Random
    rates: Rates
    before: Callable[[], None] = lambda: None
    seen: Counter[str] = field(default_factory=Counter)
    _late: list[tuple[str, str, dict[str, str], bytes]] = field(default_factory=list)

    def __call__(self, method: str, url: str, headers: Mapping[str, str], body: bytes) -> Answer:
        """Carry one request, or not."""
        self.before()
        if self._happens("request_lost"):
            raise HubError("hub_unreachable", url=url)
        if self._happens("late"):
            self._late.append((method, url, dict(headers), body))
            raise HubError("hub_unreachable", url=url)
        answer = sync.request(method, url, headers, body)
        self.bring_late()
        if self._happens("doubled"):
            self._ignored(method, url, headers, body)
        if self._happens("answer_lost"):
            raise HubError("hub_unreachable", url=url)
        return answer

    def crashes(self) -> bool:
        """Whether the house dies now, before it has kept what it heard."""
        return self._happens("crash")

    def bring_late(self) -> None:
        """Bring some of what is late, in any order."""
        self.dice.shuffle(self._late)
        for _ in range(self.dice.randint(0, len(self._late))):
            self._ignored(*self._late.pop())

    def _happens(self, what: str) -> bool:
        happens = self.dice.random() < getattr(self.rates, what)
        self.seen[what] += happens
        return happens

    @staticmethod
    def _ignored(method: str, url: str, headers: Mapping[str, str], body: bytes) -> None:
        try:
            sync.request(method, url, headers, body)
        except HubError:
            return  # nobody waits for this answer
