"""A list of things with a state each: what reports, clusters and ideas are chosen from."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from desktop.models.states import Look

Index = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()
ENTRY_ROLE = Qt.ItemDataRole.UserRole + 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One thing in the list."""

    id: str
    title: str
    look: Look
    under: str


class EntriesModel(QAbstractListModel):
    """The entries, in the order in which they were given."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._entries: list[Entry] = []

    def rowCount(self, parent: Index = _ROOT) -> int:
        """Return how many there are."""
        return 0 if parent.isValid() else len(self._entries)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return what a row says."""
        if not index.isValid():
            return None
        entry = self._entries[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return entry.title
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return ", ".join(part for part in (entry.title, entry.look.word, entry.under) if part)
        if role == Qt.ItemDataRole.ToolTipRole:  # in a narrow list words are cut
            return "\n".join(part for part in (entry.title, entry.under) if part)
        return entry if role == ENTRY_ROLE else None

    def show(self, entries: list[Entry]) -> None:
        """Show these; rows only changed keep their place and their selection."""
        if [one.id for one in entries] != [one.id for one in self._entries]:
            self.beginResetModel()
            self._entries = entries
            self.endResetModel()
            return
        for place, (old, new) in enumerate(zip(self._entries, entries, strict=True)):
            if old != new:
                self._entries[place] = new
                self.dataChanged.emit(self.index(place), self.index(place))

    def place(self, name: str) -> int:
        """Return where an entry is; -1 where it is not."""
        return next((at for at, one in enumerate(self._entries) if one.id == name), -1)
