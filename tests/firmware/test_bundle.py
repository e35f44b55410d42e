"""The bundle file: what is written, what is read, and every way a hostile one is refused."""

import struct
import tracemalloc
import zipfile
from contextlib import closing, suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firmware import bundle
from firmware.bundle import Bundle
from firmware.errors import PublishError
from firmware.release import Channel
from firmware.trust import Maker, Trust, TrustError
from tests.firmware.simulator import LAMP, Simulator


@pytest.fixture
def sim(tmp_path):
    mirror = Simulator(tmp_path / "mirror")
    mirror.add_bundle()
    mirror.publish()
    return mirror


@pytest.fixture
def stick(sim, tmp_path):
    return bundle.write(sim.folder, "2026-W47", tmp_path / "acme-2026-W47.bundle")


@pytest.fixture
def trust(sim, tmp_path):
    house = Trust(tmp_path / "trust", [sim.maker("http://127.0.0.1:9/")])
    yield house
    house.close()


def refused(path):
    with pytest.raises(TrustError) as caught:
        Bundle(path).close()
    assert caught.value.code == "bundle_bad"
    return caught.value.facts["why"]


def rewritten(path, change):
    """The same bundle, its members passed through `change(name, body) -> [(name, body)]`."""
    with zipfile.ZipFile(path) as old:
        members = [(name, old.read(name)) for name in old.namelist()]
    with zipfile.ZipFile(path, "w") as new:
        for name, body in members:
            for member in change(name, body):
                new.writestr(*member)
    return path


def added(path, name, body=b"x", **info):
    member = zipfile.ZipInfo(name)
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr(member, body, **info)
    return path


def test_a_house_without_a_connection_reads_the_week_and_its_files_from_a_bundle(
    trust, sim, stick, tmp_path
):
    week = trust.refresh("acme", str(stick))
    assert (week.id, week.source) == ("2026-W47", str(stick))
    verified = trust.fetch("acme", week.targets[0], tmp_path / "x.part")
    assert verified.path.read_bytes() == sim.files[LAMP]


def test_a_bundle_brings_every_main_root_under_a_name_of_its_own(sim, tmp_path):
    sim.rotate()
    with closing(Bundle(bundle.write(sim.folder, "2026-W47", tmp_path / "b"))) as opened:
        brought = {name for name in opened.names if name.startswith("mirror/")}
    assert brought == {"mirror/metadata/1.root.json", "mirror/metadata/2.root.json"}


@pytest.mark.parametrize("name", ["mirror/metadata/timestamp.json", "mirror/targets/1.root.json"])
def test_nothing_else_of_the_main_repository_is_in_it(stick, name):
    assert refused(added(stick, name)) in {"unreferenced", "bad_name"}


def test_a_fetch_from_a_bundle_is_resumed(trust, sim, stick, tmp_path):
    [target] = trust.refresh("acme", str(stick)).targets
    (tmp_path / "x.part").write_bytes(sim.files[LAMP][:5])
    told = []
    trust.fetch("acme", target, tmp_path / "x.part", lambda have, of: told.append(have))
    assert told[0] == 5


def test_an_old_bundle_is_rolled_back_for_a_house_that_has_seen_the_mirror(sim, stick, tmp_path):
    sim.publish()
    trust = Trust(tmp_path / "t", [sim.maker()])
    trust.refresh("acme")
    with pytest.raises(TrustError, match="mirror_rolled_back"):
        trust.refresh("acme", str(stick))
    trust.close()


def test_a_tampered_bundle_is_refused(trust, stick):
    def evil(name, body):
        return [(name, body.replace(b"Lamp 1", b"Lamp 2"))]

    with pytest.raises(TrustError, match="metadata_tampered"):
        trust.refresh("acme", str(rewritten(stick, evil)))


@pytest.fixture
def two(sim):
    """Two files, of two models."""
    sim.files["fw/acme/lamp/other.bin"] = b"other"
    sim.publish()
    return sim


def test_a_bundle_for_some_models_only_is_good_for_those(trust, two, tmp_path):
    stick = bundle.write(two.folder, "2026-W47", tmp_path / "b", models=[("Acme", "Lamp 1")])
    lamp, other = sorted(trust.refresh("acme", str(stick)).targets, key=lambda t: t.fits.model)
    assert trust.fetch("acme", lamp, tmp_path / "1.part")
    with pytest.raises(TrustError, match="target_missing"):
        trust.fetch("acme", other, tmp_path / "2.part")


def test_a_bundle_for_some_models_has_all_metadata(two, tmp_path):
    full = Bundle(bundle.write(two.folder, "2026-W47", tmp_path / "full"))
    some = Bundle(
        bundle.write(two.folder, "2026-W47", tmp_path / "some", models=[("Acme", "Lamp 1")])
    )
    [left_out] = set(full.names) - set(some.names)
    assert left_out.endswith("other.bin")
    full.close()
    some.close()


