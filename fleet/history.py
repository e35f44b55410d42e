"""The part of the house that keeps its values over time.

`take`, in the house thread, only picks what is worth keeping and leaves it for a thread of our own,
which alone writes the file (fleet/archive.py): a slow disk holds up no message. Every half minute
what was picked is on the disk, so a kill or a power cut loses no more than that.

Kept are numbers and two states that a feature explains; not words, colours, nor what is of interest
to who looks closely only, but for signal and battery. A value is kept when it changes, once in five
seconds (a state: in one) at most, where the last one counts; and every ten minutes while its device
speaks: what is silent for longer is a gap.
"""

from __future__ import annotations

import itertools
import logging
import math
import queue
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self

from fleet.archive import Archive, Kept
from fleet.capability import TWO_STATES, WORDS, Capability, Feature, Reading, typed
from fleet.errors import StoreError
from fleet.house import Batch, Outcome
from fleet.identity import differ
from fleet.model import Device, Id

logger = logging.getLogger(__name__)

FILE = "history.sqlite"
HEARTBEAT_S = 600.0
LEAST_S = 5.0
LEAST_STATE_S = 1.0
WRITE_S = 30.0
FEATURES_MAX = 64
"""Of one device; the rest is not kept."""

_TIDY_S = 600.0
_WAITING = 20_000  # turns of samples that wait while the disk is full; then the oldest go
_NEVER = frozenset({*WORDS, Capability.COLOUR, Capability.DURATION})
_ASIDE_TOO = frozenset({Capability.SIGNAL, Capability.BATTERY, Capability.BATTERY_LOW})


@dataclass(slots=True)
class _Value:
    """What was kept of one value."""

    feature: Feature
    said: Reading | None = None  # the reading that was kept last
    at: float = -math.inf
    later: Reading | None = None  # a reading that came too soon after it

    @property
    def least(self) -> float:
        """Seconds between two that are kept."""
        return LEAST_STATE_S if self.feature.capability in TWO_STATES else LEAST_S


@dataclass(slots=True)
class _Watched:
    """One device as this part knows it."""

    ids: frozenset[Id]
    features: Mapping[str, Feature]
    values: dict[str, _Value] = field(default_factory=dict)


_Order = Callable[["_Writer"], object]


