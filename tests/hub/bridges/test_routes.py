"""Web hooks and proposals over HTTP, and the commands beside them."""

import hashlib
import hmac
import json
import time
import uuid

import pytest
import sqlalchemy as sa
import urllib3
from click.testing import CliRunner

from feedback import client_bridges, client_similar
from feedback.wire import HubError
from hub import members
from hub.__main__ import main
from hub.bridges import settings
from hub.bridges.settings import Kind, Settings
from hub.tables import cluster
from hub.tables_bridges import bridged
from tests.hub.bridges.forges import TOKEN, Forge


@pytest.fixture
def mirrored(hub):
    """A cluster that stands as issue 1 at a bridge of its own name."""
    name = f"b{uuid.uuid4().hex[:8]}"
    known = Settings(name=name, kind=Kind.GITHUB, url="https://127.0.0.1:9", project="o/r")
    secret = settings.add(hub.folder, known, TOKEN).read_text().strip()
    values = {
        "id": str(uuid.uuid4()), "title": "It hums", "kind": "problem", "vendor": "acme",
        "model": "", "component": "", "signature": "", "state": "open", "made": time.time(),
        "severity": "", "safety": False, "team": "", "seen_by": "", "owner": "", "fix_week": "",
        "fix_version": "", "reason": "", "public": False, "words": "", "rule": "", "invalid": False,
    }  # fmt: skip
    with hub.store.write() as db:
        db.execute(sa.insert(cluster).values(**values))
        db.execute(
            sa.insert(bridged).values(
                bridge=name, cluster_id=values["id"], number=1, url="u", hash="h", closed=False,
                done=False,
            )
        )  # fmt: skip
    yield name, secret, values["id"]
    settings.remove(hub.folder, name)


def deliver(hub, name, secret, what="milestoned", event="issues"):
    issue = {"number": 1, "state": "open", "milestone": {"title": "2026-W50"}, "updated_at": ""}
    said = {"action": what, "issue": issue, "sender": {"login": "lin"}}
    body = json.dumps(said).encode()
    digest = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    headers = {"x-github-event": event, "x-hub-signature-256": f"sha256={digest}"}
    url = f"{hub.url}/v1/bridges/{name}/hook"
    answer = urllib3.request("POST", url, body=body, headers=headers)
    return answer.status, json.loads(answer.data).get("code", "")


def test_a_hook_becomes_a_proposal_that_staff_decide(hub, mirrored):
    name, secret, where = mirrored
    assert deliver(hub, name, secret) == (200, "")
    assert deliver(hub, name, secret) == (200, "")  # twice is once
    staff = hub.staff()
    (one,) = [each for each in client_bridges.proposals(staff) if each.cluster == where]
    assert (one.kind, one.detail, one.by, one.url) == ("plan", "2026-W50", "lin", "u")
    client_bridges.decide(staff, one.id, accept=True)
    decided = client_bridges.proposals(staff, decided=True)
    assert [each.accepted for each in decided if each.id == one.id] == [True]
    with pytest.raises(HubError, match="proposal_decided"):
        client_bridges.decide(staff, one.id, accept=False)
    staff.close()


def test_a_hook_with_a_wrong_secret_is_refused(hub, mirrored):
    assert deliver(hub, mirrored[0], "wrong") == (401, "bad_signature")


def test_a_hook_of_no_bridge_is_refused(hub):
    assert deliver(hub, "nobody", "s") == (404, "bridge_unknown")


def test_a_hook_that_is_no_json_is_refused(hub, mirrored):
    name, secret, _ = mirrored
    digest = hmac.new(secret.encode(), b"no json", hashlib.sha256).hexdigest()
    headers = {"x-github-event": "issues", "x-hub-signature-256": f"sha256={digest}"}
    url = f"{hub.url}/v1/bridges/{name}/hook"
    answer = urllib3.request("POST", url, body=b"no json", headers=headers)
    assert (answer.status, json.loads(answer.data)["code"]) == (400, "bad_request")


