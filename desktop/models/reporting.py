"""What the dialog that writes a report says: its steps, its fields, its evidence. No widgets."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from desktop import language
from desktop.language import mark, translate
from desktop.models import states
from feedback.facts import facts_of
from feedback.report import Details, DeviceFacts, Part, PartName, Suspect
from feedback.wire import SENTENCE_MAX, STEP_MAX, STEPS_MAX, Effect, Often, Safety
from fleet.model import Device, Update

_TOKEN: Final = re.compile(r"<[a-z]+-[0-9a-f]{6}>")
"""How feedback/redaction.py writes what stands in place of a value."""
_WORD: Final = 64  # characters of a version


Choices = Sequence[tuple[object, str]]
"""What can be chosen, each with its words; the first is "not said"."""


class Step(StrEnum):
    """The three steps, in order."""

    WHAT = "what"
    EVIDENCE = "evidence"
    PREVIEW = "preview"


STEPS: Final = tuple(Step)
_STEPS: Final = {
    Step.WHAT: mark("Report", "What happened"),
    Step.EVIDENCE: mark("Report", "What goes along"),
    Step.PREVIEW: mark("Report", "Exactly what is sent"),
}
_OFTEN: Final = {
    Often.UNSAID: mark("Report", "not said"),
    Often.ALWAYS: mark("Report", "Always"),
    Often.OFTEN: mark("Report", "Often"),
    Often.ONCE: mark("Report", "Once so far"),
}
_EFFECT: Final = {
    Effect.UNSAID: mark("Report", "not said"),
    Effect.ANNOYING: mark("Report", "It annoys me"),
    Effect.FUNCTION_LOST: mark("Report", "Something no longer works"),
    Effect.DEVICE_DEAD: mark("Report", "The device is dead"),
}
_SAFETY: Final = {
    Safety.NONE: mark("Report", "Nothing"),
    Safety.HEAT: mark("Report", "It gets hot"),
    Safety.SMOKE: mark("Report", "Smoke or fire"),
    Safety.GAS: mark("Report", "Gas"),
    Safety.LOCK: mark("Report", "A door or a lock"),
    Safety.OTHER: mark("Report", "Something else"),
}
_PARTS: Final = {
    PartName.PROGRAM: mark("Report", "This program and this computer's system"),
    PartName.DEVICE: mark("Report", "The device: model, versions, readings"),
    PartName.MESSAGES: mark("Report", "Its last messages"),
    PartName.UPDATES: mark("Report", "Its updates, step by step"),
    PartName.PATH: mark("Report", "What is between it and the broker"),
    PartName.SIGNAL: mark("Report", "How well it is heard"),
    PartName.LOG: mark("Report", "What this program said of late"),
    PartName.KNOWN: mark("Report", "Known problems that it is one of"),
    PartName.RECORDING: mark("Report", "What was recorded of it"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class StepHead:
    """One step as the head of the dialog shows it; `said` is for a screen reader."""

    step: Step
    number: int
    word: str
    now: bool
    done: bool
    said: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PartLine:
    """One part of the evidence: what it is, how much, or why there is none."""

    name: PartName
    text: str
    note: str
    there: bool


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of a text, in characters."""

    start: int
    end: int


def heads(now: Step) -> tuple[StepHead, ...]:
    """Return the three steps, of which `now` is shown."""
    at = STEPS.index(now)
    return tuple(_head(place, step, at) for place, step in enumerate(STEPS))


def next_step(now: Step) -> Step | None:
    """Return the step after `now`; None: it can be sent."""
    at = STEPS.index(now) + 1
    return STEPS[at] if at < len(STEPS) else None


def step_before(now: Step) -> Step | None:
    """Return the step before `now`; None for the first."""
    at = STEPS.index(now) - 1
    return STEPS[at] if at >= 0 else None


def often_choices() -> Choices:
    """Return how often something can happen."""
    return [(one, translate("Report", word)) for one, word in _OFTEN.items()]


def effect_choices() -> Choices:
    """Return what it can do to a tester."""
    return [(one, translate("Report", word)) for one, word in _EFFECT.items()]


