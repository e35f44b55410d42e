"""What an account may do at a broker, tried out at real ones."""

import shutil
import tempfile
from pathlib import Path

import pytest

from fleet.brokers import BrokerSettings, OwnBroker, free_port
from fleet.dialects.base import Listener
from fleet.errors import BrokerError
from fleet.examine import examine
from fleet.examined import Own, Tree
from fleet.steps import Publish
from tests.fleet.bus_ends import Ends

pytestmark = pytest.mark.broker


class Speaks(Listener):
    def __init__(self, name, *filters):
        self.name, self._filters = name, filters

    def filters(self):
        return [(each, 1) for each in self._filters]


DIALECTS = (Speaks("loud", "loud/+"), Speaks("quiet", "quiet/+"), Speaks("none"))


def settings(port, **words):
    return BrokerSettings(host="127.0.0.1", port=port, **words)


def keep(port, *topics, **words):
    with Ends(port, **words) as ends:
        ends.up()
        for topic in topics:
            ends.bus.publish(Publish(topic=topic, payload=b"x", qos=1, retain=True))
        ends.bus.probe()


@pytest.mark.parametrize("protocol", ["5", "3.1.1"])
def test_it_tells_which_trees_speak_and_that_our_own_topics_are_ours(broker, protocol):
    keep(broker.port, "loud/a", "loud/b")
    found = examine(settings(broker.port, protocol=protocol), "", DIALECTS)
    assert found.trees == {"loud": Tree.HEARD, "quiet": Tree.NOTHING}
    assert found.topics == {"loud": 2, "quiet": 0}
    assert (found.own, found.protocol) == (Own.OPEN, protocol)
    assert found.seconds > 0


@pytest.mark.slow
def test_without_rights_nothing_is_seen_and_it_does_not_say_why():
    folder = Path(tempfile.mkdtemp(prefix="orangery-test-"))
    folder.chmod(0o755)
    (folder / "acl").write_text("user root\ntopic readwrite #\nuser anna\ntopic read quiet/#\n")
    words = {"anna": "a", "root": "b"}
    with OwnBroker(users=words, extra=f"acl_file {folder / 'acl'}") as broker:
        keep(broker.port, "loud/a", "quiet/a", user="root", password="b")
        found = examine(settings(broker.port, user="anna"), "a", DIALECTS)
    shutil.rmtree(folder)
    assert found.trees == {"loud": Tree.NOTHING, "quiet": Tree.HEARD}
    assert found.own is Own.CLOSED


def test_where_we_only_listen_nothing_is_tried(broker):
    with Ends(broker.port) as watcher:
        watcher.up().bus.subscribe([("orangery/#", 0)])
        watcher.bus.probe()
        found = examine(settings(broker.port, read_only=True), "", DIALECTS)
        assert found.own is Own.READ_ONLY
        watcher.bus.probe()
        assert watcher.messages.empty()


def test_why_there_is_no_connection_is_said():
    with pytest.raises(BrokerError, match="broker_unreachable"):
        examine(settings(free_port()), "", DIALECTS)
    with (
        OwnBroker(users={"anna": "secret"}) as broker,
        pytest.raises(BrokerError, match="broker_wrong_password"),
    ):
        examine(settings(broker.port, user="anna"), "no", DIALECTS)


@pytest.mark.parametrize(("said", "keeps"), [("", True), ("retain_available false", False)])
def test_a_broker_that_keeps_nothing_says_so(said, keeps):
    with OwnBroker(extra=said) as broker:
        assert examine(settings(broker.port, read_only=True), "", DIALECTS).keeps is keeps
