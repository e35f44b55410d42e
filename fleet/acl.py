"""Rules for a broker's access list that give us and each device what it needs, and no more. Pure.

The format is mosquitto's (mosquitto.conf(5), acl_file). What we read and write comes from the
dialects themselves, so a new dialect is in here without another word.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from fleet import agreement, home, lease
from fleet.capability import Feature, Reading
from fleet.dialects import Dialect
from fleet.dialects import homeassistant_announce as announce
from fleet.errors import CommandError
from fleet.model import Device
from fleet.steps import Publish, Refusal
from fleet.topics import is_wild, matches, valid

OWN = (
    ("readwrite", "orangery/v1/probe/+"),
    ("readwrite", home.TOPIC),
    ("readwrite", lease.TOPICS),
    ("readwrite", agreement.TOPICS),
    ("read", "orangery/v1/dev/+/fw/req"),
    ("write", "orangery/v1/house/night"),
    ("write", "homeassistant/sensor/orangery/night/config"),
    ("readwrite", announce.CONFIGS),
    ("write", "orangery/v1/updates/status/+"),
    ("write", "orangery/v1/updates/+/state"),
    ("read", announce.COMMANDS),
)
"""What the program needs for itself, whatever the devices speak."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One line: "read", "write" or "readwrite", and a topic filter."""

    access: str
    topic: str

    def __str__(self) -> str:
        return f"topic {self.access} {self.topic}"


def ours(
    dialects: Iterable[Dialect], reads: Iterable[str] = (), writes: Iterable[str] = ()
) -> dict[str, tuple[Rule, ...]]:
    """Return our rules under a title each.

    `reads` and `writes`: topics beyond the dialects' own, as only this home's devices can tell.
    Where several lie beside each other, they become one rule.
    """
    found = {"Orangery itself": tuple(Rule(*rule) for rule in OWN)}
    for one in dialects:
        rules = [Rule("read", name) for name, _ in one.filters()]
        rules += [Rule("write", name) for name in one.writes]
        if rules:
            found[one.name] = tuple(rules)
    covered = [rule for rules in found.values() for rule in rules]
    wanted = [Rule("read", each) for each in reads if valid(each)]
    wanted += [Rule("write", each) for each in writes if valid(each) and not is_wild(each)]
    left = [rule for rule in wanted if not _allows(covered, rule)]
    if left:
        found["Topics that devices of this home announced"] = tuple(_together(left))
    return found


def text(
    user: str, rules: Mapping[str, tuple[Rule, ...]], *, devices: bool = False, read_only: bool
) -> str:
    """Return the access list as a file; `devices`: with rules for the accounts of devices.

    CommandError("broker_name_bad") where those would give a user of this name a whole tree.
    """
    if devices and user in reserved(rules):
        raise CommandError("broker_name_bad", name=user)
    lines = ["# Orangery: what its account needs, and no more (mosquitto.conf(5), acl_file).", ""]
    lines.append(f"user {user}")
    for title, each in rules.items():
        wanted = [_reading(rule) for rule in each] if read_only else list(each)
        if said := [str(rule) for rule in wanted if rule is not None]:
            lines += [f"# {title}", *said]
    return "\n".join([*lines, *(FOR_DEVICES if devices else ()), ""])


def orders(dialects: Iterable[Dialect], device: Device) -> Iterator[str]:
    """Give the topics on which a device is spoken to: asked after its version, checked, ordered."""
    for one in dialects:
        if one.name not in device.endpoints:
            continue
        said = [one.verify(device), one.check(device), one.plan(device, None)]
        for name, feature in device.features.items():
            if feature.settable and feature.dialect == one.name:
                answers = (one.act(device, name, wish) for wish in _wishes(feature))
                said.append(next((each for each in answers if not isinstance(each, Refusal)), ()))
        for steps in said:
            if not isinstance(steps, Refusal):
                yield from (step.topic for step in steps if isinstance(step, Publish))


def _wishes(feature: Feature) -> tuple[Reading | None, ...]:
    """Return what might be wished of it: one of these will do."""
    return (None, True, *feature.words, feature.low, 0, "#ffffff")


def reserved(rules: Mapping[str, tuple[Rule, ...]]) -> frozenset[str]:
    """Return the names no account may have, as a device's own topics begin with its name."""
    firsts = (rule.topic.partition("/")[0] for each in rules.values() for rule in each)
    return frozenset(one for one in firsts if not is_wild(one)) | _TREES


_TREES = frozenset({"cmnd", "zigbee2mqtt", "homie", "shellies", "esphome", "wled", "home"})
FOR_DEVICES = (
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
    "pattern readwrite shellies/%u/#",
    "pattern write shellies/announce",
    "pattern read shellies/command",
    "pattern write orangery/shelly/%u/rpc",
    "pattern write esphome/discover/%u",
    "pattern readwrite %u/#",
)


def _reading(rule: Rule) -> Rule | None:
    """Return what is left of a rule for an account that only listens."""
    return None if rule.access == "write" else Rule("read", rule.topic)


def _together(rules: Iterable[Rule]) -> Iterator[Rule]:
    """Give one rule for topics of one parent."""
    beside: dict[tuple[str, str], set[str]] = {}
    for rule in rules:
        parent, _, last = rule.topic.rpartition("/")
        beside.setdefault((rule.access, parent), set()).add(last)
    for (access, parent), ends in sorted(beside.items()):
        last = "+" if len(ends) > 1 and "#" not in ends and parent else ""
        for end in (last,) if last else sorted(ends):
            yield Rule(access, f"{parent}/{end}" if parent else end)


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
