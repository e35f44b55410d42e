"""What is built, read from git and from what the project declares."""

import subprocess

import pytest

from scripts.packaging import source


@pytest.fixture(autouse=True)
def undated(monkeypatch):
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)


@pytest.fixture
def checkout(tmp_path):
    (tmp_path / "pyproject.toml").write_text('[project]\nversion = "1.2.0"\n')
    git(tmp_path, "init", "-q")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-qm", "first")
    return tmp_path


def git(folder, *words):
    dated = {"GIT_COMMITTER_DATE": "1700000000 +0000", "GIT_CONFIG_GLOBAL": "/dev/null"}
    who = ["-c", "user.name=A", "-c", "user.email=a@example.org"]
    done = subprocess.run(
        ["git", "-C", folder, *who, *words],
        env={"PATH": "/usr/local/bin:/usr/bin:/bin", **dated},
        check=True,
        capture_output=True,
        text=True,
    )
    return done.stdout.strip()


def test_a_clean_checkout_is_known_by_its_commit_and_its_time(checkout):
    found = source.of(checkout)
    assert found.version == "1.2.0"
    assert found.commit == git(checkout, "rev-parse", "HEAD")
    assert found.made == 1700000000


def test_a_changed_checkout_is_of_no_commit(checkout):
    (checkout / "new").touch()
    assert source.of(checkout).commit == ""


def test_another_version_and_another_time_can_be_asked_for(checkout, monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1600000000")
    found = source.of(checkout, "2.0.0b1")
    assert (found.version, found.made) == ("2.0.0b1", 1600000000)


def test_files_without_a_checkout_have_a_day_that_a_zip_can_name(checkout, monkeypatch):
    monkeypatch.setenv("PATH", "")
    found = source.of(checkout)
    assert (found.commit, found.made) == ("", 315532800)
