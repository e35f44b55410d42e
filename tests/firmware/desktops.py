"""Desktops of one home: each with its own trust and stage, sharing over loopback."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Self

from firmware import share
from firmware.near import Near
from firmware.release import Target
from firmware.share_server import ShareServer
from firmware.stage import Stage, StagedFile
from firmware.trust import Trust
from fleet.neighbours import Neighbour
from tests.firmware.simulator import Simulator

KEY = "of-this-home"


class Desktop:
    """One of them; `with` lets it share. `met` are those it asks."""

    def __init__(self, name: str, folder: Path, sim: Simulator, url: str = "") -> None:
        self.near = Near(name)
        self.trust = Trust(folder / name / "trust", [sim.maker(url)], near=self.near)
        self.stage = Stage(folder / name / "stage")
        self.server = ShareServer(
            "127.0.0.1",
            lambda maker: share.files(self.trust, self.stage, maker),
            self.near.answer,
            key=KEY,
        )
        self.met: list[Neighbour] = []
        self.near.meet(lambda: self.met, KEY)

    def __enter__(self) -> Self:
        self.server.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.near.leave()
        self.server.stop()
        self.trust.close()

    @property
    def announced(self) -> Neighbour:
        """As the others find it."""
        return Neighbour(name=self.near.name, address="127.0.0.1", port=self.server.port)

    def meets(self, *others: Desktop | Neighbour) -> None:
        self.met += [one.announced if isinstance(one, Desktop) else one for one in others]

    def fetch(self, target: Target | None = None) -> StagedFile:
        if target is None:
            week = self.trust.standing("acme").week
            assert week is not None
            [target] = week.targets
        return self.stage.fetch(self.trust, "acme", target)


class Fetching(threading.Thread):
    """A fetch in a thread of its own; `came` waits for what it gave."""

    def __init__(self, desktop: Desktop) -> None:
        super().__init__(name="fetching", daemon=True)
        self.desktop = desktop
        self.staged: StagedFile | None = None
        self.error: Exception | None = None
        self.start()

    def run(self) -> None:
        try:
            self.staged = self.desktop.fetch()
        except Exception as error:  # noqa: BLE001 - told by `came`
            self.error = error

    def came(self, seconds: float = 20) -> StagedFile:
        self.join(seconds)
        assert not self.is_alive(), "it still fetches"
        if self.error is not None:
            raise self.error
        assert self.staged is not None
        return self.staged
