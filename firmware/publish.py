"""For release staff: opens a week, adds images, collects signatures and publishes; writes TUF.

The published mirror is the state: what is current is what `<folder>/mirror` says, and its
timestamp.json, written last, is the moment of publication. Beside it lie setup.json (who is wanted
as signer), draft.json (the open event), images/ and the signatures collected so far. A proposal is
computed anew from these each time, so a signature counts only while it fits the very bytes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec
from tuf.api.metadata import Metadata

from firmware import durable, keys, staff, taking, weeks
from firmware.draft import Draft, Durations, Image, image_of, with_image
from firmware.errors import PublishError
from firmware.image import inspect
from firmware.keys import PublicKey
from firmware.local import keyring, remember
from firmware.online import Publication, beat, publish_all
from firmware.proposals import manifest, proposals, published_setup, week_waits
from firmware.published import Published, copy
from firmware.release import Books, Channel, Known, Ring
from firmware.signatures import (
    RoleStatus,
    Signatures,
    Status,
    Tally,
    check_complete,
    fits,
    keys_of,
    signed_proposals,
    status_of,
)
from firmware.signed import SCHEMA, About, Waiver, read_about, train_path
from firmware.staff import ALL_ONLINE, Setup, Team, info_of, setup_of

__all__ = ["Durations", "PublishError", "Publisher", "RoleStatus", "Status", "Tally", "Team"]


class Publisher:
    """One maker's release folder. One process at a time; nothing is kept in memory."""

    def __init__(self, folder: Path) -> None:
        """Open an existing folder. PublishError("publisher_missing")."""
        self.folder = folder
        self.mirror = folder / "mirror"
        self.published = Published(self.mirror)
        self._signatures = Signatures(folder / "signatures")
        _ = self.setup

    @classmethod
    def create(
        cls,
        folder: Path,
        *,
        maker: str,
        vendor: str,
        lines: Sequence[str],
        team: Team,
        now: float,
        durations: Durations | None = None,
    ) -> Publisher:
        """Lay out a new maker; both roots and targets are then to be signed like everything else.

        The folder of the snapshot's key is remembered as that of the online keys.
        PublishError: publisher_exists and those of staff.check.
        """
        setup = setup_of(
            maker=maker,
            vendor=vendor,
            lines=lines,
            team=team,
            now=now,
            durations=durations or Durations(),
        )
        return cls._laid_out(folder, setup, team.snapshot.file.parent)

    @classmethod
    def join(cls, folder: Path, setup: Setup, files: Mapping[str, bytes]) -> Publisher:
        """Lay out the folder of another key holder of the same maker.

        `files`: what is published, as Published.files() gives it; empty before the first week.
        PublishError: publisher_exists and those of staff.check and taking.take.
        """
        staff.check(setup)
        if files:
            taking.take(Published(folder / "mirror"), files)
        return cls._laid_out(folder, setup, None)

    @property
    def setup(self) -> Setup:
        """What the maker is, and who is wanted as signer. PublishError("publisher_missing")."""
        try:
            return msgspec.json.decode((self.folder / "setup.json").read_bytes(), type=Setup)
        except (OSError, msgspec.DecodeError) as error:
            raise PublishError("publisher_missing", folder=self.folder) from error

    @property
    def maker(self) -> str:
        """The maker's name."""
        return self.setup.maker

    @property
    def lines(self) -> tuple[str, ...]:
        """The product lines."""
        return self.setup.lines

    @property
    def roles(self) -> tuple[str, ...]:
        """All roles, in the order in which people sign; then the online ones."""
        return (*self.setup.people, *ALL_ONLINE)

    def root(self) -> bytes:
        """Return the first root.json: what a house pins. PublishError("mirror_incomplete")."""
        file = self.mirror / "metadata" / "1.root.json"
        try:
            return file.read_bytes()
        except OSError as error:
            raise PublishError("mirror_incomplete", file=file.name) from error

    # --- the event -------------------------------------------------------------------------------

    def open_week(
        self, week: str, now: float, *, channel: Channel = Channel.ORANGE, carry: bool = True
    ) -> Draft:
        """Open a week, as weeks.open_week says. PublishError: week_open, week_bad, week_too_old."""
        return self.begin(
            weeks.open_week(self.published, self.lines, week, now, channel=channel, carry=carry)
        )

    def open_keys(self, now: float) -> Draft:
        """Open an event without a week: only keys change, or terms are renewed. `week_open`."""
        return self.begin(Draft(week="", opened=int(now), counter=0))

    def withdraw(
        self, reasons: Mapping[str, str], now: float, *, channel: Channel = Channel.ORANGE
    ) -> Draft:
        """Open the event that takes the published week of a channel back; to be signed like a week.

        `reasons`: language -> why. PublishError: week_open, week_not_published, words_missing.
        """
        return self.begin(weeks.withdrawal(self.published, self.lines, reasons, now, channel))

    def begin(self, draft: Draft) -> Draft:
        """Open this event. PublishError("week_open") where another is."""
        if ours := self.draft():
            raise PublishError("week_open", week=ours.week or "keys")
        return self._save(draft)

    def change(self, rule: Callable[[Draft], Draft]) -> Draft:
        """Change the open week by a rule of weeks.py. PublishError: week_not_open, the rule's."""
        return self._save(rule(self._week()))

    def draft(self) -> Draft | None:
        """Return the open event, or None. PublishError("week_bad") where it cannot be read."""
        try:
            draft = msgspec.json.decode((self.folder / "draft.json").read_bytes(), type=Draft)
        except FileNotFoundError:
            return None
        except msgspec.DecodeError as error:
            raise PublishError("week_bad", week="draft.json") from error
        waits = not draft.week or week_waits(self.published, draft)
        if waits or proposals(self.setup, self.published, draft):
            return draft
        return None  # already published, when the program was killed

    def close_week(self) -> None:
        """Drop the open event, its signatures and its changes of keys; what is published stays."""
        self._save_setup(published_setup(self.setup, self.published))
        durable.remove(self.folder / "draft.json")
        self._signatures.forget()

    def adopt(self, setup: Setup, draft: Draft) -> Draft:
        """Take over an event that came from another key holder, or its newer state.

        PublishError: week_open (another event is), setup_other, week_too_old, week_bad and those of
        staff.check.
        """
        ours = self.draft()
        if ours and (ours.week, ours.channel, ours.opened) != (
            draft.week,
            draft.channel,
            draft.opened,
        ):
            raise PublishError("week_open", week=ours.week or "keys")
        taking.check_event(self.setup, staff.check(setup), self.published, draft)
        adopted = self._save(draft)
        self._save_setup(setup)
        return adopted

    def keep_image(self, file: Path, sha256: str) -> None:
        """Keep a copy of an image: what was looked at is what will be published.

        PublishError("image_unreadable") where its digest is another.
        """
        kept = self.folder / "images" / sha256
        if not kept.exists():
            copy(file, kept, sha256)

    def add(
        self,
        file: Path,
        line: str,
        *,
        beside: bool = False,
        hardware: Iterable[str] = (),
        **said: Any,  # noqa: ANN401 - as About has them
    ) -> Image:
        """Put an image into the open week; it replaces one for the same model and hardware.

        `said`: members of About; what the image's header says need not be said, and where both are
        they must agree. `beside`: the others stay, as stepping stones; published bytes may return.
        PublishError: line_unknown, image_unreadable and those of draft.image_of.
        """
        draft, setup = self._week(), self.setup
        if line not in setup.lines:
            raise PublishError("line_unknown", line=line)
        open_: dict[str, Any] = {
            "schema": SCHEMA,
            "version": "",
            "counter": 0,
            "vendor": "",
            "model": "",
        }
        asked = About(**open_ | said, hardware=tuple(hardware))
        try:
            facts = inspect(file)
        except OSError as error:
            raise PublishError("image_unreadable", file=file, why=error.strerror) from error
        before = self.published.images(line)
        image = next((one for one in before if beside and one.is_of(facts.sha256)), None)
        if image is None:
            kin = [*before, *(draft.images if beside else ())]
            image = image_of(
                facts, asked, vendor=setup.vendor, line=line, file=file.name, published=kin
            )
        self.keep_image(file, image.sha256)
        size, chunks = weeks.chunked(self.folder / "images" / image.sha256, image.size)
        about = msgspec.structs.replace(image.about, chunk_size=size, chunks=chunks)
        image = msgspec.structs.replace(image, about=about)
        read_about(image.path, msgspec.to_builtins(about))  # what we would refuse to read
        self._save(with_image(draft, image, beside=beside))
        return image

    def add_back(self, sha256: str, undoes: Iterable[str]) -> Image:
        """Put a way back into the open week, as weeks.way_back: the bytes of a published image.

        Where these are not here a gate says so.
        """
        draft, image = weeks.way_back(self._week(), self.published, self.lines, sha256, undoes)
        for file in self.mirror.glob(f"targets/fw/*/*/{sha256}.*"):
            self.keep_image(file, sha256)
        self._save(draft)
        return image

    def remove(self, path: str) -> Draft:
        """Take an image out of the open week. PublishError("image_unknown")."""
        return self._save(weeks.without(self._week(), path))

    def notes(self, en: str, zh: str) -> Draft:
        """Say what is new, in both languages: kept as "en" and "zh_CN"."""
        return self._save(msgspec.structs.replace(self._week(), notes={"en": en, "zh_CN": zh}))

    def fixes(self, reports: Iterable[str]) -> Draft:
        """Name the reports that this week answers."""
        return self._save(msgspec.structs.replace(self._week(), fixes=tuple(reports)))

    def books(self, rows: int, head: str) -> Draft:
        """Say how the books of points stood: the hub's checkpoint. PublishError("books_bad")."""
        try:
            said = msgspec.convert({"rows": rows, "head": head}, Books)
        except msgspec.ValidationError as error:
            raise PublishError("books_bad", fact=error) from error
        return self._save(msgspec.structs.replace(self._week(), books=said))

    def recall(self, sha256: str) -> Draft:
        """Call a file back: out of the week, and named so that houses stop installing it."""
        return self._save(weeks.recalled(self._week(), self.published, self.lines, sha256))

    def rings(self, rings: Iterable[Ring], salt: str = "") -> Draft:
        """Say from when on how many houses may have the week. PublishError("ring_bad")."""
        return self._save(weeks.with_rings(self._week(), rings, salt))

    def known(self, known: Iterable[Known]) -> Draft:
        """Name the known issues, all of them. PublishError: known_bad, words_missing."""
        return self._save(weeks.with_known(self._week(), known))

    def waive(self, sha256: str, code: str, person: str, reason: str) -> Draft:
        """Answer for a finding of the gates. PublishError: image_unknown, waiver_incomplete."""
        waiver = Waiver(sha256=sha256, code=code, person=person, reason=reason)
        return self._save(weeks.waived(self._week(), waiver))

    def drop(self, what: str, name: str, sha256: str = "") -> Draft:
        """Take a ring, a known issue or a waiver out of the week, as weeks.dropped."""
        return self._save(weeks.dropped(self._week(), what, name, sha256))

    def simulation(self, sha256: str) -> Draft:
        """Sign the digest of a simulation with the week. PublishError("simulation_bad")."""
        return self._save(weeks.simulated(self._week(), sha256))

    # --- keys ------------------------------------------------------------------------------------

    def rotate_key(self, roles: str | Iterable[str], old: str, new: PublicKey) -> Setup:
        """Want `new` in the place of the key named `old`: a rotation, or a lost or stolen key.

        What the bundle's root is to say of people follows the root. In force with the publication
        of the open event. PublishError: week_not_open, role_unknown, key_not_of_role and those of
        staff.check; so for the other three.
        """
        return self._want(staff.rotated(self.setup, _several(roles), old, info_of(new)))

    def add_signer(self, role: str, key: PublicKey) -> Setup:
        """Want one more key of a role."""
        return self._want(staff.added(self.setup, role, info_of(key)))

    def remove_signer(self, roles: str | Iterable[str], name: str) -> Setup:
        """Want a key no longer; refused where fewer would be left than must sign."""
        return self._want(staff.removed(self.setup, _several(roles), name))

    def set_threshold(self, role: str, threshold: int) -> Setup:
        """Want another number of signatures."""
        return self._want(staff.with_threshold(self.setup, role, threshold))

    # --- signatures ------------------------------------------------------------------------------

    def proposals(self) -> dict[str, Metadata[Any]]:
        """Return what waits for signatures, with those collected that fit, in writing order."""
        return signed_proposals(self.setup, self.published, self.draft(), self._signatures)

    def status(self) -> Status:
        """Return where everything stands, every signature verified anew."""
        setup, waiting = self.setup, self.proposals()
        roles = [status_of(role, setup, self.published, waiting) for role in self.roles]
        return Status(draft=self.draft(), roles=tuple(role for role in roles if role))

    def sign(self, role: str, key_file: Path, passphrase: str) -> RoleStatus:
        """Add one signature to a proposed role, verified before it is kept.

        PublishError: role_unknown, nothing_to_sign, key_not_of_role, signature_bad and those of
        keys.sign.
        """
        setup = self.setup
        if role not in setup.people:
            raise PublishError("role_unknown", role=role)
        waiting = self.proposals()
        if role not in waiting:
            raise PublishError("nothing_to_sign", role=role)
        key = keys.read(key_file)
        if key.keyid not in keys_of(role, setup, self.published):
            raise PublishError("key_not_of_role", key=key.name, role=role)
        self._sign(role, waiting[role], key, passphrase)
        return self._role(role)

    def sign_all(self, key_file: Path, passphrase: str) -> tuple[RoleStatus, ...]:
        """Sign every proposed role that this key may sign and has not signed.

        PublishError("nothing_to_sign") where there is none, and as `sign`.
        """
        setup, key = self.setup, keys.read(key_file)
        able = {
            role: metadata
            for role, metadata in self.proposals().items()
            if key.keyid in keys_of(role, setup, self.published)
            and key.keyid not in metadata.signatures
        }
        if not able:
            raise PublishError("nothing_to_sign", role=key.name)
        for role, metadata in able.items():
            self._sign(role, metadata, key, passphrase)
        return tuple(self._role(role) for role in able)

    def collect(self, role: str, signatures: Mapping[str, str]) -> tuple[str, ...]:
        """Keep those signatures (keyid -> hex) that fit what this tool itself proposes.

        Returns the names of whose were kept; others are left out without a word.
        """
        waiting = self.proposals().get(role)
        if waiting is None:
            return ()
        held, data = keys_of(role, self.setup, self.published), waiting.signed_bytes
        good = {
            keyid: text
            for keyid, text in signatures.items()
            if keyid in held and fits(held[keyid], text, data)
        }
        if good:
            self._signatures.keep(role, good)
        return tuple(sorted(staff.owner(held[keyid]) for keyid in good))

    # --- publication -----------------------------------------------------------------------------

    def publish(self, passphrase: str, now: float, *, keys: Path | None = None) -> Publication:
        """Publish the open event: static files under `mirror`, in the order online.py explains.

        `passphrase` opens the online keys, found by their id in the folder `keys` (default: the one
        used last). Cut at any point, run again, it ends in the new state. PublishError:
        week_not_open, week_empty, signatures_missing (role, have, need), version_taken and those of
        Keyring.sign; then nothing has changed.
        """
        draft, setup = self._draft(), self.setup
        waits = week_waits(self.published, draft)
        if waits and not (draft.images or draft.recalled or draft.withdrawn):
            raise PublishError("week_empty", week=draft.week)
        waiting = self.proposals()
        check_complete(setup, self.published, waiting)

        def write_targets() -> None:
            manifests = {train_path(draft.channel): manifest(draft)} if waits else {}
            self.published.write_targets(draft.images, self.folder / "images", manifests)

        if waiting:
            ring = keyring(self.folder, passphrase, keys)
            publish_all(setup, self.published, waiting, ring, now=now, write_targets=write_targets)
        self._signatures.forget()
        durable.remove(self.folder / "draft.json")
        return Publication(week=draft.week, channel=draft.channel, roles=tuple(waiting))

    def heartbeat(self, passphrase: str, now: float, *, keys: Path | None = None) -> float:
        """Sign the timestamp anew (daily), and what else of the online roles is near its end.

        Returns when the timestamp expires. Also while an event is open: the keys in force sign.
        PublishError("mirror_incomplete") before the first week, and those of Keyring.sign.
        """
        durations = self.setup.durations
        return beat(self.published, keyring(self.folder, passphrase, keys), durations, now)

    # --- files -----------------------------------------------------------------------------------

    @classmethod
    def _laid_out(cls, folder: Path, setup: Setup, keys: Path | None) -> Publisher:
        if (folder / "setup.json").exists():
            raise PublishError("publisher_exists", folder=folder)
        remember(folder, keys)
        durable.write(folder / "setup.json", _pretty(setup))
        return cls(folder)

    def _role(self, role: str) -> RoleStatus:
        status = status_of(role, self.setup, self.published, self.proposals())
        if status is None:
            raise PublishError("nothing_to_sign", role=role)
        return status

    def _sign(self, role: str, metadata: Metadata[Any], key: PublicKey, passphrase: str) -> None:
        data = metadata.signed_bytes
        text = keys.sign(key.file, passphrase, data)
        held = keys_of(role, self.setup, self.published)
        if not fits(held[key.keyid], text, data):
            raise PublishError("signature_bad", key=key.name)
        self._signatures.keep(role, {key.keyid: text})

    def _check_closed(self) -> None:
        if draft := self.draft():
            raise PublishError("week_open", week=draft.week or "keys")

    def _draft(self) -> Draft:
        draft = self.draft()
        if draft is None:
            raise PublishError("week_not_open")
        return draft

    def _week(self) -> Draft:
        """Return the open event where it is a week whose content can still change."""
        draft = self._draft()
        if not week_waits(self.published, draft):
            raise PublishError("week_not_open")
        return draft

    def _save(self, draft: Draft) -> Draft:
        """Keep the draft; versions that a cut publication has used up are not used again."""
        taken = {**draft.taken}
        for role, version in self.published.taken().items():
            taken[role] = max(version, taken.get(role, 0))
        draft = msgspec.structs.replace(draft, taken=taken)
        durable.write(self.folder / "draft.json", _pretty(draft))
        return draft

    def _want(self, setup: Setup) -> Setup:
        self._save(self._draft())
        self._save_setup(setup)
        return setup

    def _save_setup(self, setup: Setup) -> None:
        if setup != self.setup:
            durable.write(self.folder / "setup.json", _pretty(setup))


def _several(roles: str | Iterable[str]) -> tuple[str, ...]:
    return (roles,) if isinstance(roles, str) else tuple(roles)


def _pretty(value: msgspec.Struct) -> bytes:
    return msgspec.json.format(msgspec.json.encode(value), indent=1)
