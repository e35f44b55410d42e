"""Rules for a broker's access list that give us and each device what it needs, and no more. Pure.

The format is mosquitto's (mosquitto.conf(5), acl_file). What we read and write comes from the
dialects themselves, so a new dialect is in here without another word.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol

from fleet import home, lease
from fleet.topics import is_wild, matches, valid

OWN = (
    ("readwrite", "orangery/v1/probe/+"),
    ("readwrite", home.TOPIC),
    ("readwrite", lease.TOPICS),
    ("read", "orangery/v1/dev/+/fw/req"),
    ("write", "orangery/v1/house/night"),
    ("write", "homeassistant/sensor/orangery/night/config"),
)
"""What the program needs for itself, whatever the devices speak."""

_COMMANDS = ("command_topic", "install_topic")  # of an endpoint, where a dialect keeps them


class Speaks(Protocol):
    """Of a dialect: where its devices speak, and where it speaks to them."""

    name: str

    @property
    def writes(self) -> tuple[str, ...]:
        """Topic filters of all that it may ask to be published."""

    def filters(self) -> Iterable[tuple[str, int]]:
        """Topic filters with QoS."""


class Route(Protocol):
    """Of a route: its topic."""

    @property
    def topic(self) -> str:
        """A topic or filter."""


class Known(Protocol):
    """Of a device: what its announcements taught us."""

    @property
    def routes(self) -> Iterable[Route]:
        """Where it speaks."""

    @property
    def endpoints(self) -> Mapping[str, object]:
        """Where each dialect reaches it."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One line: "read", "write" or "readwrite", and a topic filter."""

    access: str
    topic: str

    def __str__(self) -> str:
        return f"topic {self.access} {self.topic}"


def ours(dialects: Iterable[Speaks], devices: Iterable[Known] = ()) -> dict[str, tuple[Rule, ...]]:
    """Return our rules under a title each; `devices` add what only they could tell."""
    found = {"Orangery itself": tuple(Rule(*rule) for rule in OWN)}
    for one in dialects:
        rules = [Rule("read", name) for name, _ in one.filters()]
        rules += [Rule("write", name) for name in one.writes]
        if rules:
            found[one.name] = tuple(rules)
    covered = [rule for rules in found.values() for rule in rules]
    learned = dict.fromkeys(rule for rule in _learned(devices) if not _allows(covered, rule))
    if learned:
        found["Topics that devices of this home announced"] = tuple(sorted(learned, key=str))
    return found


def text(
    user: str, rules: Mapping[str, tuple[Rule, ...]], *, devices: bool = False, read_only: bool
) -> str:
    """Return the access list as a file; `devices`: with rules for the accounts of devices."""
    lines = ["# Orangery: what its account needs, and no more (mosquitto.conf(5), acl_file).", ""]
    lines.append(f"user {user}")
    for title, each in rules.items():
        wanted = [_reading(rule) for rule in each] if read_only else list(each)
        if said := [str(rule) for rule in wanted if rule is not None]:
            lines += [f"# {title}", *said]
    return "\n".join([*lines, *(_FOR_DEVICES if devices else ()), ""])


_FOR_DEVICES = (
    "",
    "# Each device: an account of its own, named as its topic; %u is that name.",
    "# A device that may write under homeassistant/ at large can pretend to be any other.",
    "pattern write orangery/v1/dev/%u/#",
    "pattern read orangery/v1/dev/%u/cmd",
    "pattern read orangery/v1/dev/%u/fw/+/+",
    "pattern write tele/%u/#",
    "pattern write stat/%u/#",
    "pattern read cmnd/%u/#",
    "pattern write tasmota/discovery/%u/#",
    "pattern write homeassistant/+/%u/config",
    "pattern write homeassistant/+/%u/+/config",
    "pattern write shellies/%u/#",
    "pattern write esphome/discover/%u",
    "pattern readwrite %u/#",
)


def _reading(rule: Rule) -> Rule | None:
    """Return what is left of a rule for an account that only listens."""
    return None if rule.access == "write" else Rule("read", rule.topic)


def _learned(devices: Iterable[Known]) -> Iterator[Rule]:
    for one in devices:
        yield from (Rule("read", route.topic) for route in one.routes if valid(route.topic))
        for endpoint in one.endpoints.values():
            data: Mapping[str, str] = getattr(endpoint, "data", {})
            said = [data.get(name, "") for name in _COMMANDS]
            yield from (Rule("write", each) for each in said if valid(each) and not is_wild(each))


def _allows(rules: Iterable[Rule], wanted: Rule) -> bool:
    """Return whether rules give what one asks; of a filter with wildcards only where it is one."""
    return any(
        wanted.access in rule.access
        and (
            rule.topic == wanted.topic
            or (not is_wild(wanted.topic) and matches(rule.topic, wanted.topic))
        )
        for rule in rules
    )
