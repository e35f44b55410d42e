"""In which state a device, an update or a report is, in a word, an icon and a colour."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from desktop import language, words
from desktop.language import mark, translate
from desktop.models.stages import CANCELLABLE as CANCELLABLE  # noqa: PLC0414 - as of old
from desktop.models.stages import DECIDE as DECIDE  # noqa: PLC0414 - as of old
from desktop.models.stages import UNWELL as UNWELL  # noqa: PLC0414 - as of old
from desktop.models.stages import WORKING as WORKING  # noqa: PLC0414 - as of old
from desktop.models.stages import needs_decision as needs_decision  # noqa: PLC0414 - as of old
from feedback.report_state import ReportState
from firmware.release import Back, Fit, Misfit
from fleet.model import Availability, Device, Update, UpdateState, Waiting, WeekId


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """A state as it is shown: never by colour alone."""

    word: str
    icon: str
    tone: str  # of desktop/theme.py
    note: str = ""  # the second line: why, or how far
    percent: float | None = None


class Group(StrEnum):
    """What the chips above the table pick out; a device may be in several."""

    ALL = "all"
    READY = "ready"
    ATTENTION = "attention"
    OFFLINE = "offline"


_STEPS = {
    UpdateState.KNOWN: mark("States", "known"),
    UpdateState.APPROVED: mark("States", "starts next"),
    UpdateState.QUEUED: mark("States", "in the queue"),
    UpdateState.STAGING: mark("States", "fetching and checking the file"),
    UpdateState.STAGED: mark("States", "file is checked and ready"),
    UpdateState.OFFERED: mark("States", "offered to the device"),
    UpdateState.TRANSFERRING: mark("States", "fetching the file"),
    UpdateState.INSTALLING: mark("States", "writing: do not unplug it"),
    UpdateState.REBOOTING: mark("States", "restarting"),
    UpdateState.VERIFYING: mark("States", "trying the new version"),
}
_BACK = {
    Back.YES: mark("States", "one tap goes back afterwards"),
    Back.CABLE: mark("States", "back only by cable"),
    Back.NO: mark("States", "once it runs there is no way back"),
}
_ENDS = {
    UpdateState.DONE: (mark("States", "Confirmed"), "circle-check", "ok"),
    UpdateState.ROLLED_BACK: (mark("States", "Went back"), "rotate-ccw", "bad"),
    UpdateState.FAILED: (mark("States", "Failed"), "triangle-alert", "bad"),
    UpdateState.SILENT: (mark("States", "No answer"), "circle-help", "bad"),
    UpdateState.CANCELLED: (mark("States", "Cancelled"), "circle-slash", "muted"),
    UpdateState.RECALLED: (mark("States", "Recalled"), "shield-x", "warn"),
}
_TELLING, _TELLING_S = 5.0, 10.0  # per cent and seconds from which on progress tells its end
_VAGUE = {"sensor", "switch"}  # its name says more
_POWERS = frozenset({"plug", "outlet", "switch"})  # something else hangs on these
_NAMED = {
    **dict.fromkeys(("lamp", "light", "bulb", "灯"), "lightbulb"),
    **dict.fromkeys(("plug", "socket", "washing", "插座", "插头"), "plug"),
    **dict.fromkeys(("gateway", "bridge", "router", "网关"), "router"),
    **dict.fromkeys(("climate", "thermo", "heating", "sensor", "温", "传感"), "thermometer"),
    **dict.fromkeys(("door", "门"), "door-open"),
    **dict.fromkeys(("pump", "water", "leak", "水"), "droplets"),
    **dict.fromkeys(("blind", "curtain", "shutter", "窗帘"), "blinds"),
    **dict.fromkeys(("camera", "摄像"), "camera"),
    **dict.fromkeys(("fan", "风扇"), "fan"),
    **dict.fromkeys(("lock", "锁"), "lock"),
    **dict.fromkeys(("switch", "开关"), "power"),
}
_DEFAULTS = {
    UpdateState.ROLLED_BACK: mark("States", "it tried {to} and went back to {was} by itself"),
    UpdateState.FAILED: mark("States", "the device did not take {to}"),
    UpdateState.SILENT: mark("States", "it has not spoken since it restarted"),
}
_PRESENT = {
    Availability.ONLINE: (mark("States", "Online"), "circle-check", "ok"),
    Availability.OFFLINE: (mark("States", "Offline"), "wifi-off", "muted"),
    Availability.SLEEPING: (mark("States", "Asleep"), "moon", "muted"),
    Availability.UNKNOWN: (mark("States", "Not heard yet"), "circle-dashed", "muted"),
}
_REPORTS = {
    ReportState.DRAFT: (mark("States", "Draft"), "pencil", "muted"),
    ReportState.WAITING: (mark("States", "Waiting to be sent"), "clock", "warn"),
    ReportState.REFUSED: (mark("States", "Not accepted"), "triangle-alert", "bad"),
    ReportState.SENT: (mark("States", "Sent"), "send", "info"),
    ReportState.SEEN: (mark("States", "Seen"), "eye", "info"),
    ReportState.ANSWERED: (mark("States", "Answered"), "message-square", "info"),
    ReportState.NEED_INFO: (mark("States", "They ask you something"), "circle-help", "warn"),
    ReportState.FIX_PLANNED: (mark("States", "Fix is on its way"), "clock", "info"),
    ReportState.ON_DEVICE: (
        mark("States", "Fixed: is it, for you?"),
        "circle-help",
        "warn",
    ),
    ReportState.CONFIRMED: (mark("States", "Fixed for you"), "circle-check", "ok"),
    ReportState.NOT_FIXED: (mark("States", "Not fixed"), "triangle-alert", "bad"),
    ReportState.DECLINED: (mark("States", "Will not be changed"), "info", "muted"),
}
_KINDS = {
    "light": "lightbulb",
    "lamp": "lightbulb",
    "plug": "plug",
    "outlet": "plug",
    "switch": "power",
    "sensor": "thermometer",
    "climate": "thermometer",
    "thermostat": "thermometer",
    "camera": "camera",
    "fan": "fan",
    "lock": "lock",
    "door": "door-open",
    "cover": "blinds",
    "blinds": "blinds",
    "gateway": "router",
    "bridge": "router",
    "speaker": "radio",
    "leak": "droplets",
    "humidifier": "droplets",
    "energy": "zap",
}


def cuts_power(device: Device) -> bool:
    """Whether something else may lose its power while this device restarts."""
    return device.kind in _POWERS


def kind_icon(device: Device) -> str:
    """Return the icon for a device's kind; where it says none, for what its name speaks of."""
    known = _KINDS.get(device.kind, "cpu")
    if device.kind in _KINDS and device.kind not in _VAGUE:
        return known
    name = device.name.lower()
    return next((icon for word, icon in _NAMED.items() if word in name), known)


