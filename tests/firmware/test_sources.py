"""A mirror on a web server or in a folder, and its bundle top: read by name and offset."""

import socket
import threading

import pytest

from firmware.sources import Absent, BundleTop, Folder, Http, Unreachable, checked, has, is_top
from tests.firmware.simulator import Server

BODY = bytes(range(256)) * 40


@pytest.fixture
def folder(tmp_path):
    for name in ("metadata/timestamp.json", "targets/a.bin", "bundle/metadata/timestamp.json"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(name.encode() + BODY)
    return tmp_path


@pytest.fixture(params=["folder", "http"])
def source(request, folder):
    if request.param == "folder":
        yield Folder(folder)
        return
    with Server(folder) as server:
        http = Http(server.url)
        yield http
        http.close()


def read(source, name, start=0):
    with source.open(name, start) as stream:
        return stream.start, b"".join(stream.chunks)


def test_a_file_is_read_from_its_beginning_or_from_an_offset(source):
    whole = b"metadata/timestamp.json" + BODY
    assert read(source, "metadata/timestamp.json") == (0, whole)
    assert read(source, "metadata/timestamp.json", 100) == (100, whole[100:])


def test_a_file_that_is_not_there_is_absent(source):
    with pytest.raises(Absent):
        read(source, "metadata/none.json")
    assert not has(source, "metadata/none.json")
    assert has(source, "metadata/timestamp.json")


@pytest.mark.parametrize(
    "name", ["../x", "metadata/../../x", "/etc/passwd", "a//b", "a\\b", "", ".", "metadata/"]
)
def test_a_name_that_leads_elsewhere_is_absent(source, name):
    with pytest.raises(Absent):
        checked(name)
    with pytest.raises(Absent):
        read(source, name)


def test_a_folder_in_the_place_of_a_file_is_absent(folder):
    with pytest.raises(Absent):
        read(Folder(folder), "metadata")
    with pytest.raises(Absent):
        read(Folder(folder), "metadata/timestamp.json/x")


def test_a_server_without_ranges_says_that_it_starts_at_the_beginning(folder):
    with Server(folder, ranges=False) as server:
        start, body = read(Http(server.url), "metadata/timestamp.json", 100)
    assert (start, body) == (0, b"metadata/timestamp.json" + BODY)


def test_a_server_that_is_not_there_is_unreachable():
    with pytest.raises(Unreachable):
        read(Http("http://127.0.0.1:9/"), "metadata/timestamp.json")


def test_a_connection_that_breaks_is_unreachable_after_what_came(folder):
    with Server(folder) as server:
        server.cut_after = 1_000
        got = []
        with (
            Http(server.url).open("metadata/timestamp.json") as stream,
            pytest.raises(Unreachable),
        ):
            got.extend(stream.chunks)
        assert sum(map(len, got)) <= 1_000


def test_a_server_that_says_nothing_is_given_up(folder):
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        url = f"http://127.0.0.1:{deaf.getsockname()[1]}/"
        with pytest.raises(Unreachable):
            read(Http(url, silence_s=0.05), "metadata/timestamp.json")


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (b"HTTP/1.1 403 Forbidden", Absent),
        (b"HTTP/1.1 410 Gone", Absent),
        (b"HTTP/1.1 416 Range Not Satisfiable", Absent),
        (b"HTTP/1.1 500 Oh", Unreachable),
        (b"HTTP/1.1 206 Partial Content\r\nContent-Range: bytes 7-9/10", Unreachable),
        (b"HTTP/1.1 206 Partial Content", Unreachable),
        (b"SSH-2.0-none", Unreachable),
    ],
)
def test_an_answer_that_is_not_what_was_asked_for_is_not_taken(answer, error):
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve():
            connection, _ = server.accept()
            with connection:
                connection.recv(4096)
                connection.sendall(answer + b"\r\nContent-Length: 0\r\n\r\n")

        thread = threading.Thread(target=serve)
        thread.start()
        with pytest.raises(error):
            read(Http(f"http://127.0.0.1:{server.getsockname()[1]}/"), "targets/x.bin", 5)
        thread.join()


@pytest.mark.parametrize(
    ("name", "top"),
    [
        ("metadata/timestamp.json", True),
        ("metadata/12.root.json", True),
        ("metadata/3.snapshot.json", True),
        ("metadata/3.targets.json", False),
        ("metadata/3.build-root.json", False),
        ("metadata/x.root.json", False),
        ("targets/timestamp.json", False),
    ],
)
def test_root_snapshot_and_timestamp_are_what_the_two_repositories_do_not_share(name, top):
    assert is_top(name) is top


def test_the_bundle_of_a_mirror_has_its_own_top_and_the_mirrors_files(source):
    beside = BundleTop(source)
    assert read(beside, "metadata/timestamp.json")[1].startswith(b"bundle/metadata/")
    assert read(beside, "targets/a.bin")[1].startswith(b"targets/")
