"""What becomes of an incident: owned, noted, told, closed, and proved to whoever asks."""

from __future__ import annotations

import base64
import uuid

import msgspec
import pytest
import sqlalchemy as sa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from feedback.wire import HubError
from feedback.wire_incidents import NoteIncident, StaffIncidentWhole
from feedback.wire_signals import IncidentState
from hub import incident_figures, incidents, watching
from hub.changes import PUBLIC
from hub.tables import audit
from hub.tables_signals import incident_event
from tests.hub.problems import HOUR, NOW, grown, heard, home, meets

NOTICE = {"en": "Charge it at home.", "zh_CN": "请在家充电。"}
OUTCOME = {"en": "Mended in 2026-W48.", "zh_CN": "已在 2026-W48 修复。"}


@pytest.fixture
def opened(store) -> str:
    with store.write() as db:
        grown(db)
        for n in range(6):
            meets(db, f"home {n}", NOW + n, signature="battery:drain")
        while watching.look(db, now=NOW + HOUR):
            pass
        (row,) = incidents.rows(db)
    return row["id"]


def shut(db, incident_id, now=NOW + 2 * HOUR):
    row = incidents.row_of(db, incident_id)
    figures = msgspec.json.encode(incident_figures.of(db, row)).decode()
    incidents.close(db, "Lin", incident_id, OUTCOME, figures=figures, now=now)


def test_it_begins_with_drafts_in_both_languages(store, opened):
    with store.read() as db:
        whole = incident_figures.whole(db, opened)
    assert "5 homes" in whole.action["en"]
    assert "battery" in whole.notice["zh_CN"]
    assert [entry.what for entry in whole.timeline] == ["opened"]


def test_each_act_is_an_entry_by_name_and_audited(store, opened):
    with store.write() as db:
        incidents.own(db, "Lin", opened, "Mei", now=NOW + HOUR)
        said = NoteIncident(id=str(uuid.uuid4()), text="The radio never sleeps.")
        incidents.note(db, "Mei", opened, said, now=NOW + HOUR)
        incidents.note(db, "Mei", opened, said, now=NOW + HOUR)  # asked twice
        task = NoteIncident(id=str(uuid.uuid4()), text="Let it sleep.")
        incidents.act(db, "Mei", opened, task, now=NOW + HOUR)
        whole = incident_figures.whole(db, opened)
        noted = db.execute(sa.select(audit.c.action).order_by(audit.c.n)).scalars().all()
    assert [(one.what, one.who) for one in whole.timeline] == [
        ("opened", ""),
        ("owner", "Lin"),
        ("note", "Mei"),
        ("action", "Mei"),
    ]
    assert (whole.incident.owner, whole.action) == ("Mei", {"en": "Let it sleep."})
    assert noted == ["incident_owner", "incident_note", "incident_action"]


def test_every_house_hears_of_it_when_its_notice_is_published_and_not_before(store, opened):
    with store.write() as db:
        home(db, "anna")
    assert heard(store, "anna")[0] == []
    with store.write() as db:
        incidents.publish(db, "Lin", opened, NOTICE, now=NOW + HOUR)
        doc = incidents.documents(db, [opened], PUBLIC)[opened]
    assert heard(store, "anna")[0] == [("incident", opened)]
    assert (doc.homes, doc.notice, doc.state) == (6, NOTICE, IncidentState.OPEN)
    assert doc.versions == ("1.2.0",)


def test_it_is_closed_by_somebody_who_answers_for_it_and_never_reopened(store, opened):
    with store.write() as db:
        with pytest.raises(HubError, match="incident_unowned"):
            shut(db, opened)
        incidents.publish(db, "Lin", opened, NOTICE, now=NOW + HOUR)
        incidents.own(db, "Lin", opened, "Lin", now=NOW + HOUR)
        shut(db, opened)
        doc = incidents.documents(db, [opened], PUBLIC)[opened]
        assert (doc.state, doc.closed, doc.outcome) == ("closed", NOW + 2 * HOUR, OUTCOME)
        with pytest.raises(HubError, match="incident_closed"):
            incidents.publish(db, "Lin", opened, NOTICE, now=NOW + 3 * HOUR)
    with store.read() as db, pytest.raises(HubError, match="incident_unknown"):
        incidents.row_of(db, "another")


def test_the_clock_runs_out_after_exactly_72_hours_however_late_it_is_seen(store, opened):
    with store.write() as db:
        due = incidents.row_of(db, opened)["due"]
        assert incidents.breaches(db, now=due) == 0
        assert incidents.breaches(db, now=due + 9 * HOUR) == 1
        assert incidents.breaches(db, now=due + 10 * HOUR) == 0
        row = incidents.row_of(db, opened)
        last = incidents.timeline(db, opened)[-1]
    assert (row["breached"], last.what, last.at) == (due, "breached", due)
    assert due - row["opened"] == 72 * HOUR


def test_its_numbers_stay_when_who_met_it_is_forgotten(store, opened):
    with store.write() as db:
        incidents.own(db, "Lin", opened, "Lin", now=NOW + HOUR)
        shut(db, opened)
        before = incident_figures.whole(db, opened)
        watching.trends.tidy(db, now=NOW + 60 * 86_400)
        assert incident_figures.whole(db, opened) == before
    assert sum(one.homes for one in before.curve) == 6


def test_a_dossier_is_signed_and_its_chain_can_be_followed(store, opened):
    with store.write() as db:
        incidents.own(db, "Lin", opened, "Mei", now=NOW + HOUR)
        dossier = incident_figures.dossier(db, b"secret" * 8, opened)
    key = Ed25519PublicKey.from_public_bytes(base64.b64decode(dossier.key))
    key.verify(base64.b64decode(dossier.signature), dossier.document.encode())
    whole = msgspec.json.decode(dossier.document, type=StaffIncidentWhole)
    before = incidents.FIRST
    for entry in whole.timeline:
        before = incidents.digest(before, entry)
        assert before == entry.hash


def test_a_changed_entry_is_found(store, opened):
    with store.write() as db:
        incidents.own(db, "Lin", opened, "Mei", now=NOW + HOUR)
        assert incidents.faults(db) == []
        db.execute(sa.update(incident_event).where(incident_event.c.n == 1).values(detail="less"))
        assert len(incidents.faults(db)) == 1


def test_those_that_run_out_first_stand_first_and_closed_ones_last(store, opened):
    with store.write() as db:
        for n in range(6):
            meets(db, f"home {n}", NOW + 2 * HOUR + n, component="lock")
        while watching.look(db, now=NOW + 3 * HOUR):
            pass
        assert [row["component"] for row in incidents.rows(db)] == ["battery", "lock"]
        incidents.own(db, "Lin", opened, "Lin", now=NOW + 3 * HOUR)
        shut(db, opened, now=NOW + 4 * HOUR)
        assert [row["component"] for row in incidents.rows(db)] == ["lock", "battery"]
        assert [row["component"] for row in incidents.rows(db, "closed")] == ["battery"]
