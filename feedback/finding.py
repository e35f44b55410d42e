"""Finds what this house knows of a problem that somebody begins to describe, offline.

Searched are the makers' public problems (the facts "cluster") and what was sent from this house
(the facts "report"). The index is a file beside the others that is made anew whenever it is not
what it should be: nothing is lost with it. All work on it is done in a thread of its own, in order,
so a search sees everything that was announced before it was asked for.
"""

from __future__ import annotations

import contextlib
import logging
import time
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any, Final

from feedback import similar_index
from feedback.commands import FindSimilar, Similar
from feedback.report import Report, ReportState
from feedback.similar import About, Text
from feedback.wire import ClusterState
from feedback.wire_triage import ClusterDoc
from fleet.errors import CommandError, StoreError
from fleet.house import House
from fleet.model import Actor, Changes, Snapshot
from fleet.store import Store, migrations, set_aside

logger = logging.getLogger(__name__)

FILE: Final = "similar.sqlite"
CLUSTER, REPORT = "cluster", "report"
"""The kinds of facts that are searched, which are also the kinds of hits."""

_OWN: Final = frozenset(ReportState) - {ReportState.DRAFT, ReportState.REFUSED}
_BROKEN: Final = ("store_corrupt", "store_newer")

MIGRATIONS = migrations("similar")


@MIGRATIONS()
def create(db: Any) -> None:  # noqa: ANN401 - sqlite-utils' Database; only fleet/store.py knows it
    """Make the index, empty."""
    similar_index.create(db.conn)


class Finding:
    """Keeps the index in `folder` and answers FindSimilar; `close` waits for what is under way."""

    def __init__(self, folder: Path, *, clock: Callable[[], float] = time.time) -> None:
        self._path = folder / FILE
        self._clock = clock
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="similar")
        self._store: Store | None = None
        self._whole = True  # the next facts are all there are

    def attach(self, house: House) -> None:
        """Follow `house` and answer its people; before it starts."""
        self._house = house
        house.handle(FindSimilar, "admin", self._find)
        house.listen(self._heard)

    def close(self) -> None:
        """Stop; a search under way is still answered."""
        self._pool.shutdown()
        if self._store is not None:
            self._store.close()

    def _heard(self, changes: Changes) -> None:
        """In the house thread: only hand on what was announced."""
        news = {kind: changes.facts[kind] for kind in (CLUSTER, REPORT) if kind in changes.facts}
        if news or self._whole:
            with contextlib.suppress(RuntimeError):  # closed: the next start says it again
                self._pool.submit(self._keep, news, whole=self._whole)
            self._whole = False

    def _find(self, asked: FindSimilar, _actor: Actor) -> Future[tuple[Similar, ...]]:
        try:
            return self._pool.submit(self._found, asked)
        except RuntimeError as error:
            raise CommandError("house_closed") from error

    # --- in the thread of the index ---------------------------------------------------------------

    def _keep(self, news: Mapping[str, Mapping[str, object | None]], *, whole: bool) -> None:
        """Follow the facts; `whole`: they are all there are, the rest is of another time."""
        if not news and not self._path.exists():
            return
        texts = {
            name: _text(name, value)
            for kind, facts in news.items()
            for name, value in ((f"{kind}:{key}", value) for key, value in facts.items())
        }
        try:
            store = self._opened()
            gone = {name for name, text in texts.items() if text is None}
            if whole:
                gone |= similar_index.ids(store.rows) - texts.keys()
            with store.write() as db:
                similar_index.drop(db, gone)
                similar_index.put(db, (text for text in texts.values() if text is not None))
        except StoreError as error:  # a search then says so to whoever asks
            logger.warning("the index of similar reports was not kept: %s", error.code)

    def _found(self, asked: FindSimilar) -> tuple[Similar, ...]:
        snapshot = self._house.snapshot()
        hits = similar_index.find(
            self._opened().rows,
            asked.title,
            asked.text,
            about=_about(asked, snapshot, self._clock()),
            limit=asked.limit,
        )
        found = ((hit.score, _hit(hit.id, hit.score, snapshot)) for hit in hits)
        return tuple(one for _, one in found if one is not None)

    def _opened(self) -> Store:
        """The index of these very rules; made anew where it is of others, or cannot be read."""
        if self._store is None:
            try:
                self._store = Store.open(self._path, MIGRATIONS, copied=False)
            except StoreError as error:
                if error.code not in _BROKEN:
                    raise
                logger.warning("the index of similar reports is made anew: %s", error.code)
                set_aside(self._path)
                self._store = Store.open(self._path, MIGRATIONS, copied=False)
            if not similar_index.stands(self._store.rows):
                with self._store.write() as db:
                    similar_index.clear(db)
        return self._store


def _text(name: str, value: object | None) -> Text | None:
    """What is searched of a fact; None where nothing is."""
    if isinstance(value, ClusterDoc) and value.state is not ClusterState.MERGED:
        about = About(model=value.model, component=value.component, at=value.made)
        words = value.words.values()
        title, text = _joined(one.title for one in words), _joined(one.text for one in words)
        return Text(id=name, title=title, text=text, about=about)
    if isinstance(value, Report) and value.state in _OWN:
        facts = value.facts
        about = About(model=facts.model, version=facts.version, at=value.made)
        return Text(id=name, title=value.title, text=value.text, about=about)
    return None


def _about(asked: FindSimilar, snapshot: Snapshot, now: float) -> About:
    device = snapshot.devices.get(asked.device)
    if device is None:
        return About(at=now)
    version = device.version.plain or device.version.raw if device.version else ""
    return About(model=device.model, version=version, at=now)


def _hit(name: str, score: float, snapshot: Snapshot) -> Similar | None:
    """What is shown of a hit; None where it has gone since it was found."""
    kind, _, key = name.partition(":")
    value = snapshot.facts.get(kind, {}).get(key)
    if isinstance(value, ClusterDoc):
        return Similar(
            kind=CLUSTER,
            id=key,
            titles={language: one.title for language, one in value.words.items()},
            workarounds={
                language: one.workaround for language, one in value.words.items() if one.workaround
            },
            state=value.state,
            fix_week=value.fix_week,
            households=value.households,
            score=score,
        )
    if isinstance(value, Report):
        return Similar(
            kind=REPORT,
            id=key,
            titles={"": value.title},
            state=value.state,
            fix_week=value.fix_week,
            score=score,
        )
    return None


def _joined(parts: Iterable[str]) -> str:
    return "\n".join(part for part in parts if part)
