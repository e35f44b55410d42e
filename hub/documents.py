"""Who makes which document of the stream: entity -> composer, each from the room it belongs to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from feedback.wire import Entity
from hub import (
    attachments,
    board,
    campaigns,
    incidents,
    medals,
    people,
    points,
    reports,
    routes_triage,
    signals,
    thermometer,
    voice,
)
from hub.changes import Compose

DOCS: Final[Mapping[str, Compose]] = {
    Entity.REPORT: reports.documents,
    Entity.MEMBER: reports.members,
    **attachments.DOCS,
    **board.DOCS,
    **campaigns.DOCS,
    **incidents.DOCS,
    **medals.DOCS,
    **people.DOCS,
    **points.DOCS,
    **routes_triage.DOCS,
    **signals.DOCS,
    **thermometer.DOCS,
    **voice.DOCS,
}
