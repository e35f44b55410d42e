"""Attachments from the shelf of a house to the eyes of staff, whatever happens on the way."""

from __future__ import annotations

import hashlib
import io
import shutil
import zlib

import pytest
import sqlalchemy as sa
from PIL import Image

from feedback import sync, wire_blobs
from feedback.commands import Detach, Enrol, SendReply, Synced, TakeOutbox
from feedback.wire import HubError
from hub import attachments
from hub.tables import audit, cluster, report
from hub.tables_objects import attachment
from tests.feedback.desk import Clock, Desk
from tests.hub.inside import Inside

DAY = 86_400.0
LOG = b"the lamp said nothing\n" * 200_000  # 4.4 MB: five pieces, two loops


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def inside(request, tmp_path, clock):
    """On SQLite; on PostgreSQL too where a test asks for `database`."""
    url = request.getfixturevalue("database") if "database" in request.fixturenames else ""
    made = Inside(tmp_path / "hub", clock, url)
    yield made
    made.close()


@pytest.fixture
def desk(tmp_path, clock, inside):
    made = Desk(tmp_path / "reports.sqlite", clock)
    made.send(Enrol(code=inside.invite(), hub_url=inside.url, name="anna"))
    yield made
    made.close()


def exchange(desk: Desk, ask, times: int = 1) -> sync.Result:
    for _ in range(times):
        result = sync.run(desk.send(TakeOutbox()), clock=desk.clock, transport=ask)
        desk.send(Synced(result))
    return result


def one(desk: Desk):
    (found,) = desk.attachments.values()
    return found


def row(inside: Inside) -> dict:
    with inside.hub.store.read() as db:
        return dict(db.execute(sa.select(attachment)).mappings().one())


def picture(kind: str = "PNG", size: tuple[int, int] = (40, 30), **more: object) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, "orange").save(out, kind, **more)
    return out.getvalue()


def trap() -> bytes:
    """A small file that would be 400 million points for whoever opens it."""
    head = b"IHDR" + (20_000).to_bytes(4, "big") * 2 + bytes([8, 2, 0, 0, 0])
    after = b"IDAT" + zlib.compress(bytes(100_000))
    chunks = b"".join(
        len(one[4:]).to_bytes(4, "big") + one + zlib.crc32(one).to_bytes(4, "big")
        for one in (head, after)
    )
    return b"\x89PNG\r\n\x1a\n" + chunks


def uploaded(inside: Inside, desk: Desk, data: bytes, **about: str):
    """Attach, bring and look at a file of one loop; returns how it stands then."""
    desk.attach(desk.report().id, data, **about)
    exchange(desk, inside.ask)
    inside.tick()
    desk.clock.now += 60
    exchange(desk, inside.ask)
    return one(desk)


def test_a_file_is_brought_in_pieces_kept_and_read_for_a_reason(database, inside, desk, clock):
    sent = desk.report()
    desk.attach(sent.id, LOG)
    exchange(desk, inside.ask)
    assert (one(desk).state, one(desk).sent) == ("sending", 4 * wire_blobs.CHUNK)
    exchange(desk, inside.ask)
    assert one(desk).state == "received"
    inside.tick()
    exchange(desk, inside.ask)
    assert one(desk).state == "kept"
    lin = inside.staff()
    (shown,) = inside.client.get(f"/v1/staff/reports/{sent.id}/attachments", headers=lin).json()[
        "attachments"
    ]
    at = f"/v1/staff/attachments/{shown['id']}"
    assert inside.client.get(at, headers=lin).json()["code"] == "invalid_op"
    read = inside.client.get(at, params={"reason": "looks like the boot loop"}, headers=lin)
    assert (read.content, read.headers["content-type"]) == (LOG, "text/plain; charset=utf-8")
    with inside.hub.store.read() as db:
        noted = db.execute(sa.select(audit.c.detail).where(audit.c.action == "attachment"))
        assert noted.scalars().all() == ["looks like the boot loop"]
    assert inside.client.get(at, params={"reason": "x"}).status_code == 401


def test_text_does_not_wait_for_a_file_that_is_being_brought(inside, desk):
    sent = desk.report()
    desk.attach(sent.id, LOG * 3)
    exchange(desk, inside.ask)
    assert one(desk).state == "sending"
    desk.send(SendReply(report=sent.id, text="and now it smells"))
    exchange(desk, inside.ask)
    assert one(desk).state == "sending"
    assert desk.reports[sent.id].pending == 0


