"""The section about updates: when they happen, from whom, on which train and ring."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QWidget

from desktop.desk import Desk
from desktop.pages.sections.channels import ChannelCard
from desktop.pages.sections.policy import PolicyCard


def make(desk: Desk) -> Sequence[QWidget]:
    """Return the cards of this section."""
    return (PolicyCard(desk), ChannelCard(desk))
