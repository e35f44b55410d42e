"""People are told how far a device's own word and its own checks go."""

from __future__ import annotations

import pytest

from desktop.models import own_word
from fleet.model import Caps, Device, Proof

LAMP = Device(key="k", name="lamp")


def signed(**more: str) -> Device:
    return Device(key="k", name="lamp", proof=Proof(key="aa", number=1, version="1.0", **more))


def test_a_device_that_does_not_sign_has_no_word_of_its_own():
    assert own_word.word(LAMP) == ""


def test_a_device_that_signs_is_told_as_such():
    assert own_word.word(signed()) == "Signed by itself"


def test_an_attack_that_it_refused_is_told():
    assert "refused a forged update" in own_word.word(signed(attack="image_tampered"))


def test_a_word_that_is_not_believed_is_told_by_its_reason():
    doubted = Device(key="k", name="lamp", doubt="report_of_another_key")
    assert "signed with another key" in own_word.word(doubted)


@pytest.mark.parametrize(
    ("caps", "said"),
    [
        (Caps(), ""),
        (Caps(checks_signature=True), "Signatures and their dates"),
        (
            Caps(checks_signature=True, checks_time=False),
            "Signatures, but without a clock not how old they are",
        ),
    ],
)
def test_what_it_checks_by_itself_is_told(caps, said):
    assert own_word.checks(Device(key="k", name="lamp", caps=caps)) == said
