import json
import random
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fleet import dialects
from fleet.dialects import Dialect
from fleet.model import Message, Route, Unknown
from fleet.registry import Registry
from tests.fleet.dialects import module_messages, shelly_messages
from tests.fleet.dialects.captures import lines

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner, max_size=4)
    ),
    max_leaves=12,
)
KEYS = (
    *("dev", "device", "ids", "identifiers", "cns", "o", "cmps", "p", "name", "~", "stat_t"),
    *("state_topic", "avty", "avty_t", "t", "val_tpl", "value_template", "l_ver_t", "cmd_t", "sw"),
    *("qos", "dn", "fn", "mac", "tp", "ft", "ofln", "dslp", "sn", "Status", "StatusNET", "Mac"),
    *("Info1", "Version", "Upgrade", "id", "macs", "components", "caps", "transfer", "phase"),
    *("platform", "qos", "ret", "en", "dev_cla", "avty_mode", "pl_avail", "pl_inst", "l_ver_tpl"),
    *("schema", "sup_clrm", "bri_cmd_t", "rgb_stat_t", "pos_t", "set_pos_t", "ops", "min", "max"),
    *("says", "friendly_name", "board", "project_name", "project_version", "network"),
    *("have", "of", "accepted", "battery", "via_device", "update_percentage", "latest_version"),
    *("ieee_address", "friendly_name", "definition", "exposes", "features", "property", "access"),
    *("coordinator", "config", "ota", "availability", "update", "installed_version", "progress"),
    *("data", "error", "transaction", "linkquality", "last_seen", "color", "hue", "x", "y"),
    *shelly_messages.KEYS,
    *module_messages.KEYS,
)
SHAPED = st.recursive(
    JSON,
    lambda inner: (
        st.dictionaries(st.sampled_from(KEYS), inner, max_size=6) | st.lists(inner, max_size=3)
    ),
    max_leaves=20,
)
ENTITIES = st.dictionaries(st.sampled_from(KEYS), JSON, max_size=8)
PLATFORMS = st.sampled_from(
    [
        *("update", "light", "cover", "climate", "vacuum", "select", "number", "lock", "event"),
        *("device_automation", "valve", "siren", "sensor", "binary_sensor", "switch"),
    ]
)
TYPED = st.builds(
    lambda platform, entity: {"p": platform, "cmd_t": "c", "stat_t": "s"} | entity,
    PLATFORMS,
    ENTITIES,
)
ANNOUNCED = st.builds(
    lambda some, device, parts: {"dev": {"ids": "x"} | device, "cmps": parts} | some,
    ENTITIES,
    ENTITIES,
    st.dictionaries(st.text(max_size=3), ENTITIES | TYPED, max_size=3),
)
XML = st.builds(
    "<?xml{}<vs>{}<ds>{}</ds>{}".format, *[st.text(alphabet="<>/&;acldsx0!-1", max_size=40)] * 4
)
TASMOTA = ENTITIES.map(lambda more: {"t": "x", "mac": "02005E00007F"} | more)
PAYLOADS = (
    st.binary(max_size=200)
    | (SHAPED | ANNOUNCED | TYPED | TASMOTA).map(
        lambda value: json.dumps(value).encode(errors="replace")
    )
    | XML.map(str.encode)
    | st.sampled_from(module_messages.VALUES)
)
LEVEL = st.sampled_from(["x", "02005E00007F"]) | st.text(max_size=6).filter(
    lambda level: "/" not in level
)
TOPICS = st.one_of(
    st.text(max_size=40),
    st.builds("homeassistant/{}/{}/config".format, st.sampled_from(["update", "device"]), LEVEL),
    st.builds("homeassistant/{}/{}/x/config".format, PLATFORMS, LEVEL),
    st.builds("esphome/discover/{}".format, LEVEL),
    st.builds("{}/debug".format, LEVEL),
    st.builds("tasmota/discovery/{}/{}".format, LEVEL, st.sampled_from(["config", "sensors"])),
    st.builds("tele/{}/{}".format, LEVEL, st.sampled_from(["LWT", "STATE", "INFO1"])),
    st.builds("stat/{}/{}".format, LEVEL, st.sampled_from(["STATUS0", "STATUS5", "UPGRADE"])),
    st.builds("shellies/{}/{}".format, LEVEL, st.sampled_from(shelly_messages.FIRST)),
    st.builds("{}/{}".format, LEVEL, st.sampled_from(shelly_messages.LATER)),
    st.builds("orangery/shelly/{}/rpc".format, LEVEL),
    st.builds(
        "{}/bridge/{}".format,
        st.sampled_from(["zigbee2mqtt", "a/b"]),
        st.sampled_from(
            [
                *("info", "devices", "groups", "state", "health", "logging"),
                *(f"response/device/ota_update/{verb}" for verb in ("check", "update")),
            ]
        ),
    ),
    st.builds("zigbee2mqtt/{}{}".format, LEVEL, st.sampled_from(["", "/availability"])),
    st.builds("{}/{}".format, LEVEL, st.sampled_from(module_messages.ENDS)),
    st.builds("wled/{}/{}".format, LEVEL, st.sampled_from(["status", "v"])),
    st.builds("home/{}/{}".format, LEVEL, st.sampled_from(module_messages.GATEWAY_ENDS)),
    st.builds(
        "orangery/v1/dev/{}/{}".format,
        LEVEL,
        st.sampled_from(["hello", "state", "tele", "ack", "fw/status", "cmd"]),
    ),
)
ROLES = (
    *("config", "discovery", "availability:g", "reading:x", "update_state", "update_latest"),
    *("LWT", "STATE", "UPGRADE", "STATUS2", "status", "state", "light", "attributes"),
    *(f"reading:{how}" for how in ("", "text", "words", "siren", "event", "trigger", "vacuum")),
    *(f"reading:{how}" for how in ("valve", "rgb", "rgbw", "hs", "xy", "unheard")),
    *("state", "linked", "availability", "member", "settings", "said", "update", "bridge", "group"),
    *shelly_messages.ROLES,
    *module_messages.ROLES,
)
ROUTES = st.lists(
    st.builds(
        lambda role, template: Route(
            topic="t",
            device=("ha", "x"),
            role=role,
            args={"template": template, "yes": "on", "name": "n", "says": "s", "name:state": "n"},
        ),
        st.sampled_from(ROLES),
        st.sampled_from(["", "{{ value_json.a }}", "{{ value | int }}", "{{ value_json"]),
    ),
    max_size=3,
)


