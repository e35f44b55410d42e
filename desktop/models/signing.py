"""Who signed a week, in words people understand: release keys (what ships), build keys (what)."""

from __future__ import annotations

from desktop import language
from desktop.language import translate
from firmware.release import Signed, Standing, Week


def sentence(week: Week) -> str:
    """Return "Signed by 2 of 3 release keys and 2 of 3 build keys"."""
    trains = [one for one in week.signed if _is_train(one)]
    builds = [one for one in week.signed if not _is_train(one)]
    if not trains:
        return ""
    release = translate("Signing", "{have} of {keys} release keys")
    train = release.format(have=_have(trains[0]), keys=trains[0].keys)
    if not builds:
        return translate("Signing", "Signed by {train}").format(train=train)
    least = min(builds, key=_have)
    build = translate("Signing", "{have} of {keys} build keys")
    built = build.format(have=_have(least), keys=least.keys)
    both = translate("Signing", "Signed by {train} and {build}")
    return both.format(train=train, build=built)


def lines(week: Week) -> tuple[str, ...]:
    """Return one line for each role: what it vouches for, how many must, who did."""
    return tuple(_line(one) for one in week.signed)


def when(week: Week, standing: Standing | None) -> tuple[str, ...]:
    """Return when the week was published, and when and from where it was checked here."""
    told = []
    if week.published:
        said = translate("Signing", "Published on {day}")
        told.append(said.format(day=language.day(week.published)))
    source = week.source or (standing.source if standing else "")
    if week.checked and source:
        said = translate("Signing", "Checked here on {day}, read from {source}")
        told.append(said.format(day=language.day(week.checked), source=source))
    return tuple(told)


def _line(one: Signed) -> str:
    what = (
        translate("Signing", "What ships ({role})")
        if _is_train(one)
        else translate("Signing", "What the files are ({role})")
    )
    needed = translate("Signing", "{threshold} of {keys} needed")
    parts = [what.format(role=one.role), needed.format(threshold=one.threshold, keys=one.keys)]
    if one.signers:
        parts.append(", ".join(one.signers))
    return ": ".join((parts[0], " · ".join(parts[1:])))


def _have(one: Signed) -> int:
    return len(one.signers) or one.threshold


def _is_train(one: Signed) -> bool:
    return one.role.startswith("train")
