"""Any house finds books of points that are not what they were."""

from __future__ import annotations

import msgspec
import pytest

from feedback import books, ledger
from feedback.books import Checked
from feedback.wire_points import Entry


def rows(count: int, **other: object) -> list[Entry]:
    """Rows whose chain is whole; `other` changes what each says."""
    made, head = [], ledger.FIRST
    for n in range(1, count + 1):
        said: dict[str, object] = {
            "n": n,
            "at": 1_795_000_000.0 + n,
            "rule": "bug_confirmed",
            "rule_version": 1,
            "cause": f"r{n}",
            "debit": "issuer",
            "account": "pending:a",
            "points": 30,
            "by": "",
            "why": "",
            "hash": "",
        }
        entry = Entry(**{**said, **other})
        entry = msgspec.structs.replace(entry, hash=ledger.digest(head, entry))
        made.append(entry)
        head = entry.hash
    return made


def test_books_are_read_on_from_where_they_were_left():
    whole = rows(5)
    now = books.chained(books.chained(Checked(), whole[:3]), whole[3:])
    assert (now.rows, now.head, now.fault) == (5, whole[-1].hash, "")


@pytest.mark.parametrize(
    "spoil",
    [
        lambda whole: [*whole[:2], msgspec.structs.replace(whole[2], points=31), *whole[3:]],
        lambda whole: [*whole[:2], *whole[3:]],
        lambda whole: [*whole[:2], whole[3], whole[2], *whole[4:]],
        lambda whole: [*whole[:2], whole[1], *whole[2:]],
    ],
    ids=["changed", "left out", "swapped", "twice"],
)
def test_a_row_that_was_changed_left_out_swapped_or_repeated_is_found(spoil):
    now = books.chained(Checked(), spoil(rows(5)))
    assert now.fault != ""
    assert books.chained(now, rows(5)) == now  # and stays found


def test_books_written_anew_are_found_by_whoever_had_read_before():
    before = books.chained(Checked(), rows(3))
    assert books.chained(before, rows(5, account="pending:b")[3:]).fault != ""


def test_a_signed_week_says_how_they_stood_before_or_after_they_were_read():
    whole = rows(5)
    first = books.signed(Checked(), "2026-W49", 3, whole[2].hash)
    assert books.chained(first, whole).held
    late = books.signed(books.chained(Checked(), whole), "2026-W49", 5, whole[4].hash)
    assert (late.held, late.fault) == (True, "")


def test_books_that_do_not_stand_as_the_week_says_are_found():
    first = books.signed(Checked(), "2026-W49", 3, "f" * 64)
    assert books.chained(first, rows(5)).fault == "row 3 is not that of week 2026-W49"


def test_an_older_week_says_nothing_new():
    now = books.signed(Checked(), "2026-W49", 3, "a" * 64)
    assert books.signed(now, "2026-W48", 2, "b" * 64) == now
