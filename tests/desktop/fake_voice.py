"""What a hub has told the house of the window's tests: a week, points, ideas, ballots and so on."""

from __future__ import annotations

from typing import Any

from feedback.campaign_commands import Joined
from feedback.wire import ClockName
from feedback.wire_board import (
    BoardDoc,
    BoardName,
    BoardRow,
    MedalDoc,
    MedalName,
    StandingDoc,
    Winner,
)
from feedback.wire_points import Statement, StatementLine
from feedback.wire_signals import (
    CampaignDoc,
    CampaignState,
    Cause,
    IncidentDoc,
    IncidentState,
    Moved,
    TakenOver,
    ThermometerDoc,
    Weight,
)
from feedback.wire_voice import (
    Appealed,
    BallotDoc,
    BallotKind,
    CandidateDoc,
    CandidatesDoc,
    CaseDoc,
    CaseFile,
    CaseState,
    CircleDoc,
    CommitteeDoc,
    IdeaDoc,
    IdeaState,
    MotionDoc,
    MotionKind,
    ReceiptDoc,
    Remedy,
    SeatDoc,
    VoiceDoc,
    WeekList,
)
from feedback.wire_weeks import Kept, PublicBreach, WeekLine, WeekPage
from tests.desktop.fake_house import NOW

DAY = 86_400.0
WEEK = "2026-W48"
MEMBER = "m1"


def weeks() -> dict[str, WeekPage]:
    one = WeekPage(
        week=WEEK,
        published=NOW - 14_400,
        version="1.128",
        changes=(
            WeekLine(
                words={
                    "en": "Lamps no longer flicker below 10 %",
                    "zh_CN": "亮度低于 10% 时不再闪烁",
                },
                cluster="c1",
                households=7,
                days=8.0,
            ),
            WeekLine(
                words={"en": "Rooms can be grouped by floor", "zh_CN": "房间可按楼层分组"},
                idea="i1",
            ),
            WeekLine(words={"en": "Smaller files", "zh_CN": "文件更小"}),
        ),
        from_testers=2,
        share=2 / 3,
        days=8.0,
        adopted=3,
        decided=7,
        kept=(
            Kept(clock=ClockName.NAMED, number=20, kept=19, median_s=660.0),
            Kept(clock=ClockName.SOLUTION, number=18, kept=18, median_s=5400.0),
            Kept(clock=ClockName.CLOSED, number=10, kept=9, median_s=90_000.0),
        ),
        breaches=(
            PublicBreach(
                clock=ClockName.NAMED,
                due=NOW - 2 * DAY,
                met=NOW - 2 * DAY + 900,
                reasons=("Two people were ill.",),
            ),
        ),
    )
    return {one.week: one}


def ideas() -> dict[str, IdeaDoc]:
    each = (
        IdeaDoc(
            id="i1",
            title="Group rooms by floor",
            text="Two floors, one list: I scroll a lot.",
            received=NOW - 9 * DAY,
            state=IdeaState.OPEN,
            votes=214,
            circles=("use:family",),
            petition=NOW - 2 * DAY,
            due=NOW + 5 * DAY,
            owner="Mo",
        ),
        IdeaDoc(
            id="i2",
            title="Quiet hours for the tray",
            text="No notices at night.",
            received=NOW - 3 * DAY,
            state=IdeaState.OPEN,
            votes=61,
            needed=100,
        ),
        IdeaDoc(
            id="i3",
            title="Dark mode",
            text="Please.",
            received=NOW - 60 * DAY,
            state=IdeaState.SHIPPED,
            votes=480,
            week="2026-W46",
            ended=NOW - 14 * DAY,
        ),
    )
    return {one.id: one for one in each}


def voice(**more: Any) -> dict[str, VoiceDoc]:
    known: dict[str, Any] = {
        "left": 9,
        "votes": ("i2",),
        "mine": ("i2",),
        "circles": ("model:LGT-01",),
        "cast": (ReceiptDoc(ballot="b1", choice=1, salt="0" * 64),),
    }
    return {MEMBER: VoiceDoc(id=MEMBER, **{**known, **more})}


def ballots() -> dict[str, BallotDoc]:
    known: dict[str, Any] = {
        "kind": BallotKind.QUESTION,
        "text": "Its chips are no longer made.",
        "options": ("One year more", "Two years more", "Stop now"),
        "binding": True,
        "by": "Mo",
        "eligible": 1200,
        "roll": "ab" * 32,
    }
    each = (
        BallotDoc(
            id="b1",
            title="How long do we mend the first lamp?",
            opened=NOW - DAY,
            closes=NOW + 2 * DAY,
            **known,
        ),
        BallotDoc(
            id="b2",
            title="Which sound for a doorbell?",
            opened=NOW - 30 * DAY,
            closes=NOW - 27 * DAY,
            closed=NOW - 27 * DAY,
            cast=900,
            totals=(500, 300, 100),
            sealed="cd" * 32,
            winners=(0,),
            **known,
        ),
    )
    return {one.id: one for one in each}


def cases() -> tuple[dict[str, CaseDoc], dict[str, CaseFile]]:
    each = (
        CaseDoc(
            id="k1",
            against=Appealed.POINTS,
            state=CaseState.DRAWN,
            opened=NOW - 5 * DAY,
            pool=80,
            pool_digest="ef" * 32,
            seed="12" * 32,
            drawn=("a", "b"),
            due=NOW + 2 * DAY,
        ),
        CaseDoc(
            id="k2",
            against=Appealed.DECLINED,
            state=CaseState.UPHELD,
            opened=NOW - 40 * DAY,
            pool=75,
            pool_digest="ef" * 32,
            votes=11,
            upheld=9,
            decided=NOW - 30 * DAY,
            remedy=Remedy.REOPEN,
            executed=NOW - 29 * DAY,
        ),
    )
    file = CaseFile(
        id="k1",
        against=Appealed.POINTS,
        subject="p5",
        text="My steps led to it at once.",
        makers="They came after a second report.",
        remedy=Remedy.AWARD,
        mine=False,
    )
    return {one.id: one for one in each}, {"k1": file}


