"""Three trackers as their documents describe them, on loopback: recorded answers, no real service.

One small tracker behind three faces: the shapes of requests and answers are those of GitHub's REST
API (2022-11-28), GitLab's v4 and Gitea's v1, as far as a bridge uses them. What a test needs to go
wrong is put into `fail` (an answer instead of the next one) or `lose` (done, but never answered).
"""

from __future__ import annotations

import itertools
import json
import re
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, unquote, urlsplit

TOKEN = "t0ken-of-a-test"
BOT = "orangery-bot"


class Tracker:
    """What all three keep; times go on by one second with each change."""

    def __init__(self, kind: str) -> None:
        self.kind = kind
        self.issues: list[dict] = []
        self.comments: list[dict] = []
        self.labels: list[str] = []
        self.asked: list[tuple[str, str]] = []
        self.fail: list[tuple[int, dict[str, str]]] = []
        self.lose = 0
        self._seconds = itertools.count()

    @property
    def writes(self) -> list[tuple[str, str]]:
        return [(method, path) for method, path in self.asked if method != "GET"]

    def now(self) -> str:
        second = next(self._seconds)
        return f"2026-12-01T{second // 3600:02}:{second // 60 % 60:02}:{second % 60:02}Z"

    def made(self, title: str, body: str, labels: list[str]) -> dict:
        at = self.now()
        issue = {
            "number": len(self.issues) + 1, "title": title, "body": body, "labels": labels,
            "state": "open", "milestone": None, "updated": at, "closed": None, "reason": None,
        }  # fmt: skip
        self.issues.append(issue)
        return issue

    def edit(self, number: int, **values: object) -> dict:
        issue = self.issues[number - 1]
        issue |= values
        issue["updated"] = self.now()
        if "state" in values:
            issue["closed"] = issue["updated"] if values["state"] == "closed" else None
        return issue

    def comment(self, number: int, by: str, text: str) -> dict:
        said = {"id": 100 + len(self.comments), "number": number, "by": by, "text": text}
        self.comments.append(said | {"at": self.now()})
        self.issues[number - 1]["updated"] = self.comments[-1]["at"]
        return self.comments[-1]

    # --- the three ways in which it answers -------------------------------------------------------

    def shown(self, issue: dict) -> dict:
        milestone = {"title": issue["milestone"]} if issue["milestone"] else None
        if self.kind == "gitlab":
            return {
                "id": 7000 + issue["number"], "iid": issue["number"], "title": issue["title"],
                "description": issue["body"], "labels": issue["labels"], "milestone": milestone,
                "state": "opened" if issue["state"] == "open" else "closed",
                "updated_at": issue["updated"], "closed_at": issue["closed"],
                "web_url": f"https://tracker.example/o/r/-/issues/{issue['number']}",
            }  # fmt: skip
        labels = [{"id": self.labels.index(name) + 1, "name": name} for name in issue["labels"]]
        return {
            "id": 7000 + issue["number"], "number": issue["number"], "title": issue["title"],
            "body": issue["body"], "labels": labels, "milestone": milestone,
            "state": issue["state"], "state_reason": issue["reason"], "pull_request": None,
            "updated_at": issue["updated"], "closed_at": issue["closed"],
            "html_url": f"https://tracker.example/o/r/issues/{issue['number']}",
        }  # fmt: skip

    def said(self, comment: dict) -> dict:
        if self.kind == "gitlab":
            return {
                "id": comment["id"], "body": comment["text"], "system": False,
                "author": {"username": comment["by"]}, "created_at": comment["at"],
                "updated_at": comment["at"],
            }  # fmt: skip
        url = f"https://tracker.example/repos/o/r/issues/{comment['number']}"
        return {
            "id": comment["id"], "body": comment["text"], "user": {"login": comment["by"]},
            "issue_url": url, "created_at": comment["at"],
        }  # fmt: skip

    def named(self, labels: list) -> list[str]:
        found = [self.labels[n - 1] if isinstance(n, int) else n for n in labels]
        self.labels += [name for name in found if name not in self.labels]
        return found

    def answer(self, method: str, path: str, query: dict[str, str], said: dict) -> object:
        return (self._gitlab if self.kind == "gitlab" else self._github)(method, path, query, said)

    def _github(self, method: str, path: str, query: dict[str, str], said: dict) -> object:
        path = path.removeprefix("/api/v1") if self.kind == "gitea" else path
        place = re.fullmatch(r"/repos/o/r(/[a-z/]+?)?(/(\d+))?(/labels)?", path)
        if path == "/user":
            return {"login": BOT, "id": 1}
        if place is None:
            return None
        what, _, number, labels = place.groups()
        if number is None:
            return self._github_all(f"{method} {what or ''}", query, said)
        return self._github_one(method, int(number), said, labels=bool(labels))

    def _github_all(self, what: str, query: dict[str, str], said: dict) -> object:
        ways = {
            "GET ": lambda: {"full_name": "o/r"},
            "GET /labels": lambda: [
                {"id": n, "name": name} for n, name in enumerate(self.labels, 1)
            ],
            "POST /labels": lambda: self._label(said["name"]),
            "GET /issues/comments": lambda: [
                self.said(one) for one in self.comments if one["at"] >= query["since"]
            ],
            "GET /issues": lambda: self._listed(query, query["since"]),
            "POST /issues": lambda: self.shown(
                self.made(said["title"], said["body"], self.named(said["labels"]))
            ),
        }
        return ways[what]()

    def _label(self, name: str) -> dict:
        self.labels.append(name)
        return {"id": len(self.labels), "name": name}

    def _github_one(self, method: str, number: int, said: dict, *, labels: bool) -> object:
        if not self._there(number):
            return None
        if "labels" in said:
            said["labels"] = self.named(said["labels"])
        if method == "PATCH" or labels:
            self.edit(number, **said)
        return self.shown(self.issues[number - 1])

    def _there(self, number: int) -> bool:
        return number <= len(self.issues) and not self.issues[number - 1].get("gone")

    def _gitlab(self, method: str, path: str, query: dict[str, str], said: dict) -> object:
        place = re.fullmatch(r"/api/v4/projects/o/r(/issues)?(/(\d+))?(/notes)?", path)
        if path == "/api/v4/user":
            return {"username": BOT, "id": 1}
        if place is None:
            return None
        what, _, number, notes = place.groups()
        if number is not None:
            return self._gitlab_one(method, int(number), said, notes=bool(notes))
        ways = {
            "GET None": lambda: {"path_with_namespace": "o/r"},
            "GET /issues": lambda: self._listed(query, query["updated_after"]),
            "POST /issues": lambda: self.shown(
                self.made(said["title"], said["description"], said["labels"].split(","))
            ),
        }
        return ways[f"{method} {what}"]()

    def _gitlab_one(self, method: str, number: int, said: dict, *, notes: bool) -> object:
        if not self._there(number):
            return None
        if notes:
            found = [one for one in self.comments if one["number"] == number]
            return [self.said(one) for one in reversed(found)]
        if method == "PUT":
            names = {"title": "title", "description": "body"}
            values = {names[name]: value for name, value in said.items() if name in names}
            if "labels" in said:
                values["labels"] = said["labels"].split(",")
            if "state_event" in said:
                values["state"] = "closed" if said["state_event"] == "close" else "open"
            self.edit(number, **values)
        return self.shown(self.issues[number - 1])

    def _listed(self, query: dict[str, str], since: str) -> list[dict]:
        size = int(query.get("per_page") or query["limit"])
        begin = (int(query["page"]) - 1) * size
        found = [
            one
            for one in self.issues
            if query["labels"] in one["labels"] and one["updated"] >= since and not one.get("gone")
        ]
        return [self.shown(one) for one in found[begin : begin + size]]