@pytest.mark.parametrize("dialect", dialects.ALL, ids=lambda each: each.name)
@given(topic=TOPICS, payload=PAYLOADS, retain=st.booleans(), routes=ROUTES)
@settings(max_examples=150, deadline=None)
def test_no_message_makes_a_dialect_raise(
    dialect: Dialect, topic: str, payload: bytes, retain: bool, routes: list[Route]
) -> None:
    said = Message(broker="home", topic=topic, payload=payload, retain=retain)
    found = dialect.read(said, routes)
    assert found is None or isinstance(found, Unknown | list | tuple)


@given(said=st.lists(st.tuples(TOPICS, PAYLOADS), max_size=6))
@settings(max_examples=150, deadline=None)
def test_no_dialect_gives_the_registry_what_it_cannot_fold(
    said: list[tuple[str, bytes]],
) -> None:
    registry = Registry(dialects.ALL)
    for topic, payload in said:
        heard = registry.hear(Message(broker="home", topic=topic, payload=payload))
        assert not heard.unknown.startswith("fault_in_")
    registry.settle()
    registry.filters()


@pytest.mark.parametrize(
    "name",
    [
        *("tasmota", "ha_discovery", "esphome", "openbeken", "zigbee2mqtt"),
        *("shelly_gen1", "shelly_gen2", "wled", "omg_theengs"),
    ],
)
def test_damaged_real_messages_never_raise(name: str) -> None:
    dice = random.Random(20261122)
    registry = Registry(dialects.ALL)
    for line in lines(name):
        said = json.loads(line)
        payload = bytearray(said["payload"].encode())
        for _ in range(dice.randint(1, 6)):
            if payload:
                at = dice.randrange(len(payload))
                payload[at : at + dice.choice([0, 1, 9])] = dice.randbytes(dice.choice([0, 1, 3]))
        heard = registry.hear(Message(broker="home", topic=said["topic"], payload=bytes(payload)))
        assert not heard.unknown.startswith("fault_in_"), said["topic"]
    registry.settle()