class History:
    """Lives in the house thread; its own thread writes. `with` starts and ends that.

    Fact: "store" "history" -> error code while nothing can be written.
    """

    def __init__(self, path: Path, *, write_s: float = WRITE_S) -> None:
        self._watched: dict[str, _Watched] = {}
        self._met: dict[str, frozenset[Id]] = {}
        self._soon: dict[tuple[str, str], float] = {}  # values that came too soon -> when to keep
        self._told = ""
        self._writer = _Writer(path, write_s)
        self._thread = threading.Thread(target=self._writer.run, name="history", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._writer.over.set()
        self._writer.left.put(None)
        self._thread.join()

    def flushed(self, limit_s: float = 10.0) -> None:
        """Return when all that was picked before is on the disk; TimeoutError."""
        done = threading.Event()
        self._writer.left.put(lambda _: done.set())
        self._writer.left.put(None)
        if not done.wait(limit_s):
            raise TimeoutError(f"the history is not written within {limit_s:g} s")

    # --- in the house thread ---------------------------------------------------------------------

    def take(self, batch: Batch) -> Outcome:
        """Pick what this turn brought."""
        picked: list[Kept] = []
        for key in batch.forgotten:
            self._forget(key)
        for key in batch.changed | batch.spoke:
            device = batch.devices.get(key)
            if device is None:
                self._watched.pop(key, None)  # what was kept stays: it may come back
            elif device.features:
                picked += self._picked(device, batch)
        picked += self._late(batch)
        if self._met:
            alive, met = frozenset(batch.devices) | batch.binned, self._met
            self._writer.left.put(lambda writer: writer.meet(met, alive))
            self._met = {}
        if picked:
            self._writer.left.put(picked)
        failure = self._writer.failure
        if failure == self._told:
            return Outcome()
        self._told = failure
        return Outcome(facts={"store": {"history": failure or None}})

    def _picked(self, device: Device, batch: Batch) -> Iterator[Kept]:
        """Give what of a device's readings is to be kept now."""
        watched, now = self._watch(device), batch.now
        spoke = device.key in batch.spoke
        readings = device.readings
        for name, value in watched.values.items():
            reading = readings.get(name)
            if reading is None:
                continue
            passed = now - value.at
            if reading == value.said and not (spoke and passed >= HEARTBEAT_S):
                value.later = None
            elif passed < value.least and passed >= 0:
                value.later = reading
                self._soon[device.key, name] = value.at + value.least
            elif sample := _sample(device.key, name, value, reading, now):
                yield sample

    def _late(self, batch: Batch) -> Iterator[Kept]:
        """Give what came too soon after another value and was the last."""
        if not self._soon:
            return
        for key, name in [each for each, at in self._soon.items() if at <= batch.now]:
            del self._soon[key, name]
            watched = self._watched.get(key)
            value = watched.values.get(name) if watched else None
            if value is None or value.later is None:
                continue
            if sample := _sample(key, name, value, value.later, batch.now):
                yield sample

    def _watch(self, device: Device) -> _Watched:
        watched = self._watched.get(device.key)
        if watched is None or watched.ids != device.ids:
            self._met[device.key] = device.ids
        elif watched.features is device.features or watched.features == device.features:
            return watched
        before = watched.values if watched else {}
        kept = [(name, one) for name, one in device.features.items() if _is_kept(one)]
        values = {
            name: old if (old := before.get(name)) and old.feature == feature else _Value(feature)
            for name, feature in kept[:FEATURES_MAX]
        }
        now = _Watched(device.ids, device.features, values)
        self._watched[device.key] = now
        return now

    def _forget(self, key: str) -> None:
        self._watched.pop(key, None)
        self._met.pop(key, None)
        self._writer.left.put(lambda writer: writer.forget(key))


def _is_kept(feature: Feature) -> bool:
    if feature.capability in _NEVER:
        return False
    return not feature.aside or feature.capability in _ASIDE_TOO


def _sample(key: str, name: str, value: _Value, reading: Reading, now: float) -> Kept | None:
    """Return what to keep of a reading; None: it is not what its feature says it is."""
    value.said, value.at, value.later = reading, now, None
    meaning = typed(value.feature, reading)
    if meaning is None or isinstance(meaning.value, str) or not math.isfinite(meaning.value):
        return None
    capability = value.feature.capability.value
    return key, name, capability, meaning.unit, int(now), float(meaning.value)


class _Writer:
    """The thread that alone writes the file: opens it, keeps what was left for it, tidies it."""

    def __init__(self, path: Path, write_s: float) -> None:
        self.left: queue.SimpleQueue[_Order | list[Kept] | None] = queue.SimpleQueue()
        self.over = threading.Event()
        self.failure = ""  # why nothing can be written now
        self._path, self._write_s = path, write_s
        self._waiting: deque[_Order | list[Kept]] = deque()
        self._archive: Archive | None = None
        self._owners: dict[str, frozenset[Id]] = {}
        self._keys: dict[Id, str] = {}
        self._tidied = -math.inf

    def run(self) -> None:
        """Write at each beat, and at the end."""
        due = time.monotonic() + self._write_s
        while True:
            try:
                one = self.left.get(timeout=max(0.0, due - time.monotonic()))
            except queue.Empty:
                one = None
            if one is not None:
                self._waiting.append(one)
                continue
            due = time.monotonic() + self._write_s
            self._beat()
            if self.over.is_set():
                break
        if self._archive is not None:
            self._archive.close()

    def meet(self, met: Mapping[str, frozenset[Id]], alive: frozenset[str]) -> None:
        """Know devices by their ids, and give each what was kept under a key that is no more."""
        archive = self._opened()
        for key, ids in met.items():
            before = {self._keys[each] for each in ids if each in self._keys}
            for old in before - alive - {key}:
                if not differ(self._owners.get(old, ids), ids):
                    archive.rekey(old, key)
                    self._owners.pop(old, None)
            self._keys |= dict.fromkeys(ids, key)
        archive.own(met)
        self._owners |= met

    def forget(self, key: str) -> None:
        """Delete what was kept of a device."""
        self._opened().forget(key)
        self._owners.pop(key, None)
        self._keys = {each: owner for each, owner in self._keys.items() if owner != key}

    def _opened(self) -> Archive:
        if self._archive is None:
            self._archive = Archive.open(self._path)
            self._owners = self._archive.owners()
            self._keys = {each: key for key, ids in self._owners.items() for each in ids}
        return self._archive

    def _beat(self) -> None:
        """Do what waits; what cannot be done now waits on, as much as memory has room for."""
        try:
            archive = self._opened()
            while self._waiting:
                self._do_next(archive)
            self.failure = ""
            if time.monotonic() - self._tidied >= _TIDY_S:
                archive.tidy(time.time(), going_on=lambda: not self.over.is_set())
                self._tidied = time.monotonic()
        except StoreError as error:
            logger.warning("the history is not written: %s", error)
            self.failure = error.code
            while len(self._waiting) > _WAITING:
                self._waiting.popleft()
        except Exception:
            logger.exception("the history cannot be written")
            self._waiting.clear()

    def _do_next(self, archive: Archive) -> None:
        """Do one order, or keep all samples up to the next order in one transaction."""
        first = self._waiting[0]
        if not isinstance(first, list):
            first(self)
            self._waiting.popleft()
            return
        lists = list(itertools.takewhile(lambda one: isinstance(one, list), self._waiting))
        archive.keep(sample for some in lists for sample in some)  # type: ignore[union-attr] # lists
        for _ in lists:
            self._waiting.popleft()
