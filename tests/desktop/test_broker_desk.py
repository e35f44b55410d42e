"""Several brokers in one house: added, changed, left, tried; and one that is only listened to."""

import shutil
import tempfile
from dataclasses import replace
from pathlib import Path

import pytest

from desktop.app import Household
from desktop.commands import (
    AccessList,
    AddBroker,
    CheckNow,
    Explore,
    RemoveBroker,
    SetBroker,
    TryBroker,
)
from firmware.orders import StartRollout
from fleet import acl, brokers, dialects
from fleet import home as rules
from fleet.brokers import BrokerSettings, OwnBroker, free_port
from fleet.errors import BrokerError, CommandError
from fleet.examined import Own, Tree
from fleet.home import PlaceState
from fleet.model import BrokerState, UpdateState
from fleet.steps import Publish
from tests.desktop.homes import Listener, Voice, device_called, furnish, until
from tests.firmware.simulator import Simulator

pytestmark = pytest.mark.broker
LIMIT = 40


@pytest.fixture
def folder(tmp_path, broker):
    return furnish(tmp_path / "house", broker.port)


@pytest.fixture
def second():
    with OwnBroker() as running:
        yield running


def do(house, command):
    return house.client.send(command).result(LIMIT)


def more(port, name="second", **words):
    return BrokerSettings(name=name, host="127.0.0.1", port=port, **words)


def up(*names):
    return lambda now: all(
        (link := now.facts.get("connection", {}).get(name)) is not None
        and link.state is BrokerState.CONNECTED
        for name in names
    )


def home(name):
    return lambda now: (
        (one := now.facts.get("home", {}).get(name)) is not None and one.state is PlaceState.HOME
    )


# --- several -------------------------------------------------------------------------------------


def test_devices_of_both_brokers_are_in_one_house(folder, broker, second):
    with Household(folder) as house, Voice(broker.port), Voice(second.port, "l-2", name="Cellar"):
        do(house, AddBroker(settings=more(second.port)))
        hall = until(house.client, device_called("Hall lamp"))
        cellar = until(house.client, device_called("Cellar"))
    at = [next(iter(one.endpoints.values())).broker for one in (hall, cellar)]
    assert at == ["home", "second"]


def test_what_was_added_is_there_after_a_restart(folder, second):
    with Household(folder) as house:
        do(house, AddBroker(settings=more(second.port, read_only=True)))
    with Household(folder) as house:
        now = until(house.client, lambda now: now if up("home", "second")(now) else None)
    assert now.facts["broker"]["second"] == more(second.port, read_only=True)
    assert [now.facts["connection"][name].read_only for name in ("home", "second")] == [False, True]


def test_a_change_leaves_the_others_and_what_is_not_said(folder, second):
    with Household(folder) as house:
        do(house, AddBroker(settings=more(second.port, protocol="3.1.1")))
        do(house, SetBroker(name="second", read_only=True))
        until(house.client, up("home", "second"))
    assert brokers.load(folder)[1] == more(second.port, protocol="3.1.1", read_only=True)


def test_without_a_name_the_first_one_is_meant(folder, broker, second):
    with Household(folder) as house:
        do(house, AddBroker(settings=more(second.port)))
        do(house, SetBroker(host="127.0.0.1", port=broker.port, protocol="3.1.1"))
    assert [(one.name, one.protocol) for one in brokers.load(folder)] == [
        ("home", "3.1.1"),
        ("second", "5"),
    ]


def test_what_is_left_is_heard_no_more_and_its_devices_stay_known(folder, second):
    with Household(folder) as house:
        do(house, AddBroker(settings=more(second.port)))
        with Voice(second.port, "l-2", name="Cellar") as lamp:
            until(house.client, device_called("Cellar"))
            do(house, RemoveBroker(name="second"))
            kinds = ("connection", "broker", "home")
            until(
                house.client,
                lambda now: not any("second" in now.facts.get(kind, {}) for kind in kinds),
            )
            lamp.hello("1.0")
            assert device_called("Cellar")(house.client.snapshot()).version.raw == "0.9"
        with pytest.raises(BrokerError, match="broker_away"):
            house._links.publish("second", Publish(topic="x", payload=b""))
    assert [one.name for one in brokers.load(folder)] == ["home"]


