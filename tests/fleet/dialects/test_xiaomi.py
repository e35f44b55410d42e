import json

import pytest

from fleet import capability
from fleet.capability import Capability
from fleet.dialects.xiaomi import Xiaomi
from fleet.model import Device, Message, Unknown
from fleet.registry import Registry
from fleet.replay import replay
from fleet.steps import Offer, Refusal
from tests.fleet.dialects.captures import lines
from tests.fleet.dialects.saying import house, message, one, only

DIALECT = Xiaomi()
DOOR = "lumi.2005e00007f001"
DOOR_IEEE = ("ieee", "0x002005e00007f001")
GATEWAY = {
    "gateway": {"firmware": "1.5.5_0003", "model": "lumi.gateway.mgl03"},
    "openmiio": {"version": "1.2.1", "uptime": "1h"},
    "serial": {"zigbee_rx": 7},
}
HEARTBEAT = ("gw/02005E000000007F/heartbeat", {"networkUp": True, "radioChannel": 20})


def report(method: str, params: object, **more: object) -> Message:
    return message("miio/report", {"id": 1, "method": method, "params": params} | more)


def door(method: str, params: object) -> Message:
    return report(method, params, sid=DOOR, model="lumi.sensor_magnet.v2")


def sent(*params: dict[str, object], did: str = DOOR, **more: object) -> Message:
    return message("zigbee/send", {"cmd": "report", "did": did, "params": list(params)} | more)


def typed(device: Device) -> dict[str, tuple[Capability, object, str]]:
    found = capability.values(device.features, device.readings)
    return {name: (value.capability, value.value, value.unit) for name, _, value in found}


# --- who it is ------------------------------------------------------------------------------------


def test_a_door_contact_is_known_by_its_zigbee_address() -> None:
    device = only(house(door("props", {"status": "open"})))
    assert device.ids == {("xiaomi", DOOR), DOOR_IEEE}
    assert (device.vendor, device.model, device.kind) == ("Lumi", "lumi.sensor_magnet.v2", "sensor")
    assert device.radio == "zigbee"
    assert typed(device) == {"status": (Capability.CONTACT, True, "")}


def test_a_frame_of_the_same_address_is_the_same_device() -> None:
    frame = {"eui64": DOOR_IEEE[1].upper().replace("0X", "0x"), "linkQuality": 176, "rssi": -56}
    registry = house(
        door("props", {"lqi": 1}), message("gw/02005E000000007F/MessageReceived", frame)
    )
    assert only(registry).ids == {("xiaomi", DOOR), DOOR_IEEE}


@pytest.mark.parametrize("did", ["group.1711", "", None, [], {"did": 1}])
def test_a_group_or_nobody_is_no_device(did: object) -> None:
    changed = report("properties_changed", [{"did": did, "siid": 2, "piid": 1, "value": True}])
    assert not house(changed).devices


def test_a_short_number_is_no_zigbee_address() -> None:
    assert only(house(sent({"res_name": "4.1.85", "value": 1}, did="lumi.7"))).ids == {
        ("xiaomi", "lumi.7")
    }


# --- the gateway ----------------------------------------------------------------------------------


def test_the_gateway_is_one_device_by_its_report_and_its_radio() -> None:
    registry = house(message("openmiio/report", GATEWAY), message(*HEARTBEAT), door("props", {}))
    gateway = next(each for each in registry.devices.values() if each.kind == "gateway")
    assert gateway.ids == {("xiaomi", "gateway"), ("ieee", "0x02005e000000007f")}
    assert (gateway.vendor, gateway.model) == ("Lumi", "lumi.gateway.mgl03")
    assert str(gateway.version) == "1.5.5_0003"
    (behind,) = (each for each in registry.devices.values() if each.kind == "sensor")
    assert behind.via == gateway.key


def test_what_its_radio_hears_is_behind_it() -> None:
    frame = {"eui64": "0x02005E0000000001", "linkQuality": 176}
    registry = house(message(*HEARTBEAT), message("gw/02005E000000007F/MessageReceived", frame))
    found = {each.kind or "leaf": each for each in registry.devices.values()}
    assert found["leaf"].via == found["gateway"].key


def test_the_gateway_itself_is_lumi_0() -> None:
    registry = house(message("openmiio/report", GATEWAY), sent(did="lumi.0"))
    assert only(registry).model == "lumi.gateway.mgl03"


def info(firmware: str, where: str = "192.0.2.4") -> Message:
    params = {"fw_ver": firmware, "netif": {"localIp": where}}
    said = json.dumps({"method": "_internal.info", "params": params})
    return message("log/miio", f"[20260301] [D] agent(): fd:7, msg:{said} length:99 bytes")


def test_without_openmiio_its_log_says_the_firmware() -> None:
    device = only(house(message(*HEARTBEAT), info("1.4.7_0115")))
    assert str(device.version) == "1.4.7_0115"


def test_with_openmiio_the_log_says_nothing_new() -> None:
    device = only(house(message("openmiio/report", GATEWAY), info("1.5.5_0003")))
    assert str(device.version) == "1.5.5_0003"


