"""What staff do about what members decide, over HTTP: each takes a StaffClient."""

from __future__ import annotations

import uuid
from typing import Final

import msgspec

from feedback import wire_voice_staff as wire
from feedback.staff_client import Done, StaffClient
from feedback.wire import HubError
from feedback.wire_voice import BallotDoc, CharterDoc, CommitteeDoc, IdeaDoc, VoiceRecord

_AT: Final = "/v1/staff/voice"


def ideas(client: StaffClient, state: str = "") -> tuple[IdeaDoc, ...]:
    """Ideas in `state` (""; all): petitions by time left first."""
    return client.ask("GET", f"{_AT}/ideas", fields={"state": state}, answer=wire.Ideas).ideas


def take(client: StaffClient, idea: str, owner: str = "") -> None:
    """Name who answers this petition; "": oneself."""
    _tell(client, f"ideas/{idea}/take", wire.Take(owner=owner))


def plan(client: StaffClient, idea: str, week: str) -> None:
    """Promise it for the Friday of a week."""
    _tell(client, f"ideas/{idea}/plan", wire.PlanIdea(week=week))


def ship(client: StaffClient, idea: str, week: str) -> None:
    """Say that it is in a week; who proposed it is paid."""
    _tell(client, f"ideas/{idea}/ship", wire.ShipIdea(week=week))


def decline(client: StaffClient, idea: str, reason: str, *, outside: bool = False) -> None:
    """Say no, with the reason everybody reads."""
    _tell(client, f"ideas/{idea}/decline", wire.DeclineIdea(reason=reason, outside=outside))


def ask_all(client: StaffClient, asked: wire.AskAll, idea: str = "") -> BallotDoc:
    """Put a question to all members, as the answer to a petition where one is named."""
    path = f"{_AT}/ideas/{idea}/ballot" if idea else f"{_AT}/ballots"
    return client.ask("POST", path, said=asked, answer=BallotDoc)


def ballots(client: StaffClient) -> tuple[BallotDoc, ...]:
    """Ballots, the newest first."""
    return client.ask("GET", f"{_AT}/ballots", answer=wire.Ballots).ballots


def cases(client: StaffClient, *, steward: bool = False) -> tuple[wire.StaffCase, ...]:
    """Cases as the makers, or a steward, read them."""
    path = f"{_AT}/panel" if steward else f"{_AT}/cases"
    return client.ask("GET", path, answer=wire.Cases).cases


def side(client: StaffClient, case: str, text: str) -> None:
    """Say the makers' side of a case."""
    _tell(client, f"cases/{case}/side", wire.MakersSide(text=text))


def vote(client: StaffClient, case: str, *, uphold: bool) -> None:
    """Vote as a steward of the panel."""
    _tell(client, f"cases/{case}/vote", wire.JudgeAsSteward(uphold=uphold))


def execute(client: StaffClient, case: str, words: str, times: float = 1.0) -> None:
    """Carry a remedy out, and say so to the member."""
    _tell(client, f"cases/{case}/execute", wire.Execute(words=words, times=times))


def lines(client: StaffClient) -> tuple[CommitteeDoc, ...]:
    """Product lines and their committees."""
    return client.ask("GET", f"{_AT}/lines", answer=wire.Committees).committees


def set_line(client: StaffClient, line: str, title: str, manager: str = "") -> None:
    """Make a product line, or name it and its manager anew."""
    _put(client, f"lines/{line}", wire.SetLine(title=title, manager=manager))


def freeze(client: StaffClient, line: str, week: str, items: tuple[str, ...]) -> None:
    """Show a week's list to the committee; from then on it is frozen."""
    _tell(client, f"lines/{line}/weeks/{week}", wire.Freeze(items=items))


def answer_hold(client: StaffClient, line: str, week: str, text: str) -> None:
    """Answer a committee's hold in writing."""
    _tell(client, f"lines/{line}/weeks/{week}/answer", wire.AnswerHold(text=text))


def lead(client: StaffClient, circle: str, member: str) -> None:
    """Say who leads a circle; "": nobody."""
    try:
        said = msgspec.convert({"circle": circle, "member": member}, wire.Lead)
    except msgspec.ValidationError as error:
        raise HubError("circle_unknown") from error
    _put(client, "leaders", said)


def propose(client: StaffClient, text: str, open_s: float) -> CharterDoc:
    """Put a charter to all members."""
    said = wire.ProposeCharter(id=str(uuid.uuid4()), text=text, open_s=open_s)
    return client.ask("POST", f"{_AT}/charter", said=said, answer=CharterDoc)


def threshold(client: StaffClient, votes: int) -> None:
    """Choose from how many votes on an idea may be a petition."""
    _put(client, "threshold", wire.Threshold(votes=votes))


def record(client: StaffClient) -> VoiceRecord:
    """How promises to members were kept."""
    return client.ask("GET", "/v1/public/voice", answer=wire.PublicVoice).record


def _tell(client: StaffClient, path: str, said: msgspec.Struct) -> None:
    client.ask("POST", f"{_AT}/{path}", said=said, answer=Done)


def _put(client: StaffClient, path: str, said: msgspec.Struct) -> None:
    client.ask("PUT", f"{_AT}/{path}", said=said, answer=Done)
