"""Makes of a file that a tester attaches what may leave the house: checked, redacted, new bytes.

Text is read, redacted as evidence is, and written anew as UTF-8. Pictures are drawn anew from their
points, so that nothing else of the file is left: no place, time, camera or comment. Everything else
is refused: what nobody can look through is not sent. Pure: bytes in, bytes out.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import msgspec

from feedback.redaction import Redactor
from feedback.wire import HubError
from fleet.later import later

if TYPE_CHECKING:
    from PIL import Image, ImageOps
else:  # only who attaches a picture waits for it
    Image, ImageOps = later("PIL.Image"), later("PIL.ImageOps")

MOST: Final = 10  # files of one report
LARGEST: Final = 25 * 1024 * 1024  # bytes of one file, before and after
ALL_MOST: Final = 100 * 1024 * 1024  # bytes of all files of one report

_NAME: Final = 80  # characters
_POINTS: Final = 50_000_000  # of a picture: more is a trap, or no picture of a lamp
_FORMATS: Final = ("PNG", "JPEG", "WEBP", "GIF", "BMP")
_QUALITY: Final = 90
_BYTE_ORDER: Final = ((b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_CONTROL: Final = frozenset(map(chr, range(32))) - frozenset("\t\n\r\f\x1b")  # no text has them


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """A file as it is sent. `note` says what people should know: "", "first_frame"."""

    data: bytes
    sha256: str
    type: str  # image/png, image/jpeg, text/plain, application/json
    name: str  # redacted too, its ending fits the type
    note: str = ""
    places: int = 0  # how many values were replaced

    @property
    def size(self) -> int:
        """Bytes that are sent."""
        return len(self.data)


def prepare(data: bytes, name: str, redactor: Redactor) -> Prepared:
    """Return what may be sent of a file called `name`, by the redactor of its report.

    HubError: attachment_empty, attachment_too_large, attachment_unknown (neither text nor a
    picture that we can read), attachment_damaged (a picture that cannot be read to its end).
    """
    if not data:
        raise HubError("attachment_empty", name=name)
    _small_enough(data, name)
    before = redactor.places
    kind = _picture_kind(data)
    made, type_, note = _picture(data, name) if kind else _text(data, name, redactor)
    _small_enough(made, name)
    return Prepared(
        data=made,
        sha256=hashlib.sha256(made).hexdigest(),
        type=type_,
        name=_renamed(name, type_, redactor),
        note=note,
        places=redactor.places - before,
    )


def check_all(sizes: Iterable[int]) -> None:
    """Return where files of these sizes may go along with one report together.

    HubError: attachments_too_many, attachments_too_large.
    """
    all_sizes = list(sizes)
    if len(all_sizes) > MOST:
        raise HubError("attachments_too_many", limit=MOST)
    if sum(all_sizes) > ALL_MOST:
        raise HubError("attachments_too_large", limit=_mib(ALL_MOST))


def _small_enough(data: bytes, name: str) -> None:
    if len(data) > LARGEST:
        raise HubError("attachment_too_large", name=name, limit=_mib(LARGEST))


def _mib(size: int) -> str:
    return f"{size // (1024 * 1024)} MiB"


def _picture_kind(data: bytes) -> bool:
    """Tell a picture by its own first bytes: a name can say anything."""
    beginnings = (b"\x89PNG\r\n", b"\xff\xd8\xff", b"GIF8", b"BM")
    return data.startswith(beginnings) or (data[:4] == b"RIFF" and data[8:12] == b"WEBP")


def _picture(data: bytes, name: str) -> tuple[bytes, str, str]:
    try:
        with Image.open(io.BytesIO(data), formats=_FORMATS) as found:
            _few_enough(found.size, name)
            note = "first_frame" if getattr(found, "n_frames", 1) > 1 else ""
            photo = found.format == "JPEG"
            found.load()
            upright = ImageOps.exif_transpose(found)
            alike = upright.convert("RGB" if photo or not _see_through(upright) else "RGBA")
    except HubError:
        raise
    except Exception as error:  # its readers raise whatever the damage leads to
        raise HubError("attachment_damaged", name=name) from error
    bare = Image.frombytes(alike.mode, alike.size, alike.tobytes())  # the points, nothing else
    out = io.BytesIO()
    if photo:
        bare.save(out, "JPEG", quality=_QUALITY)
    else:
        bare.save(out, "PNG")
    return out.getvalue(), "image/jpeg" if photo else "image/png", note


def _few_enough(size: tuple[int, int], name: str) -> None:
    if size[0] * size[1] > _POINTS:
        raise HubError("attachment_too_large", name=name, limit=f"{_POINTS} points")


def _see_through(picture: Image.Image) -> bool:
    return picture.mode in {"RGBA", "LA", "PA"} or "transparency" in picture.info


def _text(data: bytes, name: str, redactor: Redactor) -> tuple[bytes, str, str]:
    text = _decoded(data)
    if text is None:
        raise HubError("attachment_unknown", name=name)
    try:
        said = redactor.data(msgspec.json.decode(text))
    except msgspec.MsgspecError:
        return _lines(text, redactor).encode(), "text/plain", ""
    return msgspec.json.format(msgspec.json.encode(said), indent=1), "application/json", ""


def _lines(text: str, redactor: Redactor) -> str:
    """Return text without what is private; a line of JSON by its keys too, as in a log of those."""
    if not any(line.startswith(("{", "[")) for line in text.splitlines()):
        return redactor.text(text)
    return "\n".join(_line(line, redactor) for line in text.splitlines()) + "\n"


def _line(line: str, redactor: Redactor) -> str:
    if line.startswith(("{", "[")):
        try:
            return msgspec.json.encode(redactor.data(msgspec.json.decode(line))).decode()
        except msgspec.MsgspecError:
            pass
    return redactor.text(line)


def _decoded(data: bytes) -> str | None:
    """The text of UTF-8, UTF-16 with its mark, or what Chinese systems write; None: no text."""
    marked = next((code for mark, code in _BYTE_ORDER if data.startswith(mark)), "")
    for code in (marked,) if marked else ("utf-8-sig", "gb18030"):
        try:
            text = data.decode(code)
        except UnicodeDecodeError:
            continue
        return None if _CONTROL & set(text) else text
    return None


def _renamed(name: str, type_: str, redactor: Redactor) -> str:
    """The last part of a name, without what is private, with the ending of its type."""
    last = name.replace("\\", "/").rpartition("/")[2]
    stem, dot, ending = redactor.text(last).rpartition(".")
    endings = {
        "image/png": ("png",),
        "image/jpeg": ("jpg", "jpeg"),
        "application/json": ("json",),
        "text/plain": ("txt", "log", "md", "yaml", "yml", "csv", "jsonl", "ndjson", "ini", "conf"),
    }[type_]
    if dot and ending.casefold() in endings:
        return f"{stem[: _NAME - 8]}.{ending}"
    return f"{(stem if dot else ending)[: _NAME - 8] or 'file'}.{endings[0]}"
