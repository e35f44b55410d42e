"""A bundle of more than 4 GiB: opened, believed, its image fetched and verified, in little memory.

The house is a process of its own, so that its memory is its own; the most it had is what the kernel
says (VmHWM). The bundle is written once, by the maker's own way, and every byte of it is read. The
reference for the time is the CPU time of `openssl dgst -sha256` over the same file; the goal of
memory is an absolute one, so its reference is the goal.
"""

from __future__ import annotations

import json
import re
import resource
import shutil
import subprocess
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

from benchmarks.measure import Figure, in_turn
from benchmarks.staging import GOAL_VERIFY, MAKER, cpu, figure, openssl_once, release
from firmware import bundle
from firmware.trust import Maker, Trust

GOAL_MIB = 64
_MIB = 1 << 20
_LARGE = 4608 * _MIB  # 4.5 GiB
_COPIES = 4  # the image, what the maker kept and published of it, and some room
_ROOT = Path(__file__).resolve().parent.parent


def run(*, short: bool = False) -> list[Figure]:
    """Open and verify a bundle of more than 4 GiB in less than 64 MiB of memory."""
    size = 2 * _MIB if short else _LARGE
    place = _ROOT / "build"
    place.mkdir(exist_ok=True)
    if shutil.disk_usage(place).free < _COPIES * size:
        raise RuntimeError(f"{_COPIES * size // _MIB} MiB of free disk are needed in {place}")
    with tempfile.TemporaryDirectory(prefix="bundles-", dir=place) as name:
        folder = Path(name)
        released = release(folder, size)
        released.image.unlink()
        stick = bundle.write(released.mirror, "2026-W48", folder / "acme.bundle")
        shutil.rmtree(folder / "maker")
        (folder / "root.json").write_bytes(released.root)
        medians = in_turn(
            {
                "ours": lambda: house(folder / "root.json", stick),
                "openssl": lambda: openssl_once(stick),
            },
            rounds=1 if short else 3,
        )
    ours, theirs = medians["ours"], medians["openssl"]["cpu"]
    what = f"{size // _MIB} MiB bundle"
    return [
        Figure(
            what=f"{what}: memory",
            unit="MiB",
            ours=ours["mib"],
            reference="the goal",
            theirs=GOAL_MIB,
            goal=1.0,
            more_is_better=False,
            note=f"{ours['before']:.0f} MiB before it was opened",
        ),
        replace(
            figure(f"{what}: verify", ours["verify"], theirs, GOAL_VERIFY),
            note=f"{ours['fetch']:.3g} CPU s to open, refresh, fetch and verify before that",
        ),
    ]


def house(root: Path, stick: Path) -> dict[str, float]:
    """Be a house in a process of its own; what that one said."""
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.bundles", str(root), str(stick)],
        cwd=_ROOT,
        check=True,
        stdout=subprocess.PIPE,
    )
    said: dict[str, float] = json.loads(done.stdout)
    return said


def read(root: Path, stick: Path) -> dict[str, float]:
    """Refresh from the bundle, fetch its image, and verify that once more: hashing alone."""
    before = _most()
    with tempfile.TemporaryDirectory(dir=stick.parent) as folder:
        trust = Trust(Path(folder), [Maker(name=MAKER, root=root.read_bytes(), url=str(stick))])
        try:
            part = Path(folder) / "image.part"
            whole = cpu(lambda: trust.fetch(MAKER, trust.refresh(MAKER).targets[0], part))
            (target,) = trust.standing(MAKER).week.targets
            verify = cpu(lambda: trust.verify(MAKER, target, part))
        finally:
            trust.close()
    return {"mib": _most(), "before": before, "fetch": whole, "verify": verify}


def _most() -> float:
    found = re.search(r"VmHWM:\s*(\d+) kB", Path("/proc/self/status").read_text())
    if found is None:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return int(found[1]) / 1024


if __name__ == "__main__":
    json.dump(read(Path(sys.argv[1]), Path(sys.argv[2])), sys.stdout)
