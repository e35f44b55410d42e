"""The window's languages: strings from .ts files, dates and spans as the reader writes them.

The .ts files are read as they are, without a compile step, so a frozen build needs no tool and no
second copy can go stale. English has one too, for its plural forms only.
"""

from __future__ import annotations

import datetime as dt
import locale as system_locale
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from xml.etree import ElementTree as ET

from PySide6.QtCore import (
    QCoreApplication,
    QDate,
    QDateTime,
    QLibraryInfo,
    QLocale,
    QObject,
    QTime,
    QTranslator,
)
from PySide6.QtGui import QFont, QFontInfo
from PySide6.QtWidgets import QApplication

import resources
from desktop import tongues

translate = QCoreApplication.translate


def mark(context: str, text: str) -> str:
    """Return `text` as it is: it is translated in `context` when it is shown."""
    del context
    return text


_HAN = {
    "SC": ("Noto Sans CJK SC", "Noto Sans SC", "Source Han Sans SC", "Microsoft YaHei"),
    "TC": ("Noto Sans CJK TC", "Noto Sans TC", "Source Han Sans TC", "Microsoft JhengHei"),
}
_HAN_ANY = "WenQuanYi Micro Hei"
_MINUTE, _HOUR, _DAY = 60, 3600, 86400
_JUST_NOW_S = 5


@dataclass(frozen=True, slots=True)
class _Entry:
    forms: tuple[str, ...]


class Translator(QTranslator):
    """Answers Qt's questions for a string from one .ts file."""

    def __init__(self, code: str, parent: QObject) -> None:
        super().__init__(parent)
        self._code = code
        self._entries = entries(tongues.written(code))

    def isEmpty(self) -> bool:
        """Say whether there is nothing to translate."""
        return not self._entries

    def translate(
        self, context: str, source: str, disambiguation: str | None = None, n: int = -1
    ) -> str | None:
        """Return the text for `source`, or None (Qt then asks the next translator)."""
        del disambiguation  # none of our strings has one
        found = self._entries.get((context, source))
        if found is None:
            return None
        form = found.forms[_form(self._code, n) if len(found.forms) > 1 else 0]
        return tongues.told(form, self._code)


@cache
def entries(code: str) -> Mapping[tuple[str, str], _Entry]:
    """Return (context, source) -> finished forms of resources/i18n/orangery_<code>.ts."""
    file = resources.path(f"i18n/orangery_{code}.ts")
    found: dict[tuple[str, str], _Entry] = {}
    for context in ET.parse(file).getroot().iter("context"):  # noqa: S314 - our own file
        name = context.findtext("name") or ""
        for message in context.iter("message"):
            entry = _read(message)
            if entry is not None:
                found[name, message.findtext("source") or ""] = entry
    return found


class Speaker:
    """Switches the application's language at run time."""

    def __init__(self, application: QApplication, code: str) -> None:
        self._application = application
        self._latin = QFontInfo(application.font()).family()
        self._installed: list[QTranslator] = []
        self.code = ""
        self.speak(code)

    def speak(self, code: str) -> None:
        """Speak `code`, one of tongues.NAMES (anything else: English), from now on."""
        global _current  # noqa: PLW0603 - one application speaks one language at a time
        code = _current = code if code in tongues.NAMES else "en"
        self.close()
        self._installed = [Translator(code, self._application), *_qt_own(code, self._application)]
        for new in self._installed:
            self._application.installTranslator(new)
        QLocale.setDefault(_locale(code))
        self.code = code
        self._application.setFont(self._font())

    def close(self) -> None:
        """Take our words out of the application again."""
        for old in self._installed:
            self._application.removeTranslator(old)
        self._installed = []

    def _font(self) -> QFont:
        # In an English locale fontconfig draws Han in Japanese shapes unless a face is named.
        font = QFont(self._application.font())
        shapes = "TC" if self.code == "zh_TW" else "SC"
        font.setFamilies([self._latin, *_HAN[shapes], f"PingFang {shapes}", _HAN_ANY])
        return font


