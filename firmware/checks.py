"""What release staff look at before they sign: the diff, the gates, the deltas, the simulation.

Everything here is worked out anew from the release folder; nothing is believed because a file says
so. Signing and publishing ask `hold` first.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, MutableMapping
from pathlib import Path

from firmware import inventory, simulate
from firmware.bundle import on_mirror
from firmware.deltas import Advice, advise, pairs
from firmware.draft import Draft, Image
from firmware.errors import PublishError
from firmware.findings import Finding, open_findings
from firmware.gates import Looked, inspect_draft
from firmware.publish import Publisher
from firmware.published import Published
from firmware.release import Channel
from firmware.review import changes
from firmware.signed import Train, read_train
from firmware.simulate import Simulation

__all__ = [
    "changes",
    "deltas",
    "findings",
    "hold",
    "image_of",
    "roles_of",
    "simulation",
    "stopping",
]

_SHORTEST = 6  # hex digits of a sha256 that may stand for the whole


def findings(
    publisher: Publisher, now: float, *, seen: MutableMapping[str, Looked] | None = None
) -> tuple[Finding, ...]:
    """Pass the open week through the gates; nothing where no week is open.

    `seen` as gates.inspect_draft: for looking again soon, never before signing.
    """
    draft = publisher.draft()
    if draft is None or not draft.week:
        return ()
    images = publisher.folder / "images"
    return inspect_draft(
        draft,
        images,
        _published(publisher),
        tuple(_trains(publisher.published)),
        now,
        seen=seen,
    )


def stopping(publisher: Publisher, found: tuple[Finding, ...]) -> tuple[Finding, ...]:
    """Return those of the findings that still stop the week: nobody answers for them."""
    draft = publisher.draft()
    return open_findings(found, draft.waivers) if draft else ()


def hold(publisher: Publisher, now: float) -> None:
    """Raise PublishError("gates_closed") while a finding stops the open week."""
    stops = stopping(publisher, findings(publisher, now))
    if stops:
        raise PublishError(
            "gates_closed", count=len(stops), codes=", ".join(sorted({one.code for one in stops}))
        )


def deltas(
    publisher: Publisher, cancelled: Callable[[], bool] = lambda: False
) -> tuple[tuple[Image, Advice], ...]:
    """Measure, for each image with a published predecessor here, whether a patch would pay."""
    draft = _week(publisher)
    found = []
    for before, image in pairs(draft.images, _published(publisher)):
        old, new = _file(publisher, before), _file(publisher, image)
        if old is not None and new is not None:
            found.append((image, advise(old, new, cancelled=cancelled)))
    return tuple(found)


def simulation(publisher: Publisher, file: Path) -> Simulation:
    """Say who of the inventory in `file` gets what of the open week; errors as inventory.read."""
    week = simulate.week_of(_week(publisher), publisher.maker)
    return simulate.simulate(inventory.read(file), week)


def image_of(publisher: Publisher, said: str, version: str = "") -> str:
    """Return the sha256 of the one image that `said` means: a digest, its begin, a path or a model.

    PublishError: image_unknown, image_ambiguous.
    """
    draft = publisher.draft()
    known = {one.sha256: one for one in (*_published(publisher), *(draft.images if draft else ()))}
    digest = said.lower()
    found = [
        one.sha256
        for one in known.values()
        if (said in {one.path, one.about.model} and version in {"", one.about.version})
        or (len(digest) >= _SHORTEST and one.sha256.startswith(digest))
    ]
    if len(found) > 1:
        raise PublishError("image_ambiguous", image=said, count=len(found))
    if not found:
        raise PublishError("image_unknown", image=f"{said} {version}".strip())
    return found[0]


def roles_of(publisher: Publisher, name: str) -> tuple[str, ...]:
    """Return the roles that the key named `name` may sign. PublishError("key_not_of_role")."""
    staff = publisher.setup.staff
    found = [role for role, signers in staff.items() if name in {one.name for one in signers.keys}]
    if not found:
        raise PublishError("key_not_of_role", key=name, role="-")
    return tuple(found)


def _week(publisher: Publisher) -> Draft:
    draft = publisher.draft()
    if draft is None or not draft.week:
        raise PublishError("week_not_open")
    return draft


def _published(publisher: Publisher) -> tuple[Image, ...]:
    lines = publisher.lines
    return tuple(one for line in lines for one in publisher.published.images(line))


def _trains(published: Published) -> Iterator[Train]:
    """Yield every week that was ever published here, of both channels, oldest first."""
    for channel in Channel:
        files = (published.folder / "targets" / "train" / channel).glob("*.week.json")
        yield from sorted((read_train(file.read_bytes()) for file in files), key=_counter)


def _counter(train: Train) -> int:
    return train.counter


def _file(publisher: Publisher, image: Image) -> Path | None:
    places = (
        publisher.folder / "images" / image.sha256,
        publisher.mirror / on_mirror(image.path, image.sha256),
    )
    return next((file for file in places if file.is_file()), None)
