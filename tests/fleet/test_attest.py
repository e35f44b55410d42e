"""Of a device that signs what it runs, only its signed word counts; nobody can say it again."""

from __future__ import annotations

import json
from collections.abc import Sequence

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from fleet import commands
from fleet.dialects import ALL
from fleet.dialects.native_report import Report, signed_text
from fleet.model import Device, Message, Observation, Version
from fleet.registry import Registry

TOPIC = "orangery/v1/dev/lamp/hello"
OWN, OTHER = Ed25519PrivateKey.generate(), Ed25519PrivateKey.generate()


@pytest.fixture
def registry() -> Registry:
    return Registry(ALL)


def hello(
    version: str,
    number: int,
    key: Ed25519PrivateKey | None = OWN,
    *,
    name: str = "lamp",
    retain: bool = False,
    macs: Sequence[str] = (),
    bent: dict[str, object] | None = None,
) -> Message:
    """What the device says; `bent`: changed in the report after it was signed."""
    parts = [{"slot": "main", "version": version}]
    said = {"id": name, "macs": list(macs), "components": parts}
    if key is not None:
        report = Report(version=version, counter=1, slot="a", number=number)
        signature = key.sign(signed_text(name, report)).hex()
        said["pubkey"] = key.public_key().public_bytes_raw().hex()
        said["report"] = {
            "version": version, "counter": 1, "slot": "a", "number": number,
            "signature": signature, **(bent or {}),
        }  # fmt: skip
    payload = json.dumps(said).encode()
    topic = f"orangery/v1/dev/{name}/hello"
    return Message(broker="home", topic=topic, payload=payload, retain=retain, at=1.0)


def shown(registry: Registry, *messages: Message) -> Device:
    for message in messages:
        registry.hear(message)
    registry.settle()
    (device,) = registry.devices.values()
    return device


def test_a_signed_version_is_believed_and_its_key_is_pinned(registry):
    device = shown(registry, hello("1.0", 1))
    assert str(device.version) == "1.0"
    assert device.proof is not None
    assert device.proof.key == OWN.public_key().public_bytes_raw().hex()


def test_a_device_that_never_signed_is_believed_as_ever(registry):
    device = shown(registry, hello("1.0", 1, None), hello("2.0", 1, None))
    assert (str(device.version), device.proof, device.doubt) == ("2.0", None, "")


def test_a_newer_report_brings_the_new_version(registry):
    assert str(shown(registry, hello("1.0", 1), hello("2.0", 2)).version) == "2.0"


FORGED = {
    "without a report": (hello("2.0", 2, None), "report_not_signed"),
    "signed with another key": (hello("2.0", 2, OTHER), "report_of_another_key"),
    "with another version in the report": (
        hello("1.0", 2, bent={"version": "2.0"}),
        "report_not_signed",
    ),
    "with another number": (hello("2.0", 1, bent={"number": 3}), "report_not_signed"),
    "with a signature of zeros": (
        hello("2.0", 2, bent={"signature": "00" * 64}),
        "report_not_signed",
    ),
    "of an older number": (hello("2.0", 0), "report_said_before"),
    "of the same number and other content": (hello("2.0", 1), "report_said_before"),
}


@pytest.mark.parametrize(("forged", "code"), FORGED.values(), ids=FORGED)
def test_after_that_a_version_is_not_believed(forged, code, registry):
    before = shown(registry, hello("1.0", 1))
    assert registry.hear(forged).unknown == code
    device = shown(registry)
    assert (str(device.version), device.proof, device.doubt) == ("1.0", before.proof, code)


def test_a_report_whose_version_is_not_that_of_the_hello_proves_nothing(registry):
    message = hello("1.0", 2)
    bent = message.payload.replace(
        b'"slot": "main", "version": "1.0"', b'"slot": "main", "version": "2.0"'
    )
    shown(registry, hello("1.0", 1))
    heard = registry.hear(Message(broker="home", topic=TOPIC, payload=bent, at=2.0))
    assert heard.unknown == "report_not_signed"


def test_a_report_said_again_by_the_brokers_memory_is_no_doubt(registry):
    assert registry.hear(hello("1.0", 1)).unknown == ""
    assert registry.hear(hello("1.0", 1, retain=True)).unknown == ""


def test_a_believed_report_ends_the_doubt(registry):
    device = shown(registry, hello("1.0", 1), hello("9.0", 1, None), hello("2.0", 2))
    assert (str(device.version), device.doubt) == ("2.0", "")


def test_a_line_feed_cannot_shift_what_was_signed(registry):
    shown(registry, hello("1.0", 1))
    assert registry.hear(hello("2.0\n", 2)).unknown in {"hello_not_understood", "report_not_signed"}


def test_the_key_stays_pinned_over_a_restart_of_the_house(registry):
    device = shown(registry, hello("1.0", 1))
    again = Registry(ALL)
    again.restore([registry.record(device.key)])
    assert str(shown(again, hello("2.0", 2, OTHER)).version) == "1.0"


def test_an_empty_hello_does_not_let_go_of_the_key_of_a_named_device(registry):
    device = shown(registry, hello("1.0", 1))
    registry.do(commands.Rename(device=device.key, name="Hall"))
    gone = Message(broker="home", topic=TOPIC, payload=b"", at=2.0)
    assert str(shown(registry, gone, hello("2.0", 2, OTHER)).version) == "1.0"


MAC = ("mac", "02005E00007F")


def elsewhere(version: str) -> Observation:
    """What somebody says of the same thing in another dialect."""
    return Observation(dialect="homeassistant", ids=frozenset({MAC}), version=Version(version))


def test_no_other_dialect_may_say_the_version_of_a_device_that_signs(registry):
    shown(registry, hello("1.0", 1, macs=[MAC[1]]))
    registry.fold([elsewhere("2.0")], 2.0)
    assert str(shown(registry).version) == "1.0"


def test_nor_once_its_hello_was_taken_back(registry):
    shown(registry, hello("1.0", 1, macs=[MAC[1]]))
    registry.fold([elsewhere("2.0")], 2.0)
    gone = Message(broker="home", topic=TOPIC, payload=b"", at=3.0)
    forged = hello("2.0", 2, OTHER, macs=[MAC[1]])
    assert str(shown(registry, gone).version) == "1.0"
    assert str(shown(registry, forged).version) == "1.0"
    assert str(shown(registry, hello("2.0", 2, macs=[MAC[1]])).version) == "2.0"


def test_forgetting_the_device_lets_go_of_the_key(registry):
    device = shown(registry, hello("1.0", 1))
    registry.do(commands.Forget(device=device.key))
    assert str(shown(registry, hello("2.0", 1, OTHER)).version) == "2.0"


def test_another_devices_hello_cannot_speak_for_it(registry):
    shown(registry, hello("1.0", 1))
    registry.hear(hello("2.0", 2, OTHER, name="thief"))
    registry.settle()
    versions = {device.name: str(device.version) for device in registry.devices.values()}
    assert versions == {"lamp": "1.0", "thief": "2.0"}
