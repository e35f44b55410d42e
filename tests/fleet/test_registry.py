import itertools

import msgspec
import pytest

from fleet import commands
from fleet.errors import CommandError
from fleet.identity import Record
from fleet.model import Availability, Observation, Phase, Unknown, Version, Vote
from fleet.registry import Registry
from tests.fleet.plain import Plain, gone, message

MAC = ["mac", "A1B2C3D4E5F6"]
OTHER_MAC = ["mac", "0A0B0C0D0E0F"]


def new(*dialects):
    keys = (f"key{n}" for n in itertools.count(1))
    return Registry(dialects or (Plain("near", 0), Plain("far", 50)), new_key=lambda: next(keys))


@pytest.fixture
def registry():
    return new()


def hear(registry, *messages):
    for each in messages:
        registry.hear(each)
    return registry.settle()


def only(registry):
    (device,) = registry.devices.values()
    return device


def test_a_first_word_makes_a_device(registry):
    changed = hear(registry, message("near/a", name="Lamp", version="1.0", model="L1"))
    assert changed == {"key1": only(registry)}
    assert (only(registry).name, only(registry).version) == ("Lamp", Version("1.0"))


def test_the_same_word_again_changes_nothing(registry):
    hear(registry, message("near/a", name="Lamp"))
    assert hear(registry, message("near/a", name="Lamp")) == {}


def test_a_device_seen_in_two_dialects_is_one(registry):
    hear(registry, message("far/x", ids=[MAC]), message("near/a", ids=[MAC]))
    assert only(registry).dialects == ("near", "far")
    assert set(only(registry).endpoints) == {"near", "far"}


def test_field_by_field_the_better_dialect_wins(registry):
    hear(
        registry,
        message("near/a", ids=[MAC], name="Near"),
        message("far/x", ids=[MAC], name="Far", model="M"),
    )
    assert (only(registry).name, only(registry).model) == ("Near", "M")


def test_two_devices_found_to_be_one_keep_the_older_key(registry):
    hear(registry, message("far/x", at=1, model="M"), message("near/a", at=2, ids=[MAC]))
    assert set(registry.devices) == {"key1", "key2"}
    changed = hear(registry, message("far/x", at=3, ids=[MAC]))
    assert changed == {"key2": None, "key1": only(registry)}
    assert only(registry).key == "key1"
    assert only(registry).ids >= {("near", "a"), ("far", "x"), tuple(MAC)}


def test_a_name_given_by_the_user_survives_a_merge(registry):
    hear(registry, message("far/x", at=1), message("near/a", at=2, ids=[MAC]))
    registry.do(commands.Rename(device="key2", name="Mine"))
    hear(registry, message("far/x", at=3, ids=[MAC]))
    assert (only(registry).key, only(registry).name) == ("key1", "Mine")


def test_new_hardware_under_an_old_name_is_a_new_device(registry):
    hear(registry, message("near/a", ids=[MAC]), message("near/a", ids=[OTHER_MAC]))
    assert registry.devices["key1"].ids == {tuple(MAC)}
    assert registry.devices["key2"].ids == {tuple(OTHER_MAC), ("near", "a")}


def test_a_mac_of_zeros_joins_nothing(registry):
    zeros = ["mac", "000000000000"]
    hear(registry, message("near/a", ids=[zeros]), message("near/b", ids=[zeros]))
    assert len(registry.devices) == 2


def test_a_device_taken_back_by_its_only_dialect_is_gone(registry):
    hear(registry, message("near/a", name="Lamp"))
    assert hear(registry, gone("near/a")) == {"key1": None}
    assert not registry.devices


def test_a_device_taken_back_by_one_dialect_stays_in_the_other(registry):
    hear(registry, message("far/x", ids=[MAC], model="M"), message("near/a", ids=[MAC]))
    hear(registry, gone("near/a"))
    assert only(registry).dialects == ("far",)


@pytest.mark.parametrize(
    "command",
    [commands.Rename(device="key1", name="Mine"), commands.SetRoom(device="key1", room="Hall")],
)
def test_a_device_the_user_named_stays_when_all_take_it_back(registry, command):
    hear(registry, message("near/a", model="M", availability="online"))
    registry.do(command)
    hear(registry, gone("near/a"))
    device = only(registry)
    assert (device.model, device.dialects, device.endpoints) == ("M", (), {})
    assert device.availability is Availability.UNKNOWN


