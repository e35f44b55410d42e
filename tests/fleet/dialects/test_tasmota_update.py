import pytest

from fleet.dialects.tasmota import Tasmota
from fleet.model import Device
from fleet.steps import Offer, Publish, Refusal
from tests.fleet.dialects.saying import house, message, only
from tests.fleet.dialects.test_tasmota import PLACE, config

DIALECT = Tasmota()
URL = "http://192.0.2.2:8917/AbCdEfGhIjKlMnOpQrStUv/f.bin.gz"
OWN = "http://ota.example/tasmota.bin.gz"
ASK = Publish(topic="cmnd/hall_plug/OtaUrl", payload=b"", qos=1)
START = Publish(topic="cmnd/hall_plug/Upgrade", payload=b"1", qos=1)


def address(value: str) -> Publish:
    return Publish(topic="cmnd/hall_plug/OtaUrl", payload=value.encode(), qos=1)


def offer(**more: object) -> Offer:
    said = {"transfer": "t", "version": "14.4.1", "sha256": "", "size": 600_000, "path": "p"}
    return Offer(**(said | {"url": URL, "mirror": ""} | more))  # type: ignore[arg-type] # of one test


def plug(*more: tuple[str, object]) -> Device:
    rest = [message(f"stat/hall_plug/{word}", said) for word, said in more]
    return only(house(message(f"{PLACE}/config", config()), *rest))


def running(version: str, hardware: str = "ESP8266EX", free: int | None = None) -> Device:
    said: list[tuple[str, object]] = [
        ("STATUS2", {"StatusFWR": {"Version": version, "Hardware": hardware}})
    ]
    if free is not None:
        said.append(("STATUS4", {"StatusMEM": {"Free": free}}))
    return plug(*said)


def test_the_plan_asks_for_its_address_sets_ours_then_starts() -> None:
    assert DIALECT.plan(plug(), offer()) == (ASK, address(URL), START)


def test_an_address_beyond_a_hundred_bytes_is_refused() -> None:
    longest = "http://h/" + "a" * 91
    assert isinstance(DIALECT.plan(plug(), offer(url=longest)), tuple)
    assert DIALECT.plan(plug(), offer(url=longest + "a")) == Refusal("url_too_long", "101")


def test_without_an_address_of_its_own_it_has_no_own_update() -> None:
    assert DIALECT.plan(plug(), None) == Refusal("no_own_updates")


def test_its_own_update_is_fetched_from_its_own_address() -> None:
    knows = plug(("STATUS1", {"StatusPRM": {"OtaUrl": OWN}}))
    assert DIALECT.plan(knows, None) == (START,)
    borrowed = plug(("STATUS1", {"StatusPRM": {"OtaUrl": OWN}}), ("RESULT", {"OtaUrl": URL}))
    assert DIALECT.plan(borrowed, None) == (address(OWN), START)


@pytest.mark.parametrize(
    ("heard", "put_back"),
    [
        ([OWN, URL], OWN),
        ([URL], "1"),  # nobody knows its own: as its firmware came
        ([OWN, URL, OWN], None),  # somebody was faster
        ([OWN], None),
        ([], None),
        (["http://ota.example/" + "a" * 90, URL], "1"),
    ],
)
def test_after_an_update_it_has_its_own_address_again(
    heard: list[str], put_back: str | None
) -> None:
    device = plug(*[("RESULT", {"OtaUrl": url}) for url in heard])
    assert DIALECT.after(device) == ((address(put_back),) if put_back else ())


def test_verify_asks_for_version_room_and_address() -> None:
    assert DIALECT.verify(plug()) == (
        Publish(topic="cmnd/hall_plug/STATUS", payload=b"2", qos=1),
        Publish(topic="cmnd/hall_plug/STATUS", payload=b"4", qos=1),
        ASK,
    )


