"""The table of devices: rows held, filtered and sorted here, in Python, without a proxy model.

A stock proxy over a Python model takes seconds for 10,000 rows; an own list of indexes takes
milliseconds. Changes touch only their rows, and a row keeps its place while it only changes: order
is made anew when the user sorts or filters, never under the pointer.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterable
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
from desktop.models import columns
from desktop.models.columns import Column
from desktop.models.filters import Filter
from desktop.models.mirror import Mirror
from desktop.models.rows import Row, make, measured
from desktop.models.states import Group
from fleet.model import Changes, Device

Index = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()
_TOLD = ("update", "fit")  # facts that change the row of their device


class Role(IntEnum):
    """What delegates ask beyond Qt's own roles."""

    ROW = Qt.ItemDataRole.UserRole + 1


class DevicesModel(QAbstractTableModel):
    """Rows of the devices that pass the filter, in the order asked for."""

    def __init__(
        self, mirror: Mirror, parent: QObject | None = None, clock: Callable[[], float] = time.time
    ) -> None:
        super().__init__(parent)
        self._mirror = mirror
        self._clock = clock
        self._rows: dict[str, Row] = {}
        self._shown: list[str] = []
        self._places: dict[str, int] = {}
        self._counts: Counter[Group] = Counter()
        self._by_name: list[str] | None = None  # all keys; None: to be sorted anew
        self._filter = Filter()
        self._order = (Column.NAME, Qt.SortOrder.AscendingOrder)
        self.sight: Callable[[], range] | None = None  # places on the screen; None: all
        self.reset()

    # --- what Qt asks ---

    def rowCount(self, parent: Index = _ROOT) -> int:
        """Return how many devices are shown."""
        return 0 if parent.isValid() else len(self._shown)

    def columnCount(self, parent: Index = _ROOT) -> int:
        """Return how many columns there are."""
        return 0 if parent.isValid() else len(Column)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:  # noqa: ANN401 - Qt's own signature
        """Return what a cell shows or says; None at once for roles we do not serve."""
        if role not in _SERVED or not index.isValid() or index.row() >= len(self._shown):
            return None
        row = self._rows[self._shown[index.row()]]
        if role == Role.ROW:
            return row
        column, now = Column(index.column()), self._clock()
        if role == Qt.ItemDataRole.ToolTipRole:
            return columns.text(column, row, now) if column is Column.STATE else None
        if role == Qt.ItemDataRole.AccessibleTextRole:
            said = spoken(row, now) if column is Column.NAME else columns.text(column, row, now)
            return said or translate("Columns", "nothing")
        return columns.text(column, row, now)

    def headerData(
        self,
        section: int,
        orientation: Qt.Orientation,
        role: int = Qt.ItemDataRole.DisplayRole,
    ) -> Any:  # noqa: ANN401 - Qt's own signature
        """Return a column's name."""
        if orientation is not Qt.Orientation.Horizontal or role != Qt.ItemDataRole.DisplayRole:
            return None
        return columns.title(Column(section))

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Order the rows by a column; equal ones stay by name."""
        if column < 0:
            return
        self._order = (Column(column), order)
        named = self._named()
        whole = len(self._shown) == len(named)
        self._arrange(list(named) if whole else [key for key in named if key in self._places])

    # --- what the page asks ---

    def row_at(self, number: int) -> Row | None:
        """Return the row at a place."""
        return self._rows[self._shown[number]] if 0 <= number < len(self._shown) else None

    def place(self, key: str) -> int:
        """Return where a device's row is; -1 where it is not shown."""
        return self._places.get(key, -1)

    def rows(self) -> Iterable[Row]:
        """Return the rows of all devices, shown or not."""
        return self._rows.values()

    def count(self, group: Group) -> int:
        """Return how many devices are in a group, whatever is typed into the search."""
        return self._counts[group]

    @property
    def order(self) -> tuple[Column, Qt.SortOrder]:
        """By which column the rows are sorted, and which way."""
        return self._order

    @property
    def filter(self) -> Filter:
        """What is shown now."""
        return self._filter

    def choose(self, wanted: Filter) -> None:
        """Show what passes `wanted`, in order."""
        self._filter = wanted
        self._show()

    def reset(self) -> None:
        """Read the whole mirror again."""
        self._rows = {key: self._row(device) for key, device in self._mirror.devices.items()}
        self._by_name = None
        self._counts = Counter(group for row in self._rows.values() for group in row.groups)
        self._show()

    def apply(self, changes: Changes) -> None:
        """Take in what changed (the mirror has folded it already)."""
        whole = self._behind(changes).union(*(changes.facts.get(kind, {}) for kind in _TOLD))
        touched = whole | changes.devices.keys()
        fresh: list[str] = []
        sight = self.sight() if self.sight else range(len(self._shown))
        for key in touched:
            if key in whole or not self._measure(key, sight):
                self._touch(key, fresh, sight)
        if fresh:
            self._append(fresh)

    def passed(self, first: int, last: int) -> None:
        """Say that time has passed for the rows in sight: their "seen" is drawn again."""
        if 0 <= first <= last < len(self._shown):
            self.dataChanged.emit(self.index(first, Column.SEEN), self.index(last, Column.SEEN))

    # --- rows ---

    def _row(self, device: Device) -> Row:
        return make(self._mirror, device)

    def _behind(self, changes: Changes) -> set[str]:
        """Return who is behind a gateway that is called otherwise now."""
        called = {
            key
            for key, device in changes.devices.items()
            if (row := self._rows.get(key)) and (device is None or device.name != row.device.name)
        }
        if not called:
            return set()
        return {key for key, row in self._rows.items() if row.device.via in called}

    def _measure(self, key: str, sight: range) -> bool:
        """Take in what a device measures; False where that is not all that has changed."""
        before, device = self._rows.get(key), self._mirror.devices.get(key)
        row = measured(before, device) if before and device else None
        if row is None:
            return False
        self._rows[key] = row
        self._draw(self._places.get(key), sight)
        return True

    def _draw(self, place: int | None, sight: range) -> None:
        if place is not None and place in sight:  # the others are read when they are scrolled to
            self.dataChanged.emit(self.index(place, 0), self.index(place, len(Column) - 1))

    def _touch(self, key: str, fresh: list[str], sight: range) -> None:
        device = self._mirror.devices.get(key)
        if device is None:
            self._counts.subtract(row.groups if (row := self._rows.pop(key, None)) else ())
            self._by_name = None
            self._remove(key)
            return
        row = self._row(device)
        before = self._rows.get(key)
        known = before is not None
        if before is None or before.device.name != device.name:
            self._by_name = None
        self._counts.subtract(before.groups if before else ())
        self._counts.update(row.groups)
        self._rows[key] = row
        place = self._places.get(key)
        if place is not None:
            self._draw(place, sight)
        elif not known and self._filter.passes(row, self._clock()):
            fresh.append(key)

    def _remove(self, key: str) -> None:
        place = self._places.get(key)
        if place is None:
            return
        self.beginRemoveRows(_ROOT, place, place)
        del self._shown[place]
        self._number()
        self.endRemoveRows()

    def _append(self, keys: list[str]) -> None:
        first = len(self._shown)
        self.beginInsertRows(_ROOT, first, first + len(keys) - 1)
        self._shown += sorted(keys, key=lambda key: _name(self._rows[key]))
        self._number()
        self.endInsertRows()

    def _show(self) -> None:
        self.beginResetModel()
        now, passes = self._clock(), self._filter.passes
        rows = self._rows
        named = self._named()
        some = [key for key in named if passes(rows[key], now)] if self._filter.narrows else named
        self._shown = self._ordered(some)
        self._number()
        self.endResetModel()

    def _arrange(self, keys: list[str]) -> None:
        self.layoutAboutToBeChanged.emit()
        before = [(index, self._shown[index.row()]) for index in self.persistentIndexList()]
        self._shown = self._ordered(keys)
        self._number()
        self.changePersistentIndexList(
            [index for index, _ in before],
            [self.index(self._places[key], index.column()) for index, key in before],
        )
        self.layoutChanged.emit()

    def _named(self) -> list[str]:
        """Return the keys of all devices by name: sorted once, not at each letter typed."""
        if self._by_name is None:
            self._by_name = sorted(self._rows, key=lambda key: _name(self._rows[key]))
        return self._by_name

    def _ordered(self, keys: list[str]) -> list[str]:
        """Return keys that stand by name in the order asked for; equal ones stay by name."""
        column, order = self._order
        down = order is Qt.SortOrder.DescendingOrder
        if column is Column.NAME:
            return keys[::-1] if down else list(keys)
        by, rows = columns.KNOWN[column].key, self._rows
        values = [by(rows[key]) for key in keys]
        ranked = sorted(range(len(keys)), key=values.__getitem__, reverse=down)
        return [keys[number] for number in ranked]

    def _number(self) -> None:
        self._places = dict(zip(self._shown, range(len(self._shown)), strict=True))


def _name(row: Row) -> str:
    return row.device.name.casefold()


def spoken(row: Row, now: float) -> str:
    """Return a whole row as it is read out: "Ceiling lamp, Kitchen, LGT-01; Update ready; ..."."""
    device = row.device
    who = ", ".join(part for part in (device.name, device.room, device.model, *row.tags) if part)
    runs = row.version
    if row.target:
        runs = translate("Devices", "{version} to {target}").format(
            version=row.version, target=row.target
        )
    seen = translate("Devices", "seen {ago}").format(ago=columns.text(Column.SEEN, row, now))
    state = columns.text(Column.STATE, row, now)
    return "; ".join(part for part in (who, state, runs, seen) if part)


_SERVED = frozenset(
    {
        int(Qt.ItemDataRole.DisplayRole),
        int(Qt.ItemDataRole.AccessibleTextRole),
        int(Qt.ItemDataRole.ToolTipRole),
        int(Role.ROW),
    }
)
