"""What is asked over HTTP about what members decide: public files, and what staff do."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

import msgspec
from starlette.responses import FileResponse, PlainTextResponse, Response

from feedback import wire_voice_staff as wire
from feedback.wire_voice import BallotDoc, CharterDoc
from hub import (
    triage,
    voice_ballots,
    voice_cases,
    voice_charter,
    voice_circles,
    voice_files,
    voice_ideas,
    voice_petitions,
    voice_record,
    voice_remedies,
    voice_terms,
)
from hub.http import Call, Endpoint, Who
from hub.rights import Right

STATUS: Final[Mapping[str, int]] = {
    "idea_unknown": 404,
    "ballot_unknown": 404,
    "case_unknown": 404,
    "circle_unknown": 404,
    "product_line_unknown": 404,
    "motion_unknown": 404,
    "hold_unknown": 404,
    "makers_home": 403,
    "not_on_roll": 403,
    "not_drawn": 403,
    "no_committee_seat": 403,
    "idea_not_yours": 403,
    "id_taken": 409,
    "idea_closed": 409,
    "idea_has_votes": 409,
    "no_votes_left": 409,
    "not_a_petition": 409,
    "ballot_open": 409,
    "ballot_closed": 409,
    "ballot_taken": 409,
    "ballot_binds": 409,
    "case_closed": 409,
    "case_known": 409,
    "case_too_late": 409,
    "no_decision": 409,
    "no_remedy": 409,
    "election_begun": 409,
    "hold_taken": 409,
    "list_frozen": 409,
    "charter_waits": 409,
    "charter_same": 409,
    "too_many_circles": 409,
    "too_many_ideas": 409,
    "problem_no_votes": 422,
    "ballot_too_short": 422,
    "ballot_options": 422,
    "ballot_damaged": 500,
}


# --- for everybody -------------------------------------------------------------------------------


def record(call: Call[None]) -> wire.PublicVoice:
    """How promises to members were kept."""
    return wire.PublicVoice(record=voice_record.record(call.db), hub_time=call.now)


def circles(call: Call[None]) -> wire.Circles:
    """All circles, or those of a kind."""
    return wire.Circles(circles=voice_circles.listed(call.db, call.query.get("kind", "")))


def ballot_file(call: Call[None]) -> Response:
    """The list of a sealed ballot, to be counted again."""
    path = voice_files.path_of(call.db, call.hub.settings.data, call.path["id"])
    return FileResponse(path, media_type="text/plain; charset=us-ascii")


def pool(call: Call[None]) -> Response:
    """Who could be drawn for a case, as marks, one a line: to draw again."""
    marks = voice_cases.pool(call.db, call.path["id"])
    return PlainTextResponse("".join(f"{mark}\n" for mark in marks))


# --- for staff -----------------------------------------------------------------------------------


def ideas(call: Call[None]) -> wire.Ideas:
    """Ideas, petitions by time left first."""
    return wire.Ideas(ideas=voice_petitions.listed(call.db, call.query.get("state", "")))


def take(call: Call[wire.Take]) -> None:
    """Name who answers a petition."""
    voice_petitions.take(call.db, call.staff, call.path["id"], call.said, now=call.now)


def plan(call: Call[wire.PlanIdea]) -> None:
    """Promise a week."""
    voice_petitions.plan(call.db, call.staff, call.path["id"], call.said, now=call.now)


def ship(call: Call[wire.ShipIdea]) -> None:
    """Say that it is shipped."""
    voice_petitions.ship(call.db, call.staff, call.path["id"], call.said, now=call.now)


def decline(call: Call[wire.DeclineIdea]) -> None:
    """Say no, and why."""
    voice_petitions.decline(call.db, call.staff, call.path["id"], call.said, now=call.now)


def ask_all(call: Call[wire.AskAll]) -> BallotDoc:
    """Answer a petition by a ballot."""
    return voice_petitions.ask_all(call.db, call.staff, call.path["id"], call.said, now=call.now)


def ballots(call: Call[None]) -> wire.Ballots:
    """Ballots, the newest first."""
    return wire.Ballots(ballots=voice_ballots.listed(call.db))


def put(call: Call[wire.AskAll]) -> BallotDoc:
    """Put a question to all members."""
    made = voice_ballots.put(call.db, call.said, by=call.staff, now=call.now)
    triage.note(call.db, call.staff, "ballot_put", made.id, now=call.now)
    return made


def cases(call: Call[None]) -> wire.Cases:
    """Cases, those that go on first."""
    return wire.Cases(cases=voice_remedies.listed(call.db, call.staff))


def side(call: Call[wire.MakersSide]) -> None:
    """Say the makers' side."""
    voice_remedies.side(call.db, call.staff, call.path["id"], call.said, now=call.now)


def vote(call: Call[wire.JudgeAsSteward]) -> None:
    """Vote as a steward of the panel."""
    uphold = call.said.uphold
    voice_remedies.vote(call.db, call.staff, call.path["id"], uphold=uphold, now=call.now)


def execute(call: Call[wire.Execute]) -> None:
    """Carry a remedy out."""
    voice_remedies.execute(call.db, call.staff, call.path["id"], call.said, now=call.now)