def test_a_file_that_is_attached_to_a_draft_is_announced_with_the_report(inside, desk):
    draft = desk.draft()
    desk.attach(draft.id, b"words")
    exchange(desk, inside.ask)
    assert one(desk).state == "draft"
    desk.send_draft(draft.id)
    exchange(desk, inside.ask)
    assert one(desk).state == "received"


class Road:
    """Breaks the n-th request that brings a piece, in one of the ways."""

    def __init__(self, ask, way: str, number: int) -> None:
        self.ask, self.way, self.number, self.seen = ask, way, number, 0

    def __call__(self, method, url, headers, body):
        if method != "PATCH":
            return self.ask(method, url, headers, body)
        self.seen += 1
        if self.seen != self.number:
            return self.ask(method, url, headers, body)
        if self.way == "request lost":
            raise HubError("hub_unreachable", url=url)
        answer = self.ask(method, url, headers, body)
        if self.way == "answer lost":
            raise HubError("hub_unreachable", url=url)
        return answer


@pytest.mark.parametrize("way", ["request lost", "answer lost"])
@pytest.mark.parametrize("number", range(1, 6))
def test_at_whatever_piece_the_road_breaks_the_upload_goes_on_from_there(
    inside, desk, clock, way, number
):
    desk.attach(desk.report().id, LOG)
    road = Road(inside.ask, way, number)
    for _ in range(4):
        exchange(desk, road)
        clock.now += 7 * 3600
    inside.tick()
    exchange(desk, road)
    assert one(desk).state == "kept"
    assert road.seen <= 6  # five pieces, at most one of them twice
    assert row(inside)["sha256"] == hashlib.sha256(LOG).hexdigest()


def test_a_piece_that_was_damaged_on_its_way_is_sent_again(inside, desk):
    damaged = []

    def road(method, url, headers, body):
        if method == "PATCH" and not damaged:
            answer = inside.ask(method, url, headers, body)
            damaged.append(answer.status)
            return sync.Answer(460, b'{"code": "checksum_wrong"}', {})
        return inside.ask(method, url, headers, body)

    desk.attach(desk.report().id, b"x" * 1000)
    exchange(desk, road)
    assert (damaged, one(desk).state) == ([204], "received")


def test_the_hub_itself_refuses_a_piece_whose_sum_is_wrong_and_keeps_its_offset(inside, desk):
    desk.attach(desk.report().id, b"x" * 1000)

    def road(method, url, headers, body):
        if method == "PATCH":
            headers = {**headers, "upload-checksum": headers["upload-checksum"][:-5] + "AAAA="}
        return inside.ask(method, url, headers, body)

    exchange(desk, road)
    assert (one(desk).code, row(inside)["offset"]) == ("checksum_wrong", 0)


def test_an_upload_that_expired_begins_anew(database, inside, desk, clock):
    desk.attach(desk.report().id, LOG)
    exchange(desk, inside.ask)
    clock.now += 8 * DAY
    inside.tick()
    assert row(inside)["offset"] == 0
    assert list((inside.hub.settings.data / "uploads").iterdir()) == []
    exchange(desk, inside.ask, times=2)
    assert one(desk).state == "received"


def test_an_upload_whose_bytes_the_hub_lost_goes_on_from_what_it_has(inside, desk):
    desk.attach(desk.report().id, LOG)
    exchange(desk, inside.ask)
    part = inside.hub.settings.data / "uploads" / row(inside)["id"]
    with part.open("r+b") as file:
        file.truncate(1_000_000)
    exchange(desk, inside.ask, times=2)
    inside.tick()
    exchange(desk, inside.ask)
    assert one(desk).state == "kept"


def test_bytes_that_are_not_what_they_said_come_again_and_are_refused_in_the_end(inside, desk):
    desk.attach(desk.report().id, b"x" * 1000)
    for _ in range(3):
        exchange(desk, inside.ask, times=2)
        (inside.hub.settings.data / "uploads" / row(inside)["id"]).write_bytes(b"y" * 1000)
        desk.clock.now += 60
        inside.tick()
    exchange(desk, inside.ask)
    assert (one(desk).state, row(inside)["state"]) == ("refused", "refused")


