"""What this house asks its hub about the membership itself: in the pool, with the house's key."""

from __future__ import annotations

import time
from concurrent.futures import Executor, Future
from pathlib import Path

from desktop.commands import AskHub, ChangeKey, FetchExport, WaitAtHub
from feedback import asking, sync
from feedback.commands import TakeWay, UseKey
from feedback.wire_accounts import RequestDoc, WaitingAnswer
from fleet.house import House
from fleet.model import OWNER, Actor


class AtTheHub:
    """Takes AskHub, ChangeKey, FetchExport and WaitAtHub; the answers come from the hub."""

    def __init__(self, house: House, pool: Executor) -> None:
        self._house, self._pool = house, pool
        house.handle(AskHub, "admin", self._ask)
        house.handle(ChangeKey, "admin", self._change_key)
        house.handle(FetchExport, "admin", self._fetch)
        house.handle(WaitAtHub, "admin", self._wait)

    def _ask(self, asked: AskHub, _actor: Actor) -> Future[bytes]:
        def work() -> bytes:
            way = self._way(asked.hub_url)
            return asking.ask(way, asked.method, asked.path, asked.body, clock=time.time)

        return self._pool.submit(work)

    def _change_key(self, _asked: ChangeKey, _actor: Actor) -> Future[None]:
        def work() -> None:
            name = asking.new_key(self._way(), clock=time.time)
            self._house.send(UseKey(key=name), OWNER).result()
            asking.ask(self._way(), "GET", "/v1/member", clock=time.time)  # now the old one ends

        return self._pool.submit(work)

    def _fetch(self, asked: FetchExport, _actor: Actor) -> Future[RequestDoc]:
        def work() -> RequestDoc:
            return asking.export(self._way(), Path(asked.file), clock=time.time)

        return self._pool.submit(work)

    def _wait(self, asked: WaitAtHub, _actor: Actor) -> Future[WaitingAnswer]:
        def work() -> WaitingAnswer:
            return asking.wait(self._way(asked.hub_url), asked.models, clock=time.time)

        return self._pool.submit(work)

    def _way(self, hub_url: str = "") -> sync.Outbox:
        """In the pool: how to speak to a hub."""
        way: sync.Outbox = self._house.send(TakeWay(hub_url=hub_url), OWNER).result()
        return way
