"""Messages about a week's page: what came of testers' words, all of it computed from data.

Part of the protocol of feedback/wire.py and as strict as that. Staff say only what is in the week.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Final

import msgspec

from feedback.wire import ClockName, Wire

_Uuid = Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\Z")]
_Week = Annotated[str, msgspec.Meta(pattern=r"^\d{4}-W(0[1-9]|[1-4]\d|5[0-3])\Z")]
_Words = Annotated[str, msgspec.Meta(min_length=1, max_length=1000)]


class PublishedLine(Wire, omit_defaults=True, frozen=True, kw_only=True):
    """One change of a week. It came from testers where it names what they said.

    `about` is a cluster, a report of one, or an idea; none: it came from the makers.
    """

    words: dict[str, _Words]  # language -> words
    about: _Uuid | None = None


class PublishWeek(Wire, omit_defaults=True, frozen=True, kw_only=True):
    """PUT /v1/staff/weeks/{week}: what a week contains. Said again, it takes the former's place.

    A week without a release is published as well: `skipped` says why. `withdrawn` likewise, of a
    week that was taken back; it stays to be seen.
    """

    changes: Annotated[tuple[PublishedLine, ...], msgspec.Meta(max_length=1000)] = ()
    version: Annotated[str, msgspec.Meta(max_length=64)] = ""
    skipped: dict[str, _Words] = msgspec.field(default_factory=dict)  # language -> why
    withdrawn: dict[str, _Words] = msgspec.field(default_factory=dict)


class WeekLine(Wire, omit_defaults=True, frozen=True, kw_only=True):
    """One change as the page shows it."""

    words: dict[str, str]
    cluster: str = ""
    idea: str = ""
    households: int = 0  # that had it; 0: none, or fewer than may be told
    days: float | None = None  # from the first report or post to the release


class Kept(Wire, frozen=True, kw_only=True):
    """How one promise was kept, of those that fell due or were met in the week."""

    clock: ClockName
    number: int
    kept: int  # in time
    median_s: float | None  # from start to met, by the wall clock; None: none was met


class PublicBreach(Wire, omit_defaults=True, frozen=True, kw_only=True):
    """A promise that was not kept, without whom it was given to."""

    clock: ClockName
    due: float
    met: float | None = None  # later; None: not yet
    reasons: tuple[str, ...] = ()


class WeekPage(Wire, omit_defaults=True, frozen=True, kw_only=True):
    """Entity "week_page", public, and GET /v1/public/weeks/{week}. Nothing in it is typed in.

    `share` is of the changes that came from testers; `days` the median from post to release of
    those; `adopted` how many of the wishes and ideas that were `decided` on come true. Promises,
    breaches and decisions are those since the week before was published.
    """

    week: str
    published: float
    version: str
    changes: tuple[WeekLine, ...]
    from_testers: int
    share: float | None  # None: no changes
    days: float | None
    adopted: int
    decided: int
    kept: tuple[Kept, ...]
    breaches: tuple[PublicBreach, ...]
    skipped: dict[str, str] = msgspec.field(default_factory=dict)
    withdrawn: dict[str, str] = msgspec.field(default_factory=dict)


DOCS: Final[Mapping[str, type[msgspec.Struct]]] = {"week_page": WeekPage}
