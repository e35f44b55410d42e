"""Controls side by side that go on in the next line where there is no more room; none is cut."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtWidgets import QLayout, QLayoutItem, QSizePolicy, QWidget


class Flow(QLayout):
    """Lines of widgets, each in its own size, from the left; within its margins."""

    def __init__(self, *widgets: QWidget, spacing: int = 8) -> None:
        super().__init__()
        self._items: list[QLayoutItem] = []
        self.setContentsMargins(0, 0, 0, 0)
        self.setSpacing(spacing)
        for widget in widgets:
            self.addWidget(widget)

    def addItem(self, item: QLayoutItem) -> None:
        """Take one more."""
        self._items.append(item)

    def count(self) -> int:
        """Return how many there are."""
        return len(self._items)

    def itemAt(self, index: int) -> QLayoutItem | None:
        """Return one of them; None beyond the last, as Qt asks."""
        return self._items[index] if 0 <= index < len(self._items) else None

    def takeAt(self, index: int) -> QLayoutItem | None:
        """Give one away; None beyond the last."""
        return self._items.pop(index) if 0 <= index < len(self._items) else None

    def expandingDirections(self) -> Qt.Orientation:
        """Return that it wants no more room than it needs."""
        return Qt.Orientation(0)

    def hasHeightForWidth(self) -> bool:
        """Say that fewer in a line need more lines."""
        return True

    def heightForWidth(self, width: int) -> int:
        """Return how high all lines are in that width."""
        edge = self.contentsMargins()
        lines = self._place(QRect(0, 0, width - edge.left() - edge.right(), 0), dry=True)
        return lines + edge.top() + edge.bottom()

    def setGeometry(self, rect: QRect) -> None:
        """Put each in its place."""
        super().setGeometry(rect)
        self._place(rect.marginsRemoved(self.contentsMargins()), dry=False)

    def sizeHint(self) -> QSize:
        """Return the room of one line."""
        shown = [one.sizeHint() for one in self._shown()]
        gaps = self.spacing() * max(0, len(shown) - 1)
        width = sum(one.width() for one in shown) + gaps
        return self._with_margins(width, shown)

    def minimumSize(self) -> QSize:
        """Return the room of the largest."""
        shown = [one.minimumSize() for one in self._shown()]
        width = max((one.width() for one in shown), default=0)
        return self._with_margins(width, shown)

    def _with_margins(self, width: int, sizes: list[QSize]) -> QSize:
        high = max((one.height() for one in sizes), default=0)
        return QSize(width, high).grownBy(self.contentsMargins())

    def _shown(self) -> list[QLayoutItem]:
        return [one for one in self._items if not one.isEmpty()]

    def _place(self, rect: QRect, *, dry: bool) -> int:
        """Put each in its place, in the middle of its line; returns how high all lines are."""
        y = rect.y()
        for line in self._lines(rect.width()):
            high = max(size.height() for _, size in line)
            x = rect.x()
            for one, size in line:
                if not dry:
                    top = y + (high - size.height()) // 2
                    one.setGeometry(QRect(QPoint(x, top), size))
                x += size.width() + self.spacing()
            y += high + self.spacing()
        return max(0, y - self.spacing() - rect.y())

    def _lines(self, width: int) -> list[list[tuple[QLayoutItem, QSize]]]:
        lines: list[list[tuple[QLayoutItem, QSize]]] = []
        left = -1
        for one in self._shown():
            size = one.sizeHint().expandedTo(one.minimumSize())
            size.setWidth(min(size.width(), width))
            if size.width() > left:
                lines.append([])
                left = width
            lines[-1].append((one, size))
            left -= size.width() + self.spacing()
        return lines


def flowing(*widgets: QWidget, spacing: int = 8) -> QWidget:
    """Return widgets in lines as a widget, for a grid or a column."""
    made = QWidget()
    made.setLayout(Flow(*widgets, spacing=spacing))
    policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
    policy.setHeightForWidth(True)
    made.setSizePolicy(policy)
    return made
