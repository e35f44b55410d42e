"""A whole house leaves as one file and arrives as it was, or nothing changes."""

from __future__ import annotations

import hashlib
import io
import json
import stat
import zipfile
from contextlib import closing

import msgspec
import pytest

from desktop import exchange_folders, house_file, move_in, move_out, places, sealed, settings
from desktop.app import Household
from desktop.door import waited
from desktop.opening import Opening
from feedback import book, outbox
from feedback.commands import SaveDraft
from firmware import steps
from firmware.seen import Floor, Seen, Standing
from fleet import brokers
from fleet.brokers import OwnBroker
from fleet.errors import OrangeryError
from fleet.store import HouseLock, Store
from tests.desktop.furnished import live_in, rows
from tests.desktop.homes import Voice, device_called, furnish, until
from tests.firmware.simulator import Simulator


@pytest.fixture(scope="module")
def lived_in(tmp_path_factory):
    """A house that was lived in, its broker gone; nobody changes it."""
    place = tmp_path_factory.mktemp("lived")
    with OwnBroker() as broker:
        live_in(place / "house", broker.port, Simulator(place / "mirror"))
    return place / "house"


@pytest.fixture
def file(lived_in, tmp_path):
    move_out.write(lived_in, tmp_path / "house.zip")
    return tmp_path / "house.zip"


def moved(file, folder, **more):
    move_in.prepare(file, folder, **more)
    return move_in.settle(folder)


def refusal(file, folder, **more):
    with pytest.raises(OrangeryError) as refused:
        move_in.prepare(file, folder, **more)
    assert not exchange_folders.beside(folder)
    return refused.value.code


# --- round trip ----------------------------------------------------------------------------------


@pytest.mark.broker
def test_a_furnished_house_arrives_row_by_row_and_byte_by_byte(lived_in, file, tmp_path):
    new = tmp_path / "new"
    assert moved(file, new) is None
    for name in house_file.STORES:
        if not (lived_in / name).exists():
            continue
        here, there = rows(lived_in, name), rows(new, name)
        if name == "reports.sqlite":  # who this computer is to a hub is its own
            for one in (here, there):
                one.pop("link")
                one["action"] = [row for row in one["action"] if not isinstance(row, tuple)]
        assert there == here, name
    same = ("brokers.json", "window.json", "makers/acme.root.json")
    blobs = [one for one in move_out.names(lived_in) if one.startswith("blobs/")]
    assert blobs
    for name in (*same, *blobs):
        assert (new / name).read_bytes() == (lived_in / name).read_bytes(), name
    kept = msgspec.structs.replace
    assert settings.load(new) == settings.replace(settings.load(lived_in), secrets_in_file=False)
    was, now = (places.read(folder / "home.json") for folder in (lived_in, new))
    assert kept(now, desktop=was.desktop) == was
    assert now.desktop != was.desktop


@pytest.mark.broker
def test_it_opens_and_shows_what_there_was(file, tmp_path):
    moved(file, tmp_path / "new")
    brokers.save(tmp_path / "new", [])
    with Household(tmp_path / "new") as house:
        now = house.client.snapshot()
        (lamp,) = now.devices.values()
        assert (lamp.name, lamp.room, lamp.tags) == (
            "The lamp", "Hall", frozenset({"upstairs", "mine"}),
        )  # fmt: skip
        assert lamp.pinned
        assert {one.title for one in now.facts["report"].values()} == {"It blinks", "It hums"}
        assert now.facts["attachment"]
        assert now.facts["region"]["home"].region == "NL"
    with Store.look(tmp_path / "new" / "rollout.sqlite") as store:
        verified = steps.Steps(store).verify()
    assert verified.rows > 0
    assert verified.broken_at is None


@pytest.mark.broker
def test_every_file_of_a_house_is_known_to_travel_or_to_stay(lived_in):
    found = [one.relative_to(lived_in).as_posix() for one in lived_in.rglob("*") if one.is_file()]
    assert [one for one in found if not house_file.travels(one) and not house_file.stays(one)] == []
    assert [one for one in found if house_file.travels(one) and house_file.stays(one)] == []


