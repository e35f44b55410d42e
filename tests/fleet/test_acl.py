"""The access list that we hand out: with it we may do what we need at a broker, and no more."""

import queue
import shutil
import tempfile
from pathlib import Path

import pytest

from fleet import acl, dialects
from fleet.acl import Rule
from fleet.brokers import OwnBroker
from fleet.capability import Capability, Feature
from fleet.dialects.base import Listener
from fleet.errors import CommandError
from fleet.model import BrokerState, Device, Endpoint
from fleet.steps import Publish, Refusal
from fleet.topics import bounded, is_wild, matches
from tests.fleet.bus_ends import Ends

WAIT = 10
RULES = acl.ours(dialects.ALL)
EVERY = [rule for rules in RULES.values() for rule in rules]
WORDS = {"anna": "a", "root": "b", "lamp-1": "c"}


def one_of(topic_filter):
    """A topic that a filter names."""
    levels = ["x" if level in ("+", "#") else level for level in topic_filter.split("/")]
    return "/".join(levels)


class TestText:
    def test_each_dialect_brings_its_own_filters_and_what_it_writes(self):
        for one in dialects.ALL:
            wanted = {Rule("read", name) for name, _ in one.filters()}
            wanted |= {Rule("write", name) for name in one.writes}
            assert wanted == set(RULES.get(one.name, ()))

    def test_no_rule_names_a_whole_broker(self):
        assert [rule for rule in EVERY if not bounded(rule.topic)] == []

    def test_what_this_homes_devices_announced_is_added_beside_each_other_as_one(self):
        reads = ["desk/light/state", "desk/light/power", "cellar/pump", "tele/x/STATE", "bad#"]
        found = acl.ours(dialects.ALL, reads=reads, writes=["desk/set", "all/+"])
        assert found["Topics that devices of this home announced"] == (
            Rule("read", "cellar/pump"),
            Rule("read", "desk/light/+"),
            Rule("write", "desk/set"),
        )

    def test_what_a_device_may_be_ordered_is_found_by_asking_its_dialect(self):
        class Speaks(Listener):
            name = "speaks"

            def act(self, device, feature, wish):
                if wish != "auto":
                    return Refusal("wish_refused")
                return [Publish(topic=f"desk/{feature}/set", payload=b"auto")]

            def check(self, device):
                return [Publish(topic="desk/check", payload=b"")]

        told = {"settable": True, "dialect": "speaks", "capability": Capability.ON_OFF}
        features = {
            "fan": Feature(words=("auto",), **told),
            "temperature": Feature(dialect="speaks", capability=Capability.TEMPERATURE),
        }
        at = {"speaks": Endpoint(broker="x", dialect="speaks", id="1")}
        device = Device(key="k", name="n", endpoints=at, features=features)
        assert list(acl.orders([Speaks()], device)) == ["desk/check", "desk/fan/set"]
        assert list(acl.orders([Speaks()], Device(key="k", name="n", features=features))) == []

    def test_an_account_that_only_listens_is_given_no_right_to_write(self):
        said = acl.text("guest", RULES, read_only=True)
        assert "user guest" in said
        assert "topic read orangery/v1/home" in said
        assert "write" not in said

    def test_rules_for_devices_are_only_there_when_asked_for(self):
        assert "%u" not in acl.text("x", RULES, read_only=False)
        assert "%u" in acl.text("x", RULES, devices=True, read_only=False)

    def test_no_account_may_be_named_like_a_tree(self):
        """A device's rules name its account: one named "orangery" would own all of ours."""
        with pytest.raises(CommandError, match="broker_name_bad"):
            acl.text("orangery", RULES, devices=True, read_only=False)
        assert {"orangery", "homeassistant", "tele", "tasmota"} <= acl.reserved(RULES)


@pytest.fixture(scope="module")
def guarded():
    """A broker with our access list; "root" may do everything."""
    folder = Path(tempfile.mkdtemp(prefix="orangery-test-"))
    folder.chmod(0o755)
    said = acl.text("anna", RULES, devices=True, read_only=False)
    (folder / "acl").write_text("user root\ntopic readwrite #\n\n" + said)
    with OwnBroker(users=WORDS, extra=f"acl_file {folder / 'acl'}") as broker:
        yield broker
    shutil.rmtree(folder)


@pytest.fixture
def join(guarded):
    made = []

    def join(user):
        ends = Ends(guarded.port, user=user, password=WORDS[user])
        made.append(ends.__enter__())
        return ends.up()

    yield join
    for ends in made:
        ends.bus.stop()


def refused(ends, *topics):
    """Publish to each; return those that the broker says no to."""
    found = set()
    for topic in topics:
        ends.bus.publish(Publish(topic=topic, payload=b"x", qos=1))
        try:
            said = ends.states.get(timeout=0.5)
        except queue.Empty:
            continue
        assert said.state is BrokerState.CONNECTED
        found.add(said.fact)
        ends.bus._state = ends.states.get_nowait() if not ends.states.empty() else _clean(ends)
    return found


