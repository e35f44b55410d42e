import json
import uuid

import msgspec
import pytest
import sqlalchemy as sa

from feedback.similar import About, Text
from feedback.wire import DeviceFacts, HubError
from feedback.wire_similar import AskSimilar
from hub import audit, jobs, routes_similar, similar
from hub.app import Hub, Settings
from hub.http import Call
from hub.members import Standing
from hub.similar import PUBLIC, STAFF
from hub.tables import cluster, member, report

NOW = 1_795_000_000.0


@pytest.fixture
def hub(tmp_path, database):
    made = Hub(Settings(data=tmp_path, database=database), clock=lambda: NOW)
    with made.store.write() as db:
        db.execute(sa.insert(member).values(id="anna", name="anna", account="a", enrolled=NOW))
    yield made
    made.store.close()


def a_cluster(hub, title, *, chinese="", public=True, made=NOW, **more):
    name = str(uuid.uuid4())
    words = {"en": {"title": title}} | ({"zh_CN": {"title": chinese}} if chinese else {})
    values = {
        "id": name, "title": title, "kind": "problem", "vendor": "acme", "model": "",
        "component": "", "signature": "", "state": "open", "made": made, "severity": "",
        "safety": False, "team": "", "seen_by": "", "owner": "", "fix_week": "", "fix_version": "",
        "reason": "", "public": public, "words": json.dumps(words), "rule": "", "invalid": False,
    }  # fmt: skip
    with hub.store.write() as db:
        db.execute(sa.insert(cluster).values(**values | more))
    return name


def a_report(hub, of, title, received=NOW, **facts):
    with hub.store.write() as db:
        db.execute(
            sa.insert(report).values(
                id=str(uuid.uuid4()), member_id="anna", cluster_id=of, kind="problem", title=title,
                text="", device="", facts=msgspec.json.encode(DeviceFacts(**facts)).decode(),
                signature="", me_too=False, made=NOW, received=received, payload=b"{}",
                payload_sha256="", fixed_week="",
            )
        )  # fmt: skip


def asked(hub, words, kind=PUBLIC, now=NOW, **about):
    text = Text(id="", title=words, about=About(**about))
    with hub.store.read() as db:
        found = hub.finding.find(db, kind, text, limit=5, now=now)
    return [one.id for one in found]


ANNA = Standing(member_id="anna", key_id="k1", name="anna")


def call(hub, db, said=None, **path):
    return Call(
        hub=hub, db=db, said=said, now=NOW, path=path, query={}, headers={}, address="",
        signed_by=lambda _key: None, who=ANNA,
    )  # fmt: skip


def test_a_public_problem_is_found_in_either_language_and_script(hub):
    name = a_cluster(hub, "Plug drops off at night", chinese="插座夜里掉线")
    a_cluster(hub, "Lock battery empty")
    assert asked(hub, "socket offline every night")[0] == name
    assert asked(hub, "插座半夜離線")[0] == name


def test_what_is_not_public_is_found_by_staff_only(hub):
    name = a_cluster(hub, "It hums", public=False)
    assert asked(hub, "it hums") == []
    assert asked(hub, "it hums", STAFF) == [name]


def test_what_testers_wrote_is_found_by_staff_only(hub):
    name = a_cluster(hub, "Noise")
    a_report(hub, name, "Zebra sound from the ceiling")
    assert asked(hub, "zebra") == []
    assert asked(hub, "zebra", STAFF) == [name]


def test_a_merged_cluster_is_not_found(hub):
    a_cluster(hub, "It hums", state="merged")
    assert asked(hub, "it hums", STAFF) == []


def test_what_comes_later_is_found_a_moment_later(hub):
    assert asked(hub, "it hums") == []
    name = a_cluster(hub, "It hums", made=NOW + 1)
    assert asked(hub, "it hums", now=NOW + 1) == []  # asked a second ago
    assert asked(hub, "it hums", now=NOW + 10) == [name]


def test_what_staff_changed_is_found_as_it_is_now(hub):
    name = a_cluster(hub, "It hums", made=NOW - 9_000)
    assert asked(hub, "it hums") == [name]
    with hub.store.write() as db:
        db.execute(sa.update(cluster).where(cluster.c.id == name).values(public=False))
        audit.note(db, "Lin", "hide", name, now=NOW + 3_600)
    assert asked(hub, "it hums", now=NOW + 3_601) == []


