"""A program is held against the list that both parties of its makers signed, and nothing else."""

import shutil

import pytest

from desktop.selfupdate import shipped, verifying
from desktop.selfupdate.shipped import Difference, Kind
from desktop.selfupdate.verifying import Wanted
from firmware import bundle, maker_link, roots
from firmware.errors import TrustError
from firmware.release import Channel
from fleet.errors import StoreError
from tests.desktop.selfupdate.mirror import PLATFORM, Mirror, listed
from tests.firmware import makers
from tests.firmware.simulator import Server
from tests.signing import signing_here  # noqa: F401 - used by itself


@pytest.fixture
def program(tmp_path):
    folder = tmp_path / "program"
    (folder / "_internal").mkdir(parents=True)
    (folder / "orangery").write_bytes(b"\x7fELF the program")
    (folder / "orangery").chmod(0o755)
    (folder / "_internal/libQt6Core.so.6").write_bytes(b"Qt")
    body = listed(folder, "7.1.0")
    (folder / shipped.NAME).write_bytes(body)
    return folder


@pytest.fixture
def mirror(tmp_path, program):
    found = Mirror(tmp_path / "mirror")
    found.ship("7.1.0", (program / shipped.NAME).read_bytes())
    return found


@pytest.fixture
def server(mirror):
    with Server(mirror.folder) as found:
        yield found


@pytest.fixture
def wanted(tmp_path, mirror, server, program):
    return Wanted(
        version="7.1.0",
        platform=PLATFORM,
        link=mirror.link(server.url),
        home=tmp_path / "home",
        near=program / shipped.NAME,
    )


def test_an_untouched_program_is_as_both_parties_signed_it(program, wanted, server):
    found = verifying.verify(program, wanted)
    assert (found.differences, found.files, found.week) == ((), 2, "2026-W47")
    assert (found.version, found.commit, found.maker) == ("7.1.0", "c" * 40, "orangery")
    assert {one.role for one in found.signed} == {"build-lamp", "train-orange"}
    assert found.source == server.url


def changed(program):
    (program / "_internal/libQt6Core.so.6").write_bytes(b"Q!")
    return Difference("_internal/libQt6Core.so.6", Kind.CHANGED)


def added(program):
    (program / "_internal/sitecustomize.py").write_text("import evil")
    return Difference("_internal/sitecustomize.py", Kind.EXTRA)


def removed(program):
    (program / "_internal/libQt6Core.so.6").unlink()
    return Difference("_internal/libQt6Core.so.6", Kind.MISSING)


@pytest.mark.parametrize("touch", [changed, added, removed])
def test_what_was_touched_is_named(program, wanted, touch):
    expected = touch(program)
    assert verifying.verify(program, wanted).differences == (expected,)


def test_whoever_changes_the_list_beside_the_program_as_well_gains_nothing(program, wanted):
    expected = changed(program)
    (program / shipped.NAME).write_bytes(listed(program, "7.1.0"))
    assert verifying.verify(program, wanted).differences == (expected,)


def test_a_list_that_only_the_build_role_signed_counts_for_nothing(program, wanted, mirror):
    mirror.on_train = lambda train: train["files"].clear()
    mirror.publish()
    with pytest.raises(TrustError, match="list_not_in_week"):
        verifying.verify(program, wanted)


def test_a_list_that_only_the_train_signed_counts_for_nothing(program, wanted, mirror):
    mirror.on_build = lambda build: build.targets.clear()
    mirror.publish()
    with pytest.raises(TrustError, match="week_disagrees"):
        verifying.verify(program, wanted)


def test_too_few_signatures_are_none(program, wanted, mirror):
    mirror.signers = {"build-lamp": mirror.keys["build-lamp"][:1]}
    mirror.publish()
    with pytest.raises(TrustError, match="threshold_missing"):
        verifying.verify(program, wanted)


def test_another_makers_mirror_is_not_believed(program, wanted, tmp_path, server):
    other = Mirror(tmp_path / "other")
    other.ship("7.1.0", listed(program, "7.1.0"))
    server.folder = other.folder
    with pytest.raises(TrustError, match="root_not_the_named"):
        verifying.verify(program, wanted)


def test_another_makers_folder_is_not_believed_either(program, wanted, tmp_path):
    other = Mirror(tmp_path / "other")
    other.ship("7.1.0", listed(program, "7.1.0"))
    with pytest.raises(TrustError):
        verifying.verify(program, wanted, str(other.folder))


def test_a_list_of_another_version_under_this_ones_name_is_refused(program, wanted, mirror):
    mirror.ship("7.1.0", listed(program, "7.0.0"))
    with pytest.raises(TrustError, match="list_bad"):
        verifying.verify(program, wanted)


# --- where the list comes from -------------------------------------------------------------------


def test_a_list_that_lies_nowhere_here_is_fetched(program, wanted):
    (program / shipped.NAME).unlink()
    assert verifying.verify(program, wanted).differences == ()


def test_what_was_found_once_is_enough_when_nobody_can_be_asked(program, wanted, server):
    verifying.verify(program, wanted)
    (program / shipped.NAME).unlink()
    server.folder = server.folder / "gone"
    expected = changed(program)
    found = verifying.verify(program, wanted)
    assert found.differences == (expected,)
    assert found.source == str(verifying.kept(wanted.home, "7.1.0"))


