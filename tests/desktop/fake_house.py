"""The house of the window's tests and pictures: fourteen devices in week 48, as plain values."""

from __future__ import annotations

import datetime as dt
from typing import Any

from msgspec.structs import replace

from feedback.report import (
    DeviceFacts,
    Kind,
    Membership,
    Part,
    PartName,
    Reply,
    Report,
    ReportState,
)
from feedback.wire import Clock, ClockName
from firmware.forecast import Forecast, Foreseen
from firmware.release import Back, Channel, Fit, Fits, Misfit, Signed, Target, Week
from firmware.trust import Standing
from fleet.model import (
    Availability,
    BrokerState,
    Caps,
    Connection,
    Device,
    Install,
    Rollout,
    RolloutState,
    Snapshot,
    Update,
    UpdateEvent,
    UpdateState,
    Version,
    Waiting,
)

NOW = dt.datetime(2026, 11, 27, 14, 10).astimezone().timestamp()  # Friday of week 48, here
WEEK = "2026-W48"
ROLLOUT = "r-48"


def device(key: str, name: str, **more: Any) -> Device:
    version = more.pop("version", "1.0.0")
    seen = more.pop("seen", 4.0)
    known: dict[str, Any] = {
        "vendor": "Acme",
        "model": "LGT-01",
        "room": "Kitchen",
        "kind": "light",
        "availability": Availability.ONLINE,
        "dialects": ("native",),
        "caps": Caps(install=frozenset({Install.URL}), keeps_previous=True),
    }
    last = None if seen is None else NOW - seen
    return Device(key=key, name=name, version=Version(version), last_seen=last, **{**known, **more})


def target(version: str, model: str = "LGT-01", **more: Any) -> Target:
    known: dict[str, Any] = {
        "path": f"fw/acme/{model.lower()}/{model.lower()}-{version}.bin",
        "sha256": f"{abs(hash((model, version))):064x}"[:64],
        "size": 1_153_434,
        "counter": 4,
        "line": model.lower(),
        "fits": Fits(vendor="Acme", model=model),
    }
    return Target(version=version, **{**known, **more})


def devices() -> dict[str, Device]:
    tasmota, discovered = ("tasmota",), ("homeassistant",)
    own = Caps(install=frozenset({Install.OWN}))
    each = [
        device("d1", "Ceiling lamp", version="1.122.2"),
        device("d2", "Desk lamp", version="1.122.2", room="Study", seen=12),
        device("d3", "Stair light", version="1.128.0", room="Hall", seen=9),
        device("d4", "Hall light", version="1.122.2", room="Hall", seen=20, hardware="B"),
        device(
            "d5",
            "Air monitor",
            model="AM-7",
            version="14.3.0",
            room="Bedroom",
            kind="sensor",
            seen=2,
        ),
        device(
            "d6",
            "Door sensor",
            model="DS-2",
            version="9",
            room="Hall",
            kind="lock",
            seen=10800,
            availability=Availability.SLEEPING,
            battery=71.0,
            via="d7",
        ),
        device(
            "d7",
            "Multimode gateway",
            model="MG-3",
            version="2.6.1",
            room="Hall",
            kind="gateway",
            seen=1,
        ),
        device(
            "d8",
            "Ceiling fan",
            model="FAN-1",
            version="2026.10.2",
            room="Bedroom",
            kind="fan",
            seen=4,
        ),
        device(
            "d9",
            "Fridge plug",
            model="PLG-2",
            version="1.4.1",
            kind="plug",
            seen=30,
            ask_first=True,
        ),
        device(
            "d10",
            "Desk plug",
            vendor="Gosund",
            model="SP111",
            version="14.4.1",
            room="Study",
            kind="plug",
            dialects=tasmota,
            seen=31,
        ),
        device(
            "d11",
            "Strip light",
            vendor="Athom",
            model="RGBCW",
            version="13.1.0",
            kind="light",
            dialects=tasmota,
            seen=8,
        ),
        device(
            "d12",
            "Hall camera",
            vendor="Ezvio",
            model="CAM-4",
            version="0.9.1",
            room="Hall",
            kind="camera",
            dialects=discovered,
            caps=own,
            seen=22,
        ),
        device(
            "d13",
            "Blinds",
            vendor="IKEA",
            model="FYRTUR",
            version="3.1",
            room="Bedroom",
            kind="cover",
            dialects=discovered,
            caps=own,
            availability=Availability.OFFLINE,
            seen=180000,
        ),
        device(
            "d14",
            "Thermostat",
            vendor="Eqiva",
            model="CC-RT",
            version="1.46",
            room="Bedroom",
            kind="climate",
            dialects=discovered,
            caps=Caps(),
            battery=18.0,
            seen=340,
        ),
    ]
    each[11] = replace(each[11], offer=Version("0.9.4"))
    return {one.key: one for one in each}


