"""From N to N+1, and back after a broken N+1, with a kill and a power cut at every step.

What Python does is cut by tests/firmware/cuts.py: before and after each write, fsync, rename, new
folder and removal, with what nobody synced lost or half there. What the launcher does is cut before
and after each tool that it calls. After each of them the launcher starts N or N+1, whole, and what
it starts finds the house; never neither.
"""

from __future__ import annotations

import itertools
import shutil
import signal
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

import pytest

from desktop.selfupdate import shipped
from desktop.selfupdate.versions import Versions
from tests.desktop.selfupdate import toys
from tests.desktop.selfupdate.toys import Toys, came_up
from tests.firmware.cuts import Cuts, World, cut, operations, stop

T = TypeVar("T")

TOOLS = ("mkdir", "mv", "readlink", "sort", "sync", "tail")
STARTS = 3  # two that fail, and the one that goes back
KILLS = '#!/bin/sh\nn=$(/bin/cat "$COUNT")\necho $((n + 1)) >"$COUNT"\n{deed}\n'
DEED = """[ "$n" = "$AT" ] && [ "$SIDE" = before ] && kill -9 "$LAUNCHER"
{tool} "$@"
[ "$n" = "$AT" ] && [ "$SIDE" = after ] && kill -9 "$LAUNCHER"
exit 0"""


class Update:
    """One update to 2.0, good or broken, of which every instant can be looked at."""

    def __init__(self, folder: Path, body: str) -> None:
        self.toys = Toys(folder)
        self.old = self.toys.begin()
        first = self.toys.root / "versions" / "1.0"
        self.lists = {"1.0": shipped.make(first, version="1.0", platform="toy")}
        (first / shipped.NAME).write_bytes(shipped.write(self.lists["1.0"]))
        self.archive, self.lists["2.0"] = self.toys.archive("2.0", body)
        self.good = body == toys.LIVES

    def bring(self) -> None:
        self.old.unpack(self.archive, "2.0", self.lists["2.0"])
        self.old.switch("2.0")

    def prove(self) -> None:
        Versions(self.toys.root, "2.0").proven()
        Versions(self.toys.root, "2.0").tidy()

    def comes_up(self, root: Path) -> str:
        """Start what is in `root` until it comes up, and return which version that is."""
        for _ in range(STARTS):
            if version := came_up(toys.start(root, self.toys.house)):
                assert shipped.differences(root / "versions" / version, self.lists[version]) == ()
                return version
        raise AssertionError("nothing comes up")

    def goes_on(self, root: Path) -> None:
        """Assert that the same update, done once more, ends as it should."""
        known = Versions(root, self.comes_up(root))
        if known.running == "1.0" and self.good:
            known.unpack(self.archive, "2.0", self.lists["2.0"])
            known.switch("2.0")
            assert self.comes_up(root) == "2.0"
        Versions(root, known.state().now).proven()
        Versions(root, known.state().now).tidy()
        assert not list((root / "versions").glob("*.part"))
        assert self.comes_up(root) == ("2.0" if self.good else "1.0")


def steps(*sides: T) -> Iterator[tuple[int, T]]:
    """Give every step of whatever it is, from each side."""
    return ((number, side) for number in itertools.count() for side in sides)


def lay(world: World, place: Path) -> Path:
    """Lay a world out; it has no modes, which the disk keeps with a file's name."""
    world.lay(place)
    for file in (place / "orangery", *place.glob("versions/*/orangery")):
        file.chmod(0o755)
    for file in (*place.glob("versions/*/_internal/*"), *place.glob("versions/*/*.json")):
        file.chmod(0o644)
    return place


def each(found: Cuts, tmp_path: Path, look: Callable[[World, Path], None]) -> int:
    for number, world in enumerate(found.worlds):
        place = tmp_path / f"world-{number}"
        place.mkdir()
        try:
            look(world, lay(world, place))
        except BaseException as error:
            error.add_note(f"after the cut {world.name}")
            raise
        shutil.rmtree(place)
    return len(found.worlds)


@pytest.mark.timeout(300)
def test_a_cut_while_a_version_is_unpacked_and_switched_to_leaves_the_old_or_the_new(tmp_path):
    update = Update(tmp_path, toys.LIVES)
    found = cut(update.toys.root, update.bring)
    assert {"create", "write", "fsync", "rename", "mkdir", "replace"} <= operations(
        found.operations
    )
    seen = set()

    def look(world: World, root: Path) -> None:
        version = update.comes_up(root)
        seen.add(version)
        assert version == "2.0" or not world.told
        update.goes_on(root)

    assert each(found, tmp_path, look) > 50
    assert seen == {"1.0", "2.0"}


@pytest.mark.timeout(300)
def test_a_cut_while_a_broken_version_is_brought_ends_with_the_old_one(tmp_path):
    update = Update(tmp_path, toys.BROKEN)

    def look(world: World, root: Path) -> None:
        assert update.comes_up(root) == "1.0"
        update.goes_on(root)

    each(cut(update.toys.root, update.bring), tmp_path, look)


