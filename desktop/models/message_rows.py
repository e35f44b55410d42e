"""The list of messages: some thousands at most, the newest at the end, added in batches."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from enum import IntEnum
from typing import Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
)

from desktop.language import translate
from desktop.models import messages
from desktop.models.rows import dialect_name
from fleet.model import Device
from fleet.ring import Noted

Index = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()

MOST = 5_000
"""Rows that are held; older ones go."""


class Column(IntEnum):
    """The columns, in their order."""

    TIME = 0
    TOPIC = 1
    PAYLOAD = 2
    WHOSE = 3


class Role(IntEnum):
    """What delegates ask beyond Qt's own roles."""

    NOTED = Qt.ItemDataRole.UserRole + 1


class MessageRows(QAbstractTableModel):
    """What was said, a message a row; texts are made when a cell is drawn or read."""

    def __init__(
        self, devices: Mapping[str, Device], parent: QObject | None = None, most: int = MOST
    ) -> None:
        super().__init__(parent)
        self._devices, self._most = devices, most
        self._rows: list[Noted] = []

    # --- what Qt asks ---

    def rowCount(self, parent: Index = _ROOT) -> int:
        """Return how many messages there are."""
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = _ROOT) -> int:
        """Return how many columns there are."""
        return 0 if parent.isValid() else len(Column)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:  # noqa: ANN401 - Qt's own signature
        """Return what a cell shows or says; None at once for roles we do not serve."""
        if role not in _SERVED or not index.isValid() or index.row() >= len(self._rows):
            return None
        one = self._rows[index.row()]
        if role == Role.NOTED:
            return one
        text = self.text(one, index.column())
        if role == Qt.ItemDataRole.AccessibleTextRole and index.column() == Column.TIME:
            return f"{text}, {way_of(one)}"
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return text or translate("Columns", "nothing")
        return text

    def headerData(
        self,
        section: int,
        orientation: Qt.Orientation,
        role: int = Qt.ItemDataRole.DisplayRole,
    ) -> Any:  # noqa: ANN401 - Qt's own signature
        """Return a column's name."""
        if orientation is not Qt.Orientation.Horizontal or role != Qt.ItemDataRole.DisplayRole:
            return None
        return (
            translate("Messages", "Time"),
            translate("Messages", "Topic"),
            translate("Messages", "Message"),
            translate("Messages", "Who"),
        )[section]

    # --- what the list asks ---

    def text(self, one: Noted, column: int) -> str:
        """Return what a cell of this message shows."""
        if column == Column.TIME:
            return clock_of(one.at)
        if column == Column.TOPIC:
            return one.topic
        if column == Column.PAYLOAD:
            return messages.one_line(one.payload)
        return whose(one, self._devices)

    def row_at(self, place: int) -> Noted | None:
        """Return the message in a row."""
        return self._rows[place] if 0 <= place < len(self._rows) else None

    def rows(self) -> Sequence[Noted]:
        """Return all messages that are held, oldest first."""
        return tuple(self._rows)

    def place(self, number: int) -> int:
        """Return the row of a message; -1 where it is not held."""
        low, high = 0, len(self._rows)
        while low < high:
            middle = (low + high) // 2
            if self._rows[middle].number < number:
                low = middle + 1
            else:
                high = middle
        found = low < len(self._rows) and self._rows[low].number == number
        return low if found else -1

    def add(self, fresh: Sequence[Noted]) -> int:
        """Put messages at the end; return how many old ones had to go from the top."""
        fresh = fresh[-self._most :]
        if not fresh:
            return 0
        over = max(0, len(self._rows) + len(fresh) - self._most)
        if over:
            self.beginRemoveRows(_ROOT, 0, over - 1)
            del self._rows[:over]
            self.endRemoveRows()
        first = len(self._rows)
        self.beginInsertRows(_ROOT, first, first + len(fresh) - 1)
        self._rows.extend(fresh)
        self.endInsertRows()
        return over

    def clear(self) -> None:
        """Let all messages go."""
        self.beginResetModel()
        self._rows = []
        self.endResetModel()


def clock_of(at: float) -> str:
    """Return a moment to the millisecond, on the reader's own clock."""
    return dt.datetime.fromtimestamp(at).strftime("%H:%M:%S.%f")[:-3]  # noqa: DTZ006 - the reader's own clock


def way_of(one: Noted) -> str:
    """Return in a word which way a message went."""
    if one.sent:
        return translate("Messages", "sent by us")
    return translate("Messages", "retained") if one.retain else translate("Messages", "heard")


def whose(one: Noted, devices: Mapping[str, Device]) -> str:
    """Return who said a message, or for whom it was: dialect and names."""
    known = [devices[key] for key in one.devices if key in devices]
    if not known:
        return translate("Messages", "Orangery") if one.sent else translate("Messages", "unknown")
    names = ", ".join(device.name for device in known)
    title = dialect_name(known[0])
    return f"{title} · {names}" if title else names


_SERVED = frozenset(
    {
        int(Qt.ItemDataRole.DisplayRole),
        int(Qt.ItemDataRole.AccessibleTextRole),
        int(Role.NOTED),
    }
)