@pytest.mark.broker
def test_no_secret_leaves(lived_in, tmp_path):
    (lived_in / "secrets.json").write_text('{"orangery\\nme@broker": "hunter22"}')
    (lived_in / "broker").mkdir(exist_ok=True)
    (lived_in / "broker" / "server.key").write_text("hunter22")
    try:
        made = move_out.write(lived_in, tmp_path / "house.zip")
    finally:
        (lived_in / "secrets.json").unlink()
        (lived_in / "broker" / "server.key").unlink()
    assert not [one.name for one in made.files if "secret" in one.name or "broker/" in one.name]
    with zipfile.ZipFile(tmp_path / "house.zip") as packed:
        assert not any(b"hunter22" in packed.read(name) for name in packed.namelist())
    assert stat.S_IMODE((tmp_path / "house.zip").stat().st_mode) == 0o600


@pytest.mark.broker
@pytest.mark.parametrize("way", ["passphrase", "key"])
def test_a_locked_one_opens_for_whom_it_was_locked_alone(lived_in, tmp_path, way):
    secret = sealed.new_key()
    close, open_ = {
        "passphrase": ({"passphrase": "three old boats"}, {"passphrase": "three old boats"}),
        "key": ({"key": sealed.public(secret)}, {"key": secret}),
    }[way]
    locked = tmp_path / "house.zip.age"
    move_out.write(lived_in, locked, **close)
    assert refusal(locked, tmp_path / "new") == "move_sealed"
    assert refusal(locked, tmp_path / "new", passphrase="three new boats") == "sealed_wrong"
    moved(locked, tmp_path / "new", **open_)
    assert rows(tmp_path / "new", "house.sqlite") == rows(lived_in, "house.sqlite")


@pytest.mark.broker
def test_a_running_house_is_exported_whole(tmp_path, broker):
    folder = furnish(tmp_path / "house", broker.port, Simulator(tmp_path / "mirror"))
    with Household(folder) as house, Voice(broker.port):
        until(house.client, device_called("Hall lamp"))
        done = []
        for number in range(5):
            waited(house.client.send(SaveDraft(title=f"Draft {number}")))
            made = move_out.write(
                folder, tmp_path / "f.zip", told=lambda at, of: done.append(at / of)
            )
            assert (made.devices, made.reports) == (1, number + 1)
    assert done[-1] == 1.0
    assert all(0 <= one <= 1 for one in done)
    moved(tmp_path / "f.zip", tmp_path / "new")
    assert len(rows(tmp_path / "new", "reports.sqlite")["report"]) == 5
    assert not list(folder.glob("leaving-*"))


def test_cancelled_it_leaves_no_file_and_the_one_before_as_it_was(tmp_path):
    folder, file = furnish(tmp_path / "house"), tmp_path / "out.zip"
    file.write_bytes(b"the one of last week")
    with pytest.raises(OrangeryError, match="move_cancelled"):
        move_out.write(folder, file, stopped=lambda: True)
    assert file.read_bytes() == b"the one of last week"
    assert {one.name for one in tmp_path.iterdir()} == {"house", "out.zip"}
    with pytest.raises(OrangeryError, match="no_house"):
        move_out.write(tmp_path / "nowhere", file)


# --- what is refused -----------------------------------------------------------------------------


def packed_as(file, out, change=lambda _name, data: data, more=(), manifest=None):
    """Write the file's entries anew, changed."""
    with zipfile.ZipFile(file) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            data = old.read(name)
            if name == house_file.MANIFEST and manifest:
                data = json.dumps(manifest(json.loads(data))).encode()
            new.writestr(name, change(name, data))
        for name, data in more:
            new.writestr(name, data)
    return out


@pytest.fixture
def small(tmp_path):
    """The file of a house that has only its settings."""
    move_out.write(furnish(tmp_path / "old"), tmp_path / "small.zip")
    return tmp_path / "small.zip"


