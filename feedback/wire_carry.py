"""What a house could not send for days, as a file that anybody may carry, and the answer to it.

    {"format": "orangery-outbox-1", "hub": "https://…", "outbox_id": "…", "key_id": "…", …}
    {"headers": {"content-digest": "…", "signature-input": "…", "signature": "…", …}, "body": "…"}

The first line says whose it is, each further one is a push as it would be sent, signed with the
house's own key as a POST to PATH. The answer is one Receipt.
"""

from __future__ import annotations

from typing import Annotated, Final, Literal

import msgspec

from feedback.wire import OpResult, Wire

FORMAT: Final = "orangery-outbox-1"
RECEIPT: Final = "orangery-receipt-1"
ENDING: Final = ".orangery-outbox"
PATH: Final = "/v1/carry"
FILE_MAX: Final = 4 * 1024 * 1024  # bytes that a hub takes at once; a larger file goes in pieces
OLDEST_S: Final = 400 * 86_400.0  # so long a file is taken after it was made

_Header = Annotated[str, msgspec.Meta(max_length=512)]


class CarryHead(Wire, frozen=True, kw_only=True):
    """First line of the file."""

    format: Literal["orangery-outbox-1"]
    hub: str  # its address, for whoever carries the file
    outbox_id: str
    key_id: str
    made: float
    pushes: int  # lines behind this one, as the house wrote them
    ops: int  # what is in them, together


class CarriedPush(Wire, frozen=True, kw_only=True):
    """One push with the headers that prove whose it is. `body` is JSON of a wire.Push, exactly."""

    headers: dict[str, _Header]
    body: str


class Settled(Wire, omit_defaults=True, frozen=True, kw_only=True):
    """What became of one push; `code`: why none of it was taken."""

    acked: int = 0
    results: tuple[OpResult, ...] = ()
    code: str = ""


class Receipt(Wire, frozen=True, kw_only=True):
    """POST /v1/carry: what became of the file. The house takes it back, or hears of it by itself.

    No proof of anything: what a house believes wrongly of it the next sync puts right.
    """

    format: Literal["orangery-receipt-1"]
    hub: str  # its name
    outbox_id: str
    settled: tuple[Settled, ...]
    hub_time: float
