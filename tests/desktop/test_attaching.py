"""A file that is attached leaves the house only as feedback/attachments.py made it."""

import pytest

from desktop.app import Household
from desktop.commands import AttachFile
from desktop.door import waited
from feedback import attachments
from feedback.commands import SaveDraft
from fleet.errors import OrangeryError
from tests.desktop.homes import furnish


@pytest.fixture
def client(tmp_path):
    with Household(furnish(tmp_path / "house")) as opened:
        yield opened.client


@pytest.fixture
def draft(client):
    return waited(client.send(SaveDraft(title="It blinks")))


def attach(client, draft, **more):
    return waited(client.send(AttachFile(report=draft.id, **more)))


def refused(client, draft, **more):
    with pytest.raises(OrangeryError) as caught:
        attach(client, draft, **more)
    return caught.value.code


def test_a_file_is_redacted_before_it_is_kept(client, draft, tmp_path):
    file = tmp_path / "device.log"
    file.write_text("password=hunter22 and all is well\n")
    kept = attach(client, draft, path=str(file))
    assert (kept.name, kept.type, kept.report) == ("device.log", "text/plain", draft.id)
    shelf = tmp_path / "house" / "blobs"
    stored = b"".join(one.read_bytes() for one in shelf.rglob("*") if one.is_file())
    assert b"all is well" in stored
    assert b"hunter22" not in stored
    assert client.snapshot().facts["attachment"][kept.id] == kept


def test_what_was_pasted_needs_no_file(client, draft):
    kept = attach(client, draft, name="note.txt", data=b"it blinked twice")
    assert kept.name == "note.txt"


def test_what_cannot_be_looked_through_is_refused(client, draft):
    assert refused(client, draft, name="a.bin", data=b"\x00\x01\x02") == "attachment_unknown"


def test_a_file_that_is_not_there_is_said(client, draft, tmp_path):
    assert refused(client, draft, path=str(tmp_path / "nowhere")) == "attachment_unreadable"


def test_a_file_too_large_is_not_even_read(client, draft, tmp_path):
    file = tmp_path / "huge.log"
    with file.open("wb") as made:
        made.truncate(attachments.LARGEST + 1)
    assert refused(client, draft, path=str(file)) == "attachment_too_large"


def test_an_eleventh_file_is_one_too_many(client, draft):
    for number in range(attachments.MOST):
        attach(client, draft, name=f"{number}.txt", data=f"line {number}".encode())
    assert refused(client, draft, name="more.txt", data=b"more") == "attachments_too_many"
