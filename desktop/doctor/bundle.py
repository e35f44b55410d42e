"""A bundle for who helps: findings, settings, counts, states of databases, log, faults. Redacted.

It goes through the redaction of reports (feedback/redaction.py) with all that this house knows of
itself. What is shown of it is byte for byte what is in the file; nobody sends it but a person.
"""

from __future__ import annotations

import contextlib
import io
import lzma
import platform
import re
import secrets as random
import time
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import msgspec

from desktop import build, crashes, heirs_desk, logs, members_desk, repair
from desktop.doctor import program
from desktop.doctor.finding import Finding
from desktop.doctor.patient import Patient
from desktop.house_file import STORES
from desktop.models import doctor
from feedback import book, evidence
from feedback.evidence import Sources
from feedback.redaction import Redactor, told
from firmware import durable
from fleet import glance, store
from fleet.errors import CommandError, StoreError
from fleet.ring import Direction, Traced
from fleet.store import OtherTables, Store

FORMAT = "orangery-support"
_LOG_MOST = 128 * 1024  # bytes of the log, the last ones
_OPEN_MOST = 8 << 20  # bytes of a bundle that is read again
_NO_ZIP = (  # what reading one may raise, whoever made it
    *(OSError, EOFError, zipfile.BadZipFile, zlib.error, lzma.LZMAError),
    *(ValueError, RuntimeError, OverflowError),  # names, locked or unknown ways of packing, dates
)
_PLAIN = (  # settings that say nothing of a person or a home
    *("check_every_s", "sync_every_s", "plan", "serve_limits", "agree", "show_updates"),
    *("tell_over_mqtt", "lease_s", "stage_limit", "lan_http", "share_at_home", "secrets_in_file"),
    *("language", "theme", "simple"),
)
_MESSAGE = re.compile(r"(?:^|\s)([^\s/]+/\S+)\s+(.+)$")  # a topic, and what was said there
_JSON = re.compile(r"[\[{].*[\]}]")
_QUOTED = re.compile(r'"([^"\\]{2,80})"')
_README = """\
What a person's Orangery wrote down for whoever helps. Nothing was sent by itself.
Names, addresses and secrets were taken out: <name-1a2b3c> stands for the same thing all through
this bundle, and for nothing in another one.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bundle:
    """`files`: name -> the text that is shown and kept; `places`: how much was taken out."""

    files: Mapping[str, bytes]
    places: int


def gather(patient: Patient, findings: Sequence[Finding]) -> Bundle:
    """Return all that goes into a bundle of this house, redacted."""
    redactor = redactor_of(patient)
    parts: dict[str, Any] = {
        "findings.json": _findings(findings),
        "program.json": _program(patient),
        "settings.json": _settings(patient),
        "counts.json": _counts(patient),
        "databases.json": list(_databases(patient.folder)),
    }
    files = {"README.txt": _README.encode()}
    files |= {name: _json(redactor.data(said)) for name, said in parts.items()}
    files["log.txt"] = _log(patient.folder, redactor)
    for number, trace in enumerate(program.traces(patient.folder), start=1):
        files[f"fault-{number}.txt"] = redactor.text(_fault(trace)).encode()
    return Bundle(files=files, places=redactor.places)


def packed(bundle: Bundle) -> bytes:
    """Return it as one zip; the same bundle gives the same bytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as zipped:
        for name, body in bundle.files.items():
            zipped.writestr(zipfile.ZipInfo(name), body, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def write(bundle: Bundle, file: Path) -> None:
    """Keep it in a file that only this user reads. CommandError("file_exists"), StoreError."""
    if file.exists():
        raise CommandError("file_exists", file=file)
    durable.write(file, packed(bundle), mode=0o600)


def read(file: Path) -> dict[str, bytes]:
    """Return what is in a bundle: name -> bytes. StoreError: file_unreadable."""
    try:
        with zipfile.ZipFile(file) as zipped:
            if sum(one.file_size for one in zipped.infolist()) > _OPEN_MOST:
                raise StoreError("file_unreadable", file=file, fact="too large")
            return {one.filename: zipped.read(one) for one in zipped.infolist()}
    except _NO_ZIP as error:
        raise StoreError("file_unreadable", file=file, fact=error) from error


def redactor_of(patient: Patient) -> Redactor:
    """Return what takes out all that this house knows of itself, also of devices that it forgot."""
    devices = (*patient.devices(), *glance.devices(patient.folder / "house.sqlite").values())
    spoken = tuple(_spoken(_lines(patient.folder)))
    sources = Sources(devices=devices, messages=spoken, private=_private(patient))
    made = evidence.redactor_of(sources, salt=random.token_bytes(16))
    secret = {word for one in devices for word in told(dict(one.readings))}
    made.learn(secret - evidence.made_words(sources))
    return made


def _private(patient: Patient) -> dict[str, str]:
    """What is in no device and yet for no others."""
    chosen, home = patient.chosen, Path.home()
    known = {str(patient.folder): "folder", str(home): "folder", home.name: "user"}
    for one in patient.brokers:
        known |= {one.host: "host", one.user: "user", one.name: "name"}
        known |= dict.fromkeys((one.ca_file, one.cert_file, one.key_file), "folder")
    known |= {chosen.serve_host: "host", chosen.helper_phone: "phone", chosen.staff_name: "name"}
    known |= {**_place(chosen.staff_hub), chosen.release_folder: "folder"}
    for maker in chosen.makers:
        known |= _place(*maker.urls)
    known |= dict.fromkeys(glance.names(patient.folder / "house.sqlite"), "name")
    known |= dict.fromkeys(_people(patient.folder), "name")
    if (link := _link(patient.folder)) is not None:
        known |= {**_place(link.hub_url), link.name: "name", link.member_id: "id", link.key: "key"}
        known |= {link.secret: "key", link.outbox_id: "id", link.code: "key"}
    return {value: kind for value, kind in known.items() if value and value not in ("/", "home")}


def _place(*urls: str) -> dict[str, str]:
    """An address, and the host in it."""
    return {word: "host" for url in urls for word in (url, urlsplit(url).hostname or "")}


def _people(folder: Path) -> Iterator[str]:
    """Names of members and heirs; of a file that cannot be read whatever stands there as one."""
    try:
        yield from (one.name for one in members_desk.load(folder).members)
        heirs = heirs_desk.load(folder).heirs
        yield from heirs.names if heirs else ()
    except StoreError:
        for name in (members_desk.FILE, heirs_desk.FILE):
            with contextlib.suppress(OSError):
                text = (folder / name).read_text(encoding="utf-8", errors="replace")
                yield from _QUOTED.findall(text)


def _link(folder: Path) -> book.Link | None:
    file = folder / "reports.sqlite"
    if not file.exists():
        return None
    try:
        with Store.look(file, still=True) as reports:
            return book.load_link(reports)
    except (StoreError, OtherTables, msgspec.MsgspecError):
        return None


def _findings(findings: Iterable[Finding]) -> list[dict[str, Any]]:
    """Facts and words; the words are made of the facts, so both are redacted alike."""
    return [
        {
            "check": one.check,
            "mark": one.mark,
            "code": one.code,
            "facts": dict(one.facts),
            "words": doctor.line(one, "en").words,
        }
        for one in findings
    ]


def _program(patient: Patient) -> dict[str, Any]:
    made = build.build()
    return {
        "format": FORMAT,
        "made": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(patient.now)),
        "version": made.version,
        "commit": made.commit,
        "packaged": build.packaged(),
        "python": platform.python_version(),
        "system": platform.system(),
        "release": platform.release(),
        "machine": platform.machine(),
        "house": "runs" if patient.shown else "closed",
    }


