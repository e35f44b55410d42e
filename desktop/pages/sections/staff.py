"""The section for staff: of a maker's releases, and of a hub."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QFileDialog, QWidget

from desktop.desk import Desk
from desktop.language import translate
from desktop.pages.sections.hub_staff import HubStaffCard
from desktop.pages.sections.setting import Setting
from desktop.widgets import parts
from desktop.widgets.flow import flowing


def make(desk: Desk) -> Sequence[QWidget]:
    """Return the cards of this section."""
    return (HubStaffCard(desk), StaffCard(desk))


class StaffCard(Setting):
    """For release staff: where their maker's folder lies."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, translate("Settings", "For release staff"), {"release"})
        self._text = parts.label(tone="muted", wrap=True)
        self.choose = parts.button(
            translate("Settings", "Choose a release folder…"), self._choose, icon="shield-check"
        )
        self.leave = parts.button(translate("Settings", "Hide the page"), lambda: self._use(""))
        self.add(self._text)
        self.add(self.wrong)
        self.add(flowing(self.choose, self.leave))
        self.show_now()

    def show_now(self) -> None:
        """Show the folder, or for whom this is."""
        folder = self._desk.mirror.release_folder()
        none = translate(
            "Settings", "If you hold a signing key of a maker, choose the folder of its releases."
        )
        self._text.setText(folder or none)
        self.leave.setVisible(bool(folder))

    def _choose(self) -> None:
        title = translate("Settings", "Choose a release folder")
        chosen = QFileDialog.getExistingDirectory(self, title, self._desk.mirror.release_folder())
        if chosen:
            self._use(chosen)

    def _use(self, folder: str) -> None:
        before, wishes = self._desk.mirror.release_folder(), self._desk.wishes
        what = translate("Settings", "For release staff")
        back = lambda: wishes.release_folder(before)  # noqa: E731 - the way back
        self.change(what, wishes.release_folder(folder), back)
