from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedback.wire import CreateReport, DeviceFacts, Kind
from hub import signatures

NOW = 1_795_000_000.0


def a_report(parts: object, *, kind: Kind = Kind.PROBLEM, model: str = "LAMP-1") -> CreateReport:
    evidence = parts if isinstance(parts, bytes) else msgspec.json.encode({"parts": parts})
    return CreateReport(
        id="x",
        kind=kind,
        title="t",
        text="",
        made=NOW,
        device="",
        facts=DeviceFacts(vendor="acme", model=model),
        evidence=msgspec.Raw(evidence),
    )


def of_message(payload: object, *, at: float = NOW - 60) -> str:
    parts = {"messages": [{"at": at, "payload": payload}]}
    return signatures.signature_of(a_report(parts))


def of_updates(*events: dict[str, object]) -> str:
    return signatures.signature_of(a_report({"updates": list(events)}))


def test_an_update_that_failed_is_told_by_how_and_why():
    failed = {"at": NOW - 60, "state": "rolled_back", "reason": "device_said_no"}
    assert of_updates(failed) == "update:rolled_back:device_said_no"


def test_only_the_newest_update_counts_and_only_if_it_failed_lately():
    failed = {"at": NOW - 600, "state": "failed", "reason": "timed_out"}
    assert of_updates(failed, {"at": NOW - 60, "state": "done", "reason": "ok then"}) == ""
    assert of_updates(failed | {"at": NOW - 90_000}) == ""


@pytest.mark.parametrize(
    ("payload", "signature"),
    [
        ({"StatusPRM": {"RestartReason": "Exception"}}, "system:restart:exception"),
        ({"RestartReason": "Hardware Watchdog"}, "system:restart:watchdog"),
        ({"RestartReason": "Power On"}, ""),
        ({"error_code": "E17"}, "device:error:e17"),
        ({"error_code": 0}, ""),
        ({"error": {"code": 42}}, "device:error:42"),
        ({"fault": "sensor 0x00158d0001 lost"}, "device:error:sensor @ lost"),
        ({"error": True}, ""),
        ({"state": "ON"}, ""),
        ("text", ""),
    ],
)
def test_a_message_tells_a_restart_or_an_error_without_what_differs_in_each_home(
    payload, signature
):
    assert of_message(payload) == signature


def test_addresses_ids_and_long_numbers_do_not_make_two_of_one():
    said = ["lost 0x00158d00045a", "lost 0x00158d00099b"]
    assert len({of_message({"fault": one}) for one in said}) == 1
    assert of_message({"fault": "code 17"}) != of_message({"fault": "code 18"})


def test_an_error_of_long_ago_explains_nothing():
    assert of_message({"error_code": "E17"}, at=NOW - 4000) == ""


def test_only_problems_with_a_model_have_one():
    parts = {"updates": [{"at": NOW, "state": "failed", "reason": "timed_out"}]}
    assert signatures.signature_of(a_report(parts, kind=Kind.QUESTION)) == ""
    assert signatures.signature_of(a_report(parts, model="")) == ""


def test_one_model_in_other_regions_and_ways_of_writing_is_one_family():
    ways = [("Acme", "LAMP-1-EU"), ("acme", "lamp-1"), ("ACME", "Lamp 1"), ("acme", "LAMP-1 US")]
    assert len({signatures.family_of(*way) for way in ways}) == 1
    assert signatures.family_of("acme", "LAMP-1") != signatures.family_of("acme", "LAMP-2")
    assert signatures.family_of("acme", "LAMP-1") != signatures.family_of("emca", "LAMP-1")


anything = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**60), 2**60)
    | st.floats(allow_nan=False)
    | st.text(),
    lambda some: (
        st.lists(some, max_size=3) | st.dictionaries(st.text(max_size=12), some, max_size=3)
    ),
    max_leaves=8,
)


@given(anything)
def test_whatever_a_house_sends_as_evidence_breaks_nothing(parts):
    found = signatures.signature_of(a_report({"updates": parts, "messages": [parts]}))
    assert len(found) <= 200


@given(st.binary(max_size=40))
def test_what_is_no_json_has_none(raw):
    report = msgspec.structs.replace(a_report({}), evidence=msgspec.Raw(raw))
    assert isinstance(signatures.signature_of(report), str)
