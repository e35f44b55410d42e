"""A member's own data: in one file, or gone."""

from __future__ import annotations

import hashlib
import io
import json
import uuid
import zipfile

import msgspec
import pytest
import sqlalchemy as sa

from feedback.wire import CreateReply, CreateReport, DeviceFacts, Kind, OpKind
from feedback.wire_accounts import MemberAnswer, RequestDoc
from hub import accounts_jobs, audit, jobs, ledger, members, personal
from hub.tables import cluster, metadata, report
from hub.tables_objects import attachment, object_drop
from hub.tables_signals import board, nickname
from hub.tables_voice import appeal, appeal_seat, circle, idea, vote
from tests.hub.asking import AskedHub, Home
from tests.hub.running import UNLIMITED

DAY = 86_400.0
SECRET_WORDS = "my lamp behind the piano hums"


def a_report(title: str = SECRET_WORDS) -> CreateReport:
    return CreateReport(
        id=str(uuid.uuid4()),
        kind=Kind.PROBLEM,
        title=title,
        text=SECRET_WORDS,
        made=1.0,
        device="d" * 32,
        facts=DeviceFacts(vendor="acme", model="lamp"),
        evidence=msgspec.Raw(b'{"a": 1}'),
    )


def said_by(home: Home, asked: CreateReport | None = None) -> CreateReport:
    asked = asked or a_report()
    reply = CreateReply(id=str(uuid.uuid4()), report=asked.id, text="and more", made=2.0)
    said = home.push((OpKind.REPORT, asked), (OpKind.REPLY, reply))
    assert [one["status"] for one in said.json["results"]] == ["applied", "applied"]
    return asked


def tick(asked: AskedHub, days: float = 0.0) -> None:
    asked.now += days * DAY + 10
    jobs.tick(asked.hub, asked.now, accounts_jobs.JOBS)


def exported(asked: AskedHub, home: Home) -> zipfile.ZipFile:
    request = home.ask("GET", "/v1/export").read(RequestDoc)
    tick(asked)
    ready = home.ask("GET", "/v1/export").read(RequestDoc)
    assert (ready.id, ready.done is not None) == (request.id, True)
    said = home.ask("GET", f"/v1/export/{request.id}")
    assert said.headers["content-type"] == "application/zip"
    assert hashlib.sha256(said.body).hexdigest() == ready.sha256
    assert len(said.body) == ready.size
    return zipfile.ZipFile(io.BytesIO(said.body))


def everything(asked: AskedHub) -> str:
    """Every value in the database, as text."""
    with asked.hub.store.read() as db:
        rows = [row for table in metadata.sorted_tables for row in db.execute(table.select())]
    return "\n".join(str(bytes(v) if isinstance(v, memoryview) else v) for r in rows for v in r)


def test_every_table_is_known_to_be_somebodys_or_nobodys():
    known = {table.name for table in personal.tables()} | personal.NOBODYS
    assert {table.name for table in metadata.sorted_tables} <= known
    assert not {table.name for table in personal.tables()} & personal.NOBODYS


def test_no_table_of_nobody_names_a_member():
    named = {"staff_account": {"member_id"}}  # of staff: whose household is theirs
    for name in personal.NOBODYS & metadata.tables.keys():
        columns = set(metadata.tables[name].c.keys())
        assert columns & {"member_id", "audience", "household"} <= named.get(name, set()), name


def test_an_export_has_everything_of_a_member_and_nothing_of_others(asked):
    anna, bo = asked.home("anna"), asked.home("bo")
    mine, other = said_by(anna), said_by(bo, a_report("the secret of bo"))
    archive = exported(asked, anna)
    whole = b"".join(archive.read(name) for name in archive.namelist())
    assert archive.read(f"reports/{mine.id}.json") == msgspec.json.encode(mine)
    assert b"and more" in archive.read("tables/reply.json")
    assert anna.member_id.encode() in archive.read("tables/member.json")
    for foreign in (bo.member_id, other.id, "the secret of bo"):
        assert foreign.encode() not in whole


def test_the_manifest_says_the_hash_of_each_file(asked):
    home = asked.home()
    said_by(home)
    archive = exported(asked, home)
    manifest = json.loads(archive.read("manifest.json"))
    assert set(manifest["files"]) == set(archive.namelist()) - {"manifest.json"}
    for name, said in manifest["files"].items():
        body = archive.read(name)
        assert (hashlib.sha256(body).hexdigest(), len(body)) == (said["sha256"], said["size"])


