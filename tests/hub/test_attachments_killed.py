"""Attachments while the hub and the house are killed: real processes, an S3 of moto."""

from __future__ import annotations

import time

import pytest
import sqlalchemy as sa

from feedback import sync
from feedback.commands import Enrol, Synced, TakeOutbox
from hub import attachments
from hub.app import Hub, Settings
from hub.tables_objects import attachment
from tests.feedback.desk import Desk
from tests.hub.running import RunningHub
from tests.hub.test_objects import s3  # noqa: F401 - a fixture

LOG = bytes(range(32, 127)) * 30_000  # 2.85 MB: three pieces


@pytest.fixture
def live(tmp_path, s3):  # noqa: F811 - the fixture
    hub = RunningHub(tmp_path / "hub", "", "--attachments", s3)
    hub.start()
    yield hub
    hub.close()


@pytest.fixture
def desk(tmp_path, live):
    made = Desk(tmp_path / "reports.sqlite", time.time)
    made.send(Enrol(code=live.invite(), hub_url=live.url, name="anna"))
    sync_once(made, sync.request)
    made.attach(made.report().id, LOG)
    yield made
    made.close()


def sync_once(desk: Desk, road, *, keep: bool = True) -> None:
    result = sync.run(desk.send(TakeOutbox()), clock=desk.clock, transport=road)
    if keep:
        desk.send(Synced(result))


def retry_now(desk: Desk) -> None:
    """As if the time until the next try were over."""
    with desk.store.write() as db:
        db.execute("UPDATE attachment SET next = 0.0")


def kept_at(hub: RunningHub, address: str) -> bytes:
    """What is in the store once the hub's job has looked at it."""
    own = Hub(Settings(data=hub.folder, attachments=address), time.time)
    try:
        attachments.settle(own, time.time())
        with own.store.read() as db:
            row = db.execute(sa.select(attachment)).mappings().one()
        return b"".join(own.objects.read(row["object"]))
    finally:
        own.store.close()


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("piece", [1, 2, 3])
def test_a_hub_killed_at_any_piece_has_the_file_whole_in_the_end(live, desk, s3, piece, when):  # noqa: F811 - the fixture
    seen = []

    def road(method, url, headers, body):
        if method == "PATCH":
            seen.append(body)
            if len(seen) == piece and when == "before":
                live.kill()
        answer = sync.request(method, url, headers, body)
        if method == "PATCH" and len(seen) == piece and when == "after":
            live.kill()
        return answer

    sync_once(desk, road)
    live.start()
    retry_now(desk)
    sync_once(desk, sync.request)
    assert [a.sent for a in desk.attachments.values()] == [len(LOG)]
    assert kept_at(live, s3) == LOG


@pytest.mark.parametrize("piece", [1, 2, 3])
def test_a_house_killed_at_any_piece_goes_on_from_what_the_hub_has(tmp_path, live, desk, s3, piece):  # noqa: F811 - the fixture
    seen = []

    class Killed(Exception):  # noqa: N818 - no error of ours: the process is gone
        pass

    def road(method, url, headers, body):
        answer = sync.request(method, url, headers, body)
        if method == "PATCH":
            seen.append(len(body))
            if len(seen) == piece:
                raise Killed
        return answer

    with pytest.raises(Killed):
        sync_once(desk, road, keep=False)
    again = Desk(tmp_path / "reports.sqlite", time.time)  # the next start, on the same files
    sync_once(again, road)
    assert sum(seen) == len(LOG)  # not a byte was sent twice
    assert kept_at(live, s3) == LOG
    again.close()
