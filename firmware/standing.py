"""What a house knows of a maker after each try: how fresh its weeks are and which mirrors lie."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

from firmware.errors import TrustError
from firmware.refusals import FALSE, gravest
from firmware.release import Answer, FalseMirror, Standing

Failures = Sequence[tuple[str, TrustError]]
"""Places that were tried in vain, and why."""


def held(
    old: Standing,
    new: Standing,
    failures: Failures,
    *,
    mirrors: Collection[str],
    mirror: bool,
) -> Standing:
    """Complete `new`, of a week that held, by what was known; `mirror`: its timestamp is fresh.

    A week from a bundle says nothing of the mirrors.
    """
    now = new.tried
    false = false_mirrors(old, failures, now, mirrors)
    silent = None if mirror else old.silent_since or (now if old.heard is None else None)
    good = new.source if mirror else ""
    return replace(
        new,
        answers=_answers(old, failures, now, mirrors, good=good),
        heard=now if mirror else old.heard,
        silent_since=silent,
        false_mirrors=tuple(one for one in false if one.url != new.source),
    )


def failed(
    old: Standing,
    failures: Failures,
    now: float,
    *,
    mirrors: Collection[str],
    given: bool,
) -> Standing:
    """Return the standing after these failures; given: of what was handed in, not of mirrors."""
    worst = gravest([error for _, error in failures])
    if len(failures) > 1:
        worst.facts["tried"] = "; ".join(f"{where}: {error.code}" for where, error in failures)
    return replace(
        old,
        tried=now,
        code=worst.code,
        facts=worst.facts,
        failing_since=old.failing_since if old.code else now,
        source=worst.facts["source"],
        silent_since=old.silent_since if given else old.silent_since or now,
        false_mirrors=false_mirrors(old, failures, now, mirrors),
        answers=_answers(old, failures, now, mirrors),
    )


def false_mirrors(
    old: Standing, failures: Failures, now: float | None, mirrors: Collection[str]
) -> tuple[FalseMirror, ...]:
    """Return which of the maker's mirrors show something false, the earlier known ones first."""
    found = {one.url: one for one in old.false_mirrors if one.url in mirrors}
    for url, error in failures:
        if url in mirrors and error.code in FALSE:
            since = found[url].since if url in found else now or 0.0
            found[url] = FalseMirror(url=url, code=error.code, since=since)
    return tuple(found.values())


def _answers(
    old: Standing,
    failures: Failures,
    now: float | None,
    mirrors: Collection[str],
    *,
    good: str = "",
) -> tuple[Answer, ...]:
    """Return the last answer of each of the maker's mirrors, in their order."""
    said = {one.url: one for one in old.answers}
    said |= {url: Answer(url=url, at=now or 0.0, code=error.code) for url, error in failures}
    if good:
        said[good] = Answer(url=good, at=now or 0.0)
    return tuple(said[url] for url in mirrors if url in said)
