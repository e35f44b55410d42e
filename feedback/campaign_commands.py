"""What people may do about campaigns in this house; handled by feedback.campaigns, role "admin"."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True, kw_only=True)
class Joined:
    """Fact "campaign_joined", by campaign: this house takes part, and how far that is."""

    campaign: str
    since: float
    until: float  # it stops by itself then, whatever the hub says
    sent: int = 0  # hours that were queued, all devices together
    waiting: int = 0  # of these still to be sent
    ended: float | None = None  # it measures no more
    refused: str = ""  # the code with which the hub refused to let it take part


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """What leaves this house for a campaign, byte for byte.

    `told`: what was queued, newest first. `now`: the hour under way, as it would be told if it
    ended now; before joining, what one value of now would look like. `devices`: their names in
    this house, which are never sent.
    """

    told: tuple[str, ...]
    now: tuple[str, ...]
    devices: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TakePart:
    """Agree to be measured for this campaign alone, until its end. Result: Joined.

    CommandError: campaign_unknown, campaign_over, campaign_joined, campaign_nothing, not_at_a_hub.
    """

    ANSWER: ClassVar[type] = Joined
    campaign: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaveCampaign:
    """Take it back: nothing more is measured, what waits is not sent. Result: Joined.

    `forget`: the hub deletes what it has of this house for the campaign. CommandError:
    campaign_not_joined.
    """

    ANSWER: ClassVar[type] = Joined
    campaign: str
    forget: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class PreviewCampaign:
    """Ask what leaves this house, or would if it took part. Result: Preview.

    CommandError: campaign_unknown.
    """

    ANSWER: ClassVar[type] = Preview
    campaign: str
