"""What a campaign hears of a device, and what of it would leave the house."""

from __future__ import annotations

import msgspec

from feedback import measuring
from feedback.wire_signals import CampaignDoc, CampaignState
from fleet.capability import Capability, Feature
from fleet.model import Device, Version

HOUR = 3600.0
NOW = 1_795_003_200.0  # a whole hour
SECRET = b"of this house"


def campaign(**more: object) -> CampaignDoc:
    said: dict[str, object] = {
        "id": "6f2b0a9e-6d0f-4a5e-9c43-1f0d7f7e5a11",
        "state": CampaignState.RUNNING,
        "vendor": "acme",
        "model": "router",
        "feature": "latency_ms",
        "every_s": 60.0,
        "starts": NOW - HOUR,
        "ends": NOW + 10 * HOUR,
        "purpose": {"en": "Is it slow in the evening?", "zh_CN": "晚上会慢吗?"},
        "asked_by": "Lin",
    }
    return CampaignDoc(**{**said, **more})


def router(latency: object = 12.0, **more: object) -> Device:
    latency_ms = Feature(capability=Capability.NUMBER, dialect="native", unit="ms")
    name = Feature(capability=Capability.TEXT, dialect="native")
    return Device(
        **{
            "key": "k1",
            "name": "Grandma's router",
            "vendor": "acme",
            "model": "router",
            "version": Version("2.1.0"),
            "features": {"latency_ms": latency_ms, "name": name},
            "readings": {"latency_ms": latency, "name": "Grandma"},
            **more,
        }
    )


def told(hours: measuring.Hours, now: float) -> list[measuring.Sample]:
    return list(measuring.samples(hours.campaign.id, "a" * 32, SECRET, hours.over(now)))


def test_an_hour_becomes_its_median_and_95th_percentile():
    hours = measuring.Hours(campaign())
    for minute in range(60):
        hours.hear(router(float(minute + 1)), NOW + 60.0 * minute)
    (sample,) = told(hours, NOW + HOUR)
    assert (sample.count, sample.p50, sample.p95, sample.unit) == (60, 30.0, 57.0, "ms")
    assert sample.hour == int(NOW // HOUR)
    assert told(hours, NOW + 2 * HOUR) == []  # once


def test_nothing_of_an_hour_that_is_not_over_is_told():
    hours = measuring.Hours(campaign())
    hours.hear(router(), NOW + 10)
    assert told(hours, NOW + HOUR - 1) == []
    assert len(hours.under_way) == 1


def test_a_chatty_device_is_looked_at_once_a_minute():
    hours = measuring.Hours(campaign(every_s=1.0))  # a hub may not ask for more often either
    for second in range(600):
        hours.hear(router(), NOW + second)
    (sample,) = told(hours, NOW + HOUR)
    assert sample.count == 10


def test_it_stops_itself_at_its_end_and_does_not_begin_before_its_start():
    hours = measuring.Hours(campaign(starts=NOW + 100, ends=NOW + 200))
    for second in range(0, 400, 10):
        hours.hear(router(), NOW + second)
    (sample,) = told(hours, NOW + HOUR)
    assert sample.count == 2  # at 100 and 160


def test_other_devices_and_other_readings_are_not_looked_at():
    assert measuring.value_of(campaign(), router()) == (12.0, "ms")
    assert measuring.value_of(campaign(), router(vendor="other")) is None
    assert measuring.value_of(campaign(), router(model="lamp")) is None
    assert measuring.value_of(campaign(model=""), router(model="lamp")) == (12.0, "ms")
    assert measuring.value_of(campaign(feature="number"), router()) == (12.0, "ms")
    assert measuring.value_of(campaign(feature="name"), router()) is None  # words never leave


def test_what_is_sent_names_neither_device_nor_house():
    hours = measuring.Hours(campaign())
    hours.hear(router(), NOW)
    (sample,) = told(hours, NOW + HOUR)
    text = msgspec.json.encode(sample).decode()
    assert "Grandma" not in text
    assert '"k1"' not in text
    other = measuring.Hours(campaign(id="7f2b0a9e-6d0f-4a5e-9c43-1f0d7f7e5a11"))
    other.hear(router(), NOW)
    (elsewhere,) = told(other, NOW + HOUR)
    assert elsewhere.device != sample.device


def test_a_model_that_is_no_plain_word_is_left_out():
    hours = measuring.Hours(campaign(model=""))
    hours.hear(router(model="call me at <0151>"), NOW)
    (sample,) = told(hours, NOW + HOUR)
    assert sample.model == ""


def test_of_one_value_both_percentiles_are_that_value():
    assert measuring.percentile([7.0], 0.5) == measuring.percentile([7.0], 0.95) == 7.0