_current = "en"


def current() -> str:
    """Return the language the window speaks now."""
    return _current


def system_language() -> str:
    """Return the language of the system among ours."""
    name = QLocale.system().name() or system_locale.getlocale()[0] or ""
    return tongues.of_system(name)


def written() -> str:
    """Return "en" or "zh_CN": the language of what others write for the reader of now."""
    return tongues.written(_current)


def pick(words: Mapping[str, str]) -> str:
    """Return what somebody wrote in several languages, in the reader's as far as can be."""
    return tongues.pick(words, _current) or ""


def day(at: float) -> str:
    """Return the day of `at`: "Friday 20 November"."""
    return said(at, translate("Dates", "dddd d MMMM"))


def full_day(at: float) -> str:
    """Return the day of `at` for paper: "Friday 20 November 2026"."""
    return said(at, translate("Dates", "dddd d MMMM yyyy"))


def short_day(at: float) -> str:
    """Return the day of `at` in short: "Fri 20 Nov"."""
    return said(at, translate("Dates", "ddd d MMM"))


def day_of_year(at: float, now: float) -> str:
    """Return the day of `at` in short, with its year where that is not the year of `now`."""
    same = dt.date.fromtimestamp(at).year == dt.date.fromtimestamp(now).year  # noqa: DTZ012 - the reader's own clock
    return short_day(at) if same else said(at, translate("Dates", "ddd d MMM yyyy"))


def day_in_short(of: dt.date) -> str:
    """Return a date that is a day, in short: "27 Nov"."""
    return QLocale().toString(QDate(of.year, of.month, of.day), translate("Dates", "d MMM"))


def friday(of: dt.date) -> str:
    """Return a date that is a day, not a moment."""
    locale = QLocale()
    return locale.toString(QDate(of.year, of.month, of.day), translate("Dates", "dddd d MMMM"))


def moment(at: float, now: float) -> str:
    """Return when `at` was: "14:02" today, "Mon 21:04" this week, else the day."""
    if now - at < _DAY and dt.date.fromtimestamp(at) == dt.date.fromtimestamp(now):  # noqa: DTZ012 - the reader's own clock
        return said(at, translate("Dates", "HH:mm"))
    if 0 <= now - at < 6 * _DAY:
        return said(at, translate("Dates", "ddd HH:mm"))
    return short_day(at)


def since(at: float, now: float) -> str:
    """Return since when, as it is said: "14:02" today, "Monday" this week, else the day."""
    if 0 <= now - at < 6 * _DAY and dt.date.fromtimestamp(at) != dt.date.fromtimestamp(now):  # noqa: DTZ012 - the reader's own clock
        return said(at, translate("Dates", "dddd"))
    return moment(at, now)


def when(at: float, now: float, zone: dt.tzinfo | None = None) -> str:
    """Return when `at` will be: "02:10" today, "tomorrow 02:10", "Mon 02:10", "Fri 4 Dec 02:10".

    In `zone`, or on the reader's own clock.
    """
    wall, today = _wall(at, zone), _wall(now, zone)
    time = wall.strftime("%H:%M")
    days = (wall.date() - today.date()).days
    if days == 0:
        return time
    if days == 1:
        return translate("Dates", "tomorrow {time}").format(time=time)
    near = 0 < days < 7  # noqa: PLR2004 - a week
    pattern = translate("Dates", "ddd HH:mm") if near else translate("Dates", "ddd d MMM HH:mm")
    return QLocale().toString(_as_shown(wall), pattern)


def between(begin: float, end: float, now: float, zone: dt.tzinfo | None = None) -> str:
    """Return from when until when, the day once: "tomorrow 02:10-02:25"."""
    same = _wall(begin, zone).date() == _wall(end, zone).date()
    until = _wall(end, zone).strftime("%H:%M") if same else when(end, now, zone)
    first = when(begin, now, zone)
    return first if same and first.endswith(until) else f"{first}\N{EN DASH}{until}"


