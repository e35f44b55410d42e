"""A release team for tests: real encrypted keys, a folder that has published a week."""

from __future__ import annotations

import time
from collections.abc import Collection, Mapping
from pathlib import Path

from desktop.demo.images import make_org1
from firmware import keys
from firmware.keys import PublicKey
from firmware.publish import Publisher, Team

WORDS = "correct horse battery"
PEOPLE = tuple(f"{role}{n}" for role in ("root", "build", "train") for n in "123")
DAY = 86_400.0
_STRETCH = keys.Stretch(2**14)  # these keys guard nothing: opening them need not take long


def key_ring(folder: Path, *more: str) -> dict[str, PublicKey]:
    """Three keys each of root (and targets), build and train, one online key, and `more`."""
    names = (*PEOPLE, "online", *more)
    return {name: keys.make(folder, name, WORDS, stretch=_STRETCH) for name in names}


def team(ring: Mapping[str, PublicKey], **changes) -> Team:
    held = {role: [ring[f"{role}{n}"] for n in "123"] for role in ("root", "build", "train")}
    parts = {
        "root": held["root"],
        "targets": held["root"],
        "build": {"lamp": held["build"], "plug": held["build"]},
        "train": held["train"],
        "snapshot": ring["online"],
        "timestamp": ring["online"],
    }
    return Team(**{**parts, **changes})


def create(folder: Path, ring: Mapping[str, PublicKey], now: float, **more) -> Publisher:
    words = {"maker": "Acme", "vendor": "acme", "lines": ["lamp", "plug"], "team": team(ring)}
    return Publisher.create(folder, **{**words, **more}, now=now)


def lamp(folder: Path, version: str = "1.0.0", counter: int = 0, **more) -> Path:
    file = folder / f"lamp-{version}.bin"
    words = {"vendor": "Acme", "model": "Lamp", "version": version, "counter": counter}
    file.write_bytes(make_org1(**{**words, **more}, payload=version.encode()))
    return file


def sign_all(
    publisher: Publisher,
    ring: Mapping[str, PublicKey],
    *,
    but: str = "",
    lost: Collection[str] = (),
) -> None:
    """Let those sign who can, until no role but `but` waits; who is `lost` cannot."""
    for role in (role.role for role in publisher.status().roles if role.proposed):
        while role != but:
            [status] = [one for one in publisher.status().roles if one.role == role]
            able = [name for name in status.can_sign if name not in lost]
            if not status.missing or not able:
                break
            publisher.sign(role, ring[able[0]].file, WORDS)


def published_once(folder: Path, ring: Mapping[str, PublicKey], **more) -> Publisher:
    """A maker who has published 2026-W47 with one lamp."""
    now = time.time()
    publisher = create(folder / "pub", ring, now, **more)
    publisher.open_week("2026-W47", now)
    publisher.add(lamp(folder), "lamp")
    sign_all(publisher, ring)
    publisher.publish(WORDS, now)
    return publisher
