"""The card "When updates happen": a preset, hours of one's own, limits; each says what it means."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QWidget

from desktop import policy as rules
from desktop.desk import Desk
from desktop.language import translate
from desktop.models import policy
from desktop.models.policy import Number, Switch
from desktop.pages.sections.setting import Setting, meaning, ticked, wide
from desktop.widgets import parts
from desktop.widgets.choice import Choice
from desktop.widgets.flow import Flow
from desktop.widgets.hours import FRESH, Hours
from desktop.widgets.tick import Tick
from firmware.plan import Begins, Plan, Window

_SMALL_FIELD = 120
_AGAIN_MS = 60_000


class PolicyCard(Setting):
    """Every change applies at once; the house's word is what is shown."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, translate("Policy", "When updates happen"), {"plan", "power"})
        self.presets = Choice(translate("Policy", "When updates begin"))
        self.zones = Choice(translate("Policy", "Time zone"))
        self.hours = Hours()
        self.numbers = {one.name: _number(one) for one in policy.numbers()}
        self.switches = {one.name: _switch(one) for one in policy.switches()}
        self._sentence = parts.label(percent=parts.SMALL, tone="muted", wrap=True)
        self._zone_note = parts.label(percent=parts.SMALL, tone="warn")
        self._next = parts.label(wrap=True)
        self._asleep = parts.label(percent=parts.SMALL, tone="warn", wrap=True)
        self.more = parts.button(translate("Policy", "More"), self._toggle, look="link")
        self._rest = QWidget()
        self._fill()
        self._lay()
        self._listen()
        self.show_now()

    # --- making ---

    def _fill(self) -> None:
        for name, words in policy.names():
            self.presets.addItem(words, name)
        own = policy.local_zone()
        self.zones.addItem(translate("Policy", "This computer's ({zone})").format(zone=own), "")
        for zone in policy.zones():
            self.zones.addItem(zone, zone)
        for choice in (self.presets, self.zones):
            wide(choice)
        self._rest.hide()

    def _lay(self) -> None:
        grid = parts.form()
        when = parts.row(spacing=8)
        when.addWidget(parts.picture("clock", "accent", 18))
        when.addWidget(self._next, 1)
        zone = Flow(self.zones, self._zone_note, spacing=12)
        begin = parts.row(self.presets, None)
        parts.explained(grid, translate("Policy", "Begin"), begin, self._sentence)
        parts.explained(grid, translate("Policy", "Hours"), parts.row(self.hours, None), QWidget())
        parts.explained(grid, translate("Policy", "Time zone"), zone, QWidget())
        grid.addLayout(when, grid.rowCount(), 1)
        grid.addWidget(self._asleep, grid.rowCount(), 1)
        self.add(grid)
        self.add(self.wrong)
        self.add(parts.row(self.more, None))
        rest = parts.form()
        self._rest.setLayout(rest)
        for number in policy.numbers():
            row = parts.row(self.numbers[number.name], parts.label(number.unit), None)
            parts.explained(rest, number.words, row, meaning(number.meaning))
        for switch in policy.switches():
            ticked(rest, self.switches[switch.name], meaning(switch.meaning))
        self.add(self._rest)

    def _listen(self) -> None:
        self.presets.activated.connect(lambda _: self._chose_preset(self.presets.currentData()))
        self.zones.activated.connect(lambda _: self._want(zone=self.zones.currentData()))
        self.hours.wanted.connect(self._chose_hours)
        for name, choice in self.numbers.items():
            choice.activated.connect(self._taker(name, choice.currentData))
        for name, tick in self.switches.items():
            tick.clicked.connect(self._taker(name, tick.isChecked))
        self._timer = QTimer(self, interval=_AGAIN_MS)
        self._timer.timeout.connect(self.show_now)
        self._timer.start()

    def _taker(self, name: str, value: Callable[[], object]) -> Callable[[], None]:
        return lambda *_: self._want(**{name: value()})

    # --- showing ---

    def show_now(self) -> None:
        """Show the plan, and when something could begin next."""
        plan = self._desk.mirror.plan()
        told = policy.compose(plan, self._desk.clock(), self._desk.mirror.power())
        self.presets.setCurrentIndex(self.presets.findData(told.preset))
        self._sentence.setText(told.sentence)
        self.hours.show_windows(plan.windows)
        _choose(self.zones, plan.zone, plan.zone)
        self._zone_note.setText(told.zone_note)
        self._next.setText(told.next)
        self._asleep.setText(told.asleep)
        self._asleep.setVisible(bool(told.asleep))
        for number in policy.numbers():
            value = getattr(plan, number.name)
            _choose(self.numbers[number.name], value, number.spell(value))
        for name, tick in self.switches.items():
            tick.setChecked(bool(getattr(plan, name)))

    def _toggle(self) -> None:
        self._rest.setVisible(self._rest.isHidden())
        less = translate("Policy", "Less")
        text = translate("Policy", "More") if self._rest.isHidden() else less
        self.more.setText(text)
        self.more.setAccessibleName(text)

    # --- asking ---

    def _chose_preset(self, name: str) -> None:
        plan = self._desk.mirror.plan()
        if name == rules.preset_of(plan):
            return
        if name == policy.OWN:
            self._want(begins=Begins.ALL, windows=(FRESH,), clean_days=0)
        else:
            self._send(rules.with_preset(plan, name))

    def _chose_hours(self, windows: tuple[Window, ...]) -> None:
        self._want(windows=windows)

    def _want(self, **chosen: object) -> None:
        self._send(replace(self._desk.mirror.plan(), **chosen))  # type: ignore[arg-type]

    def _send(self, plan: Plan) -> None:
        before, wishes = self._desk.mirror.plan(), self._desk.wishes
        if plan != before:
            what = translate("Policy", "When updates happen")
            self.change(what, wishes.plan(plan), lambda: wishes.plan(before))


def _number(number: Number) -> Choice:
    made = Choice(number.words)
    made.setFixedWidth(parts.scaled(_SMALL_FIELD))
    for value in number.offered:
        made.addItem(number.spell(value), value)
    return made


def _switch(switch: Switch) -> Tick:
    made = Tick(switch.words)
    made.setAccessibleName(switch.words)
    return made


def _choose(choice: Choice, value: object, words: str) -> None:
    """Choose `value`; one that is not offered, as the command line may set it, is added."""
    if choice.findData(value) < 0:
        choice.addItem(words, value)
    choice.setCurrentIndex(choice.findData(value))
