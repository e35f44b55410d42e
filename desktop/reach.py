"""Which of our own addresses a device reaches: it is where its firmware is served."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Callable, Iterable
from pathlib import Path

from fleet.lan_http import is_of_home
from fleet.model import Device

_CONTAINERS = ipaddress.IPv4Network("172.16.0.0/12")  # Docker's and Podman's own networks
_MARKS = (Path("/.dockerenv"), Path("/run/.containerenv"))
_ANYWHERE = "192.0.2.1"  # RFC 5737: nobody's, so the way to it is the default route


def address_for(device: Device, *, here: Callable[[str], str], brokers: Iterable[str] = ()) -> str:
    """Return our address that faces `device`, found anew as the network is now; never waits.

    The way to the device itself where its address is known, else the one on which we hold the
    connection to its broker (`here`, by the broker's name), else the way to `brokers` (hosts), else
    the default route; of these one of IPv4 before one of IPv6, which small devices do not speak.
    Loopback is only where nothing else is: what faces a broker on this machine is no address for a
    device.
    """
    endpoints = device.endpoints.values()
    own = [facing(one.data.get("ip", "")) for one in endpoints]
    ways = (
        *(here(one.broker) for one in endpoints),
        *(facing(host) for host in brokers),
        facing(_ANYWHERE),
    )
    found = [way for way in (*own, *sorted(ways, key=_is_version_6)) if _is_for_others(way)]
    return found[0] if found else "127.0.0.1"


def mistake(device: Device, address: str, *, here: Callable[[str], str]) -> str:
    """Return why `device` cannot fetch from this address of ours: a code; "": nothing is known.

    Loopback for a device that is elsewhere, or whose broker is; a container's own network for one
    of another network. So Orangery was told, or is run, by mistake.
    """
    endpoints = device.endpoints.values()
    own = [one.data["ip"] for one in endpoints if is_of_home(one.data.get("ip", ""))]
    if is_loopback(address):
        ways = [way for one in endpoints if (way := here(one.broker))]
        elsewhere = own or any(not is_loopback(way) for way in ways)
        return "serve_loopback" if elsewhere else ""
    inside = _in(_CONTAINERS, address) and any(path.exists() for path in _MARKS)
    return "serve_in_container" if inside and any(not _in(_CONTAINERS, ip) for ip in own) else ""


def is_loopback(address: str) -> bool:
    """Whether only this computer reaches it."""
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return address == "localhost"


def _in(network: ipaddress.IPv4Network, address: str) -> bool:
    return ipaddress.ip_address(address) in network


def facing(host: str) -> str:
    """Return our own address on the way to `host`, a number; "" where there is none."""
    try:
        version = ipaddress.ip_address(host).version
        family = socket.AF_INET6 if version == 6 else socket.AF_INET  # noqa: PLR2004 - IPv6
        with socket.socket(family, socket.SOCK_DGRAM) as probe:
            probe.connect((host, 9))  # nothing is sent: it only asks the routing table
            return str(probe.getsockname()[0])
    except (OSError, ValueError):
        return ""


def _is_version_6(address: str) -> bool:
    return ":" in address


def _is_for_others(address: str) -> bool:
    """Whether others can use it: neither loopback nor an IPv6 address of one link only."""
    try:
        read = ipaddress.ip_address(address)
    except ValueError:
        return False
    return not read.is_loopback and not (read.version == 6 and read.is_link_local)  # noqa: PLR2004 - IPv6