def test_a_file_cut_anywhere_is_refused_and_nothing_changes(small, tmp_path):
    data = small.read_bytes()
    for size in range(0, len(data), 7):
        (tmp_path / "cut.zip").write_bytes(data[:size])
        assert refusal(tmp_path / "cut.zip", tmp_path / "new") == "move_unreadable"
    assert not (tmp_path / "new").exists()


def test_a_changed_byte_is_refused(small, tmp_path):
    bent = packed_as(
        small, tmp_path / "b.zip", lambda name, data: data.replace(b'"theme"', b'"them3"')
    )
    assert refusal(bent, tmp_path / "new") == "move_damaged"


def test_what_is_no_house_is_refused(tmp_path, small):
    assert refusal(tmp_path / "nowhere.zip", tmp_path / "new") == "move_unreadable"
    (tmp_path / "notes.zip").write_bytes(b"some words" * 100)
    assert refusal(tmp_path / "notes.zip", tmp_path / "new") == "move_unreadable"
    with zipfile.ZipFile(tmp_path / "other.zip", "w") as other:
        other.writestr("readme.txt", "hello")
    assert refusal(tmp_path / "other.zip", tmp_path / "new") == "move_unreadable"
    other_kind = packed_as(small, tmp_path / "k.zip", manifest=lambda said: {**said, "format": "x"})
    assert refusal(other_kind, tmp_path / "new") == "move_unreadable"


def test_one_of_a_newer_program_is_refused(small, tmp_path):
    newer = packed_as(small, tmp_path / "n.zip", manifest=lambda said: {**said, "version": 2})
    assert refusal(newer, tmp_path / "new") == "move_newer"


FOREIGN = (
    "../../.bashrc",
    "/etc/passwd",
    "secrets.json",
    "makers/../x.root.json",
    "blobs/x",
    "a\\b",
)


@pytest.mark.parametrize("name", FOREIGN)
def test_a_name_that_no_export_has_is_refused(small, tmp_path, name):
    entry = {"name": name, "size": 1, "sha256": "0" * 64}
    for listed in (True, False):
        bad = packed_as(
            small,
            tmp_path / "bad.zip",
            more=[(name, b"x")],
            manifest=lambda said: {**said, "files": said["files"] + [entry] * listed},  # noqa: B023
        )
        assert refusal(bad, tmp_path / "new") == "move_foreign"


def test_a_link_is_refused(small, tmp_path):
    with zipfile.ZipFile(small) as old, zipfile.ZipFile(tmp_path / "l.zip", "w") as new:
        for info in old.infolist():
            if info.filename == "settings.json":
                info.external_attr = (stat.S_IFLNK | 0o777) << 16
            new.writestr(info, old.read(info))
    assert refusal(tmp_path / "l.zip", tmp_path / "new") == "move_foreign"


def test_two_entries_of_one_name_are_refused(small, tmp_path):
    with pytest.warns(UserWarning, match="Duplicate"):
        twice = packed_as(small, tmp_path / "t.zip", more=[("settings.json", b"{}")])
    assert refusal(twice, tmp_path / "new") == "move_foreign"


def test_what_unpacks_to_a_disk_full_of_nothing_is_refused(small, tmp_path):
    size = 1 << 29
    entry = {"name": "window.json", "size": size, "sha256": "0" * 64}
    out = packed_as(
        small, tmp_path / "b.zip", manifest=lambda said: {**said, "files": [*said["files"], entry]}
    )
    with (
        zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as bomb,
        bomb.open("window.json", "w") as to,
    ):
        for _ in range(size >> 20):
            to.write(bytes(1 << 20))
    assert refusal(out, tmp_path / "new") == "move_too_large"


def test_one_with_a_broken_database_is_refused(tmp_path):
    folder = furnish(tmp_path / "old")
    with Store.open(folder / "house.sqlite", house_file.STORES["house.sqlite"]):
        pass
    move_out.write(folder, tmp_path / "h.zip")
    junk = b"SQLite format 3\0" + b"no database " * 500
    told = {"name": "house.sqlite", "size": len(junk), "sha256": hashlib.sha256(junk).hexdigest()}
    broken = packed_as(
        tmp_path / "h.zip",
        tmp_path / "b.zip",
        lambda name, data: junk if name == "house.sqlite" else data,
        manifest=lambda said: {
            **said,
            "files": [told if one["name"] == "house.sqlite" else one for one in said["files"]],
        },
    )
    assert refusal(broken, tmp_path / "new") == "move_damaged"


