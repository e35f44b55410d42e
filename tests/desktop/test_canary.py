"""PySide6 6.12.0 on Python 3.11 drops a reference of None and True at nearly every call."""

from __future__ import annotations

import sys

from PySide6.QtCore import QObject, Signal

CALLS = 20_000
TOLERANCE = 1_000


class Emitter(QObject):
    said = Signal()
    counted = Signal(int)


def test_void_calls_and_emits_leave_the_references_of_none_and_true_where_they_were(qapp) -> None:
    emitter = Emitter()
    heard = []
    emitter.counted.connect(heard.append)
    before = sys.getrefcount(None), sys.getrefcount(True)
    for number in range(CALLS):
        emitter.said.emit()
        emitter.counted.emit(number)
        emitter.setObjectName("x")
        emitter.blockSignals(False)
    after = sys.getrefcount(None), sys.getrefcount(True)
    assert len(heard) == CALLS
    for was, now in zip(before, after, strict=True):
        assert abs(now - was) < TOLERANCE
