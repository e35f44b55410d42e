"""What is asked after a rollout has halted: which device, what happened, and what now."""

from __future__ import annotations

from collections.abc import Iterable

from desktop.language import translate
from desktop.models import states
from desktop.models.lines import Deed, Line, versions
from desktop.models.mirror import Mirror
from fleet.model import Device, Rollout, Update, UpdateState


def question(mirror: Mirror, rollout: Rollout, updates: list[Update]) -> Line:
    """Return the question after a halt, with its answers."""
    device, update = mirror.devices.get(rollout.device), mirror.update(rollout.device)
    mine = [one for one in updates if one.rollout == rollout.id]
    said = [_what_happened(update, rollout, mine)]
    if waiting := sum(one.state in states.CANCELLABLE for one in mine):
        said.append(
            translate("Updates", "%n other(s) wait untouched until you decide.", None, waiting)
        )
    count = _can_go_back(mirror, rollout, updates)
    title = translate("Updates", "{week} stopped")
    if rollout.device:
        title = translate("Updates", "{week} stopped at {device}")
    name = device.name if device else rollout.device
    return Line(
        key=rollout.id,
        icon="circle-pause",
        tone="bad",
        title=title.format(week=states.week_name(rollout.week), device=name),
        versions=versions(device, update) if update and _is_about(update, rollout) else "",
        text="\n".join(one for one in said if one),
        deeds=_answers(device, update, rollout, count),
        device=rollout.device,
        count=count,
    )


def _answers(
    device: Device | None, update: Update | None, rollout: Rollout, count: int
) -> tuple[Deed, ...]:
    """Return what can be done after a halt; `count`: so many devices could go back."""
    deeds = [Deed.RESUME]
    if device and update and _is_about(update, rollout):
        if update.state in states.DECIDE:
            deeds.append(Deed.AGAIN)
        elif states.can_go_back(device, update):
            deeds.append(Deed.UNDO)
    alone = Deed.UNDO in deeds and count == 1
    deeds += [Deed.UNDO_ALL] if count and not alone else []
    return (*deeds, Deed.REPORT)


def _is_about(update: Update, rollout: Rollout) -> bool:
    """Whether this update is what made the rollout halt."""
    bad = update.state in states.DECIDE or states.is_unwell(update)
    return bad and update.rollout == rollout.id


def _what_happened(update: Update | None, rollout: Rollout, mine: Iterable[Update]) -> str:
    if update is not None and _is_about(update, rollout):
        return ended_badly(update)
    theirs = (one.fact for one in mine if one.reason == rollout.reason)
    fact = rollout.fact or next(theirs, "")
    said = states.because(rollout.reason, fact)
    if "…" not in said:
        return said
    # The sentence names a path or an address that a rollout does not keep.
    bare = translate("Updates", "A file could not be fetched or kept ({code}). {advice}")
    return bare.format(code=rollout.reason, advice=states.advice(rollout.reason, fact))


def ended_badly(update: Update) -> str:
    """Return how an update ended that did not come through, and why."""
    look = states.of_update(update)
    said = translate("Updates", "{word}: {why}").format(word=look.word, why=look.note)
    if update.state is UpdateState.SILENT:
        asked = translate("Updates", "It is asked again as soon as it speaks.")
        return f"{said} {asked}" if said.endswith((".", "。")) else f"{said}. {asked}"
    return said


def undoable(mirror: Mirror, updates: Iterable[Update]) -> tuple[str, int]:
    """Return the last rollout of which devices could go back, and how many."""
    rollout = next((one for one in mirror.rollouts() if not one.undo), None)
    return (rollout.id, _can_go_back(mirror, rollout, updates)) if rollout else ("", 0)


def _can_go_back(mirror: Mirror, rollout: Rollout, updates: Iterable[Update]) -> int:
    """Return how many of its devices one tap brings back; while trust fails none."""
    if not mirror.trusted():
        return 0
    mine = (one for one in updates if one.rollout == rollout.id)
    return sum(states.can_go_back(mirror.devices[one.device], one) for one in mine)