def test_a_device_taken_back_and_named_is_the_same_when_it_returns(registry):
    hear(registry, message("near/a"))
    registry.do(commands.Rename(device="key1", name="Mine"))
    hear(registry, gone("near/a"), message("near/a", availability="online"))
    assert (only(registry).key, only(registry).availability) == ("key1", Availability.ONLINE)


def test_a_device_kept_only_for_its_name_goes_with_it(registry):
    hear(registry, message("near/a"))
    registry.do(commands.Rename(device="key1", name="Mine"))
    hear(registry, gone("near/a"))
    registry.do(commands.Rename(device="key1", name=""))
    assert registry.settle() == {"key1": None}


def test_a_gateway_heard_of_later_is_resolved_then(registry):
    hear(registry, message("near/bulb", via=["near", "hub"]))
    assert (only(registry).via, only(registry).via_claim) == ("", "near:hub")
    changed = hear(registry, message("near/hub"))
    assert changed["key1"].via == "key2"
    assert changed["key1"].via_claim == ""


def test_a_gateway_that_is_gone_is_only_claimed_again(registry):
    hear(registry, message("near/hub"), message("near/bulb", via=["near", "hub"]))
    changed = hear(registry, gone("near/hub"))
    assert (changed["key2"].via, changed["key2"].via_claim) == ("", "near:hub")


def test_the_best_dialect_with_a_view_says_whether_it_is_online(registry):
    hear(
        registry, message("near/a", ids=[MAC]), message("far/x", ids=[MAC], availability="offline")
    )
    assert only(registry).availability is Availability.OFFLINE
    hear(registry, message("near/a", availability="sleeping"))
    assert only(registry).availability is Availability.SLEEPING


def test_votes_of_several_topics_are_combined():
    registry = new()
    for topic, says in (("t1", "online"), ("t2", "offline")):
        vote = Vote(group="g", mode="all", of=("t1", "t2"), topic=topic, says=Availability(says))
        said = Observation(dialect="far", ids=frozenset({("far", "x")}), votes=(vote,))
        registry.fold([said], 1.0)
    assert only(registry).availability is Availability.OFFLINE


def test_only_a_live_word_that_is_no_last_will_is_a_sign_of_life(registry):
    first = registry.hear(message("near/a", at=10, retain=True, name="Lamp"))
    hear(registry)
    assert (first.spoke, only(registry).last_seen) == ((), None)
    live = registry.hear(message("near/a", at=20, name="Lamp"))
    hear(registry)
    assert (live.spoke, only(registry).last_seen) == (("key1",), 20)
    will = registry.hear(message("near/a", at=30, availability="offline"))
    hear(registry)
    assert (will.keys, will.spoke, only(registry).last_seen) == (("key1",), (), 20)


def test_a_device_that_only_spoke_again_at_once_is_not_announced(registry):
    hear(registry, message("near/a", at=10))
    assert hear(registry, message("near/a", at=10.5)) == {}
    assert hear(registry, message("near/a", at=11.5)) != {}


def test_words_on_updates_are_given_with_the_key(registry):
    heard = registry.hear(message("near/a", word="installing"))
    assert [(key, word.phase) for key, word in heard.words] == [("key1", Phase.INSTALLING)]
    hear(registry)
    assert only(registry).word.phase is Phase.INSTALLING


def test_readings_are_kept_until_they_change(registry):
    hear(registry, message("near/a", readings={"t": 20.5}), message("near/a", readings={"h": 40}))
    assert only(registry).readings == {"t": 20.5, "h": 40}


def test_readings_without_end_are_bounded(registry):
    hear(registry, *(message("near/a", readings={f"r{n}": n}) for n in range(1000)))
    assert len(only(registry).readings) == 256


def test_a_topic_learned_reaches_its_device(registry):
    hear(registry, message("near/a", routes=["house/lamp/online", "house/+/all"]))
    hear(registry, message("house/lamp/online", raw=b"online"))
    assert only(registry).availability is Availability.ONLINE
    hear(registry, message("house/x/all", raw=b"offline"))
    assert only(registry).availability is Availability.OFFLINE


def test_a_topic_learned_is_handed_out_once_as_new(registry):
    hear(registry, message("near/a", routes=["t/1", "near/covered"]))
    assert registry.new_filters() == [("t/1", 1)]
    hear(registry, message("near/a", routes=["t/1", "t/2"]))
    assert registry.new_filters() == [("t/2", 1)]
    assert registry.filters() == [("near/+", 1), ("far/+", 1), ("t/1", 1), ("t/2", 1)]


def test_a_topic_is_forgotten_with_its_device(registry):
    hear(registry, message("near/a", routes=["t/1", "t/+/x"]), gone("near/a"))
    assert registry.filters() == [("near/+", 1), ("far/+", 1)]
    assert registry.read(message("t/1", raw=b"online")) is None


