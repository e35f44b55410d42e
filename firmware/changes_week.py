"""What the next week says that the last one did not: notes, rings, recalls and the rest; pure."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec

from firmware.change import Change, Importance, added, changed, removed
from firmware.release import Known, Ring
from firmware.signed import Train, Waiver, read_train

ROUTINE, CAREFUL, GRAVE = Importance.ROUTINE, Importance.CAREFUL, Importance.GRAVE


def week(before: bytes | None, after: bytes | None) -> Iterator[Change]:
    """Yield the differences of two manifests but those of their files. TrustError as read_train."""
    if after is None or after == before:
        return
    old = read_train(before) if before is not None else None
    new = read_train(after)
    unknown = set(unknown_members(json.loads(after), msgspec.to_builtins(new)))
    for name in sorted(unknown):
        yield changed("unknown_said", GRAVE, name=name)
    yield from _heads(old, new)
    yield from _said("notes", old.notes if old else {}, new.notes, ROUTINE)
    yield from _said("withdrawn", old.withdrawn if old else {}, new.withdrawn, CAREFUL)
    yield from _said("held", old.held if old else {}, new.held, CAREFUL)
    yield from _listed("fix", old.fixes if old else (), new.fixes, (ROUTINE, ROUTINE))
    yield from _listed("recall", old.recalled if old else (), new.recalled, (CAREFUL, GRAVE))
    yield from _known(old.known if old else (), new.known)
    yield from _rings(old, new)
    yield from _waivers(old.waivers if old else (), new.waivers)
    yield from _simulation(old, new)
    yield from _books(old, new)


def unknown_members(said: Any, known: Any, at: str = "") -> Iterator[str]:  # noqa: ANN401 - JSON
    """Yield the paths of members of the JSON value `said` that `known` has no place for."""
    if isinstance(said, dict) and isinstance(known, dict):
        for name, value in said.items():
            path = f"{at}.{name}" if at else name
            if name in known:
                yield from unknown_members(value, known[name], path)
            else:
                yield path
    elif isinstance(said, list) and isinstance(known, list | tuple):
        for one, other in zip(said, known, strict=False):
            yield from unknown_members(one, other, at)


def moment(at: float) -> str:
    """Return a time for people, to the minute, in UTC; what no calendar has as its number."""
    try:
        return dt.datetime.fromtimestamp(at, dt.UTC).strftime("%Y-%m-%d %H:%M UTC")
    except (OverflowError, ValueError, OSError):
        return f"{at:.0f}"


def _heads(old: Train | None, new: Train) -> Iterator[Change]:
    if old is None:
        yield added("week_first", ROUTINE, week=new.week, channel=new.channel, counter=new.counter)
        return
    numbers = {"week": new.week, "counter": new.counter, "was": old.week, "before": old.counter}
    back = new.counter <= old.counter or new.week < old.week
    yield changed("week_back" if back else "week_next", GRAVE if back else ROUTINE, "", **numbers)
    if new.channel != old.channel:
        yield changed("channel_changed", GRAVE, channel=new.channel, was=old.channel)
    if new.schema != old.schema:
        yield changed("schema_changed", CAREFUL, schema=new.schema, was=old.schema)
    if new.published < old.published:
        yield changed("date_back", GRAVE, now=moment(new.published), was=moment(old.published))


def _said(
    what: str, old: Mapping[str, str], new: Mapping[str, str], importance: Importance
) -> Iterator[Change]:
    """Compare texts by their language."""
    for language in sorted({*old, *new}):
        was, now = old.get(language), new.get(language)
        if now is None:
            yield removed(f"{what}_removed", CAREFUL, language=language, text=was)
        elif was is None:
            yield added(f"{what}_added", importance, language=language, text=now)
        elif was != now:
            yield changed(f"{what}_changed", importance, language=language, text=now)


def _listed(
    what: str, old: Sequence[str], new: Sequence[str], importance: tuple[Importance, Importance]
) -> Iterator[Change]:
    for one in sorted(set(new) - set(old)):
        yield added(f"{what}_added", importance[0], id=one)
    for one in sorted(set(old) - set(new)):
        yield removed(f"{what}_removed", importance[1], id=one)


def _known(old: Sequence[Known], new: Sequence[Known]) -> Iterator[Change]:
    was, now = ({known.id: known for known in side} for side in (old, new))
    for one in sorted({*was, *now}):
        if one not in now:
            yield removed("known_removed", CAREFUL, id=one, text=_words(was[one]))
        elif one not in was:
            yield added("known_added", ROUTINE, id=one, text=_words(now[one]))
        elif was[one] != now[one]:
            yield changed("known_changed", ROUTINE, id=one, text=_words(now[one]))


def _words(known: Known) -> str:
    said = [f"{language}: {text}" for language, text in sorted(known.words.items())]
    return "\n".join([*said, *([", ".join(known.models)] if known.models else [])])


def _rings(old: Train | None, new: Train) -> Iterator[Change]:
    was, now = ({ring.name: ring for ring in side.rings} if side else {} for side in (old, new))
    same = old is not None and old.week == new.week
    if was and not now:
        yield removed("rings_gone", CAREFUL)
        return
    for ring in new.rings:
        if ring.name not in was:
            yield added("ring_added", CAREFUL if was else ROUTINE, "", **_ring(ring))
        elif was[ring.name] != ring:
            yield _ring_changed(was[ring.name], ring, same=same)
    for name in sorted(set(was) - set(now)):
        yield removed("ring_removed", CAREFUL, "", **_ring(was[name]))
    if old is not None and old.salt != new.salt:
        routine = bool(new.salt) and not same
        yield changed("salt_changed", ROUTINE if routine else CAREFUL, salt=new.salt or "-")


def _ring_changed(was: Ring, now: Ring, *, same: bool) -> Change:
    """Only that it opens at another time in another week is as every week."""
    routine = was.percent == now.percent and not same
    facts = _ring(now)
    return changed(
        "ring_changed",
        ROUTINE if routine else CAREFUL,
        "",
        was_percent=was.percent,
        was_opens=moment(was.opens),
        **facts,
    )


def _ring(ring: Ring) -> dict[str, object]:
    return {"name": ring.name, "percent": ring.percent, "opens": moment(ring.opens)}


def _waivers(old: Sequence[Waiver], new: Sequence[Waiver]) -> Iterator[Change]:
    for one in new:
        if one not in old:
            yield added("waiver_added", CAREFUL, "", **_waiver(one))
    for one in old:
        if one not in new:
            yield removed("waiver_removed", ROUTINE, "", **_waiver(one))


def _waiver(waiver: Waiver) -> dict[str, object]:
    return {
        "finding": waiver.code,
        "person": waiver.person,
        "image": waiver.sha256[:12],
        "text": waiver.reason,
    }


def _simulation(old: Train | None, new: Train) -> Iterator[Change]:
    was = old.simulation if old else ""
    if new.simulation and new.simulation != was:
        yield changed("simulation_changed", ROUTINE, sha256=new.simulation)
    elif was and not new.simulation:
        yield removed("simulation_removed", CAREFUL, sha256=was)


def _books(old: Train | None, new: Train) -> Iterator[Change]:
    was = old.books if old else None
    if new.books is not None and new.books != was:
        back = was is not None and new.books.rows < was.rows
        importance = GRAVE if back else ROUTINE
        yield changed("books_changed", importance, rows=new.books.rows, head=new.books.head[:12])
    elif was is not None and new.books is None:
        yield removed("books_removed", CAREFUL, rows=was.rows)