@pytest.mark.parametrize("body", [toys.LIVES, toys.BROKEN], ids=["good", "broken"])
def test_a_cut_while_it_is_proven_and_tidied_leaves_it_running(tmp_path, body):
    update = Update(tmp_path, body)
    toys.program(update.toys.root / "versions" / "0.9", "0.9", toys.LIVES)
    update.bring()
    up = update.comes_up(update.toys.root)
    update.toys.start()

    def prove() -> None:
        Versions(update.toys.root, up).proven()
        Versions(update.toys.root, up).tidy()

    def look(world: World, root: Path) -> None:
        assert update.comes_up(root) == up
        update.goes_on(root)

    found = cut(update.toys.root, prove)
    assert each(found, tmp_path, look) > 10
    assert {"rename", "rmdir", "unlink"} <= operations(found.operations)


def test_a_cut_while_a_person_goes_back_leaves_one_of_the_two(tmp_path):
    update = Update(tmp_path, toys.LIVES)
    update.bring()
    update.prove()
    seen = set()

    def look(world: World, root: Path) -> None:
        seen.add(version := update.comes_up(root))
        assert version == "1.0" or not world.told

    each(cut(update.toys.root, Versions(update.toys.root, "2.0").back), tmp_path, look)
    assert seen == {"1.0", "2.0"}


def test_stopped_at_any_step_what_went_before_is_as_it_was_and_the_next_try_succeeds(tmp_path):
    """As Ctrl-C and an error do it: every later operation of the process fails as well."""
    for number, after in steps(False, True):
        folder = tmp_path / f"{number}-{after}"
        folder.mkdir()
        update = Update(folder, toys.LIVES)
        more = stop(update.toys.root, update.bring, number, after=after)
        update.goes_on(update.toys.root)
        shutil.rmtree(folder)
        if not more:
            break
    assert number > 20


# --- the launcher --------------------------------------------------------------------------------


@pytest.fixture
def deadly(tmp_path: Path) -> Path:
    """Tools that kill the launcher which calls them, before or after their deed."""
    folder = tmp_path / "deadly"
    folder.mkdir()
    for name in TOOLS:
        deed = DEED.format(tool=shutil.which(name))
        (folder / name).write_text(KILLS.format(deed=deed))
        (folder / name).chmod(0o755)
    return folder


def killed(update: Update, root: Path, deadly: Path, at: int, side: str) -> bool:
    """Start the copy and kill its launcher at one step; False: it has fewer."""
    count = deadly / "count"
    count.write_text("0")
    done = subprocess.run(
        ["/bin/sh", "-c", 'LAUNCHER=$$; export LAUNCHER; exec "$0"', str(root / "orangery")],
        env={
            "PATH": str(deadly),
            "HOUSE": str(update.toys.house),
            "COUNT": str(count),
            "AT": str(at),
            "SIDE": side,
        },
        capture_output=True,
        timeout=60,
        check=False,
    )
    return done.returncode == -signal.SIGKILL


def trial(update: Update, starts: int) -> Path:
    """Return a copy whose 2.0 was switched to and has had so many failed starts."""
    update.bring()
    root = update.toys.root
    (root / "starts").mkdir()
    for number in range(starts):
        (root / "starts" / f"2.0~00000000~{number + 1}").touch()
    if not starts:
        (root / "starts").rmdir()
    return root


@pytest.mark.parametrize("starts", [0, 1, 2])
@pytest.mark.parametrize("body", [toys.LIVES, toys.BROKEN], ids=["good", "broken"])
def test_a_launcher_killed_at_any_step_starts_one_of_the_two_the_next_time(
    tmp_path, deadly, body, starts
):
    update = Update(tmp_path, body)
    before = trial(update, starts)
    kills = 0
    for at, side in steps("before", "after"):
        root = tmp_path / f"at-{at}-{side}"
        shutil.copytree(before, root)
        if not killed(update, root, deadly, at, side):
            break
        kills += 1
        up = update.comes_up(root)
        assert up == ("2.0" if update.good and not starts else up)
        assert update.comes_up(root) == up
        if not update.good:
            assert (up, Versions(root).state().failed) == ("1.0", "2.0")
        update.goes_on(root)
        shutil.rmtree(root)
    assert kills >= 4


def test_a_launcher_killed_at_any_step_of_going_back_never_forgets_why(tmp_path, deadly):
    update = Update(tmp_path, toys.BROKEN)
    before = trial(update, 2)
    for at, side in steps("before", "after"):
        root = tmp_path / f"at-{at}-{side}"
        shutil.copytree(before, root)
        if not killed(update, root, deadly, at, side):
            break
        state = Versions(root).state()
        assert (state.now, state.failed) in {("2.0", ""), ("1.0", "2.0")}
        assert came_up(toys.start(root, update.toys.house)) == "1.0", "at once"
        assert not list(root.glob("state.new.*")) or Versions(root, "1.0").tidy() == ("2.0",)
        Versions(root, "1.0").tidy()
        assert not list(root.glob("state.new.*"))
        assert not list((root / "starts").iterdir())
