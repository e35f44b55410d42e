"""What is said of a crash, and the report it is offered as. Pure."""

from __future__ import annotations

from desktop import language
from desktop.crashes import Crash, Ended
from desktop.language import mark, translate

_SAID = {
    Ended.EXCEPTION: mark("Crashed", "Something in Orangery broke the last time"),
    Ended.FATAL: mark("Crashed", "Orangery was ended by a fault the last time"),
    Ended.VANISHED: mark("Crashed", "Orangery ended without a word the last time"),
    Ended.WENT_BACK: mark("Crashed", "The new Orangery {version} did not start"),
}
_WHY = {
    Ended.EXCEPTION: mark(
        "Crashed", "It went on, but what you did just then may not have happened."
    ),
    Ended.FATAL: mark("Crashed", "Drafts and updates were kept; they go on where they were."),
    Ended.VANISHED: mark(
        "Crashed",
        "Somebody or something ended it, perhaps for want of memory. Drafts and updates were kept.",
    ),
    Ended.WENT_BACK: mark(
        "Crashed", "It was tried two times. This is the version before it again."
    ),
}


def said(crash: Crash, now: float) -> tuple[str, str]:
    """Return a sentence, and what it means for the person."""
    when = translate("Crashed", "That was at {when}.").format(when=language.moment(crash.at, now))
    why = f"{translate('Crashed', _WHY[crash.ended])} {when}"
    if crash.put_back:
        why += " " + translate(
            "Crashed",
            "The house is as it was before it; what the new version wrote is kept beside it.",
        )
    if crash.others:
        why += " " + translate("Crashed", "%n more like it", None, crash.others)
    return _title(crash), why


def draft(crash: Crash) -> tuple[str, str]:
    """Return title and text of a report, to be looked at and filled in."""
    last = next((line for line in reversed(crash.trace.splitlines()) if line.strip()), "")
    title = _title(crash)
    if crash.ended is Ended.EXCEPTION and last:
        title = f"{title}: {last}"
    asked = translate("Crashed", "What I did just before:")
    about = translate("Crashed", "What the program left behind ({what}, version {version}):")
    head = about.format(what=crash.what, version=crash.version or "?")
    body = crash.trace or translate("Crashed", "nothing")
    return title, f"{asked}\n\n\n{head}\n\n{body}"


def _title(crash: Crash) -> str:
    return translate("Crashed", _SAID[crash.ended]).format(version=crash.version)