def observed(source, *, gone=False, **said):
    return Observation(
        dialect="far", ids=frozenset({("far", "x")}), source=source, gone=gone, **said
    )


def test_a_device_of_several_announcements_goes_with_the_last(registry):
    registry.fold([observed("one", name="X"), observed("two")], 1.0)
    assert registry.fold([observed("one", gone=True)], 2.0) == {}
    assert registry.fold([observed("two", gone=True)], 3.0) == {"key1": None}


def test_a_message_nobody_knows_is_none_and_one_not_understood_has_a_reason(registry):
    assert registry.read(message("elsewhere", raw=b"?")) is None
    assert registry.read(message("near/a", raw=b"{")) == Unknown("not_json")


def test_a_dialect_that_raises_does_not_stop_the_next(registry):
    assert registry.read(message("near/a", raw=b"boom")) == Unknown("fault_in_near")
    assert hear(registry, message("near/a", name="Lamp")) != {}


def test_restored_records_are_as_they_were_but_not_online(registry):
    hear(
        registry,
        message("near/hub"),
        message("near/a", via=["near", "hub"], name="L", availability="online", routes=["t/1"]),
    )
    registry.do(commands.SetRoom(device="key2", room="Hall"))
    registry.settle()
    before = registry.devices["key2"]
    again = new()
    again.restore([registry.record(key) for key in registry.devices])
    after = again.devices["key2"]
    assert (after.name, after.room, after.via) == (before.name, "Hall", "key1")
    assert after.availability is Availability.UNKNOWN
    hear(again, message("t/1", raw=b"online"))
    assert again.devices["key2"] == before


def test_marks_of_the_user_are_on_the_device(registry):
    hear(registry, message("near/a"))
    for command in (
        commands.SetAskFirst(device="key1"),
        commands.SkipVersion(device="key1", version="2"),
        commands.SkipVersion(device="key1", version="3"),
        commands.SkipVersion(device="key1", version="2", skip=False),
    ):
        registry.do(command)
    registry.settle()
    assert (only(registry).ask_first, only(registry).skipped) == (True, {"3"})


def test_it_is_known_what_of_name_and_room_the_user_gave(registry):
    hear(registry, message("near/a", name="Lamp", room="Hall"))
    assert registry.devices["key1"].given == frozenset()
    registry.do(commands.Rename(device="key1", name="Mine"))
    registry.settle()
    assert registry.devices["key1"].given == {"name"}
    registry.do(commands.SetRoom(device="key1", room="Study"))
    registry.do(commands.Rename(device="key1", name=""))
    registry.settle()
    assert registry.devices["key1"].given == {"room"}


def test_a_forgotten_device_is_new_when_it_speaks_again(registry):
    hear(registry, message("near/a"))
    registry.do(commands.Forget(device="key1"))
    assert hear(registry, message("near/a")) == {"key1": None, "key2": only(registry)}


def test_a_command_on_no_device_says_so(registry):
    with pytest.raises(CommandError) as refused:
        registry.do(commands.Forget(device="none"))
    assert (refused.value.code, refused.value.facts) == ("unknown_device", {"device": "none"})


def test_a_device_without_a_name_is_called_by_what_it_is():
    registry = new()
    registry.restore([Record(key="k", since=0.0)])
    assert only(registry).name == "k"
    hear(registry, message("near/a", ids=[MAC], model="L1"))
    assert registry.devices["key1"].name == "L1 D4E5F6"


class Counting(Plain):
    """Counts how often it is asked."""

    asked = 0

    def read(self, message, routes):
        self.asked += 1
        return super().read(message, routes)


def test_a_dialect_is_not_asked_again_about_a_topic_that_is_not_its(monkeypatch):
    near, far = Plain("near", 0), Counting("far", 50)
    registry = new(near, far)
    hear(registry, *(message("near/a", name=f"n{n}") for n in range(3)))
    assert far.asked == 1
    hear(registry, message("far/x", routes=["near/a"]))
    assert far.asked == 2
    hear(registry, message("near/a", raw=b"online"))
    assert far.asked == 3  # its own now


def test_a_topic_of_nobody_is_somebodys_once_it_is_learned(registry):
    assert registry.hear(message("t/1", raw=b"online")).unknown == "no_dialect"
    hear(registry, message("near/a", routes=["t/1"]), message("t/1", raw=b"online"))
    assert only(registry).availability is Availability.ONLINE