def test_another_firmware_in_the_log_is_another_gateways() -> None:
    registry = house(message("openmiio/report", GATEWAY), info("1.4.7_0115"))
    assert {str(each.version) for each in registry.devices.values()} == {"1.5.5_0003", "1.4.7_0115"}


# --- readings -------------------------------------------------------------------------------------


def test_resources_that_are_known_are_typed_and_the_others_stay_raw() -> None:
    device = only(
        house(
            sent(
                {"res_name": "8.0.2022", "value": 30},
                {"res_name": "8.0.2001", "value": 87},
                {"res_name": "4.1.85", "value": 1},
                {"res_name": "0.3.85", "value": 12},
                {"res_name": "9.9.9", "value": 5},
            )
        )
    )
    assert (str(device.version), device.battery) == ("30", 87)
    assert typed(device)["4.1.85"] == (Capability.ON_OFF, True, "")
    assert typed(device)["0.3.85"] == (Capability.ILLUMINANCE, 12.0, "lx")
    assert device.readings["9.9.9"] == 5
    assert "9.9.9" not in device.features


def test_an_answer_to_a_question_is_read_where_it_succeeded() -> None:
    results = [
        {"res_name": "4.1.85", "value": 1, "error_code": 0},
        {"res_name": "0.3.85", "value": 9, "error_code": -5},
    ]
    device = only(house(message("zigbee/send", {"did": DOOR, "results": results})))
    assert device.readings == {"4.1.85": 1.0}


def test_an_order_names_its_device_but_nothing_has_happened_yet() -> None:
    order = {"cmd": "write", "did": DOOR, "params": [{"res_name": "4.1.85", "value": 1}]}
    device = only(house(message("zigbee/recv", order)))
    assert DOOR_IEEE in device.ids
    assert device.readings == {}


@pytest.mark.parametrize("topic", ["miio/report", "central/report"])
def test_properties_are_read_for_each_device_of_a_report(topic: str) -> None:
    params = [
        {"did": "1000000001", "siid": 2, "piid": 1, "value": True},
        {"did": "1000000001", "siid": 2, "piid": 3, "value": 4255},
        {"did": "1000000002", "siid": 2, "piid": 1, "value": 3},
    ]
    registry = house(message(topic, {"method": "properties_changed", "params": params}))
    found = {each.name: each for each in registry.devices.values()}
    assert typed(found["1000000001"]) == {"2.1": (Capability.ON_OFF, True, "")}
    assert found["1000000001"].readings["2.3"] == 4255
    assert typed(found["1000000002"]) == {}  # a number there is something else


def test_the_answer_to_an_order_says_what_is_and_what_failed_says_nothing() -> None:
    result = [
        {"did": "1", "siid": 2, "piid": 1, "value": True, "code": 0},
        {"did": "1", "siid": 2, "piid": 2, "value": 9, "code": -4},
        {"did": "1", "siid": 2, "piid": 3, "code": 0},
    ]
    device = only(house(message("miio/command_ack", {"id": 1, "result": result})))
    assert device.readings == {"2.1": True}


def test_a_click_is_a_button_and_a_keepalive_only_a_sign_of_life() -> None:
    registry = house(door("event.keepalive", []), door("event.double_click", []))
    assert typed(only(registry)) == {"event": (Capability.BUTTON, "double_click", "")}
    assert only(house(door("event.keepalive", []))).readings == {}


def test_a_bluetooth_sensor_is_known_by_its_mac() -> None:
    who = {"did": "blt.3.1example0001", "mac": "02:00:5E:00:00:7F", "pdid": 1371}
    events = [{"eid": 4106, "edata": "32"}, {"eid": 4109, "edata": "e100f401"}]
    device = only(house(report("_async.ble_event", {"dev": who, "evt": events})))
    assert device.ids == {("xiaomi", who["did"]), ("mac", "02005E00007F")}
    assert (device.model, device.radio, device.battery) == ("pdid 1371", "ble", 50)
    assert typed(device)["temperature"] == (Capability.TEMPERATURE, 22.5, "°C")
    assert typed(device)["humidity"] == (Capability.HUMIDITY, 50.0, "%")


@pytest.mark.parametrize(
    ("event", "data"),
    [(4106, "zz"), (4106, ""), (4106, "3200"), (1, "32"), ("4106", "32"), (4106, 50), (None, None)],
)
def test_an_advertised_event_that_is_not_understood_measures_nothing(
    event: object, data: object
) -> None:
    params = {"dev": {"did": "blt.3.x"}, "evt": [{"eid": event, "edata": data}]}
    assert only(house(report("_async.ble_event", params))).readings == {}


def test_a_temperature_below_zero_is_read() -> None:
    params = {"dev": {"did": "blt.3.x"}, "evt": [{"eid": 4100, "edata": "f6ff"}]}
    assert only(house(report("_async.ble_event", params))).readings == {"temperature": -1.0}


