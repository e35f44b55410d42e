from __future__ import annotations

import msgspec
import pytest

from feedback import wire
from feedback.outbox import payload
from feedback.report import Report
from feedback.wire import CreateReport, Details, DeviceFacts, Effect, Often, Safety

FIRST_DAY = (
    b'{"id":"r1","kind":"problem","title":"It blinks","text":"","made":1.0,"device":"",'
    b'"facts":{"vendor":"acme"},"evidence":{}}'
)
"""What a house sent before there were details."""


def report(**more) -> Report:
    facts = DeviceFacts(vendor="acme")
    return Report(id="r1", title="It blinks", text="", made=1.0, facts=facts, **more)


def test_a_report_of_the_first_day_is_still_taken():
    said = msgspec.json.decode(FIRST_DAY, type=CreateReport)
    assert (said.title, said.effect, said.steps) == ("It blinks", Effect.UNSAID, ())


def test_what_says_nothing_more_is_byte_for_byte_what_a_hub_of_the_first_day_takes():
    assert payload(report(), b"{}") == FIRST_DAY


def test_all_details_travel_in_the_report_itself():
    more = Details(
        steps=("switch it on", "wait"),
        expected="light",
        actual="blinking",
        often=Often.ALWAYS,
        effect=Effect.FUNCTION_LOST,
        since="1.2.0",
        safety=Safety.HEAT,
        cluster="c1",
    )
    said = msgspec.json.decode(payload(report(details=more), b"{}"), type=CreateReport)
    kept = {name: getattr(said, name) for name in Details.__struct_fields__}
    assert Details(**kept) == more


@pytest.mark.parametrize(
    "more",
    [
        {"steps": ["x"] * (wire.STEPS_MAX + 1)},
        {"steps": ["x" * (wire.STEP_MAX + 1)]},
        {"expected": "x" * (wire.SENTENCE_MAX + 1)},
        {"effect": "the end of the world"},
        {"unknown": 1},
    ],
)
def test_what_is_too_long_or_unknown_is_no_report(more):
    said = msgspec.json.encode({**msgspec.json.decode(FIRST_DAY), **more})
    with pytest.raises(msgspec.ValidationError):
        msgspec.json.decode(said, type=CreateReport)
