"""The list of a program's files: made, read by people who trust nobody, held against a folder."""

import hashlib
import os
import shutil

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.selfupdate import shipped
from desktop.selfupdate.shipped import Difference, File, Kind, Link
from firmware.errors import TrustError

QT = "PySide6/Qt/lib/libQt6Core.so.6"


@pytest.fixture
def program(tmp_path):
    """A program as PyInstaller lays it: an executable, a library in a folder, a link to it."""
    folder = tmp_path / "program"
    library = folder / "_internal" / QT
    library.parent.mkdir(parents=True)
    library.write_bytes(b"a library\n" * 100)
    library.chmod(0o644)
    (folder / "_internal/libQt6Core.so.6").symlink_to(QT)
    (folder / "orangery").write_bytes(b"\x7fELF the program")
    (folder / "orangery").chmod(0o755)
    return folder


@pytest.fixture
def listed(program):
    return made(program)


def made(folder):
    return shipped.make(folder, version="7.1.0", platform="linux-x86_64", commit="c" * 40)


def wire(**files):
    said = {"version": "7.1.0", "platform": "linux-x86_64", "commit": "", "files": files}
    return msgspec.json.format(msgspec.json.encode(said, order="deterministic"), indent=1) + b"\n"


A_FILE = {"mode": "644", "sha256": "a" * 64, "size": 1}


def test_a_list_says_what_is_in_each_file_and_where_each_link_leads(listed):
    assert listed.files == {
        "_internal/PySide6/Qt/lib/libQt6Core.so.6": File(
            mode="644", sha256=hashlib.sha256(b"a library\n" * 100).hexdigest(), size=1000
        ),
        "_internal/libQt6Core.so.6": Link(link=QT),
        "orangery": File(
            mode="755", sha256=hashlib.sha256(b"\x7fELF the program").hexdigest(), size=16
        ),
    }
    assert listed.size == 1016


def test_what_is_written_is_read_again(listed):
    assert shipped.read(shipped.write(listed)) == listed


def test_the_same_files_in_another_place_give_the_same_bytes(program, listed, tmp_path):
    other = shutil.copytree(program, tmp_path / "other", symlinks=True)
    os.utime(other / "orangery", (1, 1))
    assert shipped.write(made(other)) == shipped.write(listed)


def test_a_list_is_not_in_itself(program, listed):
    (program / shipped.NAME).write_bytes(shipped.write(listed))
    assert made(program) == listed
    assert shipped.differences(program, listed) == ()


def test_a_folder_with_something_that_is_no_file_is_not_listed(program):
    os.mkfifo(program / "pipe")
    with pytest.raises(TrustError, match="list_bad"):
        made(program)


@pytest.mark.parametrize("to", ["/etc/passwd", "../outside", "_internal", "nowhere"])
def test_a_link_to_what_is_no_file_of_the_folder_is_not_listed(program, to):
    (program / "link").symlink_to(to)
    with pytest.raises(TrustError, match="list_bad"):
        made(program)


# --- reading -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path",
    [
        "/etc/passwd",
        "../up",
        "a/../../up",
        "a/./b",
        "a//b",
        "a/",
        ".",
        "",
        "a\\b",
        "a\nb",
        "files.json",
        "a" * 401,
        "\u202egnp.exe",
    ],
)
def test_a_path_that_leads_elsewhere_or_hides_is_refused(path):
    with pytest.raises(TrustError, match="list_bad"):
        shipped.read(wire(**{path: A_FILE}))


@pytest.mark.parametrize("link", ["/etc/passwd", "../a", "b", "", "a/../../a", "l"])
def test_a_link_that_leads_elsewhere_is_refused(link):
    with pytest.raises(TrustError, match="list_bad"):
        shipped.read(wire(a=A_FILE, l={"link": link}))


def test_nothing_lies_below_a_link_or_a_file():
    with pytest.raises(TrustError, match="below a file"):
        shipped.read(wire(**{"a": A_FILE, "l": {"link": "a"}, "l/passwd": A_FILE}))


@pytest.mark.parametrize(
    "entry",
    [
        {**A_FILE, "mode": "777"},
        {**A_FILE, "mode": "4755"},
        {**A_FILE, "sha256": "A" * 64},
        {**A_FILE, "sha256": "a" * 63},
        {**A_FILE, "size": -1},
        {**A_FILE, "size": shipped.LARGEST + 1},
        {**A_FILE, "owner": "root"},
        {"link": "a", "mode": "644"},
        {},
        "a",
    ],
)
def test_an_entry_of_another_form_is_refused(entry):
    with pytest.raises(TrustError, match="list_bad"):
        shipped.read(wire(a=A_FILE, b=entry))