def test_the_short_topic_of_a_bluetooth_sensor_is_read() -> None:
    device = only(house(message("ble/blt.3.x", {"temperature": 22.5, "battery": 50})))
    assert (device.battery, typed(device)["temperature"][1]) == (50, 22.5)


def test_a_line_of_the_log_holds_a_report() -> None:
    said = '{"method":"properties_changed","params":[{"did":"1","siid":2,"piid":1,"value":true}]}'
    registry = house(message("log/miio", f"[D] fd:18, msg:{said} length:88 bytes"))
    assert only(registry).readings == {"2.1": True}


@pytest.mark.parametrize(
    "line", [b"[D] nothing here", b"\xff msg:{} length:1 bytes", b" msg:{ length:1 bytes"]
)
def test_other_lines_of_the_log_are_for_programmers(line: bytes) -> None:
    assert DIALECT.read(message("log/miio", line), ()) == ()


def test_the_same_reading_gives_the_same_feature_object() -> None:
    first, second = (one(DIALECT, door("props", {"status": word})) for word in ("open", "close"))
    assert first.features["status"] is second.features["status"]


# --- what it leaves alone -------------------------------------------------------------------------


@pytest.mark.parametrize(
    "topic", ["gw/lamp/heartbeat", "gw/02005E000000007F/other", "ble/lamp", "miio", "zigbee"]
)
def test_topics_that_only_look_alike_are_others(topic: str) -> None:
    assert DIALECT.read(message(topic, {}), ()) is None


@pytest.mark.parametrize("topic", ["miio/command", "miio/report_ack"])
def test_orders_and_receipts_say_nothing(topic: str) -> None:
    assert DIALECT.read(message(topic, {"id": 1}), ()) == ()


@pytest.mark.parametrize(
    ("topic", "payload", "reason"),
    [
        ("miio/report", b"[]", "not_json_object"),
        ("miio/report", b"{}", "xiaomi_not_understood"),
        ("zigbee/send", b"{}", "xiaomi_not_understood"),
        ("zigbee/recv", b"{}", "xiaomi_not_understood"),
        ("openmiio/report", b"{}", "xiaomi_not_understood"),
        ("gw/02005E000000007F/MessageReceived", b"{}", "xiaomi_not_understood"),
        ("miio/report", b'{"method": "_async.ble_event"}', "xiaomi_not_understood"),
    ],
)
def test_what_is_not_understood_is_said(topic: str, payload: bytes, reason: str) -> None:
    assert DIALECT.read(message(topic, payload), ()) == Unknown(reason)


@pytest.mark.parametrize("offer", [None, Offer(
    transfer="t", version="2", sha256="", size=1, path="p", url="u", mirror=""
)])  # fmt: skip
def test_nothing_is_touched(offer: Offer | None) -> None:
    device = only(house(sent({"res_name": "4.1.85", "value": 1})))
    assert DIALECT.plan(device, offer) == Refusal("xiaomi_only_shown")
    assert DIALECT.act(device, "4.1.85", True) == Refusal("not_settable", "4.1.85")
    assert DIALECT.verify(device) == ()
    assert not any(feature.settable for feature in device.features.values())


def test_two_gateways_at_two_brokers_are_two() -> None:
    registry = Registry([DIALECT])
    for broker, model in (("home", "lumi.gateway.mgl03"), ("attic", "lumi.gateway.mcn001")):
        said = message("openmiio/report", {"gateway": {"model": model}})
        registry.hear(Message(broker=broker, topic=said.topic, payload=said.payload))
    registry.settle()
    assert len(registry.devices) == 2


# --- real ones ------------------------------------------------------------------------------------

REAL = {  # (one id): model, version
    "lumi.158d0003821642": ("lumi.sensor_magnet.v2", ""),
    "lumi.158d0008ea419c": ("lumi.sensor_switch.v2", ""),
    "lumi.158d00054e85a4": ("", ""),
    "1068497042": ("", ""),
    "1005069802": ("", ""),
    "0x00158d0006d92d6e": ("", ""),
    "0x000b57fffe8853b7": ("", ""),
    "blt.3.1aaaae5qg0001": ("pdid 1371", ""),
    "gateway": ("lumi.gateway.mcn001", "1.0.5_0008"),
    "gateway 192.0.2.4": ("", "1.4.7_0115"),
}


def test_every_real_device_is_found_as_what_it_is() -> None:
    found = replay(lines("xiaomi_gateway"))
    rows = {
        value: (row["model"], row["version"]) for row in found["devices"] for _, value in row["ids"]
    }
    assert {name: rows[name] for name in REAL} == REAL
    assert len(found["devices"]) == len(REAL)
    assert found["unknown"] == []


def test_real_frames_of_a_motion_sensor_and_a_switch_are_read() -> None:
    rows = {
        value: row for row in replay(lines("xiaomi_gateway"))["devices"] for _, value in row["ids"]
    }
    assert rows["0x00158d0006d92d6e"]["readings"]["occupancy"] is True
    assert rows["0x000b57fffe8853b7"]["readings"]["on"] is False
