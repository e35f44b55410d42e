"""Where a report stands; apart from reports, since a window needs the words for it at once."""

from __future__ import annotations

from enum import StrEnum


class ReportState(StrEnum):
    """Where a report stands, in the order people meet it."""

    DRAFT = "draft"
    WAITING = "waiting"  # to be sent: the hub has not said that it has it
    REFUSED = "refused"  # the hub will not take it as it is (`Report.error` says why)
    SENT = "sent"
    SEEN = "seen"  # by a named person (`seen_by`)
    ANSWERED = "answered"
    NEED_INFO = "need_info"  # the makers ask for more; their clocks stand still until you answer
    FIX_PLANNED = "fix_planned"  # fixed in week `fix_week`
    ON_DEVICE = "on_device"  # the fix is on your device: is it fixed?
    CONFIRMED = "confirmed"  # the tester says: fixed for me
    NOT_FIXED = "not_fixed"
    DECLINED = "declined"

    @property
    def settled(self) -> bool:
        """True where the makers owe nothing more."""
        return self in {ReportState.DRAFT, ReportState.CONFIRMED, ReportState.DECLINED}

    @property
    def asks(self) -> bool:
        """True where the tester is asked whether it is fixed."""
        return self is ReportState.ON_DEVICE
