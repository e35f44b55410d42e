"""A line of text as a QR code: in the terminal, or as a picture. The only door of segno."""

from __future__ import annotations

import io
from pathlib import Path

import segno

from firmware import durable

KINDS = (".svg", ".png")
"""What a picture can be, by the end of its name."""

_SCALE = 8  # pixels of one module of a PNG
_BORDER = 4  # modules, as the standard asks (ISO/IEC 18004)


def in_terminal(text: str) -> str:
    """Return the code in block letters, light on dark as terminals are."""
    out = io.StringIO()
    _made(text).terminal(out=out, border=_BORDER, compact=True)
    return out.getvalue()


def save(text: str, file: Path) -> None:
    """Write the code as the picture that the end of the name says, of KINDS. StoreError."""
    out = io.BytesIO()
    kind = file.suffix.lower().lstrip(".")
    _made(text).save(out, kind=kind, border=_BORDER, scale=_SCALE)
    durable.write(file, out.getvalue())


def _made(text: str) -> segno.QRCode:
    return segno.make(text, error="m", micro=False)
