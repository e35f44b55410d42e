"""Which of our own addresses a device reaches: it is where its firmware is served."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Callable, Iterable

from fleet.model import Device

_ANYWHERE = "192.0.2.1"  # RFC 5737: nobody's, so the way to it is the default route


def address_for(device: Device, *, here: Callable[[str], str], brokers: Iterable[str] = ()) -> str:
    """Return our address that faces `device`, found anew as the network is now; never waits.

    The way to the device itself where its address is known, else the one on which we hold the
    connection to its broker (`here`, by the broker's name), else the way to `brokers` (hosts), else
    the default route. Loopback is only where nothing else is: what faces a broker on this machine
    is no address for a device.
    """
    ways = (
        *(facing(one.data.get("ip", "")) for one in device.endpoints.values()),
        *(here(one.broker) for one in device.endpoints.values()),
        *(facing(host) for host in brokers),
        facing(_ANYWHERE),
    )
    return next((way for way in ways if way and not _is_loopback(way)), "127.0.0.1")


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


def _is_loopback(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:  # a scope that we cannot name in an address for others
        return True
