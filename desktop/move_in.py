"""Takes a house out of one file: `orangery import`, Settings > Data.

In two steps. `prepare` reads and checks everything into a folder beside the house's own; nothing of
the house changes. `settle` puts it in its place while the house is closed: at once on the command
line, else at the next start. Both folders change places in one step of the file system where it has
one, and what was there before is kept beside. Killed at any moment, the old house or the new one is
there whole, and the next start goes on.

Some things belong to the computer and not to the house: who this desktop is, what it is to a hub,
its passwords, its consent to a file of them. Those of a house that was here before stay; what this
computer has seen of makers never falls behind it (firmware/seen.py Seen.rise).
"""

from __future__ import annotations

import hashlib
import logging
import secrets
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import IO, cast

import msgspec

from desktop import exchange_folders, house_file, places, settings, staff_token
from desktop.exchange_folders import arriving
from desktop.house_file import STORES, Contents, Entry, Manifest
from desktop.sealed import Lock, Opened, is_sealed
from feedback import book, moving
from firmware import durable, roots
from firmware.errors import TrustError
from firmware.seen import Seen
from fleet import brokers
from fleet.errors import CommandError, OrangeryError, StoreError
from fleet.store import HouseLock, Store

logger = logging.getLogger(__name__)

Told = Callable[[int, int], object]

_MARKER = "arriving.json"
_PIECE = 1 << 20
_OF_COMPUTER = ("secrets.json", "broker", "stage", "serve.port")
_REPORTS, _TRUST = "reports.sqlite", "trust/trust.sqlite"


class _Marker(msgspec.Struct, frozen=True, kw_only=True):
    """How far an arriving house is; without this file, a folder beside is one that was here."""

    ready: bool = False
    merged: bool = False  # what belongs to this computer is in it
    manifest: Manifest | None = None


@contextmanager
def opened(file: Path, *, passphrase: str = "", key: bytes = b"") -> Iterator[Contents]:
    """Give what is in `file`, checked as house_file.contents does. `key`: the secret half.

    CommandError: move_sealed (it is closed, and neither was given), those of Opened and contents;
    move_unreadable where it cannot be read at all.
    """
    with ExitStack() as stack:
        try:
            raw: IO[bytes] = stack.enter_context(file.open("rb"))
            start = raw.read(64)
            raw.seek(0)
        except OSError as error:
            raise CommandError("move_unreadable", fact=error.strerror or error) from error
        if is_sealed(start):
            if not (passphrase or key):
                raise CommandError("move_sealed", file=file)
            lock = Lock(passphrase=passphrase, key=key)
            raw = cast("IO[bytes]", stack.enter_context(closing(Opened(raw, lock))))
        found = house_file.contents(raw)
        stack.enter_context(closing(found.zip))
        yield found


def prepare(
    file: Path,
    folder: Path,
    *,
    passphrase: str = "",
    key: bytes = b"",
    told: Told = lambda _done, _all: None,
    stopped: Callable[[], bool] = lambda: False,
) -> Manifest:
    """Read `file` into a place beside `folder`, whole and checked, for `settle` to put there.

    What was prepared before and not settled is dropped. CommandError as `opened`; move_damaged
    (fact: which file is not what was written), move_newer, move_other_root (maker),
    move_cancelled. StoreError: disk_full, store_unwritable. Nothing is left behind then.
    """
    place = arriving(folder)
    _set_right(folder)
    drop(folder)
    with opened(file, passphrase=passphrase, key=key) as found, durable.told(place):
        manifest = found.manifest
        place.parent.mkdir(parents=True, exist_ok=True)
        if shutil.disk_usage(place.parent).free < manifest.size:
            raise StoreError("disk_full", path=place, words=f"{manifest.size >> 20} MB")
        try:
            place.mkdir(mode=0o700)
            _mark(place, _Marker())
            _unpack_all(found, place, told, stopped)
            _open_once(place)
            _same_makers(place, folder)
            _mark(place, _Marker(ready=True, manifest=manifest))
        except BaseException:
            shutil.rmtree(place, ignore_errors=True)
            raise
    return manifest


def waiting(folder: Path) -> Manifest | None:
    """Return what was prepared for this folder and waits to be settled."""
    marker = _marker(arriving(folder))
    return marker.manifest if marker and marker.ready else None


