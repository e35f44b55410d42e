"""The left rail: pages with their counts, and how the house is connected."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from desktop import theme
from desktop.language import translate
from desktop.widgets import parts
from fleet.model import BrokerState, Connection

_SIDE = 12
_ICON = 20
WIDTH = 200
NARROW = 56
"""Its width where only icons are shown."""


class RailButton(QPushButton):
    """One page: icon, word, and how many things wait there."""

    def __init__(self, text: str, icon: str, *, page: bool = True) -> None:
        """`page`: it stays chosen while its page is shown."""
        super().__init__(text)
        self._icon_name = icon
        self._count = 0
        self._narrow = False
        self.setCheckable(page)
        self.setAutoExclusive(page)
        self.setProperty("look", "rail")
        self.setAccessibleName(text)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    @property
    def count(self) -> int:
        """How many things wait."""
        return self._count

    def set_count(self, count: int) -> None:
        """Show how many things wait on this page; 0 shows nothing."""
        if count != self._count:
            self._count = count
            said = f"{self.text()}, {count}" if count else self.text()
            self.setAccessibleName(said)
            self.setToolTip(said if self._narrow else "")
            self.update()

    def set_narrow(self, *, narrow: bool) -> None:
        """Show the icon alone, its word as a tool tip; or both."""
        self._narrow = narrow
        self.setToolTip(self.accessibleName() if narrow else "")
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """Return its height on the grid."""
        wide = NARROW - 16 if self._narrow else 160
        return QSize(wide, max(40, QFontMetrics(self.font()).height() + 20))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw icon, word and count."""
        del event
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        chosen = self.isChecked()
        self._ground(painter, chosen=chosen)
        tone = "accent" if chosen else "muted"
        middle = (self.height() - _ICON) // 2
        drawn = theme.pixmap(self._icon_name, tone, _ICON, self.devicePixelRatioF())
        painter.drawPixmap((self.width() - _ICON) // 2 if self._narrow else _SIDE, middle, drawn)
        if not self._narrow:
            painter.setFont(theme.sized(100, bold=chosen))
            painter.setPen(theme.color("accent" if chosen else "text"))
            words = self.rect().adjusted(_SIDE * 2 + _ICON, 0, -_SIDE, 0)
            painter.drawText(words, Qt.AlignmentFlag.AlignVCenter, self.text())
        if self._count and self._narrow:
            self._dot(painter)
        elif self._count:
            self._badge(painter, chosen=chosen)
        painter.end()

    def _ground(self, painter: QPainter, *, chosen: bool) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        if chosen or self.underMouse():
            painter.setBrush(theme.color("select" if chosen else "window"))
            painter.drawRoundedRect(self.rect(), 8, 8)
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(theme.color("accent"), 2))
            painter.drawRoundedRect(self.rect().adjusted(1, 1, -1, -1), 7, 7)

    def _dot(self, painter: QPainter) -> None:
        """Say that something waits; how much is in the tool tip and the accessible name."""
        painter.setPen(QPen(theme.color("surface"), 2))
        painter.setBrush(theme.color("accent"))
        middle = self.rect().center()
        painter.drawEllipse(middle.x() + _ICON // 4, middle.y() - _ICON // 2 - 2, 10, 10)

    def _badge(self, painter: QPainter, *, chosen: bool) -> None:
        font = theme.sized(88, bold=True)
        metrics = QFontMetrics(font)
        high = metrics.height() + 4
        wide = max(high, metrics.horizontalAdvance(str(self._count)) + 12)
        top = (self.height() - high) // 2
        place = QRect(self.width() - _SIDE - wide, top, wide, high)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color("accent" if chosen else "sunken"))
        painter.drawRoundedRect(place, high / 2, high / 2)
        painter.setFont(font)
        painter.setPen(theme.color("on_accent" if chosen else "text"))
        painter.drawText(place, Qt.AlignmentFlag.AlignCenter, str(self._count))


