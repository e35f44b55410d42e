"""A home of sixty devices behind four gateways: lamps, plugs, sleeping sensors, locks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from firmware.forecast import Forecast
from firmware.forecast import forecast as foresee
from firmware.jobs import Job, Started, State
from firmware.plan import PRESETS
from firmware.release import Back, Fit
from firmware.seeing import job_of
from fleet.model import Availability, Device, Rollout, RolloutState
from tests.desktop import fake_client, fake_house
from tests.desktop.fake_client import FakeClient
from tests.desktop.fake_house import NOW, WEEK

_ROOMS = ("Kitchen", "Hall", "Study", "Bedroom", "Bath", "Cellar", "Attic", "Garden")
_SIDES = ("North", "South", "East", "West")
_MODELS = {"light": "LGT-01", "sensor": "TMP-1", "plug": "PLG-2", "lock": "LCK-1"}
_WORDS = {"light": "lamp"}
_BACK = {"gateway": Back.NO, "lock": Back.CABLE}
BROKER = "home"
PLAN = PRESETS["every_night"]
ROLLED = Rollout(id="r-48", week=WEEK, state=RolloutState.RUNNING, started=NOW)
WEEK_OUT = fake_house.week()


def devices() -> dict[str, Device]:
    """Sixty of them; n9 is marked as one that may go first, n10's battery is low."""
    gateways = {
        f"g{at}": fake_house.device(
            f"g{at}", f"Gateway {side}", model="MG-3", kind="gateway", version="1.0.0", room="Hall"
        )
        for at, side in enumerate(_SIDES)
    }
    return gateways | {f"n{at}": _device(at) for at in range(56)}


def fits(known: Mapping[str, Device]) -> dict[str, Fit]:
    """What the week holds for them; plugs go over a stepping stone."""
    return {key: _fit(one) for key, one in known.items()}


def jobs(known: Mapping[str, Device], *, at_once: bool = False) -> tuple[Job, ...]:
    """The updates of the whole house as the house itself makes them."""
    gateways = {one.via for one in known.values()}
    found = fits(known)
    return tuple(
        job_of(
            one,
            ROLLED,
            plan=PLAN,
            fit=found[key],
            week=WEEK_OUT,
            has_children=key in gateways,
            at_once=at_once,
        )
        for key, one in known.items()
    )


def forecast(known: Mapping[str, Device], *, at_once: bool = False) -> Forecast:
    """What the real rules foresee for the house on the evening of `NOW`."""
    quiet = State(connected=frozenset({BROKER}))
    begun = Started(ROLLED, jobs(known, at_once=at_once))
    return foresee(quiet, begun, plan=PLAN, now=NOW)


def client(**facts: Any) -> FakeClient:
    """A client of that house on the evening before it begins; `facts` as of fake_house.house."""
    known = devices()
    quiet = {"update": {}, "rollout": {}, "fit": fits(known), "plan": {"house": PLAN}}
    made = fake_client.client(**{**quiet, **facts})
    made.now = replace(made.now, devices=known)
    made.answers["Foresee"] = lambda command: forecast(known, at_once=not command.in_hours)
    return made


def _device(at: int) -> Device:
    kind = ("light", "light", "light", "sensor", "sensor", "plug", "plug")[at % 7]
    kind = "lock" if at % 14 == 13 else kind
    room, sleeps = _ROOMS[at % len(_ROOMS)], kind == "sensor"
    return fake_house.device(
        f"n{at}",
        f"{room} {_WORDS.get(kind, kind)} {at // len(_ROOMS) + 1}",
        model=_MODELS[kind],
        kind=kind,
        room=room,
        via=f"g{at % len(_SIDES)}",
        battery=(15.0 if at == 10 else 60.0 + at % 30) if sleeps else None,
        availability=Availability.SLEEPING if sleeps else Availability.ONLINE,
        spare=at == 9,
    )


def _fit(one: Device) -> Fit:
    last = fake_house.target("2.0.0", one.model)
    if one.kind != "plug":
        return Fit(target=last, score=1, back=_BACK.get(one.kind, Back.YES))
    return Fit(target=fake_house.target("1.5.0", one.model), hops=(last,), score=1, back=Back.YES)
