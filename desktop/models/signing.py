"""Who signed a week, in words people understand: release keys (what ships), build keys (what it is)."""

from __future__ import annotations

from desktop.language import translate
from firmware.release import Signed, Week


def sentence(week: Week) -> str:
    """Return "Signed by 2 of 3 release keys and 2 of 3 build keys"."""
    trains = [one for one in week.signed if _is_train(one)]
    builds = [one for one in week.signed if not _is_train(one)]
    if not trains:
        return ""
    train = trains[0]
    said = translate("Signing", "Signed by {have} of {keys} release keys")
    text = said.format(have=len(train.signers) or train.threshold, keys=train.keys)
    if builds:
        least = min(builds, key=lambda one: len(one.signers) or one.threshold)
        also = translate("Signing", "and {have} of {keys} build keys")
        have = len(least.signers) or least.threshold
        text = f"{text} {also.format(have=have, keys=least.keys)}"
    return text


def lines(week: Week) -> tuple[str, ...]:
    """Return one line for each role: what it vouches for, how many must, who did."""
    return tuple(_line(one) for one in week.signed)


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


def _is_train(one: Signed) -> bool:
    return one.role.startswith("train")
