"""What we say to others at the home's brokers: where they are up, and one word at each of them."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping

from fleet.errors import BrokerError
from fleet.model import BrokerState, Connection, Snapshot
from fleet.steps import Publish

logger = logging.getLogger(__name__)


def up(snapshot: Snapshot) -> list[str]:
    """Return the names of the brokers that are connected."""
    return come(snapshot.facts.get("connection", {}))


def come(links: Mapping[str, object]) -> list[str]:
    """Return which of these connections stand."""
    return [
        name
        for name, link in links.items()
        if isinstance(link, Connection) and link.state is BrokerState.CONNECTED
    ]


def say(
    publish: Callable[[str, Publish], object], brokers: Iterable[str], steps: Iterable[Publish]
) -> None:
    """Publish each step at each broker; one that does not take it now is left out."""
    for step in steps:
        for name in brokers:
            try:
                publish(name, step)
            except BrokerError as error:
                logger.info("%s is not said at %s: %s", step.topic, name, error)