def test_how_bridges_stand_is_told_without_secrets(hub, mirrored):
    name, secret, _ = mirrored
    staff = hub.staff()
    (one,) = [each for each in client_bridges.bridges(staff) if each.name == name]
    assert (one.kind, one.project, one.issues) == ("github", "o/r", 1)
    assert secret not in repr(one)
    staff.close()


def test_staff_see_similar_clusters(hub, mirrored):
    staff = hub.staff()
    found = client_similar.similar(staff, mirrored[2])
    assert mirrored[2] not in {one.id for one in found}
    with pytest.raises(HubError, match="cluster_unknown"):
        client_similar.similar(staff, "nobody")
    staff.close()


def test_clusters_like_one_are_listed_by_command(hub, mirrored):
    with hub.store.write() as db:
        token = members.add_staff(db, "Kai", now=time.time())
    done = run("similar", mirrored[2], "--url", hub.url, "--token", token)
    assert done.exit_code == 0
    assert mirrored[2] not in done.stdout
    listed = run("similar", mirrored[2], "--url", hub.url, "--token", token, "--json")
    assert isinstance(json.loads(listed.stdout), list)


# --- the commands ---------------------------------------------------------------------------------


def run(*words, **more):
    return CliRunner().invoke(main, [str(word) for word in words], **more)


def test_a_bridge_is_added_listed_tried_and_removed(tmp_path):
    forge = Forge("gitlab")
    try:
        place = ("--data", tmp_path)
        said = ("--kind", "gitlab", "--url", forge.url, "--project", "o/r", "--person", "lin=Lin")
        added = run("bridge", "add", "tracker", *said, *place, input=f"{TOKEN}\n")
        assert added.exit_code == 0, added.output
        assert TOKEN not in added.output
        assert "/v1/bridges/tracker/hook" in added.stdout
        listed = run("bridge", "list", *place, "--json")
        (one,) = json.loads(listed.stdout)
        assert (one["project"], one["people"], one["poll"]) == ("o/r", {"lin": "Lin"}, True)
        assert "what is public; token in a file" in run("bridge", "list", *place).stdout
        assert run("bridge", "test", "tracker", *place).stdout == "tracker: orangery-bot at o/r\n"
        assert run("bridge", "remove", "tracker", *place).exit_code == 0
        assert run("bridge", "test", "tracker", *place).exit_code == 1
    finally:
        forge.close()


def test_a_wrong_token_is_one_clear_sentence(tmp_path):
    forge = Forge("github")
    try:
        said = ("--kind", "github", "--url", forge.url, "--project", "o/r", "--data", tmp_path)
        run("bridge", "add", "tracker", *said, input="wrong\n")
        done = run("bridge", "test", "tracker", "--data", tmp_path)
        assert (done.exit_code, "[bridge_refused]" in done.output) == (1, True)
    finally:
        forge.close()


def test_who_may_answer_is_said_as_login_and_name(tmp_path):
    said = ("--kind", "github", "--project", "o/r", "--person", "lin", "--data", tmp_path)
    assert run("bridge", "add", "tracker", *said, input="t\n").exit_code == 2


def test_proposals_are_listed_and_decided_by_command(hub, mirrored):
    name, secret, where = mirrored
    deliver(hub, name, secret)
    staff = hub.staff("Mei")
    with hub.store.write() as db:
        token = members.add_staff(db, "Ann", now=time.time())
    at = ("proposals", "--url", hub.url, "--token", token)
    (one,) = [each for each in client_bridges.proposals(staff) if each.cluster == where]
    assert f"{one.id}  plan 2026-W50  It hums  ({name} by lin)" in run(*at, "list").stdout
    assert one.id in run(*at, "list", "--json").stdout
    assert json.loads(run(*at, "reject", one.id).stdout) == {"proposal": one.id, "accepted": False}
    assert f"({name} by lin)  left" in run(*at, "list", "--all").stdout
    assert run(*at, "accept", one.id).exit_code == 1
    staff.close()
