"""GitLab's REST API v4: issues of one project.

An issue, as documented ("List project issues"); `iid` is its number in the project:
    {"id": 76, "iid": 7, "title": "...", "description": "...", "state": "closed",
     "labels": ["orangery"], "milestone": {"title": "2026-W49"},
     "updated_at": "2026-11-27T20:00:00.000Z", "web_url": "https://gitlab.com/o/r/-/issues/7"}
A hook brings the secret itself in X-Gitlab-Token: it has no HMAC that all versions know.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final
from urllib.parse import quote

from hub.bridges.base import (
    LABEL,
    PER_PAGE,
    Event,
    Heard,
    Http,
    Issue,
    Pace,
    Page,
    check_token,
    labels_of,
    marked,
    read,
)

_ACTIONS: Final = {"close": Heard.CLOSED, "reopen": Heard.REOPENED, "update": Heard.MILESTONE}


class GitLab:
    """`project` its path "group/name" or its number; `url` that of the server."""

    def __init__(
        self, url: str, project: str, token: str, secret: str, pace: Pace | None = None
    ) -> None:
        pace = pace or Pace()
        self._http = Http(f"{url.rstrip('/')}/api/v4", {"private-token": token}, pace)
        self._place = f"/projects/{quote(project, safe='')}"
        self._secret = secret

    def who(self) -> str:
        """Our own login; the project is asked for too, so that a wrong one is found here."""
        self._http.ask("GET", self._place)
        return str(read(self._http.ask("GET", "/user"), "username"))

    def find(self, cluster: str, since: str) -> Issue | None:
        """Look through our issues since then."""
        for found in self._listed(since):
            if marked(found.get("description")) == cluster:
                return _issue(found)
        return None

    def create(self, page: Page) -> Issue:
        """Make an issue; one that is closed already is closed afterwards."""
        said = {
            "title": page.title,
            "description": page.body,
            "labels": ",".join(page.labels),
        }
        issue = _issue(self._http.ask("POST", f"{self._place}/issues", said=said))
        if page.closed:
            self._edit(issue.number, {"state_event": "close"})
        return issue

    def change(self, number: int, page: Page) -> None:
        """Bring title, description, labels and state to what the page says."""
        there = self._http.ask("GET", f"{self._place}/issues/{number}")
        labels = labels_of(page.labels, [str(name) for name in read(there, "labels")])
        said = {"title": page.title, "description": page.body, "labels": ",".join(labels)}
        if (read(there, "state") == "closed") is not page.closed:
            said["state_event"] = "close" if page.closed else "reopen"
        self._edit(number, said)

    def changed(self, since: str) -> Iterator[Event]:
        """Issues that are closed or have a milestone, and the notes of all that changed."""
        for found in self._listed(since):
            yield from _state(found, by="")
            number = int(read(found, "iid"))
            query = {"sort": "desc", "order_by": "updated_at", "per_page": PER_PAGE}
            for note in self._http.listed(f"{self._place}/issues/{number}/notes", query):
                if str(read(note, "updated_at")) < since:
                    break
                if not note.get("system"):
                    yield _note(note, number, str(read(note, "author", "username")))

    def hook(self, headers: Mapping[str, str], body: bytes) -> tuple[Event, ...]:
        """What a delivery tells: "issue" and "note" hooks."""
        check_token(self._secret, headers.get("x-gitlab-token", ""))
        said = json.loads(body)
        kind, by = said.get("object_kind"), str(read(said, "user", "username"))
        attributes = read(said, "object_attributes")
        if kind == "note" and attributes.get("noteable_type") == "Issue":
            if attributes.get("action", "create") != "create" or attributes.get("system"):
                return ()
            return (_note(attributes, int(read(said, "issue", "iid")), by),)
        heard = _ACTIONS.get(attributes.get("action", "")) if kind == "issue" else None
        if heard is None or (heard is Heard.MILESTONE and not said.get("milestone")):
            return ()
        found = {**attributes, "milestone": said.get("milestone")}
        return tuple(one for one in _state(found, by=by) if one.what is heard)

    def _listed(self, since: str) -> Iterator[Mapping[str, Any]]:
        query = {"labels": LABEL, "updated_after": since, "scope": "all", "per_page": PER_PAGE}
        return self._http.listed(f"{self._place}/issues", query)

    def _edit(self, number: int, said: dict[str, Any]) -> None:
        self._http.ask("PUT", f"{self._place}/issues/{number}", said=said)


def _issue(found: Mapping[str, Any]) -> Issue:
    return Issue(
        number=int(read(found, "iid")),
        url=str(read(found, "web_url")),
        body=found.get("description") or "",
    )


def _state(found: Mapping[str, Any], *, by: str) -> Iterator[Event]:
    number, at = int(read(found, "iid")), str(found.get("updated_at", ""))
    what = Heard.CLOSED if read(found, "state") == "closed" else Heard.REOPENED
    ended = str(found.get("closed_at") or at)
    yield Event(id=f"{what}-{number}-{ended}", what=what, number=number, by=by, at=at)
    if milestone := found.get("milestone"):
        title = str(read(milestone, "title"))
        name = f"milestone-{number}-{title}"
        yield Event(id=name, what=Heard.MILESTONE, number=number, by=by, at=at, text=title)


def _note(found: Mapping[str, Any], number: int, by: str) -> Event:
    return Event(
        id=f"comment-{read(found, 'id')}",
        what=Heard.COMMENT,
        number=number,
        by=by,
        at=str(found.get("created_at", "")),
        text=str(found.get("note") or found.get("body") or ""),
    )
