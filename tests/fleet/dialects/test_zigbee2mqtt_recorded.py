"""What the recorded bridges and devices come to, written down by hand."""

from fleet.replay import replay
from tests.fleet.dialects.captures import lines

OF_THE_LIST = {
    # friendly name: vendor, model, version, kind, battery
    "0xbc33acfffe17628b": ("IKEA", "E1743", "192", "sensor", None),
    "0xbc33acfffe17628a": ("IKEA", "E1743", "20190722", "", None),
    "hue1": ("Philips", "9290012573A", "268776729", "light", None),
    "hue_back_tv": ("Philips", "9290012573A", "1.50.2_r30933", "light", None),
    "0x00158d000224154d": ("Xiaomi", "WXKG01LM", "", "remote", 100),
    "0x00124b001e73227f1": ("SONOFF", "BASICZBR3", "20190907-V102", "switch", None),
    "livingroom/temp_humidity": ("Xiaomi", "WSDCGQ01LM", "", "sensor", 100),
    "livingroom/window": ("Xiaomi", "MCCGQ01LM", "", "sensor", 100),
    "livingroom/ac power": ("Xiaomi", "MCCGQ01LM", "", "sensor", 10),
    "dining room/ac power": ("Xiaomi", "MCCGQ01LM", "", "sensor", 100),
    "0x0017880103d55d65": ("Philips", "9290012573A", "268776729", "light", None),
    "Détecteur_Mouvement_Bureau": ("IKEA", "E2134", "16777316", "sensor", 86),
}
MET = {"main_door": "16777241", "thermo-hygrometer": "4105", "hall_bulb": "587814449"}


def test_each_recorded_device_of_a_bridges_list_is_found_as_what_it_is() -> None:
    told = {device["name"]: device for device in replay(lines("zigbee2mqtt"))["devices"]}
    for name, (vendor, model, version, kind, battery) in OF_THE_LIST.items():
        device = told[name]
        said = tuple(device[each] for each in ("vendor", "model", "version", "kind", "battery"))
        assert said == (vendor, model, version, kind, battery), name
        assert device["via"] == "Zigbee2MQTT", name
        assert any(scheme == "ieee" for scheme, _ in device["ids"]), name


def test_recorded_devices_whose_bridge_is_not_recorded_are_found_with_their_version() -> None:
    told = {device["name"]: device for device in replay(lines("zigbee2mqtt"))["devices"]}
    assert {name: told[name]["version"] for name in MET} == MET


def test_a_recorded_device_told_of_twice_is_one() -> None:
    devices = replay(lines("zigbee2mqtt"))["devices"]
    addresses = [each[1] for device in devices for each in device["ids"] if each[0] == "ieee"]
    assert len(addresses) == len(set(addresses))
    bulb = next(device for device in devices if device["name"] == "bulb")
    assert bulb["dialects"] == ["zigbee2mqtt", "homeassistant"]
    assert (bulb["vendor"], bulb["model"], bulb["version"]) == ("IKEA", "LED1545G12", "2")
    assert not [
        device["name"]
        for device in devices
        if len(device["ids"]) == 1 and device["ids"][0][1] == "zigbee2mqtt/bulb"
    ]


def test_all_that_is_not_understood_in_the_recording_is_the_availability_of_unknown_names() -> None:
    left = replay(lines("zigbee2mqtt"))["unknown"]
    assert {each["reason"] for each in left} == {"no_dialect"}
    assert all(each["topic"].endswith("/availability") for each in left)


def test_recorded_bridge_is_a_gateway_with_version_and_coordinator() -> None:
    told = {device["name"]: device for device in replay(lines("zigbee2mqtt"))["devices"]}
    hub = told["Zigbee2MQTT"]
    assert (hub["version"], hub["model"], hub["kind"]) == ("2.2.1-dev", "zStack3x0", "gateway")
    assert hub["ids"] == [
        ["ieee", "0x00124b0022813501"],
        ["zigbee2mqtt", "zigbee2mqtt"],
    ]
