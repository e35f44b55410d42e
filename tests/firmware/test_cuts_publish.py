"""A power cut at any instant of the signing tool: the old week or the new, no signature lost."""

import hashlib
import shutil
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from firmware import keys
from firmware.publish import Publisher
from firmware.trust import Maker, Trust
from tests.firmware.cuts import cut, never_neither, operations, stop
from tests.firmware.makers import DAY, WORDS, create, key_ring, lamp, sign_all


@pytest.fixture(scope="module")
def ring(tmp_path_factory):
    return key_ring(tmp_path_factory.mktemp("ring"), "new", "new-online")


@pytest.fixture(scope="module", autouse=True)
def each_signature_once():
    """The same bytes give the same signature: a child process for each is made only once."""
    known: dict[str, str] = {}
    real = keys.sign

    def sign(*what: object) -> str:
        asked = repr(what)
        if asked not in known:
            known[asked] = real(*what)
        return known[asked]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(keys, "sign", sign)
        yield


@pytest.fixture(scope="module")
def start(tmp_path_factory, ring):
    """A week that is published, and the next one signed and ready beside it."""
    folder, now = tmp_path_factory.mktemp("start"), time.time()
    publisher = create(folder / "published", ring, now)
    publisher.open_week("2026-W47", now)
    publisher.add(lamp(folder), "lamp")
    sign_all(publisher, ring)
    publisher.publish(WORDS, now)
    shutil.copytree(folder / "published", folder / "opened")
    publisher = Publisher(folder / "opened")
    publisher.open_week("2026-W48", now)
    publisher.add(lamp(folder, "1.1.0"), "lamp")
    publisher.notes("Brighter", "更亮")
    shutil.copytree(folder / "opened", folder / "ready")
    sign_all(Publisher(folder / "ready"), ring)
    lamp(folder, "1.2.0")
    return folder


@pytest.fixture
def house(tmp_path):
    return tmp_path / "house"


def from_the_start(start: Path, name: str, house: Path) -> Publisher:
    return Publisher(shutil.copytree(start / name, house))


def as_read(publisher: Publisher, house: Path) -> str:
    """The week that a house reads from the mirror now, with all its files."""
    if not publisher.mirror.exists():
        return ""
    maker = Maker(name="acme", root=publisher.root(), url=str(publisher.mirror))
    trust = Trust(house, [maker])
    try:
        week = trust.refresh("acme")
        for target in week.targets:
            trust.fetch("acme", target, house / target.sha256)
    finally:
        trust.close()
    return week.id


def as_opened(folder: Path) -> object:
    """The open week, after a look at its images: each must still be what was taken in."""
    draft = Publisher(folder).draft()
    for image in draft.images if draft else ():
        kept = folder / "images" / image.sha256
        assert hashlib.sha256(kept.read_bytes()).hexdigest() == image.sha256
    return draft


def test_a_new_maker_is_laid_out_or_not(house, ring, tmp_path):
    def look(folder: Path) -> bool:
        there = (folder / "maker" / "setup.json").exists()
        again = Publisher(folder / "maker") if there else create(folder / "maker", ring, 0.0)
        assert again.status().roles
        return there

    never_neither(tmp_path, house, lambda: create(house / "maker", ring, 0.0), look)


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("published", lambda one, start: one.open_week("2026-W48", 1.8e9)),
        ("opened", lambda one, start: one.add(start / "lamp-1.2.0.bin", "lamp")),
        ("opened", lambda one, start: one.notes("Mended", "已修复")),
        ("opened", lambda one, start: one.fixes(["r-1"])),
        ("opened", lambda one, start: one.remove(one.draft().images[0].path)),
        ("opened", lambda one, start: one.recall(one.draft().images[0].sha256)),
        ("opened", lambda one, start: one.close_week()),
        ("published", lambda one, start: one.withdraw({"en": "It hurts", "zh_CN": "有害"}, 1.8e9)),
    ],
    ids=["open_week", "add", "notes", "fixes", "remove", "recall", "close_week", "withdraw"],
)
def test_the_open_week_is_as_before_or_as_changed(start, house, tmp_path, name, change):
    publisher = from_the_start(start, name, house)
    never_neither(tmp_path, house, lambda: change(publisher, start), as_opened)


def test_a_signature_that_was_told_is_never_lost_and_the_first_stays_with_the_second(
    start, house, ring, tmp_path
):
    publisher = from_the_start(start, "opened", house)

    def look(folder: Path) -> tuple[str, ...]:
        [train] = [role for role in Publisher(folder).status().roles if role.role == "train-orange"]
        return train.signed

    for number in "12":
        key = ring[f"train{number}"].file
        never_neither(
            tmp_path / number,
            house,
            lambda key=key: publisher.sign("train-orange", key, WORDS),
            look,
        )
    assert look(house) == ("train1", "train2")


