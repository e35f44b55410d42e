"""What a dialect wants done for a device: steps, in order, or a refusal; all frozen values.

A dialect only names them. Who carries them out (firmware/effects.py, desktop/acting.py) owns the
connections, the time and the consent.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Publish:
    """Send this. `expiry` in seconds and `properties` are MQTT 5 only and dropped on 3.1.1."""

    topic: str
    payload: bytes
    qos: int = 0
    retain: bool = False
    expiry: int | None = None
    correlation: bytes = b""
    response_topic: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishFile:
    """Send the offered file as one message, to `topic` and its MD5 in hexadecimal behind it.

    Homie for ESP8266 takes its firmware so. Who carries it out reads the verified bytes.
    """

    topic: str  # with the slash at its end
    qos: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Delay:
    """Wait so many seconds before the next step."""

    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Lay:
    """Serve these bytes beside the offered file, under `Offer.place` + `name`, as long as it is.

    Zigbee2MQTT takes an image by a one-entry index, which names its type, maker and hash.
    """

    name: str  # one path segment, e.g. "index.json"
    payload: bytes
    content_type: str = "application/json"


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpRequest:
    """Ask a device over HTTP, where the household allows that, at a private address only.

    The few that cannot be asked over MQTT: Shelly's first generation and WLED. `upload`: the
    offered file is the body, as the multipart field of that name. fleet/lan_http.py sends it.
    """

    url: str
    method: str = "GET"
    body: bytes = b""
    content_type: str = ""
    upload: str = ""


Step = Publish | PublishFile | Delay | Lay | HttpRequest


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """A question that a message gives rise to; the same one is not sent again for `rest_s`.

    Nobody waits for the answer: it comes as a message like any other, or never. A house that only
    reads asks nothing (fleet/asking.py).
    """

    step: Publish
    rest_s: float = 3600.0


@dataclass(frozen=True, slots=True)
class Refusal:
    """A dialect's no: a stable code (docs/errors.md) and the fact behind it."""

    code: str
    fact: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A verified, staged file offered to one device for one update."""

    transfer: str  # one-time id of this offer
    version: str
    sha256: str
    size: int  # bytes
    path: str  # TUF target path, e.g. fw/acme/lamp/lamp-1.2.0.bin
    url: str  # the file itself, one-time
    mirror: str  # base address under which the agent finds metadata/ and targets/; "" over MQTT
    minimum: str = ""  # lowest version it may be installed over
    place: str = ""  # one-time base address, with its slash, of what a step lays beside the file
    facts: Mapping[str, str] = field(default_factory=dict)
    """What the file's own header says: `format`, and the details of its reader in firmware/image*,
    besides `sha512` of the whole file (hexadecimal) where the format is zigbee-ota."""
