"""A whole hub in this process with a clock of our own; houses reach it without a network."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import sqlalchemy as sa
from starlette.testclient import TestClient

from feedback.sync import Answer
from hub import jobs, members
from hub.app import Hub, Settings, application
from tests.hub.running import UNLIMITED


class Inside:
    """`ask` is a transport for feedback.sync; `tick` runs what the hub does by itself."""

    def __init__(self, folder: Path, clock, database: str = "", **limits: int) -> None:
        chosen = dict.fromkeys(UNLIMITED, 1_000_000) | {"keep_free_mib": 1} | limits
        settings = Settings(
            data=folder,
            database=database,
            said=tuple(f"limits.{name}={value}" for name, value in chosen.items()),
            jobs=False,
        )
        self.url = "http://127.0.0.1"
        self.clock = clock
        self.hub = Hub(settings, clock)
        self.client = TestClient(application(self.hub), base_url=self.url)

    def ask(self, method: str, url: str, headers: Mapping[str, str], body: bytes) -> Answer:
        said = self.client.request(method, url, headers=dict(headers), content=body)
        return Answer(said.status_code, said.content, dict(said.headers))

    def tick(self) -> tuple[str, ...]:
        return jobs.tick(self.hub, self.clock())

    def invite(self) -> str:
        return self.hub.store.run(lambda db: members.invite(db, self.hub.secret, now=self.clock()))

    def staff(self, name: str = "Lin") -> dict[str, str]:
        """The headers of a person who may read."""
        token = self.hub.store.run(lambda db: members.add_staff(db, name, now=self.clock()))
        return {"authorization": f"Bearer {token}"}

    def close(self) -> None:
        self.client.close()
        self.hub.store.close()


def count(db, table) -> int:
    """How many rows there are."""
    return db.execute(sa.select(sa.func.count()).select_from(table)).scalar_one()
