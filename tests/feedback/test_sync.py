from __future__ import annotations

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from feedback import keys, sync, wire
from feedback.sync import Answer, Outbox
from feedback.wire import HubError, Op

NOW = 1_795_000_000.0
KEY = Ed25519PrivateKey.generate()


def ops(count: int, size: int = 10) -> tuple[Op, ...]:
    body = msgspec.Raw(b'"' + b"x" * size + b'"')
    return tuple(
        Op(seq=n, op_id=str(n), kind="k", made=NOW, body=body) for n in range(1, count + 1)
    )


class Hub:
    """Answers pushes and pulls; `refuse` gives a problem for a push of some operations."""

    def __init__(self, refuse=lambda _push: None, pages=((),)) -> None:
        self.refuse = refuse
        self.pages = list(pages)
        self.pushed: list[int] = []

    def __call__(self, method, url, headers, body) -> Answer:
        if "/pull" in url:
            return self._page()
        push = msgspec.json.decode(body, type=wire.Push)
        problem = self.refuse(push)
        if problem is not None:
            return Answer(400, msgspec.json.encode(problem))
        self.pushed.append(len(push.ops))
        done = tuple(wire.OpResult(seq=o.seq, op_id=o.op_id, status="applied") for o in push.ops)
        return _said(wire.PushAnswer(acked=push.ops[-1].seq, results=done, hub_time=NOW))

    def _page(self) -> Answer:
        page = self.pages.pop(0)
        if isinstance(page, wire.Problem):
            return Answer(410, msgspec.json.encode(page))
        more = bool(self.pages)
        return _said(
            wire.PullAnswer(
                changes=page, cursor=f"c{len(self.pages)}", more=more, acked=0, hub_time=NOW
            )
        )


def _said(value: object) -> Answer:
    return Answer(200, msgspec.json.encode(value))


def run(hub, waiting=(), **more) -> sync.Result:
    box = Outbox(
        hub_url="http://127.0.0.1:1", key="k", outbox_id="o", ops=waiting, member_id="m", **more
    )
    return sync.run(box, clock=lambda: NOW, transport=hub, find_key=lambda _: KEY)


def a_change(version: int) -> wire.Change:
    return wire.Change(entity="report", id="r", version=version, doc=msgspec.Raw(b"{}"))


def test_many_operations_go_in_several_pushes_that_fit():
    hub = Hub()
    assert len(run(hub, ops(450)).outcomes) == 450
    assert hub.pushed == [200, 200, 50]


def test_large_operations_go_in_pushes_below_a_megabyte():
    hub = Hub()
    run(hub, ops(5, 400_000))
    assert hub.pushed == [2, 2, 1]


def test_one_operation_that_is_too_large_is_found_and_named():
    too_large = wire.Problem(code="too_large", status=413)
    hub = Hub(refuse=lambda push: too_large if any(o.seq == 3 for o in push.ops) else None)
    result = run(hub, ops(4))
    assert (result.too_large, [o.seq for o in result.outcomes]) == ("3", [1, 2])


def test_pages_are_pulled_until_there_are_no_more():
    result = run(Hub(pages=[(a_change(1),), (a_change(2),)]))
    assert ([c.version for c in result.changes], result.cursor) == ([1, 2], "c0")


def test_what_was_pushed_stands_though_the_pull_failed():
    broken = wire.Problem(code="hub_failed", status=500)
    result = run(Hub(pages=[broken]), ops(1))
    assert (len(result.outcomes), result.error.code, result.cursor) == (1, "hub_failed", None)


def test_a_fork_is_told_and_nothing_is_pulled():
    fork = wire.Problem(code="outbox_fork", status=409)
    result = run(Hub(refuse=lambda _: fork), ops(1))
    assert (result.forked, result.error, result.cursor) == (True, None, None)


def test_a_hub_that_was_set_back_is_read_from_the_start():
    expired = wire.Problem(code="cursor_expired", status=410)
    result = run(Hub(pages=[expired, (a_change(1),)]), cursor="old")
    assert (result.reset, len(result.changes), result.error) == (True, 1, None)


def test_an_answer_of_something_else_than_a_hub_is_said_so():
    result = run(lambda *_: Answer(200, b"<html>"))
    assert result.error.code == "hub_not_understood"


def test_without_invitation_or_membership_nothing_is_sent():
    box = Outbox(hub_url="http://127.0.0.1:1", key="k", outbox_id="o")
    result = sync.run(box, clock=lambda: NOW, transport=Hub(), find_key=lambda _: KEY)
    assert result.error.code == "not_enrolled"


def test_a_port_nobody_listens_on_is_hub_unreachable():
    with pytest.raises(HubError, match="hub_unreachable"):
        sync.request("GET", "http://127.0.0.1:9/v1/hub", {}, b"")


def test_waits_double_up_to_six_hours_and_the_hubs_wish_wins():
    assert [sync.wait_after(n) for n in (1, 2, 3, 50)] == [30, 60, 120, 6 * 3600]
    assert sync.wait_after(9, retry_after=7) == 7


@pytest.mark.parametrize(
    ("url", "code"),
    [("http://hub.example", "hub_not_https"), ("hub.example", "hub_url_bad"), ("", "hub_url_bad")],
)
def test_an_unprotected_or_odd_address_is_refused(url, code):
    with pytest.raises(HubError, match=code):
        sync.check_url(url)


def test_the_key_is_made_once_and_kept_in_the_keyring(memory_keyring):
    made = keys.load_or_make("house").private_bytes_raw()
    assert keys.load_or_make("house").private_bytes_raw() == made
    assert list(memory_keyring.secrets) == [("orangery-hub", "house")]


def test_a_damaged_key_is_said_so_and_not_replaced(memory_keyring):
    memory_keyring.set_password("orangery-hub", "house", "???")
    with pytest.raises(HubError, match="key_damaged"):
        keys.load_or_make("house")


def test_a_push_that_has_to_wait_does_not_keep_what_is_new_away():
    wait = wire.Problem(code="rate_limited", retry_after=3600.0)
    result = run(Hub(lambda _push: wait, pages=((a_change(1),),)), ops(1))
    assert [change.version for change in result.changes] == [1]
    assert (result.error.code, result.retry_after) == ("rate_limited", 3600.0)
