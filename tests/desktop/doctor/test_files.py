"""Rights and disk, each really broken before it is looked at."""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest

from desktop.app import Household
from desktop.doctor import files
from desktop.doctor.finding import Mark
from desktop.doctor.patient import Patient
from tests.desktop.homes import furnish


@pytest.fixture
def patient(tmp_path):
    folder = furnish(tmp_path / "house")
    folder.chmod(0o700)
    with Household(folder):
        pass
    return Patient(folder=folder, now=time.time())


def codes(findings):
    return [one.code for one in findings]


def test_a_folder_of_ones_own_is_good(patient):
    assert codes(files.permissions(patient)) == ["permissions_good"]


def test_a_folder_that_all_may_change_is_told_with_what_to_type(patient):
    patient.folder.chmod(0o777)
    (found,) = files.permissions(patient)
    assert (found.mark, found.code) == (Mark.WRONG, "folder_open")
    assert found.facts["mode"] == "0777"


def test_a_folder_that_others_read_is_to_be_looked_at_where_they_come_to_it():
    folder = Path(tempfile.mkdtemp(prefix="orangery-test-"))
    try:
        folder.chmod(0o755)
        assert codes(files.permissions(Patient(folder=folder))) == ["folder_readable"]
        folder.chmod(0o700)
        assert codes(files.permissions(Patient(folder=folder))) == ["permissions_good"]
    finally:
        shutil.rmtree(folder)


def test_secrets_that_others_may_read_are_wrong(patient):
    (patient.folder / "secrets.json").write_text("{}")
    (patient.folder / "secrets.json").chmod(0o644)
    (found,) = files.permissions(patient)
    assert found.code == "secret_open"
    assert found.facts["file"].endswith("secrets.json")


def test_a_database_that_cannot_be_written_is_wrong(patient):
    (patient.folder / "house.sqlite").chmod(0o400)
    assert codes(files.permissions(patient)) == ["files_unwritable"]


def test_a_file_that_all_may_change_is_wrong(patient):
    (patient.folder / "settings.json").chmod(0o666)
    assert codes(files.permissions(patient)) == ["files_open"]


def test_files_left_by_sudo_are_named_the_first_of_them(patient):
    if os.geteuid():
        pytest.skip("only root may give files away")
    for number in range(5):
        path = patient.folder / f"log-{number}"
        path.touch()
        os.chown(path, 65534, 65534)
    (found,) = files.permissions(patient)
    assert found.code == "files_foreign"
    assert found.facts["names"] == "log-0, log-1, log-2, +2"


def test_a_mask_that_lets_everybody_write_is_to_be_looked_at(tmp_path):
    code = (
        "import os; os.umask(0)\n"
        "from pathlib import Path; from desktop.doctor import files\n"
        "print([one.code for one in files._umask()])"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(p for p in sys.path if p)},
    )
    assert ran.stdout.strip() == "['umask_open']"


def test_a_house_that_is_not_there_cannot_be_looked_at(tmp_path):
    (found,) = files.permissions(Patient(folder=tmp_path / "none"))
    assert (found.mark, found.code) == (Mark.UNKNOWN, "house_missing")


# --- the disk ------------------------------------------------------------------------------------


@pytest.fixture
def small_disk(tmp_path):
    """A file system of 1 MiB; only root may mount one."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(disk)]
    if not shutil.which("mount") or subprocess.run(mount, check=False).returncode:
        pytest.skip("may not mount a small disk here")
    yield disk
    subprocess.run(["umount", str(disk)], check=True)


def test_a_disk_with_room_is_good_also_before_there_is_a_house(tmp_path):
    (found,) = files.disk(Patient(folder=tmp_path / "not" / "yet"))
    assert found.code in ("disk_good", "disk_little_room")


def test_a_small_disk_is_nearly_full(small_disk):
    (found,) = files.disk(Patient(folder=small_disk))
    assert (found.mark, found.code) == (Mark.WRONG, "disk_full_nearly")
    assert found.facts["free"] in ("0", "1")


def test_a_disk_that_can_only_be_read_is_wrong(small_disk):
    remount = ["mount", "-o", "remount,ro", str(small_disk)]
    if subprocess.run(remount, check=False).returncode:
        pytest.skip("may not mount it anew")
    assert codes(files.disk(Patient(folder=small_disk))) == ["disk_read_only"]


def disk_of(monkeypatch, **said):
    """Let the system say this of the disk."""
    real = os.statvfs("/")
    names = [name for name in dir(real) if name.startswith("f_")]
    told = {name: getattr(real, name) for name in names} | {"f_flag": 0} | said
    monkeypatch.setattr("os.statvfs", lambda _: type("Disk", (), told))


def test_less_than_the_weeks_files_need_is_to_be_looked_at(tmp_path, monkeypatch):
    disk_of(monkeypatch, f_bavail=100, f_frsize=1 << 20)
    assert codes(files.disk(Patient(folder=tmp_path))) == ["disk_little_room"]


def test_a_disk_without_room_for_names_is_wrong(tmp_path, monkeypatch):
    disk_of(monkeypatch, f_bavail=1 << 20, f_frsize=1 << 20, f_files=1_000_000, f_favail=3)
    (found,) = files.disk(Patient(folder=tmp_path))
    assert (found.code, found.facts["left"]) == ("disk_no_names", "3")


def test_files_newer_than_now_are_found(patient):
    ahead = patient.now + 3_600
    os.utime(patient.folder / "house.sqlite", (ahead, ahead))
    assert files.from_future(patient) == ["house.sqlite"]
