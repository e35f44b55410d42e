"""The section about health: what the doctor finds, what to do, and a bundle for who helps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import (
    QAccessible,
    QAccessibleAnnouncementEvent,
    QGuiApplication,
    QShowEvent,
)
from PySide6.QtWidgets import QApplication, QWidget
from shiboken6 import isValid

from desktop.aside import aside
from desktop.desk import Desk
from desktop.doctor.finding import Finding, Mark, worst
from desktop.language import current, translate
from desktop.models import doctor
from desktop.pages.sections.setting import Setting, meaning
from desktop.widgets import parts
from desktop.widgets.flow import flowing
from fleet.later import later

if TYPE_CHECKING:
    from desktop.dialogs import support
    from desktop.doctor import bundle, examination, patient
    from desktop.doctor.bundle import Bundle
    from desktop.doctor.patient import Patient
else:  # few look at it, and what it looks with is much
    support = later("desktop.dialogs.support")
    bundle, patient = later("desktop.doctor.bundle"), later("desktop.doctor.patient")
    examination = later("desktop.doctor.examination")

_LOOKS: Mapping[Mark, tuple[str, str]] = {
    Mark.GOOD: ("circle-check", "ok"),
    Mark.UNKNOWN: ("circle-help", "muted"),
    Mark.LOOK: ("triangle-alert", "warn"),
    Mark.WRONG: ("circle-x", "bad"),
}
_ICON = 20
_TOP = Qt.AlignmentFlag.AlignTop
_TONES = {Mark.GOOD: "ok", Mark.LOOK: "warn", Mark.WRONG: "bad"}


def make(desk: Desk) -> Sequence[QWidget]:
    """Return the cards of this section."""
    return (HealthCard(desk),)


class HealthCard(Setting):
    """Looks when it is first seen, and again when a person says so; it changes nothing."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, translate("Health", "Health"))
        self.findings: tuple[Finding, ...] = ()
        self._patient: Patient | None = None
        self._looked = False
        self._led_to: QWidget | None = None  # where Qt leads the keys while nothing can be pressed
        text = translate(
            "Health",
            "Broker, rights, clock, disk, keyring, makers, hub, ports, databases: all that this "
            "house needs is looked at. Nothing is changed by that.",
        )
        self.sum = parts.label(bold=True, wrap=True)
        self.rows = parts.form()
        self.again = parts.button(translate("Health", "Look again"), self.look, icon="refresh-cw")
        self.copy = parts.button(translate("Health", "Copy"), self._copy, icon="copy")
        save = translate("Health", "Save for support…")
        self.save = parts.button(save, self._save, icon="file-down")
        self.add(meaning(text))
        self.add(self.sum)
        self.add(self.rows)
        self.add(self.wrong)
        self.add(flowing(self.again, self.copy, self.save))
        self.copy.setEnabled(False)
        self.save.setEnabled(False)
        if desk.folder is None:
            self.again.setEnabled(False)
            self.sum.setText(translate("Health", "There is nothing to look at in a demo."))

    def showEvent(self, event: QShowEvent) -> None:
        """Look, the first time."""
        super().showEvent(event)
        if not self._looked and self._desk.folder is not None:
            self.look()

    def look(self) -> None:
        """Look at everything, aside; how far it is, is shown."""
        desk, folder = self._desk, self._desk.folder
        if folder is None:
            return
        self._looked = True
        pressed = self.again.hasFocus()
        for button in (self.again, self.copy, self.save):
            button.setEnabled(False)
        self._led_to = QApplication.focusWidget() if pressed else None
        self._progress(0, len(examination.CHECKS))
        shown = desk.asked.snapshot()

        def told(done: int, all_: int) -> None:
            desk.bridge.call(lambda: self._progress(done, all_))

        def looked() -> tuple[Patient, tuple[Finding, ...]]:
            ill = patient.of(folder, shown=shown)
            return ill, examination.examine(ill, told=told)

        desk.ask(aside(looked), self, lambda found: self.show_found(*found), self._failed)

    def show_found(self, ill: Patient, findings: Sequence[Finding]) -> None:
        """Show what was found of `ill`, which can be saved from now on."""
        self._patient = ill
        self.show_findings(findings)
        for button in (self.again, self.copy, self.save):
            button.setEnabled(True)
        self._told()

    def show_findings(self, findings: Sequence[Finding]) -> None:
        """Show what was found, the worst first."""
        self.findings = tuple(findings)
        self.sum.setText(doctor.total(findings, current()))
        parts.tint(self.sum, _TONES[worst(tuple(findings))])
        parts.empty(self.rows)
        self.rows.setColumnMinimumWidth(0, _ICON)
        self.rows.setColumnStretch(1, 1)
        for number, found in enumerate(examination.order(findings)):
            icon, tone = _LOOKS[found.mark]
            said = doctor.line(found, current())
            picture = parts.picture(icon, tone, _ICON)
            picture.setToolTip(said.how)
            title = translate("Health", "{name}: {how}").format(name=said.name, how=said.how)
            words = parts.column(parts.label(title, bold=True, wrap=True))
            words.addWidget(parts.label(said.words, wrap=True))
            if said.hint:
                words.addWidget(parts.label(said.hint, tone="muted", wrap=True))
            self.rows.addWidget(picture, number, 0, _TOP)
            self.rows.addLayout(words, number, 1)
        self.wrong.hide()

    def _progress(self, done: int, all_: int) -> None:
        if isValid(self) and not self.again.isEnabled():
            text = translate("Health", "Looked at {done} of {all}…")
            parts.tint(self.sum, "text")
            self.sum.setText(text.format(done=done, all=all_))

    def _failed(self, error: BaseException) -> None:
        self.again.setEnabled(True)
        self.sum.setText("")
        self.tell_wrong(error)
        self._told()

    def _told(self) -> None:
        """Say what it came to, and give the keys back to who pressed and has not gone elsewhere."""
        said = self.wrong.text() if self.wrong.isVisibleTo(self) else self.sum.text()
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, said))
        if self._led_to is not None and self._led_to is QApplication.focusWidget():
            self.again.setFocus()
        self._led_to = None

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(doctor.text(self.findings, current()))
        self._desk.say(translate("Health", "Copied"))

    def _save(self) -> None:
        """Gather what would be saved, and show all of it before."""
        ill, findings, desk = self._patient, self.findings, self._desk
        if ill is None:
            return
        self.save.setEnabled(False)

        def show(made: Bundle) -> None:
            self.save.setEnabled(True)
            desk.dialog_wanted.emit(lambda parent: support.SupportDialog(desk, made, parent))

        desk.ask(aside(lambda: bundle.gather(ill, findings)), self, show, self.tell_wrong)
