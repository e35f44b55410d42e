"""What an archive of Orangery says of itself, and which are refused before anybody signs."""

import hashlib
import io
import lzma
import tarfile

import pytest

from desktop.selfupdate import shipped
from firmware import image_program
from firmware.image import inspect_bytes
from firmware.image_program import FILES
from tests.desktop.selfupdate.renewing import PLATFORM, archived, program

VERSION = "0.2.0"


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """The folder of a build, its archive and its list."""
    place = tmp_path_factory.mktemp("build")
    archive, listed = archived(place, VERSION)
    return place / VERSION, archive, listed


def packed(folder, *more, version=VERSION, without=()):
    """The folder in an archive as the packages make it, and `more` (name, bytes) in it."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:xz") as archive:
        for name, body in (("orangery/orangery", b"#!/bin/sh\n"), *more):
            member = tarfile.TarInfo(name)
            member.size = len(body)
            archive.addfile(member, io.BytesIO(body))
        for file in sorted(folder.rglob("*")):
            path = file.relative_to(folder).as_posix()
            if file.is_file() and path not in without:
                archive.add(file, f"orangery/versions/{version}/{path}")
    return out.getvalue()


def broken(body):
    """One byte at the end of what is packed is another."""
    at = len(body) - 60
    return body[:at] + bytes([body[at] ^ 1]) + body[at + 1 :]


def test_an_archive_says_its_version_its_platform_and_which_list_is_in_it(built):
    _, archive, listed = built
    facts = inspect_bytes(archive)
    assert (facts.format, facts.vendor, facts.model) == ("program", "orangery", PLATFORM)
    assert (facts.version, facts.problems) == (VERSION, ())
    assert facts.details["list"] == hashlib.sha256(listed).hexdigest()
    assert (facts.size, facts.sha256) == (len(archive), hashlib.sha256(archive).hexdigest())


def test_a_list_is_known_as_the_one_of_a_platform(built):
    facts = inspect_bytes(built[2])
    assert (facts.format, facts.model) == ("program-files", PLATFORM + FILES)
    assert (facts.version, facts.problems) == (VERSION, ())


def test_the_launcher_above_belongs_to_it(built):
    assert inspect_bytes(packed(built[0])).problems == ()


@pytest.mark.parametrize(
    ("changed", "problem"),
    [
        (lambda place: packed(place, without=("_internal/base",)), "program_differs"),
        (lambda place: packed(place, ("orangery/versions/0.2.0/more", b"x")), "program_differs"),
        (lambda place: packed(place, ("orangery/versions/9/more", b"x")), "program_others"),
        (lambda place: packed(place, ("elsewhere", b"x")), "program_others"),
        (lambda place: packed(place, version="9"), "program_others"),
        (lambda place: packed(place, without=("files.json",)), "program_list_bad"),
        (
            lambda place: packed(place, ("orangery/versions/0.2.0/_internal/base", b"x")),
            "program_others",
        ),
        (lambda place: packed(place, ("orangery/versions/0.2.0/../more", b"x")), "program_others"),
        (lambda place: packed(place, ("orangery/versions", b"x")), "program_differs"),
        (lambda place: packed(place, ("orangery/state", b"now=9\n")), "program_differs"),
        (lambda place: packed(place)[:-200], "truncated"),
        (lambda place: broken(packed(place)), "program_bad"),
        (lambda place: packed(place) + b"moYZ", "trailing_bytes"),
    ],
    ids=[
        *("missing", "more", "two", "beside", "another", "no-list", "again", "above", "file"),
        *("state", "cut", "broken", "behind"),
    ],
)
def test_an_archive_that_is_not_what_its_list_says_is_refused(built, changed, problem):
    assert problem in inspect_bytes(changed(built[0])).problems


def test_a_changed_byte_is_seen(built, tmp_path):
    other = program(tmp_path / VERSION, VERSION)
    (other / "_internal" / "base").write_bytes(b"other")
    assert "program_differs" in inspect_bytes(packed(other)).problems


def test_an_executable_that_is_none_any_more_is_seen(built, tmp_path):
    other = program(tmp_path / VERSION, VERSION)
    (other / "orangery").chmod(0o644)
    assert inspect_bytes(packed(other)).problems == ("program_differs",)


@pytest.mark.parametrize(
    ("own", "problems"),
    [(b"#!/bin/sh\n", ()), (b"#!/bin/sh\ntrue\n", ("program_differs",))],
    ids=["same", "other"],
)
def test_the_launcher_above_is_the_one_of_the_version(tmp_path, own, problems):
    other = program(tmp_path / VERSION, VERSION)
    launcher = other / "_internal" / "resources" / "launcher"
    launcher.parent.mkdir()
    launcher.write_bytes(own)
    listed = shipped.make(other, version=VERSION, platform=PLATFORM)
    (other / shipped.NAME).write_bytes(shipped.write(listed))
    assert inspect_bytes(packed(other)).problems == problems


def test_what_inflates_without_end_is_left(built, monkeypatch):
    monkeypatch.setattr(image_program, "_PLAIN_MAX", 4096)
    assert inspect_bytes(built[1]).problems == ("inflates_too_far",)


def test_another_archive_is_no_program():
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:xz") as archive:
        archive.addfile(tarfile.TarInfo("readme"))
    for body in (out.getvalue(), lzma.compress(b"no tar at all" * 100)):
        assert (inspect_bytes(body).format, inspect_bytes(body).problems) == ("xz", ())
