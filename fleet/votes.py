"""Availability of a device of which several topics speak: a pure fold of their votes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from fleet.model import Availability, Vote

_UNSURE = Availability.UNKNOWN


def availability(votes: Iterable[Vote]) -> Availability:
    """Combine the last vote of each (group, topic), given in the order they were cast.

    Online when one group is: a device with one entity that works is there. Offline when no group
    is online and one is offline. A group in mode "all" is online only when every topic has said
    so; a topic that has not spoken yet keeps it unknown.
    """
    groups: dict[str, dict[str, Vote]] = {}
    for vote in votes:
        said = groups.setdefault(vote.group, {})
        said.pop(vote.topic, None)  # the latest stands last
        said[vote.topic] = vote
    results = {_of_group(said) for said in groups.values()}
    order = (Availability.ONLINE, Availability.SLEEPING, Availability.OFFLINE)
    return next((state for state in order if state in results), _UNSURE)


def _of_group(said: Mapping[str, Vote]) -> Availability:
    last = tuple(said.values())[-1]
    states = [vote.says for vote in said.values()]
    complete = set(last.of) <= set(said)
    if last.mode == "latest":
        return last.says
    if last.mode == "any":
        if Availability.ONLINE in states:
            return Availability.ONLINE
        return Availability.OFFLINE if complete else _UNSURE
    if any(state is not Availability.ONLINE for state in states):
        return next(state for state in states if state is not Availability.ONLINE)
    return Availability.ONLINE if complete else _UNSURE
