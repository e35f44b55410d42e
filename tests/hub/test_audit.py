from __future__ import annotations

from dataclasses import replace

import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy.engine import Connection

from hub import audit
from hub.audit import START, Entry
from hub.tables import audit as table

NOW = 1_795_000_000.0
WORDS = st.text(max_size=8)
ENTRIES = st.lists(
    st.builds(
        Entry,
        at=st.floats(0, 2e9),
        staff=WORDS,
        action=WORDS,
        subject=WORDS,
        detail=WORDS,
    ),
    min_size=1,
    max_size=8,
)


def unguarded(db: Connection, what: str) -> None:
    """As somebody who may do everything in the database."""
    if db.dialect.name == "sqlite":
        db.execute(sa.text(f"DROP TRIGGER audit_no_{what}"))
    else:
        db.execute(sa.text("DROP TRIGGER audit_append_only ON audit"))


def kept_of(entries: list[Entry]) -> tuple[list[tuple[int, Entry, str]], str]:
    before, kept = START, []
    for number, entry in enumerate(entries, start=1):
        before = audit.chained(before, entry)
        kept.append((number, entry, before))
    return kept, before


@given(ENTRIES)
@settings(max_examples=50)
def test_an_untouched_row_is_whole(entries):
    kept, head = kept_of(entries)
    assert audit.faults(kept, head) == []
    assert audit.faults(kept, head, known=kept[0][2]) == []


@given(ENTRIES, st.data())
@settings(max_examples=100)
def test_whatever_is_changed_moved_or_taken_away_is_found(entries, data):
    kept, head = kept_of(entries)
    at = data.draw(st.integers(0, len(kept) - 1))
    number, entry, kept_hash = kept[at]
    what = data.draw(st.sampled_from(["change", "drop", "double"]))
    if what == "change":
        kept[at] = number, replace(entry, detail=entry.detail + "x"), kept_hash
    elif what == "drop":
        del kept[at]
    else:
        kept.insert(at, kept[at])
    assert audit.faults(kept, head)


def test_a_row_written_anew_is_found_by_a_hash_that_was_kept_elsewhere():
    _, known = kept_of([Entry(at=NOW, staff="Lin", action="award", subject="r1")])
    forged, head = kept_of([Entry(at=NOW, staff="Mei", action="award", subject="r1")])
    assert audit.faults(forged, head) == []
    assert audit.faults(forged, head, known=known)


def test_what_is_noted_stands_newest_first_and_verifies(store):
    with store.write() as db:
        for n in range(3):
            audit.note(db, "Lin", "read", f"r{n}", now=NOW + n)
        audit.note(db, "Mei", "fix", "r1", detail="2026-W49", now=NOW + 3)
    with store.read() as db:
        assert audit.verify(db) == []
        assert [e.subject for _, e in audit.entries(db, staff="Lin")] == ["r2", "r1", "r0"]
        assert [e.action for _, e in audit.entries(db, subject="r1")] == ["fix", "read"]
        (second,) = audit.entries(db, before=2)
        assert second[0] == 1


@pytest.mark.parametrize("sql", ["UPDATE audit SET staff = 'x'", "DELETE FROM audit"])
def test_an_entry_can_be_neither_changed_nor_removed(store, sql):
    with store.write() as db:
        audit.note(db, "Lin", "read", "r1", now=NOW)
    with pytest.raises(sa.exc.DBAPIError, match="append-only"), store.write() as db:
        db.execute(sa.text(sql))


def test_an_entry_that_was_changed_behind_our_back_is_found(store):
    with store.write() as db:
        audit.note(db, "Lin", "read", "r1", now=NOW)
        unguarded(db, "update")
        db.execute(sa.update(table).values(staff="Mei"))
        assert audit.verify(db)


def test_entries_missing_at_the_end_are_found(store):
    with store.write() as db:
        for n in range(2):
            audit.note(db, "Lin", "read", f"r{n}", now=NOW)
        unguarded(db, "delete")
        db.execute(sa.delete(table).where(table.c.n == 2))
        assert audit.verify(db) == ["audit: entries at the end are missing"]