@pytest.mark.parametrize(
    ("runs", "to", "hop"),
    [
        ("6.7.1(sonoff)", "14.4.1", "7.2"),
        ("6.7.1(sonoff)", "7.2.0", None),
        ("7.2.0(tasmota)", "14.4.1", "8.5.1"),
        ("8.5.1(tasmota)", "14.4.1", "9.1"),
        ("8.5.1(tasmota)", "9.1.0", None),
        ("9.1.0(tasmota)", "14.4.1", None),
        ("14.4.1(tasmota)", "8.1.0", None),
    ],
)
def test_a_version_that_has_to_be_run_before_is_named(runs: str, to: str, hop: str | None) -> None:
    planned = DIALECT.plan(running(runs), offer(version=to))
    if hop:
        assert planned == Refusal("hop_first", hop)
    else:
        assert isinstance(planned, tuple)


@pytest.mark.parametrize(
    ("hardware", "facts", "refused"),
    [
        ("ESP8266EX", {"format": "esp-gzip", "chip": "ESP8266"}, None),
        ("ESP8285N08", {"format": "esp", "chip": "ESP8266"}, None),
        ("ESP32-D0WD-V3 v3.1", {"format": "esp", "chip": "ESP32"}, None),
        ("ESP32-C3 v0.4", {"format": "esp", "chip": "ESP32-C3"}, None),
        ("", {"format": "esp", "chip": "ESP32"}, None),
        ("ESP8266EX", {"format": "esp", "chip": "ESP32"}, "image_for_another_chip"),
        ("ESP32-C3 v0.4", {"format": "esp", "chip": "ESP32"}, "image_for_another_chip"),
        ("ESP32-C3", {"format": "esp-gzip", "chip": "ESP32-C3"}, "image_of_another_kind"),
        ("ESP32", {"format": "esp", "bootloader": "1"}, "image_of_another_kind"),
        ("ESP8266EX", {"format": "zigbee-ota"}, "image_of_another_kind"),
    ],
)
def test_an_image_of_another_chip_or_kind_is_refused(
    hardware: str, facts: dict[str, str], refused: str | None
) -> None:
    planned = DIALECT.plan(running("14.2.0(tasmota)", hardware), offer(facts=facts))
    assert (planned.code if isinstance(planned, Refusal) else None) == refused


@pytest.mark.parametrize(
    ("free", "size", "hardware", "fits"),
    [
        (600, 600 * 1024, "ESP8266EX", True),
        (376, 600 * 1024, "ESP8266EX", False),
        (376, 600 * 1024, "ESP32", True),
        (None, 600 * 1024, "ESP8266EX", True),
    ],
)
def test_an_image_has_to_fit_beside_the_one_that_runs(
    free: int | None, size: int, hardware: str, fits: bool
) -> None:
    planned = DIALECT.plan(running("14.2.0(tasmota)", hardware, free), offer(size=size))
    assert planned == (
        (ASK, address(URL), START)
        if fits
        else Refusal("image_too_large_beside", "600 KiB, 376 KiB")
    )


def test_a_stop_gap_build_is_told_as_half_way_until_the_full_one_speaks() -> None:
    device = running("14.4.1(minimal)")
    assert (device.doubt, device.version and device.version.build) == ("update_half_way", "minimal")
    assert not DIALECT.arrived(device, "14.4.1")
    registry = house(
        message("tele/attic/INFO1", {"Info1": {"Version": "14.4.1(tasmota32-safeboot)"}}),
        message("tele/attic/INFO1", {"Info1": {"Version": "14.4.1(tasmota32)"}}),
    )
    assert (only(registry).doubt, DIALECT.arrived(only(registry), "14.4.1")) == ("", True)


def test_being_half_way_is_understood() -> None:
    registry = house()
    said = {"Info1": {"Version": "14.4.1(minimal)"}}
    assert registry.hear(message("tele/attic/INFO1", said)).unknown == ""


def test_a_minimal_build_as_a_stepping_stone_arrives_as_itself() -> None:
    device = running("14.4.1(tasmota-minimal)")
    assert DIALECT.arrived(device, "14.4.1(minimal)")
    assert not DIALECT.arrived(running("14.4.1(tasmota)"), "14.4.1(minimal)")
