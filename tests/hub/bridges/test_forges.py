import hashlib
import hmac
import json

import pytest

from feedback.wire import HubError
from hub.bridges import base
from hub.bridges.base import BridgeError, BusyError, GoneError, Heard, Pace, Page, marker
from hub.bridges.gitea import Gitea
from hub.bridges.github import GitHub
from hub.bridges.gitlab import GitLab
from tests.hub.bridges.forges import BOT, TOKEN, Forge

ID = "11111111-2222-4333-8444-555555555555"
EARLY = "2026-11-30T00:00:00Z"
KINDS = {"github": GitHub, "gitlab": GitLab, "gitea": Gitea}


class Clock:
    def __init__(self):
        self.now, self.waits = 0.0, []

    def __call__(self):
        return self.now

    def wait(self, seconds):
        self.waits.append(seconds)
        self.now += seconds


@pytest.fixture(params=sorted(KINDS))
def there(request):
    forge = Forge(request.param)
    yield forge
    forge.close()


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def bridge(there, clock):
    pace = Pace(clock, clock.wait)
    return KINDS[there.tracker.kind](there.url, "o/r", TOKEN, "s3cret", pace)


def a_page(**more):
    said = {"title": "It hums", "body": f"Words.\n\n{marker(ID)}", "labels": ("orangery",)}
    return Page(**{"cluster": ID, "closed": False} | said | more)


def test_it_knows_its_own_name(bridge):
    assert bridge.who() == BOT


def test_an_issue_is_made_and_found_by_its_marker(bridge, there):
    made = bridge.create(a_page(labels=("orangery", "orangery:problem")))
    assert there.tracker.issues[0]["labels"] == ["orangery", "orangery:problem"]
    found = bridge.find(ID, EARLY)
    assert (found.number, found.url) == (made.number, made.url)
    assert bridge.find("22222222-2222-4333-8444-555555555555", EARLY) is None


def test_it_is_found_on_a_later_page_of_a_long_list(bridge, there, monkeypatch):
    monkeypatch.setattr(
        "tests.hub.bridges.forges.Tracker.now", lambda _self: "2026-12-01T00:00:00Z"
    )
    for number in range(base.PER_PAGE + 3):
        there.tracker.made(f"other {number}", "", there.tracker.named(["orangery"]))
    bridge.create(a_page())
    assert bridge.find(ID, EARLY).number == base.PER_PAGE + 4


def test_an_issue_of_something_ended_is_closed(bridge, there):
    bridge.create(a_page(closed=True))
    assert there.tracker.issues[0]["state"] == "closed"


def test_a_change_leaves_the_labels_of_others(bridge, there):
    issue = bridge.create(a_page(labels=("orangery", "orangery:minor")))
    there.tracker.edit(1, labels=there.tracker.named(["orangery", "orangery:minor", "radio"]))
    bridge.change(issue.number, a_page(title="It roars", labels=("orangery", "orangery:major")))
    changed = there.tracker.issues[0]
    assert changed["title"] == "It roars"
    assert sorted(changed["labels"]) == ["orangery", "orangery:major", "radio"]


def test_an_issue_is_closed_and_opened_again(bridge, there):
    bridge.create(a_page())
    bridge.change(1, a_page(closed=True))
    assert there.tracker.issues[0]["state"] == "closed"
    bridge.change(1, a_page())
    assert there.tracker.issues[0]["state"] == "open"


def test_an_issue_that_was_deleted_is_gone(bridge, there):
    bridge.create(a_page())
    there.tracker.issues[0]["gone"] = True
    with pytest.raises(GoneError):
        bridge.change(1, a_page())


def test_writes_are_a_second_apart(bridge, clock):
    bridge.create(a_page())
    bridge.change(1, a_page(title="It roars"))
    bridge.change(1, a_page(title="It sings"))
    assert clock.waits
    assert all(0 < wait <= base.WRITE_S for wait in clock.waits)


def test_reading_waits_for_nothing(bridge, clock):
    bridge.find(ID, EARLY)
    bridge.who()
    assert clock.waits == []


def test_what_was_done_there_is_heard(bridge, there):
    bridge.create(a_page())
    there.tracker.edit(1, state="closed", milestone="2026-W49", reason="completed")
    there.tracker.comment(1, "lin", "/answer Restart it.")
    heard = {one.what: one for one in bridge.changed(EARLY)}
    assert set(heard) == {Heard.CLOSED, Heard.MILESTONE, Heard.COMMENT}
    assert heard[Heard.MILESTONE].text == "2026-W49"
    said = heard[Heard.COMMENT]
    assert (said.number, said.by, said.text) == (1, "lin", "/answer Restart it.")


def test_the_same_event_has_the_same_id_each_time(bridge, there):
    bridge.create(a_page())
    there.tracker.edit(1, state="closed")
    first = {one.id for one in bridge.changed(EARLY)}
    there.tracker.edit(1, title="other words")
    assert {one.id for one in bridge.changed(EARLY)} == first


