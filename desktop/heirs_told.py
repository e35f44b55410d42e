"""What people are told of heirs, in their language: a claim that waits, a share's page. No Qt."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import TYPE_CHECKING

from desktop import heirs, words
from desktop.heirs import Claim, Heirs
from fleet.errors import CommandError
from fleet.later import later

if TYPE_CHECKING:
    from desktop import shares
else:
    shares = later("desktop.shares")


def trouble(claim: Claim | None) -> CommandError | None:
    """Return what every window and command says of a claim: claim_runs (days), claim_ripe, None."""
    if claim is None or claim.denied_at:
        return None
    if claim.ripe:
        return CommandError("claim_ripe")
    return CommandError("claim_runs", days=heirs.days(claim.left_s))


def line(claim: Claim | None, language: str = "en") -> str:
    """Return the same in one sentence, "" where there is nothing to say."""
    error = trouble(claim)
    return words.say(error.code, error.facts, language)[0] if error else ""


def pages(named: Heirs, made: Sequence[str], language: str = "en") -> tuple[str, ...]:
    """Return a page of text for each share, to be printed or kept; `shares.read` takes it back."""
    day = dt.datetime.fromtimestamp(named.made_at).astimezone().date().isoformat()
    facts: dict[str, object] = {
        "count": len(named.names),
        "need": named.need,
        "day": day,
        "days": heirs.days(named.wait_s),
    }

    def say(code: str, **more: object) -> str:
        return words.phrase("heirs", code, language).format(**facts, **more)

    told = []
    for number, (name, text) in enumerate(zip(named.names, made, strict=True), 1):
        lines = [
            say("title", number=number, name=name),
            "",
            say("alone" if named.need == 1 else "made"),
            say("keep"),
            say("use"),
            say("lost"),
        ]
        told.append(shares.page(shares.read(text, number), lines))
    return tuple(told)
