"""What to test this week: what the makers ask for, and what of it concerns this home. Values only.

Makers say it in the notes: the items below a line "What to test" (or 本周请重点体验). All else is
found here: fixes of one's own reports, devices that run something new, known issues of the week.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from desktop import language
from desktop.language import translate
from desktop.models.mirror import Mirror
from feedback.report import ReportState
from firmware.release import Week
from fleet.model import UpdateState

_HEADS = ("what to test", "what to test this week", "本周请重点体验", "本週請重點體驗")
_COLONS = ":\uff1a"  # also the wide one
_MARKS = ("- ", "* ", "• ")
_MOST = 8  # devices named


@dataclass(frozen=True, slots=True, kw_only=True)
class Notes:
    """A week's notes, parted."""

    news: str
    test: tuple[str, ...]  # what the makers ask for


def parted(text: str) -> Notes:
    """Return notes without what stands below a line "What to test", and that."""
    news: list[str] = []
    test: list[str] = []
    into_test = False
    for line in text.splitlines():
        bare = line.strip()
        if bare.rstrip(_COLONS).casefold() in _HEADS:
            into_test = True
        elif into_test and bare and not bare.startswith(_MARKS):
            into_test = False  # the next paragraph
            news.append(line)
        elif not into_test:
            news.append(line)
        elif bare:
            test.append(bare[2:].strip())
    return Notes(news="\n".join(news).strip(), test=tuple(test))


def items(mirror: Mirror, week: Week) -> tuple[str, ...]:
    """Return what to test, the makers' words first."""
    asked = parted(language.pick(week.notes)).test
    return (*asked, *_own(mirror, week), *_running(mirror, week))


def _own(mirror: Mirror, week: Week) -> Iterable[str]:
    for report in mirror.reports():
        if report.state is ReportState.ON_DEVICE:
            said = translate("ToTest", "“{title}”: is it fixed for you? Say so in Reports.")
            yield said.format(title=report.title)
        elif report.id in week.fixes and report.state is ReportState.FIX_PLANNED:
            said = translate("ToTest", "“{title}”: gone once the device runs this week?")
            yield said.format(title=report.title)


def _running(mirror: Mirror, week: Week) -> Iterable[str]:
    done = [
        (mirror.devices[one.device].name, one.version_to)
        for one in mirror.updates()
        if one.week == week.id and one.state is UpdateState.DONE and one.device in mirror.devices
    ]
    for name, version in sorted(done)[:_MOST]:
        said = translate("ToTest", "{device} runs {version}: does all of it work as before?")
        yield said.format(device=name, version=version)
    if len(done) > _MOST:
        yield translate("ToTest", "and %n more device(s)", None, len(done) - _MOST)
