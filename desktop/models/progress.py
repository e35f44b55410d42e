"""What is said of something asked of the house that takes its time. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from desktop import language
from desktop.language import mark, translate

SHOWN_S = 1.0
"""What is answered by then is not worth a word."""

_SURE = 0.05  # of it done, before anybody says how long the rest takes

DOING = {
    "AddMaker": mark("Progress", "Asking the maker"),
    "AddMakerLink": mark("Progress", "Asking the maker"),
    "AttachFile": mark("Progress", "Reading and redacting the file"),
    "CarryOutbox": mark("Progress", "Putting the reports into a file"),
    "CheckNow": mark("Progress", "Looking for a new week and checking it"),
    "Enrol": mark("Progress", "Joining the hub"),
    "FindBrokers": mark("Progress", "Looking for brokers"),
    "FindSimilar": mark("Progress", "Looking for similar reports"),
    "Foresee": mark("Progress", "Playing the week through"),
    "GatherEvidence": mark("Progress", "Gathering what goes along"),
    "History": mark("Progress", "Reading the record"),
    "SendReport": mark("Progress", "Putting the report into the outbox"),
    "StageWeek": mark("Progress", "Fetching and checking the files"),
    "StartRollout": mark("Progress", "Starting the updates"),
    "SyncNow": mark("Progress", "Exchanging with the hub"),
    "VerifyHistory": mark("Progress", "Checking the whole record"),
}
"""Name of a command -> what the house does meanwhile; translated in "Progress"."""

_OTHERWISE = mark("Progress", "Asking the house")


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One thing under way."""

    words: str
    note: str  # how long it has taken, or how long it still takes
    percent: float | None = None  # None: nobody knows how far it is


def doing(command: str) -> str:
    """Return what is under way while this command is, in the language of now."""
    return translate("Progress", DOING.get(command, _OTHERWISE))


def line(words: str, *, taken_s: float, done: float = 0.0, total: float = 0.0) -> Line:
    """Return what is said after so many seconds; `total` 0: nobody knows how much it is."""
    part = min(done / total, 1.0) if total > 0 else None
    if part is None or part < _SURE:
        said = translate("Progress", "for {time}").format(time=language.lasting(taken_s))
    else:
        left = taken_s * (1 - part) / part
        said = translate("Progress", "about {time} left").format(time=language.lasting(left))
    return Line(words=words, note=said, percent=None if part is None else part * 100)
