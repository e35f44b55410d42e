"""Shares what this desktop has fetched with others of its home, while its owner wishes it.

Only at home: while a broker of this home is connected, on the network that faces it. What is
announced holds a name drawn anew at each start and a tag that desktops of one home have in common;
nothing about anybody (docs/adr/0017).
"""

from __future__ import annotations

import hashlib
import logging
import threading
from collections.abc import Callable
from concurrent.futures import Executor, Future
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import partial

from desktop.commands import Shared
from firmware import share
from firmware.share_server import ShareServer
from firmware.stage import Stage
from firmware.trust import Trust
from fleet.errors import OrangeryError
from fleet.house import Batch, House, Outcome
from fleet.neighbours import Neighbour, Neighbours

logger = logging.getLogger(__name__)

KIND = "_orangery-share._tcp"
_FIRST_S = 5.0
_LOOK_S = 60.0  # how often it is looked whether we are still at home


@dataclass(frozen=True, slots=True, kw_only=True)
class Home:
    """The network of this home as of now."""

    host: str  # our own address on it
    mark: str = field(repr=False)  # random, kept at the home's broker (desktop/places.py)

    @property
    def tag(self) -> str:
        """What is announced: desktops of one home know each other by it."""
        return self._derived("tag")[:16]

    @property
    def key(self) -> str:
        """What is asked with: whoever cannot read the home's broker does not know it."""
        return self._derived("key")[:32]

    def _derived(self, use: str) -> str:
        return hashlib.sha256(f"orangery share {use} {self.mark}".encode()).hexdigest()


class Sharing:
    """The part of the house that shares; `at_home` is asked in the pool, None: not at home.

    Facts: "share" "home" -> Shared.
    """

    def __init__(
        self,
        house: House,
        trust: Trust,
        stage: Stage,
        pool: Executor,
        at_home: Callable[[], Home | None],
        *,
        on: bool = False,
    ) -> None:
        """`on`: as the owner has chosen before; it begins once the house has had time to connect.

        A command that only looks in is over by then.
        """
        self._house, self._trust, self._stage = house, trust, stage
        self._pool, self._at_home = pool, at_home
        self._wanted = on
        self._due: float | None = None
        self._lock = threading.Lock()
        self._home: Home | None = None
        self._open = ExitStack()
        self._server: ShareServer | None = None
        self._neighbours: Neighbours | None = None

    def want(self, *, on: bool) -> Future[Shared]:
        """Share from now on, or no longer; the answer says what came of it."""
        self._wanted = on
        return self._pool.submit(self._look)

    def take(self, batch: Batch) -> Outcome:
        """Look each minute whether we are at home, and where that is."""
        if self._due is None:
            self._due = batch.now + _FIRST_S
        if batch.now < self._due <= batch.now + _LOOK_S:
            return Outcome()
        self._due = batch.now + _LOOK_S
        return Outcome(then=(partial(self._pool.submit, self._look),) if self._wanted else ())

    def close(self) -> None:
        """Share no more; whoever waits for another desktop goes on."""
        self._wanted = False
        self._trust.near.leave()
        with self._lock:
            self._end()

    # --- in the pool -----------------------------------------------------------------------------

    def _look(self) -> Shared:
        with self._lock:
            home = self._at_home() if self._wanted else None
            code = "" if home or not self._wanted else "share_not_at_home"
            facts: dict[str, str] = {}
            if home != self._home or home is None:
                self._end()
                try:
                    if home is not None:
                        self._begin(home)
                except OrangeryError as error:
                    logger.warning("nothing is shared with this home: %s", error)
                    code, facts = error.code, error.facts
                    self._end()
            told = Shared(
                on=self._wanted,
                address=f"{self._server.host}:{self._server.port}" if self._server else "",
                others=len(self._others()),
                code=code,
                facts=facts,
            )
            self._house.tell({"share": {"home": told}})
            return told

    def _begin(self, home: Home) -> None:
        near = self._trust.near
        server = ShareServer(
            home.host,
            lambda maker: share.files(self._trust, self._stage, maker),
            near.answer,
            key=home.key,
        )
        server.start()
        self._open.callback(server.stop)
        neighbours = Neighbours(KIND, home.host)
        self._open.callback(neighbours.close)
        neighbours.announce(near.name, server.port, {"v": "1", "home": home.tag})
        self._home, self._server, self._neighbours = home, server, neighbours
        near.meet(self._others, home.key)

    def _end(self) -> None:
        self._trust.near.leave()
        self._open.close()
        self._home = self._server = self._neighbours = None

    def _others(self) -> tuple[Neighbour, ...]:
        home, neighbours = self._home, self._neighbours
        if home is None or neighbours is None:
            return ()
        return tuple(one for one in neighbours.found if one.text.get("home") == home.tag)