def of_device(
    device: Device,
    update: Update | None,
    ready: Fit | None,
    misfit: Misfit | None = None,
    now: float | None = None,
) -> Look:
    """Return the one state a person should see of this device: the most pressing one."""
    if update and not update.state.ended:
        return of_update(update, now)
    if needs_decision(device, update, ready):
        assert update is not None  # noqa: S101 - for the type checker
        return of_update(update)
    word, icon, tone = _PRESENT[device.availability]
    present = translate("States", word)
    if device.availability is Availability.OFFLINE:
        waits = translate("States", "an update is waiting") if ready else ""
        return Look(word=present, icon=icon, tone=tone, note=waits)
    if ready:
        asked = translate("States", "you want to be asked first") if device.ask_first else ""
        said = asked or translate("States", "signed and checked")
        return Look(word=update_ready(), icon="circle-arrow-up", tone="info", note=said)
    note = ""
    if device.offer is not None and device.offer != device.version:
        note = translate("States", "its maker offers {version}").format(version=device.offer)
    if misfit and misfit.code == "skipped":
        note = translate("States", "you skip {version}").format(version=misfit.fact)
    return Look(word=present, icon=icon, tone=tone, note=note)


def update_ready() -> str:
    """Return the word for a device that can be updated."""
    return translate("States", "Update ready")


def of_update(update: Update, now: float | None = None) -> Look:
    """Return the state of an update, also of one that ended; with times where `now` is given."""
    if is_unwell(update):
        said = translate("States", "Confirmed, but not well")
        return Look(word=said, icon="triangle-alert", tone="warn", note=reason(update))
    if update.state.ended:
        word, icon, tone = _ENDS[update.state]
        return Look(word=translate("States", word), icon=icon, tone=tone, note=reason(update))
    if update.state in WORKING:
        note = step(update, now)
        return Look(
            word=translate("States", "Updating"),
            icon="refresh-cw",
            tone="accent",
            note=note,
            percent=update.percent,
        )
    return Look(
        word=translate("States", "Waiting"), icon="clock", tone="warn", note=step(update, now)
    )


