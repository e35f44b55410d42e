"""How the command line shows brokers, what was found out at them, and what was recorded there."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from rich.table import Table

from desktop.words import say
from fleet.brokers import BrokerSettings
from fleet.examined import Examined, Explored, Own, Tree
from fleet.model import Connection, Snapshot

if TYPE_CHECKING:
    from desktop.broker_service import Installed, Wished
    from desktop.recording import Recorded
    from fleet.found import Found

OWN = {
    Own.OPEN: "written to and read back",
    Own.CLOSED: 'no right: updates and other desktops need it ("orangery broker acl")',
    Own.READ_ONLY: "not tried: nothing is ever published at this broker",
}
TREES = {
    Tree.HEARD: "heard",
    Tree.NOTHING: "nothing seen: no right to read there, or nothing there",
    Tree.REFUSED: "the broker refuses this subscription",
}
ANSWERS = {
    "open": "lets everybody in",
    "password": "wants a user and a password",
    "certificate": "wants a certificate of ours",
    "refused": "speaks MQTT and refuses strangers",
}
_MOST = 20  # rows of what was explored


def brokers(snapshot: Snapshot, language: str) -> Table:
    """Each broker, a line each, and what is wrong with its connection below."""
    table = _table("Name", "Address", "How", "State")
    links: Any = snapshot.facts.get("connection", {})
    known: Any = snapshot.facts.get("broker", {})
    for name, one in sorted(known.items()):
        link = links.get(name)
        table.add_row(name, one.address, _how(one), _state(link))
        if link is not None and link.error:
            facts = {"broker": name, "address": one.address, "fact": link.fact, "words": link.fact}
            table.add_row("", "", "", " ".join(say(link.error, facts, language)))
    return table


def examined(found: Examined) -> Table:
    """What this account may do."""
    table = _table("", "")
    how = f"MQTT {found.protocol}" + (", TLS" if found.tls else "")
    table.add_row(f"Broker {found.broker}", f"{found.address}, {how}")
    back = f" in {found.seconds * 1000:.0f} ms" if found.own is Own.OPEN else ""
    table.add_row("Our own topics", OWN[found.own] + back)
    for name, tree in found.trees.items():
        topics = found.topics[name]
        table.add_row(name, f"{TREES[tree]}: {topics} topic(s)" if topics else TREES[tree])
    return table


def explored(found: Explored) -> Table:
    """Who spoke, and what nobody understood."""
    table = _table("Topics", "Messages")
    for prefix, messages in list(found.prefixes.items())[:_MOST]:
        table.add_row(f"{prefix}/…", f"{messages:,}")
    for topic, reason in list(found.unknown.items())[:_MOST]:
        table.add_row(topic, f"not understood: {reason}")
    ended = ""
    if found.full:
        ended = " It ended because that was as much as asked for."
    elif found.lost:
        ended = f" It ended early: {' '.join(say(found.lost, {}))}"
    table.caption = (
        f"{found.messages:,} messages, {found.bytes / 1000:,.0f} kB in {found.seconds:g} s; "
        f"{found.devices} device(s), {len(found.unknown)} topic(s) nobody understands.{ended}"
    )
    return table


def found(all_: Iterable[Found]) -> Table | str:
    """The brokers found, the open ones first."""
    table = _table("Host", "Port", "TLS", "It", "Found by", "Calls itself")
    for one in all_:
        tls = "yes" if one.tls else ""
        how = ", ".join(one.by)
        table.add_row(one.host, str(one.port), tls, ANSWERS[one.answer], how, one.title)
    if not table.row_count:
        return 'None found. "orangery broker install" makes one for a home that has none.'
    return table


def installed(made: Installed, wished: Wished) -> str:
    """What was installed and what is to be done now."""
    command = " ".join(made.command)
    lines = [f"The broker's files are in {made.folder}; its password for us is in the keyring."]
    if made.unit:
        lines.append(f"{made.unit} is written, enabled and started. When you log out it ends,")
        lines.append("unless you say: loginctl enable-linger")
    else:
        lines.append(f"There is no systemd here, so nothing was started. Start it with: {command}")
    if made.authority:
        lines.append(f"On the network: {wished.network}:{wished.tls_port} with TLS. Give devices")
        lines.append(f"this authority: {made.authority}")
    elif wished.network:
        lines.append(f"Warning: at {wished.network}:{wished.port} without TLS, whoever is on your")
        lines.append("network can read passwords and messages.")
    lines.append('A device gets its account by: "orangery broker account NAME".')
    return "\n".join(lines)


def recorded(done: Recorded) -> str:
    """What was written, and what of it is not as it was heard."""
    what = ", ".join(
        f"{count:,} x {kind}" for kind, count in sorted(done.replaced.items()) if count
    )
    lines = [
        f"{done.file}: {done.messages:,} messages.",
        f"Replaced: {what or 'nothing'}.",
        "Names of devices and rooms stay: look at it before you share it.",
        f'"orangery replay {done.file}" gives {done.devices} device(s); heard were {done.heard}.',
    ]
    if done.binary:
        lines.append(f"{done.binary:,} binary messages were left out.")
    if done.full:
        lines.append("It ended early because it was as large as asked for.")
    if done.lost:
        lines.append(f"It ended early: {' '.join(say(done.lost, {}))}")
    return "\n".join(lines)


def _table(*columns: str) -> Table:
    table = Table(box=None, pad_edge=False, show_header=any(columns))
    for column in columns:
        table.add_column(column)
    return table


def _how(one: BrokerSettings) -> str:
    said = [
        "TLS" if one.tls else "",
        "WebSocket" if one.transport == "websockets" else "",
        f"user {one.user}" if one.user else "",
        "read only" if one.read_only else "",
        f"bridge of {one.bridged}" if one.bridged else "",
    ]
    return ", ".join(word for word in said if word)


def _state(link: Connection | None) -> str:
    if link is None:
        return "-"
    return f"{link.state} (MQTT {link.protocol})" if link.protocol else str(link.state)