def update(key: str, state: UpdateState, **more: Any) -> Update:
    known: dict[str, Any] = {
        "rollout": ROLLOUT,
        "week": WEEK,
        "since": NOW - 60,
        "started": NOW - 240,
    }
    return Update(device=key, state=state, **{**known, **more})


NOTES = {
    "en": "- Lamps no longer flicker when dimmed below 10 %\n"
    "- Colour and brightness survive a power cut\n"
    "- The air monitor reports humidity again after a restart",
    "zh_CN": "- 亮度低于 10% 时灯不再闪烁\n- 断电后保留颜色和亮度\n- 空气检测仪重启后恢复上报湿度",
}


def week(**more: Any) -> Week:
    known: dict[str, Any] = {
        "id": WEEK,
        "maker": "acme",
        "channel": Channel.ORANGE,
        "counter": 48,
        "targets": (
            target("1.128.0"),
            target("14.4.1", "AM-7"),
            target("11", "DS-2"),
            target("2.6.1", "MG-3"),
            target("2026.11.1", "FAN-1"),
            target("1.4.2", "PLG-2"),
        ),
        "notes": NOTES,
        "fixes": ("p2",),
        "signed": (
            Signed(role="train-orange", threshold=2, keys=3, signers=("Ana", "Chen")),
            Signed(role="build-lgt-01", threshold=2, keys=3, signers=("Bo", "Dora")),
        ),
        "published": NOW - 14400,
        "expires": NOW + 7 * 86400,
        "checked": NOW - 300,
    }
    return Week(**{**known, **more})


def updates() -> dict[str, Update]:
    transferring, queued = UpdateState.TRANSFERRING, UpdateState.QUEUED
    each = [
        update(
            "d5",
            transferring,
            version_from="14.3.0",
            version_to="14.4.1",
            percent=62.0,
            canary=True,
        ),
        update("d6", queued, version_from="9", version_to="11", waiting=Waiting.ASLEEP),
        update(
            "d4",
            UpdateState.ROLLED_BACK,
            version_from="1.122.2",
            version_to="1.128.0",
            reason="device_rolled_back",
            fact="self test failed",
            since=NOW - 780,
        ),
        update(
            "d3",
            UpdateState.DONE,
            version_from="1.122.2",
            version_to="1.128.0",
            since=NOW - 2400,
            started=NOW - 2580,
        ),
        update(
            "d7",
            UpdateState.DONE,
            version_from="2.5.0",
            version_to="2.6.1",
            since=NOW - 5400,
            started=NOW - 5580,
        ),
    ]
    return {one.device: one for one in each}


def fits() -> dict[str, Fit | Misfit]:
    lamp = Fit(target=target("1.128.0", keeps_previous=True), score=9)
    return {
        "d1": lamp,
        "d2": lamp,
        "d3": Misfit(code="already_there", fact="1.128.0"),
        "d4": lamp,
        "d5": Fit(target=target("14.4.1", "AM-7"), score=9),
        "d6": Fit(target=target("11", "DS-2"), score=9),
        "d7": Misfit(code="already_there", fact="2.6.1"),
        "d8": Fit(target=target("2026.11.1", "FAN-1"), score=9),
        "d9": Fit(target=target("1.4.2", "PLG-2", size=640_000), score=9),
        "d10": Misfit(code="other_vendor", fact="Gosund"),
        "d11": Misfit(code="other_vendor", fact="Athom"),
        "d12": Misfit(code="own_updates_only", fact="0.9.4"),
        "d13": Misfit(code="other_vendor", fact="IKEA"),
        "d14": Misfit(code="no_way_to_install"),
    }