def test_a_model_that_the_week_has_nothing_for_is_said(two, tmp_path):
    with pytest.raises(PublishError) as caught:
        bundle.write(two.folder, "2026-W47", tmp_path / "b", models=[("Acme", "Lamp 7")])
    assert (caught.value.code, caught.value.facts["image"]) == ("image_unknown", "Acme Lamp 7")


def test_recalled_files_and_those_of_a_withdrawn_week_are_not_bundled(two, tmp_path):
    digest = two.target().name.partition(".")[0]
    for number, said in enumerate(({"recalled": [digest]}, {"withdrawn": {"en": "Bad."}})):
        two.on_train = lambda train, said=said: train.update(said)
        two.publish()
        made = Bundle(bundle.write(two.folder, "2026-W47", tmp_path / str(number)))
        assert sum(name.startswith("targets/fw/") for name in made.names) == 1 - number
        made.close()


def test_a_way_back_is_bundled_also_of_a_withdrawn_week(trust, two, tmp_path):
    other = "fw/acme/lamp/other.bin"
    two.about[other] = {"undoes": ["9.0"]}

    def withdrawn(train):
        train["back"] = [one for one in train["files"] if one["path"] == other]
        train["files"] = [one for one in train["files"] if one["path"] != other]
        train["withdrawn"] = {"en": "It hums."}

    two.on_train = withdrawn
    two.publish()
    stick = bundle.write(two.folder, "2026-W47", tmp_path / "b")
    [back] = trust.refresh("acme", str(stick)).targets
    assert trust.fetch("acme", back, tmp_path / "1.part").path.read_bytes() == b"other"


def test_a_bundle_of_the_stable_channel_is_good_for_a_house_on_stable(sim, tmp_path):
    sim.add_stable(week="2026-W44")
    sim.publish()
    stick = bundle.write(sim.folder, "2026-W44", tmp_path / "b", channel=Channel.STABLE)
    maker = Maker(name="acme", root=sim.maker().root, channel=Channel.STABLE)
    house = Trust(tmp_path / "t", [maker])
    assert house.refresh("acme", str(stick)).id == "2026-W44"
    orange = bundle.write(sim.folder, "2026-W47", tmp_path / "o")
    with pytest.raises(TrustError, match="mirror_unreachable"):
        house.refresh("acme", str(orange))
    house.close()


def test_a_mirror_without_a_bundle_repository_is_not_bundled(tmp_path):
    plain = Simulator(tmp_path / "plain")
    plain.publish()
    with pytest.raises(PublishError) as caught:
        bundle.write(plain.folder, "2026-W47", tmp_path / "b")
    assert caught.value.code == "mirror_incomplete"


def test_a_plain_mirror_in_a_zip_file_is_not_read(trust, sim, tmp_path):
    """Its timestamp dies within days; and a mirror's root may not pass for a bundle's."""
    with zipfile.ZipFile(tmp_path / "plain", "w") as archive:
        for file in sorted(sim.metadata.iterdir()):
            archive.write(file, f"metadata/{file.name}")
    with pytest.raises(TrustError, match="root_misplaced"):
        trust.refresh("acme", str(tmp_path / "plain"))


def test_all_metadata_of_a_bundle_together_are_bounded(stick, monkeypatch):
    monkeypatch.setattr(bundle, "_METADATA_ALL", 2_000)
    assert refused(stick) == "metadata_too_large"


def test_the_same_week_gives_the_same_file(sim, stick, tmp_path):
    again = bundle.write(sim.folder, "2026-W47", tmp_path / "again")
    assert again.read_bytes() == stick.read_bytes()


def test_a_week_that_is_not_the_published_one_is_not_bundled(sim, tmp_path):
    with pytest.raises(PublishError, match="week_not_published"):
        bundle.write(sim.folder, "2026-W48", tmp_path / "b")
    assert not (tmp_path / "b").exists()


def test_a_mirror_with_a_missing_file_is_not_bundled(sim, tmp_path):
    sim.target().unlink()
    with pytest.raises(PublishError, match="mirror_incomplete"):
        bundle.write(sim.folder, "2026-W47", tmp_path / "b")
    assert not (tmp_path / "b").exists()


def test_nothing_of_other_weeks_is_in_a_bundle(sim, tmp_path):
    old = sim.target().name
    sim.files[LAMP] = b"lamp firmware 2.0"
    sim.publish()
    made = Bundle(bundle.write(sim.folder, "2026-W47", tmp_path / "b"))
    assert not any(old in name for name in made.names)
    made.close()


@pytest.mark.parametrize(
    "name",
    ["../evil", "metadata/../../evil", "/metadata/evil", "metadata\\evil", "evil", "metadata/"],
)
def test_a_name_with_dots_an_absolute_one_or_a_foreign_one_is_refused(stick, name):
    assert refused(added(stick, name)) == "bad_name"


def test_a_name_that_hides_behind_a_zero_is_refused(stick):
    hidden = added(stick, "metadata/timestamp.jsonX.evil")
    hidden.write_bytes(hidden.read_bytes().replace(b".jsonX.evil", b".json\0.evil"))
    assert refused(hidden) in {"bad_name", "duplicate_name"}