AVAILABILITY = [{"t": "~/a", "pl_avail": "1", "pl_not_avail": "0", "val_tpl": "{{ value }}"}]
UPDATE = {
    "~": "x",
    "p": "update",
    "name": "n",
    "uniq_id": "u",
    "en": True,
    "qos": 1,
    "ret": True,
    "stat_t": "~/s",
    "val_tpl": "{{ value }}",
    "l_ver_t": "~/l",
    "l_ver_tpl": "{{ value }}",
    "cmd_t": "~/c",
    "pl_inst": "go",
    "avty": AVAILABILITY,
    "avty_mode": "all",
    "dev_cla": "firmware",
    "dev": {
        "ids": ["i"],
        "cns": [["mac", "02005E00007F"], ["zigbee", "0x00124b0012000001"]],
        "name": "N",
        "mf": "M",
        "mdl": "L",
        "mdl_id": "L1",
        "hw": "B",
        "sw": "1.0",
        "sa": "Hall",
        "via_device": "hub",
    },
}
BUILT_WITH = {
    "name": "x",
    "friendly_name": "X",
    "version": "2026.1.0",
    "mac": "02005e00007f",
    "platform": "ESP32",
    "board": "esp32dev",
    "network": "wifi",
    "project_name": "acme.plug",
    "project_version": "1.4.0",
}
LIGHT = {
    "p": "light",
    "dev": {"ids": ["i"]},
    "cmd_t": "x/c",
    "stat_t": "x/s",
    "schema": "json",
    "sup_clrm": ["xy", "color_temp"],
    "bri_scl": 254,
    "fx_list": ["a"],
    "min_mirs": 150,
    "clr_temp_k": False,
    "rgb_cmd_t": "x/rgb",
    "rgb_stat_t": "x/l",
    "bri_cmd_t": "x/b",
    "on_cmd_type": "first",
    "cmd_on_tpl": "on",
    "cmd_off_tpl": "off",
    "stat_tpl": "{{ value }}",
}
FITTED = {
    "dev": {"ids": ["i"]},
    "o": {"name": "o"},
    "cmps": {
        "basic": LIGHT | {"schema": "basic"},
        "template": LIGHT | {"schema": "template"},
        "cover": {"p": "cover", "cmd_t": "c", "pos_t": "x/s", "set_pos_t": "x/p", "pos_open": 0},
        "valve": {"p": "valve", "cmd_t": "c", "stat_t": "x/s", "pos": True},
        "climate": {
            "p": "climate",
            "temp_cmd_t": "c",
            "min_temp": 5,
            "modes": ["a"],
            "mode_cmd_t": "c",
        },
        "number": {"p": "number", "cmd_t": "c", "min": 0, "max": 9, "step": 1, "unit_of_meas": "s"},
        "select": {"p": "select", "cmd_t": "c", "cmd_tpl": "{{ value }}", "ops": ["a", "b"]},
        "event": {"p": "event", "stat_t": "x/s", "evt_typ": ["a"]},
        "vacuum": {"p": "vacuum", "stat_t": "x/s", "cmd_t": "c", "sup_feat": ["start"]},
        "trigger": {"p": "device_automation", "t": "x/s", "type": "a", "stype": "b", "pl": "c"},
    },
}
SENSOR = UPDATE | {"p": "sensor", "dev_cla": "battery", "avty": None, "avty_t": "~/a"}
PLUG = {
    "dn": "d",
    "fn": ["f", None],
    "hn": "h",
    "mac": "02005E00007F",
    "md": "m",
    "ofln": "Offline",
    "onln": "Online",
    "sw": "14.2.0",
    "t": "x",
    "ft": "%prefix%/%topic%/",
    "tp": ["cmnd", "stat", "tele"],
    "dslp": 1,
}
STATUS = {
    "Status": {"DeviceName": "d", "FriendlyName": ["f"]},
    "StatusFWR": {"Version": "14.2.0(tasmota)", "Hardware": "C3"},
    "StatusNET": {"Mac": "02005E00007F", "Ethernet": {"Mac": "02005E00007E"}},
    "StatusSTS": {"POWER": "ON"},
    "StatusMEM": {"Free": 376},
    "StatusPRM": {"OtaUrl": "http://h/a"},
    "Info1": {"Module": "m", "Version": "1(x)"},
    "Upgrade": "Failed now",
}
OUTPUTS = PLUG | {
    "md": "ZbBridge",
    "rl": [1, 2, 3, 3],
    "lt_st": 5,
    "if": 1,
    "sho": [1, 0],
    "swn": ["s", None],
    "state": ["AUS", "AN"],
    "so": {"4": 1, "68": 1},
}
NODE = {"Device": "0x1", "Name": "n", "IEEEAddr": "0x00124B0012000001", "Power": 1, "CT": 350}
NODES = {
    "ZbReceived": {"0x0001": NODE | {"BatteryPercentage": 9, "Reachable": True}},
    "B": {"mac": "02005E000070"},
}
LIT = {
    "POWER1": "ON",
    "Dimmer": 4,
    "Color": "FF00FF0000",
    "HSBColor": "1,2,3",
    "CT": 200,
    "Shutter1": {"Position": 5},
    "ENERGY": {"Power": [1, 2], "Total": 1},
    "Wifi": {"BSSId": "02:00:5E:00:00:01", "Signal": -70},
    "DeepSleep": 60,
    "TempUnit": "C",
    "OtaUrl": "http://h/a",
}
HELLO = {
    "id": "x",
    "macs": ["02005E00007F"],
    "name": "n",
    "maker": "m",
    "components": [{"slot": "main", "version": "1"}],
    "caps": {"install": ["url"], "checks_signature": True},
    "battery": 5,
    "via": "hub",
    "features": [{"name": "f", "capability": "level", "low": 0, "settable": True}],
}
EXPOSES = [
    {
        "type": "light",
        "features": [
            {"type": "binary", "name": "state", "property": "state", "access": 7, "value_on": "ON"},
            {"type": "numeric", "name": "brightness", "property": "brightness", "value_max": 254},
            {"type": "composite", "name": "color_xy", "property": "color", "features": [{}]},
        ],
    },
    {"type": "enum", "name": "action", "property": "action", "values": ["on"], "endpoint": "l1"},
]
DEVICES = [
    {"ieee_address": "0x02005efffe000001", "type": "Coordinator"},
    {
        "ieee_address": "0x02005efffe00007f",
        "type": "EndDevice",
        "friendly_name": "x",
        "power_source": "Battery",
        "software_build_id": "1.2",
        "disabled": False,
        "definition": {"vendor": "v", "model": "m", "supports_ota": True, "exposes": EXPOSES},
    },
]
BRIDGE = {
    "version": "2.12.1",
    "coordinator": {"ieee_address": "0x02005efffe000001", "type": "t", "meta": {"revision": 1}},
    "config": {
        "availability": {"passive": {"timeout": 1500}},
        "ota": {"image_block_request_timeout": 150_000},
    },
}
STATE = {
    "linkquality": 90,
    "last_seen": 1_795_156_200_000,
    "battery": 50,
    "color": {"hue": 10, "saturation": 20},
    "update": {
        "state": "updating",
        "progress": 5,
        "installed_version": 1,
        "latest_version": 2,
        "latest_release_notes": "n",
    },
    "device": {"ieeeAddr": "0x02005efffe00007f", "softwareBuildID": "1"},
}
ANSWER = {
    "data": {
        "id": "x",
        "from": {"software_build_id": 1, "date_code": "a"},
        "to": {"software_build_id": 2, "date_code": "b"},
    },
    "status": "ok",
    "error": "e",
    "transaction": "0x02005efffe00007f t",
}
Z2M = "zigbee2mqtt"
WHOLE = (
    (f"{Z2M}/bridge/info", BRIDGE, (f"{Z2M}/bridge/state", f"{Z2M}/bridge/devices")),
    (f"{Z2M}/bridge/devices", DEVICES, (f"{Z2M}/x", f"{Z2M}/bridge/info", f"{Z2M}/x/availability")),
    (f"{Z2M}/x", STATE, (f"{Z2M}/x", f"{Z2M}/bridge/devices")),
    (f"{Z2M}/bridge/response/device/ota_update/update", ANSWER, (f"{Z2M}/x",)),
    (f"{Z2M}/bridge/groups", [{"friendly_name": "g"}], (f"{Z2M}/g",)),
    ("homeassistant/update/x/config", UPDATE, ("x/s", "x/l", "x/a")),
    ("homeassistant/sensor/x/config", SENSOR, ("x/s", "x/a")),
    (
        "homeassistant/device/x/config",
        UPDATE | {"o": {"name": "o"}, "cmps": {"u": UPDATE, "s": SENSOR}},
        ("x/s", "x/l", "x/a"),
    ),
    ("homeassistant/light/x/config", LIGHT, ("x/s", "x/l")),
    ("homeassistant/device/y/config", FITTED, ("x/s", "x/l")),
    ("esphome/discover/x", BUILT_WITH, ("x/status",)),
    ("tasmota/discovery/02005E00007F/config", PLUG, ("tele/x/LWT", "stat/x/STATUS0")),
    ("tasmota/discovery/02005E00007F/config", OUTPUTS, ("tele/x/STATE",)),
    ("tele/x/SENSOR", NODES, ("tele/x/STATE",)),
    ("tele/x/STATE", LIT, ("stat/x/RESULT",)),
    ("stat/x/STATUS0", STATUS, ("stat/x/UPGRADE", "stat/x/RESULT", "tele/x/INFO1")),
    ("orangery/v1/dev/x/hello", HELLO, ("orangery/v1/dev/x/tele",)),
    *module_messages.WHOLE,
    *shelly_messages.WHOLE,
)
WRONG = (
    [],
    {},
    None,
    True,
    False,
    0,
    -1,
    1e308,
    10**18,
    "",
    " ",
    "~",
    "+/#",
    "\x00",
    "\ud7ff",
    [[]],
)
WRONG_MORE = (
    [None],
    ["a", 1],
    [{}],
    {"a": []},
    {"topic": []},
    "9" * 300,
    "{{",
    "{{ value * 2 }}",
    "(",
)
WRONGS = [*WRONG[::3], *(pytest.param(one, marks=pytest.mark.slow) for one in WRONG[1::3])]
WRONGS += [pytest.param(one, marks=pytest.mark.slow) for one in (*WRONG[2::3], *WRONG_MORE)]


