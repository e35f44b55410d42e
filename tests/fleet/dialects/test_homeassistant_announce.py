import json

import pytest
from msgspec.structs import replace

from fleet.dialects.homeassistant import HomeAssistant
from fleet.dialects.homeassistant_announce import (
    COMMANDS,
    CONFIGS,
    WRITES,
    announced,
    announced_as,
    name_of,
    ordered,
    present,
    withdrawn,
)
from fleet.model import Device, Version
from fleet.steps import Publish
from fleet.topics import matches
from tests.fleet.dialects.saying import house, message

LAMP = Device(
    key="3f2a9c",
    name="Hall lamp",
    vendor="Acme",
    model="Lamp",
    hardware="B",
    room="Hall",
    version=Version("1.2.0"),
    ids=frozenset({("ha", "lamp-7f"), ("mac", "02005E00007F")}),
)

NAME = name_of(LAMP)


def said(step: Publish) -> dict[str, object]:
    assert (step.qos, step.retain) == (1, True)
    document = json.loads(step.payload)
    assert isinstance(document, dict)
    return document


def test_home_assistant_is_told_of_an_update_entity_beside_the_devices_others() -> None:
    config, _ = announced(LAMP, by="9d01", offered="1.3.0")
    assert config.topic == f"homeassistant/update/orangery/{NAME}/config"
    assert said(config) == {
        "~": f"orangery/v1/updates/{NAME}",
        "name": "Firmware",
        "uniq_id": f"orangery_{NAME}_firmware",
        "dev_cla": "firmware",
        "ent_cat": "config",
        "stat_t": "~/state",
        "cmd_t": "~/set",
        "pl_inst": "install",
        "qos": 1,
        "avty_t": "orangery/v1/updates/status/9d01",
        "dev": {"ids": [f"orangery_{NAME}", "lamp-7f"], "cns": [["mac", "02:00:5e:00:00:7f"]]},
        "o": {"name": "Orangery"},
    }


def test_a_device_that_it_does_not_know_is_introduced() -> None:
    plain = replace(LAMP, ids=frozenset({("orangery", "x")}))
    config, _ = announced(plain, by="9d01", offered="1.3.0")
    assert said(config)["dev"] == {
        "ids": [f"orangery_{name_of(plain)}"],
        "name": "Hall lamp",
        "mf": "Acme",
        "mdl": "Lamp",
        "hw": "B",
        "sa": "Hall",
    }


def test_a_device_at_another_broker_keeps_its_own_identifiers() -> None:
    away = replace(LAMP, ids=frozenset({("ha", "lamp-7f@@cabin"), ("ha", "place/x@@cabin")}))
    config, _ = announced(away, by="9d01", offered="1")
    assert said(config)["dev"] == {"ids": [f"orangery_{name_of(away)}", "lamp-7f"]}


def test_the_state_says_what_runs_and_what_the_week_has() -> None:
    _, state = announced(LAMP, by="9d01", offered="1.3.0", notes="Fixes the flicker." + "x" * 400)
    assert state.topic == f"orangery/v1/updates/{NAME}/state"
    told = said(state)
    assert len(str(told.pop("release_summary"))) == 255
    assert told == {
        "installed_version": "1.2.0",
        "latest_version": "1.3.0",
        "title": "Lamp",
        "in_progress": False,
        "update_percentage": None,
    }


@pytest.mark.parametrize("percent", [None, 40.0])
def test_an_update_under_way_shows_its_progress_where_it_is_known(percent: float | None) -> None:
    told = said(announced(LAMP, by="9d01", offered="1.3.0", under_way=True, percent=percent)[1])
    assert (told["in_progress"], told["update_percentage"]) == (True, percent)


def test_without_an_offer_the_device_is_up_to_date() -> None:
    told = said(announced(LAMP, by="9d01", offered="", percent=40)[1])
    assert told["latest_version"] == told["installed_version"] == "1.2.0"
    assert told["update_percentage"] is None


def test_it_is_called_the_same_at_every_desktop() -> None:
    assert name_of(LAMP) == name_of(replace(LAMP, key="another", name="Other", room=""))
    assert len(NAME) == 32