def clock(name: ClockName, lasts: float, *, started: float, **more: Any) -> Clock:
    return Clock(name=name, started=started, due=started + lasts, **more)


def reports() -> dict[str, Report]:
    facts = DeviceFacts(vendor="Acme", model="LGT-01", version="1.122.2")
    lin = "Lin (lamp team)"
    each = [
        Report(
            id="p1",
            title="Hall light goes back to the old version",
            device="d4",
            facts=facts,
            text="I pressed Update. It restarted twice, blinked for a minute and then said "
            "1.122.2 again. I expected it to run 1.128.0 like the stair light.",
            state=ReportState.FIX_PLANNED,
            made=NOW - 700,
            queued=NOW - 690,
            sent=NOW - 685,
            seen=NOW - 480,
            seen_by=lin,
            answered=NOW - 420,
            fix_week="2026-W49",
            fix_version="1.128.1",
            replies=(
                Reply(
                    id="a",
                    author=lin,
                    at=NOW - 420,
                    staff=True,
                    text="Thank you, seen on two more homes with hardware B: its self test is too "
                    "strict about the supply voltage. Mended today; it comes with next Friday's "
                    "week.",
                ),
                Reply(
                    id="b",
                    author="",
                    at=NOW - 300,
                    text="Good to know. It works fine on the old one.",
                ),
            ),
            clocks=(
                clock(ClockName.NAMED, 1800, started=NOW - 685, met=NOW - 480),
                clock(ClockName.SOLUTION, 10_800, started=NOW - 685, met=NOW - 420),
                clock(ClockName.CLOSED, 3 * 86_400, started=NOW - 685),
            ),
            households=6,
            size=3480,
        ),
        Report(
            id="p2",
            title="Lamp flickers when dimmed",
            device="d1",
            facts=facts,
            text="Below 10 % it flickers.",
            state=ReportState.ON_DEVICE,
            made=NOW - 8 * 86400,
            queued=NOW - 8 * 86400,
            sent=NOW - 8 * 86400 + 5,
            seen=NOW - 8 * 86400 + 1320,
            seen_by=lin,
            answered=NOW - 7.9 * 86400,
            fix_week=WEEK,
            fix_version="1.128.0",
            on_device=NOW - 2400,
            size=2200,
        ),
        Report(
            id="p3",
            title="Gateway page stays empty",
            device="d7",
            text="After the restart nothing is listed.",
            state=ReportState.WAITING,
            made=NOW - 3000,
            queued=NOW - 2990,
            pending=1,
            size=1900,
        ),
        Report(
            id="p4",
            title="Group rooms by floor",
            kind=Kind.WISH,
            text="Two floors, one list.",
            state=ReportState.SEEN,
            made=NOW - 2 * 86400,
            queued=NOW - 2 * 86400,
            sent=NOW - 2 * 86400,
            seen=NOW - 2 * 86400 + 900,
            seen_by="Mo",
            size=420,
        ),
        Report(
            id="p6",
            title="Blinds stop half way",
            device="d13",
            facts=DeviceFacts(vendor="IKEA", model="FYRTUR", version="3.1"),
            text="About every third evening.",
            state=ReportState.NEED_INFO,
            made=NOW - 90_000,
            queued=NOW - 90_000,
            sent=NOW - 90_000,
            seen=NOW - 88_000,
            seen_by="Mo",
            answered=NOW - 80_000,
            asked=NOW - 80_000,
            replies=(
                Reply(
                    id="c",
                    author="Mo",
                    at=NOW - 80_000,
                    staff=True,
                    text="Does it stop at the same height each time?",
                ),
            ),
            clocks=(
                clock(ClockName.NAMED, 1800, started=NOW - 90_000, met=NOW - 88_000, breached=True),
                clock(ClockName.SOLUTION, 10_800, started=NOW - 90_000, met=NOW - 80_000),
                clock(ClockName.CLOSED, 259_200, started=NOW - 90_000, paused=NOW - 80_000),
            ),
            size=1200,
        ),
        Report(
            id="p5",
            title="Plug clicks at night",
            device="d9",
            text="Every night at three.",
            state=ReportState.CONFIRMED,
            made=NOW - 20 * 86400,
            queued=NOW - 20 * 86400,
            sent=NOW - 20 * 86400,
            seen=NOW - 20 * 86400 + 600,
            seen_by="Mo",
            answered=NOW - 19 * 86400,
            fix_week="2026-W46",
            on_device=NOW - 13 * 86400,
            confirmed=NOW - 12 * 86400,
            points=20,
            size=2100,
        ),
    ]
    return {one.id: one for one in each}