def test_a_report_that_came_changes_what_staff_find(hub):
    name = a_cluster(hub, "Noise", made=NOW - 9_000)
    assert asked(hub, "zebra", STAFF) == []
    a_report(hub, name, "Zebra sound", received=NOW + 3_600, model="LAMP-1", version="2.0.1")
    assert asked(hub, "zebra", STAFF, now=NOW + 3_601, model="LAMP-1") == [name]


def test_what_was_erased_leaves_the_index_within_a_day(hub):
    name = a_cluster(hub, "It hums", made=NOW - 9_000)
    jobs.tick(hub, NOW, routes_similar.JOBS)
    assert asked(hub, "it hums", STAFF) == [name]
    with hub.store.write() as db:
        db.execute(sa.delete(cluster).where(cluster.c.id == name))
    jobs.tick(hub, NOW + 86_500, routes_similar.JOBS)
    assert asked(hub, "it hums", STAFF, now=NOW + 86_501) == []


def test_all_of_a_large_hub_is_indexed_in_parts(hub, monkeypatch):
    monkeypatch.setattr(similar, "_CHUNK", 2)
    names = {a_cluster(hub, f"It hums {number}", made=NOW - 9_000) for number in range(5)}
    for turn in range(4):
        jobs.tick(hub, NOW + 60 * turn, routes_similar.JOBS)
    assert set(asked(hub, "it hums", now=NOW + 300)) == names


def test_a_broken_index_is_made_anew(hub, tmp_path):
    (tmp_path / "similar-public.sqlite").write_bytes(b"no database" * 1000)
    name = a_cluster(hub, "It hums")
    assert asked(hub, "it hums") == [name]


def test_an_index_of_other_rules_is_made_anew(hub, monkeypatch):
    name = a_cluster(hub, "It hums", made=NOW - 9_000)
    assert asked(hub, "it hums") == [name]
    monkeypatch.setattr("feedback.tokens.RULES", 2)
    assert asked(hub, "it hums", now=NOW + 10) == [name]


# --- the endpoints -------------------------------------------------------------------------------


def test_a_member_is_told_the_words_of_the_makers(hub):
    name = a_cluster(hub, "It hums", chinese="嗡嗡响", fix_week="2026-W49", state="planned")
    with hub.store.read() as db:
        said = routes_similar.for_member(call(hub, db, AskSimilar(title="humming")))
    (found,) = said.clusters
    assert (found.id, found.state, found.fix_week) == (name, "planned", "2026-W49")
    assert found.words["zh_CN"].title == "嗡嗡响"


def test_who_asks_too_often_is_told_to_wait(tmp_path):
    settings = Settings(data=tmp_path, said=("limits.similar_per_minute=1",))
    hub = Hub(settings, clock=lambda: NOW)
    with hub.store.read() as db:
        asking = call(hub, db, AskSimilar(title="hum"))
        routes_similar.for_member(asking)
        with pytest.raises(HubError, match="rate_limited"):
            routes_similar.for_member(asking)
    hub.store.close()


def test_a_problem_that_was_just_taken_back_is_not_told(hub):
    name = a_cluster(hub, "It hums")
    assert asked(hub, "it hums") == [name]
    with hub.store.write() as db:
        db.execute(sa.update(cluster).where(cluster.c.id == name).values(public=False))
        assert routes_similar.for_member(call(hub, db, AskSimilar(title="hum"))).clusters == ()


def test_staff_see_clusters_like_one_but_not_itself(hub):
    one = a_cluster(hub, "Plug drops off at night", public=False)
    other = a_cluster(hub, "Socket offline", public=False, component="wifi")
    a_report(hub, other, "Socket is gone every night")
    a_cluster(hub, "Lock battery empty", public=False)
    with hub.store.read() as db:
        said = routes_similar.for_staff(call(hub, db, id=one))
    assert said.clusters[0].id == other
    assert said.clusters[0].component == "wifi"
    assert one not in {found.id for found in said.clusters}


def test_a_cluster_that_is_not_there_is_unknown(hub):
    with hub.store.read() as db, pytest.raises(HubError, match="cluster_unknown"):
        routes_similar.for_staff(call(hub, db, id="nobody"))


@pytest.mark.parametrize(
    "said", [{"title": ""}, {"title": "a" * 201}, {"title": "a", "text": "b" * 2001}]
)
def test_a_question_that_is_too_long_or_empty_is_refused(said):
    with pytest.raises(msgspec.ValidationError):
        msgspec.json.decode(json.dumps(said), type=AskSimilar)