def safety_choices() -> Choices:
    """Return what can be dangerous about it."""
    return [(one, translate("Report", word)) for one, word in _SAFETY.items()]


def details(
    *,
    steps: str,
    expected: str,
    often: Often,
    effect: Effect,
    since: str,
    safety: Safety,
    cluster: str,
) -> Details:
    """Return what a tester added, as the wire takes it: a step a line, nothing too long."""
    each = (line.strip()[:STEP_MAX] for line in steps.splitlines())
    return Details(
        steps=tuple(one for one in each if one)[:STEPS_MAX],
        expected=expected.strip()[:SENTENCE_MAX],
        often=often,
        effect=effect,
        since=since.strip()[:_WORD],
        safety=safety,
        cluster=cluster,
    )


def versions(device: Device | None, update: Update | None) -> list[str]:
    """Return the versions it may be since: that of now, those of its last update."""
    known = [device.version.raw] if device and device.version else []
    known += [update.version_to, update.version_from] if update else []
    return [one for one in dict.fromkeys(known) if one]


def facts(device: Device | None, gateway: Device | None) -> DeviceFacts:
    """Return what a report says of a device without a click."""
    return facts_of(device, gateway) if device else DeviceFacts()


def part_line(part: Part) -> PartLine:
    """Return what the dialog says of one part."""
    return PartLine(
        name=part.name,
        text=translate("Report", _PARTS[part.name]) if part.name in _PARTS else str(part.name),
        note=_why_not(part) if part.missing else _how_much(part),
        there=not part.missing,
    )


def replaced(parts: Iterable[Part], chosen: Collection[PartName]) -> str:
    """Return how many values of the chosen parts were replaced."""
    places = sum(part.places for part in parts if part.name in chosen)
    return translate(
        "Report", "Names, Wi-Fi, addresses and passwords are replaced: %n place(s)", None, places
    )


def replaced_spans(text: str) -> tuple[Span, ...]:
    """Return where in `text` a token stands for a value that was taken out."""
    return tuple(Span(found.start(), found.end()) for found in _TOKEN.finditer(text))


def kept_suspects(
    text: str, found: Iterable[Suspect], left: Collection[str]
) -> tuple[Suspect, ...]:
    """Return those that stand in `text` and that nobody has said may stay."""
    there = (one for one in found if one.end <= len(text))
    return tuple(one for one in there if text[one.start : one.end] not in left)


def replaced_words(text: str, found: Iterable[Suspect]) -> str:
    """Return `text` with what may stand there in the place of each."""
    for one in sorted(found, key=lambda one: -one.start):
        text = text[: one.start] + one.token + text[one.end :]
    return text


def preview_line(payload: bytes, sha256: str, spans: Sequence[Span]) -> str:
    """Return size, digest and number of replaced values of what is sent."""
    places = translate("Report", "%n value(s) replaced", None, len(spans))
    return f"{language.size(len(payload))} · {places} · SHA-256 {sha256}"


def _head(place: int, step: Step, at: int) -> StepHead:
    word = translate("Report", _STEPS[step])
    said = translate("Report", "Step {number} of {all}: {word}")
    return StepHead(
        step=step,
        number=place + 1,
        word=word,
        now=place == at,
        done=place < at,
        said=said.format(number=place + 1, all=len(STEPS), word=word),
    )


def _how_much(part: Part) -> str:
    told = [language.size(len(part.data))]
    if part.lines:
        told.append(translate("Report", "%n line(s)", None, part.lines))
    if part.dropped:
        told.append(translate("Report", "%n older one(s) left out", None, part.dropped))
    if part.places:
        told.append(translate("Report", "%n value(s) replaced", None, part.places))
    return " · ".join(told)


def _why_not(part: Part) -> str:
    code, _, fact = part.missing.partition(": ")
    known = {
        "no_device": translate("Report", "no device is chosen"),
        "not_available": translate("Report", "there is none here"),
        "unreadable": translate("Report", "it could not be read ({fact})").format(fact=fact),
    }
    why = known.get(code) or states.because(code)
    return translate("Report", "not collected: {why}").format(why=why)
