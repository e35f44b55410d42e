"""What strangers could send where Zigbee2MQTT speaks: deep, long, many."""

import json
import re
import time

import pytest

from fleet.dialects.zigbee2mqtt import Zigbee2Mqtt
from tests.fleet.dialects.saying import house, message
from tests.fleet.dialects.test_zigbee2mqtt import INFO, LAMP, entry, info, listed


@pytest.mark.parametrize("deep", [900, 5_000])
def test_values_of_any_depth_are_survived_wherever_they_stand(deep: int) -> None:
    nest = "[" * deep + "]" * deep
    documents = {
        "bridge/info": INFO,
        "bridge/devices": [entry()],
        "bridge/groups": [{"friendly_name": "g"}],
        "Hall/lamp": {"update": {"state": "idle", "installed_version": 1}, "color": {"x": 1}},
        "bridge/response/device/ota_update/update": {
            "data": {"from": {"date_code": 1}, "to": {"date_code": 2}},
            "transaction": f"{LAMP} t",
        },
    }
    registry = house(info(), listed(entry()))
    for topic, document in documents.items():
        text = json.dumps(document)
        for key in set(re.findall(r'"(\w+)": ', text)):
            payload = re.sub(rf'"{key}": ("[^"]*"|[^,{{\[\]}}]+)', f'"{key}": {nest}', text)
            heard = registry.hear(message(f"zigbee2mqtt/{topic}", payload))
            assert not heard.unknown.startswith("fault_in_"), (topic, key)


@pytest.mark.parametrize("part", ["/set", "/bridge/", "/bridge/response/", "/"])
def test_no_topic_takes_long_to_be_told_from_ours(part: str) -> None:
    topic = "zigbee2mqtt/" + part * (60_000 // len(part)) + "\n"
    began = time.process_time()
    Zigbee2Mqtt().read(message(topic, {}), [])
    assert time.process_time() - began < 0.1


def test_of_a_list_without_an_end_a_thousand_devices_are_known() -> None:
    many = [entry(f"0x02005efffe1{at:05x}", f"d{at}") for at in range(3_000)]
    assert len(house(info(), listed(*many)).devices) == 1_000
