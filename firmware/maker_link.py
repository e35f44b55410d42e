"""A maker as one line: whose weeks, from where, and the fingerprint of the root that is believed.

    orangery:maker?name=acme&url=https://fw.acme.example&root=sha256:9f...&channel=stable

An URI (RFC 3986), short enough for a QR code. `url` may come several times, the main mirror first;
`channel` may be left out. The fingerprint is the one that the sheet of the key ceremony shows: the
sha256 of what the first root says, signatures apart; that of the file 1.root.json counts too.
"""

from __future__ import annotations

import re
import urllib.parse
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass

from firmware import roots
from firmware.bundle import Bundle
from firmware.errors import TrustError
from firmware.fetch import open_source
from firmware.release import Channel

SCHEME = "orangery"
NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")
"""A maker's name; it is a file's name too."""

_FIRST = "metadata/1.root.json"
_LONGEST = 2_048  # characters
_ROOT = re.compile(r"sha256:([0-9a-f]{64})")
_ONCE = ("name", "root", "channel")


@dataclass(frozen=True, slots=True, kw_only=True)
class MakerLink:
    """Who makes weeks, and by what their first root is known."""

    name: str
    urls: tuple[str, ...]  # http or https; the main one first
    fingerprint: str  # 64 hex digits
    channel: Channel = Channel.ORANGE

    def __str__(self) -> str:
        said = [("name", self.name), *(("url", url) for url in self.urls)]
        said.append(("root", f"sha256:{self.fingerprint}"))
        if self.channel is not Channel.ORANGE:
            said.append(("channel", self.channel))
        return f"{SCHEME}:maker?{urllib.parse.urlencode(said, safe=':/')}"


def parse(text: str) -> MakerLink:
    """Read a link; TrustError("link_bad") says what in it is not understood."""
    text = text.strip()
    split = urllib.parse.urlsplit(text[:_LONGEST])
    if len(text) > _LONGEST or (split.scheme, split.netloc, split.path, split.fragment) != (
        SCHEME,
        "",
        "maker",
        "",
    ):
        raise TrustError("link_bad", why="orangery:maker?")
    try:
        said = urllib.parse.parse_qsl(split.query, strict_parsing=True, max_num_fields=16)
    except ValueError as error:
        raise TrustError("link_bad", why=error) from error
    return made(
        _one(said, "name"),
        [value for name, value in said if name == "url"],
        _one(said, "root"),
        _one(said, "channel") or Channel.ORANGE,
    )


def made(name: str, urls: Iterable[str], root: str, channel: str = Channel.ORANGE) -> MakerLink:
    """Return a link of checked parts; `root`: "sha256:" and 64 hex digits. TrustError: link_bad."""
    fingerprint = _ROOT.fullmatch(root.lower())
    mirrors = tuple(urls)
    if not NAME.fullmatch(name):
        raise TrustError("link_bad", why="name")
    if fingerprint is None:
        raise TrustError("link_bad", why="root")
    if channel not in tuple(Channel):
        raise TrustError("link_bad", why="channel")
    if not mirrors or not all(_is_mirror(url) for url in mirrors):
        raise TrustError("link_bad", why="url")
    return MakerLink(name=name, urls=mirrors, fingerprint=fingerprint[1], channel=Channel(channel))


def first_root(link: MakerLink, source: str = "") -> bytes:
    """Fetch the first root from the link's mirrors in turn and return it where it is the named one.

    `source`: what a person hands in, a bundle file too; it is asked first, and where it has the
    root nobody else is. Blocks: call it from the pool. TrustError: root_not_the_named, where one
    of them shows another one; else why none could be read: root_not_brought, mirror_unreachable.
    """
    failures = []
    for place in dict.fromkeys((*filter(None, (source,)), *link.urls)):
        try:
            body = _read(place) if place in link.urls else _brought(place, link.name)
            if link.fingerprint in roots.fingerprints(body):
                return body
            failures.append(TrustError("root_not_the_named", source=place, maker=link.name))
        except TrustError as error:
            failures.append(error)
    raise max(failures, key=lambda error: error.code == "root_not_the_named")


def _read(url: str) -> bytes:
    with closing(open_source(url)) as source:
        body = roots.read(source, _FIRST)
    if body is None:
        raise TrustError("mirror_unreachable", source=url, why=_FIRST)
    return body


def _brought(place: str, maker: str) -> bytes:
    """Return the first root of a bundle, or of a copy of a mirror."""
    with closing(open_source(place)) as source:
        bundle = isinstance(source, Bundle)
        body = roots.brought(source, _FIRST) if bundle else roots.read(source, _FIRST)
    if body is None:
        raise TrustError("root_not_brought", source=place, maker=maker)
    return body


def _one(said: list[tuple[str, str]], name: str) -> str:
    """Return the value of a part that stands at most once, where nothing else is said."""
    if unknown := {each for each, _ in said} - {*_ONCE, "url"}:
        raise TrustError("link_bad", why=min(unknown))
    values = [value for each, value in said if each == name]
    if len(values) > 1:
        raise TrustError("link_bad", why=name)
    return values[0] if values else ""


def _is_mirror(url: str) -> bool:
    """Whether it is a plain web address: nobody's name and password, no query."""
    try:
        split = urllib.parse.urlsplit(url)
        port_read = split.port is None or split.port > 0
    except ValueError:
        return False
    plain = not (split.query or split.fragment or split.username or split.password)
    return split.scheme in ("http", "https") and bool(split.hostname) and plain and port_read
