"""The command: builds, packs what is asked for, says what it made and how large it is."""

import shutil

import pytest
from click.testing import CliRunner

from scripts.packaging import __main__ as command
from scripts.packaging import folders, nfpm


@pytest.fixture
def to(tmp_path, monkeypatch):
    """A folder in which a build takes no time; packages are only noted."""

    def build(source, to, *, maker):
        for name in folders.NAMES:
            internal = to / name / "_internal" / "resources"
            internal.mkdir(parents=True)
            (to / name / name).write_text("program")
            folders.note(source, to / name, maker=maker)
        return tuple(to / name for name in folders.NAMES)

    def pack(packing, to, formats, **_how):
        made = [to / f"{packing.program}.{form}" for form in formats]
        for file in made:
            file.write_text(packing.version)
        return made

    monkeypatch.setattr(folders, "build", build)
    monkeypatch.setattr(nfpm, "pack", pack)
    return tmp_path / "dist"


def run(to, *words):
    return CliRunner().invoke(command.main, ["--version", "1.2.0", "--to", str(to), *words])


def test_without_a_word_everything_is_made_and_told(to):
    told = run(to, "--quick")
    assert told.exit_code == 0, told.output
    made = {path.name.partition("-1.2.0")[0] for path in to.iterdir()}
    packages = {f"{name}.{form}" for name in folders.NAMES for form in nfpm.FORMATS}
    assert made == {*folders.NAMES, *packages}
    assert all(str(path) in told.output for path in to.iterdir())


def test_only_what_is_asked_for_is_packed(to):
    assert run(to, "deb").exit_code == 0
    assert {path.suffix for path in to.iterdir() if path.is_file()} == {".deb"}


def test_a_build_that_failed_is_told_in_its_own_words(to, monkeypatch):
    def fails(*_words, **_named):
        raise folders.BuildError("no library named z")

    monkeypatch.setattr(folders, "build", fails)
    told = run(to, "archive")
    assert (told.exit_code, "no library named z" in told.output) == (1, True)


@pytest.mark.parametrize("changed", [True, False])
def test_a_second_build_that_differs_ends_it_with_one(to, tmp_path, monkeypatch, changed):
    def elsewhere(_root, _work, *_words):
        shutil.copytree(to, tmp_path / "other")
        if changed:
            (tmp_path / "other" / "orangery" / "orangery").write_text("another program")
        return tmp_path / "other"

    monkeypatch.setattr(command.compare, "elsewhere", elsewhere)
    told = run(to, "--quick", "--twice", "archive")
    assert told.exit_code == (1 if changed else 0)
    assert ("orangery/orangery: bytes" in told.output) is changed


def test_links_count_nothing_but_themselves(tmp_path):
    (tmp_path / "file").write_bytes(b"0" * 1000)
    (tmp_path / "link").symlink_to("file")
    assert command.size(tmp_path) == 1000 + len("file")