class Forge:
    """A tracker on a port of loopback."""

    def __init__(self, kind: str) -> None:
        self.tracker = Tracker(kind)
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))
        self._thread.start()
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        tracker = self.tracker

        class Handler(BaseHTTPRequestHandler):
            def do(self) -> None:
                address = urlsplit(self.path)
                path = unquote(address.path)
                query = {name: values[0] for name, values in parse_qs(address.query).items()}
                length = int(self.headers.get("content-length") or 0)
                said = json.loads(self.rfile.read(length)) if length else {}
                tracker.asked.append((self.command, path))
                given = " ".join(self.headers.get(name) or "" for name in _TOKENS)
                if TOKEN not in given:
                    self.say(401, {"message": "Bad credentials"})
                elif tracker.fail:
                    status, headers = tracker.fail.pop(0)
                    self.say(status, {"message": "no"}, headers)
                else:
                    answer = tracker.answer(self.command, path, query, said)
                    if tracker.lose and self.command == "POST":
                        tracker.lose -= 1
                        self.close_connection = True
                        return
                    self.say(404 if answer is None else 200, answer)

            do_GET = do_POST = do_PUT = do_PATCH = do  # noqa: N815 - http.server's names

            def say(self, status: int, said: object, headers: dict[str, str] | None = None) -> None:
                body = json.dumps(said).encode()
                self.send_response(status)
                for name, value in (headers or {}).items():
                    self.send_header(name, value)
                self.send_header("content-length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                pass

        return Handler


_TOKENS = ("authorization", "private-token")
