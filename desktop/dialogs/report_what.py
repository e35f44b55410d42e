"""The first step of a report: what happened, and what is known of it already."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QLayout, QLineEdit, QPlainTextEdit, QVBoxLayout, QWidget

from desktop.desk import Desk
from desktop.dialogs.report_preview import mark
from desktop.language import translate
from desktop.models import reporting
from desktop.models.reporting import Choices, Span
from desktop.widgets import parts
from desktop.widgets.choice import Choice
from desktop.widgets.matches import Matches
from desktop.widgets.suspicion import Suspicion
from feedback.report import Details, Kind, Report, Suspect

_TEXT, _LINES = 112, 60  # heights
_TITLE_MOST = 200


class WhatStep(QWidget):
    """The fields; nothing here waits for anything."""

    typed = Signal()
    device_chosen = Signal()
    ideas_wanted = Signal()

    def __init__(self, desk: Desk, device: str, report: Report | None) -> None:
        super().__init__()
        self._desk = desk
        self._left: set[str] = set()  # words that the person wants to send as they are
        self._suspects: tuple[Sequence[Suspect], Sequence[Suspect]] = ((), ())
        self._make_kinds(report)
        self._make_about(report.device if report else device)
        self._make_words(report)
        self._make_more(report.details if report else Details())
        self.matches = Matches()
        self.matches.taken = self.cluster
        self.suspicion = Suspicion()
        self._lay()
        self._connect()

    def written(self) -> dict[str, object]:
        """Return the fields of a draft as they stand."""
        device = self._desk.mirror.devices.get(self.about.currentData())
        gateway = self._desk.mirror.devices.get(device.via) if device else None
        return {
            "kind": self.kind,
            "title": self.headline.text().strip(),
            "text": self.text.toPlainText().strip(),
            "device": device.key if device else "",
            "facts": reporting.facts(device, gateway),
            "details": reporting.details(
                steps=self.steps.toPlainText(),
                expected=self.expected.text(),
                often=self.often.currentData(),
                effect=self.effect.currentData(),
                since=self.since.currentText(),
                safety=self.safety.currentData(),
                cluster=self.cluster,
            ),
        }

    @property
    def kind(self) -> Kind:
        """What kind of report it is."""
        return next(kind for kind, button in self.kinds.items() if button.isChecked())

    @property
    def device(self) -> str:
        """The key of the device it is about; "" for the house."""
        return str(self.about.currentData() or "")

    @property
    def ready(self) -> bool:
        """Whether it has a title: all that a report needs."""
        return bool(self.headline.text().strip())

    def show_suspects(self, title: Sequence[Suspect], text: Sequence[Suspect]) -> None:
        """Mark what in the words of now is better not sent; an offer, no more."""
        words, line = self.text.toPlainText(), self.headline.text()
        left = reporting.kept_suspects(words, text, self._left)
        self._suspects = (reporting.kept_suspects(line, title, self._left), left)
        mark(self.text, [Span(one.start, one.end) for one in left], "warn", wavy=True)
        found = [line[one.start : one.end] for one in self._suspects[0]]
        found += [words[one.start : one.end] for one in left]
        self.suspicion.show_words(found)

    def replace_suspects(self) -> None:
        """Put what may stand there in the place of each."""
        title, text = self._suspects
        self.headline.setText(reporting.replaced_words(self.headline.text(), title))
        self.text.setPlainText(reporting.replaced_words(self.text.toPlainText(), text))
        self.show_suspects((), ())

    def _leave_suspects(self) -> None:
        self._left |= set(self.suspicion.words)
        self.show_suspects((), ())

    def _take(self, cluster: str) -> None:
        self.cluster = cluster
        self.typed.emit()

    # --- making ---

    def _make_kinds(self, report: Report | None) -> None:
        self.kinds = {
            Kind.PROBLEM: parts.button(translate("Report", "Problem"), look="segment"),
            Kind.WISH: parts.button(translate("Report", "Wish"), look="segment"),
            Kind.QUESTION: parts.button(translate("Report", "Question"), look="segment"),
            Kind.PRAISE: parts.button(translate("Report", "Praise"), look="segment"),
        }
        for kind, button in self.kinds.items():
            button.setCheckable(True)
            button.setAutoExclusive(True)
            button.setAutoDefault(False)
            button.setChecked(kind is (report.kind if report else Kind.PROBLEM))

    def _make_about(self, device: str) -> None:
        self.about = Choice(translate("Report", "About"))
        self.about.addItem(translate("Report", "The house or this program"), "")
        for known in sorted(self._desk.mirror.devices.values(), key=lambda one: one.name.lower()):
            version = known.version.raw if known.version else ""
            self.about.addItem(f"{known.name}   {version}", known.key)
        self.about.setCurrentIndex(max(0, self.about.findData(device)))

    def _make_words(self, report: Report | None) -> None:
        self.headline = QLineEdit(report.title if report else "")
        self.headline.setAccessibleName(translate("Report", "Title"))
        self.headline.setMaxLength(_TITLE_MOST)
        self.text = _lines(translate("Report", "What happened"), report.text if report else "")
        self.text.setFixedHeight(parts.scaled(_TEXT))

    def _make_more(self, more: Details) -> None:
        self.often = _choice(
            translate("Report", "How often"), reporting.often_choices(), more.often
        )
        self.effect = _choice(
            translate("Report", "Effect"), reporting.effect_choices(), more.effect
        )
        self.safety = _choice(
            translate("Report", "Is something dangerous?"),
            reporting.safety_choices(),
            more.safety,
        )
        self.cluster = more.cluster  # of which this is one more case
        self.steps = _lines(translate("Report", "Steps that lead to it"), "\n".join(more.steps))
        self.steps.setPlaceholderText(translate("Report", "one a line"))
        self.steps.setFixedHeight(parts.scaled(_LINES))
        self.expected = QLineEdit(more.expected)
        self.expected.setAccessibleName(translate("Report", "What you expected"))
        self.since = Choice(translate("Report", "Since version"))
        self.since.setEditable(True)
        self._offer_versions(more.since)
        self.more = parts.button(translate("Report", "More"), self._unfold, look="quiet")
        self.more.setCheckable(True)
        self.more.setAutoDefault(False)

    def _offer_versions(self, chosen: str) -> None:
        self.since.clear()
        self.since.addItem("")
        device = self._desk.mirror.devices.get(self.device)
        update = self._desk.mirror.update(self.device)
        self.since.addItems(reporting.versions(device, update))
        self.since.setCurrentText(chosen)

    def _lay(self) -> None:
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        area, column = parts.scrolled(translate("Report", "What happened"))
        column.setContentsMargins(2, 2, 14, 2)  # a focus ring is not cut
        column.setSpacing(12)
        column.addLayout(self._head())
        column.addLayout(named(translate("Report", "Title"), self.headline))
        asked = translate("Report", "What happened?")
        column.addLayout(named(asked, self.text))
        column.addWidget(self._hint())
        column.addWidget(self.suspicion)
        column.addWidget(self.matches)
        line = parts.row(spacing=12)
        line.addLayout(named(translate("Report", "How often"), self.often), 1)
        line.addLayout(named(translate("Report", "What does it do to you?"), self.effect), 1)
        line.addLayout(named(translate("Report", "Is something dangerous?"), self.safety), 1)
        column.addLayout(line)
        column.addLayout(parts.row(self.more, None))
        column.addWidget(self._folded())
        column.addStretch(1)
        outer.addWidget(area)

    def _head(self) -> QVBoxLayout:
        segments = QFrame()
        segments.setObjectName("segments")
        line = parts.row(*self.kinds.values(), spacing=2)
        line.setContentsMargins(2, 2, 2, 2)
        segments.setLayout(line)
        about = named(translate("Report", "About"), self.about)
        return _column(parts.row(segments, None), about)

    def _hint(self) -> QWidget:
        """Wishes are voted for, problems are not: said while a wish is being written."""
        self._wish = QFrame()
        self._wish.setObjectName("banner")
        text = translate("Report", "Is it a wish of many? Ideas are voted for in the community.")
        look = parts.button(
            translate("Report", "Look at the ideas"), self.ideas_wanted.emit, icon="lightbulb"
        )
        look.setAutoDefault(False)
        line = parts.row(spacing=12)
        line.setContentsMargins(16, 10, 12, 10)
        line.addWidget(parts.label(text, wrap=True), 1)
        line.addWidget(look)
        self._wish.setLayout(line)
        self._wish.setVisible(self.kind is Kind.WISH)
        return self._wish

    def _kind_chosen(self) -> None:
        self._wish.setVisible(self.kind is Kind.WISH)
        self.typed.emit()

    def _folded(self) -> QWidget:
        self._more_box = QWidget()
        inside = QVBoxLayout(self._more_box)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.setSpacing(12)
        inside.addLayout(named(translate("Report", "Steps that lead to it"), self.steps))
        line = parts.row(spacing=12)
        line.addLayout(named(translate("Report", "What you expected"), self.expected), 2)
        line.addLayout(named(translate("Report", "Since version"), self.since), 1)
        inside.addLayout(line)
        filled = bool(self.steps.toPlainText() or self.expected.text() or self.since.currentText())
        self.more.setChecked(filled)
        self._unfold()
        return self._more_box

    def _connect(self) -> None:
        self.matches.mine.connect(self._take)
        self.suspicion.replace_wanted.connect(self.replace_suspects)
        self.suspicion.leave_wanted.connect(self._leave_suspects)
        for field in (self.headline.textChanged, self.expected.textChanged):
            field.connect(lambda _: self.typed.emit())
        for lines in (self.text, self.steps):
            lines.textChanged.connect(self.typed)
        for box in (self.often, self.effect, self.safety):
            box.currentIndexChanged.connect(lambda _: self.typed.emit())
        self.since.currentTextChanged.connect(lambda _: self.typed.emit())
        self.about.currentIndexChanged.connect(lambda _: self._about_chosen())
        for button in self.kinds.values():
            button.clicked.connect(lambda _=False: self._kind_chosen())

    def _about_chosen(self) -> None:
        self._offer_versions(self.since.currentText())
        self.device_chosen.emit()
        self.typed.emit()

    def _unfold(self) -> None:
        open_ = self.more.isChecked()
        self._more_box.setVisible(open_)
        self.more.setText(translate("Report", "Less") if open_ else translate("Report", "More"))


def named(name: str, field: QWidget) -> QVBoxLayout:
    """Return a field with its name above it."""
    caption = parts.label(name, percent=parts.SMALL, tone="muted")
    caption.setBuddy(field)
    return parts.column(caption, field)


def _column(*lines: QLayout) -> QVBoxLayout:
    made = QVBoxLayout()
    made.setSpacing(12)
    for one in lines:
        made.addLayout(one)
    return made


def _lines(name: str, text: str) -> QPlainTextEdit:
    made = QPlainTextEdit(text)
    made.setAccessibleName(name)
    made.setTabChangesFocus(True)
    made.setAcceptDrops(False)  # what is dropped goes along as a file, wherever it is dropped
    return made


def _choice(name: str, choices: Choices, chosen: object) -> Choice:
    made = Choice(name)
    for value, word in choices:
        made.addItem(word, value)
    made.setCurrentIndex(max(0, made.findData(chosen)))
    return made