def test_measures_alone_do_not_touch_the_record_that_is_stored(registry):
    hear(registry, message("near/a", name="Lamp", readings={"t": 1}))
    assert registry.relearned() == {"key1"}
    changed = hear(registry, message("near/a", at=101, name="Lamp", readings={"t": 2}, battery=5))
    assert (changed["key1"].readings, changed["key1"].battery) == ({"t": 2}, 5)
    assert registry.relearned() == set()
    hear(registry, message("near/a", name="Lamp", version="2", readings={"t": 3}))
    assert registry.relearned() == {"key1"}


def test_what_a_batch_measured_and_said_is_shown_whatever_came_last(registry):
    hear(registry, message("near/a", name="Lamp"))
    said = message("near/a", version="2"), message("near/a", readings={"t": 2})
    for order in (said, said[::-1]):
        hear(registry, *order)
        assert (only(registry).version, only(registry).readings) == (Version("2"), {"t": 2})
        hear(registry, message("near/a", version="1", readings={"t": 1}))


def test_the_better_dialect_s_reading_stays_when_the_other_measures(registry):
    hear(registry, message("near/a", ids=[MAC], readings={"t": 1}), message("far/x", ids=[MAC]))
    hear(registry, message("far/x", readings={"t": 9, "h": 2}))
    assert only(registry).readings == {"t": 1, "h": 2}


# --- several brokers ---


def at(broker, said):
    """Return a message as another broker brings it."""
    return msgspec.structs.replace(said, broker=broker)


def test_the_same_name_at_two_brokers_is_two_devices(registry):
    hear(registry, message("near/a"), at("cabin", message("near/a")))
    assert len(registry.devices) == 2
    assert {device.name for device in registry.devices.values()} == {"a"}


def test_the_same_hardware_at_two_brokers_is_one_device(registry):
    hear(registry, message("near/a", ids=[MAC]), at("cabin", message("near/b", ids=[MAC])))
    assert len(registry.devices) == 1


def test_a_bridge_brings_no_second_device(registry):
    registry.bridge({"attic": "home"})
    hear(registry, message("near/a"), at("attic", message("near/a")))
    assert len(registry.devices) == 1


def test_a_device_is_reached_where_it_was_while_that_broker_is_up(registry):
    registry.bridge({"attic": "home"})
    registry.connected = frozenset({"home", "attic"})
    hear(registry, message("near/a"), at("attic", message("near/a", name="A")))
    assert only(registry).endpoints["near"].broker == "home"
    registry.connected = frozenset({"attic"})
    hear(registry, at("attic", message("near/a", name="B")))
    assert only(registry).endpoints["near"].broker == "attic"


def test_a_topic_learned_at_one_broker_is_not_this_device_s_at_another(registry):
    hear(registry, message("near/a", routes=["a/state"]))
    said = message("a/state", raw=b"online")
    assert registry.hear(at("cabin", said)).unknown == "no_dialect"
    assert registry.hear(said).keys == (only(registry).key,)


def test_of_a_lost_broker_s_devices_nobody_knows_whether_they_are_there(registry):
    hear(registry, message("near/a", availability="online"))
    hear(registry, at("cabin", message("near/b", availability="online")))
    registry.lost("cabin")
    assert [device.availability for device in registry.settle().values()] == ["unknown"]
    hear(registry, at("cabin", message("near/b", availability="online")))
    assert {device.availability for device in registry.devices.values()} == {"online"}


def test_what_one_broker_takes_back_stays_where_the_other_tells_of_it(registry):
    said = message("near/a", ids=[MAC], routes=["a/state"])
    hear(registry, said, at("cabin", said), at("cabin", gone("near/a")))
    assert only(registry).dialects == ("near",)


# --- people's word on what is one thing ---


def test_two_rows_made_one_by_hand_stay_one(registry):
    hear(registry, message("near/a", at=1, name="A"), message("far/x", at=2, name="X"))
    registry.do(commands.Join(device="key2", other="key1"))
    registry.settle()
    hear(registry, message("near/a", name="A2"), message("far/x", name="X2"))
    assert only(registry).key == "key1"
    assert only(registry).dialects == ("near", "far")


def test_what_one_dialect_says_can_be_another_thing_for_good(registry):
    hear(registry, message("near/a", ids=[MAC]), message("far/x", ids=[MAC], model="X"))
    registry.do(commands.Split(device="key1", dialect="far"))
    registry.settle()
    hear(registry, message("far/x", ids=[MAC], model="X2"), message("near/a", ids=[MAC]))
    assert {key: one.dialects for key, one in registry.devices.items()} == {
        "key1": ("near",),
        "key2": ("far",),
    }
    assert tuple(MAC) in registry.devices["key1"].ids
    assert registry.devices["key2"].model == "X2"


