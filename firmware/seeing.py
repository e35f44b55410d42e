"""What the rules need to know of devices: a Device becomes a Job, or what is Seen of it."""

from __future__ import annotations

from collections.abc import Mapping

from firmware.jobs import Job, Plan, Seen
from firmware.release import Back, Fit, Week
from fleet.model import Availability, Device, Rollout, Update, UpdateState

_LIT = frozenset({"light", "lamp"})
_BUSY = {
    "cover": frozenset({"opening", "closing"}),
    "vacuum": frozenset({"cleaning", "returning", "moving", "segment_cleaning"}),
    "lock": frozenset({"locking", "unlocking"}),
    "media_player": frozenset({"playing"}),
    "speaker": frozenset({"playing"}),
}
_DOCKS = frozenset({"vacuum", "mower", "lawn_mower"})
_DOCKED = frozenset({"docked", "charging", "charged", "idle_docked", "full"})
_STATES = ("state", "status", "power", "value")  # last part of a reading's name
_WATTS = ("power", "watt", "watts", "active_power")
_IDLE_W = 5.0  # a plug with less behind it feeds nothing that is at work


def job_of(
    device: Device,
    rollout: Rollout,
    *,
    plan: Plan,
    fit: Fit | None = None,
    week: Week | None = None,
    has_children: bool = False,
    asked: bool = False,
    at_once: bool = False,
    undo: bool = False,
) -> Job:
    """Return the update of a device as it begins; without `fit` it is its maker's own.

    `asked`: a person named the device, which is the answer where it is to be asked first.
    """
    target = fit.target if fit else None
    offered = device.offer.raw if device.offer else ""
    version = device.version.raw if device.version else ""
    update = Update(
        device=device.key,
        rollout=rollout.id,
        week=rollout.week,
        state=UpdateState.KNOWN,
        version_from=version,
        version_to=target.version if target else offered,
        target=target.path if target else "",
        sha256=target.sha256 if target else "",
        own=target is None,
        undo=undo,
        back=(fit.back if fit else Back.NO).value,
    )
    return Job(
        update=update,
        target=target,
        hops=fit.hops if fit else (),
        way_back=fit.way_back if fit else None,
        maker=week.maker if week and target else "",
        published=week.published if week else 0.0,
        at_once=at_once,
        broker=broker_of(device),
        gateway=device.via or (device.key if has_children else ""),
        parent=device.parent,
        access=device.access,
        careful=device.ask_first or has_children or device.kind in plan.careful_kinds,
        spare=device.spare,
        ask_first=device.ask_first and not asked,
        availability=device.availability,
        sleeper=device.availability is Availability.SLEEPING,
        battery=device.battery,
        needs_ac=needs_ac(device),
        in_use=in_use(device),
        seen=version,
        idle_s=rests_s(device),
        told_asleep=device.caps.asleep,
    )


def seen(device: Device, *, arrived: bool, spoke: bool) -> Seen:
    """Return what the rules hear of a device as it is now."""
    return Seen(
        device=device.key,
        availability=device.availability,
        version=device.version.raw if device.version else "",
        arrived=arrived,
        spoke=spoke and not device.doubt,  # a word that is not believed is no sign of life
        battery=device.battery,
        needs_ac=needs_ac(device),
        in_use=in_use(device),
        broker=broker_of(device),
        parent=device.parent,
        access=device.access,
        idle_s=rests_s(device),
        told_asleep=device.caps.asleep,
    )


def rests_s(device: Device) -> float:
    """Return how long its kind may rest in the middle of an update; 0: as long as any."""
    return device.caps.idle_s


def broker_of(device: Device) -> str:
    """Return the broker of its best dialect."""
    known = [device.endpoints[name] for name in device.dialects if name in device.endpoints]
    return known[0].broker if known else ""


def in_use(device: Device) -> bool:
    """Whether somebody would notice a restart now: a light is on, a plug feeds something, ...

    Judged by what it measures; what is only switched on (a plug without a meter) is not in use, or
    a fridge would never be updated: that is what "ask me first" is for.
    """
    states = _states(device.readings)
    if device.kind in _LIT:
        return bool(states & {"on", "true"})
    if words := _BUSY.get(device.kind):
        return bool(states & words)
    return device.kind not in _DOCKS and _watts(device.readings) > _IDLE_W


def needs_ac(device: Device) -> bool:
    """Whether it drives around on its battery: it is updated in its dock."""
    states = _states(device.readings)
    return device.kind in _DOCKS and bool(states) and not states & _DOCKED


def _states(readings: Mapping[str, str | float | bool]) -> set[str]:
    return {
        str(value).lower()
        for name, value in readings.items()
        if _last(name) in _STATES and isinstance(value, str | bool)
    }


def _watts(readings: Mapping[str, str | float | bool]) -> float:
    measured = (
        value
        for name, value in readings.items()
        if _last(name) in _WATTS and isinstance(value, int | float) and not isinstance(value, bool)
    )
    return max(measured, default=0.0)


def _last(name: str) -> str:
    return name.rpartition(".")[2].lower()