def test_hashes_of_codes_and_our_bookkeeping_are_not_in_an_export(asked):
    home = asked.home()
    names = exported(asked, home).namelist()
    assert not {"tables/nonce.json", "tables/change.json"} & set(names)


def test_an_export_is_for_whoever_asked_for_it(asked):
    anna, bo = asked.home("anna"), asked.home("bo")
    request = anna.ask("GET", "/v1/export").read(RequestDoc)
    assert anna.ask("GET", f"/v1/export/{request.id}").code == "not_ready"
    tick(asked)
    assert bo.ask("GET", f"/v1/export/{request.id}").code == "nothing_asked"


def test_two_exports_a_day_are_enough_and_an_old_one_is_thrown_away(asked):
    home = asked.home()
    ids = set()
    for _ in range(2):
        ids.add(home.ask("GET", "/v1/export").json["id"])
        tick(asked, 0.1)
    said = home.ask("GET", "/v1/export")
    assert (said.status, said.code, len(ids)) == (429, "rate_limited", 2)
    assert len(list((asked.folder / "exports").iterdir())) == 2
    tick(asked, 8)
    assert list((asked.folder / "exports").iterdir()) == []


def test_an_export_that_would_be_too_large_is_not_made(tmp_path):
    said = (*(f"limits.{name}=1000000" for name in UNLIMITED), "rights.export_most_mib=0")
    asked = AskedHub(tmp_path, said=said)
    home = asked.home()
    home.ask("GET", "/v1/export")
    tick(asked)
    assert home.ask("GET", "/v1/export").read(RequestDoc).done is None
    assert list((tmp_path / "exports").iterdir()) == []
    asked.close()


def test_whoever_asks_to_be_erased_is_gone_a_week_later_with_every_word(asked):
    home, lin = asked.home("Anna of the piano"), asked.staff("Lin")
    mine = said_by(home)
    lin.ask("GET", f"reports/{mine.id}")
    exported(asked, home)
    with asked.hub.store.write() as db:
        members.invite(db, asked.hub.secret, now=asked.now, by=home.member_id)
    due = home.ask("POST", "/v1/erase").read(RequestDoc).due
    assert due == asked.now + 7 * DAY
    tick(asked, 6.9)
    assert SECRET_WORDS in everything(asked)
    tick(asked, 0.2)
    kept = everything(asked)
    for word in (SECRET_WORDS, "and more", "Anna of the piano", home.public, mine.id[:8] + "!"):
        assert word not in kept
    assert not list((asked.folder / "exports").iterdir())
    said = home.ask("GET", "/v1/member")
    assert (said.status, said.code) == (410, "member_erased")


def test_the_points_stay_under_a_pseudonym_that_leads_to_nobody(asked):
    home = asked.home()
    mine = said_by(home)
    with asked.hub.store.write() as db:
        account = ledger.account_of(db, home.member_id)
        ledger.pay(db, "bug_confirmed", mine.id, home.member_id, now=asked.now)
    home.ask("POST", "/v1/erase")
    tick(asked, 7.1)
    with asked.hub.store.read() as db:
        assert ledger.faults(db) == []
        sums = ledger.balance(db, f"pending:{account}")
    assert sums == 30
    kept = everything(asked).splitlines()
    assert account not in kept
    assert home.member_id in kept  # only in the audit: who was erased, as a number
    with asked.hub.store.read() as db:
        assert [e.action for _, e in audit.entries(db, subject=home.member_id)] == ["erase"]


def test_it_can_be_taken_back_until_it_is_done(asked):
    home = asked.home()
    said_by(home)
    home.ask("POST", "/v1/erase")
    assert home.ask("GET", "/v1/member").read(MemberAnswer).member.erased_by is not None
    assert home.ask("DELETE", "/v1/erase").status == 200
    tick(asked, 31)
    assert home.ask("GET", "/v1/member").read(MemberAnswer).member.erased_by is None
    assert SECRET_WORDS in everything(asked)
    assert home.ask("DELETE", "/v1/erase").code == "nothing_asked"


def test_asking_twice_does_not_put_it_off(asked):
    home = asked.home()
    first = home.ask("POST", "/v1/erase").json
    asked.now += 3 * DAY
    assert home.ask("POST", "/v1/erase").json == first


