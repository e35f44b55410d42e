"""What a device makes of what its house hands on: a mirror's week or a stick's, of any channel."""

import pytest
from tuf.api.exceptions import DownloadHTTPError
from tuf.ngclient import FetcherInterface

from firmware import bundle
from firmware.agent_offer import Me, Offered, RefusedError, UnreachableError
from firmware.agent_part import Part
from firmware.agent_slots import Header, Runs
from firmware.agent_verify import Verifier
from firmware.bundle import on_mirror
from firmware.release import Channel
from firmware.trust import Maker, Trust
from tests.firmware.releases import Release
from tests.firmware.simulator import LAMP, Simulator, trio

ME = Me(id="lamp", vendor="acme", model="lamp", hardware="A")
RUNS = Runs(Header(vendor="acme", model="lamp", version="1.0.0", counter=1), 1)
GOOD = Release()


class House(FetcherInterface):
    """What a house serves, name -> bytes; `asked` are the names."""

    def __init__(self, files):
        self.files = files
        self.asked = []

    def _fetch(self, url):
        self.asked.append(url.removeprefix("mqtt:/"))
        if self.asked[-1] not in self.files:
            raise DownloadHTTPError("not found", 404)
        return iter([self.files[self.asked[-1]]])


@pytest.fixture
def sim(tmp_path):
    mirror = Simulator(tmp_path / "mirror")
    mirror.files[LAMP] = GOOD.image
    about = {name: getattr(GOOD, name) for name in ("version", "counter", "vendor", "model")}
    mirror.about[LAMP] = about
    mirror.add_bundle()
    mirror.publish()
    return mirror


@pytest.fixture
def trust(sim, tmp_path):
    house = Trust(tmp_path / "trust", [sim.maker()])
    yield house
    house.close()


@pytest.fixture
def stick(sim, tmp_path):
    made = []

    def write():
        made.append(tmp_path / f"{len(made)}.bundle")
        return str(bundle.write(sim.folder, "2026-W47", made[-1]))

    return write


@pytest.fixture
def device(sim, tmp_path):
    """Installs from what a house serves; keeps its own metadata as a device does."""
    root = sim.maker().root

    def install(files, fetcher=None):
        offer = Offered(transfer="t", path=LAMP)
        fetcher = fetcher or House(files)
        verifier = Verifier(tmp_path / "device", root, ME, offer, fetcher)
        verifier.judge(RUNS)
        return verifier.fetch(Part(tmp_path / "device" / "part"), lambda _: None).version

    return install


def served(trust, sim):
    """What the house serves of the week it knows."""
    [target] = trust.standing("acme").week.targets
    image = {on_mirror(LAMP, target.sha256): sim.files[LAMP]}
    return {**trust.mirror_files("acme"), **image}


def refused(device, files):
    with pytest.raises(RefusedError) as caught:
        device(files)
    return caught.value


# --- the way back --------------------------------------------------------------------------------


@pytest.mark.parametrize("withdrawn", [{}, {"en": "It hums."}])
def test_a_way_back_stands_apart_and_also_in_a_withdrawn_week(trust, sim, tmp_path, withdrawn):
    old = Release(version="1.0.0", counter=1)
    sim.files[LAMP] = old.image
    sim.about[LAMP] |= {"version": "1.0.0", "counter": 3, "undoes": ["2.0.0"]}

    def stands_apart(train):
        train.update(back=train["files"], files=[], withdrawn=withdrawn)

    sim.on_train = stands_apart
    sim.publish()
    trust.refresh("acme")
    offer = Offered(transfer="t", path=LAMP)
    runs = Runs(Header(vendor="acme", model="lamp", version="2.0.0", counter=2), 2)
    house = House(served(trust, sim))
    verifier = Verifier(tmp_path / "device", sim.maker().root, ME, offer, house)
    verifier.judge(runs)
    about = verifier.fetch(Part(tmp_path / "device" / "part"), lambda _: None)
    assert (about.version, about.counter) == ("1.0.0", 3)


# --- from a stick --------------------------------------------------------------------------------


def test_a_device_installs_from_a_house_that_has_read_a_mirror(trust, sim, device):
    trust.refresh("acme")
    assert device(served(trust, sim)) == "2.0.0"


def test_a_device_installs_from_a_house_that_has_only_read_a_stick(trust, sim, device, stick):
    trust.refresh("acme", stick())
    files = served(trust, sim)
    assert "bundle/metadata/timestamp.json" in files
    assert "metadata/timestamp.json" not in files
    assert device(files) == "2.0.0"


def test_a_device_goes_from_mirror_to_stick_and_back(trust, sim, device, stick):
    trust.refresh("acme")
    device(served(trust, sim))
    trust.refresh("acme", stick())
    device(served(trust, sim))
    trust.refresh("acme")
    assert device(served(trust, sim)) == "2.0.0"


def rotated(sim):
    old, sim.keys["root"] = sim.keys["root"], trio("new")
    both = [*old[:2], *sim.keys["root"][:2]]
    sim.rotate(signers=both)
    sim.bundle.rotate(signers=both)
    sim.publish()


def test_a_stick_of_new_staff_is_taken_by_a_device_with_the_old_pin(trust, sim, device, stick):
    rotated(sim)
    trust.refresh("acme", stick())
    assert device(served(trust, sim)) == "2.0.0"


