"""A small device takes only what enough of its pinned keys have signed, and nothing that is older.

Mirrors are those of the simulator: two of three keys for each role.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from securesystemslib.signer import CryptoSigner
from tuf.api.exceptions import DownloadHTTPError
from tuf.ngclient import FetcherInterface

from firmware.agent_offer import Me, Offered, RefusedError, UnreachableError
from firmware.agent_partial import PartialVerifier, read_pins
from firmware.agent_slots import Header, Slots, image
from tests.firmware.simulator import LAMP, Simulator

ME = Me(id="lamp", vendor="acme", model="lamp", hardware="A")
FACTORY = Header(vendor="acme", model="lamp", version="1.0.0", counter=1, hardware=("A",))


class Disk(FetcherInterface):
    """The house as a dumb mirror of `folder`; `bent`: what an attacker has it say instead."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.bent: dict[str, bytes | None] = {}
        self.asked: list[str] = []

    def _fetch(self, url: str) -> Iterator[bytes]:
        name = url.removeprefix("mqtt:/")
        self.asked.append(name)
        file = self.folder / name
        body = self.bent.get(name, file.read_bytes() if file.is_file() else None)
        if body is None:
            raise DownloadHTTPError("not found", 404)
        return iter([body[:1000], body[1000:]])

    def role(self, word: str) -> str:
        """The name of the newest metadata file of a role."""
        found = [one.name for one in (self.folder / "metadata").iterdir() if word in one.name]
        return f"metadata/{max(found, key=lambda name: int(name.split('.')[0]))}"


class Device:
    """A small device before an offer."""

    def __init__(self, folder: Path, sim: Simulator) -> None:
        self.slots, self.mirror = Slots(folder), Disk(sim.folder)
        self.slots.found(FACTORY)
        self.pins = read_pins(sim.file("targets").read_bytes(), "lamp")

    def take(self, me: Me = ME, **lies: str) -> str:
        """Judge, fetch and install; returns the version that would be tried."""
        offer = Offered(transfer="t", path=LAMP, **lies)
        verifier = PartialVerifier(self.slots, self.pins, me, offer, self.mirror)
        verifier.judge(self.slots.runs)
        about = verifier.fetch(self.slots.part, lambda _: None)
        self.slots.install("t", about.counter)
        return about.version

    def refuses(self, **lies: str) -> str:
        with pytest.raises(RefusedError) as raised:
            self.take(**lies)
        assert self.slots.boot().header.version == "1.0.0"
        return raised.value.code


def lamp(version: str = "2.0.0", counter: int = 2, **more: object) -> dict[str, object]:
    return {"vendor": "acme", "model": "lamp", "version": version, "counter": counter, **more}


def publish(sim: Simulator, body: bytes = b"new" * 900, **about: object) -> None:
    said = lamp(**about)
    header = {name: said[name] for name in ("vendor", "model", "version", "counter")}
    sim.files = {LAMP: image(Header(**header), body)}
    sim.about = {LAMP: said}
    sim.publish()


@pytest.fixture
def sim(tmp_path) -> Simulator:
    mirror = Simulator(tmp_path / "mirror")
    publish(mirror)
    return mirror


@pytest.fixture
def device(tmp_path, sim) -> Device:
    return Device(tmp_path / "flash", sim)


def test_a_file_signed_by_enough_of_its_keys_is_taken(device, sim):
    assert device.take() == "2.0.0"
    assert (device.slots.folder / "b" / "image").read_bytes() == sim.files[LAMP]
    assert device.slots.boot().header.version == "2.0.0"


def test_it_needs_six_files_and_no_root(device):
    device.take()
    assert len(device.mirror.asked) == 6
    assert not [name for name in device.mirror.asked if "root" in name]


@pytest.mark.parametrize("role", ["train-orange", "build-lamp"])
def test_one_key_is_not_enough(role, device, sim):
    sim.signers[role] = sim.keys[role][:1]
    sim.publish()
    assert device.refuses() == "metadata_refused"


