"""What a file says of itself: the one value that every reader of this room returns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageFacts:
    """What a file says of itself. "" and empty: its format does not say it.

    format: org1, esp, esp-gzip, zigbee-ota, zip, uf2, xz, program, program-files, unknown.
    details (all text; which ones, each reader's docstring says); common ones: `trailing`, the
    bytes behind the image, and `padding`, "00" or "ff" where they are nothing but that byte.
    problems, any format: empty, format_unknown, truncated, trailing_bytes, header_bad,
    header_length, checksum, hash, inflates_too_far, too_large. Those of one format are in its
    reader's docstring.
    """

    format: str
    size: int  # bytes
    sha256: str
    vendor: str = ""
    model: str = ""
    hardware: tuple[str, ...] = ()
    version: str = ""
    counter: int | None = None
    details: Mapping[str, str] = field(default_factory=dict)
    problems: tuple[str, ...] = ()


def facts_of(
    form: str,
    *,
    problems: Sequence[str] = (),
    model: str = "",
    version: str = "",
    details: Mapping[str, str] | None = None,
) -> ImageFacts:
    """Return facts without size and digest: `inspect` knows these."""
    return ImageFacts(
        format=form,
        size=0,
        sha256="",
        model=model,
        version=version,
        details=details or {},
        problems=tuple(dict.fromkeys(problems)),
    )
