"""The deeds of key holders: sign, publish, send and take event files, change who signs."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from typing import Any

from desktop.dialogs.form import Field, FormDialog, Kind
from desktop.dialogs.sign import KeyDialog
from desktop.language import translate
from desktop.models import release, release_text
from desktop.models.release_lines import role_name
from desktop.pages.release_talk import Talk
from desktop.release_desk import Seen
from firmware.exchange import Taken
from fleet.errors import OrangeryError

EVENT = ".orangery-event"


class PeopleDeeds:
    """Each asks what it needs in a dialog."""

    def __init__(self, talk: Talk) -> None:
        self._talk = talk
        self._room = talk.room
        self._key = ""  # chosen last; never a passphrase
        self._online = ""

    # --- keys that are used ---

    def sign(self) -> None:
        """Sign with one key."""

        def ask(key: Path, passphrase: str) -> Future[Seen]:
            self._key = str(key)
            return self._room.sign(key, passphrase)

        self._with_key(
            translate("Release", "Sign with my key"),
            translate(
                "Release",
                "Signs all that this key may sign and you see here. The key is used in a process"
                " of its own, which ends; it never comes into this window.",
            ),
            translate("Release", "Sign"),
            ask,
        )

    def publish(self) -> None:
        """Publish what is open."""

        def ask(folder: Path, passphrase: str) -> Future[Seen]:
            self._online = str(folder)
            return self._room.publish(folder, passphrase)

        self._with_key(
            translate("Release", "Publish"),
            translate(
                "Release",
                "Writes plain files to the folder mirror, the timestamp last. From then on homes"
                " that look there have what is open now.",
            ),
            translate("Release", "Publish"),
            ask,
            folder=True,
        )

    def heartbeat(self) -> None:
        """Sign the timestamp anew."""

        def ask(folder: Path, passphrase: str) -> Future[Seen]:
            self._online = str(folder)
            return self._room.heartbeat(folder, passphrase)

        self._with_key(
            translate("Release", "Sign the timestamp"),
            translate(
                "Release",
                "Homes know by it that the maker is still there. A daily job does it by itself:"
                " orangery release heartbeat.",
            ),
            translate("Release", "Sign"),
            ask,
            folder=True,
        )

    # --- between people ---

    def send(self) -> None:
        """Write what is open as one file."""
        talk, draft = self._talk, self._talk.draft
        maker = talk.seen.setup.maker if talk.seen else ""
        name = f"{maker}-{draft.week or 'keys'}{EVENT}" if draft else ""
        fields = (
            Field(name=translate("Release", "File"), kind=Kind.SAVE, value=name and _home(name)),
            Field(
                name=translate("Release", "With the images: who signs can look at them"),
                kind=Kind.TICK,
                value=True,
            ),
        )
        self._talk.form(
            translate("Release", "Send as a file"),
            translate(
                "Release",
                "What is open and its signatures so far, for the other key holders: by mail, stick"
                " or as you like. Nothing in it is secret, and nothing in it is believed unread.",
            ),
            translate("Release", "Write the file"),
            fields,
            lambda file, images: self._room.send(Path(file), with_images=images),
            lambda file: talk.desk.say(
                translate("Release", "Written: {file}").format(file=file.name)
            ),
        )

    def take(self, file: str = "") -> None:
        """Take in what another key holder sent."""
        talk = self._talk

        def ask(values: list[Any], *, replace: bool = False) -> None:
            future = self._room.take(Path(values[0]), replace=replace)
            talk.answer(dialog, future, self._taken, failed)

        def failed(error: BaseException) -> None:
            if isinstance(error, OrangeryError) and error.code == "event_conflict":
                theirs = translate("Release", "Give mine up, take theirs")
                dialog.offer(theirs, lambda values: ask(values, replace=True))

        dialog = FormDialog(
            translate("Release", "Take a file"),
            translate(
                "Release",
                "What it proposes is worked out anew here and each signature is verified before it"
                " is kept.",
            ),
            translate("Release", "Take it"),
            (_event(file),),
            ask=ask,
            parent=talk.page,
        )
        talk.open(dialog)

    def join(self) -> None:
        """Begin this folder with what another key holder sent."""
        self._talk.form(
            translate("Release", "Join a maker"),
            translate(
                "Release",
                "The fingerprint of the first root stands on the sheet of the key ceremony. Have it"
                " read to you: do not take it from the mail that brought the file.",
            ),
            translate("Release", "Join"),
            (_event(""), Field(name=translate("Release", "Fingerprint"))),
            lambda file, fingerprint: self._room.join(Path(file), fingerprint),
            self._taken,
        )

    def fingerprint(self) -> None:
        """Show the fingerprint of the first root."""

        def show(digest: str) -> None:
            groups = " ".join(digest[at : at + 4] for at in range(0, len(digest), 4))
            self._talk.show(
                translate("Release", "Fingerprint of the first root"),
                groups,
                translate(
                    "Release", "Read it to whoever joins; it stands on the ceremony's sheet."
                ),
            )

        self._talk.desk.ask(self._room.fingerprint(), self._talk, show)

    # --- who signs ---

    def rotate(self) -> None:
        """Put a new key in the place of another."""
        self._talk.form(
            translate("Release", "Replace a key"),
            translate(
                "Release",
                "For a key that is lost, stolen or old. In force when this event is published; a"
                " change of root is signed by the keys until now as well.",
            ),
            translate("Release", "Replace"),
            (self._name(), _public(), self._role(every=True)),
            lambda name, file, role: self._room.rotate_key(role, name, Path(file)),
        )

    def add_signer(self) -> None:
        """Let one more key sign."""
        self._talk.form(
            translate("Release", "Add a signer"),
            translate("Release", "The key may sign when this event is published."),
            translate("Release", "Add"),
            (_public(), self._role()),
            lambda file, role: self._room.add_signer(role, Path(file)),
        )

    def remove_signer(self) -> None:
        """Let a key sign no longer."""
        self._talk.form(
            translate("Release", "Remove a signer"),
            translate("Release", "The key may sign no longer when this event is published."),
            translate("Release", "Remove"),
            (self._name(), self._role(every=True)),
            lambda name, role: self._room.remove_signer(role, name),
        )

    def threshold(self) -> None:
        """Ask for another number of signatures."""
        self._talk.form(
            translate("Release", "Number of signatures"),
            translate("Release", "How many must sign a role, when this event is published."),
            translate("Release", "Keep"),
            (
                self._role(),
                Field(
                    name=translate("Release", "Signatures"),
                    kind=Kind.NUMBER,
                    value=2,
                    least=1,
                    most=99,
                ),
            ),
            self._room.set_threshold,
        )

    # --- asking ---

    def _taken(self, found: Taken) -> None:
        self._talk.wanted.emit()
        self._talk.show(translate("Release", "What came"), release_text.taken(found))

    def _name(self) -> Field:
        seen = self._talk.seen
        names = release.names_of(seen) if seen else ()
        return Field(
            name=translate("Release", "Key"),
            kind=Kind.CHOICE,
            options=tuple((name, name) for name in names),
        )

    def _role(self, *, every: bool = False) -> Field:
        """A choice of roles: one, or `every` that the key has (then a tuple, empty for all)."""
        seen = self._talk.seen
        roles = tuple(seen.setup.staff) if seen else ()
        one = tuple((role_name(role), (role,) if every else role) for role in roles)
        all_of_it = ((translate("Release", "All that it signs now"), ()),) if every else ()
        name = translate("Release", "Role")
        return Field(name=name, kind=Kind.CHOICE, options=(*all_of_it, *one))

    def _with_key(
        self,
        title: str,
        text: str,
        do: str,
        ask: Callable[[Path, str], Future[Seen]],
        *,
        folder: bool = False,
    ) -> None:
        talk = self._talk
        dialog = KeyDialog(
            title,
            text,
            do,
            folder=folder,
            start=self._online if folder else self._key,
            ask=lambda place, passphrase: talk.answer(dialog, ask(place, passphrase)),
            parent=talk.page,
        )
        talk.open(dialog)


def _event(file: str) -> Field:
    kinds = translate("Release", "Event files (*.orangery-event)")
    return Field(name=translate("Release", "Event file"), kind=Kind.OPEN, value=file, files=kinds)


def _public() -> Field:
    return Field(
        name=translate("Release", "Public half of the new key (.pub)"),
        kind=Kind.OPEN,
        files=translate("Release", "Public keys (*.pub)"),
    )


def _home(name: str) -> str:
    return str(Path.home() / name)
