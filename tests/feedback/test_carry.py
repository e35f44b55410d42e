from __future__ import annotations

import itertools
import json

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from feedback import carry, wire
from feedback.wire import HubError, OpResult, Status
from feedback.wire_carry import OLDEST_S, RECEIPT, Receipt, Settled

NOW = 1_795_000_000.0
OUTBOX = "6f2b0a9e-6d0f-4a5e-9c43-1f0d7f7e5a11"
KEY = Ed25519PrivateKey.generate()
PUBLIC = KEY.public_key().public_bytes_raw()


def push(*numbers: int, text: str = "it blinks\nat night 灯") -> wire.Push:
    body = msgspec.json.format(msgspec.json.encode({"text": text}), indent=1)
    ops = (
        wire.Op(seq=n, op_id=f"op-{n}", kind="report.create", made=NOW, body=msgspec.Raw(body))
        for n in numbers
    )
    return wire.Push(v=1, outbox_id=OUTBOX, ops=tuple(ops))


def written(*pushes: wire.Push) -> bytes:
    count = itertools.count()
    return carry.write(
        pushes or (push(1, 2), push(3)),
        KEY,
        hub="https://hub.example",
        now=NOW,
        nonce=lambda: f"nonce-of-push-{next(count):05d}",
    )


def test_the_file_is_lines_of_json_that_say_whose_it_is_and_for_which_hub():
    head, *lines = [json.loads(line) for line in written().splitlines()]
    assert (head["hub"], head["pushes"], head["ops"]) == ("https://hub.example", 2, 3)
    assert [json.loads(line["body"])["outbox_id"] for line in lines] == [OUTBOX, OUTBOX]


def test_what_is_read_is_what_was_written_byte_for_byte():
    read = carry.read(written())
    pushes = [carry.check(line, PUBLIC, now=NOW) for line in read.pushes]
    assert pushes == [push(1, 2), push(3)]


def test_a_week_on_the_way_does_not_matter_a_year_and_a_month_do():
    (line, _) = carry.read(written()).pushes
    assert carry.check(line, PUBLIC, now=NOW + 40 * 86_400.0)
    with pytest.raises(HubError, match="carry_too_old"):
        carry.check(line, PUBLIC, now=NOW + OLDEST_S + 1)
    with pytest.raises(HubError, match="clock_skew"):
        carry.check(line, PUBLIC, now=NOW - 301)


@pytest.mark.parametrize("change", ["blinks", "op-1", OUTBOX])
def test_not_a_letter_can_be_changed_on_the_way(change):
    changed = written().replace(change.encode(), change[::-1].encode())
    (line, _) = carry.read(changed).pushes
    with pytest.raises(HubError, match=r"bad_signature|bad_request"):
        carry.check(line, PUBLIC, now=NOW)


def test_a_line_of_another_house_is_no_line_of_this_one():
    other = Ed25519PrivateKey.generate().public_key().public_bytes_raw()
    with pytest.raises(HubError, match="bad_signature"):
        carry.check(carry.read(written()).pushes[0], other, now=NOW)


@pytest.mark.parametrize("data", [b"", b"{}", b"not json\n", written().splitlines()[0] + b"\n"])
def test_what_is_no_such_file_is_refused(data):
    with pytest.raises(HubError, match="carry_unreadable"):
        carry.read(data)


def test_a_large_file_is_brought_in_pieces_that_are_files_themselves():
    whole = written(*(push(n, text="x" * 1000) for n in range(1, 8)))
    parts = list(carry.split(whole, 4000))
    assert len(parts) > 2
    assert max(map(len, parts)) <= 4000
    lines = [line for part in parts for line in carry.read(part).pushes]
    assert tuple(lines) == carry.read(whole).pushes


def test_receipts_of_the_pieces_are_one_receipt():
    def receipt(seq: int) -> Receipt:
        result = OpResult(seq=seq, op_id=f"op-{seq}", status=Status.APPLIED)
        settled = (Settled(acked=seq, results=(result,)),)
        return Receipt(format=RECEIPT, hub="H", outbox_id=OUTBOX, settled=settled, hub_time=NOW)

    joined = carry.join([receipt(1), receipt(2)])
    assert [one.acked for one in joined.settled] == [1, 2]
    assert carry.read_receipt(msgspec.json.encode(joined)) == joined


def test_what_is_no_receipt_is_refused():
    with pytest.raises(HubError, match="receipt_unreadable"):
        carry.read_receipt(b"{}")
