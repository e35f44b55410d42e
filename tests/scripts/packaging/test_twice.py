"""Two builds held together: each difference is named by its place and what it is."""

import subprocess

import pytest

from scripts.packaging import twice


@pytest.fixture
def pair(tmp_path):
    """Two folders with the same program and the same link."""
    for name in ("one", "other"):
        built = tmp_path / name / "orangery"
        built.mkdir(parents=True)
        (built / "orangery").write_text("program")
        (built / "link").symlink_to("orangery")
    return tmp_path / "one", tmp_path / "other"


def told(pair):
    found = twice.differences(*pair, ["orangery"])
    return {difference.place: difference.what for difference in found}


def test_the_same_files_do_not_differ(pair):
    assert told(pair) == {}


def test_what_else_lies_there_is_none_of_it(pair):
    (pair[0] / "orangery-0.9.tar.xz").touch()
    assert told(pair) == {}


@pytest.mark.parametrize("here", [True, False])
def test_a_file_that_is_in_one_only_is_named(pair, here):
    (pair[0 if here else 1] / "orangery" / "more").touch()
    assert told(pair) == {"orangery/more": "only here" if here else "only in the other place"}


def test_other_bytes_and_another_right_to_run_are_named(pair):
    (pair[1] / "orangery" / "orangery").write_text("other program")
    (pair[1] / "orangery" / "orangery").chmod(0o755)
    assert told(pair) == {"orangery/orangery": "bytes, right to run"}


def test_a_link_to_something_else_is_named(pair):
    link = pair[1] / "orangery" / "link"
    link.unlink()
    link.symlink_to("elsewhere")
    assert told(pair) == {"orangery/link": "bytes"}


def test_a_copy_has_the_changed_and_the_new_files_and_nothing_ignored(tmp_path):
    root = tmp_path / "source"
    root.mkdir()
    subprocess.run(["git", "init", "-q", root], check=True)
    for name in (".gitignore", "kept", "new", "ignored"):
        (root / name).write_text("ignored\n")
    subprocess.run(["git", "-C", root, "add", "kept"], check=True)
    twice._copied(root, tmp_path / "copy")
    names = {path.name for path in (tmp_path / "copy").iterdir()}
    assert names == {".gitignore", "kept", "new"}