def test_a_duplicate_name_is_refused(stick):
    with pytest.warns(UserWarning, match="Duplicate"):
        added(stick, "metadata/timestamp.json")
    assert refused(stick) == "duplicate_name"


def test_a_deflated_member_is_refused(stick):
    added(stick, "metadata/9.root.json", b"x" * 100, compress_type=zipfile.ZIP_DEFLATED)
    assert refused(stick) == "compressed"


def test_an_encrypted_member_is_refused(stick):
    body = bytearray(stick.read_bytes())
    entry = body.rindex(b"PK\1\2")
    body[entry + 8] |= 1
    stick.write_bytes(bytes(body))
    assert refused(stick) == "encrypted"


@pytest.mark.parametrize("name", ["metadata/evil.json", "targets/fw/acme/lamp/evil.bin"])
def test_a_member_that_nothing_refers_to_is_refused(stick, name):
    assert refused(added(stick, name)) == "unreferenced"


def test_more_than_ten_thousand_members_are_refused(tmp_path):
    path = tmp_path / "many"
    with zipfile.ZipFile(path, "w") as archive:
        for number in range(10_001):
            archive.writestr(f"metadata/{number + 1}.root.json", b"")
    assert refused(path) == "too_many_members"


def test_overlapping_members_are_refused(stick):
    body = bytearray(stick.read_bytes())
    entries = [at for at in range(len(body)) if body[at : at + 4] == b"PK\1\2"]
    first = struct.unpack_from("<L", body, entries[0] + 42)[0]
    struct.pack_into("<L", body, entries[1] + 42, first)
    stick.write_bytes(bytes(body))
    assert refused(stick) in {"overlapping", "not_a_zip"}


def test_metadata_too_large_is_refused_without_being_read(sim, stick):
    def swollen(name, body):
        return [(name, body + b" " * 5_000_001 if name.endswith("timestamp.json") else body)]

    assert refused(rewritten(stick, swollen)) == "metadata_too_large"


@pytest.mark.parametrize("body", [b"", b"PK\5\6", b"no zip at all " * 100])
def test_what_is_no_zip_is_refused(tmp_path, body):
    (tmp_path / "b").write_bytes(body)
    assert refused(tmp_path / "b") == "not_a_zip"


def test_a_cut_bundle_is_refused(stick):
    stick.write_bytes(stick.read_bytes()[:-30])
    assert refused(stick) == "not_a_zip"


@given(st.data())
def test_a_bundle_with_flipped_bytes_is_read_or_refused_and_nothing_else(tmp_path_factory, data):
    folder = tmp_path_factory.getbasetemp() / "flipped"
    if not (folder / "good").exists():
        folder.mkdir(exist_ok=True)
        sim = Simulator(folder / "mirror")
        sim.add_bundle()
        sim.publish()
        bundle.write(sim.folder, "2026-W47", folder / "good")
    body = bytearray((folder / "good").read_bytes())
    for _ in range(data.draw(st.integers(1, 4))):
        body[data.draw(st.integers(0, len(body) - 1))] = data.draw(st.integers(0, 255))
    (folder / "bad").write_bytes(bytes(body))
    with suppress(TrustError):
        Bundle(folder / "bad").close()


def test_a_bundle_larger_than_four_gigabytes_is_read_in_place(sim, tmp_path):
    """Sparse: its target is a hole of 4.1 GiB, so only the offsets are tried, not the digest."""
    size = int(4.1 * 1024**3)
    path = tmp_path / "big"
    hole = sim.target()
    with hole.open("r+b") as file:
        file.truncate(size)
    name = str(hole.relative_to(sim.folder))
    members = [f"metadata/{file.name}" for file in sim.metadata.iterdir()]
    _sparse_zip(path, [(name, size)], [(one, (sim.folder / one).read_bytes()) for one in members])
    tracemalloc.start()
    opened = Bundle(path)
    with opened.open(name, size - 3) as stream:
        assert b"".join(stream.chunks) == b"\0\0\0"
    with opened.open("metadata/timestamp.json") as stream:
        assert b"".join(stream.chunks) == (sim.metadata / "timestamp.json").read_bytes()
    assert tracemalloc.get_traced_memory()[1] < 8 * 1024**2
    tracemalloc.stop()
    opened.close()


def _sparse_zip(path, holes, members):
    """Write a stored zip64 whose large members are holes of the file system."""
    with zipfile.ZipFile(path, "w", allowZip64=True) as archive:
        for name, size in holes:
            info = zipfile.ZipInfo(name)
            info.file_size = info.compress_size = size
            info.CRC = 0
            info.header_offset = archive.fp.tell()
            archive.fp.write(info.FileHeader(zip64=True))
            archive.fp.seek(size, 1)
            archive.filelist.append(info)
            archive.NameToInfo[name] = info
            archive.start_dir = archive.fp.tell()
            archive._didModify = True
        for name, body in members:
            archive.writestr(name, body)
    assert path.stat().st_size > 4 * 1024**3
