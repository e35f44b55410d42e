"""What a device of the full class refuses: whatever was not signed for it, and for now."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from firmware.agent_fetch import HttpFetcher
from firmware.agent_offer import About, Me, Offered, RefusedError, UnreachableError
from firmware.agent_part import Part
from firmware.agent_slots import Header, Runs
from firmware.agent_verify import Verifier
from tests.firmware.releases import CHUNK, Chunked, Maker, Mirror, Release, altered, lay_out
from tests.firmware.simulator import Server

ME = Me(id="lamp", vendor="acme", model="lamp", hardware="A")
FACTORY = Header(vendor="acme", model="lamp", version="1.0.0", counter=1, hardware=("A", "B"))
GOOD = Release()


@pytest.fixture
def maker() -> Maker:
    return Maker()


RUNS = Runs(FACTORY, FACTORY.counter)


def install(tmp_path, maker, files, release=GOOD, *, runs=RUNS, **lies: str) -> About:
    """What the device does with an offer: judge, fetch, compare."""
    offer = Offered(transfer="t", path=release.path, **lies)
    verifier = Verifier(tmp_path, maker.root, ME, offer, Mirror(files))
    size = verifier.judge(runs)
    assert size == len(release.image)
    return verifier.fetch(Part(tmp_path / "part"), lambda _: None)


def refused(*args, **more) -> str:
    with pytest.raises(RefusedError) as raised:
        install(*args, **more)
    return raised.value.code


def test_a_signed_file_for_this_device_is_taken(tmp_path, maker):
    assert install(tmp_path, maker, maker.publish(GOOD)).version == "2.0.0"
    assert (tmp_path / "part").read_bytes() == GOOD.image


def test_an_image_tampered_with_in_a_hacked_house_is_refused(tmp_path, maker):
    assert refused(tmp_path, maker, altered(maker.publish(GOOD), "lamp-2.0.0")) == "image_tampered"


@pytest.mark.parametrize("word", ["timestamp", "snapshot", "1.targets", "build-", "train-"])
def test_tampered_metadata_are_refused(word, tmp_path, maker):
    files = altered(maker.publish(GOOD), word)
    assert refused(tmp_path, maker, files) == "metadata_refused"


def test_a_longer_image_is_refused(tmp_path, maker):
    files = maker.publish(GOOD)
    (name,) = [one for one in files if "lamp-2.0.0" in one]
    assert refused(tmp_path, maker, {**files, name: files[name] + b"x"}) == "image_tampered"


def test_a_rolled_back_mirror_is_refused(tmp_path, maker):
    old = maker.publish(GOOD)
    install(tmp_path, maker, maker.publish(GOOD))
    assert refused(tmp_path, maker, old) == "metadata_refused"


def test_another_makers_mirror_is_refused(tmp_path, maker):
    maker.publish(GOOD)
    assert refused(tmp_path, maker, Maker().publish(GOOD)) == "metadata_refused"


@pytest.mark.parametrize(
    ("release", "code"),
    [
        (Release(hardware=("B",)), "other_hardware"),
        (Release(model="plug"), "other_model"),
        (Release(counter=1), "counter_too_old"),
        (Release(body=b""), "image_unreadable"),
    ],
)
def test_a_signed_file_that_is_not_for_this_device_is_refused(release, code, tmp_path, maker):
    assert refused(tmp_path, maker, maker.publish(release), release) == code


def test_a_train_and_a_build_that_name_different_bytes_are_refused(tmp_path, maker):
    files = maker.publish(GOOD, train={GOOD.path: "0" * 64})
    assert refused(tmp_path, maker, files) == "week_disagrees"


def test_a_file_the_train_does_not_ship_is_refused(tmp_path, maker):
    other = Release(version="3.0.0", counter=3)
    assert refused(tmp_path, maker, maker.publish(GOOD), other) == "not_in_week"


def test_a_recalled_file_is_refused(tmp_path, maker):
    files = maker.publish(GOOD, recalled=(GOOD.target.sha256,))
    assert refused(tmp_path, maker, files) == "recalled"


def test_a_house_that_promises_other_bytes_is_refused(tmp_path, maker):
    assert refused(tmp_path, maker, maker.publish(GOOD), sha256="f" * 64) == "offer_disagrees"


def test_an_image_whose_header_is_not_what_was_signed_is_refused(tmp_path, maker):
    class Lying(Release):
        @property
        def custom(self) -> dict[str, object]:
            return super().custom | {"counter": 99}

    assert refused(tmp_path, maker, maker.publish(Lying()), Lying()) == "image_disagrees"


class Undo(Release):
    """Old bytes under a new counter: the image's own stays the old one."""

    undoes = ("2.0.0",)

    @property
    def custom(self) -> dict[str, object]:
        return super().custom | {"counter": 3, "undoes": list(self.undoes)}


