"""Whether it pays to send only what changed: each patch made, applied and hashed, then advised on.

Two of three real Zigbee images are encrypted or compressed and gain nothing, and a tool's patch may
not give the file that was signed: so nothing is offered on trust. A patch counts only where
applying it in this very job gave the sha256 of the new file; neither an exception nor its absence
counts. Each is made in a child process of its own (firmware/patches.py) with limits.
"""

from __future__ import annotations

import hashlib
import importlib.util
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import msgspec

from firmware import patches
from firmware.draft import Image
from firmware.patches import Job, Made

ENOUGH_PERCENT = 50
"""A patch of more than half the file is not worth a second path that can fail on the device."""

ENOUGH_BYTES = 64 * 1024
"""Below it a device saves a few seconds on any network a house has, and keeps an extra risk."""

INCOMPRESSIBLE_PERCENT = 95
"""Above it for every method, the payload is encrypted or compressed already."""

DETOOLS_MAX = 64 * 1024 * 1024
"""Bytes of either file: detools has several times both in memory, and gets slow."""

PATCH_MAX = 256 * 1024 * 1024
"""Bytes of either file for zstd, which needs about ten times as much memory to see all of it."""

_POLL_S = 0.1
_ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Of one method on one pair of files."""

    seconds: int = 300
    memory: int = 3 * 1024**3  # bytes of address space


class Measure(msgspec.Struct, frozen=True, kw_only=True):
    """What one method gave. Words for `code` are in resources/i18n/deltas.json."""

    method: str  # of patches.NEEDS
    size: int = 0  # bytes; 0 where there is none
    seconds: float = 0.0  # to make and to apply it
    proven: bool = False  # applied here, and the sha256 was that of the new file
    code: str = ""  # why there is no size, or why it is not proven
    fact: str = ""


class Advice(msgspec.Struct, frozen=True, kw_only=True):
    """Whether to offer a patch from one file to another, and what was measured."""

    sha256: str  # of the new file
    source: str  # sha256 of the old one
    size: int  # bytes of the new file
    measures: tuple[Measure, ...]
    best: str  # the method of the smallest proven patch; "" where there is none
    code: str  # delta_offer, delta_small_gain, delta_incompressible, delta_same, delta_unproven
    facts: dict[str, str] = {}


def pairs(images: Iterable[Image], published: Iterable[Image]) -> list[tuple[Image, Image]]:
    """Return (predecessor, image) for each image that has a published one of its kin before it."""
    known = [one for one in published if not one.is_back]
    found = []
    for image in images:
        before = [
            one for one in known if one.kin == image.kin and one.about.counter < image.about.counter
        ]
        if before:
            found.append((max(before, key=lambda one: one.about.counter), image))
    return found


def advise(
    old: Path,
    new: Path,
    *,
    limits: Limits = Limits(),
    cancelled: Callable[[], bool] = lambda: False,
) -> Advice:
    """Measure every method from `old` to `new`; takes up to `limits.seconds` for each.

    `cancelled` is asked ten times a second; what was not measured then says so. OSError where a
    file cannot be read.
    """
    source, sha256 = _sha256(old), _sha256(new)
    size = new.stat().st_size
    measures: list[Measure] = []
    if source != sha256:
        for method in patches.NEEDS:
            code = _prevented(method, max(size, old.stat().st_size), cancelled)
            if code:
                measures.append(Measure(method=method, code=code, fact=patches.NEEDS[method]))
            else:
                measures.append(
                    _measure(method, old, new, sha256, limits=limits, cancelled=cancelled)
                )
    return judge(source, sha256, size, tuple(measures))


def judge(source: str, sha256: str, size: int, measures: tuple[Measure, ...]) -> Advice:
    """Return the advice that follows from what was measured. Pure."""
    proven = [one for one in measures if one.proven]
    made = [one for one in proven if one.method != "zstd"]
    best = min(made, key=lambda one: one.size, default=None)
    facts: dict[str, str] = {}
    if source == sha256:
        code = "delta_same"
    elif best is None:
        code = "delta_unproven"
    else:
        percent = -(-best.size * 100 // max(1, size))  # rounded up: never flattering
        facts = {
            "method": best.method,
            "percent": str(percent),
            "saved": str(max(0, size - best.size) // 1024),
        }
        if best.size * 100 <= size * ENOUGH_PERCENT and size - best.size >= ENOUGH_BYTES:
            code = "delta_offer"
        elif all(one.size * 100 > size * INCOMPRESSIBLE_PERCENT for one in proven):
            code = "delta_incompressible"
        else:
            code = "delta_small_gain"
    return Advice(
        sha256=sha256,
        source=source,
        size=size,
        measures=measures,
        best=best.method if best else "",
        code=code,
        facts=facts,
    )


def _prevented(method: str, size: int, cancelled: Callable[[], bool]) -> str:
    needs = patches.NEEDS[method]
    if cancelled():
        return "delta_cancelled"
    if importlib.util.find_spec(needs) is None:
        return "delta_not_installed"
    return "delta_too_large" if size > (DETOOLS_MAX if needs == "detools" else PATCH_MAX) else ""


def _measure(
    method: str,
    old: Path,
    new: Path,
    sha256: str,
    *,
    limits: Limits,
    cancelled: Callable[[], bool],
) -> Measure:
    with tempfile.TemporaryDirectory(prefix="orangery-delta-") as folder:
        job = Job(
            method=method,
            old=str(old.resolve()),
            new=str(new.resolve()),
            patch=str(Path(folder) / "patch"),
            out=str(Path(folder) / "out"),
            seconds=limits.seconds,
            memory=limits.memory,
        )
        made = _in_child(job, cancelled)
    code, fact = made.error, made.said
    if not code and made.sha256 != sha256:
        code = "delta_wrong_bytes"
    return Measure(
        method=method,
        size=0 if made.error else made.size,
        seconds=made.seconds,
        proven=not code,
        code=code,
        fact=fact,
    )


def _in_child(job: Job, cancelled: Callable[[], bool]) -> Made:
    """Run a job to its end, its limit or its cancellation; the child is gone afterwards."""
    command = [*_command(), msgspec.json.encode(job).decode()]
    ends = time.monotonic() + job.seconds
    with subprocess.Popen(  # noqa: S603 - our own program
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd=_ROOT,
    ) as child:
        try:
            while True:
                try:
                    answer, _ = child.communicate(timeout=_POLL_S)
                    return _answer(child.returncode, answer)
                except subprocess.TimeoutExpired:
                    if cancelled():
                        return Made(error="delta_cancelled")
                    if time.monotonic() >= ends:
                        return Made(error="delta_timed_out")
        finally:
            child.kill()


def _answer(returncode: int, answer: bytes) -> Made:
    if returncode == -signal.SIGXCPU:
        return Made(error="delta_timed_out")
    try:
        return msgspec.json.decode(answer, type=Made)
    except ValueError:
        return Made(error="delta_failed", said=f"exit code {returncode}")


def _command() -> list[str]:
    if getattr(sys, "frozen", False):
        return [sys.executable, patches.CHILD]
    return [sys.executable, "-m", "firmware.patches"]


def _sha256(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