def drop(folder: Path) -> None:
    """Forget what was prepared. A house that was here before is never dropped."""
    if _marker(place := arriving(folder)) is not None:
        shutil.rmtree(place, ignore_errors=True)


def settle(folder: Path) -> Path | None:
    """Put a prepared house in its place; return where the one before is kept, None for none.

    Does nothing where nothing was prepared. StoreError: house_locked (pid), store_unwritable,
    disk_full; CommandError("move_other_root"). Then the house is as it was.
    """
    place = arriving(folder)
    if not exchange_folders.beside(folder):
        return None
    if (marker := _marker(place)) is None or not marker.ready:
        return _set_right(folder)
    _set_right(folder)
    with durable.told(folder), HouseLock(folder), HouseLock(place):
        if not marker.merged:
            _same_makers(place, folder)
            _merge(place, folder)
            _mark(place, msgspec.structs.replace(marker, merged=True))
        exchange_folders.exchange(place, folder)
        return _set_right(folder)


def settle_quietly(folder: Path) -> None:
    """The same at the start of a program: where it cannot be, the house opens as it was."""
    try:
        settle(folder)
    except OrangeryError as error:
        logger.warning("the imported house waits: %s", error)


def is_house(folder: Path) -> bool:
    """Whether a house is in this folder."""
    return any((folder / name).exists() for name in (*STORES, "settings.json", "brokers.json"))


def to_type_again(folder: Path) -> list[dict[str, str]]:
    """Return which secrets of the house in `folder` this computer does not have.

    Each {"what": broker, certificate, staff or hub, "name", "user"}.
    """
    missing: list[dict[str, str]] = []
    for one in brokers.load(folder):
        with suppress(OrangeryError):
            if one.user and not brokers.password(one):
                missing.append({"what": "broker", "name": one.name, "user": one.user})
        missing += [
            {"what": "certificate", "name": one.name, "user": file}
            for file in (one.ca_file, one.cert_file, one.key_file)
            if file and not Path(file).exists()
        ]
    chosen, link = settings.load(folder), _link(folder)
    missing += _staff_missing(chosen)
    if link is not None and link.name and not link.member_id:
        missing.append({"what": "hub", "name": link.hub_name, "user": link.name})
    return missing


def missing_in_arrived(folder: Path) -> list[dict[str, str]]:
    """Return the same of a house that was prepared for `folder` and waits to be settled."""
    place = arriving(folder)
    missing = [one for one in to_type_again(place) if one["what"] != "hub"]
    copied, here = _link(place), _link(folder)
    if copied is not None and copied.member_id and not (here is not None and here.member_id):
        missing.append({"what": "hub", "name": copied.hub_name, "user": copied.name})
    return missing


def _staff_missing(chosen: settings.Settings) -> Iterator[dict[str, str]]:
    with suppress(OrangeryError):
        if chosen.staff_hub and not staff_token.read(chosen.staff_hub):
            yield {"what": "staff", "name": chosen.staff_hub, "user": chosen.staff_name}


# --- steps ---------------------------------------------------------------------------------------


def _unpack_all(found: Contents, place: Path, told: Told, stopped: Callable[[], bool]) -> None:
    done = 0
    for entry in found.manifest.files:
        for size in _unpack(found, entry, place):
            if stopped():
                raise CommandError("move_cancelled")
            told(done := done + size, found.manifest.size)


def _unpack(found: Contents, entry: Entry, place: Path) -> Iterator[int]:
    """Write one entry and give the sizes of its pieces. CommandError("move_damaged")."""
    to = place / entry.name
    durable.make_folder(to.parent)
    digest, left = hashlib.sha256(), entry.size
    try:
        with found.zip.open(entry.name) as source, to.open("xb") as out:
            while piece := source.read(min(_PIECE, left + 1)):
                left -= len(piece)
                if left < 0:
                    raise CommandError("move_damaged", fact=entry.name)
                digest.update(piece)
                out.write(piece)
                yield len(piece)
    except house_file.BROKEN as error:
        raise CommandError("move_damaged", fact=entry.name) from error
    if left or digest.hexdigest() != entry.sha256:
        raise CommandError("move_damaged", fact=entry.name)
    durable.settle(to, to)


