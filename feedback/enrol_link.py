"""An invitation as one line: which hub, known by what, and the code.

    orangery:enroll?hub=https://hub.example.org&root=sha256:9f...&code=OR-XXXX-XXXX-XXXX-XXXX-C

An URI (RFC 3986), short enough for a QR code. `root` may be left out; where it stands, it is the
fingerprint of the makers' first TUF root, and a hub that names another one is not the one meant.
"""

from __future__ import annotations

import re
import urllib.parse
from dataclasses import dataclass
from typing import Final

from feedback import invitation
from feedback.wire import HubError

SCHEME: Final = "orangery"
_LONGEST: Final = 2_048  # characters
_ROOT: Final = re.compile(r"(?:sha256:)?([0-9a-f]{64})")
_PARTS: Final = frozenset({"hub", "root", "code"})


@dataclass(frozen=True, slots=True, kw_only=True)
class EnrolLink:
    """Where to join, and with what."""

    hub: str  # base address
    code: str  # 17 symbols
    root: str = ""  # 64 hex digits, or "": not said

    def __str__(self) -> str:
        said = [("hub", self.hub), *([("root", f"sha256:{self.root}")] if self.root else [])]
        said.append(("code", invitation.shown(self.code)))
        return f"{SCHEME}:enroll?{urllib.parse.urlencode(said, safe=':/')}"


def is_link(text: str) -> bool:
    """Return whether somebody means such a link, right or wrong."""
    return text.strip().lower().startswith(f"{SCHEME}:enroll")


def parse(text: str) -> EnrolLink:
    """Read a link. HubError: enrol_link_bad (which part), code_mistyped."""
    text = text.strip()
    split = urllib.parse.urlsplit(text[:_LONGEST])
    whose = (split.scheme, split.netloc, split.path, split.fragment)
    if len(text) > _LONGEST or whose != (SCHEME, "", "enroll", ""):
        raise HubError("enrol_link_bad", why="orangery:enroll?")
    try:
        said = urllib.parse.parse_qsl(split.query, strict_parsing=True, max_num_fields=8)
    except ValueError as error:
        raise HubError("enrol_link_bad", why=error) from error
    parts = dict(said)
    if len(parts) != len(said) or not {"hub", "code"} <= parts.keys() <= _PARTS:
        raise HubError("enrol_link_bad", why=", ".join(sorted(parts.keys() ^ _PARTS)) or "twice")
    return EnrolLink(
        hub=_hub(parts["hub"]), code=invitation.read(parts["code"]), root=_root(parts.get("root"))
    )


def _root(said: str | None) -> str:
    if said is None:
        return ""
    found = _ROOT.fullmatch(said.lower())
    if found is None:
        raise HubError("enrol_link_bad", why="root")
    return found[1]


def _hub(address: str) -> str:
    """Return a plain web address: nobody's name and password, no query."""
    try:
        split = urllib.parse.urlsplit(address.rstrip("/"))
        plain = not (split.query or split.fragment or split.username or split.password)
        port_read = split.port is None or split.port > 0
    except ValueError:
        plain = port_read = False
    if not (plain and port_read and split.scheme in ("http", "https") and split.hostname):
        raise HubError("enrol_link_bad", why="hub")
    return split.geturl()