def committee() -> tuple[dict[str, CommitteeDoc], dict[str, CandidatesDoc]]:
    one = CommitteeDoc(
        id="lamps",
        title="Lamps",
        term="2026-H2",
        manager="Mo",
        seats=(SeatDoc(name="Ana", votes=40), SeatDoc(name="Bo", votes=31)),
        candidates=(CandidateDoc(name="Chen", words="I test every Friday."),),
    )
    motion = MotionDoc(
        id="x1", kind=MotionKind.HOLD, title="Hold week 49", text="", supported=1, needed=3
    )
    weeks_ = (WeekList(week="2026-W49", frozen=NOW - DAY, items=("Lamp 1.128.1",)),)
    inside = CandidatesDoc(id="lamps", weeks=weeks_, motions=(motion,))
    return {"lamps": one}, {"lamps": inside}


def circles() -> dict[str, CircleDoc]:
    each = (
        CircleDoc(id="use:family", members=61, ideas=1, votes=214),
        CircleDoc(id="model:LGT-01", members=40, ideas=0, votes=0),
    )
    return {one.id: one for one in each}


def points() -> dict[str, dict[str, Any]]:
    lines = (
        StatementLine(
            n=9,
            at=NOW - DAY,
            rule="fix_confirmed_on_device",
            cause="p2",
            points=10,
            state="pending",
            why="",
        ),
        StatementLine(
            n=4, at=NOW - 13 * DAY, rule="bug_minor", cause="p5", points=20, state="vested", why=""
        ),
    )
    account = Statement(account="a-7f3c", vested=128, pending=10, review=0, lines=lines)
    board = BoardDoc(
        id=f"{WEEK}:bugs",
        week=WEEK,
        board=BoardName.BUGS,
        begins=NOW - 6 * DAY,
        ends=NOW + DAY,
        over=False,
        rows=(
            BoardRow(place=1, nickname="owl", score=130, at=NOW - DAY),
            BoardRow(place=2, nickname="robin", score=30, at=NOW - DAY),
        ),
        winners=(Winner(week="2026-W47", nickname="owl", score=90),),
    )
    standing = StandingDoc(id=MEMBER, shown=True, nickname="robin", week=WEEK, scores={"bugs": 30})
    return {
        "statement": {MEMBER: account},
        "board": {board.id: board},
        "medal": {"x": MedalDoc(id="x", medal=MedalName.ORANGE_KNIGHT, since=NOW - 20 * DAY)},
        "standing": {MEMBER: standing},
    }


def campaigns() -> dict[str, CampaignDoc]:
    known: dict[str, Any] = {
        "state": CampaignState.RUNNING,
        "vendor": "Acme",
        "feature": "latency_ms",
        "every_s": 60.0,
        "starts": NOW - DAY,
        "asked_by": "Lin",
        "purpose": {
            "en": "To see whether the new antenna helps.",
            "zh_CN": "了解新天线是否有帮助。",
        },
    }
    each = (
        CampaignDoc(id="g1", model="MG-3", ends=NOW + 60 * DAY, **known),
        CampaignDoc(id="g2", model="LGT-01", ends=NOW + 30 * DAY, **known),
    )
    return {one.id: one for one in each}


def thermometer() -> dict[str, ThermometerDoc]:
    formula = (
        Weight(cause=Cause.ANSWERED, degrees=2.0, most=20.0, days=90),
        Weight(cause=Cause.FIX_DELIVERED, degrees=6.0, most=30.0, days=90),
        Weight(cause=Cause.UPDATE_FAILED, degrees=-4.0, most=20.0, days=90),
    )
    moved = (
        Moved(at=NOW - DAY, cause=Cause.ANSWERED, degrees=2.0, about="p1"),
        Moved(at=NOW - 2 * DAY, cause=Cause.UPDATE_FAILED, degrees=-4.0),
        Moved(at=NOW - 12 * DAY, cause=Cause.FIX_DELIVERED, degrees=6.0, about="p5"),
    )
    over = (TakenOver(at=NOW - 3 * DAY, report="p4", person="Lin"),)
    one = ThermometerDoc(
        id=MEMBER, degrees=54, at=NOW - DAY, moved=moved, formula=formula, taken_over=over
    )
    return {MEMBER: one}


def incidents() -> dict[str, IncidentDoc]:
    one = IncidentDoc(
        id="n1",
        state=IncidentState.OPEN,
        opened=NOW - 10 * 3600,
        due=NOW + 62 * 3600,
        vendor="Acme",
        models=("PLG-2",),
        component="battery",
        versions=("1.4.1",),
        homes=64,
        notice={
            "en": "Batteries empty within a day. Charge it overnight.",
            "zh_CN": "电池一天内耗尽。请夜间充电。",
        },
    )
    return {one.id: one}


def facts() -> dict[str, dict[str, Any]]:
    """Everything that the hub has told."""
    cases_, files = cases()
    committees, inside = committee()
    return {
        "week_page": weeks(),
        **points(),
        "idea": ideas(),
        "voice": voice(),
        "ballot": ballots(),
        "case": cases_,
        "case_file": files,
        "committee": committees,
        "candidates": inside,
        "circle": circles(),
        "campaign": campaigns(),
        "campaign_joined": {
            "g2": Joined(campaign="g2", since=NOW - DAY, until=NOW + 30 * DAY, sent=20)
        },
        "thermometer": thermometer(),
        "incident": incidents(),
    }
