"""What Welcome says: its steps, the brokers that were found, what is heard, what can be chosen."""

from __future__ import annotations

import re
import urllib.parse
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from desktop.language import mark, translate
from desktop.models import states
from desktop.models.mirror import Mirror
from desktop.models.reporting import StepHead
from desktop.models.rows import dialect_name
from desktop.models.states import Look
from desktop.models.triage import Bar
from desktop.welcome_commands import Search
from feedback.outcome import Level
from firmware import plan as rules
from firmware.release import Channel
from fleet.brokers import BrokerSettings
from fleet.examined import Examined
from fleet.families import TITLES
from fleet.found import Answer, Found
from fleet.model import BrokerState, Connection

LEFT, TYPED = "welcome.left", "welcome.typed"
"""What is remembered: that it was left once, and what was typed (never a password)."""

_NEWEST = 6
_PORTS = {False: 1883, True: 8883}
_SCHEMES = {
    "mqtt": (False, "tcp"),
    "tcp": (False, "tcp"),
    "mqtts": (True, "tcp"),
    "ssl": (True, "tcp"),
    "tls": (True, "tcp"),
    "ws": (False, "websockets"),
    "wss": (True, "websockets"),
}
_WITH_PORT = re.compile(r"([^\s:/\[\]]+|\[[0-9A-Fa-f:]+\]):(\d{1,5})")


class Step(StrEnum):
    """The three steps, in order."""

    HOUSE = "house"
    SEEN = "seen"
    CARE = "care"