@pytest.mark.parametrize("bomb", module_messages.BOMBS, ids=range(8))
@pytest.mark.parametrize(("topic", "before"), module_messages.FIRST)
def test_bombs_are_put_down_at_once(topic: str, before: bytes, bomb: bytes) -> None:
    registry = Registry(dialects.ALL)
    began = time.perf_counter()
    for payload in (bomb, before, bomb):
        heard = registry.hear(Message(broker="home", topic=topic, payload=payload))
        assert not heard.unknown.startswith("fault_in_")
    assert time.perf_counter() - began < 2


def damaged(value: object, wrong: object) -> list[object]:
    """Return copies of a document, each with one value somewhere in it replaced."""
    copies: list[object] = [wrong]
    if isinstance(value, dict):
        for key, inner in value.items():
            copies += [value | {key: other} for other in damaged(inner, wrong)]
    if isinstance(value, list):
        for at, inner in enumerate(value):
            copies += [[*value[:at], other, *value[at + 1 :]] for other in damaged(inner, wrong)]
    return copies


@pytest.mark.parametrize("wrong", WRONGS, ids=repr)
@pytest.mark.parametrize(("topic", "document", "after"), WHOLE, ids=lambda each: str(each)[:40])
def test_a_wrong_value_anywhere_in_a_whole_message_is_survived(
    topic: str, document: object, after: tuple[str, ...], wrong: object
) -> None:
    for damage in damaged(document, wrong):
        registry = Registry(dialects.ALL)
        for where, said in [(topic, damage), *((each, document) for each in after)]:
            payload = json.dumps(said).encode()
            heard = registry.hear(Message(broker="home", topic=where, payload=payload))
            assert not heard.unknown.startswith("fault_in_"), (where, damage)
        for device in registry.settle().values():
            for dialect in dialects.ALL if device else ():
                dialect.plan(device, None)
                dialect.check(device)
                dialect.verify(device)
                for feature in device.features:
                    dialect.act(device, feature, True)
                dialect.arrived(device, "1")
                dialect.after(device)
                for feature in device.features:
                    for wish in (True, 50, "open", "#ff0000", None):
                        dialect.act(device, feature, wish)
