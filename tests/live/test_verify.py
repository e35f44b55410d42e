"""The built program holds its own files against the list that its makers signed."""

import json
import os
import shutil
import subprocess
from dataclasses import replace

import msgspec
import pytest

from desktop.build import Build
from desktop.selfupdate import shipped
from tests.desktop.selfupdate.mirror import Mirror
from tests.firmware.simulator import Server
from tests.live.conftest import BUILD_LIMIT_S

LIMIT_S = 120
SAME, DIFFERS, UNKNOWN = 0, 1, 2

pytestmark = [pytest.mark.slow, pytest.mark.timeout(BUILD_LIMIT_S + LIMIT_S)]


@pytest.fixture(scope="module")
def mirror(tmp_path_factory):
    found = Mirror(tmp_path_factory.mktemp("mirror"))
    found.publish()  # there is a root now, which a build can name
    return found


@pytest.fixture(scope="module")
def server(mirror):
    with Server(mirror.folder) as found:
        yield found


@pytest.fixture(scope="module")
def signed(built, mirror, server, tmp_path_factory):
    """The built program as its makers would have built it, and its list as they would sign it."""
    folder = tmp_path_factory.mktemp("program") / "orangery"
    shutil.copytree(built / "orangery", folder, symlinks=True)
    file = folder / "_internal/resources/build.json"
    own = msgspec.json.decode(file.read_bytes(), type=Build)
    own = replace(own, maker=str(mirror.link(server.url)))
    file.write_bytes(msgspec.json.encode(own))
    listed = shipped.make(folder, version=own.version, platform=own.platform, commit=own.commit)
    body = shipped.write(listed)
    (folder / shipped.NAME).write_bytes(body)
    mirror.ship(own.version, body)
    return folder


@pytest.fixture
def verify(signed, tmp_path_factory):
    home = tmp_path_factory.mktemp("home")

    def run(*words):
        ask = [signed / "orangery", "version", "--verify", "--json", *words]
        there = {"HOME": str(home), "LANG": "C.UTF-8", "PATH": os.defpath}
        return subprocess.run(
            ask, capture_output=True, text=True, timeout=LIMIT_S, env=there, check=False
        )

    return run


@pytest.fixture
def touched(signed):
    """Change a file of the program; it is as it was afterwards."""
    put_back = []

    def touch(place, body):
        file = signed / place
        put_back.append((file, file.read_bytes() if file.exists() else None))
        file.write_bytes(body)

    yield touch
    for file, body in put_back:
        file.unlink()
        if body is not None:
            file.write_bytes(body)


def told(answer):
    return json.loads(answer.stdout)["verdict"]


def test_a_program_that_nobody_touched_is_as_it_was_signed(verify):
    answer = verify()
    assert (answer.returncode, answer.stderr) == (SAME, "")
    found = told(answer)
    assert found["differences"] == []
    assert found["files"] > 300
    assert {one["role"] for one in found["signed"]} == {"build-lamp", "train-orange"}


def test_nothing_is_written_beside_a_program_that_runs(verify, signed):
    subprocess.run([signed / "orangery", "--help"], capture_output=True, check=True)
    assert verify().returncode == SAME


def test_one_byte_more_is_named(verify, touched, signed):
    place = "_internal/resources/style.qss"
    touched(place, (signed / place).read_bytes() + b"\n")
    answer = verify()
    assert answer.returncode == DIFFERS
    assert told(answer)["differences"] == [{"path": place, "kind": "changed"}]


def test_a_file_that_came_along_is_named(verify, touched):
    touched("_internal/sitecustomize.py", b"import evil\n")
    answer = verify()
    assert answer.returncode == DIFFERS
    assert told(answer)["differences"] == [{"path": "_internal/sitecustomize.py", "kind": "extra"}]


def test_what_was_found_once_is_enough_when_the_mirror_is_gone(verify, server):
    assert verify().returncode == SAME
    was = server.folder
    server.folder = was / "gone"
    try:
        assert verify().returncode == SAME
    finally:
        server.folder = was


def test_where_nobody_can_be_asked_it_says_that_it_does_not_know(verify, server):
    was = server.folder
    server.folder = was / "gone"
    try:
        assert verify().returncode == UNKNOWN
    finally:
        server.folder = was


def test_each_part_is_named_with_the_text_of_its_licence(signed):
    parts = json.loads((signed / "_internal/resources/sbom.cdx.json").read_bytes())["components"]
    names = {one["name"] for one in parts}
    assert {"Python", "Qt", "ICU", "msgspec", "Lucide (icons)"} <= names
    for one in parts:
        texts = [each["value"] for each in one["properties"] if each["name"] == "orangery:licence"]
        folder = signed / "_internal/resources/licences"
        assert sum((folder / text).stat().st_size for text in texts) > 300, one["name"]
