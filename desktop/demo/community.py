"""What goes on in the demo beside the bug: ideas, a circle, another problem, a week's page."""

from __future__ import annotations

import time
import uuid

import msgspec

from desktop.commands import SyncNow
from desktop.demo.program import Program
from desktop.demo.world import World
from feedback import client_triage
from feedback.commands import SaveDraft, Say, SendReport
from feedback.staff_client import StaffClient
from feedback.wire import Details, Effect, Often
from feedback.wire_voice import CreateIdea, Join, VoiceOp, Vote
from feedback.wire_weeks import PublishedLine, PublishWeek

_IDEAS = (
    ("Group rooms by floor", "Two floors and a cellar: I scroll a lot."),
    ("Quiet hours for notices", "Nothing between ten at night and seven in the morning."),
)
_PLUGS = frozenset({"plug", "outlet", "switch"})
_CIRCLE = "model:Lumen L1"


def tester_takes_part(program: Program) -> str:
    """Propose ideas, join a circle, report a second problem; returns that report's id."""
    now = time.time()
    for title, text in _IDEAS:
        name = str(uuid.uuid4())
        idea = CreateIdea(id=name, title=title, text=text, made=now, circles=(_CIRCLE,))
        program.do(Say(kind=VoiceOp.IDEA, body=msgspec.json.encode(idea), about=name))
        vote = Vote(idea=name, on=True, made=now)
        program.do(Say(kind=VoiceOp.VOTE, body=msgspec.json.encode(vote), about=name))
    join = Join(circle=_CIRCLE, on=True, made=now)
    program.do(Say(kind=VoiceOp.JOIN, body=msgspec.json.encode(join), about=_CIRCLE))
    return _second_report(program)


def staff_publish_week(world: World, token: str, report: str) -> None:
    """Say what was in this week; one change came from `report`."""
    lines = (
        PublishedLine(
            words={
                "en": "Lamps with hardware B start again.",
                "zh_CN": "硬件 B 的灯可以正常启动。",
            },
            about=report,
        ),
        PublishedLine(
            words={
                "en": "Plugs report their power every minute.",
                "zh_CN": "插座每分钟上报功率。",
            }
        ),
    )
    client = StaffClient(world.hub.url, token)
    try:
        said = PublishWeek(changes=lines, version="1.1")
        client_triage.publish_week(client, str(world.week), said)
    finally:
        client.close()


def _second_report(program: Program) -> str:
    known = program.snapshot().devices.values()
    device = next(one for one in known if one.kind in _PLUGS)
    draft = program.do(
        SaveDraft(
            device=device.key,
            title="The plug clicks every night at three",
            text="Nobody presses it. In the morning it is as it was.",
            details=Details(often=Often.ALWAYS, effect=Effect.ANNOYING),
        )
    )
    program.do(SendReport(report=draft.id))
    program.do(SyncNow())
    return str(draft.id)
