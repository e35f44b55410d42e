"""Pictures of the pages, taken from the running window: for the README and for looking at it."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QEvent
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication, QWidget

from desktop.dialogs.report import ReportDialog
from desktop.dialogs.welcome import WelcomeDialog
from desktop.dialogs.whatif import WhatIfDialog
from desktop.gui import Face, application
from desktop.pages.map import GRAPH, TREE, MapPage
from desktop.widgets.details import Tab
from fleet.client import Client

FACES = {"light": ("en", "light"), "dark": ("en", "dark"), "zh": ("zh_CN", "light")}
PAGES = ("devices", "updates", "reports", "community", "settings", "triage", "release")
"""The last two for staff."""
_SETTLE_S = 0.4
_LOOK_S = 60.0  # at most: the Release page reads images and verifies signatures first


def screenshots(
    client: Client,
    folder: Path,
    *,
    device: str = "",
    report: str = "",
    size: tuple[int, int] = (1280, 800),
    clock: Callable[[], float] = time.time,
) -> list[Path]:
    """Write <page>-<face>.png for each page and face into `folder`; returns what was written.

    Where something could be updated, plan-<face>.png is the sheet before it; report-<face>.png and
    simple-<face>.png are the dialog of a report and the simple view, device-history-<face>.png and
    device-messages-<face>.png the other tabs of the chosen device, map-graph-<face>.png and
    welcome-<face>.png the map as a graph and Welcome. `device`, `report`: what is
    chosen on its page; else the first that has most to say.
    """  # fmt: skip
    folder.mkdir(parents=True, exist_ok=True)
    app = application()
    made: list[Path] = []
    for name, (language, theme) in FACES.items():
        face = Face(app, client, language=language, theme=theme, clock=clock)
        face.window.resize(*size)
        face.window.show()
        face.window.devices.choose(device or _telling(face))
        for page in face.window.pages:
            face.window.show_page(page)
            if page == "reports":
                face.window.current.show_subject(report or _talked_of(face))
            _wait(face.window.current.is_ready)
            settle()
            made.append(take(face.window, folder / f"{page}-{name}.png"))
        made += _tabs(face, folder, name)
        made += _ways(face, folder, name)
        if ready := [key for key in face.desk.mirror.devices if face.desk.mirror.ready(key)]:
            made.append(sheet(face, ready, folder / f"plan-{name}.png"))
        made.append(_report(face, device or _telling(face), folder / f"report-{name}.png"))
        face.window.show_simple(on=True)
        settle()
        made.append(take(face.window, folder / f"simple-{name}.png"))
        face.close()
        app.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    return made


def _tabs(face: Face, folder: Path, name: str) -> list[Path]:
    """Write what the other tabs of the chosen device show: device-history, device-messages."""
    made = []
    face.window.show_page("devices")
    for tab in (Tab.HISTORY, Tab.MESSAGES):
        face.window.devices.details.show_tab(tab)
        settle()
        made.append(take(face.window, folder / f"device-{tab.name.lower()}-{name}.png"))
    face.window.devices.details.show_tab(Tab.OVERVIEW)
    return made


def _ways(face: Face, folder: Path, name: str) -> list[Path]:
    """Write what the map looks like as a graph, and Welcome."""
    face.window.show_page("map")
    page = face.window.current
    assert isinstance(page, MapPage)  # noqa: S101 - for the type checker
    page.turn(GRAPH)
    page.graph.choose(page.graph.graph.root)
    settle()
    made = [take(face.window, folder / f"map-graph-{name}.png")]
    page.turn(TREE)
    face.window.deeds.welcome()
    dialog = face.window.dialog
    assert isinstance(dialog, WelcomeDialog)  # noqa: S101 - for the type checker
    settle()
    made.append(take(dialog, folder / f"welcome-{name}.png"))
    dialog.close()
    return made


def _report(face: Face, device: str, file: Path) -> Path:
    """Write what the dialog looks like that writes a report about this device."""
    face.window.report(device)
    dialog = face.window.dialog
    assert isinstance(dialog, ReportDialog)  # noqa: S101 - for the type checker
    _wait(lambda: bool(dialog.along.gathered))
    settle()
    taken = take(dialog, file)
    dialog.close()
    return taken


def sheet(face: Face, keys: Sequence[str], file: Path, *, in_hours: bool = False) -> Path:
    """Write what the sheet says of an update of these devices, now or in the home's hours."""
    face.window.show_plan(keys)
    dialog = face.window.dialog
    assert isinstance(dialog, WhatIfDialog)  # noqa: S101 - for the type checker
    _wait(lambda: dialog.sheet is not None)
    if in_hours:
        dialog.in_hours.click()
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


def _talked_of(face: Face) -> str:
    """Return the report with most to say: the one that was talked of most."""
    reports = face.desk.mirror.reports()
    return max(reports, key=lambda one: len(one.replies)).id if reports else ""


def _telling(face: Face) -> str:
    """Return the device with most to say: one that can be updated."""
    mirror = face.desk.mirror
    ready = (key for key in mirror.devices if mirror.ready(key))
    return next(ready, next(iter(mirror.devices), ""))
