"""What is installed is what is locked, by hash; and it is what pyproject.toml asks for.

Whether a locked version has a known hole is asked of a database of such, over the network: that is
not done here.
"""

import re
import tomllib
from importlib import metadata
from pathlib import Path

import pytest

from desktop import made_of
from scripts.packaging import sbom

ROOT = Path(__file__).resolve().parents[1]
RUN = "requirements-run.lock"
"""What `scripts/run` installs: no more than the window, the story and the demo's hub need."""

LOCKS = (*sbom.LOCKS, RUN)
EXTRAS = ("hub", "postgres", "s3", "release", "dev")


def entries(lock):
    """Yield each requirement of a lock with its hashes, as one text."""
    text = (ROOT / lock).read_text(encoding="utf-8")
    return re.findall(r"^[A-Za-z0-9].*(?:\n(?:    --hash|    #).*)*", text, re.MULTILINE)


@pytest.mark.parametrize("lock", LOCKS)
def test_every_requirement_is_pinned_and_has_hashes(lock):
    assert entries(lock)
    for entry in entries(lock):
        assert re.match(r"[A-Za-z0-9._-]+==[^ ;\\]+", entry), entry
        assert re.search(r"--hash=sha256:[0-9a-f]{64}\b", entry), entry


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_names_no_address(lock):
    text = (ROOT / lock).read_text(encoding="utf-8")
    assert not re.search(r"https?:|--index|--find-links|@ file|git\+", text)


@pytest.mark.parametrize("lock", LOCKS)
def test_no_name_is_locked_twice_for_the_same_machine(lock):
    names = [entry.split("\n")[0].split("==")[0] for entry in entries(lock)]
    double = {name for name in names if names.count(name) > 1}
    marked = {e.split("==")[0] for e in entries(lock) if ";" in e.split("\n")[0]}
    assert double <= marked


def bare(lock):
    """Return the entries of a lock without uv's notes on who needs them."""
    return {re.sub(r"\n    #.*", "", entry) for entry in entries(lock)}


def test_what_is_locked_to_run_it_is_the_same_as_for_the_tests_and_less():
    assert bare(RUN) < bare("requirements.lock")


def test_all_that_running_needs_is_locked_for_it_and_no_tool_of_ours():
    pyproject = tomllib.loads((ROOT / "pyproject.toml").read_text())
    extras = pyproject["project"]["optional-dependencies"]
    by_itself = [*pyproject["project"]["dependencies"], *extras["hub"]]
    building = pyproject["build-system"]["requires"]  # scripts/setup puts this folder into .venv
    locked = {made_of.normal(entry.split("==")[0]) for entry in entries(RUN)}
    assert named([*by_itself, *building]) <= locked
    brought = {made_of.normal(one.name) for one in made_of.needed("hub")}
    assert brought <= locked
    tools = named(extras["dev"]) - brought
    assert tools & locked == set()


def test_everything_installed_that_the_project_asks_for_is_locked_in_that_version():
    locked = sbom.locked()
    for one in made_of.needed(*EXTRAS):
        name = made_of.normal(one.name)
        if name != "pip":  # the installer cannot lock itself; nothing of it is built in
            assert locked.get(name) == one.version, name


def test_everything_that_the_project_asks_for_is_in_the_lock():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    asked = [*project["dependencies"]]
    for extra in EXTRAS:
        asked += project["optional-dependencies"][extra]
    assert named(asked) - sbom.locked().keys() == set()


def named(asked):
    """Return the normalised names of requirements as pyproject.toml writes them."""
    return {made_of.normal(re.match(r"[\w.-]+", one)[0]) for one in asked}


def test_what_dev_names_again_is_what_the_extras_say():
    groups = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"][
        "optional-dependencies"
    ]
    for extra in ("hub", "postgres", "s3", "release"):
        assert set(groups[extra]) <= set(groups["dev"])


def test_what_is_installed_says_who_it_is():
    assert metadata.metadata("orangery-fleet")["License-Expression"] == "Apache-2.0"
