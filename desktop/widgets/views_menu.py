"""The button that offers saved views and columns."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QMenu, QWidget

from desktop.language import translate
from desktop.memory import Memory
from desktop.models.views import View, Views
from desktop.widgets import parts

KEPT = "devices.views"
"""Where the window's memory has them."""


class ViewsButton(QWidget):
    """Remembers views in the window's memory; the page says and shows what they hold."""

    chosen = Signal(object)  # View: show it
    save_wanted = Signal()  # ask for a name
    rename_wanted = Signal(object)  # View
    said = Signal(str, object)  # what was done, and Views as they were before: it can be undone

    def __init__(
        self, memory: Memory, now: Callable[[], View], columns: Callable[[str], QMenu]
    ) -> None:
        """`now`: what is shown, without a name. `columns`: a menu of that title to tick them in."""
        super().__init__()
        self._memory = memory
        self._now = now
        self._columns = columns
        self.button = parts.button("", self._open, look="quiet", icon="bookmark")
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.addWidget(self.button)
        self.refresh()

    @property
    def views(self) -> Views:
        """Those there are."""
        return self._memory.get(KEPT, Views, Views())

    def refresh(self) -> None:
        """Say which of them is shown, if one is."""
        showing = self.views.showing(self._now())
        said = showing.name if showing else translate("Devices", "Views")
        if self.button.text() != said:
            self.button.setText(said)
            parts.dress(self.button, "bookmark", "text")  # with room before the words
            name = translate("Devices", "Views and columns")
            self.button.setAccessibleName(f"{name}: {said}" if showing else name)
            self.button.setToolTip(name)

    def save(self, name: str) -> None:
        """Save what is shown under a name."""
        view = self._now()
        named = View(name=name, text=view.text, group=view.group, columns=view.columns)
        said = translate("Devices", "View “{name}” saved").format(name=name)
        self._put(self.views.saved(named), said)

    def rename(self, view: View, name: str) -> None:
        """Call a view otherwise."""
        said = translate("Devices", "View “{was}” is called “{name}” now")
        self._put(self.views.renamed(view, name), said.format(was=view.name, name=name))

    def remove(self, view: View) -> None:
        """Remove a view."""
        said = translate("Devices", "View “{name}” removed").format(name=view.name)
        self._put(self.views.without(view), said)

    def put_back(self, views: Views) -> None:
        """Take a change back."""
        self._memory.put(KEPT, views)
        self.refresh()

    def menu(self) -> QMenu:
        """Return the menu as it stands now."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        views = self.views
        showing = views.showing(self._now())
        for view in views.each:
            action = menu.addAction(view.name)
            action.setCheckable(True)
            action.setChecked(view is showing)
            action.triggered.connect(partial(self._choose, view))
        if views.each:
            menu.addSeparator()
        save = menu.addAction(translate("Devices", "Save this view…"))
        save.triggered.connect(lambda _=False: self.save_wanted.emit())
        for title, do in (
            (translate("Devices", "Rename a view"), self.rename_wanted.emit),
            (translate("Devices", "Remove a view"), self.remove),
        ):
            inner = menu.addMenu(title)
            inner.setEnabled(bool(views.each))
            for view in views.each:
                inner.addAction(view.name).triggered.connect(partial(_called, do, view))
        menu.addSeparator()
        menu.addMenu(self._columns(translate("Devices", "Columns")))
        return menu

    def _open(self) -> None:
        self.menu().popup(self.button.mapToGlobal(self.button.rect().bottomLeft()))

    def _choose(self, view: View, _on: object = None) -> None:
        self.chosen.emit(view)

    def _put(self, views: Views, said: str) -> None:
        before = self.views
        if views != before:
            self._memory.put(KEPT, views)
            self.refresh()
            self.said.emit(said, before)


def _called(do: Callable[[View], object], view: View, _on: object = None) -> None:
    do(view)
