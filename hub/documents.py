"""Who makes which document of the stream: entity -> composer, each from the room it belongs to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from feedback.wire import Entity
from hub import attachments, people, points, reports, voice
from hub.changes import Compose

DOCS: Final[Mapping[str, Compose]] = {
    Entity.REPORT: reports.documents,
    Entity.MEMBER: reports.members,
    **points.DOCS,
    **voice.DOCS,
    **attachments.DOCS,
    **people.DOCS,
}