@pytest.mark.parametrize(
    ("command", "code"),
    [
        (AddBroker(settings=more(1, "home")), "broker_exists"),
        (AddBroker(settings=more(1, "a b")), "broker_name_bad"),
        (AddBroker(settings=more(0)), "broker_setting_bad"),
        (AddBroker(settings=more(1, key_file="key.pem")), "broker_setting_bad"),
        (AddBroker(settings=more(1, cert_file="cert.pem")), "broker_setting_bad"),
        (AddBroker(settings=more(1, transport="pigeon")), "broker_setting_bad"),
        (AddBroker(settings=more(1, path="mqtt")), "broker_setting_bad"),
        (AddBroker(settings=more(1, bridged="nobody")), "broker_unknown"),
        (SetBroker(name="nobody", port=1), "broker_unknown"),
        (RemoveBroker(name="nobody"), "broker_unknown"),
        (TryBroker(name="nobody"), "broker_unknown"),
        (Explore(seconds=10_000), "explore_too_long"),
    ],
)
def test_what_cannot_be_is_refused_and_changes_nothing(folder, command, code):
    before = brokers.load(folder)
    with Household(folder) as house, pytest.raises(CommandError, match=code):
        do(house, command)
    assert brokers.load(folder) == before


def test_a_broker_stays_as_long_as_another_is_its_bridge(folder, second):
    with Household(folder) as house:
        do(house, AddBroker(settings=more(second.port, bridged="home")))
        with pytest.raises(CommandError, match="broker_bridged"):
            do(house, RemoveBroker(name="home"))
        do(house, SetBroker(name="second", bridged=""))
        do(house, RemoveBroker(name="home"))
    assert [one.name for one in brokers.load(folder)] == ["second"]


def test_each_broker_has_a_password_of_its_own_which_goes_with_it(folder):
    port = free_port()
    with Household(folder) as house:
        for name, word in (("a", "one"), ("b", "two")):
            settings = more(port, name, user=name)
            do(house, AddBroker(settings=settings, password=word))
        kept = [brokers.password(one) for one in brokers.load(folder)]
        assert kept == ["", "one", "two"]
        gone = brokers.load(folder)[1]
        do(house, RemoveBroker(name="a"))
        assert brokers.password(gone) == ""
        assert brokers.password(brokers.load(folder)[1]) == "two"


def test_a_password_that_another_broker_needs_stays(folder):
    port = free_port()
    with Household(folder) as house:
        for name in ("a", "b"):
            do(house, AddBroker(settings=more(port, name, user="anna"), password="one"))
        do(house, RemoveBroker(name="a"))
    assert brokers.password(brokers.load(folder)[1]) == "one"


# --- only listened to ----------------------------------------------------------------------------


def test_nothing_at_all_is_published_where_we_only_listen(folder, second):
    """A whole session: mark, leases, probe, orders, an update's words; seen at the broker."""
    with (
        Listener(second.port, "#") as watcher,
        Voice(second.port, "l-2", name="Cellar") as lamp,
        Household(folder) as house,
    ):
        do(house, AddBroker(settings=more(second.port, read_only=True)))
        key = until(house.client, device_called("Cellar")).key
        until(house.client, lambda now: "second" in now.facts.get("home", {}))
        found = do(house, TryBroker(name="second"))
        assert found.own is Own.READ_ONLY
        house._around.leases.wants([key])
        until(house.client, lambda _: house._around.leases.granted)  # no claim is waited for
        house._around.places._move("second", left_behind)
        with pytest.raises(BrokerError, match="broker_read_only"):
            house._links.publish("second", Publish(topic="x", payload=b""))
        do(house, Explore(name="second", seconds=1.0))
        said = {one.topic for one in watcher.all()}
    assert said == set(lamp.topics)


