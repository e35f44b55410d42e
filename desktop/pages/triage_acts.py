"""The right of the Triage page: what can be done with a cluster, each by a key of its own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QPushButton, QWidget

from desktop.dialogs.form import Field, FormDialog, Kind
from desktop.language import mark, translate
from desktop.models import triage
from desktop.models.triage import Sheet
from desktop.widgets import parts
from feedback import client_triage as hub
from feedback.staff_client import StaffClient
from feedback.wire_triage import Compare, Condition, PublicWords, Rule

WIDTH = 236
Act = Callable[[StaffClient], object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """One act: its words, its key, its icon."""

    name: str
    text: str
    key: str
    icon: str


OFFERS = (
    Offer(name="take", text=mark("Triage", "Take it on"), key="A", icon="user"),
    Offer(name="assign", text=mark("Triage", "Give it to somebody"), key="T", icon="users"),
    Offer(name="answer", text=mark("Triage", "Answer"), key="W", icon="message-square"),
    Offer(name="ask", text=mark("Triage", "Ask for more"), key="Q", icon="circle-help"),
    Offer(name="plan", text=mark("Triage", "Plan for a Friday"), key="P", icon="clock"),
    Offer(name="known", text=mark("Triage", "Known issue"), key="K", icon="info"),
    Offer(name="grade", text=mark("Triage", "How bad it is"), key="G", icon="triangle-alert"),
    Offer(name="reproduced", text=mark("Triage", "I saw it happen"), key="R", icon="eye"),
    Offer(name="merge", text=mark("Triage", "Merge into another"), key="M", icon="link"),
    Offer(name="split", text=mark("Triage", "Split"), key="S", icon="copy"),
    Offer(name="decline", text=mark("Triage", "Decline"), key="D", icon="circle-slash"),
    Offer(name="invalid", text=mark("Triage", "It is none"), key="I", icon="x"),
    Offer(name="excuse", text=mark("Triage", "Why it was late"), key="E", icon="clock"),
    Offer(name="words", text=mark("Triage", "Words for the public"), key="L", icon="users"),
    Offer(name="awards", text=mark("Triage", "Preview of points"), key="V", icon="popcorn"),
)


class Acts(parts.Card):
    """The buttons; pressing one, or its key, says its name."""

    asked = Signal(str)

    def __init__(self, page: QWidget) -> None:
        super().__init__(translate("Triage", "What to do"), margin=16, spacing=8)
        self.setFixedWidth(parts.scaled(WIDTH))
        self.buttons: dict[str, QPushButton] = {}
        area, inside = parts.scrolled(translate("Triage", "What to do"))  # a low window scrolls
        inside.setSpacing(8)
        inside.setContentsMargins(0, 0, 4, 0)
        self.column.addWidget(area, 1)
        for offer in OFFERS:
            words = f"{translate('Triage', offer.text)}  ({offer.key})"
            button = parts.button(words, self._say(offer.name), look="act", icon=offer.icon)
            button.setEnabled(False)
            self.buttons[offer.name] = button
            inside.addWidget(button)
            key = QShortcut(QKeySequence(offer.key), page, self._pressed(offer.name))
            key.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        inside.addStretch(1)

    def enable(self, sheet: Sheet | None) -> None:
        """Offer what can be done with this cluster; None: there is none."""
        for name, button in self.buttons.items():
            can = sheet is not None and (sheet.open or name == "awards")
            if sheet is not None and name == "split":
                can = can and len(sheet.reports) > 1
            if sheet is not None and name == "excuse":
                can = bool(sheet.missed)  # also of what is closed: a breach stays
            button.setEnabled(can)

    def _say(self, name: str) -> Callable[[], None]:
        return lambda: self.asked.emit(name)

    def _pressed(self, name: str) -> Callable[[], None]:
        def pressed() -> None:
            if self.buttons[name].isEnabled():
                self.asked.emit(name)

        return pressed


class Deeds(QObject):
    """Asks what an act needs, and hands it on: `done(words, act)`. Nothing is told a hub here."""

    done = Signal(str, object)  # words, Act
    opened = Signal(object)  # a dialog

    def __init__(self, page: QWidget, clock: Callable[[], float]) -> None:
        super().__init__(page)
        self._page, self._clock = page, clock

    def ask(self, name: str, sheet: Sheet) -> None:
        """Begin an act on a cluster."""
        begin = {
            "take": self._take,
            "assign": self._assign,
            "answer": self._answer,
            "ask": self._ask_more,
            "plan": self._plan,
            "known": self._known,
            "grade": self._grade,
            "reproduced": self._reproduced,
            "merge": self._merge,
            "split": self._split,
            "decline": self._decline,
            "invalid": self._invalid,
            "excuse": self._excuse,
            "words": self._words,
        }
        begin[name](sheet)

    def _take(self, sheet: Sheet) -> None:
        said = translate("Triage", "Take on: {title}").format(title=sheet.title)
        self.done.emit(said, lambda client: hub.acknowledge(client, sheet.id))

    def _assign(self, sheet: Sheet) -> None:
        text = translate("Triage", "They are told, and have to take it on; until then it is owed.")
        fields = (
            Field(name=translate("Triage", "Name at the hub")),
            Field(name=translate("Triage", "Team, where another one is to answer"), optional=True),
        )

        def assigned(values: list[Any]) -> Act:
            return lambda client: hub.assign(client, sheet.id, values[0], team=values[1])

        self._form(sheet, translate("Triage", "Give it to somebody"), text, fields, assigned)

    def _answer(self, sheet: Sheet) -> None:
        text = translate("Triage", "Everybody in it reads this, under your own name.")
        words = Field(name=translate("Triage", "Answer"), kind=Kind.LONG)
        offers = Field(
            name=translate("Triage", "It offers"), kind=Kind.CHOICE, options=triage.solutions()
        )

        def answered(values: list[Any]) -> Act:
            said, solution = values
            return lambda client: hub.answer(client, sheet.id, said, solution=solution)

        self._form(sheet, translate("Triage", "Answer"), text, (words, offers), answered)

    def _ask_more(self, sheet: Sheet) -> None:
        text = translate("Triage", "Clocks stand still while everybody in it is asked.")
        words = Field(name=translate("Triage", "Question"), kind=Kind.LONG)
        title = translate("Triage", "Ask for more")
        self._form(
            sheet,
            title,
            text,
            (words,),
            lambda values: lambda client: hub.ask(client, sheet.id, values[0]),
        )

    def _plan(self, sheet: Sheet) -> None:
        text = translate("Triage", "Reporters are told which Friday mends it.")
        week = Field(
            name=translate("Triage", "Friday"),
            kind=Kind.CHOICE,
            options=triage.fridays(self._clock()),
        )
        version = Field(name=translate("Triage", "Version, where it has a name"), optional=True)

        def planned(values: list[Any]) -> Act:
            return lambda client: hub.plan(client, sheet.id, values[0], version=values[1])

        self._form(sheet, translate("Triage", "Plan for a Friday"), text, (week, version), planned)

    def _known(self, sheet: Sheet) -> None:
        text = translate(
            "Triage",
            "Everybody whom it concerns is told before they send. No tester's words: yours.",
        )
        tests = tuple((str(one), one) for one in Compare)
        fields = (
            Field(name=translate("Triage", "Title, English"), value=sheet.title),
            Field(name=translate("Triage", "Workaround, English"), kind=Kind.LONG),
            Field(name=translate("Triage", "Title, Chinese")),
            Field(name=translate("Triage", "Workaround, Chinese"), kind=Kind.LONG),
            Field(name=translate("Triage", "Fact it depends on"), value="model", rare=True),
            Field(
                name=translate("Triage", "Comparison"),
                kind=Kind.CHOICE,
                options=tests,
                rare=True,
            ),
            Field(name=translate("Triage", "Value"), rare=True, optional=True),
        )
        self._form(
            sheet,
            translate("Triage", "Known issue"),
            text,
            fields,
            lambda values: _publish(sheet.id, values),
        )

    def _grade(self, sheet: Sheet) -> None:
        text = translate("Triage", "By its effect. What is dangerous has clocks day and night.")
        fields = (
            Field(
                name=translate("Triage", "How bad it is"),
                kind=Kind.CHOICE,
                options=triage.severities(),
            ),
            Field(name=translate("Triage", "It is dangerous"), kind=Kind.TICK, value=False),
        )

        def graded(values: list[Any]) -> Act:
            return lambda client: hub.grade(client, sheet.id, values[0], safety=values[1])

        self._form(sheet, translate("Triage", "How bad it is"), text, fields, graded)

    def _reproduced(self, sheet: Sheet) -> None:
        steps = translate("Triage", "The first tester's steps led to it at once")
        self._form(
            sheet,
            translate("Triage", "I saw it happen"),
            translate("Triage", "It is confirmed then, and its points become due."),
            (Field(name=steps, kind=Kind.TICK, value=False),),
            lambda values: lambda client: hub.reproduced(client, sheet.id, steps=values[0]),
        )

    def _merge(self, sheet: Sheet) -> None:
        text = translate(
            "Triage", "All its reports go into the other. It can be undone, also later."
        )
        into = Field(name=translate("Triage", "Into"), kind=Kind.CHOICE, options=sheet.others)
        self._form(
            sheet,
            translate("Triage", "Merge into another"),
            text,
            (into,),
            lambda values: lambda client: hub.merge(client, sheet.id, values[0]),
        )

    def _split(self, sheet: Sheet) -> None:
        text = translate("Triage", "Those that are ticked go into a cluster of their own.")
        title = Field(name=translate("Triage", "Title of the new one"), optional=True)
        reports = [
            Field(name=f"{one.text} · {one.under}", kind=Kind.TICK, value=False)
            for one in sheet.reports
        ]

        def split(values: list[Any]) -> Act:
            both = zip(sheet.reports, values[1:], strict=True)
            chosen = [one.id for one, ticked in both if ticked]
            return lambda client: hub.split(client, sheet.id, chosen, title=values[0])

        self._form(sheet, translate("Triage", "Split"), text, (title, *reports), split)

    def _decline(self, sheet: Sheet) -> None:
        text = translate("Triage", "Testers read the reason as you write it.")
        reason = Field(name=translate("Triage", "Reason"), kind=Kind.LONG)
        self._form(
            sheet,
            translate("Triage", "Decline"),
            text,
            (reason,),
            lambda values: lambda client: hub.decline(client, sheet.id, values[0]),
        )

    def _invalid(self, sheet: Sheet) -> None:
        text = translate(
            "Triage",
            "Nothing was wrong, or it is none of ours. What was paid for it is taken back; testers "
            "read the reason as you write it.",
        )
        reason = Field(name=translate("Triage", "Reason"), kind=Kind.LONG)
        self._form(
            sheet,
            translate("Triage", "It is none"),
            text,
            (reason,),
            lambda values: lambda client: hub.invalid(client, sheet.id, values[0]),
        )

    def _excuse(self, sheet: Sheet) -> None:
        text = translate("Triage", "It is published beside the broken promise, and stays there.")
        fields = (
            Field(name=translate("Triage", "Promise"), kind=Kind.CHOICE, options=sheet.missed),
            Field(name=translate("Triage", "Reason"), kind=Kind.LONG),
        )

        def excused(values: list[Any]) -> Act:
            (clock, number), why = values
            return lambda client: hub.excuse(client, sheet.id, clock, why, number=number)

        self._form(sheet, translate("Triage", "Why it was late"), text, fields, excused)

    def _words(self, sheet: Sheet) -> None:
        text = translate(
            "Triage", "Shown to everybody, without whom it concerns. No tester's words: yours."
        )
        fields = (
            Field(name=translate("Triage", "Title, English"), value=sheet.title),
            Field(name=translate("Triage", "Text, English"), kind=Kind.LONG, optional=True),
            Field(name=translate("Triage", "Title, Chinese")),
            Field(name=translate("Triage", "Text, Chinese"), kind=Kind.LONG, optional=True),
        )

        def said(values: list[Any]) -> Act:
            words = {
                "en": PublicWords(title=values[0], text=values[1]),
                "zh_CN": PublicWords(title=values[2], text=values[3]),
            }
            return lambda client: hub.words(client, sheet.id, words)

        self._form(sheet, translate("Triage", "Words for the public"), text, fields, said)

    def _form(
        self,
        sheet: Sheet,
        title: str,
        text: str,
        fields: Sequence[Field],
        act: Callable[[list[Any]], Act],
    ) -> None:
        def asked(values: list[Any]) -> None:
            dialog.accept()
            self.done.emit(f"{title}: {sheet.title}", act(values))

        dialog = FormDialog(title, text, title, fields, ask=asked, parent=self._page)
        self.opened.emit(dialog)


def _publish(cluster: str, values: list[Any]) -> Act:
    english, help_en, chinese, help_zh, fact, compare, value = values
    words = {
        "en": PublicWords(title=english, workaround=help_en),
        "zh_CN": PublicWords(title=chinese, workaround=help_zh),
    }
    conditions = (Condition(fact=fact, compare=compare, value=value),) if value else ()
    return lambda client: hub.known(client, cluster, words, Rule(conditions=conditions))