def test_what_was_kept_and_changed_since_is_not_believed(program, wanted, server):
    verifying.verify(program, wanted)
    changed(program)
    forged = listed(program, "7.1.0")
    (program / shipped.NAME).write_bytes(forged)
    for file in verifying.kept(wanted.home, "7.1.0").rglob("*.files.json"):
        file.write_bytes(forged)
    server.folder = server.folder / "gone"
    with pytest.raises(TrustError, match="target_tampered"):
        verifying.verify(program, wanted)


def test_the_list_of_an_older_version_is_still_here_when_the_mirror_shows_a_newer_week(
    program, wanted, mirror
):
    verifying.verify(program, wanted)
    mirror.ship("7.2.0", listed(program, "7.2.0"))
    assert verifying.verify(program, wanted).differences == ()


def test_without_it_the_week_of_an_older_version_is_asked_for(program, wanted, mirror, tmp_path):
    older = mirror.copy(tmp_path / "older")
    mirror.ship("7.2.0", listed(program, "7.2.0"))
    with pytest.raises(TrustError) as told:
        verifying.verify(program, wanted)
    assert told.value.code == "list_not_in_week"
    assert told.value.facts == {"week": "2026-W47", "version": "7.1.0"}
    assert verifying.verify(program, wanted, str(older)).differences == ()


def test_a_week_past_its_date_counts_from_this_machine_and_not_from_a_mirror(
    program, wanted, mirror
):
    mirror.days = dict.fromkeys(mirror.days, -1.0) | {"root": 28.0}
    mirror.publish()
    with pytest.raises(TrustError, match="metadata_expired"):
        verifying.verify(program, wanted)
    assert verifying.verify(program, wanted, str(mirror.folder)).differences == ()


def test_the_other_channel_is_looked_at_too(program, wanted, mirror, server):
    link = mirror.link(server.url, Channel.STABLE)
    stable = Wanted(
        version="7.1.0", platform=PLATFORM, link=link, home=wanted.home, near=wanted.near
    )
    assert verifying.verify(program, stable).differences == ()


def test_a_full_disk_keeps_nobody_from_the_answer(program, wanted):
    wanted.home.write_text("no folder")
    assert verifying.verify(program, wanted).differences == ()


def test_a_launcher_of_another_version_is_told_and_no_difference(tmp_path, program, wanted, mirror):
    own = tmp_path / "root/versions/7.1.0"
    (program / "_internal/resources").mkdir()
    (program / "_internal/resources/launcher").write_text("#!/bin/sh\n")
    body = listed(program, "7.1.0")
    mirror.ship("7.1.0", body)
    shutil.copytree(program, own, symlinks=True)
    launcher = tmp_path / "root/orangery"
    launcher.write_text("#!/bin/sh\n")
    assert verifying.verify(own, wanted).launcher is True
    launcher.write_text("#!/bin/sh\n# newer\n")
    found = verifying.verify(own, wanted)
    assert (found.launcher, found.differences) == (False, ())
    assert verifying.verify(program, wanted).launcher is None


# --- as its makers really do it ------------------------------------------------------------------


@pytest.fixture
def published(tmp_path, program):
    """The mirror of a Publisher whose week has the list, as docs/release-staff.md says."""
    ring = makers.key_ring(tmp_path / "keys")
    build = [ring[f"build{n}"] for n in "123"]
    team = makers.team(ring, build={"desktop": build})
    publisher = makers.create(
        tmp_path / "pub",
        ring,
        1.0,
        maker="Orangery",
        vendor="orangery",
        lines=["desktop"],
        team=team,
    )
    publisher.open_week("2026-W47", 1.0)
    file = shutil.copy(program / shipped.NAME, tmp_path / "orangery-7.1.0-linux-x86_64.files.json")
    publisher.add(file, "desktop", vendor="orangery", counter=1)
    makers.sign_all(publisher, ring)
    publisher.publish(makers.WORDS, 1.0)
    return publisher


def test_a_list_that_a_release_team_published_is_found_in_a_bundle_by_who_never_asked_them(
    published, program, wanted, tmp_path
):
    stick = bundle.write(published.mirror, "2026-W47", tmp_path / "week.obundle")
    root = (published.mirror / "metadata/1.root.json").read_bytes()
    link = maker_link.made("orangery", ["https://fw.invalid"], f"sha256:{roots.fingerprint(root)}")
    team = Wanted(version="7.1.0", platform=PLATFORM, link=link, home=tmp_path / "home")
    found = verifying.verify(program, team, str(stick))
    assert found.differences == ()
    assert {one.role for one in found.signed} == {"build-desktop", "train-orange"}
    assert all(one.signers for one in found.signed)
    (program / "orangery").write_bytes(b"\x7fELF evil program")
    again = verifying.verify(program, team, str(stick))
    assert again.differences == (Difference("orangery", Kind.CHANGED),)


def test_where_there_is_nowhere_to_work_that_is_told(program, wanted, monkeypatch):
    def nowhere(**_):
        raise FileNotFoundError(2, "No usable temporary directory found")

    monkeypatch.setattr(verifying, "TemporaryDirectory", nowhere)
    with pytest.raises(StoreError, match="store_unwritable"):
        verifying.verify(program, wanted)