def test_what_others_said_of_the_same_thing_stays_under_their_own_words(asked):
    anna, bo = asked.home("anna"), asked.home("bo")
    mine, other = said_by(anna), said_by(bo, a_report("lamp is loud"))
    with asked.hub.store.write() as db:
        row = db.execute(sa.select(report.c.cluster_id).where(report.c.id == mine.id)).scalar()
        db.execute(sa.update(report).where(report.c.id == other.id).values(cluster_id=row))
    anna.ask("POST", "/v1/erase")
    tick(asked, 7.1)
    with asked.hub.store.read() as db:
        titles = db.execute(sa.select(cluster.c.title).where(cluster.c.id == row)).scalars().all()
        left = db.execute(sa.select(report.c.member_id)).scalars().all()
    assert titles == ["lamp is loud"]
    assert left == [bo.member_id]


def test_staff_can_have_a_member_erased_and_take_it_back(asked):
    home, lin = asked.home(), asked.staff("Lin")
    assert lin.ask("POST", f"members/{home.member_id}/forget").status == 200
    assert lin.ask("GET", f"members/{home.member_id}").json["erased_by"] is not None
    assert lin.ask("DELETE", f"members/{home.member_id}/forget").status == 200
    tick(asked, 31)
    assert home.ask("GET", "/v1/member").status == 200


@pytest.mark.parametrize("days", [0, 30])
def test_the_promise_of_thirty_days_is_kept_whatever_is_set(tmp_path, days):
    asked = AskedHub(tmp_path, said=(f"rights.erase_after_days={days}",))
    home = asked.home()
    assert home.ask("POST", "/v1/erase").read(RequestDoc).due <= asked.now + 30 * DAY
    tick(asked, 30)
    assert home.ask("GET", "/v1/member").code == "member_erased"
    asked.close()


def put(db, table: sa.Table, **values: object) -> None:
    """A row with these values, and something of the right kind in all else that must be there."""
    filler = {sa.Boolean: False, sa.Integer: 0, sa.Float: 0.0, sa.SmallInteger: 0}
    for column in table.c:
        if column.name not in values and not column.nullable and column.server_default is None:
            kinds = [v for kind, v in filler.items() if isinstance(column.type, kind)]
            values[column.name] = kinds[0] if kinds else ""
    db.execute(sa.insert(table).values(**values))


def test_what_others_stand_on_stays_without_its_author(asked):
    anna, bo = asked.home("anna"), asked.home("bo")
    with asked.hub.store.write() as db:
        for name, voter in (("alone", anna), ("shared", bo)):
            put(db, idea, id=name, member_id=anna.member_id, title=f"{name} idea")
            put(db, vote, idea_id=name, member_id=voter.member_id)
        put(db, circle, id="model:x", leader=anna.member_id)
        put(db, appeal, id="case", member_id=anna.member_id, text="mine")
        put(db, appeal, id="other", member_id=bo.member_id, text="his")
        put(db, appeal_seat, case_id="other", holder=anna.member_id, steward=False, uphold=True)
        put(db, nickname, member_id=anna.member_id, nickname="Annie")
        rows = '{"rows":[{"place":1,"nickname":"Annie"},{"place":2,"nickname":"Bo"}]}'
        put(db, board, week="2026-W47", name="bugs", rows=rows)
        put(db, attachment, id="a", member_id=anna.member_id, object="ab/cd")
    anna.ask("POST", "/v1/erase")
    tick(asked, 7.1)
    with asked.hub.store.read() as db:
        ideas = db.execute(sa.select(idea.c.id, idea.c.member_id)).all()
        cases = db.execute(sa.select(appeal.c.text).order_by(appeal.c.id)).scalars().all()
        (judge,) = db.execute(sa.select(appeal_seat.c.holder, appeal_seat.c.uphold)).all()
        shown = json.loads(db.execute(sa.select(board.c.rows)).scalar_one())
        drops = db.execute(sa.select(object_drop.c.name)).scalars().all()
    assert [tuple(row) for row in ideas] == [("shared", "")]
    assert cases == ["", "his"]
    assert (judge.uphold, judge.holder != anna.member_id) == (True, True)
    assert [row["nickname"] for row in shown["rows"]] == ["", "Bo"]
    assert drops == ["ab/cd"]
    kept = everything(asked)
    assert "Annie" not in kept
    assert "alone idea" not in kept
