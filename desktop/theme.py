"""Colours and shapes: tokens become a palette and a stylesheet, light and dark, at run time.

Colours live in the palette; the stylesheet speaks of shape and names palette roles only. The tokens
and their contrast come from a computed table; tests/desktop/test_theme.py computes it again.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from PySide6.QtCore import QObject, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QGuiApplication, QIcon, QPainter, QPalette, QPixmap
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QApplication

import resources

GRID = 4
"""All distances in the window are multiples of this many pixels."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tokens:
    """The colours of one face of the window, "#RRGGBB"."""

    window: str
    surface: str
    sunken: str
    select: str
    text: str
    muted: str
    accent: str
    on_accent: str
    ok: str
    info: str
    warn: str
    bad: str
    border: str  # of controls: 3:1
    line: str  # decoration only


LIGHT = Tokens(
    window="#F4F5F7",
    surface="#FFFFFF",
    sunken="#E9EBEF",
    select="#FCE9DD",
    text="#1A1F27",
    muted="#566072",
    accent="#B4460B",
    on_accent="#FFFFFF",
    ok="#15703A",
    info="#1F5FBF",
    warn="#8A5300",
    bad="#B3261E",
    border="#7C8798",
    line="#D3D7DE",
)
DARK = Tokens(
    window="#14171C",
    surface="#1B1F26",
    sunken="#101317",
    select="#3A2A20",
    text="#E8EBF0",
    muted="#A3ADBD",
    accent="#FF9A5C",
    on_accent="#1B1F26",
    ok="#5BD08A",
    info="#7FB2FF",
    warn="#F2B84B",
    bad="#FF8A80",
    border="#7A8699",
    line="#323945",
)


WARMTH = ("#FFA657", "#FFE4C4", "#B2CEFF")
"""What light looks like from warm to cold: no colours of the window but of a lamp."""


class Mode(StrEnum):
    """What the user chose."""

    LIGHT = "light"
    DARK = "dark"
    SYSTEM = "system"


class Theme(QObject):
    """The one place that dresses the application; `changed` tells pages to draw again."""

    changed = Signal()

    def __init__(
        self,
        application: QApplication,
        mode: Mode = Mode.SYSTEM,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent or application)
        self._application = application
        self.mode = mode
        QGuiApplication.styleHints().colorSchemeChanged.connect(self._system_changed)
        self._dress()

    @property
    def tokens(self) -> Tokens:
        """The colours in use now."""
        dark = self.mode is Mode.DARK or (self.mode is Mode.SYSTEM and _system_is_dark())
        return DARK if dark else LIGHT

    def choose(self, mode: Mode) -> None:
        """Wear `mode` from now on."""
        if mode is not self.mode:
            self.mode = mode
            self._dress()
            self.changed.emit()

    def _system_changed(self) -> None:
        if self.mode is Mode.SYSTEM:
            self._dress()
            self.changed.emit()

    def _dress(self) -> None:
        global _current  # noqa: PLW0603 - one application has one face; delegates ask 1,000 times a repaint
        _current = self.tokens
        self._application.setPalette(palette(_current))
        self._application.setStyleSheet(stylesheet())


_current = LIGHT


def tokens() -> Tokens:
    """Return the colours the application wears now."""
    return _current


def color(tone: str) -> QColor:
    """Return the colour of `tone` ("accent") as it is worn now."""
    return QColor(getattr(_current, tone))


def palette(worn: Tokens) -> QPalette:
    """Return the Qt palette of `worn`; the stylesheet names these roles."""
    made = QPalette()
    role = QPalette.ColorRole
    for where, value in {
        role.Window: worn.window,
        role.WindowText: worn.text,
        role.Base: worn.surface,
        role.AlternateBase: worn.sunken,
        role.Text: worn.text,
        role.Button: worn.surface,
        role.ButtonText: worn.text,
        role.Highlight: worn.select,
        role.HighlightedText: worn.text,
        role.Accent: worn.accent,
        role.BrightText: worn.on_accent,
        role.PlaceholderText: worn.muted,
        role.Link: worn.info,
        role.LinkVisited: worn.info,
        role.ToolTipBase: worn.surface,
        role.ToolTipText: worn.text,
        role.Light: worn.surface,
        role.Midlight: worn.line,
        role.Mid: worn.border,
        role.Dark: worn.muted,
        role.Shadow: worn.sunken,
    }.items():
        made.setColor(where, QColor(value))
    for where in (role.Text, role.ButtonText, role.WindowText):
        made.setColor(QPalette.ColorGroup.Disabled, where, QColor(worn.muted))
    return made


def stylesheet() -> str:
    """Return the shapes of the controls; every colour is a palette role."""
    return resources.path("style.qss").read_text(encoding="utf-8")


def icon(name: str, tone: str = "text", size: int = 20, gap: int = 0) -> QIcon:
    """Return the icon `name` tinted with `tone`, drawn once for each face and kept.

    `gap` pixels are left free on its right: Qt sets the words of a button too close.
    """
    return _icon(name, getattr(_current, tone), size, gap)


def pixmap(name: str, tone: str, size: int, ratio: float) -> QPixmap:
    """Return the tinted picture of an icon for a screen of `ratio` device pixels, kept."""
    return _pixmap(name, getattr(_current, tone), size, ratio)


def contrast(one: str, other: str) -> float:
    """Return the WCAG contrast ratio of two colours "#RRGGBB"."""
    high, low = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def sized(percent: int, *, bold: bool = False) -> QFont:
    """Return the application's font at `percent` of its size."""
    font = QApplication.font()
    font.setPointSizeF(font.pointSizeF() * percent / 100)
    if bold:
        font.setWeight(QFont.Weight.Bold)
    return font


@cache
def _icon(name: str, tint: str, size: int, gap: int) -> QIcon:
    made = QIcon()
    for ratio in {screen.devicePixelRatio() for screen in QGuiApplication.screens()}:
        made.addPixmap(_pixmap(name, tint, size, ratio, gap))
    return made


@cache
def _pixmap(name: str, tint: str, size: int, ratio: float, gap: int = 0) -> QPixmap:
    drawing = resources.path(f"icons/{name}.svg").read_text(encoding="utf-8")
    renderer = QSvgRenderer(drawing.replace("currentColor", tint).encode())
    picture = QPixmap(QSize(size + gap, size) * ratio)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    renderer.render(painter, QRectF(0, 0, size * ratio, size * ratio))
    painter.end()
    picture.setDevicePixelRatio(ratio)
    return picture


def _luminance(value: str) -> float:
    parts = (int(value[place : place + 2], 16) / 255 for place in (1, 3, 5))
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4  # noqa: PLR2004 - WCAG 2.2
        for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _system_is_dark() -> bool:
    return QGuiApplication.styleHints().colorScheme() is Qt.ColorScheme.Dark