def test_split_is_kept_over_a_restart(registry):
    hear(registry, message("near/a", ids=[MAC]), message("far/x", ids=[MAC]))
    registry.do(commands.Split(device="key1", dialect="far"))
    again = new()
    again.restore([registry.record(key) for key in ("key1", "key2")])
    hear(again, message("far/x", ids=[MAC]))
    assert len(again.devices) == 2


def test_split_and_joined_again_is_one(registry):
    hear(registry, message("near/a", ids=[MAC]), message("far/x", ids=[MAC]))
    registry.do(commands.Split(device="key1", dialect="far"))
    registry.do(commands.Join(device="key1", other="key2"))
    hear(registry, message("far/x", ids=[MAC]))
    assert only(registry).key == "key1"


@pytest.mark.parametrize(
    ("said", "dialect"), [(["near/a"], "near"), (["near/a"], "far"), ([], "none")]
)
def test_what_cannot_be_told_apart_is_not_split(registry, said, dialect):
    hear(registry, message("near/a", ids=[MAC]))
    with pytest.raises(CommandError, match="cannot_split"):
        registry.do(commands.Split(device="key1", dialect=dialect))


@pytest.mark.parametrize("other", ["key1", "nobody"])
def test_a_device_is_joined_with_another_one_that_is_there(registry, other):
    hear(registry, message("near/a"))
    with pytest.raises(CommandError, match="unknown_device"):
        registry.do(commands.Join(device="key1", other=other))


# --- taken back and there again ---


def test_a_device_paired_again_is_the_same_one(registry):
    hear(registry, message("near/a", ids=[MAC]), gone("near/a"))
    assert not registry.devices
    hear(registry, message("near/b", ids=[MAC]))
    assert only(registry).key == "key1"


def test_a_device_renamed_where_it_is_announced_is_the_same_one(registry):
    hear(registry, message("near/a", ids=[MAC], name="A"))
    registry.do(commands.SetTags(device="key1", tags=frozenset({" attic ", ""})))
    hear(registry, message("near/b", ids=[MAC], name="B"))
    assert (only(registry).key, only(registry).name, only(registry).tags) == (
        "key1",
        "B",
        {"attic"},
    )


def test_only_so_many_that_were_taken_back_are_remembered(registry):
    for number in range(501):
        hear(registry, message(f"near/{number}"), gone(f"near/{number}"))
    assert registry.record("key1") is None
    assert registry.record("key2") is not None


def test_what_was_taken_back_is_forgotten_by_a_person_s_word(registry):
    hear(registry, message("near/a", ids=[MAC]), gone("near/a"))
    registry.do(commands.Forget(device="key1"))
    hear(registry, message("near/a", ids=[MAC]))
    assert only(registry).key == "key2"


def test_a_gateway_is_known_by_its_name_where_only_one_has_it(registry):
    hear(registry, message("near/b", via=["near", "OMG Attic"]))
    hear(registry, message("near/hub", name="omg attic"))
    assert registry.devices["key1"].via == "key2"
    hear(registry, message("near/hub2", name="OMG Attic"))
    assert registry.devices["key1"].via == ""


def test_a_house_takes_in_only_so_many_devices(registry, monkeypatch):
    monkeypatch.setattr("fleet.registry._MOST", 2)
    hear(registry, message("near/a"), message("near/b"))
    assert registry.hear(message("near/c")).unknown == "too_many_devices"
    assert registry.hear(message("near/a", name="A")).unknown == ""
    hear(registry)
    assert len(registry.devices) == 2


def test_a_topic_that_is_taught_later_is_read_by_who_taught_it(registry):
    """Who reads a topic is remembered: what is learned of that topic, or by a wildcard, counts."""
    hear(registry, message("near/a", routes=["a/state"]))
    assert registry.hear(message("b/state", raw=b"online")).unknown == "no_dialect"
    hear(registry, message("near/b", routes=["b/state"]))
    assert registry.hear(message("b/state", raw=b"online")).keys == ("key2",)
    assert registry.hear(message("c/state", raw=b"online")).unknown == "no_dialect"
    hear(registry, message("near/c", routes=["c/+"]))
    assert registry.hear(message("c/state", raw=b"online")).keys == ("key3",)
    hear(registry, gone("near/b"))
    assert registry.hear(message("b/state", raw=b"online")).unknown == "no_dialect"
