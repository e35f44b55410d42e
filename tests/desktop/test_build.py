"""What a copy of the program says of itself, from source and packaged."""

import sys

import msgspec
import pytest

import resources
from desktop import build
from desktop.build import Build, Packaged


@pytest.fixture(autouse=True)
def asked_anew():
    build.build.cache_clear()
    yield
    build.build.cache_clear()


@pytest.fixture
def frozen(tmp_path, monkeypatch):
    """Make this process one of a program that lies at the given place below a folder."""

    def at(place):
        program = tmp_path / place / "orangery"
        program.parent.mkdir(parents=True)
        program.touch()
        monkeypatch.setattr(sys, "frozen", True, raising=False)
        monkeypatch.setattr(sys, "executable", str(program))
        return program.parent

    return at


def test_from_source_the_version_is_the_installed_one():
    assert build.version() == build.metadata.version(build.PROGRAM)
    assert (build.packaged(), build.folder(), build.root()) == (Packaged.SOURCE, None, None)


def test_a_packaged_program_says_what_was_written_down_when_it_was_built(tmp_path, monkeypatch):
    made = Build(version="7.1.0", commit="c" * 40, made=1_764_000_000, platform="linux-x86_64")
    file = tmp_path / "build.json"
    file.write_bytes(msgspec.json.encode(made))
    monkeypatch.setattr(resources, "path", lambda name: tmp_path / name)
    assert build.build() == made
    assert build.version() == "7.1.0"


def test_what_is_not_installed_anywhere_says_so(monkeypatch):
    monkeypatch.setattr(build, "PROGRAM", "never-installed")
    assert build.version() == "?"


def test_among_its_versions_a_program_knows_their_root(frozen, tmp_path):
    own = frozen("place/versions/0.1.0")
    assert (build.packaged(), build.folder()) == (Packaged.VERSIONS, own)
    assert build.root() == tmp_path / "place"


def test_a_folder_that_was_put_somewhere_is_nobodys_to_exchange(frozen):
    frozen("somewhere/orangery")
    assert (build.packaged(), build.root()) == (Packaged.LOOSE, None)