def weekday(number: int) -> str:
    """Return a day of the week in short; Monday is 0."""
    return QLocale().dayName(number + 1, QLocale.FormatType.ShortFormat)


def ago(at: float | None, now: float) -> str:
    """Return how long ago `at` was, in one unit: "just now", "12 s", "3 min", "2 d"."""
    if at is None:
        return translate("Dates", "not yet")
    span = now - at
    return translate("Dates", "just now") if span < _JUST_NOW_S else lasting(span)


def lasting(seconds: float) -> str:
    """Return a span in its one largest unit: "12 s", "3 min", "5 h", "2 d"."""
    span = max(0, int(seconds))
    if span < _MINUTE:
        return translate("Dates", "%n s", None, span)
    if span < _HOUR:
        return translate("Dates", "%n min", None, span // _MINUTE)
    if span < _DAY:
        return translate("Dates", "%n h", None, span // _HOUR)
    return translate("Dates", "%n d", None, span // _DAY)


def span(seconds: float) -> str:
    """Return a span in its two largest units: "1 h 40 min", "2 d 3 h"; whole minutes at least."""
    minutes = max(1, round(seconds / _MINUTE))
    for large, small in ((_DAY, _HOUR), (_HOUR, _MINUTE)):
        whole, rest = divmod(minutes * _MINUTE, large)
        if whole and rest // small:
            return f"{lasting(whole * large)} {lasting(rest)}"
        if whole:
            return lasting(whole * large)
    return lasting(minutes * _MINUTE)


def number(value: float, decimals: int = 2) -> str:
    """Return a number as the reader writes it, with no more decimals than say something."""
    rounded = round(value, decimals)
    if rounded == int(rounded):
        return QLocale().toString(float(rounded), "f", 0)
    return QLocale().toString(rounded, "f", decimals).rstrip("0")


def size(count: int) -> str:
    """Return a number of bytes as people say it."""
    return QLocale().formattedDataSize(count, 1, QLocale.DataSizeFormat.DataSizeSIFormat)


def _read(message: ET.Element) -> _Entry | None:
    told = message.find("translation")
    if told is None or told.get("type") in {"unfinished", "vanished", "obsolete"}:
        return None
    forms = tuple(form.text or "" for form in told.findall("numerusform")) or (told.text or "",)
    return _Entry(forms) if all(forms) else None


def _form(code: str, n: int) -> int:
    return 0 if code.startswith("zh") or n == 1 else 1


def _locale(code: str) -> QLocale:
    system = QLocale.system()
    known = system.language() is not QLocale.Language.C
    if known and system.name().startswith(code[:2]) and tongues.of_system(system.name()) == code:
        return system
    # British rather than American: 24 hours and the day before the month, as most people read.
    british = QLocale(QLocale.Language.English, QLocale.Country.UnitedKingdom)
    return QLocale(code) if code.startswith("zh") else british


def _qt_own(code: str, parent: QObject) -> list[QTranslator]:
    own = QTranslator(parent)
    folder = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
    return [own] if own.load(f"qtbase_{code}", folder) else []


def _wall(at: float, zone: dt.tzinfo | None) -> dt.datetime:
    return dt.datetime.fromtimestamp(at, zone)  # without a zone: the reader's own clock


def _as_shown(wall: dt.datetime) -> QDateTime:
    return QDateTime(
        QDate(wall.year, wall.month, wall.day), QTime(wall.hour, wall.minute, wall.second)
    )


def said(at: float, pattern: str) -> str:
    """Return the moment `at` on the reader's own clock, in a pattern of Qt's ("ddd HH:mm")."""
    return QLocale().toString(QDateTime.fromSecsSinceEpoch(int(at)), pattern)