def test_a_hub_without_room_holds_attachments_and_takes_text(tmp_path, clock):
    full = Inside(tmp_path / "full", clock, keep_free_mib=2**40)
    desk = Desk(tmp_path / "r.sqlite", clock)
    desk.send(Enrol(code=full.invite(), hub_url=full.url, name="anna"))
    sent = desk.report()
    desk.attach(sent.id, b"words")
    exchange(desk, full.ask)
    assert (one(desk).state, one(desk).code) == ("waiting", "hub_full")
    desk.send(SendReply(report=sent.id, text="still here"))
    assert desk.send(TakeOutbox()).uploads == ()  # not again at once
    desk.feedback._running = None
    exchange(desk, full.ask)
    assert (desk.reports[sent.id].pending, desk.member.error) == (0, "")
    full.close()
    roomy = Inside(tmp_path / "full", clock)
    clock.now += 2 * 3600
    exchange(desk, roomy.ask)
    assert one(desk).state == "received"
    desk.close()
    roomy.close()


def test_a_member_brings_so_many_bytes_a_day_and_goes_on_the_next(tmp_path, clock):
    strict = Inside(tmp_path / "strict", clock, attachment_mib_per_day=1)
    desk = Desk(tmp_path / "r.sqlite", clock)
    desk.send(Enrol(code=strict.invite(), hub_url=strict.url, name="anna"))
    sent = desk.report()
    for n in range(2):
        desk.attach(sent.id, bytes([65 + n]) * 600_000)
        clock.now += 1
    exchange(desk, strict.ask)
    assert sorted(a.state for a in desk.attachments.values()) == ["received", "waiting"]
    assert {a.code for a in desk.attachments.values()} == {"", "rate_limited"}
    clock.now += DAY + 10
    exchange(desk, strict.ask)
    assert {a.state for a in desk.attachments.values()} == {"received"}
    desk.close()
    strict.close()


def test_a_picture_with_a_place_in_it_is_drawn_anew(inside, desk):
    with_place = Image.Exif()
    with_place[0x8825] = {1: "N", 2: (31.0, 13.0, 49.0)}  # GPS
    data = picture("JPEG", exif=with_place)
    assert b"Exif" in data
    assert uploaded(inside, desk, data, type="image/jpeg", name="a.jpg").state == "kept"
    kept = b"".join(inside.hub.objects.read(row(inside)["object"]))
    assert (b"Exif" in kept, Image.open(io.BytesIO(kept)).size) == (False, (40, 30))


def test_a_bare_picture_stays_as_it_is(inside, desk):
    data = picture()
    uploaded(inside, desk, data, type="image/png", name="a.png")
    assert b"".join(inside.hub.objects.read(row(inside)["object"])) == data


@pytest.mark.parametrize(
    ("data", "type_"),
    [
        (b"MZ not a picture", "image/png"),
        (picture()[:-30], "image/png"),
        (trap(), "image/png"),
        (b"\x7fELF\x00\x01", "text/plain"),
        (picture(), "text/plain"),
    ],
)
def test_what_is_not_what_it_says_is_refused_and_thrown_away(inside, desk, data, type_):
    stands = uploaded(inside, desk, data, type=type_, name="a")
    assert (stands.state, row(inside)["code"]) == ("refused", "attachment_refused")
    assert list((inside.hub.settings.data / "uploads").iterdir()) == []
    assert list(inside.hub.objects.all()) == []


def test_what_its_author_takes_away_is_gone_from_the_store(inside, desk):
    shown = uploaded(inside, desk, b"words")
    desk.send(Detach(attachment=shown.id))
    exchange(desk, inside.ask)
    desk.clock.now += 60
    inside.tick()
    assert (desk.attachments, list(inside.hub.objects.all())) == ({}, [])
    assert row(inside)["state"] == "gone"


def test_attachments_go_thirty_days_after_their_report_was_closed(database, inside, desk, clock):
    uploaded(inside, desk, b"words")
    closed = sa.update(cluster).values(state="closed", closed=clock.now)
    inside.hub.store.run(lambda db: db.execute(closed))
    for days, left in ((29, 1), (2, 0)):
        clock.now += days * DAY
        inside.tick()
        clock.now += 60
        inside.tick()
        assert len(list(inside.hub.objects.all())) == left
    exchange(desk, inside.ask)
    assert one(desk).state == "gone"


