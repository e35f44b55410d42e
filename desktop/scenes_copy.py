"""What there is to be seen of a copy that is held against its signed list (desktop/scenes.py)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from desktop.build import Build, Packaged
from desktop.models.own_copy import Look
from desktop.selfupdate.own_copy import OwnCopy
from desktop.selfupdate.shipped import Difference, Kind
from desktop.selfupdate.verifying import Verdict
from firmware.errors import TrustError
from firmware.release import Signed

_COMMIT = "9f3c2b1a0d4e5f60718293a4b5c6d7e8f9012345"
_DAY_S = 86_400

OWN = OwnCopy(
    folder=Path("/usr/lib/orangery"),
    packaged=Packaged.DEB,
    build=Build(version="0.2.0", commit=_COMMIT, platform="linux-x86_64", maker="orangery:maker?"),
)
"""A package, whose makers sign it and whose package manager can be asked as well."""

DIFFERENT = (
    Difference("_internal/PySide6/Qt/lib/libQt6Core.so.6", Kind.CHANGED),
    Difference("_internal/libsitecustomize.so", Kind.EXTRA),
    Difference("_internal/resources/i18n/health.json", Kind.MISSING),
    Difference("orangery", Kind.MODE),
)


def verdict(now: float, *differences: Difference, launcher: bool | None = None) -> Verdict:
    """Return what a look at OWN comes to."""
    return Verdict(
        version="0.2.0",
        platform="linux-x86_64",
        commit=_COMMIT,
        maker="orangery",
        week="2026-W47",
        signed=(
            Signed(role="build-desktop", threshold=2, keys=3, signers=("Ana", "Bo")),
            Signed(role="train-orange", threshold=2, keys=3, signers=("Chen", "Dora")),
        ),
        published=now - 7 * _DAY_S,
        expires=now + 7 * _DAY_S,
        source="https://fw.example.org",
        sha256="4c1d" * 16,
        files=1_204,
        size=149_000_000,
        differences=differences,
        launcher=launcher,
    )


COPIES: Mapping[str, Callable[[float], Look]] = {
    "before": lambda _: Look(),
    "running": lambda _: Look(running=True, have=61_000_000, of=149_000_000),
    "signed": lambda now: Look(verdict=verdict(now, launcher=False), at=now - 60),
    "differs": lambda now: Look(verdict=verdict(now, *DIFFERENT), at=now - 60),
    "unknown": lambda now: Look(
        error=TrustError("mirror_unreachable", source="https://fw.example.org", why="timed out"),
        at=now - 60,
    ),
}
"""What is known of it, at `now`."""