def _clean(ends):
    """Forget the refusal, so that the next one is told as well."""
    import dataclasses  # noqa: PLC0415 - only here

    return dataclasses.replace(ends.bus._state, error="", fact="")


@pytest.mark.broker
class TestAtABroker:
    def test_all_that_we_write_may_be_written(self, join):
        ours, root = join("anna"), join("root")
        topics = [one_of(rule.topic) for rule in EVERY if "write" in rule.access]
        root.bus.subscribe([(topic, 1) for topic in topics])
        root.bus.probe()
        for topic in topics:
            ours.bus.publish(Publish(topic=topic, payload=b"ours", qos=1))
        heard = {root.get().topic for _ in topics}
        assert heard == set(topics)

    def test_all_that_we_read_is_heard(self, join):
        ours, root = join("anna"), join("root")
        rules = [rule for rule in EVERY if "read" in rule.access]
        ours.bus.subscribe([(rule.topic, 1) for rule in rules])
        ours.bus.probe()
        topics = {one_of(rule.topic) for rule in rules}
        for topic in topics:
            root.bus.publish(Publish(topic=topic, payload=b"theirs", qos=1))
        assert {ours.get().topic for _ in topics} == topics

    def test_nothing_else_may_be_written(self, join):
        readable = {one_of(rule.topic) for rule in EVERY if rule.access == "read"}
        writable = [rule.topic for rule in EVERY if "write" in rule.access]
        only = {one for one in readable if not any(matches(each, one) for each in writable)}
        others = {"elsewhere", "homeassistant/switch/x/config", "orangery/v1/dev/x/hello"}
        others |= {"cmnd/x/Reset", "zigbee2mqtt/bridge/request/permit_join"}
        some = sorted(only)[:12] + sorted(others - only)
        assert refused(join("anna"), *some) == set(some)

    def test_nothing_else_is_heard(self, join):
        ours, root = join("anna"), join("root")
        ours.bus.subscribe([("elsewhere/+", 1), ("cmnd/+/POWER", 1), (EVERY[1].topic, 1)])
        ours.bus.probe()
        for topic in ("elsewhere/x", "cmnd/x/POWER", one_of(EVERY[1].topic)):
            root.bus.publish(Publish(topic=topic, payload=b"x", qos=1))
        assert ours.get().topic == one_of(EVERY[1].topic)
        assert ours.messages.empty()

    def test_a_device_speaks_for_itself_and_for_nobody_else(self, join):
        lamp = join("lamp-1")
        own = ("orangery/v1/dev/lamp-1/hello", "tele/lamp-1/STATE", "lamp-1/anything")
        foreign = ("orangery/v1/dev/lamp-2/hello", "tele/lamp-2/STATE", "lamp-2/x", "cmnd/x/POWER")
        foreign += (
            "orangery/v1/home",
            "zigbee2mqtt/bridge/request/x",
            "homeassistant/light/x/config",
        )
        assert refused(lamp, *own) == set()
        assert refused(lamp, *foreign) == set(foreign)

    def test_a_device_does_not_hear_what_is_said_to_another(self, join):
        lamp, root = join("lamp-1"), join("root")
        lamp.bus.subscribe([("orangery/v1/dev/+/cmd", 1)])
        lamp.bus.subscribe([("lamp-1/ready", 1)])
        lamp.bus.publish(Publish(topic="lamp-1/ready", payload=b"", qos=1))
        assert lamp.get().topic == "lamp-1/ready"
        for name in ("lamp-2", "lamp-1"):
            topic = f"orangery/v1/dev/{name}/cmd"
            root.bus.publish(Publish(topic=topic, payload=b"x", qos=1))
        assert lamp.get().topic == "orangery/v1/dev/lamp-1/cmd"


def test_every_filter_of_every_dialect_names_a_part_of_the_broker():
    filters = [name for one in dialects.ALL for name, _ in one.filters()]
    assert [name for name in filters if not bounded(name)] == []
    assert any(is_wild(name) for name in filters)


def test_only_the_explorer_may_ask_for_everything():
    """A bus leaves out what is unbounded, unless it is made with another rule: who makes one so."""
    root = Path(__file__).parents[2]
    files = [
        file for room in ("fleet", "desktop", "firmware") for file in root.glob(f"{room}/**/*.py")
    ]
    makers = {file.name for file in files if "may=valid" in file.read_text()}
    assert makers == {"explorer.py"}
    names = {
        file.name
        for file in files
        if '"#"' in file.read_text() and "EVERYTHING" in file.read_text()
    }
    assert names == {"explorer.py"}