@pytest.mark.parametrize("role", ["train-orange", "build-lamp"])
def test_the_same_key_twice_is_one_key(role, device, sim):
    sim.signers[role] = sim.keys[role][:1] * 2
    sim.publish()
    name = device.mirror.role(role)
    said = json.loads((sim.folder / name).read_bytes())
    said["signatures"] = said["signatures"][:1] * 2
    device.mirror.bent[name] = _compact(said)
    assert device.refuses() == "metadata_refused"


def test_the_trains_keys_cannot_say_what_a_file_is(device, sim):
    sim.signers["build-lamp"] = sim.keys["train-orange"][:2]
    sim.publish()
    assert device.refuses() == "metadata_refused"


def test_a_strangers_keys_are_none(device, sim):
    sim.signers["train-orange"] = [CryptoSigner.generate_ed25519() for _ in range(2)]
    sim.publish()
    assert device.refuses() == "metadata_refused"


@pytest.mark.parametrize("role", ["train-orange", "build-lamp"])
def test_what_is_signed_cannot_be_changed(role, device, sim):
    name = device.mirror.role(role)
    body = (sim.folder / name).read_bytes()
    device.mirror.bent[name] = body.replace(b'"length":', b'"length":1')
    assert device.refuses() == "metadata_refused"


def test_nothing_is_read_of_what_stands_outside_the_signed_bytes(device, sim):
    name = device.mirror.role("build-lamp")
    body = (sim.folder / name).read_bytes()
    device.mirror.bent[name] = body[:-1] + b',"signed":{"targets":{}}}'
    assert device.refuses() == "metadata_refused"


def test_another_spelling_of_the_same_metadata_is_refused(device, sim):
    name = device.mirror.role("build-lamp")
    said = json.loads((sim.folder / name).read_bytes())
    device.mirror.bent[name] = json.dumps(said, indent=1).encode()
    assert device.refuses() == "metadata_refused"


def test_a_week_that_is_not_the_signed_one_is_refused(device, sim):
    [name] = [
        str(one.relative_to(sim.folder)) for one in sim.folder.rglob("*.week.json")
    ]  # fmt: skip
    device.mirror.bent[name] = (sim.folder / name).read_bytes() + b" "
    assert device.refuses() == "metadata_refused"


def test_train_and_build_must_name_the_same_bytes(device, sim):
    def other(train):
        train["files"][0]["sha256"] = "0" * 64

    sim.on_train = other
    sim.publish()
    assert device.refuses() == "week_disagrees"


@pytest.mark.parametrize("extra", [b"x", b"x" * 5_000])
def test_bytes_beyond_the_signed_length_are_refused_and_not_kept(extra, device, sim):
    device.mirror.bent[str(sim.target().relative_to(sim.folder))] = sim.files[LAMP] + extra
    assert device.refuses() == "image_tampered"
    assert device.slots.part.path.stat().st_size == 0


def test_another_image_of_the_same_length_is_refused(device, sim):
    device.mirror.bent[str(sim.target().relative_to(sim.folder))] = sim.files[LAMP][:-1] + b"!"
    assert device.refuses() == "image_tampered"


def test_an_image_that_ends_early_is_asked_for_again(device, sim):
    device.mirror.bent[str(sim.target().relative_to(sim.folder))] = sim.files[LAMP][:-1]
    with pytest.raises(UnreachableError):
        device.take()


@pytest.mark.parametrize(
    ("about", "code"),
    [
        ({"model": "plug"}, "other_model"),
        ({"vendor": "Acme"}, "other_model"),
        ({"hardware": ["B"]}, "other_hardware"),
        ({"counter": 1}, "counter_too_old"),
        ({"minimum": "1.5.0"}, "below_minimum"),
        ({"schema": 2}, "file_newer"),
    ],
)
def test_a_signed_file_of_another_class_is_refused(about, code, device, sim):
    publish(sim, **about)
    assert device.refuses() == code