def house(**facts: Any) -> Snapshot:
    """The house of the pictures; `facts` replace a kind as a whole."""
    known: dict[str, Any] = {
        "connection": {
            "home": Connection(
                broker="home", state=BrokerState.CONNECTED, address="192.168.1.4:1883", protocol="5"
            )
        },
        "update": updates(),
        "rollout": {
            ROLLOUT: Rollout(id=ROLLOUT, week=WEEK, state=RolloutState.RUNNING, started=NOW - 6000)
        },
        "week": {"acme": week()},
        "fit": fits(),
        "trust": {
            "acme": Standing(
                maker="acme", week=week(), checked=NOW - 300, source="https://fw.example"
            )
        },
        "report": reports(),
        "member": {
            "me": Membership(
                hub_url="https://hub.example",
                hub_name="Acme beta",
                name="robin",
                points=128,
                enrolled=NOW - 90 * 86400,
            )
        },
    }
    return Snapshot(number=1, devices=devices(), facts={**known, **facts})


def forecast(command: Any) -> Forecast:
    """What the house would foresee for the devices asked for: the first alone, the others after."""
    wanted = command.devices or tuple(key for key, fit in fits().items() if isinstance(fit, Fit))
    steps = []
    for number, key in enumerate(wanted):
        fit, one = fits()[key], devices()[key]
        assert isinstance(fit, Fit)
        begins = NOW + 300 * number
        steps.append(
            Foreseen(
                device=key,
                version_from=one.version.raw if one.version else "",
                version_to=fit.target.version,
                wave=min(number, 1),
                begins=begins,
                ends=begins + 240,
                back=Back.YES,
            )
        )
    return Forecast(at=NOW, week=WEEK, steps=tuple(steps), begins=NOW, ends=steps[-1].ends)


def history(command: Any) -> list[UpdateEvent]:
    if command.device not in {"d3", "d4"}:
        return []
    last = UpdateState.DONE if command.device == "d3" else UpdateState.ROLLED_BACK
    steps = [UpdateState.QUEUED, UpdateState.STAGED, UpdateState.OFFERED, UpdateState.TRANSFERRING]
    steps += [UpdateState.INSTALLING, UpdateState.REBOOTING, UpdateState.VERIFYING, last]
    return [
        UpdateEvent(
            number=number,
            at=NOW - 2600 + number * 25,
            rollout=ROLLOUT,
            device=command.device,
            state=state,
            version_from="1.122.2",
            version_to="1.128.0",
        )
        for number, state in enumerate(steps)
    ]


def gathered(key: str) -> tuple[Part, ...]:
    device_part = (
        Part(
            name=PartName.DEVICE,
            data=b'{"vendor":"Acme","model":"LGT-01","version":"1.122.2"}',
            places=2,
        )
        if key
        else Part(name=PartName.DEVICE, missing="no_device")
    )
    return (
        Part(name=PartName.PROGRAM, data=b'{"version":"0.1.0","system":"Linux"}', places=1),
        device_part,
        Part(
            name=PartName.MESSAGES,
            data=b'[{"topic":"orangery/v1/dev/[id 1]/state"}]',
            places=9,
            lines=50,
        ),
        Part(name=PartName.UPDATES, data=b"[]", places=0, lines=8),
    )
