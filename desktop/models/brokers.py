"""The brokers of a home as Settings tell them: what is chosen, how it stands, what we may do."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from desktop.language import mark, translate
from desktop.models import states
from desktop.models.mirror import Mirror
from desktop.models.states import Look
from desktop.models.trust import Notice
from fleet.brokers import BrokerSettings
from fleet.examined import Examined, Own, Tree
from fleet.model import BrokerState, Connection

_OWN = {
    Own.OPEN: ("circle-check", "ok", mark("Brokers", "Our own topics: written to and read back.")),
    Own.CLOSED: (
        "triangle-alert",
        "warn",
        mark(
            "Brokers",
            "Our own topics: no right there. Updates and other desktops of this home need it.",
        ),
    ),
    Own.READ_ONLY: (
        "eye",
        "info",
        mark("Brokers", "Our own topics: not tried, for nothing is ever published there."),
    ),
}
_TREES = {
    Tree.HEARD: ("circle-check", "ok", ""),
    Tree.NOTHING: (
        "circle-dashed",
        "muted",
        mark("Brokers", "Nothing seen of {dialects}: no right to read there, or nothing there"),
    ),
    Tree.REFUSED: ("circle-x", "bad", mark("Brokers", "The broker refuses {dialects}")),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Broker:
    """One broker as its card shows it."""

    name: str
    settings: BrokerSettings
    look: Look  # of the connection
    why: str = ""  # what is wrong with it, and what to do


def brokers(mirror: Mirror) -> tuple[Broker, ...]:
    """Return the brokers, the house's first one first."""
    known = mirror.documents("broker", BrokerSettings)
    links = {one.broker: one for one in mirror.connections()}
    names = list(known) or list(links)
    return tuple(
        _broker(name, known.get(name) or _guessed(links[name]), links.get(name)) for name in names
    )


def examined(found: Examined) -> Iterable[Notice]:
    """Yield what we may do at a broker, in words, the gravest first."""
    icon, tone, words = _OWN[found.own]
    text = translate("Brokers", words)
    if found.own is Own.OPEN:
        back = translate("Brokers", "There and back in {number} ms.")
        text = f"{text} {back.format(number=round(found.seconds * 1000))}"
    yield Notice(icon=icon, tone=tone, text=text)
    for tree in (Tree.REFUSED, Tree.HEARD, Tree.NOTHING):
        names = sorted(name for name, one in found.trees.items() if one is tree)
        if not names:
            continue
        icon, tone, words = _TREES[tree]
        said = translate("Brokers", words)
        if tree is Tree.HEARD:
            topics = sum(found.topics.get(name, 0) for name in names)
            said = translate("Brokers", "Heard: {dialects}, %n topic(s)", None, topics)
        comma = translate("Brokers", ", ")
        yield Notice(icon=icon, tone=tone, text=said.format(dialects=comma.join(names)))


def _broker(name: str, settings: BrokerSettings, link: Connection | None) -> Broker:
    if link is None:
        away = Look(word=translate("Brokers", "Not connected"), icon="wifi-off", tone="muted")
        return Broker(name=name, settings=settings, look=away)
    why = ""
    if link.error:
        why = f"{states.because(link.error, link.fact)} {states.advice(link.error, link.fact)}"
    return Broker(name=name, settings=settings, look=_state_of(link), why=why)


def _state_of(link: Connection) -> Look:
    connected = translate("Brokers", "Connected, MQTT {version}").format(version=link.protocol)
    icon, tone, word = {
        BrokerState.CONNECTED: ("circle-check", "ok", connected),
        BrokerState.CONNECTING: ("refresh-cw", "warn", translate("Brokers", "Connecting…")),
        BrokerState.REFUSED: ("circle-x", "bad", translate("Brokers", "Refused")),
        BrokerState.LOST: ("wifi-off", "bad", translate("Brokers", "Connection lost")),
        BrokerState.CLOSED: ("wifi-off", "muted", translate("Brokers", "Not connected")),
    }[link.state]
    return Look(word=word, icon=icon, tone=tone)


def _guessed(link: Connection) -> BrokerSettings:
    """Return what a connection says of a broker whose settings are not told."""
    host, _, port = link.address.rpartition(":")
    if not port.isdigit():
        return BrokerSettings(name=link.broker, host=link.address)
    return BrokerSettings(name=link.broker, host=host, port=int(port))
