"""The plain archive: the same files give the same bytes, and it unpacks to what renews itself."""

import os
import tarfile

import pytest

from scripts.packaging import archive
from scripts.packaging.source import Source

SOURCE = Source(version="1.2.0", commit="", made=1_700_000_000, platform="linux-x86_64")


@pytest.fixture
def folder(tmp_path):
    return make(tmp_path / "one")


def make(folder):
    """Return a folder as PyInstaller makes it, with a program, a library and a link."""
    inside = folder / "_internal"
    inside.mkdir(parents=True)
    (folder / "orangery").write_text("program")
    (folder / "orangery").chmod(0o700)
    (inside / "libz.so.1").write_bytes(b"\x7fELF" * 500)
    (inside / "libz.so").symlink_to("libz.so.1")
    return folder


@pytest.fixture
def source(tmp_path):
    (tmp_path / "source" / "resources").mkdir(parents=True)
    launcher = tmp_path / "source" / archive.LAUNCHER
    launcher.write_text("#!/bin/sh\n")
    launcher.chmod(0o775)
    return tmp_path / "source"


def pack(folder, source, to, **how):
    to.mkdir()
    return archive.make(SOURCE, folder, to, root=source, **how)


@pytest.mark.parametrize("quick", [True, False])
def test_it_unpacks_to_a_launcher_a_state_and_one_version(folder, source, tmp_path, quick):
    made = pack(folder, source, tmp_path / "to", quick=quick)
    assert made.name == "orangery-1.2.0-linux-x86_64.tar.xz"
    with tarfile.open(made) as tar:
        tar.extractall(tmp_path, filter="data")
    root = tmp_path / "orangery"
    assert (root / "orangery").read_text() == "#!/bin/sh\n"
    assert (root / "state").read_text() == "now=1.2.0\n"
    version = root / "versions" / "1.2.0"
    assert (version / "orangery").read_text() == "program"
    assert os.access(version / "orangery", os.X_OK)
    assert str((version / "_internal" / "libz.so").readlink()) == "libz.so.1"


def test_the_same_files_made_elsewhere_at_another_time_give_the_same_bytes(
    folder, source, tmp_path
):
    again = make(tmp_path / "two")
    for file in again.rglob("*"):
        os.utime(file, (1, 1), follow_symlinks=False)
    first = pack(folder, source, tmp_path / "to")
    assert first.read_bytes() == pack(again, source, tmp_path / "there").read_bytes()


def test_a_second_name_of_the_same_file_is_a_file_of_its_own(folder, source, tmp_path):
    os.link(folder / "orangery", folder / "twin")
    with tarfile.open(pack(folder, source, tmp_path / "to")) as tar:
        twin = tar.getmember("orangery/versions/1.2.0/twin")
        assert twin.isreg()
        assert tar.extractfile(twin).read() == b"program"


def test_nobody_owns_what_is_in_it(folder, source, tmp_path):
    with tarfile.open(pack(folder, source, tmp_path / "to")) as tar:
        found = {(x.uid, x.gid, x.uname, x.gname, x.mtime) for x in tar}
        modes = {x.mode for x in tar}
    assert found == {(0, 0, "root", "root", SOURCE.made)}
    assert modes <= {0o755, 0o644, 0o777}