def publishing(name: str, week: str, now: float) -> Callable[[Path], str]:
    """Read the mirror as a house; publish again where that is not done; read it again."""
    del name

    def look(folder: Path) -> str:
        publisher = Publisher(folder)
        read = as_read(publisher, folder / "a house")
        if publisher.draft() is not None:
            publisher.publish(WORDS, now)
        assert as_read(publisher, folder / "a house") == week
        assert as_read(publisher, folder / "another house") == week
        return read

    return look


def test_a_week_is_published_or_the_last_one_still_is(start, house, tmp_path):
    publisher, now = from_the_start(start, "ready", house), time.time()
    look = publishing("ready", "2026-W48", now)
    found = never_neither(tmp_path, house, lambda: publisher.publish(WORDS, now), look)
    assert {"write", "fsync", "replace", "unlink"} <= operations(found.operations)


@pytest.mark.slow
def test_the_first_week_is_published_or_nothing_is(start, house, ring, tmp_path):
    now = time.time()
    publisher = create(house, ring, now)
    publisher.open_week("2026-W47", now)
    publisher.add(start / "lamp-1.2.0.bin", "lamp")
    sign_all(publisher, ring)

    def look(folder: Path) -> bool:
        publisher = Publisher(folder)
        there = (publisher.mirror / "metadata" / "timestamp.json").exists()
        assert not there or as_read(publisher, folder / "a house") == "2026-W47"
        if publisher.draft() is not None:
            publisher.publish(WORDS, now)
        assert as_read(publisher, folder / "a house") == "2026-W47"
        return there

    never_neither(tmp_path, house, lambda: publisher.publish(WORDS, now), look)


def test_keys_are_wanted_as_before_or_as_changed(start, house, ring, tmp_path):
    publisher = from_the_start(start, "opened", house)

    def look(folder: Path) -> object:
        return Publisher(folder).setup

    never_neither(tmp_path, house, lambda: publisher.rotate_key("root", "root3", ring["new"]), look)


@pytest.mark.slow
def test_a_week_with_new_keys_of_root_and_online_is_published_or_the_last_one_still_is(
    start, house, ring, tmp_path
):
    """Also a house that was here before reads the mirror at every instant, and afterwards."""
    publisher, now = from_the_start(start, "opened", house), time.time()
    publisher.rotate_key("root", "root3", ring["new"])
    publisher.rotate_key(["snapshot", "timestamp"], "online", ring["new-online"])
    sign_all(publisher, ring)
    where = ring["new-online"].file.parent
    look = publishing("opened", "2026-W48", now)
    never_neither(tmp_path, house, lambda: publisher.publish(WORDS, now, keys=where), look)


def test_a_withdrawal_is_published_or_the_week_still_ships(start, house, ring, tmp_path):
    publisher, now = from_the_start(start, "published", house), time.time()
    publisher.withdraw({"en": "It hurts", "zh_CN": "有害"}, now)
    sign_all(publisher, ring)

    def look(folder: Path) -> bool:
        publisher = Publisher(folder)
        assert as_read(publisher, folder / "a house")
        gone = bool(publisher.published.train().withdrawn)
        if publisher.draft() is not None:
            publisher.publish(WORDS, now)
        assert as_read(publisher, folder / "a house")
        assert publisher.published.train().withdrawn
        return gone

    never_neither(tmp_path, house, lambda: publisher.publish(WORDS, now), look)


@pytest.mark.parametrize("later", [DAY, 15 * DAY], ids=["timestamp", "with-the-snapshot"])
def test_a_heartbeat_leaves_the_old_timestamp_or_the_new(start, house, tmp_path, later):
    publisher, now = from_the_start(start, "published", house), time.time() + later

    def look(folder: Path) -> float:
        publisher = Publisher(folder)
        [stamp] = [role for role in publisher.status().roles if role.role == "timestamp"]
        assert as_read(publisher, folder / "a house") == "2026-W47"
        assert publisher.heartbeat(WORDS, now) > now
        assert as_read(publisher, folder / "a house") == "2026-W47"
        return stamp.version

    never_neither(tmp_path, house, lambda: publisher.heartbeat(WORDS, now), look)


@pytest.mark.slow
@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
def test_a_tool_that_is_stopped_anywhere_ends_in_the_new_week_when_asked_again(
    start, tmp_path, after
):
    now = time.time()
    look = publishing("ready", "2026-W48", now)
    number = 0
    while True:
        folder = tmp_path / f"house-{number}"
        publisher = from_the_start(start, "ready", folder)
        if not stop(folder, lambda one=publisher: one.publish(WORDS, now), number, after=after):
            break
        assert look(folder) in ("2026-W47", "2026-W48")
        shutil.rmtree(folder)
        number += 1
    assert number == len(
        cut(
            from_the_start(start, "ready", tmp_path / "whole").folder,
            lambda: Publisher(tmp_path / "whole").publish(WORDS, now),
        ).operations
    )