def test_an_update_of_a_device_there_ends_in_words_and_sends_nothing(tmp_path, second):
    maker = Simulator(tmp_path / "mirror")
    folder = furnish(tmp_path / "house", second.port, maker)
    brokers.save(folder, [more(second.port, "home", read_only=True)])
    with (
        Listener(second.port, "#") as watcher,
        Voice(second.port) as lamp,
        Household(folder) as house,
    ):
        key = until(house.client, device_called("Hall lamp")).key
        do(house, CheckNow())
        do(house, StartRollout())
        update = until(
            house.client,
            lambda now: (one := now.facts.get("update", {}).get(key)) and one.state.ended and one,
        )
        assert (update.state, update.reason) == (UpdateState.FAILED, "broker_read_only")
        assert {one.topic for one in watcher.all()} == set(lamp.topics)


def left_behind(here, now):
    """A person says that this is home: the rules would leave a mark there."""
    return rules.claimed(replace(here, state=PlaceState.UNMARKED), now)


def test_away_from_home_a_test_sends_nothing_either(tmp_path):
    with OwnBroker() as ours:
        folder = furnish(tmp_path / "house", ours.port)
        with Household(folder) as house:
            until(house.client, home("home"))
    with (
        OwnBroker(port=ours.port) as theirs,
        Voice(theirs.port, "lamp-9", name="Their lamp") as lamp,
        Listener(theirs.port, "#") as watcher,
    ):
        lamp.publish(rules.TOPIC, b'{"id":"%s"}' % (b"b" * 32))
        with Household(folder) as house:
            assert do(house, TryBroker()).own is Own.READ_ONLY
        assert {one.topic for one in watcher.all()} == {rules.TOPIC, *lamp.topics}


# --- tried ---------------------------------------------------------------------------------------


def test_a_test_says_what_may_be_done(folder, broker):
    with Household(folder) as house, Voice(broker.port):
        until(house.client, home("home"))
        found = do(house, TryBroker())
    assert (found.broker, found.own, found.trees["native"]) == ("home", Own.OPEN, Tree.HEARD)


def test_the_access_list_names_what_devices_of_this_home_announced(folder, broker):
    config = b'{"name":"T","uniq_id":"t1","stat_t":"desk/t/state","dev":{"ids":"t1","name":"T"}}'
    with Household(folder) as house, Voice(broker.port) as other:
        other.publish("homeassistant/sensor/t1/config", config)
        other.publish("homeassistant/switch/t1/config", config[:-1] + b',"cmd_t":"desk/t/do/it"}')
        until(
            house.client,
            lambda now: any(len(one.features) == 2 for one in now.devices.values()),
        )
        said = do(house, AccessList(user="anna"))
        other.publish("homeassistant/sensor/t1/config", b"")
        other.publish("homeassistant/switch/t1/config", b"")
    assert "user anna" in said
    assert "topic read desk/t/state" in said
    assert "topic write desk/t/do/it" in said


def test_exploring_goes_past_the_house(folder, broker):
    with Household(folder) as house, Voice(broker.port) as other:
        until(house.client, home("home"))
        other.publish("odd/box", b"1")
        found = do(house, Explore(seconds=1.0))
        other.publish("odd/box", b"")
        assert found.unknown == {"odd/box": "no_dialect"}
        assert "odd/box" not in house.client.snapshot().facts.get("unknown", {})


def test_with_exactly_our_access_list_all_of_it_works(tmp_path, broker):
    granted = Path(tempfile.mkdtemp(prefix="orangery-test-"))
    granted.chmod(0o755)
    said = acl.text("anna", acl.ours(dialects.ALL), read_only=False)
    (granted / "acl").write_text("topic readwrite orangery/v1/dev/#\n\n" + said)
    extra = f"acl_file {granted / 'acl'}\nallow_anonymous true"
    with OwnBroker(users={"anna": "a"}, extra=extra) as guarded:
        folder = furnish(tmp_path / "guarded", broker.port)
        with Household(folder) as house, Voice(guarded.port, "l-2", name="Cellar"):
            settings = more(guarded.port, "guarded", user="anna")
            do(house, AddBroker(settings=settings, password="a"))
            until(house.client, device_called("Cellar"))
            until(house.client, home("guarded"))
            assert do(house, TryBroker(name="guarded")).own is Own.OPEN
            link = house.client.snapshot().facts["connection"]["guarded"]
    shutil.rmtree(granted)
    assert (link.state, link.error) == (BrokerState.CONNECTED, "")
