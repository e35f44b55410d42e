"""How a membership is printed for people."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from feedback.wire_accounts import MemberAnswer, RequestDoc, WaitingAnswer


def member(answer: MemberAnswer) -> str:
    """How this household stands at its hub."""
    one = answer.member
    lines = [
        f"{one.name}, at this hub since {_day(one.enrolled)}, ring {one.ring}",
        f"{len(one.keys)} desktop(s); you may invite {answer.gifts_left} more home(s) this year",
    ]
    if one.invited.made:
        came = one.invited
        lines.append(f"{came.joined} of {came.made} invited joined, {came.below} more by those")
    if one.left is not None:
        lines.append(f"left on {_day(one.left)}; coming back needs no new code")
    if one.erased_by is not None:
        lines.append(
            f"everything of it is erased by {_day(one.erased_by)}; to take it back:"
            " orangery member erase --keep"
        )
    return "\n".join(lines)


def export(asked: RequestDoc, file: Path) -> str:
    """How an export stands."""
    if asked.done is None:
        return "The hub is putting it together; ask again in a minute."
    return f"{file}: {asked.size} bytes, sha256 {asked.sha256}"


def erase(asked: RequestDoc) -> str:
    """When an erasure is done."""
    return (
        f"The hub erases everything of this household by {_day(asked.due)}. Until then it can be"
        " taken back: orangery member erase --keep"
    )


def waiting(answer: WaitingAnswer, hub: str) -> str:
    """Where this house stands in a waiting list."""
    if answer.code:
        until = f" until {_day(answer.until)}" if answer.until else ""
        return f"A seat is kept for you{until}: orangery enrol {hub} {answer.code} --name NAME"
    return f"Place {answer.place} of {answer.of}. Ask again in some days."


def _day(at: float) -> str:
    return dt.datetime.fromtimestamp(at).astimezone().strftime("%Y-%m-%d")
