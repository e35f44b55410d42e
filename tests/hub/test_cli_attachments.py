from __future__ import annotations

import json
import time

import pytest

from feedback import sync
from feedback.commands import Enrol, Synced, TakeOutbox
from hub import attachments as room
from hub.app import Hub, Settings
from tests.feedback.desk import Desk
from tests.hub.running import RunningHub
from tests.hub.test_serve import command


@pytest.fixture
def live(tmp_path):
    made = RunningHub(tmp_path / "hub")
    made.start()
    yield made
    made.close()


def test_staff_list_and_save_what_was_sent_along_and_say_why(tmp_path, live):
    desk = Desk(tmp_path / "reports.sqlite", time.time)
    desk.send(Enrol(code=live.invite(), hub_url=live.url, name="anna"))
    sent = desk.report()
    desk.attach(sent.id, b"the lamp said nothing", name="lamp.txt")
    desk.send(Synced(sync.run(desk.send(TakeOutbox()), clock=time.time)))
    desk.close()
    own = Hub(Settings(data=live.folder), time.time)
    room.settle(own, time.time())
    own.store.close()
    token = command("staff", "add", "Mei", "--data", str(live.folder)).stdout.strip()
    at = ("attachments", "--url", live.url, "--token", token)
    (found,) = json.loads(command(*at, "list", sent.id, "--json").stdout)
    assert (found["name"], found["state"], found["size"]) == ("lamp.txt", "kept", 21)
    assert "lamp.txt" in command(*at, "list", sent.id).stdout
    file = tmp_path / "lamp.txt"
    assert command(*at, "save", found["id"], str(file)).returncode == 2  # no reason
    saved = command(*at, "save", found["id"], str(file), "--reason", "boot loop?")
    assert (saved.returncode, file.read_bytes()) == (0, b"the lamp said nothing")
