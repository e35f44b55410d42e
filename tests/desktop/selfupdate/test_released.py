"""From the release tools to a copy of the program: a real team, real bundles, both channels."""

import time

import pytest

from desktop.selfupdate.facts import Gone
from firmware import bundle, roots
from firmware.publish import Publisher
from firmware.release import Channel, Ring
from tests.desktop.selfupdate.renewing import PLATFORM, archived, copy, shelf
from tests.firmware.makers import WORDS, create, key_ring, sign_all, team
from tests.firmware.simulator import Server

NOW = time.time()
HOUR = 3600.0


@pytest.fixture(scope="module")
def ring(tmp_path_factory):
    return key_ring(tmp_path_factory.mktemp("ring"))


class Makers:
    """The people who release the program, with the tools that are there."""

    def __init__(self, folder, ring):
        self.folder, self.ring = folder, ring
        held = team(ring, build={"desktop": [ring[f"build{n}"] for n in "123"]})
        words = {"maker": "Orangery", "vendor": "orangery", "lines": ["desktop"], "team": held}
        self.publisher = create(folder / "pub", ring, NOW, **words)
        self.weeks = 40

    def add(self, version):
        """Put a build into the open week, as two files that say what they are."""
        archive, listed = archived(self.folder / "builds", version)
        name = f"orangery-{version}-{PLATFORM}"
        made = []
        for body, end in ((archive, ".tar.xz"), (listed, ".files.json")):
            file = self.folder / f"{name}{end}"
            file.write_bytes(body)
            made.append(self.publisher.add(file, "desktop"))
        return made

    def week(self, version="", channel=Channel.ORANGE):
        self.weeks += channel is Channel.ORANGE
        self.publisher.open_week(f"2026-W{self.weeks}", NOW, channel=channel)
        return self.add(version) if version else []

    def publish(self):
        sign_all(self.publisher, self.ring)
        self.publisher.publish(WORDS, NOW)

    def link(self, server):
        root = (self.publisher.mirror / "metadata" / "1.root.json").read_bytes()
        name = roots.fingerprint(root)
        return f"orangery:maker?name=orangery&url={server.url}&root=sha256:{name}"


@pytest.fixture
def makers(tmp_path, ring):
    made = Makers(tmp_path / "makers", ring)
    made.week("0.2.0")
    made.publish()
    return made


@pytest.fixture
def server(makers):
    with Server(makers.publisher.mirror) as running:
        yield running


@pytest.fixture
def mine(tmp_path, makers, server):
    return copy(tmp_path, makers.link(server))


def test_two_files_that_say_what_they_are_are_all_that_is_added(makers):
    archive, listed = makers.publisher.published.images("desktop")
    assert (archive.about.vendor, archive.about.version) == ("orangery", "0.2.0")
    assert {archive.about.model, listed.about.model} == {PLATFORM, f"{PLATFORM}.files"}


def test_a_copy_takes_each_week_that_its_makers_sign(mine, makers):
    assert mine.renew().ready == "0.2.0"
    makers.week("0.3.0")
    makers.publish()
    assert mine.renew().ready == "0.3.0"


def test_a_bundle_file_on_a_stick_is_enough_once_the_makers_are_known(mine, makers, server):
    mine.check()
    makers.week("0.3.0")
    makers.publisher.notes("New.", "新。")
    makers.publish()
    week = f"2026-W{makers.weeks}"
    stick = bundle.write(makers.publisher.mirror, week, makers.folder / "stick.bundle")
    server.requests.clear()
    assert mine.renew(str(stick)).ready == "0.3.0"
    assert server.requests == []


def test_stable_gets_what_has_been_beta(mine, makers):
    makers.week(channel=Channel.STABLE)
    makers.publish()
    makers.week("0.3.0")
    makers.publish()
    assert mine.choose(channel=Channel.STABLE).offer is None
    assert mine.renew().ready == "0.2.0"
    mine.choose(channel=Channel.ORANGE)
    assert mine.renew().ready == "0.3.0"


def test_a_ring_lets_each_installation_in_at_its_time(mine, makers):
    makers.week("0.3.0")
    opens = int(NOW + 2 * HOUR)
    makers.publisher.rings([Ring(name="all", percent=100, opens=opens)])
    makers.publish()
    assert mine.renew().why_not == "ring_not_open"


def test_a_recall_of_both_files_finds_a_copy_that_was_unpacked_by_hand(tmp_path, makers, server):
    kept = shelf(tmp_path, "0.2.0")
    running = copy(tmp_path, makers.link(server), "0.2.0", versions=kept)
    folder = Publisher(makers.publisher.folder)
    digests = [image.sha256 for image in folder.published.images("desktop")]
    makers.week()
    for digest in digests:
        makers.publisher.recall(digest)
    makers.publish()
    assert running.check().gone is Gone.RECALLED
