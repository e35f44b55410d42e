"""Versions side by side: what comes out of an archive, which one starts, what is kept."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from desktop.selfupdate.versions import State, Versions
from fleet.errors import CommandError
from tests.desktop.selfupdate import toys
from tests.desktop.selfupdate.toys import Toys, came_up


@pytest.fixture
def toy(tmp_path: Path) -> Toys:
    made = Toys(tmp_path)
    made.begin()
    return made


def unpacked(toy: Toys, version: str = "2.0", body: str = toys.LIVES) -> Versions:
    known = Versions(toy.root, "1.0")
    archive, files = toy.archive(version, body)
    known.unpack(archive, version, files)
    return known


def there(toy: Toys) -> list[str]:
    return sorted(one.name for one in (toy.root / "versions").iterdir())


# --- from N to N+1, and back ---------------------------------------------------------------------


def test_a_version_is_unpacked_switched_to_proven_and_the_one_before_is_kept(toy: Toys) -> None:
    old = unpacked(toy)
    assert old.state() == State(now="1.0")
    assert came_up(toy.start()) == "1.0", "nothing changes until it is switched"
    old.switch("2.0")
    assert old.state() == State(now="2.0", before="1.0")
    assert came_up(toy.start()) == "2.0"
    Versions(toy.root, "2.0").proven()
    assert old.state() == State(now="2.0", before="1.0", proven=True)
    assert (old.tidy(), there(toy)) == ((), ["1.0", "2.0"])


def test_a_broken_version_is_gone_back_from_after_two_starts(toy: Toys) -> None:
    known = unpacked(toy, body=toys.BROKEN)
    known.switch("2.0")
    assert [came_up(toy.start()), known.state().tries] == ["", 1]
    assert [came_up(toy.start()), known.state().tries] == ["", 2]
    assert came_up(toy.start()) == "1.0"
    assert known.state() == State(now="1.0", proven=True, failed="2.0")
    assert (known.tidy(), there(toy)) == (("2.0",), ["1.0"])
    assert not list((toy.root / "starts").iterdir())


def test_after_a_broken_version_the_next_one_is_taken(toy: Toys) -> None:
    known = unpacked(toy, body=toys.BROKEN)
    known.switch("2.0")
    [toy.start() for _ in range(3)]
    archive, files = toy.archive("3.0")
    known.unpack(archive, "3.0", files)
    known.switch("3.0")
    assert known.state() == State(now="3.0", before="1.0", failed="2.0")
    assert came_up(toy.start()) == "3.0"
    Versions(toy.root, "3.0").proven()
    assert known.state() == State(now="3.0", before="1.0", proven=True)
    assert (known.tidy(), there(toy)) == (("2.0",), ["1.0", "3.0"])


def test_a_version_that_once_failed_starts_with_a_clean_count_when_it_is_wanted_again(
    toy: Toys,
) -> None:
    known = unpacked(toy, body=toys.BROKEN)
    known.switch("2.0")
    [toy.start() for _ in range(3)]
    known.switch("2.0")
    assert known.state() == State(now="2.0", before="1.0")


def test_a_version_on_trial_is_not_what_the_next_one_goes_back_to(toy: Toys) -> None:
    known = unpacked(toy)
    known.switch("2.0")
    archive, files = toy.archive("3.0")
    known.unpack(archive, "3.0", files)
    known.switch("3.0")
    assert known.state().before == "1.0"


def test_an_old_process_that_switches_goes_back_to_what_was_proven_since(toy: Toys) -> None:
    known = unpacked(toy)
    known.switch("2.0")
    Versions(toy.root, "2.0").proven()
    archive, files = toy.archive("3.0")
    known.unpack(archive, "3.0", files)
    known.switch("3.0")
    assert known.state().before == "2.0"


def test_switching_to_what_is_switched_to_changes_nothing(toy: Toys) -> None:
    known = unpacked(toy)
    known.switch("2.0")
    toy.start()
    before = (toy.root / "state").read_bytes()
    known.switch("2.0")
    assert (toy.root / "state").read_bytes() == before


def test_only_what_is_here_can_be_switched_to(toy: Toys) -> None:
    with pytest.raises(CommandError, match="version_missing"):
        Versions(toy.root, "1.0").switch("2.0")


def test_a_person_goes_back_and_the_version_is_known_as_one_that_had_worked(toy: Toys) -> None:
    known = unpacked(toy)
    known.switch("2.0")
    new = Versions(toy.root, "2.0")
    new.proven()
    assert new.back() == "1.0"
    assert came_up(toy.start()) == "1.0"
    assert known.state() == State(now="1.0", proven=True, failed="2.0", worked=True, told=True)
    with pytest.raises(CommandError, match="no_version_before"):
        known.back()


def test_what_failed_is_told_once_and_can_be_forgotten(toy: Toys) -> None:
    known = Versions(toy.root, "1.0")
    (toy.root / "state").write_text("now=1.0\nproven=yes\nfailed=2.0\n")
    assert known.state() == State(now="1.0", proven=True, failed="2.0")
    known.was_told()
    assert known.state().told
    known.forget_failed()
    assert known.state() == State(now="1.0", proven=True)


def test_a_version_that_is_not_the_one_to_run_proves_nothing(toy: Toys) -> None:
    known = unpacked(toy)
    known.switch("2.0")
    known.proven()  # a window of 1.0 that was open all the time
    assert known.state() == State(now="2.0", before="1.0")


@pytest.mark.parametrize("body", [b"", b"\0\xff", b"now=../x\n", b"now=7.0\n", b"now=1.0"])
def test_a_state_that_says_nothing_is_mended_by_the_version_that_works(
    toy: Toys, body: bytes
) -> None:
    (toy.root / "state").write_bytes(body)
    known = Versions(toy.root, "1.0")
    assert known.state() == State(now="1.0")
    known.proven()
    assert (toy.root / "state").read_text() == "now=1.0\nproven=yes\n"


@pytest.mark.parametrize(
    ("names", "now", "before"),
    [
        (["9.0", "10.0"], "10.0", "9.0"),
        (["1.0.1"], "1.0.1", "1.0"),
        (["0.9", "2.0rc1"], "2.0rc1", "1.0"),
    ],
)
def test_without_a_state_program_and_launcher_find_the_same_version(
    toy: Toys, names: list[str], now: str, before: str
) -> None:
    (toy.root / "state").unlink()
    for name in names:
        toys.program(toy.root / "versions" / name, name, toys.LIVES)
    assert Versions(toy.root).state() == State(now=now, before=before)
    assert came_up(toy.start()) == now


# --- what is removed, and when -------------------------------------------------------------------


def test_what_killed_processes_left_is_swept_away(toy: Toys) -> None:
    for name in ("2.0.part", "0.9.gone.part"):
        toys.program(toy.root / "versions" / name, "2.0", toys.LIVES)
    (toy.root / "state.new.4000000").touch()
    mine = toy.root / f"state.new.{os.getpid()}"  # of a launcher that is at it
    mine.touch()
    Versions(toy.root, "1.0").tidy()
    assert there(toy) == ["1.0"]
    assert list(toy.root.glob("state.new.*")) == [mine]


def test_a_version_that_still_runs_is_not_removed(toy: Toys) -> None:
    toys.program(toy.root / "versions" / "0.9", "0.9", toys.LIVES)
    known = Versions(toy.root, "1.0")
    hold = (
        "import sys; from pathlib import Path; from desktop.selfupdate import lives\n"
        "with lives.held(Path(sys.argv[1])): print('held', flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", hold, str(toy.root / "versions" / "0.9")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=Path(__file__).parents[3],
    ) as runs:
        runs.stdout.readline()
        assert known.tidy() == ()
        runs.communicate(b"")
    assert known.tidy() == ("0.9",)


def test_the_version_of_the_process_that_tidies_stays(toy: Toys) -> None:
    known = unpacked(toy)
    known.switch("2.0")
    Versions(toy.root, "2.0").proven()
    (toy.root / "state").write_text("now=2.0\nproven=yes\n")
    assert known.tidy() == ()
    assert Versions(toy.root, "2.0").tidy() == ("1.0",)


def test_root_leaves_nothing_in_the_folder_of_a_person(
    toy: Toys, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive, files = toy.archive("2.0")
    Versions(toy.root, "1.0").unpack(archive, "2.0", files)
    before = sorted(toy.root.rglob("*"))
    monkeypatch.setattr("os.geteuid", lambda: toy.root.stat().st_uid + 1)
    known = Versions(toy.root, "1.0")
    for change in (
        lambda: known.switch("2.0"),
        lambda: known.unpack(archive, "2.0", files),
        known.back,
        known.proven,
    ):
        with pytest.raises(CommandError, match="program_not_writable"):
            change()
    assert known.tidy() == ()
    assert sorted(toy.root.rglob("*")) == before