def test_a_recalled_file_is_refused(device, sim):
    digest = hashlib.sha256(sim.files[LAMP]).hexdigest()
    sim.on_train = lambda train: train.update(recalled=[digest])
    sim.publish()
    assert device.refuses() == "recalled"


def test_a_week_taken_back_is_refused(device, sim):
    sim.on_train = lambda train: train.update(withdrawn={"en": "It burns."})
    sim.publish()
    assert device.refuses() == "recalled"


def test_a_house_that_promises_other_bytes_is_refused(device):
    assert device.refuses(sha256="f" * 64) == "offer_disagrees"


def test_an_older_week_is_refused_once_a_newer_was_seen(device, sim, tmp_path):
    old = sim.copy(tmp_path / "old")
    sim.publish()
    device.take(Me(id="lamp", vendor="acme", model="lamp", hardware="A"))
    device.slots.fall_back(device.slots.boot().trial, "not now")
    device.mirror.folder = old
    assert device.refuses() == "metadata_refused"


def test_a_frozen_mirror_is_not_noticed_for_want_of_a_clock(device, sim, tmp_path):
    sim.days = dict.fromkeys(sim.days, -1.0)  # everything has expired
    sim.publish()
    assert device.take() == "2.0.0"


def test_unsigned_hearsay_can_only_lead_to_signed_files(device, sim):
    name = "metadata/timestamp.json"
    said = json.loads((sim.folder / name).read_bytes())
    said["signed"]["meta"]["snapshot.json"]["version"] = 77
    device.mirror.bent[name] = _compact(said)
    with pytest.raises(UnreachableError):
        device.take()


@pytest.mark.parametrize("body", [b"", b"{}", b"[" * 9_000, b'{"signed":{"meta":{"a":1}}}'])
def test_hearsay_that_cannot_be_read_is_refused(body, device):
    device.mirror.bent["metadata/timestamp.json"] = body
    assert device.refuses() == "metadata_refused"


def test_metadata_larger_than_its_memory_are_refused(device):
    device.mirror.bent[device.mirror.role("build-lamp")] = b"x" * 300_000
    assert device.refuses() == "metadata_refused"


def test_a_mirror_whose_offer_is_over_is_no_refusal(device, sim):
    device.mirror.folder = sim.folder / "nowhere"
    with pytest.raises(UnreachableError):
        device.take()


def test_the_mirror_of_a_bundle_is_as_good(device, sim, tmp_path):
    sim.add_bundle()
    publish(sim)
    device.mirror.bent["metadata/timestamp.json"] = None
    assert device.take() == "2.0.0"


@pytest.mark.parametrize("withdrawn", [{}, {"en": "It hums."}])
def test_a_way_back_is_old_bytes_under_a_new_counter(device, sim, withdrawn):
    publish(sim, version="3.0.0", counter=3)
    device.take()
    device.slots.commit(device.slots.boot().trial)
    old = image(Header(vendor="acme", model="lamp", version="2.0.0", counter=2), b"old" * 900)
    sim.files = {LAMP: old}
    sim.about = {LAMP: lamp("2.0.0", 4, undoes=["3.0.0"])}
    sim.on_train = lambda train: train.update(back=train["files"], files=[], withdrawn=withdrawn)
    sim.publish()
    assert device.take() == "2.0.0"
    device.slots.commit(device.slots.boot().trial)
    assert msgspec.structs.astuple(device.slots.runs)[1] == 4


def test_pins_of_a_line_that_the_maker_does_not_have_are_an_error(sim):
    with pytest.raises(ValueError, match="no line plug"):
        read_pins(sim.file("targets").read_bytes(), "plug")


def _compact(said: object) -> bytes:
    return json.dumps(said, separators=(",", ":"), sort_keys=True).encode()