def _open_once(place: Path) -> None:
    """Let each database be opened, and brought to the newest; read what was chosen."""
    try:
        for name, migrations in STORES.items():
            if (place / name).exists():
                Store.open(place / name, migrations, durable=True, copied=False).close()
        settings.load(place)
        brokers.load(place)
        places.read(place / "home.json")
    except StoreError as error:
        if error.code == "store_newer":
            raise CommandError("move_newer", version=error.facts["migration"]) from error
        if error.code in ("store_corrupt", "settings_unreadable", "settings_broken"):
            raise CommandError("move_damaged", fact=error) from error
        raise


def _same_makers(place: Path, folder: Path) -> None:
    """Refuse a maker under a name that this computer knows with another root."""
    for theirs in sorted((place / "makers").glob("*.root.json")):
        ours = folder / "makers" / theirs.name
        if ours.exists() and _root(ours) not in ("", _root(theirs)):
            maker = theirs.name.removesuffix(".root.json")
            raise CommandError("move_other_root", maker=maker)


def _root(file: Path) -> str:
    try:
        return roots.fingerprint(file.read_bytes())
    except (OSError, TrustError):
        return ""


def _merge(place: Path, folder: Path) -> None:
    """Bring into the arriving house what belongs to this computer; may be done more than once."""
    here = is_house(folder)
    arrived = settings.load(place)
    in_file = settings.load(folder).secrets_in_file if here else False
    settings.save(place, replace(arrived, secrets_in_file=in_file))
    _be_this_desktop(place, folder)
    if (place / _REPORTS).exists():
        with Store.open(place / _REPORTS, STORES[_REPORTS], durable=True) as store:
            moving.settle_in(store, _link(folder))
    if (folder / _TRUST).exists():
        (place / "trust").mkdir(exist_ok=True)
        with closing(Seen(place / _TRUST)) as seen, closing(Seen(folder / _TRUST)) as before:
            seen.rise(before)
    for root in (folder / "makers").glob("*.root.json"):
        _bring(root, place / "makers" / root.name)
    for name in _OF_COMPUTER:
        _bring(folder / name, place / name)


def _be_this_desktop(place: Path, folder: Path) -> None:
    """Two houses out of one file are two desktops: this one keeps its own id, or gets a new one."""
    arrived = places.read(place / "home.json")
    if arrived is None:
        return
    before = places.read(folder / "home.json")
    own = before.desktop if before else secrets.token_hex(8)
    kept = msgspec.structs.replace(arrived, desktop=own)
    durable.write(place / "home.json", msgspec.json.format(msgspec.json.encode(kept)))


def _link(folder: Path) -> book.Link | None:
    if not (folder / _REPORTS).exists():
        return None
    with Store.open(folder / _REPORTS, STORES[_REPORTS], durable=True) as store:
        return book.load_link(store)


def _bring(source: Path, to: Path) -> None:
    """Have a file or folder there as well, by a second name of the same bytes where that works."""
    if source.is_dir():
        for each in source.iterdir():
            _bring(each, to / each.name)
    elif source.is_file() and not to.exists():
        to.parent.mkdir(parents=True, exist_ok=True)
        try:
            to.hardlink_to(source)
        except OSError:
            shutil.copy2(source, to)


def _set_right(folder: Path) -> Path | None:
    """After both changed places: keep the one that was here beside, and take the marker away."""
    kept = None
    for place in (arriving(folder), exchange_folders.between(folder)):
        if not place.exists() or _marker(place) is not None:
            continue
        if is_house(place):
            kept = _aside(folder)
            place.rename(kept)
        else:  # a folder in which there was no house
            shutil.rmtree(place, ignore_errors=True)
    with suppress(FileNotFoundError):
        (folder / _MARKER).unlink()
    return kept


def _aside(folder: Path) -> Path:
    day = time.strftime("%Y-%m-%d")
    names = (f"{folder.name}.before-{day}" + (f"-{n}" if n else "") for n in range(10_000))
    return next(one for name in names if not (one := folder.with_name(name)).exists())


def _mark(place: Path, marker: _Marker) -> None:
    durable.write(place / _MARKER, msgspec.json.encode(marker))


def _marker(place: Path) -> _Marker | None:
    try:
        return msgspec.json.decode((place / _MARKER).read_bytes(), type=_Marker)
    except FileNotFoundError:
        return None
    except (OSError, msgspec.MsgspecError):
        return _Marker()
