"""The gates before signing, as far as they are about the week rather than about one image."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import pairwise

from firmware.draft import Draft
from firmware.findings import Finding, finding
from firmware.gates_beside import check_order
from firmware.release import Channel
from firmware.signed import Train

LANGUAGES = ("en", "zh_CN")
CLEAN_WEEKS = 2
"""So many orange weeks must have carried an image before it may become stable."""

_PLACEHOLDER = re.compile(
    r"\b(?:todo|tbd|tba|fixme|xxx+|lorem ipsum|placeholder|release notes here)\b"
    r"|待定|待补充|待填写|占位",
    re.IGNORECASE,
)
_CHINESE = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]")
_LATIN = re.compile(r"[A-Za-z]")
_SHORTEST = 3  # letters, or characters of Chinese, below which nothing is said


def check_week(draft: Draft, trains: Iterable[Train], now: float) -> tuple[Finding, ...]:
    """Return what is to be said of the week; trains: all weeks of both channels so far."""
    trains = sorted(trains, key=lambda train: train.counter)
    if not draft.week:  # a change of keys ships nothing
        return ()
    if draft.withdrawn:
        missing = (one for one in LANGUAGES if not draft.withdrawn.get(one, "").strip())
        return tuple(finding("withdrawn_untranslated", language=one) for one in missing)
    before = [train for train in trains if train.channel == draft.channel]
    return (
        *_shape(draft),
        *_notes(draft.notes),
        *_known(draft),
        *_held(draft),
        *_rings(draft, _published(draft, before), now),
        *check_order(draft),
        *_salt(draft, before),
        *_recalls(draft, before),
        *_promotion(draft, trains),
    )


def clean_weeks(sha256: str, trains: Iterable[Train]) -> int:
    """Return how many orange weeks carried an image, none of them taken back, it never recalled."""
    trains = sorted(trains, key=lambda train: train.counter)
    if any(sha256 in train.recalled for train in trains):
        return 0
    orange = {train.week: train for train in trains if train.channel == Channel.ORANGE}
    return sum(
        not train.withdrawn and sha256 in {file.sha256 for file in train.files}
        for train in orange.values()  # the last word on each week
    )


def _shape(draft: Draft) -> Iterator[Finding]:
    if not draft.images and not draft.recalled:
        yield finding("week_empty")
    paths = [image.path for image in draft.images]
    for image in draft.images:
        if paths.count(image.path) > 1:
            yield finding("path_twice", image.sha256, file=image.path)


def _notes(notes: dict[str, str]) -> Iterator[Finding]:
    said = {language: notes.get(language, "").strip() for language in LANGUAGES}
    for language, text in said.items():
        letters = _CHINESE if language == "zh_CN" else _LATIN
        others = _LATIN if language == "zh_CN" else _CHINESE
        if not text:
            yield finding("notes_missing", language=language)
        elif match := _PLACEHOLDER.search(text):
            yield finding("notes_placeholder", language=language, words=match[0])
        elif len(letters.findall(text)) >= _SHORTEST:
            continue
        elif len(others.findall(text)) >= _SHORTEST:
            yield finding("notes_language", language=language)
        else:
            yield finding("notes_placeholder", language=language, words=text[:40])
    if said["en"] and said["en"] == said["zh_CN"]:
        yield finding("notes_same")


def _known(draft: Draft) -> Iterator[Finding]:
    for known in draft.known:
        for language in LANGUAGES:
            if not known.words.get(language, "").strip():
                yield finding("known_untranslated", id=known.id, language=language)


def _held(draft: Draft) -> Iterator[Finding]:
    for language in LANGUAGES if draft.held else ():
        if not draft.held.get(language, "").strip():
            yield finding("held_untranslated", language=language)


def _published(draft: Draft, before: list[Train]) -> Train | None:
    """Return the same week as it is published now; None where this is its first time."""
    last = before[-1] if before else None
    return last if last and last.week == draft.week and not last.withdrawn else None


def _rings(draft: Draft, out: Train | None, now: float) -> Iterator[Finding]:
    """Rings rise in percent and time, and hold somebody back: else they are last week's.

    Those of the same week (`out`) may have opened; then they never close again.
    """
    yield from _closed(draft, out, now)
    for ring, following in pairwise(draft.rings):
        if following.percent < ring.percent or following.opens <= ring.opens:
            yield finding("rings_not_rising", ring=following.name)
    for ring in draft.rings:
        if not 0 <= ring.percent <= 100:  # noqa: PLR2004 - of a hundred
            yield finding("rings_not_rising", ring=ring.name)
        elif ring.opens < draft.opened and out is None:
            yield finding("rings_stale", ring=ring.name)
    if not draft.rings:
        return
    last = draft.rings[-1]
    if len(draft.rings) > 1 and last.opens <= now and out is None:
        yield finding("rings_open")
    if last.percent < 100:  # noqa: PLR2004 - everybody
        yield finding("rings_unfinished", ring=last.name, percent=last.percent)


def _closed(draft: Draft, out: Train | None, now: float) -> Iterator[Finding]:
    """Whoever may have the week by what is published must not lose it by this."""
    if out is None:
        return
    before, after = _open_share(out, now), _open_share(draft, now)
    some_others = 0 < before < 100 and after < 100 and draft.salt != out.salt  # noqa: PLR2004 - all
    if after < before or some_others:
        yield finding("ring_closed", percent=before, left=0 if some_others else after)


def _open_share(week: Draft | Train, now: float) -> int:
    """Return for how many of a hundred the week is open."""
    if not week.rings:
        return 100
    return max((ring.percent for ring in week.rings if ring.opens <= now), default=0)


def _salt(draft: Draft, before: list[Train]) -> Iterator[Finding]:
    if any(0 < ring.percent < 100 for ring in draft.rings) and not draft.salt:  # noqa: PLR2004 - some
        yield finding("salt_missing")
    for train in before:
        if draft.salt and train.salt == draft.salt and train.week != draft.week:
            yield finding("salt_reused", week=train.week)
            break


def _recalls(draft: Draft, before: list[Train]) -> Iterator[Finding]:
    last = before[-1] if before else None
    for sha256 in last.recalled if last else ():
        if last and sha256 not in draft.recalled:
            yield finding("recall_dropped", sha256, week=last.week)


def _promotion(draft: Draft, trains: list[Train]) -> Iterator[Finding]:
    if draft.channel != Channel.STABLE:
        return
    for image in (one for one in draft.images if not one.is_back):
        weeks = clean_weeks(image.sha256, trains)
        if weeks < CLEAN_WEEKS:
            yield finding(
                "promotion_early",
                image.sha256,
                file=image.path,
                weeks=weeks,
                needed=CLEAN_WEEKS,
            )
