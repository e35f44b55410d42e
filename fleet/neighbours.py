"""Programs of the same home on its network, announced and found by mDNS: the door to zeroconf.

One network only, the one that `host` is our own address on: nothing is said or asked elsewhere
(RFC 6762, RFC 6763). Whoever is found there is a stranger until proven otherwise.
"""

from __future__ import annotations

import ipaddress
import logging
import socket
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from fleet.errors import CommandError
from fleet.later import later

if TYPE_CHECKING:
    import zeroconf
else:  # most houses have one desktop
    zeroconf = later("zeroconf")

logger = logging.getLogger(__name__)

_MOST = 64  # found at once: a home has fewer
_ANSWER_MS = 3_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Neighbour:
    """A program that was announced, and where it says it is."""

    name: str
    address: str  # of this home's network, checked by `is_local`
    port: int
    text: Mapping[str, str] = field(default_factory=dict)


class Neighbours:
    """Those of one kind, such as "_orangery-share._tcp", on the network of `host`; any thread.

    CommandError("neighbours_unavailable") where the network lets nobody announce or search.
    """

    def __init__(self, kind: str, host: str) -> None:
        """Search from now on, until `close`; waits for nobody."""
        self._kind, self._host = f"{kind}.local.", host
        self._found: dict[str, Neighbour] = {}
        self._lock = threading.Lock()
        self._own = ""
        try:
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
                probe.bind((host, 0))  # zeroconf leaves sockets open where this fails
            self._zeroconf = zeroconf.Zeroconf(
                interfaces=[host], ip_version=zeroconf.IPVersion.V4Only
            )
        except OSError as error:
            raise CommandError("neighbours_unavailable", host=host, words=error) from error
        self._browser = zeroconf.ServiceBrowser(self._zeroconf, self._kind, handlers=[self._heard])

    def announce(self, name: str, port: int, text: Mapping[str, str]) -> None:
        """Say that we are here; waits about a second, in which another may object to the name."""
        self._own = name
        info = zeroconf.ServiceInfo(
            self._kind,
            f"{name}.{self._kind}",
            addresses=[socket.inet_aton(self._host)],
            port=port,
            properties=dict(text),
            server=f"{name}.local.",
        )
        try:
            self._zeroconf.register_service(info)
        except (OSError, zeroconf.Error) as error:
            words = str(error) or type(error).__name__
            raise CommandError("neighbours_unavailable", host=self._host, words=words) from error

    @property
    def found(self) -> tuple[Neighbour, ...]:
        """Those that are there now, by name; ourselves left out."""
        with self._lock:
            return tuple(self._found[name] for name in sorted(self._found))

    def close(self) -> None:
        """Take our announcement back and search no more."""
        self._browser.cancel()
        self._zeroconf.close()

    def _heard(
        self,
        zeroconf: zeroconf.Zeroconf,  # noqa: ARG002 - passed by name
        service_type: str,
        name: str,
        state_change: zeroconf.ServiceStateChange,
    ) -> None:
        """In zeroconf's thread: one came, changed or went."""
        short = name.removesuffix(f".{self._kind}")
        one = None if state_change.name == "Removed" else self._look(service_type, name, short)
        with self._lock:
            if one is None:
                self._found.pop(short, None)
            elif short != self._own and (short in self._found or len(self._found) < _MOST):
                self._found[short] = one

    def _look(self, kind: str, name: str, short: str) -> Neighbour | None:
        info = self._zeroconf.get_service_info(kind, name, timeout=_ANSWER_MS)
        addresses = info.parsed_addresses() if info else ()
        address = next(filter(is_local, addresses), "")
        if info is None or not address or not info.port:
            logger.info("%s was announced without an address of this network", short)
            return None
        text = {
            key.decode(errors="replace"): (value or b"").decode(errors="replace")
            for key, value in info.properties.items()
        }
        return Neighbour(name=short, address=address, port=info.port, text=text)


def is_local(address: str) -> bool:
    """Whether an address can only be of a home's network or this computer, none of the internet."""
    try:
        one = ipaddress.ip_address(address)
    except ValueError:
        return False
    return one.is_private and not one.is_unspecified
