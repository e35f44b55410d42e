"""Tells in the window that another computer of this home has changed the policy."""

from __future__ import annotations

from desktop.desk import Desk
from desktop.language import translate
from desktop.models.location import Location
from fleet.model import Changes


def listen(desk: Desk) -> None:
    """Tell it from now on, as long as the desk lives."""

    def heard(changes: Changes) -> None:
        if any(changes.facts.get("policy_moved", {}).values()):
            said = translate("Agree", "Another computer of this home changed how updates go")
            desk.say(said, place=Location("settings", "updates"))

    desk.changed.connect(heard)
