"""Labels, buttons and cards, dressed alike: what every page is put together from."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QFontDatabase, QFontMetrics, QPalette
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLayout,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from desktop import theme

BODY, SMALL, CARD_TITLE, PAGE_TITLE = 100, 88, 115, 150
"""Sizes of text in per cent of the application's font."""

Made = TypeVar("Made", bound=QWidget)

NAMES = 150
"""Width of the names in a form."""

_ICON = 16
_CAPTION_DROP = 7  # so that a name stands on one line with the words inside its field
_ICON_GAP = 6
_LINE = 15


def label(
    text: str = "",
    *,
    percent: int = BODY,
    tone: str = "text",
    bold: bool = False,
    wrap: bool = False,
) -> QLabel:
    """Return a text in one of our sizes and colours; it can be selected where it wraps."""
    made = Words(text) if wrap else QLabel(text)
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setFont(theme.sized(percent, bold=bold))
    tint(made, tone)
    if wrap:
        made.setWordWrap(True)
        made.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        policy = QSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        made.setSizePolicy(policy)
    return made


class Words(QLabel):
    """A text that wraps: as high as its width makes it, never as high as its narrowest."""

    def minimumSizeHint(self) -> QSize:
        """Return one line: Qt's own answer is for the narrowest width and leaves holes."""
        return QSize(80, self.fontMetrics().height())


def tint(widget: QWidget, tone: str) -> None:
    """Colour the text of `widget`."""
    palette = QPalette(widget.palette())
    for role in (QPalette.ColorRole.WindowText, QPalette.ColorRole.Text):
        palette.setColor(role, theme.color(tone))
    widget.setPalette(palette)


def fixed(made: Made) -> Made:
    """Set words in the fixed-width font: versions, addresses, messages; as large as they were."""
    font = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
    font.setPointSizeF(made.font().pointSizeF())
    font.setWeight(made.font().weight())
    made.setFont(font)
    return made


def picture(name: str, tone: str, size: int = 20) -> QLabel:
    """Return an icon that stands beside words (and is therefore silent to a screen reader)."""
    made = QLabel()
    made.setFixedSize(size, size)
    redraw(made, name, tone)
    return made


def redraw(made: QLabel, name: str, tone: str) -> None:
    """Make a picture another one, as large as it is."""
    made.setPixmap(theme.pixmap(name, tone, made.width(), made.devicePixelRatioF()))


def button(
    text: str,
    do: Callable[[], object] | None = None,
    *,
    look: str = "",
    icon: str = "",
    name: str = "",
) -> QPushButton:
    """Return a button; `look`: primary, quiet, link, chip, segment or plain.

    `name` is what a screen reader says where the text alone would not do.
    """
    made = QPushButton(text)
    if look:
        made.setProperty("look", look)
    if icon:
        dress(made, icon, "on_accent" if look == "primary" else "text")
    made.setAccessibleName(name or text)
    made.setCursor(Qt.CursorShape.PointingHandCursor)
    made.setSizePolicy(QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Fixed)
    if do is not None:
        made.clicked.connect(lambda _=False: do())
    return made


def dress(made: QPushButton, icon: str, tone: str) -> None:
    """Give a button its icon, with room between it and the words."""
    gap = _ICON_GAP if made.text() else 0
    made.setIcon(theme.icon(icon, tone, _ICON, gap))
    made.setIconSize(QSize(_ICON + gap, _ICON))


def relook(made: QPushButton, look: str, icon: str) -> None:
    """Give a button another look (see `button`) and its icon in the colour that goes with it."""
    if made.property("look") != look:
        made.setProperty("look", look)
        style = made.style()
        style.unpolish(made)
        style.polish(made)
    tone = "on_accent" if look == "primary" else "text"
    if icon:
        dress(made, icon, tone if made.isEnabled() else "muted")


def icon_button(icon: str, name: str, do: Callable[[], object]) -> QPushButton:
    """Return a button of an icon alone; its name is said and shown as a tool tip."""
    made = button("", do, look="quiet", icon=icon, name=name)
    made.setToolTip(name)
    made.setFixedWidth(40)
    return made


