"""A hub as its staff see it, made of values: three clusters, and it keeps what it is told."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from feedback.staff_client import Done
from feedback.wire import (
    ClockName,
    DeviceFacts,
    HubError,
    HubState,
    Kind,
    ReplyDoc,
    StaffReport,
    StaffReportWhole,
)
from feedback.wire_triage import (
    Award,
    Awards,
    Breach,
    ClusterState,
    Count,
    Event,
    Left,
    Load,
    Queue,
    Severity,
    StaffCluster,
    StaffClusterWhole,
    Team,
    Teams,
)
from tests.desktop.fake_house import NOW, clock

HUB = "https://hub.example"


def cluster(name: str, title: str, **more: Any) -> StaffCluster:
    known: dict[str, Any] = {
        "kind": Kind.PROBLEM,
        "state": ClusterState.OPEN,
        "vendor": "Acme",
        "model": "LGT-01",
        "component": "boot",
        "made": NOW - 9000,
        "newest": NOW - 600,
        "reports": 3,
        "households": 3,
    }
    return StaffCluster(id=name, title=title, **{**known, **more})


def clusters() -> tuple[StaffCluster, ...]:
    named, solution, closed = ClockName.NAMED, ClockName.SOLUTION, ClockName.CLOSED
    return (
        cluster(
            "c1",
            "Plug gets hot while charging",
            model="PLG-2",
            component="relay",
            safety=True,
            severity=Severity.CRITICAL,
            households=2,
            reports=2,
            clocks=(
                clock(named, 1800, started=NOW - 2100, breached=True, escalated=100, always=True),
                clock(solution, 10_800, started=NOW - 2100, always=True),
                clock(closed, 259_200, started=NOW - 2100, always=True),
                clock(ClockName.NOTICE, 14_400, started=NOW - 2100, always=True),
            ),
            next=Left(clock=named, due=NOW - 300),
        ),
        cluster(
            "c2",
            "Hall light goes back to the old version",
            owner="Lin",
            acknowledged=True,
            households=7,
            reports=9,
            severity=Severity.MAJOR,
            clocks=(
                clock(named, 1800, started=NOW - 9000, met=NOW - 8000),
                clock(solution, 10_800, started=NOW - 9000, escalated=80),
                clock(closed, 259_200, started=NOW - 9000),
            ),
            next=Left(clock=solution, due=NOW + 1800),
        ),
        cluster(
            "c3",
            "Blinds stop half way",
            vendor="IKEA",
            model="FYRTUR",
            component="motor",
            owner="Mo",
            acknowledged=True,
            asked=1,
            households=1,
            reports=1,
            clocks=(clock(closed, 259_200, started=NOW - 90_000, paused=NOW - 80_000),),
            next=Left(clock=closed, due=NOW + 160_000, paused=True),
        ),
    )


def whole(name: str) -> StaffClusterWhole:
    one = next(each for each in clusters() if each.id == name)
    facts = DeviceFacts(vendor=one.vendor, model=one.model, version="1.122.2")
    reports = tuple(
        StaffReport(
            id=f"{name}-r{number}",
            state=HubState.SEEN,
            kind=one.kind,
            title=one.title,
            member=member,
            device="0" * 32,
            facts=facts,
            received=NOW - 9000 + number * 1200,
        )
        for number, member in enumerate(("robin", "mei", "ana")[: one.reports])
    )
    return StaffClusterWhole(
        cluster=one,
        signature=f"{one.component}:rolled_back:self_test",
        reason="",
        words={},
        rule=None,
        reports=reports,
        replies=(ReplyDoc(id="a", author="Lin", staff=True, at=NOW - 4000, text="We look at it."),)
        if one.owner == "Lin"
        else (),
        versions=(Count(value="1.128.0", households=5), Count(value="1.122.2", households=2)),
        curve=(
            Count(value="2026-11-20", households=1),
            Count(value="2026-11-25", households=2),
            Count(value="2026-11-26", households=3),
            Count(value="2026-11-27", households=1),
        ),
        timeline=(
            Event(at=NOW - 9000, what="made", detail="robin"),
            Event(at=NOW - 8000, what="acknowledged", who="Lin"),
            Event(at=NOW - 5000, what="merge", who="Lin", detail="2 reports", move="m1"),
        ),
        breaches=(Breach(cluster=name, clock=ClockName.NAMED, round=1, due=NOW - 300),),
        others=(cluster("c9", "Light restarts by itself", households=4),),
    )


class FakeStaffClient:
    """Answers like feedback.staff_client.StaffClient; `told` is what it was asked to do."""

    def __init__(self) -> None:
        self.told: list[tuple[str, Any]] = []
        self.asked: list[tuple[str, dict[str, str]]] = []
        self.teams = (Team(name="lamps", zone="Asia/Shanghai", people=("Lin", "Mo"), lead="Rae"),)
        self.error: HubError | None = None
        self.queue = Queue(
            clusters=clusters(),
            nudges=(),
            today=(Load(name="Lin", answers=12, open=2), Load(name="Mo", answers=7, open=1)),
            hub_time=NOW,
        )

    def ask(
        self,
        method: str,
        path: str,
        *,
        said: msgspec.Struct | None = None,
        fields: Mapping[str, str] | None = None,
        answer: type,
    ) -> Any:
        if self.error is not None:
            raise self.error
        if method == "PUT":
            self.told.append((path, said))
            self.teams = (said,)
            return Done()
        if path == "/v1/staff/teams":
            return Teams(teams=self.teams)
        if method == "POST":
            self.told.append((path.removeprefix("/v1/staff/clusters/"), said))
            return Done()
        self.asked.append((path, {name: one for name, one in (fields or {}).items() if one}))
        if path == "/v1/staff/queue":
            return self.queue
        name = path.split("/")[4]
        if path.endswith("/awards"):
            award = Award(
                member="robin", rule="bug_major", points=30, report="r", paid=False,
                waits="confirmed",
            )  # fmt: skip
            return Awards(awards=(award,), confirmed=False)
        return whole(name)

    def read(self, report: str) -> StaffReportWhole:
        found = next(one for one in whole(report[:2]).reports if one.id == report)
        payload = msgspec.Raw(b'{"title":"as it was sent"}')
        return StaffReportWhole(
            report=found, text="It went dark.", replies=(), payload=payload, payload_sha256="ab12"
        )

    def close(self) -> None:
        pass
