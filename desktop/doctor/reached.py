"""What a house speaks with: its brokers, its makers' mirrors, its hub, and all their clocks."""

from __future__ import annotations

import contextlib
import shutil
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec

from desktop import build
from desktop.doctor import asking, files
from desktop.doctor.finding import Finding, Mark, failed, good, look, unknown, wrong
from desktop.doctor.patient import Patient
from feedback import book
from feedback.book import Link
from firmware.release import Standing
from firmware.seen import Seen
from fleet import brokers, examine
from fleet.brokers import BrokerSettings
from fleet.dialects import ALL
from fleet.errors import BrokerError, OrangeryError, StoreError
from fleet.examined import Examined, Own, Tree
from fleet.store import OtherTables, Store

_SKEW_S = 60.0  # what a clock may be wrong without anybody noticing
_FAR_S = 900.0  # signed requests to a hub and certificates fail about here
_DAY_S = 86_400.0
_SILENT_S = 8 * _DAY_S  # one Friday was missed
_SLOW_S = 10.0


# --- brokers -------------------------------------------------------------------------------------


def broker(patient: Patient) -> Iterator[Finding]:
    """Go to each broker as the house does: name, port, TLS, login, rights, what is said there.

    Nothing is sent to one that is not known to be this home's.
    """
    if not patient.brokers:
        yield look("broker", "no_broker")
        return
    with ThreadPoolExecutor(len(patient.brokers), "doctor broker") as pool:
        visits = [
            pool.submit(lambda one: list(_broker(one, may_send=patient.may_send(one.name))), one)
            for one in patient.brokers
        ]
        for visit in visits:
            yield from visit.result()


def _broker(one: BrokerSettings, *, may_send: bool) -> Iterator[Finding]:
    tried = one if may_send else replace(one, read_only=True)
    try:
        found = examine.examine(tried, brokers.password(one), ALL)
    except BrokerError as error:
        facts = {"broker": one.name, "address": one.address, **error.facts}
        yield failed("broker", BrokerError(error.code, **facts))
        return
    yield from _rights(one, found)


def _rights(one: BrokerSettings, found: Examined) -> Iterator[Finding]:
    refused = [name for name, tree in found.trees.items() if tree is Tree.REFUSED]
    topics = sum(found.topics.values())
    facts = {"broker": one.name, "address": one.address, "topics": topics}
    if found.own is Own.CLOSED:
        yield wrong("broker", "broker_no_own_topics", **facts)
    if not found.keeps:
        yield wrong("broker", "broker_forgets", **facts)
    if refused:
        yield wrong("broker", "broker_trees_refused", names=", ".join(refused), **facts)
    if not topics and not refused:
        yield look("broker", "broker_nothing_heard", **facts)
    elif not refused and found.own is not Own.CLOSED and found.keeps:
        how = f"MQTT {found.protocol}" + (", TLS" if found.tls else "")
        yield good("broker", "broker_good", how=how, **facts)


def keyring(patient: Patient) -> Iterator[Finding]:
    """Ask the keyring for an entry that is not there; by consent make one and take it out again."""
    probe = BrokerSettings(host="doctor.invalid", user="orangery-doctor")
    where = "file" if patient.chosen.secrets_in_file else "keyring"
    try:
        brokers.password(probe)
        if patient.keyring_too:
            brokers.keep_password(probe, "probe")
            read = brokers.password(probe)
            brokers.keep_password(probe, "")
            if read != "probe":
                yield wrong("keyring", "keyring_forgets")
                return
    except OrangeryError as error:
        ill = failed("keyring", error)
        yield ill if _keeps_secrets(patient) else replace(ill, mark=Mark.LOOK)
        return
    yield good("keyring", f"keyring_good_{where}")


def _keeps_secrets(patient: Patient) -> bool:
    """Whether this house has a password or a key by now; without one it needs no keyring yet."""
    link, _ = _link(patient.folder)
    return any(one.user for one in patient.brokers) or bool(link and link.hub_url)


# --- makers --------------------------------------------------------------------------------------


def mirror(patient: Patient) -> Iterator[Finding]:
    """Ask each mirror of each maker, and say how fresh its weeks are here."""
    makers = patient.chosen.makers
    if not makers:
        yield look("mirror", "maker_none")
    for maker in makers:
        found = [one for url in maker.urls for one in _mirror(maker.name, url)]
        standing = _standing(patient, maker.name)
        found += _stands(standing, patient.now) if standing else []
        yield from found
        if not found and standing is not None and standing.week is not None:
            week = standing.week.id
            yield good("mirror", "mirror_good", maker=maker.name, week=week)
        elif not found:
            yield unknown("mirror", "mirror_never_read", maker=maker.name)


def _mirror(maker: str, url: str) -> Iterator[Finding]:
    if not url.startswith(("http://", "https://")):
        if not (Path(url.removeprefix("file://")) / "metadata" / "timestamp.json").is_file():
            yield wrong("mirror", "mirror_no_folder", maker=maker, url=url)
        return
    answer = _answer(f"{url.rstrip('/')}/metadata/timestamp.json")
    facts = {"maker": maker, "url": url}
    if not answer.status:
        yield wrong("mirror", "mirror_not_reached", why=answer.why, **facts)
    elif answer.status >= 400:  # noqa: PLR2004 - HTTP
        yield wrong("mirror", "mirror_says_no", status=answer.status, **facts)


