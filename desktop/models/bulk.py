"""What became of one wish for several devices: how many, which not, and why; values, no widgets."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from desktop.language import translate

_SHOWN = 2  # reasons that the one line has room for


@dataclass(frozen=True, slots=True)
class Refused:
    """A device for which it could not be done: its name, why, and what helps."""

    name: str
    why: str
    hint: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """A wish that is over."""

    done: tuple[str, ...] = ()  # keys
    refused: Mapping[str, Refused] = field(default_factory=dict)  # key -> why
    left: tuple[str, ...] = ()  # keys not asked for any more: the person stopped it

    @property
    def total(self) -> int:
        """For how many devices it was wished."""
        return len(self.done) + len(self.refused) + len(self.left)

    @property
    def whole(self) -> bool:
        """Whether it is done for all."""
        return not self.refused and not self.left


def told(outcome: Outcome) -> str:
    """Return it in a sentence: "5 of 7 done; 2 could not, because ..."."""
    said = translate("Bulk", "{done} of {total} done").format(
        done=len(outcome.done), total=outcome.total
    )
    parts = [said]
    if outcome.refused:
        count = len(outcome.refused)
        could = translate("Bulk", "%n could not, because: {why}", None, count)
        parts.append(could.format(why=_reasons(outcome)))
    if outcome.left:
        parts.append(translate("Bulk", "%n not begun: you stopped it", None, len(outcome.left)))
    return "; ".join(parts)


def listed(outcome: Outcome) -> str:
    """Return each device that could not, with the reason and what helps: to be read and copied."""
    lines = [
        f"{one.name}: {one.why} {one.hint}".rstrip()
        for one in sorted(outcome.refused.values(), key=lambda one: one.name.casefold())
    ]
    return "\n".join(lines)


def _reasons(outcome: Outcome) -> str:
    """Return the reasons, the most frequent first, without a full stop at the end."""
    counted = Counter(one.why.rstrip(".。") for one in outcome.refused.values())
    first = [why for why, _ in counted.most_common(_SHOWN)]
    if more := len(counted) - len(first):
        first.append(translate("Bulk", "and {more} more").format(more=more))
    return "; ".join(first)
