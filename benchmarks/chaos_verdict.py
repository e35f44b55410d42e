"""What is wrong with a device after the storm: what it really did against what the house tells."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from fleet.model import Device, Update, UpdateEvent, UpdateState


@dataclass(frozen=True, slots=True, kw_only=True)
class Truth:
    """What one device really did, as its own folder and code say."""

    runs: str  # the version it has committed
    installs: Mapping[str, int] = field(default_factory=dict)  # version -> images in a slot
    commits: Mapping[str, int] = field(default_factory=dict)
    believable: bool = True  # False: by order it is silent or lies


def wrong(
    truth: Truth,
    told: Device | None,
    update: Update | None,
    events: Sequence[UpdateEvent],
    versions: Collection[str],
) -> Iterator[str]:
    """Give each thing that must not be. `events`: this device's; `versions`: ever published."""
    for what, counts in (("installed", truth.installs), ("committed", truth.commits)):
        for version, count in counts.items():
            if count > 1:
                yield f"{what} {version} {count} times"
    if truth.runs not in versions:
        yield f"runs {truth.runs}, which nobody published"
    if told is None or update is None or not events:
        yield "lost: the house has no word of it"
        return
    yield from _history(update, events)
    says = told.version.raw if told.version else ""
    if truth.believable and says != truth.runs:
        yield f"runs {truth.runs}, the house believes {says}"
    if update.state is UpdateState.DONE and truth.runs != update.version_to:
        yield f"done with {update.version_to}, and runs {truth.runs}"


def _history(update: Update, events: Sequence[UpdateEvent]) -> Iterator[str]:
    last = events[-1]
    if not update.state.ended:
        yield f"not ended: {update.state} {update.waiting} {update.reason}"
    if last.state is not update.state:
        yield f"the history ends with {last.state}, the house says {update.state}"
    if last.state.ended and last.state is not UpdateState.DONE and not last.reason:
        yield f"the history does not say why it is {last.state}"
    done = [
        event.version_to for event in events if event.state is UpdateState.DONE and not event.reason
    ]
    for version in {one for one in done if done.count(one) > 1}:
        yield f"the history says twice that {version} is done"
