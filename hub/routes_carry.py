"""Files that were carried to the hub: the same operations by the same exactly-once way as a push.

Whoever brings one is not asked who they are: each push in it is signed by its house. It may come
twice, or after the house has sent the same itself: what was taken is answered again.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from feedback import carry
from feedback.wire import HubError
from feedback.wire_carry import FILE_MAX, PATH, RECEIPT, CarriedPush, Receipt, Settled
from hub import intake, members
from hub.http import Call, Endpoint, Who
from hub.routes_sync import as_much

STATUS: Final = {"carry_unreadable": 422, "carry_too_old": 422}


def bring(call: Call[bytes]) -> Receipt:
    """Take a carried outbox; one push that cannot be taken ends it, what came before stands."""
    carried = carry.read(call.said)
    settled: list[Settled] = []
    for line in carried.pushes:
        try:
            with call.db.begin_nested():
                settled.append(_take(call, line))
        except HubError as error:
            settled.append(Settled(code=error.code))
            break
    return Receipt(
        format=RECEIPT,
        hub=call.hub.settings.name,
        outbox_id=carried.head.outbox_id,
        settled=tuple(settled),
        hub_time=call.now,
    )


def _take(call: Call[bytes], line: CarriedPush) -> Settled:
    claim = carry.claim_of(line)
    push = carry.check(line, members.public_of(call.db, claim.key_id), now=call.now)
    call.hub.syncs.take(claim.key_id, now=call.now)  # only now: it is that house's
    who = members.admit(call.db, claim.key_id, None, now=call.now)
    asked = as_much(replace(call, said=push, who=who))  # type: ignore[arg-type] # now of a push
    acked, results = intake.take(call.db, who, asked, now=call.now)
    return Settled(acked=acked, results=tuple(results))


ENDPOINTS: Final[tuple[Endpoint, ...]] = (
    Endpoint(
        method="POST",
        path=PATH,
        work=bring,
        who=Who.ANYONE,
        asks=bytes,
        says=Receipt,
        most=FILE_MAX,
        summary="Bring what a house could not send, in a file that it signed",
    ),
)