@pytest.mark.parametrize(
    ("status", "headers", "wait"),
    [
        (429, {"retry-after": "7"}, 7),
        (403, {"retry-after": "30"}, 30),
        (503, {"retry-after": "2"}, 2),
        (429, {}, 60),
        (429, {"retry-after": "soon"}, 60),
        (429, {"retry-after": "999999"}, 3600),
    ],
)
def test_a_tracker_that_is_busy_says_when_to_come_again(bridge, there, status, headers, wait):
    there.tracker.fail.append((status, headers))
    with pytest.raises(BusyError) as told:
        bridge.who()
    assert told.value.wait == wait


def test_a_limit_that_begins_anew_at_a_moment_is_waited_for(bridge, there):
    headers = {"x-ratelimit-remaining": "0", "x-ratelimit-reset": "4102444800"}
    there.tracker.fail.append((403, headers))
    with pytest.raises(BusyError) as told:
        bridge.who()
    assert told.value.wait == 3600  # of the far future an hour at a time


@pytest.mark.parametrize("status", [301, 400, 401, 403, 404, 422, 500])
def test_a_refusal_says_its_status_and_no_token(bridge, there, status):
    there.tracker.fail.append((status, {"location": "http://127.0.0.1:9/"}))
    with pytest.raises(BridgeError, match="bridge_refused") as told:
        bridge.who()
    assert not isinstance(told.value, BusyError)
    assert TOKEN not in str(told.value.facts)


def test_a_tracker_that_is_away_is_unreachable(there):
    there.close()
    for kind in KINDS.values():
        with pytest.raises(BridgeError, match="bridge_unreachable"):
            kind("http://127.0.0.1:9", "o/r", TOKEN, "s").who()


def test_an_answer_of_another_shape_is_not_understood():
    with pytest.raises(BridgeError, match="tracker_not_understood"):
        base.read({"user": None}, "user", "login")


# --- web hooks ------------------------------------------------------------------------------------


def signed(kind, body, secret="s3cret"):
    digest = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    return {
        "github": {"x-hub-signature-256": f"sha256={digest}"},
        "gitea": {"x-gitea-signature": digest},
        "gitlab": {"x-gitlab-token": secret},
    }[kind]


def delivery(there, what, by="lin", comment=None):
    """What each of them sends, as documented; (headers, body)."""
    tracker = there.tracker
    issue = tracker.shown(tracker.issues[0])
    if tracker.kind == "gitlab":
        attributes = {**issue, "action": {"closed": "close", "milestoned": "update"}.get(what, "")}
        said = {"object_kind": "issue", "user": {"username": by}, "object_attributes": attributes}
        said["milestone"] = issue["milestone"]
        if comment:
            note = {"id": comment["id"], "note": comment["text"], "noteable_type": "Issue"}
            said |= {"object_kind": "note", "object_attributes": note, "issue": issue}
        return {}, json.dumps(said).encode()
    header = "x-github-event" if tracker.kind == "github" else "x-gitea-event"
    said = {"action": what, "issue": issue, "sender": {"login": by}}
    if comment:
        said |= {"action": "created", "comment": tracker.said(comment)}
    event = "issue_comment" if comment else "issues"
    return {header: event}, json.dumps(said).encode()


@pytest.mark.parametrize(
    ("what", "values", "heard"),
    [
        ("closed", {"state": "closed"}, Heard.CLOSED),
        ("milestoned", {"milestone": "2026-W49"}, Heard.MILESTONE),
    ],
)
def test_a_hook_tells_who_did_what(bridge, there, what, values, heard):
    bridge.create(a_page())
    there.tracker.edit(1, **values)
    headers, body = delivery(there, what)
    (event,) = bridge.hook(headers | signed(there.tracker.kind, body), body)
    assert (event.what, event.number, event.by) == (heard, 1, "lin")


def test_a_hook_and_a_list_give_one_event_one_id(bridge, there):
    bridge.create(a_page())
    there.tracker.edit(1, state="closed")
    headers, body = delivery(there, "closed")
    (event,) = bridge.hook(headers | signed(there.tracker.kind, body), body)
    assert event.id in {one.id for one in bridge.changed(EARLY)}


def test_a_hook_brings_a_comment(bridge, there):
    bridge.create(a_page())
    comment = there.tracker.comment(1, "lin", "/answer Restart it.")
    headers, body = delivery(there, "created", comment=comment)
    (event,) = bridge.hook(headers | signed(there.tracker.kind, body), body)
    assert (event.what, event.text, event.by) == (Heard.COMMENT, "/answer Restart it.", "lin")


def test_a_hook_about_something_else_is_nothing(bridge, there):
    bridge.create(a_page())
    headers, body = delivery(there, "labeled")
    assert bridge.hook(headers | signed(there.tracker.kind, body), body) == ()


@pytest.mark.parametrize("secret", ["wrong", ""])
def test_a_hook_of_somebody_else_is_refused(bridge, there, secret):
    bridge.create(a_page())
    headers, body = delivery(there, "closed")
    with pytest.raises(HubError, match="bad_signature"):
        bridge.hook(headers | signed(there.tracker.kind, body, secret), body)


def test_a_bridge_without_a_secret_hears_no_hook(there):
    bridge = KINDS[there.tracker.kind](there.url, "o/r", TOKEN, "")
    with pytest.raises(HubError, match="bad_signature"):
        bridge.hook(signed(there.tracker.kind, b"{}", ""), b"{}")