def test_a_device_that_nobody_else_could_know_is_not_announced() -> None:
    assert announced(replace(LAMP, ids=frozenset()), by="9d01", offered="2") == []


def test_what_is_not_known_is_left_out_as_a_null_would_cost_the_whole_message() -> None:
    unknown = replace(LAMP, version=None, model="", name="")
    assert said(announced(unknown, by="9d01", offered="2")[1]) == {
        "latest_version": "2",
        "in_progress": False,
        "update_percentage": None,
    }
    assert announced(unknown, by="9d01", offered="") == []


WORDS = {  # of Home Assistant's MQTT_JSON_UPDATE_SCHEMA, as of 2024.11 and later
    *("installed_version", "latest_version", "title", "release_summary"),
    *("in_progress", "update_percentage"),
}


def test_no_word_is_said_that_home_assistant_does_not_know() -> None:
    told = said(announced(LAMP, by="9d01", offered="2", notes="n", under_way=True, percent=1)[1])
    assert set(told) <= WORDS
    assert all(value is not None for value in told.values())


def test_one_s_own_announcement_is_known_by_its_topic() -> None:
    config, state = announced(LAMP, by="9d01", offered="2")
    assert announced_as(config.topic) == NAME
    assert announced_as(state.topic) == ""
    assert matches(CONFIGS, config.topic)


def test_its_button_is_an_order_for_that_device_and_nothing_else_is() -> None:
    assert ordered(f"orangery/v1/updates/{NAME}/set", b"install") == NAME
    for topic, payload in (
        (f"orangery/v1/updates/{NAME}/set", b"remove"),
        (f"orangery/v1/updates/{NAME}/state", b"install"),
        ("orangery/v1/updates/a/b/set", b"install"),
        ("orangery/v1/updates/a b/set", b"install"),
    ):
        assert ordered(topic, payload) == ""


def test_taken_back_it_is_empty_where_it_was() -> None:
    topics = [step.topic for step in announced(LAMP, by="9d01", offered="1")]
    assert withdrawn(NAME) == [
        Publish(topic=topic, payload=b"", qos=1, retain=True) for topic in topics
    ]


def test_home_assistant_sees_whether_anybody_listens() -> None:
    assert present("9d01", here=True).payload == b"online"
    assert present("9d01", here=False).topic == "orangery/v1/updates/status/9d01"


def test_our_own_announcement_teaches_us_nothing() -> None:
    config, state = announced(LAMP, by="9d01", offered="1.3.0")
    registry = house(message(config.topic, config.payload), message(state.topic, state.payload))
    assert registry.devices == {}
    assert HomeAssistant().read(message(config.topic), ()) == ()
    night = message("homeassistant/sensor/orangery/night/config", {"dev": {"ids": "orangery_1"}})
    assert HomeAssistant().read(night, ()) == ()


def test_what_is_published_is_within_what_is_asked_for_at_the_broker() -> None:
    steps = [*announced(LAMP, by="9d01", offered="1"), *withdrawn(NAME), present("9d01", here=True)]
    for step in steps:
        assert any(matches(one, step.topic) for one in WRITES), step.topic
    assert matches(COMMANDS, f"orangery/v1/updates/{NAME}/set")


def test_read_as_any_other_it_says_what_it_means() -> None:
    """Our own reader stands for Home Assistant's: the document is one it would take."""
    config, state = announced(
        LAMP, by="9d01", offered="1.3.0", notes="News", under_way=True, percent=40
    )
    topic = "homeassistant/update/other/3f2a9c/config"
    registry = house(message(topic, config.payload), message(state.topic, state.payload))
    (device,) = registry.devices.values()
    assert (str(device.version), str(device.offer), device.notes) == ("1.2.0", "1.3.0", "News")
    assert device.ids >= LAMP.ids
    assert device.word is not None
    assert device.word.percent == 40
    (step,) = HomeAssistant().plan(device, None)  # type: ignore[misc] # no refusal
    assert ordered(step.topic, step.payload) == NAME
