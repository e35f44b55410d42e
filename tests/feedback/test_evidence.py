from __future__ import annotations

import json

import pytest
from msgspec.structs import replace

from feedback import evidence
from feedback.evidence import Sources
from feedback.report import PartName
from feedback.wire import EVIDENCE_MAX, HubError
from fleet.capability import Capability, Feature
from fleet.model import Device, Endpoint, UpdateEvent, UpdateState, Version
from fleet.trace import Direction, Traced

LAMP = Device(
    key="k1",
    name="Anna's bedside",
    vendor="acme",
    model="LAMP-1",
    version=Version("1.0"),
    ids=frozenset({("mac", "AABBCCDDEEFF")}),
    endpoints={"tasmota": Endpoint(broker="home", dialect="tasmota", id="bedside_anna")},
    via="k2",
)
GATEWAY = Device(key="k2", name="The attic", model="GATE-9")
SALT = b"salt"


def traced(payload: bytes, topic: str = "tele/bedside_anna/STATE") -> Traced:
    return Traced(
        broker="home",
        at=1.0,
        topic=topic,
        payload=payload[:8192],
        size=len(payload),
        retain=False,
        direction=Direction.IN,
    )


def sources(**more: object) -> Sources:
    said = {"device": LAMP, "devices": (LAMP, GATEWAY), "program": {"orangery": "0.1.0"}}
    return Sources(**{**said, **more})


def shown(parts, chosen=tuple(PartName)) -> dict:
    return json.loads(evidence.preview(parts, chosen))["parts"]


def gather(**more: object):
    return evidence.gather(sources(**more), now=5.0, salt=SALT)


def test_a_message_goes_along_without_name_or_address_of_the_house():
    message = traced(b'{"Mac":"AA:BB:CC:DD:EE:FF","POWER":"ON","SSId":"HomeNet"}')
    said = evidence.preview(gather(messages=[message]), tuple(PartName)).decode()
    assert '"POWER": "ON"' in said
    for secret in ("AA:BB", "AABBCC", "HomeNet", "bedside_anna", "Anna"):
        assert secret not in said


def test_each_part_can_be_left_out():
    parts = gather(messages=[traced(b"x")])
    assert set(shown(parts, {PartName.DEVICE})) == {"device"}
    assert set(shown(parts, ())) == set()


def test_a_part_that_could_not_be_collected_says_so():
    parts = gather(messages="trace_unreadable", updates="store_corrupt")
    assert shown(parts)["messages"] == {"missing": "trace_unreadable"}
    assert shown(parts)["updates"] == {"missing": "store_corrupt"}


def test_a_source_that_breaks_does_not_stop_the_report():
    parts = gather(messages=[object()])
    assert shown(parts)["messages"] == {"missing": "unreadable: AttributeError"}
    assert shown(parts)["device"]["model"] == "LAMP-1"


def test_the_preview_is_the_same_bytes_each_time():
    parts = gather(messages=[traced(b"on")])
    assert evidence.preview(parts, PartName) == evidence.preview(parts, PartName)


def test_the_device_is_told_by_model_and_version_and_its_gateway_by_model():
    said = shown(gather())["device"]
    assert (said["model"], said["version"], said["gateway"]) == ("LAMP-1", "1.0", "GATE-9")


def test_what_is_between_the_device_and_the_broker_goes_along_without_names():
    way = shown(gather())["path"]
    assert [one["model"] for one in way] == ["LAMP-1", "GATE-9"]
    assert len({one["is"] for one in way}) == 2
    assert "attic" not in str(way)


def test_how_well_it_is_heard_goes_along_in_the_units_of_its_radio():
    radio = Feature(capability=Capability.SIGNAL, dialect="tasmota", unit="dBm")
    lamp = replace(LAMP, features={"rssi": radio}, readings={"rssi": -61.4})
    said = shown(gather(device=lamp))
    assert said["signal"] == {"rssi": {"value": -61.4, "unit": "dBm"}}
    assert said["device"]["rssi"] == -61
    assert shown(gather())["signal"] == {"missing": "nothing_there"}


