"""Pictures of what there is in the window, taken from the running one.

A picture is a scene (desktop/scenes.py) in a face: a language, a look and a size.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QEvent
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication, QWidget

from desktop import scenes
from desktop.dialogs.whatif import WhatIfDialog
from desktop.gui import Face, application
from desktop.memory import Memory
from desktop.scenes import Scene
from fleet.client import Client


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """How the window is dressed for a picture."""

    language: str = "en"
    theme: str = "light"
    percent: int = 100  # of the system's size of words


FACES = {
    "light": Look(),
    "dark": Look(theme="dark"),
    "zh": Look(language="zh_CN"),
    "tw": Look(language="zh_TW"),
    "large": Look(percent=200),
}
"""By the end of a picture's name."""

KEPT: dict[str, tuple[str, ...]] = {
    "light": (
        *(one.name for one in scenes.PAGES),
        *("map-graph", "device-history", "simple", "report", "welcome"),
    ),
    "dark": ("map-graph",),
    "zh": (
        *("devices", "updates", "reports", "map"),
        *("map-graph", "simple", "report", "welcome"),
    ),
}
"""The pictures that docs/images keeps, for README and the pages of docs/."""

_SETTLE_S = 0.25
_LOOK_S = 60.0  # at most: the Release page reads images and verifies signatures first


def screenshots(
    client: Client,
    folder: Path,
    *,
    wanted: dict[str, Sequence[str]] | None = None,
    prefix: str = "",
    size: tuple[int, int] = (1280, 800),
    clock: Callable[[], float] = time.time,
) -> list[Path]:
    """Write <prefix><scene>-<face>.png into `folder`; returns what was written.

    `wanted`: the scenes of each face, by name; None: KEPT. A scene that this house's person does
    not have, or that has nothing to show here, is left out.
    """
    folder.mkdir(parents=True, exist_ok=True)
    made: list[Path] = []
    for name, chosen in (wanted or KEPT).items():
        face = dressed(client, FACES[name], size=size, clock=clock)
        made += _taken(
            face, (scenes.BY_NAME[one] for one in chosen), folder, f"{prefix}{{}}-{name}"
        )
        face.close()
        application().sendPostedEvents(None, QEvent.Type.DeferredDelete)
    return made


def dressed(
    client: Client,
    look: Look,
    *,
    size: tuple[int, int] = (1280, 800),
    clock: Callable[[], float] = time.time,
) -> Face:
    """Return a window on `client` that looks so, shown."""
    memory = Memory()
    memory.put("zoom", look.percent)
    face = Face(
        application(),
        client,
        language=look.language,
        theme=look.theme,
        clock=clock,
        memory=memory,
    )
    face.window.resize(*size)
    face.window.show()
    return face


def _taken(face: Face, chosen: Iterable[Scene], folder: Path, name: str) -> list[Path]:
    made = []
    for scene in chosen:
        if not scene.is_there(face.window):
            continue
        shown = scene.show(face)
        if shown is None:
            continue
        _wait(face.window.current.is_ready)
        _wait(lambda shown=shown, scene=scene: scene.ready(shown))  # type: ignore[misc]
        settle()
        made.append(take(shown, folder / f"{name.format(scene.name)}.png"))
        scenes.leave(face)
    return made


def sheet(face: Face, keys: Sequence[str], file: Path, *, in_hours: bool = False) -> Path:
    """Write what the sheet says of an update of these devices, now or in the home's hours."""
    face.window.show_plan(keys)
    dialog = face.window.dialog
    assert isinstance(dialog, WhatIfDialog)  # noqa: S101 - for the type checker
    _wait(lambda: dialog.sheet is not None)
    if in_hours:
        before = dialog.sheet
        dialog.in_hours.click()
        _wait(lambda: dialog.sheet is not before)
    settle()
    _wait(dialog.is_laid_out)
    settle()
    taken = take(dialog, file)
    dialog.close()
    return taken


def take(widget: QWidget, file: Path) -> Path:
    """Write what `widget` shows now."""
    seen = widget.grab().toImage().convertToFormat(QImage.Format.Format_RGB888)
    seen.save(str(file), quality=0)  # 0: the smallest file
    return file


def settle(seconds: float = _SETTLE_S) -> None:
    """Let the window hear, lay out and draw for a while."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        QApplication.processEvents()
        time.sleep(0.01)


def _wait(until: Callable[[], bool]) -> None:
    end = time.monotonic() + _LOOK_S
    while not until() and time.monotonic() < end:
        settle()
