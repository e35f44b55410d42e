"""A home of sixty devices behind four gateways: lamps, plugs, sleeping sensors, locks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from firmware.forecast import Forecast, Foreseen
from firmware.plan import PRESETS
from firmware.release import Back, Fit
from fleet.model import Availability, Device, Waiting
from tests.desktop import fake_client, fake_house
from tests.desktop.fake_client import FakeClient
from tests.desktop.fake_house import NOW, WEEK

_ROOMS = ("Kitchen", "Hall", "Study", "Bedroom", "Bath", "Cellar", "Attic", "Garden")
_SIDES = ("North", "South", "East", "West")
_MODELS = {"light": "LGT-01", "sensor": "TMP-1", "plug": "PLG-2", "lock": "LCK-1"}
_WORDS = {"light": "lamp"}
_CAREFUL = {"lock", "gateway"}
_OPENS = NOW + 6 * 3600
_BACK = {"gateway": Back.NO, "lock": Back.CABLE}
_BY_TWELVE = 12


def devices() -> dict[str, Device]:
    """Sixty of them; n9 is marked as one that may go first, n10's battery is low."""
    gateways = {
        f"g{at}": fake_house.device(
            f"g{at}", f"Gateway {side}", model="MG-3", kind="gateway", version="1.0.0", room="Hall"
        )
        for at, side in enumerate(_SIDES)
    }
    return gateways | {f"n{at}": _device(at) for at in range(56)}


def forecast(known: Mapping[str, Device]) -> Forecast:
    """Friday at 20:10 the first of each model; a day later the others; sleepers when they wake."""
    firsts = {one.model: one.key for one in sorted(known.values(), key=lambda one: one.spare)}
    first = [key for key in known if key in firsts.values()]
    rest = [key for key in known if key not in first]
    rest.sort(key=lambda key: known[key].kind in _CAREFUL)
    steps = [_step(known[key], at, 0, _OPENS) for at, key in enumerate(first)]
    awake = [key for key in rest if known[key].kind != "sensor"]
    for at, key in enumerate(rest):
        place = awake.index(key) if key in awake else at
        wave = 5 if known[key].kind in _CAREFUL else 1 + place // _BY_TWELVE
        steps.append(_step(known[key], place, wave, _OPENS + 86_400))
    ends = max(step.ends for step in steps if step.ends is not None)
    return Forecast(at=NOW, week=WEEK, steps=tuple(steps), begins=_OPENS, ends=ends)


def client() -> FakeClient:
    """A client of that house on the evening before it begins."""
    known = devices()
    fits = {key: _fit(one) for key, one in known.items()}
    plan = {"house": PRESETS["friday_evening"]}
    made = fake_client.client(update={}, rollout={}, fit=fits, plan=plan)
    made.now = replace(made.now, devices=known)
    made.answers["Foresee"] = lambda _: forecast(known)
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


def _step(one: Device, at: int, wave: int, opens: float) -> Foreseen:
    waits = Waiting.SOAK if wave else Waiting.WINDOW_CLOSED
    begins: float | None = opens + 100.0 * at
    if one.kind == "sensor":
        low = one.battery is not None and one.battery < 50
        begins, waits = None, Waiting.BATTERY_LOW if low else Waiting.ASLEEP
    return Foreseen(
        device=one.key,
        version_from="1.0.0",
        version_to="2.0.0",
        wave=wave,
        begins=begins,
        ends=None if begins is None else begins + 240,
        waiting=waits,
        back=_BACK.get(one.kind, Back.YES),
        hops=2 if one.kind == "plug" else 1,
        careful=one.kind in _CAREFUL,
    )
