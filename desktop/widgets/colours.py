"""Choosing the colour of a lamp: a few that people ask for by name, or any other."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QColor, QIcon, QPainter, QPen, QPixmap
from PySide6.QtWidgets import QColorDialog, QMenu, QPushButton

from desktop import theme
from desktop.language import mark, translate
from desktop.widgets import parts

_NAMED = (
    (mark("Detail", "Red"), (255, 0, 0)),
    (mark("Detail", "Orange"), (255, 128, 0)),
    (mark("Detail", "Yellow"), (255, 221, 0)),
    (mark("Detail", "Green"), (0, 255, 0)),
    (mark("Detail", "Turquoise"), (0, 221, 204)),
    (mark("Detail", "Blue"), (0, 64, 255)),
    (mark("Detail", "Violet"), (136, 0, 255)),
    (mark("Detail", "Pink"), (255, 64, 160)),
    (mark("Detail", "White"), (255, 255, 255)),
)
_SIZE = 16


class ColourButton(QPushButton):
    """Shows a colour; its menu has others."""

    wished = Signal(str)  # "#rrggbb"

    def __init__(self, name: str) -> None:
        super().__init__()
        self._name, self._colour = name, ""
        self.setText(translate("Detail", "Colour"))
        self.setAccessibleName(name)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setIconSize(QSize(_SIZE + 6, _SIZE))
        self._menu = QMenu(self)
        self._menu.setAccessibleName(name)
        for word, channels in _NAMED:
            colour = QColor(*channels)
            named = colour.name()
            action = self._menu.addAction(_swatch(colour), translate("Detail", word))
            action.triggered.connect(lambda _=False, one=named: self.wished.emit(one))
        self._menu.addSeparator()
        other = self._menu.addAction(translate("Detail", "Another…"))
        other.triggered.connect(lambda _=False: self._ask())
        self.clicked.connect(lambda _=False: self._open())
        self.setSizePolicy(parts.button("").sizePolicy())

    def show_colour(self, colour: str) -> None:
        """Show the colour it has, "#rrggbb"; "": nobody knows."""
        if colour == self._colour:
            return
        self._colour = colour
        self.setIcon(_swatch(QColor(colour)) if colour else QIcon())
        self.setAccessibleName(f"{self._name}: {colour}" if colour else self._name)

    def _open(self) -> None:
        self._menu.popup(self.mapToGlobal(self.rect().bottomLeft()))

    def _ask(self) -> None:
        dialog = QColorDialog(QColor(self._colour or "white"), self.window())
        dialog.setWindowTitle(self._name)
        dialog.setOption(QColorDialog.ColorDialogOption.DontUseNativeDialog)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.colorSelected.connect(lambda chosen: self.wished.emit(chosen.name()))
        dialog.open()


def _swatch(colour: QColor) -> QIcon:
    picture = QPixmap(QSize(_SIZE + 6, _SIZE) * 2)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(theme.color("border"), 2))
    painter.setBrush(colour)
    painter.drawRoundedRect(2, 2, 2 * _SIZE - 4, 2 * _SIZE - 4, 8, 8)
    painter.end()
    picture.setDevicePixelRatio(2)
    return QIcon(picture)