def lines(call: Call[None]) -> wire.Committees:
    """Product lines and their committees."""
    return wire.Committees(committees=voice_terms.listed(call.db))


def set_line(call: Call[wire.SetLine]) -> None:
    """Make a product line or name it anew."""
    voice_terms.set_line(call.db, call.staff, call.path["line"], call.said, now=call.now)


def freeze(call: Call[wire.Freeze]) -> None:
    """Show a week's list to the committee, and freeze it."""
    where = (call.path["line"], call.path["week"])
    voice_terms.freeze(call.db, call.staff, *where, call.said, now=call.now)


def answer_hold(call: Call[wire.AnswerHold]) -> None:
    """Answer a committee's hold in writing."""
    where = (call.path["line"], call.path["week"])
    voice_terms.answer_hold(call.db, call.staff, *where, call.said, now=call.now)


def lead(call: Call[wire.Lead]) -> None:
    """Say who leads a circle."""
    voice_circles.lead(call.db, call.said.circle, call.said.member)
    detail = call.said.member
    triage.note(call.db, call.staff, "circle_lead", call.said.circle, detail=detail, now=call.now)


def propose(call: Call[wire.ProposeCharter]) -> CharterDoc:
    """Put a charter to all members."""
    return voice_charter.propose(call.db, call.staff, call.said, now=call.now)


def threshold(call: Call[wire.Threshold]) -> None:
    """Choose from how many votes on an idea may be a petition."""
    voice_ideas.set_least(call.db, call.said.votes)
    triage.note(call.db, call.staff, "threshold", str(call.said.votes), now=call.now)


_STAFF: Final = "/v1/staff/voice"
Work = Callable[[Call[Any]], msgspec.Struct | Response | None]


def _get(path: str, work: Work, says: type | None, summary: str, who: Who | Right) -> Endpoint:
    return Endpoint(method="GET", path=path, work=work, who=who, says=says, summary=summary)


def _told(
    path: str,
    work: Work,
    asks: type,
    summary: str,
    who: Right = Right.VOICE,
    *,
    says: type | None = None,
    method: str = "POST",
) -> Endpoint:
    return Endpoint(
        method=method,
        path=_STAFF + path,
        work=work,
        who=who,
        asks=asks,
        says=says,
        summary=summary,
    )


ENDPOINTS: Final[tuple[Endpoint, ...]] = (
    _get("/v1/public/voice", record, wire.PublicVoice, "How promises were kept", Who.ANYONE),
    _get("/v1/public/circles", circles, wire.Circles, "Circles of ?kind=", Who.ANYONE),
    _get("/v1/public/ballots/{id}", ballot_file, None, "A ballot to count again", Who.ANYONE),
    _get("/v1/public/cases/{id}/pool", pool, None, "Who could be drawn", Who.ANYONE),
    _get(f"{_STAFF}/ideas", ideas, wire.Ideas, "Ideas in ?state=", Right.READ),
    _told("/ideas/{id}/take", take, wire.Take, "Name who answers a petition"),
    _told("/ideas/{id}/plan", plan, wire.PlanIdea, "Promise a week for it", Right.PLAN),
    _told("/ideas/{id}/ship", ship, wire.ShipIdea, "It is shipped; pays its proposer", Right.PLAN),
    _told("/ideas/{id}/decline", decline, wire.DeclineIdea, "Say no, with a reason", Right.PLAN),
    _told("/ideas/{id}/ballot", ask_all, wire.AskAll, "Answer it by a ballot", says=BallotDoc),
    _get(f"{_STAFF}/ballots", ballots, wire.Ballots, "Ballots", Right.READ),
    _told("/ballots", put, wire.AskAll, "Ask all members", says=BallotDoc),
    _get(f"{_STAFF}/cases", cases, wire.Cases, "Cases, as the makers read them", Right.VOICE),
    _get(f"{_STAFF}/panel", cases, wire.Cases, "Cases, as a steward reads them", Right.ARBITER),
    _told("/cases/{id}/side", side, wire.MakersSide, "Say the makers' side"),
    _told("/cases/{id}/vote", vote, wire.JudgeAsSteward, "Vote as a steward", Right.ARBITER),
    _told("/cases/{id}/execute", execute, wire.Execute, "Carry a remedy out"),
    _get(f"{_STAFF}/lines", lines, wire.Committees, "Product lines", Right.READ),
    _told("/lines/{line}", set_line, wire.SetLine, "Set a product line", method="PUT"),
    _told("/lines/{line}/weeks/{week}", freeze, wire.Freeze, "Freeze a week's list", Right.RELEASE),
    _told("/lines/{line}/weeks/{week}/answer", answer_hold, wire.AnswerHold, "Answer a hold"),
    _told("/leaders", lead, wire.Lead, "Say who leads a circle", method="PUT"),
    _told("/charter", propose, wire.ProposeCharter, "Propose a charter", says=CharterDoc),
    _told(
        "/threshold", threshold, wire.Threshold, "Set the threshold", Right.STEWARD, method="PUT"
    ),
)
