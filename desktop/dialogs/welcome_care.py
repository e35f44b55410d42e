"""The last step of Welcome: how careful this home is. The house hears of it at the end."""

from __future__ import annotations

from PySide6.QtWidgets import QButtonGroup, QLineEdit, QVBoxLayout, QWidget

from desktop.desk import Desk
from desktop.language import translate
from desktop.models import welcome as rules
from desktop.models.welcome import Care
from desktop.widgets import parts
from desktop.widgets.pick import Pick
from feedback import enrol_link

_FIELD = 300


class CareStep(QWidget):
    """Three questions with the careful answer chosen."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        now = rules.care_now(desk.mirror)
        self.invitation, self.hub, self.name = QLineEdit(), QLineEdit(), QLineEdit()
        self.cards: list[parts.Card] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(16)
        self.stable, self.beta = self._question(
            translate("Welcome", "Which weeks"),
            (
                translate("Welcome", "Stable"),
                translate("Welcome", "What others have run before you. Right for nearly all."),
            ),
            (
                translate("Welcome", "Orange"),
                translate(
                    "Welcome",
                    "The beta: new every Friday, with people who answer what you report.",
                ),
            ),
            second=now.beta,
        )
        self._ask_invitation()
        self.ask_me, self.at_night = self._question(
            translate("Welcome", "Updates"),
            (
                translate("Welcome", "Ask me"),
                translate("Welcome", "Nothing begins by itself: you look at it and press Update."),
            ),
            (
                translate("Welcome", "At night by itself"),
                translate("Welcome", "Between 01:00 and 05:00, one device first, then the others."),
            ),
            second=now.at_night,
        )
        self.by_hand, self.outcomes = self._question(
            translate("Welcome", "What leaves this home"),
            (
                translate("Welcome", "Only reports I write"),
                translate("Welcome", "By itself nothing is sent. You see every byte before."),
            ),
            (
                translate("Welcome", "Also how updates went"),
                translate("Welcome", "Without your name, under names that change every week."),
            ),
            second=now.outcomes,
        )
        self.wrong = parts.label(tone="bad", wrap=True)
        self.wrong.hide()
        self._column.addWidget(self.wrong)
        self._column.addStretch(1)
        self._show_invitation()

    @property
    def care(self) -> Care:
        """The answers."""
        return Care(
            beta=self.beta.isChecked(),
            at_night=self.at_night.isChecked(),
            outcomes=self.outcomes.isChecked(),
            invitation=self.invitation.text().strip() if self.beta.isChecked() else "",
            hub=self.hub.text().strip(),
            name=self.name.text().strip(),
        )

    def tell_wrong(self, said: str) -> None:
        """Say what could not be done; "": nothing."""
        self.wrong.setText(said)
        self.wrong.setAccessibleName(said)
        self.wrong.setVisible(bool(said))

    def _question(
        self, title: str, first: tuple[str, str], second_: tuple[str, str], *, second: bool
    ) -> tuple[Pick, Pick]:
        card = parts.Card(title, spacing=8)
        self.cards.append(card)
        group = QButtonGroup(card)
        made: list[Pick] = []
        for words, meaning in (first, second_):
            pick = Pick(words, f"{title}: {words}. {meaning}")
            group.addButton(pick)
            made.append(pick)
            under = parts.label(meaning, tone="muted", wrap=True)
            under.setContentsMargins(30, 0, 0, 4)
            card.add(parts.column(pick, under, spacing=0))
        made[1 if second else 0].setChecked(True)
        self._column.addWidget(card)
        return made[0], made[1]

    def _ask_invitation(self) -> None:
        """Below Beta: a code or a link, and where it leads."""
        self._fields = QWidget()
        grid = parts.form()
        names = {
            translate("Welcome", "Invitation code or link"): self.invitation,
            translate("Welcome", "Address of the hub"): self.hub,
            translate("Welcome", "Name the makers see"): self.name,
        }
        for number, (name, field) in enumerate(names.items()):
            field.setAccessibleName(name)
            field.setFixedWidth(parts.scaled(_FIELD))
            field.textChanged.connect(lambda _: self._show_invitation())
            caption = parts.label(name, tone="muted")
            caption.setBuddy(field)
            grid.addWidget(caption, number, 0)
            grid.addLayout(parts.row(field, None), number, 1)
        grid.setContentsMargins(30, 0, 0, 0)
        self._fields.setLayout(grid)
        card = self.cards[-1]
        card.add(self._fields)
        without = translate("Welcome", "Without a code you can still enter one later, in Settings.")
        self._without = parts.label(without, percent=parts.SMALL, tone="muted", wrap=True)
        self._without.setContentsMargins(30, 0, 0, 0)
        card.add(self._without)
        self.beta.toggled.connect(lambda _: self._show_invitation())

    def _show_invitation(self) -> None:
        on = self.beta.isChecked()
        said = self.invitation.text()
        link = enrol_link.is_link(said) or rules.is_maker_link(said)
        self._fields.setVisible(on)
        self._without.setVisible(on)
        self.hub.setEnabled(not link)