def test_the_log_goes_along_line_by_line_without_what_is_private():
    said = shown(gather(log=["connected to bedside_anna", "psk=hunter22"]))["log"]
    assert said[0].startswith("connected to <")
    assert "hunter22" not in said[1]


def test_what_stands_under_a_secret_name_in_one_message_is_gone_from_every_part():
    message = traced(b'{"Wifi": {"SSId": "Home Net"}}')
    sent = evidence.preview(gather(messages=[message], log=["joined Home Net"]), PartName)
    assert b"Home Net" not in sent


def test_an_address_seen_in_one_message_is_gone_wherever_it_is_turned_round():
    messages = [traced(b'{"mac":"02:00:5E:00:00:7F"}'), traced(b'{"frame":"00017f00005e0002ff"}')]
    assert b"7f00005e0002" not in evidence.preview(gather(messages=messages), PartName)


def test_the_size_of_a_part_is_what_it_adds_at_most():
    parts = gather(messages=[traced(b'{"a": [1, 2, {"b": 3}]}')] * 9, log=["x"] * 30)
    bare = len(evidence.preview(parts, ()))
    for part in (part for part in parts if not part.missing):
        added = len(evidence.preview(parts, {part.name})) - bare
        assert 0 < added <= part.size + 40


def test_all_parts_at_their_largest_still_fit():
    deep = json.dumps([[["x"] * 12] * 8] * 6).encode()
    many = [traced(deep)] * 400
    step = UpdateEvent(
        number=1, at=2.0, rollout="r", device="k1", state=UpdateState.DONE, fact="f" * 99
    )
    steps = [step] * 900
    parts = gather(messages=many, recording=many, updates=steps, log=["l" * 200] * 4000)
    assert [part.name for part in parts if part.dropped] == [
        PartName.MESSAGES, PartName.UPDATES, PartName.LOG, PartName.RECORDING,
    ]  # fmt: skip
    assert len(evidence.preview(parts, PartName)) <= EVIDENCE_MAX


def test_a_message_nested_beyond_reading_is_counted_and_stops_no_other():
    deep = b"[" * 900 + b"]" * 900
    said = shown(gather(messages=[traced(deep), traced(b"on")]))["messages"]
    assert said[-1]["payload"] == "on"


def test_the_steps_of_its_updates_go_along():
    event = UpdateEvent(
        number=1,
        at=2.0,
        rollout="r",
        device="k1",
        state=UpdateState.ROLLED_BACK,
        reason="selftest_failed",
        version_from="1.0",
        version_to="1.1",
    )
    step = shown(gather(updates=[event]))["updates"][0]
    assert (step["state"], step["reason"], step["version_to"]) == (
        "rolled_back",
        "selftest_failed",
        "1.1",
    )


def test_bytes_nobody_can_check_are_only_counted():
    parts = gather(messages=[traced(b"\xff\x00AABBCCDDEEFF"), traced(b"x" * 9000)])
    assert [m["payload"] for m in shown(parts)["messages"]] == [{"bytes": 14}, {"bytes": 9000}]


def test_of_too_many_messages_the_newest_go_along_and_the_rest_is_counted():
    many = [traced(json.dumps({"n": n, "pad": "y" * 3000}).encode()) for n in range(200)]
    part = next(p for p in gather(messages=many) if p.name is PartName.MESSAGES)
    said = json.loads(part.data)
    assert said[-1]["payload"]["n"] == 199
    assert (part.lines + part.dropped, len(said)) == (200, part.lines)
    assert len(evidence.preview([part], PartName)) < EVIDENCE_MAX


def test_evidence_that_is_too_large_is_refused_before_it_is_queued():
    huge = evidence.Part(name=PartName.PROGRAM, data=json.dumps("z" * EVIDENCE_MAX).encode())
    with pytest.raises(HubError, match="too_large"):
        evidence.preview([huge], PartName)