def _stands(standing: Standing, now: float) -> Iterator[Finding]:
    for false in standing.false_mirrors:
        yield wrong("mirror", "mirror_false", maker=standing.maker, url=false.url, why=false.code)
    if barred := standing.barred(now):
        yield failed("mirror", OrangeryError(barred, maker=standing.maker, **standing.facts))
    if standing.silent_since and now - standing.silent_since > _SILENT_S:
        days = round((now - standing.silent_since) / _DAY_S)
        yield look("mirror", "mirror_silent", maker=standing.maker, days=days)


def _standing(patient: Patient, maker: str) -> Standing | None:
    """Return what the house knows of a maker, read past it where it is closed."""
    if patient.shown is not None:
        found: Any = patient.facts("trust").get(maker)
        return found if isinstance(found, Standing) else None
    file = patient.folder / "trust" / "trust.sqlite"
    if not file.exists():
        return None
    try:
        with closing(Seen(file, look=True)) as seen:
            return seen.standing(maker)
    except (StoreError, OtherTables, msgspec.MsgspecError):
        return None  # the check of the databases says why


# --- the hub -------------------------------------------------------------------------------------


def hub(patient: Patient) -> Iterator[Finding]:
    """Whether this house is at a hub, that one answers, and what waits to be sent."""
    link, oldest = _link(patient.folder)
    if link is None or not link.hub_url:
        yield good("hub", "hub_none")
        return
    facts = {"hub": link.hub_name or link.hub_url, "url": link.hub_url}
    answer = _answer(f"{link.hub_url.rstrip('/')}/v1/hub")
    found = []
    if not answer.status:
        found.append(wrong("hub", "hub_not_reached", why=answer.why, **facts))
    elif answer.status >= 500:  # noqa: PLR2004 - HTTP
        found.append(wrong("hub", "hub_is_ill", status=answer.status, **facts))
    if link.error:
        told = {"url": link.hub_url, "fact": link.fact, "why": link.fact}
        found.append(failed("hub", OrangeryError(link.error, **told)))
    if not link.member_id:
        found.append(look("hub", "hub_not_joined", **facts))
    if oldest and patient.now - oldest > 7 * _DAY_S:
        days = round((patient.now - oldest) / _DAY_S)
        found.append(look("hub", "hub_waits_long", days=days, **facts))
    yield from found or [good("hub", "hub_good", **facts)]


def _link(folder: Path) -> tuple[Link | None, float]:
    """Return how the house stands with its hub, and since when the oldest act waits (0: none)."""
    file = folder / "reports.sqlite"
    if not file.exists():
        return None, 0.0
    query = "SELECT min(made) AS made FROM action WHERE state = 'queued'"
    try:
        with Store.look(file, still=True) as store:
            return book.load_link(store), store.rows(query)[0]["made"] or 0.0
    except (StoreError, OtherTables, msgspec.MsgspecError):
        return None, 0.0  # the check of the databases says why


# --- time ----------------------------------------------------------------------------------------


def clock(patient: Patient) -> Iterator[Finding]:
    """Hold this computer's clock against those it speaks with, and its files against its clock."""
    link, _ = _link(patient.folder)
    urls = [f"{link.hub_url.rstrip('/')}/v1/hub"] if link and link.hub_url else []
    urls += [
        f"{url.rstrip('/')}/metadata/timestamp.json"
        for maker in patient.chosen.makers
        for url in maker.urls
        if url.startswith(("http://", "https://"))
    ]
    said = {url: answer.ahead for url in urls if (answer := _answer(url)).ahead is not None}
    yield from _clock(patient, sorted(ahead for ahead in said.values() if ahead is not None))


def _clock(patient: Patient, ahead: list[float]) -> Iterator[Finding]:
    found = []
    if patient.now < build.build().made:
        found.append(wrong("time", "clock_before_program"))
    if ahead and abs(skew := ahead[len(ahead) // 2]) > _SKEW_S:
        say = wrong if abs(skew) > _FAR_S else look
        code = "clock_behind" if skew > 0 else "clock_ahead"
        found.append(say("time", code, seconds=round(abs(skew)), minutes=round(abs(skew) / 60)))
    if patient.folder.is_dir() and (names := files.from_future(patient)):
        found.append(look("time", "files_from_future", names=", ".join(names[:3])))
    if _is_synchronised() is False:
        found.append(look("time", "clock_alone"))
    if found:
        yield from found
    elif ahead:
        yield good("time", "clock_good", others=len(ahead))
    else:
        yield unknown("time", "clock_not_compared")


def _is_synchronised() -> bool | None:
    """Whether the system sets its clock by others; None: nobody here knows (timedatectl(1))."""
    tool = shutil.which("timedatectl")
    if tool is None:
        return None
    with contextlib.suppress(OSError, subprocess.SubprocessError):
        done = subprocess.run(  # noqa: S603 - the system's own tool
            [tool, "show", "--property=NTPSynchronized", "--value"],
            capture_output=True,
            text=True,
            check=True,
            timeout=_SLOW_S,
        )
        return {"yes": True, "no": False}.get(done.stdout.strip())
    return None


def _answer(url: str) -> asking.Answer:
    return asking.ask(url)
