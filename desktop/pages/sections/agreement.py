"""The card on the home's other computers: whether they say the same of devices and policy."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from typing import Any

from PySide6.QtGui import QFontDatabase, QGuiApplication
from PySide6.QtWidgets import QWidget

from desktop.agree_commands import Agree, Agreement, StopAgreeing
from desktop.desk import Desk
from desktop.dialogs.ask import AskDialog
from desktop.language import translate
from desktop.models import agreeing
from desktop.pages.sections.setting import Setting, meaning
from desktop.widgets import parts

_WIDE = 480


class AgreeCard(Setting):
    """Begins it, joins it, shows its code, ends it."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, translate("Agree", "Other computers of this home"), {"agreement"})
        text = translate(
            "Agree",
            "They can keep the same names, rooms, tags, marks and policy over the broker. Begin at "
            "one, then type its code at the others.",
        )
        self.said = parts.label(wrap=True)
        self.trouble = parts.label(percent=parts.SMALL, tone="warn", wrap=True)
        self.begin = parts.button(translate("Agree", "Begin here"), self._begin)
        self.join = parts.button(translate("Agree", "Type a code…"), self._join)
        self.code = parts.button(translate("Agree", "Show the code…"), self._begin)
        self.stop = parts.button(translate("Agree", "Stop here"), self._stop)
        self.add(meaning(text))
        self.add(self.said)
        self._sign = parts.picture("triangle-alert", "warn", 16)
        line = parts.row(self._sign, spacing=8)
        line.addWidget(self.trouble, 1)
        self.add(line)
        self.add(self.wrong)
        self.add(parts.row(self.begin, self.join, self.code, self.stop, None))
        self.show_now()

    def show_now(self) -> None:
        """Show how it stands."""
        found = self._desk.mirror.documents("agreement", Agreement).get("home")
        state = found or Agreement()
        self.said.setText(agreeing.standing(state))
        trouble = agreeing.trouble(state)
        self.trouble.setText(trouble)
        self.trouble.setVisible(bool(trouble))
        self._sign.setVisible(bool(trouble))
        self.begin.setVisible(not state.on and not state.locked)
        self.join.setVisible(not state.on)
        self.code.setVisible(state.on)
        self.stop.setVisible(state.on or state.locked)

    def _begin(self) -> None:
        asked = self._desk.wishes.client.send(Agree())
        self._desk.ask(asked, self, self._show_code, self.tell_wrong)

    def _show_code(self, code: str) -> None:
        self.wrong.hide()
        self._desk.dialog_wanted.emit(lambda parent: CodeDialog(code, parent))

    def _join(self) -> None:
        client = self._desk.wishes.client
        self._desk.dialog_wanted.emit(
            lambda parent: JoinDialog(
                self._desk, parent, lambda code: client.send(Agree(code=code))
            )
        )

    def _stop(self) -> None:
        asked = self._desk.wishes.client.send(StopAgreeing())
        said = translate("Agree", "This computer now goes its own way")
        self._desk.ask(asked, self, lambda _: self._desk.say(said), self.tell_wrong)


class CodeDialog(AskDialog):
    """Shows the code, large and to be copied."""

    def __init__(self, code: str, parent: QWidget) -> None:
        text = translate(
            "Agree",
            "Type it at the other computers: Settings, This home. Whoever has it can rename "
            "devices and change the policy.",
        )
        super().__init__(
            translate("Agree", "The code of this home"),
            text,
            translate("Agree", "Copy"),
            fields={translate("Agree", "Code"): code},
            parent=parent,
        )
        self.answer_with(self._copy)
        self.setMinimumWidth(parts.scaled(_WIDE))
        _in_fixed_width(self.fields[0])
        self.fields[0].setReadOnly(True)

    def _copy(self, values: list[str]) -> None:
        QGuiApplication.clipboard().setText(values[0])
        self.accept()


class JoinDialog(AskDialog):
    """Takes the code that another computer shows."""

    def __init__(self, desk: Desk, parent: QWidget, join: Callable[[str], Future[Any]]) -> None:
        super().__init__(
            translate("Agree", "Type the code of this home"),
            translate("Agree", "What is agreed on there is taken over; what it lacks stays yours."),
            translate("Agree", "Join"),
            fields={translate("Agree", "Code"): ""},
            parent=parent,
        )
        self.setMinimumWidth(parts.scaled(_WIDE))
        _in_fixed_width(self.fields[0])
        self._desk, self._join = desk, join
        self.answer_with(self._asked)

    def _asked(self, values: list[str]) -> None:
        asked = self._join(values[0])
        self._desk.ask(asked, self, lambda _: self.accept(), self.tell_wrong)


def _in_fixed_width(field: QWidget) -> None:
    """Let letters and digits be told apart."""
    font = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
    font.setPointSizeF(field.font().pointSizeF())
    field.setFont(font)
