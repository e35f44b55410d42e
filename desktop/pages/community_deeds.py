"""What is done on the Community page: each deed asks what it needs, then asks it of the hub."""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Callable, Sequence
from typing import Any

import msgspec
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QDialog, QWidget

from desktop.desk import Desk
from desktop.dialogs.form import Field, FormDialog, Kind
from desktop.dialogs.told import TextDialog
from desktop.language import translate
from desktop.models import community, service, voice_people
from desktop.models.community import Deed, Offer
from feedback.campaign_commands import Preview
from feedback.wire_board import BoardOp, ShowOnBoard
from feedback.wire_voice import (
    BallotDoc,
    Cast,
    CreateIdea,
    EditIdea,
    IdeaDoc,
    Join,
    JudgeCase,
    OpenCase,
    Stand,
    Support,
    Template,
    VoiceDoc,
    VoiceOp,
    Vote,
)

_ROOMS = ("model", "room", "use", "language")


class CommunityDeeds(QObject):
    """One dialog at a time; what is asked is kept and goes out by itself."""

    def __init__(self, desk: Desk, page: QWidget) -> None:
        super().__init__(page)
        self._desk, self._page = desk, page
        self.dialog: QDialog | None = None

    def do(self, offer: Offer) -> None:
        """Begin a deed."""
        about = offer.about
        deeds: dict[Deed, Callable[[], None]] = {
            Deed.PROPOSE: self._propose,
            Deed.EDIT: lambda: self._edit(about),
            Deed.VOTE: lambda: self._vote(about, on=True),
            Deed.UNVOTE: lambda: self._vote(about, on=False),
            Deed.CAST: lambda: self._cast(about),
            Deed.APPEAL: self._appeal,
            Deed.UPHOLD: lambda: self._judge(about, uphold=True),
            Deed.REJECT: lambda: self._judge(about, uphold=False),
            Deed.STAND: lambda: self._stand(about),
            Deed.STEP_DOWN: lambda: self._step_down(about),
            Deed.SUPPORT: lambda: self._support(about),
            Deed.BEGIN_CIRCLE: self._begin_circle,
            Deed.JOIN: lambda: self._join(about, on=True),
            Deed.LEAVE: lambda: self._join(about, on=False),
            Deed.TAKE_PART: lambda: self._part(about, on=True),
            Deed.STOP_PART: lambda: self._part(about, on=False),
            Deed.PREVIEW: lambda: self._preview(about),
            Deed.ON_BOARD: self._on_board,
            Deed.OFF_BOARD: lambda: self._board("", show=False),
        }
        deeds[offer.deed]()

    # --- ideas ---

    def _propose(self) -> None:
        unwanted = translate("Community", "It is about something unwanted that is to stop")
        fields = (
            Field(name=translate("Community", "Title")),
            Field(name=translate("Community", "What would be better, and why?"), kind=Kind.LONG),
            Field(name=unwanted, kind=Kind.TICK, value=False),
        )

        def said(values: list[Any]) -> None:
            title, text, stop = values
            name = str(uuid.uuid4())
            idea = CreateIdea(
                id=name,
                title=title,
                text=text,
                made=self._desk.clock(),
                template=Template.UNWANTED if stop else Template.NONE,
            )
            self._say(VoiceOp.IDEA, idea, name)

        text = translate(
            "Community", "Everybody sees it and can vote for it; that it is yours, nobody."
        )
        self._form(translate("Community", "Propose an idea"), text, fields, said)

    def _edit(self, idea: str) -> None:
        known = self._desk.mirror.documents("idea", IdeaDoc).get(idea)
        if known is None:
            return
        fields = (
            Field(name=translate("Community", "Title"), value=known.title),
            Field(
                name=translate("Community", "What would be better, and why?"),
                kind=Kind.LONG,
                value=known.text,
            ),
        )

        def said(values: list[Any]) -> None:
            made = self._desk.clock()
            edit = EditIdea(idea=idea, title=values[0], text=values[1], made=made)
            self._say(VoiceOp.EDIT, edit, idea)

        text = translate("Community", "As long as nobody else has voted for it.")
        self._form(translate("Community", "Change the idea"), text, fields, said)

    def _vote(self, idea: str, *, on: bool) -> None:
        self._say(VoiceOp.VOTE, Vote(idea=idea, on=on, made=self._desk.clock()), idea)

    # --- ballots, appeals ---

    def _cast(self, ballot: str) -> None:
        known = self._desk.mirror.documents("ballot", BallotDoc).get(ballot)
        if known is None:
            return
        options = tuple((option, place) for place, option in enumerate(known.options))
        fields = (
            Field(name=translate("Community", "My choice"), kind=Kind.CHOICE, options=options),
        )

        def said(values: list[Any]) -> None:
            cast = Cast(
                ballot=ballot,
                choice=values[0],
                salt=secrets.token_hex(32),
                made=self._desk.clock(),
            )
            self._say(VoiceOp.CAST, cast, ballot)

        text = translate(
            "Community",
            "Nobody else sees it. With the receipt that stays here you find it in the public list.",
        )
        self._form(known.title, text, fields, said, do=translate("Community", "Vote"))

    def _appeal(self) -> None:
        subjects = self._subjects()
        fields = (
            Field(
                name=translate("Community", "Against"),
                kind=Kind.CHOICE,
                options=voice_people.appeals(),
            ),
            Field(
                name=translate("Community", "About"),
                kind=Kind.CHOICE,
                options=subjects,
                value=subjects[0][1],
            ),
            Field(name=translate("Community", "My side"), kind=Kind.LONG),
            Field(
                name=translate("Community", "What I ask for"),
                kind=Kind.CHOICE,
                options=voice_people.remedies(),
            ),
        )

        def said(values: list[Any]) -> None:
            against, subject, text, remedy = values
            name = str(uuid.uuid4())
            case = OpenCase(
                id=name,
                against=against,
                subject=subject,
                text=text,
                remedy=remedy,
                made=self._desk.clock(),
            )
            self._say(VoiceOp.APPEAL, case, name)

        text = translate(
            "Community", "Ten members drawn by lot and two stewards read both sides, without names."
        )
        self._form(translate("Community", "Appeal"), text, fields, said)

    def _subjects(self) -> tuple[tuple[str, str], ...]:
        mirror = self._desk.mirror
        voice = next(iter(mirror.documents("voice", VoiceDoc).values()), None)
        ideas = mirror.documents("idea", IdeaDoc)
        mine = [ideas[name] for name in (voice.mine if voice else ()) if name in ideas]
        return (
            *((report.title, report.id) for report in mirror.reports() if report.sent),
            *((idea.title, idea.id) for idea in mine),
            (translate("Community", "my seat"), ""),
        )

    def _judge(self, case: str, *, uphold: bool) -> None:
        judged = JudgeCase(case=case, uphold=uphold, made=self._desk.clock())
        self._say(VoiceOp.JUDGE, judged, case)

    # --- committees, circles ---

    def _stand(self, line: str) -> None:
        words = Field(name=translate("Community", "Why you, in a few sentences"), kind=Kind.LONG)

        def said(values: list[Any]) -> None:
            stand = Stand(line=line, on=True, words=values[0], made=self._desk.clock())
            self._say(VoiceOp.STAND, stand, line)

        text = translate("Community", "Who stands for a seat agrees to be named.")
        self._form(translate("Community", "Stand for a seat"), text, (words,), said)

    def _step_down(self, line: str) -> None:
        stand = Stand(line=line, on=False, words="", made=self._desk.clock())
        self._say(VoiceOp.STAND, stand, line)

    def _support(self, motion: str) -> None:
        self._say(VoiceOp.SUPPORT, Support(motion=motion, made=self._desk.clock()), motion)

    def _begin_circle(self) -> None:
        kinds = tuple((community.circle_name(f"{kind}:…"), kind) for kind in _ROOMS)
        fields = (
            Field(name=translate("Community", "Of a"), kind=Kind.CHOICE, options=kinds),
            Field(name=translate("Community", "Name")),
        )

        def said(values: list[Any]) -> None:
            self._join(f"{values[0]}:{values[1][:24]}", on=True)

        text = translate("Community", "It begins with you, and is open to everybody.")
        self._form(translate("Community", "Begin a circle"), text, fields, said)

    def _join(self, circle: str, *, on: bool) -> None:
        self._say(VoiceOp.JOIN, Join(circle=circle, on=on, made=self._desk.clock()), circle)

    # --- campaigns, boards ---

    def _part(self, campaign: str, *, on: bool) -> None:
        wishes = self._desk.wishes
        asked = wishes.take_part(campaign) if on else wishes.leave_campaign(campaign)
        thanks = (
            translate("Community", "You take part. It ends by itself.")
            if on
            else translate("Community", "Nothing more is measured; the hub forgets what it had.")
        )
        self._desk.ask(asked, self, lambda _: self._desk.say(thanks))

    def _preview(self, campaign: str) -> None:
        self._desk.ask(self._desk.wishes.preview_campaign(campaign), self, self._show_preview)

    def _show_preview(self, found: Preview) -> None:
        title = translate("Community", "What leaves this home")
        nothing = translate("Community", "Nothing yet: no device here says what is asked for.")
        text = "\n\n".join(found.told or found.now) or nothing
        intro = translate("Community", "Byte for byte. Measured on: {devices}")
        self._open(
            TextDialog(
                title, text, self._page, intro=intro.format(devices=", ".join(found.devices))
            )
        )

    def _on_board(self) -> None:
        text = translate("Community", "Everybody sees the nickname and the week's points.")
        fields = (Field(name=translate("Community", "Nickname")),)
        title = translate("Community", "Stand on the boards")
        self._form(title, text, fields, lambda values: self._board(values[0], show=True))

    def _board(self, nickname: str, *, show: bool) -> None:
        made = self._desk.clock()
        said = ShowOnBoard(show=show, nickname=nickname, made=made)
        self._say(BoardOp.SHOW, said, service.STATEMENT)

    # --- below ---

    def _say(self, kind: str, body: msgspec.Struct, about: str) -> None:
        asked = self._desk.wishes.say(kind, msgspec.json.encode(body), about)
        kept = translate("Community", "Kept, and sent as soon as the hub answers")
        self._desk.ask(asked, self, lambda _: self._desk.say(kept))

    def _form(
        self,
        title: str,
        text: str,
        fields: Sequence[Field],
        said: Callable[[list[Any]], None],
        do: str = "",
    ) -> None:
        def asked(values: list[Any]) -> None:
            dialog.accept()
            said(values)

        dialog = FormDialog(title, text, do or title, fields, ask=asked, parent=self._page)
        self._open(dialog)

    def _open(self, dialog: QDialog) -> None:
        self.dialog = dialog
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()