def test_everything_of_a_member_can_be_forgotten(database, inside, desk, clock):
    uploaded(inside, desk, b"words")
    with inside.hub.store.read() as db:
        member_id = db.execute(sa.select(report.c.member_id)).scalar_one()
    inside.hub.store.run(lambda db: attachments.forget(db, member_id, now=clock.now))
    clock.now += 60
    inside.tick()
    with inside.hub.store.read() as db:
        assert db.execute(sa.select(attachment)).all() == []
    assert list(inside.hub.objects.all()) == []


def test_nobody_brings_or_asks_after_anothers_attachment(tmp_path, inside, desk, clock):
    shown = uploaded(inside, desk, b"words")
    other = Desk(tmp_path / "ben.sqlite", clock)
    other.send(Enrol(code=inside.invite(), hub_url=inside.url, name="ben"))
    other.attach(other.report().id, b"words")  # the same bytes: not a word of it
    with other.store.write() as db:
        db.execute("UPDATE attachment SET id = ?", (shown.id,))
    exchange(other, inside.ask)
    assert {a.code for a in other.attachments.values()} == {"attachment_missing"}
    other.close()


def test_the_same_file_of_two_members_is_two_objects(tmp_path, inside, desk, clock):
    other = Desk(tmp_path / "ben.sqlite", clock)
    other.send(Enrol(code=inside.invite(), hub_url=inside.url, name="ben"))
    for home in (desk, other):
        home.attach(home.report().id, b"words")
        exchange(home, inside.ask)
    inside.tick()
    assert len(list(inside.hub.objects.all())) == 2
    other.close()


@pytest.mark.parametrize(
    "wrong",
    [
        {"size": 26 * 1024 * 1024},
        {"type": "application/x-sh"},
        {"name": "../../etc/passwd"},
        {"sha256": "A" * 64},
    ],
)
def test_an_announcement_that_makes_no_sense_is_refused_and_stops_nothing(inside, desk, wrong):
    sent = desk.report()
    desk.attach(sent.id, b"words")
    with desk.store.write() as db:
        old = db.execute("SELECT body FROM action WHERE kind = 'attachment.add'").fetchone()[0]
        said = {**wire_blobs.msgspec.json.decode(old), **wrong}
        body = wire_blobs.msgspec.json.encode(said)
        db.execute("UPDATE action SET body = ? WHERE kind = 'attachment.add'", (body,))
    desk.send(SendReply(report=sent.id, text="behind it"))
    exchange(desk, inside.ask)
    assert (one(desk).state, one(desk).code) == ("refused", "invalid_op")
    assert (desk.reports[sent.id].pending, desk.feedback.take_outbox().ops) == (0, ())


def test_an_eleventh_file_is_refused(inside, desk):
    sent = desk.report()
    for n in range(11):
        desk.attach(sent.id, b"words %d" % n)
    exchange(desk, inside.ask)
    assert sorted(a.state for a in desk.attachments.values()).count("refused") == 1


def test_the_doctor_finds_lost_and_left_objects(inside, desk):
    uploaded(inside, desk, b"words")
    store = inside.hub.settings.data / "attachments"
    left = store / "ab" / f"{'ab' * 32}.left"
    left.parent.mkdir()
    left.write_bytes(b"whose?")
    with inside.hub.store.read() as db:
        (said,) = attachments.faults(inside.hub, db)
        assert said.startswith("object abab")
    shutil.rmtree(store)
    with inside.hub.store.read() as db:
        (said,) = attachments.faults(inside.hub, db)
        assert said.endswith("its object is missing")


def test_it_says_which_parts_of_tus_it_speaks_and_refuses_another_version(inside, desk):
    said = inside.client.options("/v1/blobs").headers
    assert (said["tus-version"], said["tus-checksum-algorithm"]) == ("1.0.0", "sha256")
    assert set(said["tus-extension"].split(",")) == {
        *("creation", "checksum", "expiration", "termination"),
    }
    desk.attach(desk.report().id, b"words")
    codes = []

    def road(method, url, headers, body):
        answer = inside.ask(method, url, {**headers, "tus-resumable": "0.2.2"}, body)
        codes.append(answer.status)
        return answer

    result = sync.run(desk.send(TakeOutbox()), clock=desk.clock, transport=road)
    assert 412 in codes
    assert result.error is None
