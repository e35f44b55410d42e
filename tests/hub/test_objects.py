"""Both stores of attachments, tried alike: a folder, and a bucket of something that speaks S3."""

from __future__ import annotations

import hashlib
import logging

import boto3
import pytest
from moto.server import ThreadedMotoServer

from feedback.wire import HubError
from hub import objects
from hub.objects import Bucket, Folder, named

DATA = b"words" * 700_000  # several pieces


@pytest.fixture(scope="module")
def s3():
    """Moto's S3 on loopback with one bucket; its address."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    endpoint = f"http://{host}:{port}"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_ACCESS_KEY_ID", "anybody")
        patch.setenv("AWS_SECRET_ACCESS_KEY", "nothing")
        client = boto3.client("s3", endpoint_url=endpoint, region_name="us-east-1")
        client.create_bucket(Bucket="attachments")
        yield f"s3://attachments/hub?endpoint={endpoint}&region=us-east-1"
        client.close()
    server.stop()


@pytest.fixture(params=["folder", "s3"])
def store(request, tmp_path):
    if request.param == "folder":
        return Folder(tmp_path / "objects")
    made = objects.at(request.getfixturevalue("s3"), tmp_path)
    assert isinstance(made, Bucket)
    for found in list(made.all()):
        made.drop(found.name)
    return made


@pytest.fixture
def file(tmp_path):
    made = tmp_path / "file"
    made.write_bytes(DATA)
    return made


def test_what_was_put_is_read_listed_and_dropped(store, file):
    name = named(objects.digest(file), "a1")
    store.put(name, file)
    store.put(name, file)  # after a kill it is put again
    assert b"".join(store.read(name)) == DATA
    assert [(found.name, found.size) for found in store.all()] == [(name, len(DATA))]
    store.drop(name)
    store.drop(name)
    assert list(store.all()) == []


def test_what_is_not_there_says_so_before_the_first_byte(store):
    with pytest.raises(HubError, match="object_missing"):
        store.read(named("ab" * 32, "a1"))


def test_a_piece_of_a_file_that_was_being_written_is_no_object(tmp_path, file):
    store = Folder(tmp_path / "objects")
    name = named(hashlib.sha256(DATA).hexdigest(), "a1")
    store.put(name, file)
    whole = tmp_path / "objects" / name[:2] / name
    whole.rename(whole.with_name(f"{name}.part"))
    assert list(store.all()) == []
    store.put(name, file)
    assert b"".join(store.read(name)) == DATA


def test_a_store_that_is_away_is_told_apart_from_an_object_that_is(tmp_path, file, s3):
    del s3  # the keys of its environment
    away = objects.at("s3://attachments?endpoint=http://127.0.0.1:9&region=us-east-1", tmp_path)
    for act in (
        lambda: away.put("ab", file),
        lambda: away.read("ab"),
        lambda: list(away.all()),
        lambda: away.drop("ab"),
    ):
        with pytest.raises(HubError, match="objects_unreachable"):
            act()


def test_a_folder_that_cannot_be_written_says_so(tmp_path, file):
    (tmp_path / "objects").write_text("a file stands here")
    with pytest.raises(HubError, match="objects_unreachable"):
        Folder(tmp_path / "objects").put(named("ab" * 32, "a1"), file)


@pytest.mark.parametrize("address", ["ftp://x/y", "s3://", "folder"])
def test_an_address_that_is_none_is_refused(tmp_path, address):
    with pytest.raises(HubError, match="objects_address_bad"):
        objects.at(address, tmp_path)
