"""The jobs of bridges: look for what changed, tell it there, ask what was done there.

No request is made inside a transaction. A bridge that fails waits longer each time and stops nobody
else; what it has to tell stays in its table. A hub that is killed between making an issue and
noting its number finds it again by its marker.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

from feedback.wire import HubError
from hub.bridges import inbox, outbox, settings
from hub.bridges.base import BridgeError, BusyError, Forge, GoneError, Issue, Pace, Page
from hub.bridges.outbox import Task, Told
from hub.bridges.settings import Settings
from hub.jobs import Job

if TYPE_CHECKING:
    from hub.app import Hub

logger = logging.getLogger(__name__)

_AT_ONCE: Final = 10  # clusters told in one turn
_OVERLAP_S: Final = 300.0  # clocks of trackers and ours
_EARLIER_S: Final = 3_600.0  # an issue is never older than its cluster, but clocks differ


def look(hub: Hub, now: float) -> None:
    """Put what changed into the outbox of each bridge."""
    for bridge in settings.load(hub.settings.data):
        with hub.store.write() as db:
            outbox.look(db, bridge.name, now=now)


def tell(hub: Hub, now: float, pace: Callable[[], Pace] = Pace) -> None:
    """Tell what waits, at most one write a second at each bridge."""
    for bridge in settings.load(hub.settings.data):
        with _careful(hub, bridge, now) as goes:
            if goes:
                _tell(hub, bridge, settings.forge(hub.settings.data, bridge, pace()), now)


def ask(hub: Hub, now: float) -> None:
    """Ask what was done at those bridges that are asked."""
    for bridge in settings.load(hub.settings.data):
        if bridge.poll:
            with _careful(hub, bridge, now) as goes:
                if goes:
                    _ask(hub, bridge, settings.forge(hub.settings.data, bridge), now)


@contextmanager
def _careful(hub: Hub, bridge: Settings, now: float) -> Iterator[bool]:
    """Whether it is its time; what fails is noted and goes no further."""
    with hub.store.write() as db:
        goes = outbox.state(db, bridge.name)["not_before"] <= now
    try:
        yield goes
    except HubError as error:
        wait = error.wait if isinstance(error, BusyError) else 0.0
        logger.warning("the bridge %s waits: %s", bridge.name, error)
        with hub.store.write() as db:
            outbox.failed(db, bridge.name, error.code, now=now, wait=wait)


def _tell(hub: Hub, bridge: Settings, forge: Forge, now: float) -> None:
    with hub.store.read() as db:
        tasks = outbox.due(db, bridge.name, _AT_ONCE)
    if tasks:
        _know_ourselves(hub, bridge, forge)
    for task in tasks:
        with hub.store.read() as db:
            told = outbox.told(db, bridge, task.cluster, hub.config.url)
        try:
            issue = _bring(hub, bridge, forge, task, told)
        except BridgeError:
            with hub.store.write() as db:
                outbox.later(db, bridge.name, task, now=now)
            raise
        changed = told.page is not None and told.page.hash != told.hash
        with hub.store.write() as db:
            outbox.done(db, bridge.name, task, told.page if changed else None, issue)
    if tasks:
        with hub.store.write() as db:
            outbox.note(db, bridge.name, tries=0, not_before=0.0, error="")


def _bring(hub: Hub, bridge: Settings, forge: Forge, task: Task, told: Told) -> Issue | None:
    """Make the issue stand as it should; the new one where one was made or found."""
    page = told.page
    if page is None or page.hash == told.hash:
        return None
    if told.number is None:
        return _find_or_make(forge, page, told.made)
    try:
        forge.change(told.number, page)
    except GoneError:  # somebody deleted it
        with hub.store.write() as db:
            outbox.forget(db, bridge.name, task.cluster)
        return _find_or_make(forge, page, told.made)
    return None


def _find_or_make(forge: Forge, page: Page, made: float) -> Issue:
    found = forge.find(page.cluster, _moment(made - _EARLIER_S))
    if found is None:
        return forge.create(page)
    forge.change(found.number, page)
    return found


def _ask(hub: Hub, bridge: Settings, forge: Forge, now: float) -> None:
    with hub.store.write() as db:
        state = outbox.state(db, bridge.name)
    if not state["heard"]:  # what was done before there was a bridge is nobody's business
        with hub.store.write() as db:
            outbox.note(db, bridge.name, heard=now)
        return
    state = _know_ourselves(hub, bridge, forge)
    events = list(forge.changed(_moment(state["heard"] - _OVERLAP_S)))
    with hub.store.write() as db:
        inbox.take(db, bridge, state["bot"], events, now=now)
        outbox.note(db, bridge.name, heard=now)


def _know_ourselves(hub: Hub, bridge: Settings, forge: Forge) -> dict[str, Any]:
    """How the bridge stands, with our own login there: what it does is not heard."""
    with hub.store.write() as db:
        state = outbox.state(db, bridge.name)
    if not state["bot"]:
        state["bot"] = forge.who()
        with hub.store.write() as db:
            outbox.note(db, bridge.name, bot=state["bot"])
    return state


def _moment(at: float) -> str:
    """ISO 8601 as all of them read it."""
    return dt.datetime.fromtimestamp(max(at, 0.0), dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


JOBS: Final = (
    Job(name="bridges_look", every_s=30.0, run=look),
    Job(name="bridges_tell", every_s=5.0, run=tell),
    Job(name="bridges_ask", every_s=60.0, run=ask),
)
