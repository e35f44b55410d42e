"""What a device says it runs is signed with its own key, under a number that only rises."""

from __future__ import annotations

import msgspec
import pytest

from firmware.agent_report import Report, Reporter, signed_text
from firmware.agent_slots import Header, Last, Slots, image
from fleet.dialects import native_report

FACTORY = Header(vendor="acme", model="lamp", version="1.0.0", counter=1)


@pytest.fixture
def slots(tmp_path) -> Slots:
    device = Slots(tmp_path)
    device.found(FACTORY)
    return device


def as_heard(report: Report) -> native_report.Report:
    """The report as the house reads it."""
    return msgspec.json.decode(msgspec.json.encode(report), type=native_report.Report)


def test_the_house_proves_what_the_device_signed(slots):
    reporter = Reporter("lamp", slots)
    proof = native_report.proof("lamp", reporter.pubkey, as_heard(reporter.report()))
    assert proof is not None
    assert (proof.version, proof.counter, proof.slot, proof.attack) == ("1.0.0", 1, "a", "")


def test_both_sides_sign_and_read_the_same_text(slots):
    report = Reporter("lamp", slots).report()
    text = b"orangery/v1 report\nlamp\n1.0.0\n1\na\n1\n"
    assert signed_text("lamp", report) == text
    assert native_report.signed_text("lamp", as_heard(report)) == text


def test_a_report_of_another_device_proves_nothing(slots):
    reporter = Reporter("lamp", slots)
    assert native_report.proof("plug", reporter.pubkey, as_heard(reporter.report())) is None


def test_the_same_is_said_in_the_same_report(slots):
    reporter = Reporter("lamp", slots)
    assert reporter.report() == reporter.report()


def test_each_boot_has_a_number_of_its_own(slots):
    numbers = [Reporter("lamp", slots).report().number for _ in range(3)]
    assert numbers == [1, 2, 3]


def test_news_have_a_number_of_their_own(slots):
    reporter = Reporter("lamp", slots)
    before = reporter.report()
    slots.part.path.write_bytes(image(msgspec.structs.replace(FACTORY, version="2.0.0"), b"x"))
    slots.install("t", 7)
    slots.commit(slots.boot().trial)
    now = reporter.report()
    assert (now.version, now.counter, now.slot) == ("2.0.0", 7, "b")
    assert now.number == before.number + 1


@pytest.mark.parametrize(
    ("error", "attack"),
    [("image_tampered: another digest", "image_tampered"), ("battery_low: not now", "")],
)
def test_an_attack_that_it_refused_is_named_in_its_report(error, attack, slots):
    slots.remember(Last("t", "refused", error=error))
    assert Reporter("lamp", slots).report().attack == attack


def test_what_it_refused_before_is_over_with_the_next_transfer(slots):
    slots.remember(Last("t", "refused", error="image_tampered: x"))
    slots.remember(Last("t2", "committed", version="2.0.0"))
    assert Reporter("lamp", slots).report().attack == ""


def test_the_key_is_kept_for_its_owner_alone(slots):
    key = Reporter("lamp", slots).pubkey
    assert (slots.folder / "key").stat().st_mode & 0o777 == 0o600
    assert Reporter("lamp", slots).pubkey == key
