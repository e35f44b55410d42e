"""Writes what a live broker says into a file that `orangery replay` reads, redacted.

Only subscribes: nothing is published. What was said stays in memory until the end, because only
then is known what of it is a secret; the file is made before, so that a name that is taken or a
folder that is closed is said at once.
"""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from queue import Empty, SimpleQueue

from desktop.pseudonyms import Pseudonyms
from fleet import dialects, explorer, replay
from fleet.brokers import BrokerSettings
from fleet.errors import StoreError
from fleet.model import Id, Message
from fleet.registry import Registry
from fleet.visit import Visit

MOST_BYTES = 64_000_000  # kept in memory

Told = Callable[[int, int], bool]
"""Hears how many messages and bytes there are so far; False: that is enough."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """What was written."""

    file: str
    messages: int
    binary: int = 0  # left out: the form holds text only
    devices: int = 0  # that the file gives
    heard: int = 0  # that the messages gave before they were redacted
    replaced: dict[str, int] = field(default_factory=dict)  # by kind: places
    full: bool = False  # it ended because of its size
    lost: str = ""  # it ended because the connection did: a code


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What is to be recorded. `ids`: only of the device that has one of them; empty: of all."""

    seconds: float = 60.0
    limit: int = MOST_BYTES
    ids: frozenset[Id] = frozenset()
    everything: bool = False  # also what nobody understands, as the explorer hears it


def record(
    settings: BrokerSettings, password: str, file: Path, wanted: Wanted, told: Told
) -> Recorded:
    """Record into a new file that only this person can read; blocks.

    StoreError: file_exists, file_unwritable. BrokerError: why there is no connection; then there is
    no file either. CommandError("explore_too_long"), where everything is wanted.
    """
    handle = _new(file)
    with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as out:
        try:
            if wanted.everything:
                heard: list[Message] = []
                end = explorer.listen(
                    settings,
                    password,
                    heard.append,
                    seconds=wanted.seconds,
                    limit=wanted.limit,
                    told=told,
                )
            else:
                heard, end = _listen(settings, password, wanted, told)
        except BaseException:
            file.unlink(missing_ok=True)
            raise
        return _write(file, out.write, list(_of(heard, wanted.ids)), end)


def _listen(
    settings: BrokerSettings, password: str, wanted: Wanted, told: Told
) -> tuple[list[Message], explorer.End]:
    """Hear what the household would hear: the dialects' topics, and those learned from them."""
    came: SimpleQueue[Message] = SimpleQueue()
    registry = Registry(dialects.ALL)
    heard: list[Message] = []
    size = 0
    with Visit(settings, password, came.put) as visit:
        visit.bus.subscribe([(name, 0) for name, _ in registry.filters()])
        registry.new_filters()
        end = time.monotonic() + wanted.seconds
        tell_at = 0.0
        while (now := time.monotonic()) < end and size < wanted.limit:
            if now >= tell_at:
                tell_at = now + 1.0
                if not told(len(heard), size) or visit.lost:
                    break
            with contextlib.suppress(Empty):
                message = came.get(timeout=0.2)
                heard.append(message)
                size += len(message.topic) + len(message.payload)
                registry.hear(message)
                if news := registry.new_filters():
                    visit.bus.subscribe([(name, 0) for name, _ in news])
        return heard, explorer.End(full=size >= wanted.limit, lost=visit.lost)


def _of(heard: list[Message], ids: frozenset[Id]) -> Iterator[Message]:
    """Give the messages that speak of the device with one of these ids."""
    if not ids:
        yield from heard
        return
    registry = Registry(dialects.ALL)
    keys: list[tuple[str, ...]] = []
    for _ in range(2):  # only the second time is known whose each topic is
        keys = [registry.hear(message).keys for message in heard]
    registry.settle()
    ours = {key for key, device in registry.devices.items() if device.ids & ids}
    yield from (message for message, of in zip(heard, keys, strict=True) if ours & set(of))


def _write(
    file: Path, write: Callable[[str], object], heard: list[Message], end: explorer.End
) -> Recorded:
    texts = [message for message in heard if _is_text(message)]
    others = Pseudonyms(texts, salt=secrets.token_bytes(16))
    lines = []
    for message in texts:
        lines.append(_line(others.topic(message.topic), others.payload(_text(message)), message))
        write(lines[-1])
    return Recorded(
        file=str(file),
        messages=len(texts),
        binary=len(heard) - len(texts),
        devices=_devices(lines),
        heard=_devices(_line(each.topic, _text(each), each) for each in texts),
        replaced=dict(others.counts),
        full=end.full,
        lost=end.lost,
    )


def _new(file: Path) -> int:
    try:
        return os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError as error:
        raise StoreError("file_exists", file=file) from error
    except OSError as error:
        raise StoreError("file_unwritable", file=file, fact=error.strerror or error) from error


def _devices(lines: Iterable[str]) -> int:
    return len(replay.replay(lines)["devices"])


def _line(topic: str, payload: str, message: Message) -> str:
    said = {"topic": topic, "payload": payload, "retain": message.retain}
    return json.dumps(said, ensure_ascii=False) + "\n"


def _text(message: Message) -> str:
    return message.payload.decode()


def _is_text(message: Message) -> bool:
    try:
        message.payload.decode()
    except UnicodeDecodeError:
        return False
    return True
