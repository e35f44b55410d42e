"""The loader's archive is read from the file that runs, whatever has its name by then."""

import os
import sys
from pathlib import Path
from types import SimpleNamespace

from PyInstaller.loader.pyimod01_archive import ZlibArchiveReader

from scripts.packaging import own_archive
from scripts.packaging.own_archive import keep_open


def archive(path):
    return SimpleNamespace(_filename=str(path))


def test_it_is_read_from_what_runs(tmp_path):
    program, running = tmp_path / "orangery", tmp_path / "exe"
    program.write_bytes(b"modules")
    os.link(program, running)  # as /proc/self/exe is another name of it
    kept = archive(program)
    assert keep_open(kept, str(running))
    program.unlink()
    program.write_bytes(b"others")
    assert Path(kept._filename).read_bytes() == b"modules"


def test_an_archive_of_another_file_stays_where_it_is(tmp_path):
    program, running = tmp_path / "orangery", tmp_path / "exe"
    for one in (program, running):
        one.touch()
    kept = archive(program)
    assert not keep_open(kept, str(running))
    assert kept._filename == str(program)


def test_without_proc_or_with_another_loader_nothing_changes(tmp_path):
    kept = archive(sys.executable)
    assert not keep_open(kept, str(tmp_path / "none"))
    assert kept._filename == sys.executable
    assert not keep_open(None)
    assert not keep_open(object())


def test_the_installed_loader_has_it_as_we_need_it():
    assert "_filename" in ZlibArchiveReader.extract.__code__.co_names


def test_linux_names_the_file_that_runs():
    assert Path(own_archive.OWN).samefile(sys.executable)
