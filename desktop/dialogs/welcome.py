"""Welcome: find your house, see who speaks, say how careful. Left at any point, nothing is lost."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QSize, QTimer
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QDialog, QScrollArea, QStackedWidget, QVBoxLayout, QWidget

from desktop import language
from desktop.desk import Desk
from desktop.dialogs import problem
from desktop.dialogs.welcome_care import CareStep
from desktop.dialogs.welcome_house import HouseStep
from desktop.dialogs.welcome_seen import SeenStep
from desktop.language import translate
from desktop.models import welcome as rules
from desktop.models.welcome import STEPS, Step
from desktop.widgets import parts
from desktop.widgets.heads import Heads
from fleet.later import later

if TYPE_CHECKING:
    import subprocess

    from desktop import demo_window
else:
    demo_window = later("desktop.demo_window")

_SIZE = (760, 720)
_DEMO_MS, _DEMO_LOOKS = 500, 30  # how often, how many times it is looked whether the demo lives


class WelcomeDialog(QDialog):
    """Three steps; only what is pressed is done, and what is chosen is asked for at the end."""

    def __init__(self, desk: Desk, parent: QWidget) -> None:
        super().__init__(parent)
        self._desk = desk
        self._wanted: deque[Callable[[], Future[Any]]] = deque()
        self._demo: subprocess.Popen[bytes] | None = None
        self._looks = 0
        self.step = Step.HOUSE
        self.house, self.seen, self.care = HouseStep(desk), SeenStep(desk), CareStep(desk)
        self.setWindowTitle(translate("Welcome", "Welcome to Orangery"))
        room = self.screen().availableGeometry().size()  # large words want more than there may be
        self.resize(QSize(*map(parts.scaled, _SIZE)).boundedTo(room))
        self._make_buttons()
        self._lay()
        self.house.changed.connect(self._enable)
        self.house.reached.connect(self._reached)
        self.house.spoke.connect(self._show_word)
        self.house.settled.connect(self.go_on.setFocus)
        self._watch = QTimer(self, interval=_DEMO_MS)
        self._watch.timeout.connect(self._look_at_demo)
        self.show_step(Step.HOUSE)

    def reject(self) -> None:
        """Leave; what was typed is there the next time, and nothing was sent."""
        self.house.remember()
        self._desk.memory.put(rules.LEFT, True)
        super().reject()

    def show_step(self, step: Step) -> None:
        """Turn to a step."""
        self.step = step
        self.heads.show_heads(rules.heads(step))
        self._stack.setCurrentIndex(STEPS.index(step))
        self.before.setVisible(step is not Step.HOUSE)
        self.demo.setVisible(step is Step.HOUSE)
        self.pass_by.setVisible(step is Step.HOUSE)
        self._enable()
        first: dict[Step, QWidget] = {
            Step.HOUSE: self.house.look_button,
            Step.SEEN: self.go_on,
            Step.CARE: self.care.beta if self.care.beta.isChecked() else self.care.stable,
        }
        first[step].setFocus()

    def forward(self) -> None:
        """Go one step on: connect first, and at the end do what was chosen."""
        if not self.go_on.isEnabled():
            return
        if self.step is Step.HOUSE:
            self.house.connect_it()
        elif self.step is Step.SEEN:
            self.show_step(Step.CARE)
        else:
            self._finish()

    def back(self) -> None:
        """Go one step back."""
        at = STEPS.index(self.step)
        if at:
            self.show_step(STEPS[at - 1])

    def open_demo(self) -> None:
        """Open the demo house in a window of its own."""
        self._demo = demo_window.open_demo(language.current())
        self._looks = 0
        self._watch.start()
        self._say(translate("Welcome", "The demo house opens in a window of its own…"))

    # --- making ---

    def _make_buttons(self) -> None:
        self.before = parts.button(translate("Welcome", "Back"), self.back)
        self.demo = parts.button(
            translate("Welcome", "Try the demo house"), self.open_demo, icon="play"
        )
        self.pass_by = parts.button(
            translate("Welcome", "Go on without"), lambda: self.show_step(Step.SEEN), look="quiet"
        )
        self.later = parts.button(translate("Welcome", "Later"), self.reject, look="quiet")
        self.go_on = parts.button("", self.forward, look="primary")
        self.go_on.setDefault(True)
        QShortcut(QKeySequence("Ctrl+Return"), self, self.forward)
        QShortcut(QKeySequence("Alt+Right"), self, self._on_not_done)
        QShortcut(QKeySequence("Alt+Left"), self, self.back)

    def _lay(self) -> None:
        self.heads = Heads()
        self._stack = QStackedWidget()
        self._said = parts.label(tone="muted", wrap=True)
        self._said.hide()
        self._areas: list[QScrollArea] = []
        steps = (self.house, self.seen, self.care)
        for step, head in zip(steps, rules.heads(Step.HOUSE), strict=True):
            area, inside = parts.scrolled(head.word)
            inside.setContentsMargins(0, 0, 4, 0)
            inside.addWidget(step)
            self._stack.addWidget(area)
            self._areas.append(area)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 20)
        column.setSpacing(12)
        title = parts.label(self.windowTitle(), percent=parts.PAGE_TITLE, bold=True)
        column.addWidget(title)
        column.addWidget(self.heads)
        column.addWidget(self._stack, 1)
        column.addWidget(self._said)
        column.addLayout(
            parts.row(self.demo, self.before, None, self.later, self.pass_by, self.go_on)
        )

    # --- what happens ---

    def _show_word(self, words: QWidget) -> None:
        """Scroll to what is said, once it has its place."""
        area = self._areas[0]
        QTimer.singleShot(0, words, lambda: area.ensureWidgetVisible(words, 0, 16))

    def _enable(self) -> None:
        words = {
            Step.HOUSE: translate("Welcome", "Connect"),
            Step.SEEN: translate("Welcome", "Next"),
            Step.CARE: translate("Welcome", "Finish"),
        }[self.step]
        self.go_on.setText(words)
        self.go_on.setAccessibleName(words)
        self.go_on.setEnabled(self.step is not Step.HOUSE or self.house.ready)
        tone = "on_accent" if self.go_on.isEnabled() else "muted"
        parts.dress(self.go_on, "check" if self.step is Step.CARE else "chevron-right", tone)

    def _on_not_done(self) -> None:
        """Alt+Right turns the page; it connects nothing and ends nothing."""
        at = STEPS.index(self.step)
        if at + 1 < len(STEPS):
            self.show_step(STEPS[at + 1])

    def _reached(self) -> None:
        if self.step is Step.HOUSE:
            self.show_step(Step.SEEN)

    def _finish(self) -> None:
        """Ask the house for what was chosen and is not so already, one after the other."""
        wishes, mirror, care = self._desk.wishes, self._desk.mirror, self.care.care
        wanted: list[Callable[[], Future[Any]]] = []
        plan, level = rules.plan_to_set(mirror, care), rules.level_to_set(mirror, care)
        if plan is not None:
            wanted.append(lambda: wishes.plan(plan))
        if level is not None:
            wanted.append(lambda: wishes.consent(level))
        for maker, channel in rules.channels_to_set(mirror, care).items():
            wanted.append(partial(wishes.channel, maker, channel))
        if rules.is_maker_link(care.invitation):
            wanted.append(lambda: wishes.add_maker(care.invitation))
        elif care.invitation:
            wanted.append(lambda: wishes.enrol(code=care.invitation, hub=care.hub, name=care.name))
        self._wanted = deque(wanted)
        self.care.tell_wrong("")
        self._next()

    def _next(self) -> None:
        if not self._wanted:
            self._done()
            return
        self.go_on.setEnabled(False)
        self._desk.ask(self._wanted.popleft()(), self, lambda _: self._next(), self._refused)

    def _refused(self, error: BaseException) -> None:
        self._wanted.clear()
        self._enable()
        self.care.tell_wrong(" ".join(problem.said(error)))

    def _done(self) -> None:
        self._desk.memory.put(rules.LEFT, True)
        self.accept()
        self._desk.go("devices")

    def _look_at_demo(self) -> None:
        """Say so where the demo house ends before it can be seen."""
        self._looks += 1
        code = self._demo.poll() if self._demo is not None else 0
        if code:
            said = translate("Welcome", "The demo house did not start. See why with: {command}")
            self._say(said.format(command="orangery demo --window"))
        if code is not None or self._looks >= _DEMO_LOOKS:
            self._watch.stop()
            if not code:
                self._say("")

    def _say(self, text: str) -> None:
        self._said.setText(text)
        self._said.setAccessibleName(text)
        self._said.setVisible(bool(text))
