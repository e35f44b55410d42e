"""GitHub's REST API, version 2022-11-28: issues of one repository.

An issue in a list, as documented ("List repository issues"); a pull request has "pull_request" too:
    {"number": 7, "html_url": "https://github.com/o/r/issues/7", "title": "...", "body": "...",
     "state": "closed", "state_reason": "completed", "labels": [{"name": "orangery"}],
     "milestone": {"title": "2026-W49"}, "updated_at": "2026-11-27T20:00:00Z"}
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from hub.bridges.base import (
    LABEL,
    PER_PAGE,
    Event,
    Heard,
    Http,
    Issue,
    Pace,
    Page,
    check_hmac,
    labels_of,
    marked,
    read,
)


class GitHub:
    """`project` "owner/name"; `url` that of the API: https://api.github.com, or of a server."""

    page_size = "per_page"

    def __init__(
        self, url: str, project: str, token: str, secret: str, pace: Pace | None = None
    ) -> None:
        pace = pace or Pace()
        self._http = Http(url, self.headers(token), pace)
        self._place = f"/repos/{project}"
        self._secret = secret

    def headers(self, token: str) -> dict[str, str]:
        """How it wants to be asked."""
        return {
            "accept": "application/vnd.github+json",
            "authorization": f"Bearer {token}",
            "x-github-api-version": "2022-11-28",
        }

    def who(self) -> str:
        """Our own login; the project is asked for too, so that a wrong one is found here."""
        self._http.ask("GET", self._place)
        return str(read(self._http.ask("GET", "/user"), "login"))

    def find(self, cluster: str, since: str) -> Issue | None:
        """Look through our issues since then: the search of the tracker is late by minutes."""
        query = {"state": "all", "labels": LABEL, "since": since, self.page_size: PER_PAGE}
        for found in self._http.listed(f"{self._place}/issues", query):
            if marked(found.get("body")) == cluster:
                return _issue(found)
        return None

    def create(self, page: Page) -> Issue:
        """Make an issue; one that is closed already is closed afterwards."""
        said = {"title": page.title, "body": page.body, "labels": self.names(page.labels)}
        issue = _issue(self._http.ask("POST", f"{self._place}/issues", said=said))
        if page.closed:
            self._edit(issue.number, {"state": "closed"})
        return issue

    def change(self, number: int, page: Page) -> None:
        """Bring title, body, labels and state to what the page says."""
        there = self._http.ask("GET", f"{self._place}/issues/{number}")
        theirs = [str(read(label, "name")) for label in read(there, "labels")]
        state = "closed" if page.closed else "open"
        said = {"title": page.title, "body": page.body, "state": state}
        self._edit(number, said | self.relabelled(number, labels_of(page.labels, theirs)))

    def names(self, labels: tuple[str, ...]) -> list[Any]:
        """Labels as a new issue wants them: GitHub makes those that are missing."""
        return list(labels)

    def relabelled(self, _number: int, labels: list[str]) -> dict[str, Any]:
        """Set the labels; what an edit has to say for it."""
        return {"labels": labels}

    def changed(self, since: str) -> Iterator[Event]:
        """Issues that are closed or have a milestone, and comments."""
        query = {"state": "all", "labels": LABEL, "since": since, self.page_size: PER_PAGE}
        for found in self._http.listed(f"{self._place}/issues", query):
            yield from _state(found, by="")
        query = {"since": since, self.page_size: PER_PAGE}
        for found in self._http.listed(f"{self._place}/issues/comments", query):
            number = str(read(found, "issue_url")).rpartition("/")[2]
            yield _comment(found, int(number))

    def hook(self, headers: Mapping[str, str], body: bytes) -> tuple[Event, ...]:
        """What a delivery tells: events "issues" and "issue_comment"."""
        self.check(headers, body)
        said = json.loads(body)
        what = headers.get(self.event_header, "")
        issue, by = said.get("issue") or {}, str(read(said, "sender", "login"))
        if what == "issue_comment" and said.get("action") == "created":
            return (_comment(read(said, "comment"), int(read(issue, "number"))),)
        if what == "issues" and said.get("action") in {"closed", "reopened", "milestoned"}:
            wanted = {"closed": Heard.CLOSED, "milestoned": Heard.MILESTONE}
            heard = wanted.get(said["action"], Heard.REOPENED)
            return tuple(one for one in _state(issue, by=by) if one.what is heard)
        return ()

    event_header = "x-github-event"

    def check(self, headers: Mapping[str, str], body: bytes) -> None:
        """HubError("bad_signature") unless it was signed with our secret."""
        given = headers.get("x-hub-signature-256", "")
        check_hmac(self._secret, body, given.removeprefix("sha256="))

    def _edit(self, number: int, said: dict[str, Any]) -> None:
        self._http.ask("PATCH", f"{self._place}/issues/{number}", said=said)


def _issue(found: Mapping[str, Any]) -> Issue:
    return Issue(
        number=int(read(found, "number")),
        url=str(read(found, "html_url")),
        body=found.get("body") or "",
    )


def _state(found: Mapping[str, Any], *, by: str) -> Iterator[Event]:
    if found.get("pull_request"):
        return
    number, at = int(read(found, "number")), str(found.get("updated_at", ""))
    closed = read(found, "state") == "closed"
    why = str(found.get("state_reason") or "")
    what = Heard.CLOSED if closed else Heard.REOPENED
    ended = str(found.get("closed_at") or at)
    yield Event(id=f"{what}-{number}-{ended}", what=what, number=number, by=by, at=at, text=why)
    if milestone := found.get("milestone"):
        title = str(read(milestone, "title"))
        name = f"milestone-{number}-{title}"
        yield Event(id=name, what=Heard.MILESTONE, number=number, by=by, at=at, text=title)


def _comment(found: Mapping[str, Any], number: int) -> Event:
    return Event(
        id=f"comment-{read(found, 'id')}",
        what=Heard.COMMENT,
        number=number,
        by=str(read(found, "user", "login")),
        at=str(found.get("created_at", "")),
        text=str(found.get("body") or ""),
    )