def _settings(patient: Patient) -> dict[str, Any]:
    chosen = msgspec.to_builtins(patient.chosen)
    return {
        **{name: chosen[name] for name in _PLAIN},
        "makers": [
            {"channel": one.channel, "ways": len(one.urls)} for one in patient.chosen.makers
        ],
        "brokers": [
            {
                "protocol": one.protocol,
                "transport": one.transport,
                "tls": one.tls,
                "own_authority": bool(one.ca_file),
                "own_certificate": bool(one.cert_file),
                "user": bool(one.user),
                "read_only": one.read_only,
                "bridge": bool(one.bridged),
            }
            for one in patient.brokers
        ],
    }


def _counts(patient: Patient) -> dict[str, Any]:
    devices = patient.devices()
    return {
        "devices": len(devices),
        "dialects": dict(Counter(name for one in devices for name in sorted(one.dialects))),
        "kinds": dict(Counter(str(one.kind) for one in devices)),
        "facts": {
            kind: len(one) for kind, one in (patient.shown.facts if patient.shown else {}).items()
        },
        "rows": {name: _rows(patient.folder / name) for name in STORES},
    }


def _rows(file: Path) -> dict[str, int]:
    if not file.exists():
        return {}
    tables = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT GLOB 'sqlite_*'"
    try:
        with Store.look(file, still=True) as opened:
            names = [row["name"] for row in opened.rows(tables)]
            return {
                name: opened.rows(f'SELECT count(*) AS many FROM "{name}"')[0]["many"]  # noqa: S608 - from the file's own catalogue
                for name in names
            }
    except (StoreError, OtherTables):
        return {}


def _databases(folder: Path) -> Iterator[dict[str, Any]]:
    for name in STORES:
        file = folder / name
        if not file.exists():
            continue
        try:
            state = "older" if store.examine(file, STORES[name]) else "good"
        except StoreError as error:
            state = error.code
        yield {"name": name, "bytes": file.stat().st_size, "state": state}
    for copy in repair.copies(folder):
        yield {"name": copy.file.name, "bytes": copy.size, "state": "copy"}


def _fault(file: Path) -> str:
    """Return what is written of a fault, as text: an exception is kept as JSON."""
    text = file.read_text(encoding="utf-8", errors="replace")
    with contextlib.suppress(msgspec.MsgspecError):
        crash = msgspec.json.decode(text, type=crashes.Crash)
        text = f"{crash.ended}, {crash.what} {crash.version}\n{crash.trace}"
    return crashes.clean(text)


def _lines(folder: Path) -> Sequence[str]:
    said = logs.excerpt(folder, _LOG_MOST)
    return [said] if isinstance(said, str) else said


def _spoken(lines: Iterable[str]) -> Iterator[Traced]:
    """Yield what of a log may have been a message: it teaches the redaction what is secret here."""
    for line in lines:
        if (found := _MESSAGE.search(line)) is not None:
            yield _traced(found[1], found[2])
        if (found := _JSON.search(line)) is not None:
            yield _traced("", found[0])


def _traced(topic: str, payload: str) -> Traced:
    body = payload.encode()
    return Traced(
        at=0.0,
        broker="",
        topic=topic,
        payload=body,
        size=len(body),
        retain=False,
        direction=Direction.IN,
    )


def _log(folder: Path, redactor: Redactor) -> bytes:
    return "".join(f"{redactor.text(line)}\n" for line in _lines(folder)).encode()


def _json(said: Any) -> bytes:  # noqa: ANN401 - decoded JSON
    return msgspec.json.format(msgspec.json.encode(said), indent=1) + b"\n"
