"""The rows of the record of updates for a table: those that say what is searched for."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from desktop import theme
from desktop.models import history
from desktop.models.history import Step

Index = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()
_ICON, _WHAT, _VERSIONS = 16, 2, 3


class HistoryRows(QAbstractTableModel):
    """Filled once; searching hides rows."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._steps: Sequence[Step] = ()
        self.shown: Sequence[Step] = ()

    def fill(self, steps: Sequence[Step]) -> None:
        """Show these."""
        self._steps = steps
        self.search("")

    def search(self, typed: str) -> None:
        """Show those that say all of what was typed."""
        self.beginResetModel()
        self.shown = [one for one in self._steps if one.says(typed)]
        self.endResetModel()

    def rowCount(self, parent: Index = _ROOT) -> int:
        """Return how many are shown."""
        return 0 if parent.isValid() else len(self.shown)

    def columnCount(self, parent: Index = _ROOT) -> int:
        """Return how many columns there are."""
        return 0 if parent.isValid() else len(history.heads())

    def headerData(
        self,
        section: int,
        orientation: Qt.Orientation,
        role: int = Qt.ItemDataRole.DisplayRole,
    ) -> object:
        """Return what stands above a column."""
        if orientation is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return history.heads()[section]
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return what a cell says; its state by icon and word."""
        one = self.shown[index.row()]
        text = (one.when, one.device, one.said, one.versions, one.why)[index.column()]
        if role in {Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole}:
            return text
        if role == Qt.ItemDataRole.DecorationRole and index.column() == _WHAT:
            return theme.icon(one.icon, one.tone, _ICON)
        return None
