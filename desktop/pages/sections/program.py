"""The section about this program: its version, new ones, and how far it goes by itself."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QApplication,
    QButtonGroup,
    QFrame,
    QProgressBar,
    QPushButton,
    QSizePolicy,
    QWidget,
)

from desktop.desk import Desk
from desktop.language import translate
from desktop.models import about, program
from desktop.models.program import CHANNELS, DEEDS, ICONS, MODES, Deed
from desktop.pages.sections.setting import Setting, meaning
from desktop.selfupdate.facts import Mode, Program
from desktop.widgets import parts
from desktop.widgets.flow import Flow, flowing
from desktop.wishes_program import ProgramWishes
from firmware.release import Channel

_PICTURE = 24


def make(desk: Desk) -> Sequence[QWidget]:
    """Return the cards of this section."""
    return (ProgramCard(desk), RenewalCard(desk))


class ProgramCard(Setting):
    """Which version runs, what there is beyond it, and what can be done now."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, translate("Program", "This program"), {"program"})
        self._wishes = ProgramWishes(desk.wishes.client)
        self.version = parts.label(percent=parts.CARD_TITLE, bold=True)
        self.identity = meaning()
        self.title = parts.label(bold=True, wrap=True)
        self.text = parts.label(tone="muted", wrap=True)
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(translate("Program", "How far it has come"))
        self.notes = parts.label(wrap=True)
        self.notes_title = parts.label(
            translate("Program", "What is new"), tone="muted", percent=parts.SMALL
        )
        self.buttons = {deed: self._button(deed) for deed in Deed}
        self._waits: QWidget | None = None  # has the focus until something can be done again
        self._picture = parts.picture("info", "info", _PICTURE)
        self.add(self.version)
        self.add(self.identity)
        self.add(parts.rule())
        self.add(self._state())
        self.add(parts.column(self.notes_title, self.notes))
        self.add(flowing(*self.buttons.values()))
        self.back_means = meaning()
        self.add(self.back_means)
        self.add(self.wrong)
        look = translate("OwnCopy", "Check this copy")
        self.look = parts.button(look, lambda: desk.go("settings", "about/check"), look="link")
        self.add(parts.row(self.look, None))
        self.show_now()

    def show_now(self) -> None:
        """Show what the house says of the program; until it does, what this window is."""
        now = self._desk.mirror.program()
        name = translate("About", "Orangery {version}")
        self.version.setText(name.format(version=now.version if now else about.program()))
        self.identity.setText(program.identity(now) if now else about.built())
        self.identity.setVisible(bool(self.identity.text()))
        shown = program.state(now, self._desk.clock()) if now else program.unheard()
        parts.redraw(self._picture, shown.icon, shown.tone)
        for label, words in (
            (self.title, shown.title),
            (self.text, shown.text),
            (self.notes, shown.notes),
            (self.notes_title, translate("Program", "What is new") if shown.notes else ""),
        ):
            label.setText(words)
            label.setVisible(bool(words))
        self._show_progress(shown.percent)
        self._show_deeds(now, shown.deeds)

    def _state(self) -> QWidget:
        made = QWidget()
        line = parts.row(spacing=12)
        line.setContentsMargins(0, 0, 0, 0)
        line.addWidget(self._picture, 0, Qt.AlignmentFlag.AlignTop)
        words = parts.column(self.title, self.text, self.bar)
        line.addLayout(words, 1)
        made.setLayout(line)
        return made

    def _show_progress(self, percent: int | None) -> None:
        self.bar.setVisible(percent is not None)
        if percent is not None:
            self.bar.setRange(0, 0 if percent < 0 else 100)
            self.bar.setValue(max(percent, 0))

    def _show_deeds(self, now: Program | None, deeds: Sequence[Deed]) -> None:
        self.back_means.setText(program.back_means(now) if now else "")
        self.back_means.setVisible(Deed.BACK in deeds)
        versions = (
            {Deed.BACK: now.before, Deed.STAY: now.version, Deed.AGAIN: now.failed} if now else {}
        )
        self._keep_focus(deeds)
        for deed, button in self.buttons.items():
            button.setVisible(deed in deeds)
            words = translate("Program", DEEDS[deed]).format(version=versions.get(deed, ""))
            button.setText(words)
            button.setAccessibleName(words)
            parts.relook(button, "primary" if deed in deeds[:1] else "", ICONS[deed])

    def _keep_focus(self, deeds: Sequence[Deed]) -> None:
        """Lead the keys to what can be done now, where what was pressed goes away."""
        focused = QApplication.focusWidget()
        pressed = focused in self.buttons.values()
        if not pressed and (focused is None or focused is not self._waits):
            self._waits = None
            return
        if deeds and not (pressed and focused in [self.buttons[one] for one in deeds]):
            self.buttons[deeds[0]].setVisible(True)
            self.buttons[deeds[0]].setFocus()
            self._waits = None
        elif not deeds:  # nothing can be done for a while: it waits at the way to the check
            self.look.setFocus()
            self._waits = self.look

    def _button(self, deed: Deed) -> QPushButton:
        return parts.button(
            translate("Program", DEEDS[deed]), lambda: self._do(deed), icon=ICONS[deed]
        )

    def _do(self, deed: Deed) -> None:
        """Ask the house; what becomes of it is told as the fact that this card shows."""
        wishes = self._wishes
        asked: dict[Deed, Callable[[], Any]] = {
            Deed.CHECK: wishes.check,
            Deed.FETCH: wishes.renew,
            Deed.STOP: wishes.stop,
            Deed.RESTART: wishes.restart,
            Deed.BACK: wishes.back,
            Deed.STAY: wishes.back,
            Deed.AGAIN: lambda: wishes.renew(again=True),
        }
        if deed is Deed.REPORT:
            self._desk.report_wanted.emit("")
            return
        self.wrong.hide()
        cancel = wishes.stop if deed in (Deed.FETCH, Deed.AGAIN) else None
        words = translate("Program", "A new version of this program")
        self._desk.ask(asked[deed](), self, None, self.tell_wrong, words=words, cancel=cancel)


