"""Whether a device's word on its version is believed: of one that signs, only its signed word.

The key is pinned at the first signed report. From then on a version counts only under that key and
a number that rises; the same report again, as the broker keeps it, says nothing new. What falls
through says so in `doubt`: a code of docs/errors.md. Only a person's "forget" lets go of a key.
"""

from __future__ import annotations

from msgspec.structs import replace

from fleet.model import Observation, Proof, Unknown


def believed(claim: Observation | None, news: Observation) -> Observation:
    """Return `news` as far as it is believed after `claim`, of the same dialect and device."""
    pinned = claim.proof if claim else None
    if pinned is None or (news.version is None and news.proof is None):
        return news
    doubt = _doubt(pinned, news)
    if doubt:
        return replace(news, version=None, proof=None, doubt=doubt.reason)
    return replace(news, doubt="") if claim and claim.doubt else news


def _doubt(pinned: Proof, news: Observation) -> Unknown | None:
    said = news.proof
    if said is None:
        return Unknown("report_not_signed")
    if said.key != pinned.key:
        return Unknown("report_of_another_key")
    if said.number < pinned.number or (said.number == pinned.number and said != pinned):
        return Unknown("report_said_before")
    return None