def test_so_it_is_where_the_house_had_seen_the_new_staff_on_a_mirror(trust, sim, device, stick):
    rotated(sim)
    trust.refresh("acme")
    trust.refresh("acme", stick())
    files = served(trust, sim)
    assert "bundle/metadata/1.root.json" in files
    assert device(files) == "2.0.0"


def test_a_stick_of_revoked_staff_is_refused_by_a_device_that_saw_the_rotation(
    trust, sim, device, stick, tmp_path
):
    trust.refresh("acme", stick())
    old = served(trust, sim)
    rotated(sim)
    trust.refresh("acme")
    device(served(trust, sim))
    assert refused(device, old).code == "metadata_refused"


def test_an_older_stick_after_a_newer_one_is_refused(trust, sim, device, stick):
    trust.refresh("acme", stick())
    old = served(trust, sim)
    sim.publish()
    trust.refresh("acme", stick())
    device(served(trust, sim))
    assert refused(device, old).code == "metadata_refused"


def test_an_expired_stick_is_refused(trust, sim, device, stick):
    trust.refresh("acme", stick())
    files = served(trust, sim)
    sim.bundle.days["timestamp"] = -1
    sim.heartbeat(snapshot=True)
    names = {file.name: file.read_bytes() for file in sim.bundle.metadata.iterdir()}
    files |= {f"bundle/metadata/{name}": body for name, body in names.items()}
    assert refused(device, files).code == "metadata_refused"


# --- type confusion ------------------------------------------------------------------------------


def test_a_bundles_root_as_the_next_root_of_a_mirror_is_refused_and_not_kept(
    trust, sim, device, tmp_path
):
    trust.refresh("acme")
    files = served(trust, sim)
    sim.bundle.rotate()
    forged = (sim.bundle.metadata / "2.root.json").read_bytes()
    error = refused(device, files | {"metadata/2.root.json": forged})
    assert (error.code, error.text) == ("metadata_refused", "2.root.json is of another repository")
    assert device(files) == "2.0.0"


def test_a_mirrors_root_as_that_of_a_bundle_is_refused(trust, sim, device, stick):
    trust.refresh("acme", stick())
    files = served(trust, sim) | {"bundle/metadata/1.root.json": sim.maker().root}
    assert refused(device, files).text == "1.root.json is of another repository"


def test_a_later_root_of_a_bundle_without_the_mark_is_refused(trust, sim, device, stick):
    trust.refresh("acme", stick())
    files = served(trust, sim)
    sim.bundle.marker = None
    sim.bundle.rotate()
    forged = (sim.bundle.metadata / "2.root.json").read_bytes()
    assert refused(device, files | {"bundle/metadata/2.root.json": forged}).code
    assert device(files) == "2.0.0"


def test_another_makers_bundle_is_refused(trust, sim, device, tmp_path):
    stranger = Simulator(tmp_path / "stranger")
    stranger.files[LAMP] = GOOD.image
    stranger.add_bundle()
    stranger.publish()
    their = Trust(tmp_path / "their", [stranger.maker()])
    their.refresh("acme", str(bundle.write(stranger.folder, "2026-W47", tmp_path / "b")))
    assert refused(device, served(their, stranger)).code == "metadata_refused"
    their.close()


def test_a_house_that_has_nothing_is_no_refusal(device):
    with pytest.raises(UnreachableError):
        device({})


def test_an_offer_judged_again_looks_at_the_mirror_first(trust, sim, device, stick, tmp_path):
    """The house was only starting: what it shows the second time is a mirror."""
    trust.refresh("acme")
    house = House({})
    offer = Offered(transfer="t", path=LAMP)
    verifier = Verifier(tmp_path / "device", sim.maker().root, ME, offer, house)
    with pytest.raises(UnreachableError):
        verifier.judge(RUNS)
    house.files = served(trust, sim)
    assert verifier.judge(RUNS) == len(GOOD.image)


# --- channels ------------------------------------------------------------------------------------


def ride_stable(trust, sim):
    maker = sim.maker()
    trust.add(Maker(name="acme", root=maker.root, url=maker.url, channel=Channel.STABLE))


@pytest.mark.parametrize("by_stick", [False, True])
def test_a_device_installs_from_a_house_that_rides_stable(trust, sim, device, tmp_path, by_stick):
    sim.add_stable()
    sim.publish()
    ride_stable(trust, sim)
    file = bundle.write(sim.folder, "2026-W47", tmp_path / "s", channel=Channel.STABLE)
    trust.refresh("acme", str(file) if by_stick else "")
    files = served(trust, sim)
    assert not any("train/orange" in name for name in files)
    assert device(files) == "2.0.0"


def test_a_device_follows_its_house_to_stable(trust, sim, device):
    trust.refresh("acme")
    device(served(trust, sim))
    sim.add_stable()
    sim.publish()
    ride_stable(trust, sim)
    trust.refresh("acme")
    assert device(served(trust, sim)) == "2.0.0"


def test_a_train_that_is_for_another_channel_is_refused(trust, sim, device):
    trust.refresh("acme")
    sim.on_train = lambda train: train.update(channel="stable")
    sim.publish()
    files = {
        str(file.relative_to(sim.folder)): file.read_bytes()
        for file in sim.folder.rglob("*")
        if file.is_file()
    }
    assert refused(device, files).code == "week_disagrees"


def test_nothing_is_installed_of_a_withdrawn_week(trust, sim, device):
    sim.on_train = lambda train: train.update(withdrawn={"en": "Bad."})
    sim.publish()
    trust.refresh("acme")
    assert refused(device, trust.mirror_files("acme")).code == "recalled"
