"""Messages about the weekly board and the medals: what houses hear of them, and what they ask.

Part of the protocol of feedback/wire.py and as strict as that. A week goes from one Friday's train
to the next and is named by the one that ends it.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, Final

import msgspec

from feedback.wire import NAME_MAX, Wire

BOARD_ROWS: Final = 20

_Week = Annotated[str, msgspec.Meta(pattern=r"^\d{4}-W(0[1-9]|[1-4]\d|5[0-3])\Z")]
_Uuid = Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\Z")]
_Link = Annotated[str, msgspec.Meta(min_length=1, max_length=500)]
_Nickname = Annotated[str, msgspec.Meta(max_length=NAME_MAX)]


class BoardOp(StrEnum):
    """What a house can ask about boards."""

    SHOW = "board.show"
    RATE = "fix.rate"


class BoardName(StrEnum):
    """The four boards of a week."""

    BUGS = "bugs"
    VERIFICATION = "verification"
    IDEAS = "ideas"
    ENGINEERS = "engineers"  # by what testers say of their fixes


class Rate(StrEnum):
    """What a tester says of a fix."""

    POPCORN = "popcorn"
    FINE = "fine"
    NOT_FIXED = "not_fixed"


class BoardRow(Wire, frozen=True, kw_only=True):
    """One place. Of two with the same score the one who had it earlier stands before."""

    place: int
    nickname: str
    score: int  # points of the week; of engineers popcorn given to their fixes
    at: float  # when the score was reached


class Winner(Wire, frozen=True, kw_only=True):
    """Who stood first in an earlier week; stays, also after leaving the board later."""

    week: str
    nickname: str
    score: int


class BoardDoc(Wire, omit_defaults=True, frozen=True, kw_only=True):
    """Entity "board", public; `id` is "WEEK:NAME". Only who agreed stands on it."""

    id: str
    week: str
    board: BoardName
    begins: float
    ends: float
    over: bool  # it moves no more
    rows: tuple[BoardRow, ...] = ()  # at most BOARD_ROWS
    winners: tuple[Winner, ...] = ()  # newest week first


class MedalName(StrEnum):
    """What can be earned; none can be given on or sold."""

    ORANGE_KNIGHT = "orange_knight"  # 300 vested points in 90 days, right in 7 of 10 reports
    GEEK_ELDER = "geek_elder"  # verified a fix of 12 weeks, and 2,000 points in all
    ACADEMICIAN = "academician"  # a patch was merged
    GUARDIAN = "guardian"  # found the fault for which a week was halted


class MedalDoc(Wire, omit_defaults=True, frozen=True, kw_only=True):
    """Entity "medal", for its household. `why` is the fact it was earned by."""

    id: str
    medal: MedalName
    since: float
    why: str = ""


class StandingDoc(Wire, omit_defaults=True, frozen=True, kw_only=True):
    """Entity "standing", for its household: whether it is on the boards, and its week's scores."""

    id: str  # the member's
    shown: bool
    nickname: str = ""
    week: str = ""
    scores: dict[str, int] = msgspec.field(default_factory=dict)  # board -> points of that week


class ShowOnBoard(Wire, frozen=True, kw_only=True):
    """Body of board.show: stand on the boards under this nickname, or no longer."""

    show: bool
    nickname: _Nickname = ""
    made: float


class RateFix(Wire, frozen=True, kw_only=True):
    """Body of fix.rate: what the tester says of the fix of `week` for a report; the last counts."""

    report: str
    week: _Week
    rate: Rate
    made: float


class MergedPatch(Wire, frozen=True, kw_only=True):
    """POST /v1/staff/patches: the author of this report also mended it. Told twice, noted once."""

    id: _Uuid
    report: _Uuid
    link: _Link  # where it can be read


DOCS: Final[Mapping[str, type[Wire]]] = {
    "board": BoardDoc,
    "medal": MedalDoc,
    "standing": StandingDoc,
}
