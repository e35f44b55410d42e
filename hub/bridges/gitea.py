"""Gitea and Forgejo: an API in the manner of GitHub's, under /api/v1; labels go by their numbers.

A label, as documented: {"id": 4, "name": "orangery", "color": "e8833a"}. A hook is signed by
X-Gitea-Signature (Forgejo says X-Forgejo-Signature too): HMAC-SHA256 of the body, in hex.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from hub.bridges.base import PER_PAGE, Http, Pace, check_hmac, read
from hub.bridges.github import GitHub

_COLOUR: Final = "#e8833a"


class Gitea(GitHub):
    """`url` that of the server: https://codeberg.org."""

    page_size = "limit"
    event_header = "x-gitea-event"

    def __init__(
        self, url: str, project: str, token: str, secret: str, pace: Pace | None = None
    ) -> None:
        pace = pace or Pace()
        super().__init__(url, project, token, secret, pace)
        self._http = Http(f"{url.rstrip('/')}/api/v1", self.headers(token), pace)

    def headers(self, token: str) -> dict[str, str]:
        """How it wants to be asked."""
        return {"authorization": f"token {token}"}

    def names(self, labels: tuple[str, ...]) -> list[Any]:
        """The numbers of these labels; those that are missing are made."""
        query = {self.page_size: PER_PAGE}
        known = {
            str(read(one, "name")): int(read(one, "id"))
            for one in self._http.listed(f"{self._place}/labels", query)
        }
        for name in labels:
            if name not in known:
                said = {"name": name, "color": _COLOUR}
                made = self._http.ask("POST", f"{self._place}/labels", said=said)
                known[name] = int(read(made, "id"))
        return [known[name] for name in labels]

    def relabelled(self, number: int, labels: list[str]) -> dict[str, Any]:
        """An edit cannot do it here: they are set by themselves."""
        said = {"labels": self.names(tuple(labels))}
        self._http.ask("PUT", f"{self._place}/issues/{number}/labels", said=said)
        return {}

    def check(self, headers: Mapping[str, str], body: bytes) -> None:
        """HubError("bad_signature") unless it was signed with our secret."""
        given = headers.get("x-gitea-signature") or headers.get("x-forgejo-signature", "")
        check_hmac(self._secret, body, given)