def test_a_list_has_one_form_only(listed):
    body = shipped.write(listed)
    for other in (
        body + b"\n",
        body.replace(b": ", b":"),
        body.replace(b'"orangery"', b'"orang\\u0065ry"'),
        body[:-5] + b',"orangery": ' + msgspec.json.encode(A_FILE) + b"}}\n",
        wire(b=A_FILE, a=A_FILE).replace(b'"a"', b'"c"'),
    ):
        with pytest.raises(TrustError, match="list_bad"):
            shipped.read(other)


def test_a_list_of_nothing_and_one_without_end_are_refused():
    for body in (wire(), b"", b"[" * 100_000, b" " * (shipped.LARGEST_LIST + 1)):
        with pytest.raises(TrustError, match="list_bad"):
            shipped.read(body)


@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_no_bytes_at_all_raise_anything_else(body):
    with pytest.raises(TrustError, match="list_bad"):
        shipped.read(body)


# --- against a folder ----------------------------------------------------------------------------


def test_an_untouched_folder_has_no_difference_and_tells_how_far_it_is(program, listed):
    told = []
    assert shipped.differences(program, listed, lambda *so_far: told.append(so_far)) == ()
    assert told == [(1000, 1016), (1000, 1016), (1016, 1016)]


def test_each_way_to_be_different_is_told_in_the_order_of_the_paths(program, listed):
    (program / "orangery").chmod(0o644)
    (program / "_internal" / QT).write_bytes(b"a l1brary\n" * 100)
    (program / "_internal/libQt6Core.so.6").unlink()
    (program / "_internal/evil").mkdir()
    (program / "_internal/evil/sitecustomize.py").touch()
    (program / "_internal/zlib").symlink_to(".")
    (program / "empty").mkdir()
    assert shipped.differences(program, listed) == (
        Difference("_internal/PySide6/Qt/lib/libQt6Core.so.6", Kind.CHANGED),
        Difference("_internal/evil/sitecustomize.py", Kind.EXTRA),
        Difference("_internal/libQt6Core.so.6", Kind.MISSING),
        Difference("_internal/zlib", Kind.EXTRA),
        Difference("orangery", Kind.MODE),
    )


def replaced_by_a_link(file):
    real = file.rename(file.with_name("moved"))
    file.symlink_to(real.name)
    return [Difference("moved", Kind.EXTRA), Difference("orangery", Kind.CHANGED)]


def replaced_by_a_folder(file):
    file.unlink()
    file.mkdir()
    (file / "in").touch()
    return [Difference("orangery", Kind.MISSING), Difference("orangery/in", Kind.EXTRA)]


def replaced_by_a_pipe(file):
    file.unlink()
    os.mkfifo(file)
    return [Difference("orangery", Kind.CHANGED)]


def writable_by_anybody(file):
    file.chmod(0o757)
    return [Difference("orangery", Kind.MODE)]


def in_a_folder_for_anybody(file):
    file.parent.chmod(0o757)
    return [Difference("./", Kind.MODE)]


def longer(file):
    file.write_bytes(file.read_bytes() + b"!")
    return [Difference("orangery", Kind.CHANGED)]


@pytest.mark.parametrize(
    "done",
    [
        *(replaced_by_a_link, replaced_by_a_folder, replaced_by_a_pipe, longer),
        *(writable_by_anybody, in_a_folder_for_anybody),
    ],
)
def test_a_program_is_different_that_was(program, listed, done):
    expected = done(program / "orangery")
    assert list(shipped.differences(program, listed)) == expected


def test_a_link_that_leads_elsewhere_now_is_changed(program, listed):
    link = program / "_internal/libQt6Core.so.6"
    link.unlink()
    link.symlink_to("../orangery")
    assert shipped.differences(program, listed) == (
        Difference("_internal/libQt6Core.so.6", Kind.CHANGED),
    )


def test_a_umask_of_the_person_is_no_difference(program, listed):
    (program / "orangery").chmod(0o700)
    (program / "_internal" / QT).chmod(0o600)
    assert shipped.differences(program, listed) == ()


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_what_may_not_be_read_is_told(program, listed):
    (program / "orangery").chmod(0o300)
    assert shipped.differences(program, listed) == (Difference("orangery", Kind.UNREADABLE),)


def test_where_no_folder_is_nothing_is_told(listed, tmp_path):
    with pytest.raises(FileNotFoundError):
        shipped.differences(tmp_path / "nowhere", listed)