class ConnectionChip(QPushButton):
    """How the house is connected, in two lines; a click says more."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("look", "rail")
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._word, self._under, self._icon_name, self._token = "", "", "circle-dashed", "muted"
        self._narrow = False
        self.show_connections([])

    def show_connections(self, connections: list[Connection]) -> None:
        """Show the worst of the brokers' states."""
        worst = max(connections, key=lambda one: _ORDER[one.state], default=None)
        self._word, self._icon_name, self._token = _looks(worst)
        self._under = _under(worst)
        self.setAccessibleName(f"{self._word}, {self._under}" if self._under else self._word)
        self._tip()
        self.update()

    def set_narrow(self, *, narrow: bool) -> None:
        """Show the icon alone, both lines as a tool tip; or all."""
        self._narrow = narrow
        self._tip()
        self.updateGeometry()
        self.update()

    def _tip(self) -> None:
        self.setToolTip(self.accessibleName() if self._narrow else self._under)

    def sizeHint(self) -> QSize:
        """Return room for two lines."""
        two = QFontMetrics(theme.sized(100)).height() + QFontMetrics(theme.sized(88)).height()
        return QSize(NARROW - 16 if self._narrow else 160, two + 16)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the icon and both lines."""
        del event
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.underMouse():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.color("window"))
            painter.drawRoundedRect(self.rect(), 8, 8)
        if self.hasFocus():
            painter.setPen(QPen(theme.color("accent"), 2))
            painter.drawRoundedRect(self.rect().adjusted(1, 1, -1, -1), 7, 7)
        drawn = theme.pixmap(self._icon_name, self._token, _ICON, self.devicePixelRatioF())
        left = (self.width() - _ICON) // 2 if self._narrow else _SIDE
        painter.drawPixmap(left, (self.height() - _ICON) // 2, drawn)
        if not self._narrow:
            self._lines(painter)
        painter.end()

    def _lines(self, painter: QPainter) -> None:
        first, second = theme.sized(100), theme.sized(88)
        high, low = QFontMetrics(first).height(), QFontMetrics(second).height()
        left, wide = _SIDE * 2 + _ICON, self.width() - _SIDE * 3 - _ICON + 4
        top = (self.height() - high - (low if self._under else 0)) // 2
        painter.setFont(first)
        painter.setPen(theme.color("text"))
        painter.drawText(QRect(left, top, wide, high), Qt.AlignmentFlag.AlignVCenter, self._word)
        painter.setFont(second)
        painter.setPen(theme.color("muted"))
        shown = QFontMetrics(second).elidedText(self._under, Qt.TextElideMode.ElideRight, wide)
        painter.drawText(QRect(left, top + high, wide, low), Qt.AlignmentFlag.AlignVCenter, shown)


class Rail(QFrame):
    """All pages from top to bottom."""

    def __init__(self, pages: list[tuple[str, str]], last: tuple[str, str]) -> None:
        """Show `pages` as (text, icon), and `last` at the bottom."""
        super().__init__()
        self.setObjectName("rail")
        self.setAccessibleName(translate("Window", "Pages"))
        self.buttons = [RailButton(text, icon) for text, icon in [*pages, last]]
        self.bell = RailButton(translate("Window", "What was said"), "bell", page=False)
        self.chip = ConnectionChip()
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 12, 8, 12)
        column.setSpacing(4)
        self._sign, self._name = _sign()
        column.addWidget(self._sign)
        column.addSpacing(12)
        for each in self.buttons[:-1]:
            column.addWidget(each)
        column.addStretch(1)
        column.addWidget(self.bell)
        column.addWidget(self.buttons[-1])
        column.addWidget(self.chip)
        self.set_narrow(narrow=False)

    def set_narrow(self, *, narrow: bool) -> None:
        """Show icons alone, or words beside them."""
        self.setFixedWidth(NARROW + 1 if narrow else parts.scaled(WIDTH))
        self._name.setVisible(not narrow)
        for each in (*self.buttons, self.bell):
            each.set_narrow(narrow=narrow)
        self.chip.set_narrow(narrow=narrow)


def _sign() -> tuple[QWidget, QWidget]:
    made = QWidget()
    name = parts.label("Orangery", percent=parts.CARD_TITLE, bold=True)
    line = parts.row(parts.picture("citrus", "accent", 24), name, None, spacing=10)
    line.setContentsMargins(8, 4, 0, 4)
    made.setLayout(line)
    return made, name


_ORDER = {
    BrokerState.CONNECTED: 0,
    BrokerState.CLOSED: 1,
    BrokerState.CONNECTING: 2,
    BrokerState.LOST: 3,
    BrokerState.REFUSED: 4,
}


def _looks(worst: Connection | None) -> tuple[str, str, str]:
    if worst is None:
        return translate("Window", "No broker yet"), "circle-dashed", "muted"
    return {
        BrokerState.CONNECTED: (translate("Window", "Connected"), "circle-check", "ok"),
        BrokerState.CONNECTING: (translate("Window", "Connecting"), "refresh-cw", "warn"),
        BrokerState.REFUSED: (translate("Window", "Refused"), "circle-x", "bad"),
        BrokerState.LOST: (translate("Window", "Connection lost"), "wifi-off", "bad"),
        BrokerState.CLOSED: (translate("Window", "Not connected"), "wifi-off", "muted"),
    }[worst.state]


def _under(worst: Connection | None) -> str:
    if worst is None:
        return translate("Window", "set one in Settings")
    return worst.address
