"""The deeds of an open week: images, notes, rings, known issues, waivers, recalls, simulations."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from desktop import language, words
from desktop.dialogs.ask import AskDialog
from desktop.dialogs.form import Field, Kind
from desktop.dialogs.rows import RowsDialog
from desktop.dialogs.told import WaitDialog
from desktop.language import translate
from desktop.models import release, release_lines, release_text
from desktop.pages.release_talk import Talk
from desktop.release_desk import Simulated
from firmware.draft import Image
from firmware.errors import PublishError
from firmware.release import Channel, Known, Ring
from fleet.model import WeekId

_OPENS = "%Y-%m-%d %H:%M"


class WeekDeeds:
    """Each asks what it needs in a dialog."""

    def __init__(self, talk: Talk) -> None:
        self._talk = talk
        self._room = talk.room
        self._person = ""  # who answered last

    # --- opening and closing ---

    def open_week(self) -> None:
        """Open the next week."""
        talk = self._talk
        today = dt.datetime.fromtimestamp(talk.desk.clock(), dt.UTC).date()
        fields = (
            Field(
                name=translate("Release", "Week, as 2026-W48"), value=str(WeekId.of(today).next())
            ),
            _channel(),
            Field(
                name=translate("Release", "Begin with the images of the last one"),
                kind=Kind.TICK,
                value=True,
            ),
        )
        self._talk.form(
            translate("Release", "Open a week"),
            translate(
                "Release", "Images, notes and signatures are collected until it is published."
            ),
            translate("Release", "Open"),
            fields,
            lambda week, channel, carry: self._room.open_week(week, channel, carry=carry),
        )

    def open_keys(self) -> None:
        """Open an event without a week."""
        self._talk.form(
            translate("Release", "Change keys without a week"),
            translate(
                "Release",
                "Replace, add or remove keys, or renew what soon ends; nothing else is published.",
            ),
            translate("Release", "Open"),
            (),
            self._room.open_keys,
        )

    def drop(self) -> None:
        """Drop what is open."""
        self._talk.form(
            translate("Release", "Drop what is open?"),
            translate("Release", "Its signatures are lost; what is published stays."),
            translate("Release", "Drop it"),
            (),
            self._room.close_week,
        )

    def withdraw(self) -> None:
        """Take a published week back."""
        self._talk.form(
            translate("Release", "Withdraw a week"),
            translate(
                "Release",
                "Opens the event that takes the published week back. It is signed and published"
                " like a week; then no home installs anything of it.",
            ),
            translate("Release", "Open"),
            (
                _channel(),
                Field(name=translate("Release", "Why (English)"), kind=Kind.LONG),
                Field(name=translate("Release", "Why (Chinese)"), kind=Kind.LONG),
            ),
            lambda channel, en, zh: self._room.withdraw(en, zh, channel),
        )

    # --- images ---

    def add(self, files: Sequence[Path] = ()) -> None:
        """Add image files: those dropped on the page, or one that is chosen."""
        seen = self._talk.seen
        if seen is None:
            return
        named = ", ".join(file.name for file in files)
        text = translate("Release", "What a file's own header says can be left empty.")
        options = tuple((line, line) for line in seen.setup.lines)
        line = Field(name=translate("Release", "Product line"), kind=Kind.CHOICE, options=options)
        file = Field(name=translate("Release", "Image file"), kind=Kind.OPEN)
        first = (line,) if files else (file, line)

        def ask(*values: Any) -> Any:  # noqa: ANN401 - answers of the form
            chosen = list(files) or [Path(values[0])]
            told = values[len(first) - 1 :]
            return self._room.add(chosen, told[0], **_about(told[1:]))

        self._talk.form(
            translate("Release", "Add images"),
            f"{named}\n{text}" if named else text,
            translate("Release", "Add"),
            (*first, *_about_fields()),
            ask,
        )

    def remove(self, path: str) -> None:
        """Take an image out."""
        self._talk.look(self._room.remove(path))

    def details(self, path: str) -> None:
        """Show all that is known of an image."""
        draft = self._talk.draft
        for image in draft.images if draft else ():
            if image.path == path:
                text = release_text.table(release_lines.image_facts(image))
                self._talk.show(release_lines.image_name(image), text)

    def recall(self) -> None:
        """Call an image back."""
        images = self._images()
        self._talk.form(
            translate("Release", "Recall an image"),
            translate(
                "Release",
                "No home installs it any more, once this week is signed and published. A recall"
                " stays for good.",
            ),
            translate("Release", "Recall"),
            (
                Field(
                    name=translate("Release", "Image"),
                    kind=Kind.CHOICE,
                    options=tuple((_named(one), one.sha256) for one in images),
                ),
            ),
            self._room.recall,
        )

    # --- words ---

    def notes(self) -> None:
        """Write what is new."""
        draft = self._talk.draft
        notes = draft.notes if draft else {}
        dialog = AskDialog(
            translate("Release", "What is new"),
            translate("Release", "Both languages: nobody reads half a note."),
            translate("Release", "Keep"),
            fields={"English": notes.get("en", ""), "中文": notes.get("zh_CN", "")},
            long=True,
            parent=self._talk.page,
        )
        dialog.answer_with(lambda values: self._talk.answer(dialog, self._room.notes(*values)))
        self._talk.open(dialog)

    def fixes(self) -> None:
        """Name the reports that the week answers."""
        draft = self._talk.draft
        self._talk.form(
            translate("Release", "Reports answered"),
            translate("Release", "Who reported it is thanked and told that this week mends it."),
            translate("Release", "Keep"),
            (
                Field(
                    name=translate("Release", "Numbers of reports, one in each line"),
                    kind=Kind.LONG,
                    value="\n".join(draft.fixes) if draft else "",
                    optional=True,
                ),
            ),
            lambda text: self._room.fixes(text.replace(",", " ").split()),
        )

    def known(self) -> None:
        """Tell of problems that the week still has."""
        draft = self._talk.draft
        rows = [
            (one.id, one.words.get("en", ""), one.words.get("zh_CN", ""), ", ".join(one.models))
            for one in (draft.known if draft else ())
        ]
        dialog = RowsDialog(
            translate("Release", "Known issues"),
            translate("Release", "Problems that this week still has, in both languages."),
            (
                (translate("Release", "Name"), "blinds-slow"),
                ("English", ""),
                ("中文", ""),
                (translate("Release", "Only of these models"), "Lumen L1"),
            ),
            rows,
            ask=lambda rows: self._talk.answer(dialog, self._room.known(_known(rows))),
            parent=self._talk.page,
        )
        self._talk.open(dialog)

    def rings(self) -> None:
        """Say from when on how many homes may have the week."""
        draft = self._talk.draft
        rows = [
            (one.name, str(one.percent), _moment(one.opens))
            for one in (draft.rings if draft else ())
        ]

        def ask(rows: list[list[str]]) -> None:
            try:
                rings = [_ring(*row) for row in rows]
            except PublishError as error:
                dialog.tell_wrong(error)
            else:
                self._talk.answer(dialog, self._room.rings(rings))

        dialog = RowsDialog(
            translate("Release", "Rings"),
            translate(
                "Release",
                "From when on how many of the homes may have the week; never fewer, never earlier"
                " than the ring before. Without rings all have it at once. Times are UTC.",
            ),
            (
                (translate("Release", "Ring"), "orange-5"),
                (translate("Release", "Per cent of the homes"), "5"),
                (translate("Release", "Opens (UTC)"), "2026-11-27 18:00"),
            ),
            rows,
            ask=ask,
            parent=self._talk.page,
        )
        self._talk.open(dialog)

    # --- checks ---

    def waive(self, code: str, sha256: str) -> None:
        """Answer for a finding."""
        seen = self._talk.seen
        found = (
            [one for one in seen.findings if (one.code, one.sha256) == (code, sha256)]
            if seen
            else []
        )
        told = [
            words.say(one.code, one.facts, language.current(), book="gates")[0] for one in found
        ]
        signed = translate("Release", "Name and reason are signed and published with the week.")

        def ask(person: str, reason: str) -> Any:  # noqa: ANN401 - a future
            self._person = person
            return self._room.waive(sha256, code, person, reason)

        self._talk.form(
            translate("Release", "Answer for a finding"),
            "\n".join((*told, signed)),
            translate("Release", "Answer for it"),
            (
                Field(name=translate("Release", "Who answers for it"), value=self._person),
                Field(name=translate("Release", "Reason"), kind=Kind.LONG),
            ),
            ask,
        )

    def simulate(self) -> None:
        """Say who of an inventory gets what."""
        self._talk.form(
            translate("Release", "Simulate an inventory"),
            translate("Release", "Who gets what and when, who is skipped and why."),
            translate("Release", "Simulate"),
            (
                Field(
                    name=translate("Release", "Inventory file"),
                    kind=Kind.OPEN,
                ),
                Field(
                    name=translate("Release", "Sign its digest with the week"),
                    kind=Kind.TICK,
                    value=True,
                ),
            ),
            lambda file, keep: self._room.simulate(Path(file), keep=keep),
            self._simulated,
        )

    def deltas(self) -> None:
        """Measure whether a patch would be smaller; that takes minutes."""
        talk, stop = self._talk, threading.Event()
        dialog = WaitDialog(
            translate("Release", "Measuring patches"),
            translate(
                "Release",
                "Each is made, applied and compared with the file. It can take some minutes.",
            ),
            stop.set,
            talk.page,
        )

        def done(found: Any) -> None:  # noqa: ANN401 - of ReleaseDesk.deltas
            if not stop.is_set():
                dialog.accept()
                none = translate("Release", "No image has a published version before it.")
                text = release_text.deltas(found) or none
                talk.show(translate("Release", "Patches"), text)

        def failed(error: BaseException) -> None:
            if not stop.is_set():
                dialog.accept()
                talk.desk.failed.emit(error)

        talk.desk.ask(self._room.deltas(stop.is_set), talk, done, failed)
        talk.open(dialog)

    def bundle(self) -> None:
        """Write a published week as one file."""
        seen = self._talk.seen
        weeks = tuple(
            (f"{week} · {release.channel_name(channel)}", (week, channel))
            for channel, week in (seen.weeks if seen else ())
        )
        self._talk.form(
            translate("Release", "Write a bundle file"),
            translate("Release", "A published week as one file for a home without a connection."),
            translate("Release", "Write"),
            (
                Field(name=translate("Release", "Week"), kind=Kind.CHOICE, options=weeks),
                Field(name=translate("Release", "File"), kind=Kind.SAVE),
            ),
            lambda week, file: self._room.bundle(week[0], week[1], Path(file)),
            lambda file: self._talk.desk.say(
                translate("Release", "Written: {file}").format(file=file.name)
            ),
        )

    # --- asking ---

    def _simulated(self, found: Simulated) -> None:
        self._talk.wanted.emit()
        title = translate("Release", "Who gets what")
        self._talk.show(title, release_text.simulation(found.found, found.digest))

    def _images(self) -> list[Image]:
        seen, draft = self._talk.seen, self._talk.draft
        every = (*(draft.images if draft else ()), *(seen.published if seen else ()))
        gone = draft.recalled if draft else ()
        known = {one.sha256: one for one in every if one.sha256 not in gone}
        return sorted(known.values(), key=lambda one: (one.path, one.about.counter))


def _channel() -> Field:
    return Field(
        name=translate("Release", "Channel"),
        kind=Kind.CHOICE,
        options=tuple((release.channel_name(one), one) for one in Channel),
    )


def _about_fields() -> tuple[Field, ...]:
    def text(name: str) -> Field:
        return Field(name=name, optional=True, rare=True)

    return (
        text(translate("Release", "Vendor")),
        text(translate("Release", "Model")),
        text(translate("Release", "Version")),
        text(translate("Release", "Hardware, several with commas")),
        text(translate("Release", "Lowest version it may be installed over")),
        Field(
            name=translate("Release", "Release counter (empty: the next one)"),
            kind=Kind.NUMBER,
            rare=True,
            optional=True,
        ),
        Field(
            name=translate("Release", "Seconds until it is back after the restart"),
            kind=Kind.NUMBER,
            rare=True,
            value=180,
            least=1,
            most=86_400,
        ),
        Field(
            name=translate("Release", "One can go back after it"),
            kind=Kind.TICK,
            value=False,
            rare=True,
        ),
    )


def _about(values: Sequence[Any]) -> dict[str, Any]:
    vendor, model, version, hardware, minimum, counter, seconds, back = values
    return {
        "vendor": vendor,
        "model": model,
        "version": version,
        "hardware": [one.strip() for one in hardware.split(",") if one.strip()],
        "minimum": minimum,
        "counter": counter,
        "come_back_s": seconds,
        "keeps_previous": back,
    }


def _named(image: Image) -> str:
    about = image.about
    hardware = f" ({', '.join(about.hardware)})" if about.hardware else ""
    return f"{release_lines.image_name(image)} {about.version}{hardware} · {image.sha256[:12]}"


def _ring(name: str, percent: str, opens: str) -> Ring:
    if not percent.isdecimal():
        raise PublishError("ring_bad", ring=name, why="percent")
    try:
        at = dt.datetime.fromisoformat(opens)
    except ValueError as error:
        raise PublishError("ring_bad", ring=name, why="opens") from error
    moment = at.replace(tzinfo=at.tzinfo or dt.UTC).timestamp()
    return Ring(name=name, percent=int(percent), opens=int(moment))


def _moment(at: int) -> str:
    return dt.datetime.fromtimestamp(at, dt.UTC).strftime(_OPENS)


def _known(rows: list[list[str]]) -> list[Known]:
    return [
        Known(
            id=name,
            words={"en": en, "zh_CN": zh},
            models=tuple(one.strip() for one in models.split(",") if one.strip()),
        )
        for name, en, zh, models in rows
    ]