class RenewalCard(Setting):
    """Which versions, and how far the program goes by itself; both apply at once."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, translate("Program", "New versions"), {"program"})
        self._wishes = ProgramWishes(desk.wishes.client)
        self.channels = {
            channel: parts.button(translate("Program", words), look="segment")
            for channel, (words, _) in CHANNELS.items()
        }
        self.modes = {
            mode: parts.button(translate("Program", words), look="segment")
            for mode, (words, _) in MODES.items()
        }
        self._channel_means, self._mode_means, self.looked = meaning(), meaning(), meaning()
        for mode, button in self.modes.items():
            button.clicked.connect(lambda _=False, mode=mode: self._chose_mode(mode))
        for channel, button in self.channels.items():
            button.clicked.connect(lambda _=False, one=channel: self._chose_channel(one))
        far = translate("Program", "How far it goes by itself")
        train = translate("Program", "Channel of this program")
        for name, buttons, means in (
            (far, self.modes.values(), self._mode_means),
            (train, self.channels.values(), self._channel_means),
        ):
            column = parts.column(parts.label(name, tone="muted", wrap=True), spacing=8)
            column.addLayout(parts.row(_segments(self, name, buttons), None))
            column.addWidget(means)
            self.add(column)
        text = translate(
            "Program",
            "Only files are asked for; nothing about you, your home or your devices is sent. Every "
            "byte is held against the makers' signatures before it is used.",
        )
        self.add(self.looked)
        self.add(meaning(text))
        self.add(self.wrong)
        self.show_now()

    def show_now(self) -> None:
        """Show what was chosen; what this copy cannot do is not offered."""
        now = self._desk.mirror.program()
        modes = program.mode_matters(now) if now else ()
        parts.show_if(self, bool(modes))
        if now is None:
            return
        self.looked.setText(program.looked(now, self._desk.clock()))
        for mode, button in self.modes.items():
            button.setVisible(mode in modes)
            button.setChecked(mode is now.mode)
        for channel, button in self.channels.items():
            button.setChecked(channel is now.channel)
        self._mode_means.setText(translate("Program", MODES[now.mode][1]))
        self._channel_means.setText(translate("Program", CHANNELS[now.channel][1]))

    def _chose_mode(self, mode: Mode) -> None:
        now = self._desk.mirror.program()
        if now is not None and mode is not now.mode:
            what = translate("Program", "How far it goes by itself")
            back = lambda: self._wishes.mode(now.mode)  # noqa: E731 - the way back
            self.change(what, self._wishes.mode(mode), back)
        self.show_now()

    def _chose_channel(self, channel: Channel) -> None:
        now = self._desk.mirror.program()
        if now is not None and channel is not now.channel:
            what = translate("Program", "Channel of this program")
            back = lambda: self._wishes.channel(now.channel)  # noqa: E731 - the way back
            self.change(what, self._wishes.channel(channel), back)
        self.show_now()


def _segments(parent: QWidget, name: str, buttons: Collection[QPushButton]) -> QFrame:
    """Return buttons of which one is chosen, in one frame; `name` is what they choose."""
    group = QButtonGroup(parent)
    for button in buttons:
        button.setCheckable(True)
        button.setAccessibleName(f"{name}: {button.text()}")
        group.addButton(button)
    made = QFrame()
    made.setObjectName("segments")
    lines = Flow(*buttons, spacing=2)
    lines.setContentsMargins(2, 2, 2, 2)
    made.setLayout(lines)
    policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
    policy.setHeightForWidth(True)
    made.setSizePolicy(policy)
    return made
