"""Which copy of the program runs, how its renewal stands, what faults left behind."""

import time

import pytest

from desktop import crashes
from desktop.build import Build, Packaged
from desktop.doctor import program
from desktop.doctor.finding import Mark
from desktop.doctor.patient import Patient
from desktop.selfupdate.facts import Gone, Kept
from desktop.selfupdate.versions import State


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "house"


def found(folder):
    return list(program.program(Patient(folder=folder, now=time.time())))


def test_the_program_says_who_renews_it(folder):
    (good,) = found(folder)
    assert (good.mark, good.code) == (Mark.GOOD, "program_source")


@pytest.fixture
def copy(tmp_path, monkeypatch):
    """A copy that renews itself; what is kept of its renewal, and the state of its root."""
    told = {"kept": Kept(installation="0" * 32, since=0.0), "state": State(now="1.2", proven=True)}
    ours = property(lambda _: told.get("ours", True))
    here = type("Here", (), {"state": lambda _: told["state"], "ours": ours})()
    monkeypatch.setattr("desktop.build.packaged", lambda: Packaged.VERSIONS)
    monkeypatch.setattr("desktop.build.root", lambda: tmp_path)
    monkeypatch.setattr("desktop.build.build", lambda: Build(version="1.2", commit="a" * 40))
    monkeypatch.setattr("desktop.selfupdate.versions.here", lambda: here)
    monkeypatch.setattr("desktop.selfupdate.keeping.Keeping.read", lambda _: told["kept"])
    return told


def test_a_copy_that_renews_itself_is_good_and_says_its_commit(folder, copy):
    (good,) = found(folder)
    assert (good.code, good.facts["version"]) == ("program_versions", "1.2 (aaaaaaaaaa)")


def test_a_copy_in_a_folder_of_somebody_else_is_to_be_looked_at(folder, copy):
    copy["ours"] = False
    (ill,) = found(folder)
    assert (ill.mark, ill.code) == (Mark.LOOK, "program_cannot_renew")


def test_a_version_that_was_gone_back_from_is_to_be_looked_at(folder, copy):
    copy["state"] = State(now="1.2", failed="1.3")
    (ill,) = found(folder)
    assert (ill.mark, ill.code, ill.facts["failed"]) == (Mark.LOOK, "program_went_back", "1.3")


@pytest.mark.parametrize("gone", Gone)
def test_a_version_that_should_run_no_more_is_wrong(folder, copy, gone):
    copy["kept"] = Kept(installation="0" * 32, since=0.0, gone=gone)
    (ill,) = found(folder)
    assert (ill.mark, ill.code) == (Mark.WRONG, f"program_is_{gone}")


def test_why_the_last_check_failed_is_told_in_the_words_of_the_error(folder, copy):
    facts = {"source": "https://mirror.example.org"}
    copy["kept"] = Kept(installation="0" * 32, since=0.0, code="mirror_unreachable", facts=facts)
    (ill,) = found(folder)
    assert (ill.mark, ill.code, dict(ill.facts)) == (Mark.LOOK, "mirror_unreachable", facts)


def test_a_fault_that_nobody_was_told_of_is_told(folder):
    place = crashes.folder_of(folder)
    place.mkdir(parents=True)
    (place / "1-2.json").write_text("{}")
    (place / "window-7.trace").write_text("Fatal Python error")
    (place / "window-8.trace").touch()  # of a process that runs
    ill, good = found(folder)
    assert (ill.mark, ill.code, ill.facts["count"]) == (Mark.LOOK, "crashes_untold", "2")
    assert good.mark is Mark.GOOD
    (place / "told").mkdir()
    (place / "1-2.json").rename(place / "told" / "1-2.json")
    assert len(program.traces(folder)) == 2
