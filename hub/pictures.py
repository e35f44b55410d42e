"""Whether a file is what it says it is, before anybody opens it: sniffed, bounded, bare.

A house draws pictures anew before it sends them. The hub does not rely on that: what has a place,
a camera or a comment in it is drawn anew here as well.
"""

from __future__ import annotations

import io
from pathlib import Path
from typing import Final

from PIL import Image, ImageOps, UnidentifiedImageError

from feedback.wire import HubError

POINTS: Final = 50_000_000
"""Of a picture at most; more is a trap for whoever opens it."""

_FORMATS: Final = {"image/png": "PNG", "image/jpeg": "JPEG"}
_HARMLESS: Final = frozenset(
    {"jfif", "jfif_version", "jfif_unit", "jfif_density", "dpi", "gamma", "transparency", "srgb"}
    | {"adobe", "adobe_transform", "progressive", "progression", "interlace", "aspect"}
)
_TEXT_CONTROLS: Final = frozenset(map(chr, range(32))) - frozenset("\t\n\r\f\x1b")


def looked_at(file: Path, type_: str) -> bytes | None:
    """Return None where the file may stay as it is, else the bytes that are to be kept instead.

    HubError: attachment_refused (not of its type, damaged, or a trap).
    """
    if type_ in _FORMATS:
        return _picture(file, _FORMATS[type_])
    _text(file)
    return None


def _picture(file: Path, kind: str) -> bytes | None:
    try:
        with Image.open(file, formats=(kind,)) as found:
            if found.size[0] * found.size[1] > POINTS:
                raise HubError("attachment_refused", why="too many points")
            found.load()
            bare = not (found.info.keys() - _HARMLESS) and not found.getexif()
            return None if bare else _drawn_anew(found, kind)
    except (UnidentifiedImageError, Image.DecompressionBombError) as error:
        raise HubError("attachment_refused", why=error) from error
    except (OSError, ValueError, SyntaxError, EOFError, MemoryError) as error:
        raise HubError("attachment_refused", why="damaged") from error


def _drawn_anew(found: Image.Image, kind: str) -> bytes:
    upright = ImageOps.exif_transpose(found)
    clear = kind == "PNG" and (upright.mode in {"RGBA", "LA", "PA"} or "transparency" in found.info)
    alike = upright.convert("RGBA" if clear else "RGB")
    bare = Image.frombytes(alike.mode, alike.size, alike.tobytes())
    out = io.BytesIO()
    bare.save(out, kind, **({"quality": 90} if kind == "JPEG" else {}))
    return out.getvalue()


def _text(file: Path) -> None:
    try:
        text = file.read_bytes().decode()
    except UnicodeDecodeError as error:
        raise HubError("attachment_refused", why="not text") from error
    if _TEXT_CONTROLS & set(text):
        raise HubError("attachment_refused", why="not text")
