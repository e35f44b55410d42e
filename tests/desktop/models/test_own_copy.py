"""What a person reads about whether this copy is as it was signed: what is known, and no more."""

from __future__ import annotations

from dataclasses import replace

import pytest

from desktop.build import Build, Packaged
from desktop.models import own_copy
from desktop.models.own_copy import Look
from desktop.scenes_copy import DIFFERENT, OWN, verdict
from desktop.selfupdate.shipped import Difference, Kind
from firmware.errors import TrustError
from fleet.errors import CommandError
from tests.desktop.fake_house import NOW

pytestmark = pytest.mark.usefixtures("spoken")

SOURCE = replace(OWN, folder=None, packaged=Packaged.SOURCE)
UNSIGNED = replace(OWN, build=Build(version="0.2.0"))


def shown(look=None, own=OWN):
    return own_copy.shown(own, look or Look(), NOW)


def found(*differences, **how):
    return Look(verdict=verdict(NOW, *differences, **how), at=NOW - 3_600)


def test_before_anybody_looked_nothing_is_claimed():
    assert shown().title == "Not checked since this window was opened"
    assert shown().tone == "muted"


def test_a_copy_from_source_says_why_and_what_git_can_tell():
    told = shown(own=SOURCE)
    assert "runs from its source" in told.title
    assert "git verify-commit HEAD" in told.text
    assert own_copy.elsewhere(SOURCE) == ""


def test_a_copy_that_nobody_signs_says_so():
    assert "nobody signs" in shown(own=UNSIGNED).title
    assert own_copy.elsewhere(UNSIGNED) == ""


def test_until_the_list_is_there_nobody_knows_how_far_it_is():
    assert shown(Look(running=True)).percent == -1


def test_while_all_is_read_it_says_how_far_it_is():
    told = shown(Look(running=True, have=30_000_000, of=120_000_000))
    assert (told.percent, told.text) == (25, "30.0 MB of 120.0 MB")


def test_an_untouched_copy_says_by_whom_and_when_it_was_signed():
    told = shown(found())
    assert told.title == "All 1204 files are as they were signed"
    assert "Version 0.2.0, signed by orangery in Week 47, Friday 20 November 2026." in told.text
    assert "Checked " in told.text
    assert (told.tone, told.files, told.differs) == ("ok", "", False)


def test_what_differs_is_counted_and_named():
    told = shown(found(*DIFFERENT))
    assert told.title == "4 files are not as they were signed"
    assert told.text.startswith("1 missing, 1 changed, 1 extra, 1 with other rights. ")
    assert "changed: _internal/PySide6/Qt/lib/libQt6Core.so.6" in told.files.splitlines()
    assert (told.tone, told.differs) == ("bad", True)


def test_one_file_is_one():
    told = shown(found(Difference("orangery", Kind.UNREADABLE)))
    assert (told.title, told.files) == ("One file is not as it was signed", "unreadable: orangery")


@pytest.mark.parametrize("kind", Kind)
def test_every_way_to_differ_has_a_word(kind):
    assert own_copy.kind_word(kind)


def test_another_launcher_is_said_and_no_alarm():
    assert "launcher" in shown(found(launcher=False)).text
    assert shown(found(launcher=False)).tone == "ok"
    assert "launcher" not in shown(found(launcher=True)).text


def test_why_it_cannot_be_told_is_said_with_what_to_do():
    error = TrustError("list_not_in_week", week="2026-W48", version="0.2.0")
    told = shown(Look(error=error, at=NOW))
    assert told.title == "It cannot be told now"
    assert "Week 2026-W48 has no signed list" in told.text
    assert "--from FILE" in told.text
    assert (told.tone, told.lacks_list) == ("warn", True)


def test_a_version_that_was_put_there_meanwhile_needs_no_other_list():
    told = shown(Look(error=CommandError("copy_exchanged", new="0.3.0"), at=NOW))
    assert "Begin again with the new one" in told.text
    assert not told.lacks_list


def test_a_fault_of_ours_is_not_hidden():
    assert "KeyError" in shown(Look(error=KeyError("x"), at=NOW)).text


def test_how_to_be_sure_names_the_folder_and_the_command_for_another_computer():
    assert "/usr/lib/orangery" in own_copy.elsewhere(OWN)
    assert own_copy.command_elsewhere() == "orangery version --verify --of FOLDER"


@pytest.mark.parametrize(
    ("packaged", "command"),
    [
        (Packaged.DEB, "dpkg --verify orangery"),
        (Packaged.RPM, "rpm -V orangery"),
        (Packaged.VERSIONS, ""),
        (Packaged.LOOSE, ""),
    ],
)
def test_a_package_manager_is_named_with_its_own_command(packaged, command):
    own = replace(OWN, packaged=packaged)
    assert own_copy.manager(own) == command
    assert bool(own_copy.by_manager(own)) == bool(command)


def test_what_is_copied_has_all_that_a_maker_asks_for():
    text = own_copy.text(OWN, found(*DIFFERENT), NOW)
    assert text.startswith("4 files are not as they were signed\n")
    assert "…" not in text
    assert "…" in own_copy.text(OWN, found(*DIFFERENT), NOW, most=2)
    assert "health.json" not in own_copy.text(OWN, found(*DIFFERENT), NOW, most=2)
    for one in (*(each.path for each in DIFFERENT), "2026-W47", "4c1d4c1d", "build-desktop: Ana"):
        assert one in text