def test_a_full_disk_is_said_before_anything_is_unpacked(small, tmp_path, monkeypatch):
    class Full:
        free = 3

    monkeypatch.setattr(move_in.shutil, "disk_usage", lambda _: Full)
    assert refusal(small, tmp_path / "new") == "disk_full"


# --- over a house that is there ------------------------------------------------------------------


@pytest.fixture
def there(tmp_path):
    """A house that is there before, with a desktop of its own."""
    folder = furnish(tmp_path / "home", region="DE")
    with Household(folder) as house:
        waited(house.client.send(SaveDraft(title="Of the one that was here")))
    (folder / "home.json").write_bytes(
        msgspec.json.encode(places.Kept(desktop="me", home="a" * 32))
    )
    (folder / "secrets.json").write_text("{}")
    return folder


def test_the_house_before_is_kept_beside_and_this_desktop_stays_itself(small, there):
    kept = moved(small, there)
    assert settings.load(kept).region == "DE"
    assert settings.load(there).region == ""
    assert (there / "secrets.json").exists()
    assert not exchange_folders.beside(there)
    assert len(rows(kept, "reports.sqlite")["report"]) == 1


def test_prepared_in_a_window_it_is_there_after_the_next_start(small, there):
    move_in.prepare(small, there)
    assert settings.load(there).region == "DE"
    assert move_in.waiting(there).format == "orangery-house"
    with Opening(there) as opening:
        assert opening.look.language == ""
    assert settings.load(there).region == ""
    assert move_in.waiting(there) is None


def test_what_was_prepared_can_be_dropped(small, there):
    move_in.prepare(small, there)
    move_in.drop(there)
    assert move_in.settle(there) is None
    assert settings.load(there).region == "DE"


def test_a_house_that_is_open_is_not_replaced_under_its_feet(small, there):
    move_in.prepare(small, there)
    with HouseLock(there):
        with pytest.raises(OrangeryError, match="house_locked"):
            move_in.settle(there)
        move_in.settle_quietly(there)
    assert settings.load(there).region == "DE"


class Killed(BaseException):
    """The power went."""


STEPS = ("_same_makers", "_merge", "_be_this_desktop", "_mark", "_set_right", "_aside")


@pytest.fixture(params=["in one step", "by three renames"])
def one_step(request, monkeypatch):
    """As file systems can, and as those can that know no exchange."""
    if request.param != "in one step":
        monkeypatch.setattr(exchange_folders, "_in_one", lambda *_: exchange_folders._CANNOT[0])


@pytest.mark.usefixtures("one_step")
@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("step", [*STEPS, "exchange"])
def test_killed_at_any_step_the_old_one_or_the_new_one_is_whole(
    small, there, monkeypatch, step, after
):
    move_in.prepare(small, there)
    where = exchange_folders if step == "exchange" else move_in
    real = getattr(where, step)

    def killed(*words, **more):
        if after:
            real(*words, **more)
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(where, step, killed)
        with pytest.raises(Killed):
            move_in.settle(there)
    assert settings.load(there).region in ("DE", "")
    move_in.settle(there)
    assert settings.load(there).region == ""
    assert not exchange_folders.beside(there)
    (kept,) = there.parent.glob("home.before-*")
    assert settings.load(kept).region == "DE"
    assert (there / "secrets.json").exists()


@pytest.mark.parametrize("renames", [0, 1, 2])
def test_killed_between_three_renames_the_next_start_goes_on(small, there, monkeypatch, renames):
    move_in.prepare(small, there)
    monkeypatch.setattr(exchange_folders, "_in_one", lambda *_: exchange_folders._CANNOT[0])
    real, done = type(there).rename, []

    def rename(self, to):
        if len(done) == renames:
            raise Killed
        done.append(to)
        return real(self, to)

    with monkeypatch.context() as patch:
        patch.setattr(type(there), "rename", rename)
        with pytest.raises(Killed):
            move_in.settle(there)
    with Opening(there):
        assert settings.load(there).region == ""
    (kept,) = there.parent.glob("home.before-*")
    assert settings.load(kept).region == "DE"


