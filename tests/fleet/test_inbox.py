from concurrent.futures import Future

from fleet.inbox import Asked, Inbox
from fleet.model import OWNER
from tests.fleet.plain import message


def raws(taken):
    return [each.payload for each in taken.messages]


def test_messages_come_in_order_and_no_more_than_asked_for():
    inbox = Inbox()
    for n in range(5):
        inbox.post(message("t", raw=b"%d" % n))
    assert raws(inbox.take(3, 0)) == [b"0", b"1", b"2"]
    assert raws(inbox.take(3, 0)) == [b"3", b"4"]


def test_a_retained_message_replaces_the_one_of_its_topic_that_waits():
    inbox = Inbox()
    for topic, raw in (("a", b"1"), ("b", b"2"), ("a", b"3")):
        inbox.post(message(topic, raw=raw, retain=True))
    taken = inbox.take(9, 0)
    assert (raws(taken), taken.dropped) == ([b"3", b"2"], 0)
    inbox.post(message("a", raw=b"4", retain=True))
    assert raws(inbox.take(9, 0)) == [b"4"]


def test_a_full_inbox_keeps_the_last_of_each_topic_and_counts_the_rest():
    inbox = Inbox(limit=2)
    for topic, raw in (("a", b"1"), ("b", b"2"), ("a", b"3"), ("c", b"4")):
        inbox.post(message(topic, raw=raw))
    taken = inbox.take(9, 0)
    assert (raws(taken), taken.dropped) == ([b"3", b"2"], 1)
    inbox.post(message("c", raw=b"5"))
    assert raws(inbox.take(9, 0)) == [b"5"]


def test_a_full_inbox_still_takes_commands_and_facts():
    inbox = Inbox(limit=1)
    inbox.post(message("a"))
    inbox.ask(Asked("command", OWNER, Future()))
    inbox.tell({"kind": {"id": 1}})
    taken = inbox.take(9, 0)
    assert ([each.command for each in taken.asked], taken.facts) == (
        ["command"],
        ({"kind": {"id": 1}},),
    )


def test_a_mark_is_reached_when_all_before_it_is_taken():
    inbox = Inbox()
    for _ in range(3):
        inbox.post(message("t"))
    mark = inbox.mark()
    inbox.post(message("t"))
    assert inbox.take(2, 0).reached == ()
    assert inbox.take(1, 0).reached == (mark,)


def test_a_closed_inbox_gives_what_waits_and_takes_no_more():
    inbox = Inbox()
    inbox.post(message("t"))
    inbox.post(message("u"))
    inbox.close()
    inbox.post(message("v"))
    assert not inbox.ask(Asked("late", OWNER, Future()))
    assert not inbox.take(1, 0).closed
    last = inbox.take(1, 0)
    assert (len(last.messages), last.closed) == (1, True)
