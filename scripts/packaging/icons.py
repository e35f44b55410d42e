"""The program's icon in the sizes of the icon theme, drawn from resources/desktop/*.svg.

Format: Icon Theme Specification 0.13, theme hicolor.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from PySide6.QtCore import QBuffer, QIODevice, Qt
from PySide6.QtGui import QGuiApplication, QImage, QPainter
from PySide6.QtSvg import QSvgRenderer

from scripts.packaging import ROOT

DRAWN = ROOT / "resources" / "desktop"
SIZES = (16, 22, 24, 32, 48, 64, 128, 256, 512)
"""Pixels; those for which hicolor has folders and desktops ask."""


def lay(theme: Path, name: str = "orangery") -> list[Path]:
    """Write the icons of `name` into the folder of a theme (…/icons/hicolor); returns them."""
    written = [_apps(theme, f"{size}x{size}") / f"{name}.png" for size in SIZES]
    for size, file in zip(SIZES, written, strict=True):
        image(size, name).save(str(file))
    for folder, drawing in (("scalable", f"{name}.svg"), ("symbolic", f"{name}-symbolic.svg")):
        file = _apps(theme, folder) / drawing
        shutil.copyfile(DRAWN / drawing, file)
        written.append(file)
    return written


def image(size: int, name: str = "orangery") -> QImage:
    """Return the drawing of `name` as a square of `size` pixels, clear where nothing is drawn."""
    _application()
    drawn = QImage(size, size, QImage.Format.Format_ARGB32)
    drawn.fill(Qt.GlobalColor.transparent)
    painter = QPainter(drawn)
    QSvgRenderer(str(DRAWN / f"{name}.svg")).render(painter)
    painter.end()
    return drawn


def png(size: int, name: str = "orangery") -> bytes:
    """Return the same as a PNG file."""
    said = QBuffer()
    said.open(QIODevice.OpenModeFlag.WriteOnly)
    image(size, name).save(said, "PNG")  # type: ignore[call-overload]  # its stub forgets devices
    return bytes(said.data().data())


def _apps(theme: Path, folder: str) -> Path:
    made = theme / folder / "apps"
    made.mkdir(parents=True, exist_ok=True)
    return made


def _application() -> QGuiApplication:
    """Return the one there is; a machine that builds needs no screen."""
    existing = QGuiApplication.instance()
    if isinstance(existing, QGuiApplication):
        return existing
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    return QGuiApplication(["icons"])