# --- what never falls, and who is who ------------------------------------------------------------


def has_seen(folder, number, root=1):
    (folder / "trust").mkdir(exist_ok=True)
    with closing(Seen(folder / "trust" / "trust.sqlite")) as seen:
        floors = [
            Floor("root", root),
            Floor("timestamp", number, "k"),
            Floor("counter:train|orange", number),
        ]
        seen.keep(
            Standing(maker="acme", source=f"{number}"), floors, {"timestamp.json": b"%d" % number}
        )


@pytest.mark.parametrize(("old", "new"), [(5, 9), (9, 5)])
def test_an_import_brings_back_no_older_week(tmp_path, old, new):
    out = furnish(tmp_path / "old")
    has_seen(out, old)
    move_out.write(out, tmp_path / "f.zip")
    here = furnish(tmp_path / "here")
    has_seen(here, new)
    moved(tmp_path / "f.zip", here)
    with closing(Seen(here / "trust" / "trust.sqlite")) as seen:
        floors = {one.name: one.number for one in seen.floors("acme")}
        assert floors == {"root": 1, "timestamp": 9, "counter:train|orange": 9}
        assert seen.standing("acme").source == "9"
        assert seen.files("acme") == {"timestamp.json": b"9"}


def test_a_maker_with_another_root_is_refused(tmp_path):
    out = furnish(tmp_path / "old", 0, Simulator(tmp_path / "one"))
    move_out.write(out, tmp_path / "f.zip")
    here = furnish(tmp_path / "here", 0, Simulator(tmp_path / "two"))
    assert refusal(tmp_path / "f.zip", here) == "move_other_root"


def link_of(folder):
    with Store.look(folder / "reports.sqlite") as store:
        return book.load_link(store)


def at_a_hub(folder, **said):
    with Store.open(folder / "reports.sqlite", outbox.MIGRATIONS, durable=True) as store:
        link = book.Link(
            outbox_id="box", key="house-1", secret="ab", member_id="m", hub_url="https://h"
        )
        with store.write() as db:
            book.save_link(db, link)
            for number in range(2):
                book.queue(
                    db, link, op_id=f"op-{number}", kind="reply", body=b"{}", report="", now=1.0
                )
            db.execute("UPDATE action SET state = 'acked' WHERE op_id = 'op-0'")


def test_a_second_house_out_of_one_file_is_nobody_at_the_hub_and_says_nothing_twice(tmp_path):
    out = furnish(tmp_path / "old")
    at_a_hub(out)
    move_out.write(out, tmp_path / "f.zip")
    for name in ("one", "two"):
        moved(tmp_path / "f.zip", tmp_path / name)
    one, two = link_of(tmp_path / "one"), link_of(tmp_path / "two")
    assert len({"box", one.outbox_id, two.outbox_id}) == 3
    assert len({"house-1", one.key, two.key}) == 3
    assert (one.member_id, one.hub_url) == ("", "")
    with Store.look(tmp_path / "one" / "reports.sqlite") as store:
        (waits,) = book.unsettled(store, one)
    assert (waits.op_id, waits.seq) == ("op-1", 1)  # its own id: a hub takes it once


def test_over_a_house_that_is_at_a_hub_this_computer_stays_that_member(tmp_path):
    out = furnish(tmp_path / "old")
    at_a_hub(out)
    move_out.write(out, tmp_path / "f.zip")
    moved(tmp_path / "f.zip", out)
    link = link_of(out)
    assert (link.member_id, link.key, link.hub_url) == ("m", "house-1", "https://h")
    assert link.outbox_id != "box"


def test_a_zip_in_memory_is_read_like_a_file(small):
    found = house_file.contents(io.BytesIO(small.read_bytes()))
    assert [one.name for one in found.manifest.files] == ["settings.json"]
    found.zip.close()