def step(update: Update, now: float | None = None) -> str:
    """Return what is happening in an update that has not ended, in a few words."""
    if update.waiting and update.state not in WORKING:
        return _waits(update, now)
    said = translate("States", _STEPS[update.state])
    if update.percent is not None and update.state in WORKING:
        said = f"{said} · {round(update.percent)} %"
        left = None if now is None else seconds_left(update, now)
        if left is not None:
            about = translate("States", "about {span} left").format(span=language.lasting(left))
            said = f"{said} · {about}"
    return said


def seconds_left(update: Update, now: float) -> float | None:
    """Return how long a step that tells its progress will take yet; None: too early to say."""
    passed = now - update.since
    if update.percent is None or update.percent < _TELLING or passed < _TELLING_S:
        return None
    return passed * (100.0 - update.percent) / update.percent


def waits_for(waiting: Waiting) -> str:
    """Return what an update waits for, in a few words; "" where it waits for nothing."""
    return words.say(waiting, {}, language.current(), book="waiting")[0] if waiting else ""


def while_it_waits(waiting: Waiting) -> str:
    """Return what can be done about what an update waits for."""
    return words.say(waiting, {}, language.current(), book="waiting")[1] if waiting else ""


def _waits(update: Update, now: float | None) -> str:
    at = update.ready_at if now is not None and (update.ready_at or 0.0) > now else None
    if at is None or now is None:
        return waits_for(update.waiting)
    when = language.when(at, now)
    if update.waiting is Waiting.RESTING and update.bad_ends:
        said = translate(
            "States", "rests until {when}: it failed %n time(s)", None, update.bad_ends
        )
        return said.format(when=when)
    said = translate("States", "{why}, not before {when}")
    return said.format(why=waits_for(update.waiting), when=when)


def way_back(back: str) -> str:
    """Return the answer to "Can I go back?" before and after an update."""
    return translate("States", _BACK[Back(back)])


def can_go_back(device: Device, update: Update) -> bool:
    """Whether one tap brings the device back: it runs what came, and the way back is signed."""
    runs = device.version is None or device.version.says(update.version_to)
    done = update.state is UpdateState.DONE and not update.undo
    return done and update.back == Back.YES and runs


def is_unwell(update: Update) -> bool:
    """Whether it runs the new version, but something it did before it does no longer."""
    return update.state is UpdateState.DONE and update.reason in UNWELL


def hops(fit: Fit) -> tuple[str, ...]:
    """Return the versions a device goes through, the last one included."""
    return (fit.target.version, *(target.version for target in fit.hops))


def state_word(state: UpdateState) -> str:
    """Return the word for a step or an end state."""
    return translate("States", _ENDS[state][0] if state in _ENDS else _STEPS[state])


def reason(update: Update) -> str:
    """Return why an update ended as it did, in one sentence; "" where nothing was wrong."""
    if update.state in DECIDE and update.reason not in words.catalogue():
        said = translate("States", _DEFAULTS[update.state])
        said = said.format(to=update.version_to, was=update.version_from)
        return f"{said} ({update.fact})" if update.fact else said
    versions = {"version_to": update.version_to, "version_from": update.version_from}
    return because(update.reason, {"fact": update.fact, **versions})


def because(code: str, facts: Mapping[str, str] | str = "") -> str:
    """Return the sentence for a stable reason code; "" for none. A text is the one `fact`."""
    return _say(code, facts)[0] if code else ""


def advice(code: str, facts: Mapping[str, str] | str = "") -> str:
    """Return what to do about a stable reason code; "" for none."""
    return _say(code, facts)[1] if code else ""


def of_report(state: ReportState) -> Look:
    """Return the state of a report."""
    word, icon, tone = _REPORTS[state]
    return Look(word=translate("States", word), icon=icon, tone=tone)


def week_name(week: str) -> str:
    """Return a week's name for people: "Week 48"; what is not a week is left as it is."""
    try:
        number = WeekId.parse(week).week
    except ValueError:
        return week
    return translate("States", "Week {number}").format(number=number)


def week_day(week: str) -> str:
    """Return the Friday of a week, written out; "" for what is not a week."""
    try:
        return language.friday(WeekId.parse(week).friday())
    except ValueError:
        return ""


def _say(code: str, facts: Mapping[str, str] | str) -> tuple[str, str]:
    told = {"fact": facts} if isinstance(facts, str) else facts
    return words.say(code, told, language.current())