def scaled(width: int) -> int:
    """Return a width that was drawn for a line 15 pixels high, for the font in use."""
    return max(width, round(width * QFontMetrics(QApplication.font()).height() / _LINE))


def fit(dialog: QWidget, width: int) -> None:
    """Be `width` wide and as high as that makes the texts: Qt's own answer leaves holes."""
    layout = dialog.layout()
    if layout is not None:
        dialog.resize(width, layout.totalHeightForWidth(width))


def show_if(made: QWidget, there: bool) -> None:  # noqa: FBT001 - the one thing it says
    """Show a part or not; one that stands nowhere yet never flashes up as a window of its own."""
    if made.parentWidget() is not None or not there:
        made.setVisible(there)


class Card(QFrame):
    """A sheet with a title and a column of rows."""

    def __init__(self, title: str = "", *, margin: int = 20, spacing: int = 12) -> None:
        super().__init__()
        self.setObjectName("card")
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(margin, margin - 4, margin, margin - 4)
        self.column.setSpacing(spacing)
        self.title = label(title, percent=CARD_TITLE, bold=True)
        self.head = row(self.title, None)
        if title:
            self.setAccessibleName(title)
            self.column.addLayout(self.head)

    def add(self, part: QWidget | QLayout) -> None:
        """Put one more row below."""
        if isinstance(part, QWidget):
            self.column.addWidget(part)
        else:
            self.column.addLayout(part)


def row(*parts: QWidget | None, spacing: int = 8) -> QHBoxLayout:
    """Return a line of widgets; None is the place that stretches."""
    made = QHBoxLayout()
    made.setContentsMargins(0, 0, 0, 0)
    made.setSpacing(spacing)
    for part in parts:
        if part is None:
            made.addStretch(1)
        else:
            made.addWidget(part)
    return made


def column(*parts: QWidget | None, spacing: int = 4) -> QVBoxLayout:
    """Return widgets one below the other; None is the place that stretches."""
    made = QVBoxLayout()
    made.setContentsMargins(0, 0, 0, 0)
    made.setSpacing(spacing)
    for part in parts:
        if part is None:
            made.addStretch(1)
        else:
            made.addWidget(part)
    return made


def form() -> QGridLayout:
    """Return a grid of names and, beside them, what can be chosen."""
    made = QGridLayout()
    made.setContentsMargins(0, 0, 0, 0)
    made.setHorizontalSpacing(24)
    made.setVerticalSpacing(8)
    made.setColumnMinimumWidth(0, scaled(NAMES))
    made.setColumnStretch(1, 1)
    return made


def explained(grid: QGridLayout, name: str, field: QLayout, meaning: QWidget) -> None:
    """Add a line to a form: what can be chosen, and below it what that means."""
    at = grid.rowCount()
    caption = label(name, tone="muted")
    caption.setContentsMargins(0, _CAPTION_DROP, 0, 0)
    grid.addWidget(caption, at, 0, Qt.AlignmentFlag.AlignTop)
    grid.addLayout(field, at, 1)
    grid.addWidget(meaning, at + 1, 1)


def rule() -> QFrame:
    """Return a thin line between rows."""
    made = QFrame()
    made.setObjectName("rule")
    return made


def scrolled(name: str, *, margin: int = 0) -> tuple[QScrollArea, QVBoxLayout]:
    """Return an area that scrolls downwards and the column inside it."""
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setAccessibleName(name)
    body = QWidget()
    body.setObjectName("body")
    inside = QVBoxLayout(body)
    inside.setContentsMargins(margin, margin, margin, margin)
    inside.setSpacing(16)
    area.setWidget(body)
    return area, inside


def empty(layout: QLayout) -> None:
    """Take everything out of a layout, to fill it anew."""
    while (item := layout.takeAt(0)) is not None:
        widget, inner = item.widget(), item.layout()
        if widget is not None:
            widget.hide()
            widget.setParent(None)
            widget.deleteLater()
        elif inner is not None:
            empty(inner)
