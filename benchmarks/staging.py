"""A 256 MiB image from a mirror folder to the store of verified files, and its verification alone.

Staging is the program's own way: fetch from the signed week's mirror, hash while it comes, check
against what both parties signed, sync to disk, rename. Verification alone is a second fetch of a
file that is whole already: nothing is copied, all is hashed and compared. The reference is the CPU
time of `openssl dgst -sha256` over the same file. CPU time, because the disk of a shared machine
says nothing about us; that of this process and of the children it waited for.
"""

from __future__ import annotations

import json
import os
import resource
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from benchmarks.measure import Figure, Sample, in_turn
from firmware import keys
from firmware.publish import Publisher, Team
from firmware.release import Target
from firmware.stage import Stage
from firmware.trust import Maker, Trust

GOAL_VERIFY = 1.25  # times openssl's CPU time
GOAL_STAGE = 1.6
_MIB = 1 << 20
_PASSPHRASE = "for the benchmark only"
MAKER = "acme"


@dataclass(frozen=True, slots=True, kw_only=True)
class Released:
    """A published week of one image: where it lies and what it is."""

    mirror: Path
    root: bytes
    image: Path


def run(*, short: bool = False) -> list[Figure]:
    """Verify and stage a 256 MiB image, against openssl dgst -sha256."""
    size = _MIB if short else 256 * _MIB
    with tempfile.TemporaryDirectory(prefix="orangery-bench-") as folder:
        released = release(Path(folder), size)
        sides: dict[str, Callable[[], Sample]] = {
            "ours": lambda: stage_once(released, Path(folder)),
            "openssl": lambda: openssl_once(released.image),
        }
        medians = in_turn(sides, rounds=1 if short else 5)
    name = f"{size // _MIB} MiB"
    whole, alone = medians["ours"]["whole"], medians["ours"]["verify"]
    theirs = medians["openssl"]["cpu"]
    return [
        figure(f"verify {name}", alone, theirs, GOAL_VERIFY),
        figure(f"fetch, verify and stage {name}", whole, theirs, GOAL_STAGE),
    ]


def release(folder: Path, size: int) -> Released:
    """Publish a week with one image of `size` bytes, signed as a maker does it."""
    image = folder / "lamp-1.3.0.org1"
    _write_image(image, size)
    now = time.time()
    publisher = Publisher.create(
        folder / "maker", maker=MAKER, vendor="acme", lines=["lamp"], team=_team(folder), now=now
    )
    publisher.open_week("2026-W48", now)
    publisher.add(image, "lamp", version="1.3.0", counter=2)
    publisher.notes("For the benchmark.", "用于基准测试。")
    for role in publisher.status().roles:
        for name in role.can_sign[: role.missing]:
            publisher.sign(role.role, folder / "keys" / f"{name}.pem", _PASSPHRASE)
    publisher.publish(_PASSPHRASE, now)
    return Released(mirror=publisher.mirror, root=publisher.root(), image=image)


def stage_once(released: Released, folder: Path) -> Sample:
    """Stage the image into an empty house, then fetch it again where it is whole."""
    with tempfile.TemporaryDirectory(dir=folder) as house:
        maker = Maker(name=MAKER, root=released.root, url=str(released.mirror))
        trust = Trust(Path(house) / "trust", [maker])
        try:
            (target,) = trust.refresh(MAKER).targets
            stage = Stage(Path(house) / "stage", limit=1 << 40)
            whole = cpu(lambda: stage.fetch(trust, MAKER, target))
            verify = cpu(lambda: _verify_again(trust, target, stage.path(target.sha256)))
        finally:
            trust.close()
    return {"whole": whole, "verify": verify}


def openssl_once(image: Path) -> Sample:
    """Hash the image with openssl."""
    return {"cpu": cpu(lambda: subprocess.run(_openssl(image), check=True, capture_output=True))}


def _verify_again(trust: Trust, target: Target, staged: Path) -> None:
    part = staged.with_name("again.part")
    os.link(staged, part)
    trust.fetch(MAKER, target, part)
    part.unlink()


def _openssl(image: Path) -> list[str]:
    return [shutil.which("openssl") or "openssl", "dgst", "-sha256", str(image)]


def cpu(action: Callable[[], object]) -> float:
    """Return the CPU seconds of `action` in this process and in children it waited for."""
    before = _spent()
    action()
    return _spent() - before


def _spent() -> float:
    kinds = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    return sum(used.ru_utime + used.ru_stime for used in map(resource.getrusage, kinds))


def _team(folder: Path) -> Team:
    def made(*names: str) -> list[keys.PublicKey]:
        return [
            keys.make(folder / "keys", name, _PASSPHRASE, stretch=keys.Stretch(2**14))
            for name in names
        ]

    people = made("root-a", "root-b", "root-c")
    (snapshot, timestamp) = made("snapshot", "timestamp")
    return Team(
        root=people,
        targets=people,
        build={"lamp": made("build-a", "build-b", "build-c")},
        train=made("train-a", "train-b", "train-c"),
        snapshot=snapshot,
        timestamp=timestamp,
    )


def _write_image(file: Path, size: int) -> None:
    """Write an image of the reference device (docs/protocol.md) with `size` bytes that differ."""
    header = {
        "vendor": "acme",
        "model": "lamp",
        "hardware": ["B"],
        "version": "1.3.0",
        "counter": 2,
    }
    text = json.dumps(header).encode()
    block = os.urandom(_MIB)
    with file.open("wb") as out:
        out.write(b"ORG1" + len(text).to_bytes(4, "little") + text)
        for number in range(size // _MIB):
            out.write(number.to_bytes(8, "little") + block[8:])


def figure(what: str, ours: float, theirs: float, goal: float) -> Figure:
    """Return CPU seconds beside those of openssl."""
    return Figure(
        what=what,
        unit="CPU s",
        ours=ours,
        reference="openssl dgst -sha256",
        theirs=theirs,
        goal=goal,
        more_is_better=False,
    )