STEPS = tuple(Step)
_STEPS = {
    Step.HOUSE: mark("Welcome", "Find your house"),
    Step.SEEN: mark("Welcome", "What we see"),
    Step.CARE: mark("Welcome", "How careful"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """A broker as it was typed, chosen or pasted."""

    host: str = ""
    port: int = 1883
    tls: bool = False
    user: str = ""
    password: str = ""
    transport: str = "tcp"
    path: str = "/mqtt"

    @property
    def address(self) -> str:
        """As connections name it."""
        return f"{self.host}:{self.port}"

    def settings(self) -> BrokerSettings:
        """Return it as the house keeps it, without the password."""
        return BrokerSettings(
            host=self.host,
            port=self.port,
            tls=self.tls,
            user=self.user,
            transport=self.transport,
            path=self.path,
        )


OWN = Typed(host="127.0.0.1")
"""Where a broker of the home's own listens."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """One broker that was found."""

    id: str
    title: str
    under: str
    look: Look
    found: Found


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What is heard of devices until now."""

    title: str
    families: tuple[Bar, ...]
    newest: str
    hint: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Care:
    """The answers of the last step."""

    beta: bool = False
    at_night: bool = False
    outcomes: bool = False
    invitation: str = ""  # a code, or a link in its place
    hub: str = ""
    name: str = ""


def heads(now: Step) -> tuple[StepHead, ...]:
    """Return the three steps, of which `now` is shown."""
    made: list[StepHead] = []
    for number, step in enumerate(STEPS, start=1):
        word = translate("Welcome", _STEPS[step])
        said = translate("Welcome", "Step {number} of 3: {word}").format(number=number, word=word)
        done = number <= STEPS.index(now)
        # the head is the report dialog's: its `step` is only a name
        made.append(
            StepHead(step=step, number=number, word=word, now=step is now, done=done, said=said)  # type: ignore[arg-type]
        )
    return tuple(made)


def read_address(text: str, before: Typed) -> Typed:
    """Return what was typed or pasted as an address: a host, host:port, or a whole link.

    `before`: what the other fields say; a link overrules what it speaks of.
    """
    text = text.strip()
    if "://" in text:
        return _link(text, before)
    if found := _WITH_PORT.fullmatch(text):
        port = int(found[2])
        return replace(before, host=found[1].strip("[]"), port=port or before.port)
    return replace(before, host=text)


def other_port(typed: Typed, *, tls: bool) -> Typed:
    """Return it with TLS or without; the usual port goes along, another one stays."""
    usual = typed.port == _PORTS[not tls]
    return replace(typed, tls=tls, port=_PORTS[tls] if usual else typed.port)


def offers(mirror: Mirror) -> tuple[Offer, ...]:
    """Return the brokers that were found, as they were met: no row moves under the pointer."""
    links = {one.address: one for one in mirror.connections()}
    found = mirror.documents("found_broker", Found)
    return tuple(_offer(key, one, links) for key, one in found.items())


def search(mirror: Mirror) -> tuple[str, bool]:
    """Return how far looking for brokers is, and whether it is still going on."""
    now = mirror.documents("broker_search", Search).get("now")
    if now is None:
        return "", False
    count = len(mirror.documents("found_broker", Found))
    if now.ended:
        none = translate(
            "Welcome",
            "None found. Type its address below, make one here, or try the demo house.",
        )
        return translate("Welcome", "%n broker(s) found", None, count) if count else none, False
    if not now.all:
        return translate("Welcome", "Listening for announcements…"), True
    tried = translate("Welcome", "Asking: {done} of {all}")
    return tried.format(done=now.done, all=now.all), True


def tested(found: Examined) -> str:
    """Return what trying a broker came to, in words."""
    secure = (
        translate("Welcome", "encrypted") if found.tls else translate("Welcome", "not encrypted")
    )
    reached = translate("Welcome", "Reached: MQTT {version}, {secure}.")
    said = reached.format(version=found.protocol, secure=secure)
    heard = [TITLES.get(name, name) for name, topics in found.topics.items() if topics]
    if not heard:
        quiet = translate("Welcome", "Nothing has been heard there yet; that may still come.")
        return f"{said} {quiet}"
    speaks = translate("Welcome", "Heard there: {dialects}.").format(dialects=", ".join(heard))
    return f"{said} {speaks}"


def link_of(mirror: Mirror, typed: Typed) -> Connection | None:
    """Return the connection to this broker, where it is one of the house's."""
    each = mirror.connections()
    return next((one for one in each if one.address == typed.address), None)


def trouble(link: Connection) -> tuple[str, str]:
    """Return why a connection does not stand, and what to do; ("", "") while it may still come."""
    if not link.error or link.state is BrokerState.CONNECTED:
        return "", ""
    facts = {"broker": link.broker, "address": link.address, "fact": link.fact, "words": link.fact}
    return states.because(link.error, facts), states.advice(link.error, facts)


def kept(mirror: Mirror) -> Typed:
    """Return the broker that the house has already; its password is in the keyring alone."""
    known = next(iter(mirror.documents("broker", BrokerSettings).values()), None)
    if known is None:
        return Typed()
    return Typed(
        host=known.host,
        port=known.port,
        tls=known.tls,
        user=known.user,
        transport=known.transport,
        path=known.path,
    )


def seen(mirror: Mirror) -> Seen:
    """Return which families of devices speak, and the names of those heard last."""
    devices = list(mirror.devices.values())
    counts = Counter(dialect_name(one) or translate("Welcome", "Other") for one in devices)
    most = max(counts.values(), default=1)
    ordered = sorted(counts.items(), key=lambda one: (-one[1], one[0]))
    last = sorted(devices, key=lambda one: -(one.last_seen or 0.0))[:_NEWEST]
    names = ", ".join(one.name for one in last)
    hint = translate(
        "Welcome",
        "Most devices speak within five minutes. Wake a sensor that sleeps by pressing its button.",
    )
    nothing = translate("Welcome", "Nothing yet?")
    more = translate("Welcome", "Is one missing?")
    return Seen(
        title=translate("Welcome", "%n device(s) until now", None, len(devices)),
        families=tuple(Bar(word=word, count=n, share=n / most) for word, n in ordered),
        newest=translate("Welcome", "Heard last: {names}").format(names=names) if names else "",
        hint=f"{more if devices else nothing} {hint}",
    )


def is_new(mirror: Mirror) -> bool:
    """Whether this house has no broker and has never had a device."""
    return not mirror.connections() and not mirror.devices


def is_maker_link(text: str) -> bool:
    """Whether somebody means a maker (firmware/maker_link.py), not an invitation to a hub."""
    return text.strip().lower().startswith("orangery:maker")


def care_now(mirror: Mirror) -> Care:
    """Return the answers as the house has them."""
    return Care(
        beta=Channel.ORANGE in mirror.channels().values(),
        at_night=mirror.plan().begins is not rules.Begins.HAND,
        outcomes=mirror.consent().level is not Level.NOTHING,
    )


def channels_to_set(mirror: Mirror, care: Care) -> Mapping[str, Channel]:
    """Return which makers' trains have to be changed for these answers."""
    wanted = Channel.ORANGE if care.beta else Channel.STABLE
    return {maker: wanted for maker, one in mirror.channels().items() if one is not wanted}


def plan_to_set(mirror: Mirror, care: Care) -> rules.Plan | None:
    """Return the plan to be kept for these answers; None: the one there is says it already."""
    if care.at_night == care_now(mirror).at_night:
        return None
    return rules.PRESETS["every_night" if care.at_night else "by_hand"]


def level_to_set(mirror: Mirror, care: Care) -> Level | None:
    """Return what the makers may hear from now on; None: as it is."""
    if care.outcomes == care_now(mirror).outcomes:
        return None
    return Level.OUTCOMES if care.outcomes else Level.NOTHING


def _link(text: str, before: Typed) -> Typed:
    try:
        split = urllib.parse.urlsplit(text)
        port = split.port
    except ValueError:  # of a port, or of brackets
        return replace(before, host=text)
    known = _SCHEMES.get(split.scheme.lower())
    if known is None or not split.hostname:
        return replace(before, host=text)
    tls, transport = known
    return Typed(
        host=split.hostname,
        port=port or _PORTS[tls],
        tls=tls,
        user=urllib.parse.unquote(split.username or before.user),
        password=urllib.parse.unquote(split.password or before.password),
        transport=transport,
        path=split.path if transport == "websockets" and len(split.path) > 1 else "/mqtt",
    )


def _offer(key: str, found: Found, links: Mapping[str, Connection]) -> Offer:
    link = links.get(f"{found.host}:{found.port}") or links.get(key)
    how = {
        "mdns": translate("Welcome", "announces itself"),
        "name": translate("Welcome", "at a usual name"),
        "gateway": translate("Welcome", "at the router"),
    }
    under = [f"{found.address}:{found.port}", *(how.get(one, one) for one in found.by)]
    if found.tls:
        under.insert(1, translate("Welcome", "encrypted"))
    return Offer(
        id=key,
        title=found.title or found.host,
        under=" · ".join(under),
        look=_look(found.answer, reached=link is not None and link.state is BrokerState.CONNECTED),
        found=found,
    )


def _look(answer: Answer, *, reached: bool) -> Look:
    if reached:
        return Look(word=translate("Welcome", "Reached"), icon="circle-check", tone="ok")
    word, icon, tone = {
        Answer.OPEN: (translate("Welcome", "Found"), "circle-check", "ok"),
        Answer.PASSWORD: (translate("Welcome", "Needs a password"), "lock", "warn"),
        Answer.CERTIFICATE: (translate("Welcome", "Needs a certificate"), "shield-check", "warn"),
        Answer.REFUSED: (translate("Welcome", "Refuses strangers"), "circle-slash", "muted"),
    }[answer]
    return Look(word=word, icon=icon, tone=tone)
