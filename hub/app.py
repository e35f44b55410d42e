"""Puts the hub together: settings, database, limits and routes -> one ASGI application."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from time import time

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool

from feedback.wire import PUSH_BYTES
from feedback.wire_outcomes import PublicOutcomes
from hub import config, objects, oidc
from hub.jobs import Worker
from hub.limits import Fresh, Limit, Load
from hub.similar import Similar
from hub.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What an operator chooses."""

    data: Path  # the folder that belongs to the hub
    database: str = ""  # an SQLAlchemy address; "": hub.sqlite in that folder
    name: str = "Orangery hub"
    push_bytes: int = PUSH_BYTES
    said: tuple[str, ...] = ()  # in place of what hub.toml says: "limits.ops_per_day=9000"
    least_homes: int = 5  # with fewer nothing of a release is public
    public_seconds: float = 60.0  # how old public numbers may be
    attachments: str = ""  # where they are kept: s3://...; "": in that folder
    jobs: bool = True  # whether this process does what the hub does by itself


class Hub:
    """What every request needs; made once a process, used by many threads."""

    def __init__(self, settings: Settings, clock: Callable[[], float] = time) -> None:
        self.settings = settings
        self.clock = clock
        self.store = Store(settings.data, settings.database)
        self.store.ready()
        self.secret = self.store.secret()
        self.objects = objects.at(settings.attachments, settings.data / "attachments")
        self.config = config.read(settings.data, settings.said)
        limits = self.config.limits
        self.syncs = Limit(2 * limits.pushes_per_minute)  # each push has its pull
        self.similar = Limit(limits.similar_per_minute)
        self.asks = Limit(limits.strangers_per_minute)
        self.refusals = Limit(limits.strangers_per_minute)  # of those who claim to be known
        self.enrols = Limit(limits.enrols_per_minute)
        self.logins = Limit(limits.logins_per_minute)
        self.load = Load(limits.shed_outcomes_at, limits.shed_all_at)
        provider = config.provider(self.config, settings.data)
        self.provider = None if provider is None else oidc.Provider(provider, clock)
        self.finding = Similar(settings.data)
        self.public: Fresh[PublicOutcomes] = Fresh(settings.public_seconds)


def application(hub: Hub) -> Starlette:
    """Return the ASGI application; it closes the database when it ends."""
    from hub.http import told  # noqa: PLC0415 - the rooms behind the routes name the type Hub
    from hub.routes import ROUTES  # noqa: PLC0415

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        worker = Worker(hub)
        if hub.settings.jobs:
            worker.start()
        yield
        if hub.settings.jobs:
            await run_in_threadpool(worker.stop)
        if hub.provider is not None:
            hub.provider.close()
        hub.store.close()

    app = Starlette(routes=ROUTES, lifespan=lifespan, exception_handlers={Exception: told})
    app.state.hub = hub
    return app