NEWER = Runs(Header(vendor="acme", model="lamp", version="2.0.0", counter=2), 2)


def test_a_way_back_is_taken_by_who_runs_what_it_undoes(tmp_path, maker):
    back = Undo(version="1.0.0", counter=1)
    about = install(tmp_path, maker, maker.publish(back), back, runs=NEWER)
    assert (about.version, about.counter) == ("1.0.0", 3)


def test_a_way_back_is_for_nobody_else(tmp_path, maker):
    back = Undo(version="1.0.0", counter=1)
    assert refused(tmp_path, maker, maker.publish(back), back) == "no_way_back"


def test_a_way_back_is_taken_once(tmp_path, maker):
    back = Undo(version="1.0.0", counter=1)
    runs = Runs(NEWER.header, 3)
    assert refused(tmp_path, maker, maker.publish(back), back, runs=runs) == "counter_too_old"


def test_a_way_back_must_still_be_the_version_that_was_signed(tmp_path, maker):
    class Lying(Undo):
        @property
        def custom(self) -> dict[str, object]:
            return super().custom | {"version": "1.9.0"}

    back = Lying(version="1.0.0", counter=1)
    files = maker.publish(back)
    assert refused(tmp_path, maker, files, back, runs=NEWER) == "image_disagrees"


def test_a_description_of_a_later_schema_is_refused(tmp_path, maker):
    class Later(Release):
        @property
        def custom(self) -> dict[str, object]:
            return super().custom | {"schema": 2}

    assert refused(tmp_path, maker, maker.publish(Later()), Later()) == "file_newer"


def test_a_mirror_that_lost_the_offer_in_the_middle_is_no_refusal(tmp_path, maker):
    files = maker.publish(GOOD)
    gone = {name: body for name, body in files.items() if "week.json" not in name}
    timestamp = gone.pop("metadata/timestamp.json")

    class Restarting(Mirror):
        """Shows its timestamp once: then the house is started anew and has no offer yet."""

        def _fetch(self, url: str) -> Iterator[bytes]:
            found = super()._fetch(url)
            self.files.pop("metadata/timestamp.json", None) if "timestamp" in url else None
            return found

    mirror = Restarting({**gone, "metadata/timestamp.json": timestamp})
    offer_ = Offered(transfer="t", path=GOOD.path)
    with pytest.raises(UnreachableError):
        Verifier(tmp_path, maker.root, ME, offer_, mirror).judge(RUNS)


def test_a_cut_transfer_goes_on_by_range_behind_the_last_signed_chunk(tmp_path, maker):
    release = Chunked(body=bytes(range(256)) * 1_000)
    folder = lay_out(maker.publish(release), tmp_path / "mirror")

    def take(server: Server) -> About:
        offer = Offered(transfer="t", path=release.path, mirror=server.url)
        verifier = Verifier(tmp_path / "device", maker.root, ME, offer, HttpFetcher())
        verifier.judge(RUNS)
        return verifier.fetch(Part(tmp_path / "part"), lambda _: None)

    with Server(folder) as server:
        server.cut_after = 150_000
        with pytest.raises(UnreachableError):
            take(server)
        assert take(server).version == "2.0.0"
        firsts = [first for path, first in server.requests if path.endswith(".bin")]
    assert firsts[0] == 0
    assert firsts[1] % CHUNK == 0
    assert 0 < firsts[1] <= 150_000
    assert (tmp_path / "part").read_bytes() == release.image


def test_a_mirror_that_is_not_there_is_no_refusal(tmp_path, maker):
    maker.publish(GOOD)
    with pytest.raises(UnreachableError):
        install(tmp_path, maker, {})
