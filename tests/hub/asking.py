"""A hub in this process and whoever asks it: no port, no thread of its own, any clock."""

from __future__ import annotations

import asyncio
import base64
import json
import secrets
import uuid
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from feedback import invitation, signature
from feedback.wire import EnrolRequest
from hub import members
from hub.app import Hub, Settings, application

NOW = 1_795_000_000.0


@dataclass(frozen=True)
class Said:
    """An answer."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def code(self) -> str:
        return self.json.get("code", "")

    def read(self, kind: type) -> Any:
        assert self.status == 200, self.body
        return msgspec.json.decode(self.body, type=kind)


@dataclass
class AskedHub:
    """The hub, and its clock."""

    folder: Path
    database: str = ""
    said: tuple[str, ...] = ()
    now: float = NOW
    hub: Hub = field(init=False)

    def __post_init__(self) -> None:
        settings = Settings(data=self.folder, database=self.database, said=self.said, jobs=False)
        self.hub = Hub(settings, clock=lambda: self.now)
        self.app = application(self.hub)

    def ask(
        self,
        method: str,
        path: str,
        body: bytes | msgspec.Struct = b"",
        headers: dict[str, str] | None = None,
        address: str = "127.0.0.1",
    ) -> Said:
        raw = body if isinstance(body, bytes) else msgspec.json.encode(body)
        return asyncio.run(_ask(self.app, (method, path), raw, headers or {}, address))

    def staff(self, name: str = "Lin", roles: str | None = None) -> Staff:
        more = {} if roles is None else {"roles": roles}
        with self.hub.store.write() as db:
            token = members.add_staff(db, name, now=self.now, **more)
        return Staff(self, name, token)

    def invite(self, **more: Any) -> str:
        with self.hub.store.write() as db:
            return members.invite(db, self.hub.secret, now=self.now, **more)

    def home(self, name: str = "anna", code: str = "") -> Home:
        home = Home(self, name)
        assert home.enrol(code or self.invite()).status == 200
        return home

    def close(self) -> None:
        self.hub.store.close()


@dataclass
class Staff:
    """Somebody with a token."""

    at: AskedHub
    name: str
    token: str

    def ask(self, method: str, path: str, body: bytes | msgspec.Struct = b"") -> Said:
        headers = {"authorization": f"Bearer {self.token}"}
        return self.at.ask(method, f"/v1/staff/{path}", body, headers)


class Home:
    """A household's desktop with a key of its own."""

    def __init__(self, at: AskedHub, name: str = "anna") -> None:
        self.at, self.name = at, name
        self.key = Ed25519PrivateKey.generate()
        self.member_id = ""
        self.outbox, self.seq = str(uuid.uuid4()), 0

    @property
    def public(self) -> str:
        return base64.b64encode(self.key.public_key().public_bytes_raw()).decode()

    @property
    def key_id(self) -> str:
        return signature.key_id(self.key.public_key().public_bytes_raw())

    def enrol(self, code: str, address: str = "127.0.0.1") -> Said:
        asked = EnrolRequest(
            v=1, code=invitation.read(code), name=self.name, public_key=self.public
        )
        said = self.ask("POST", "/v1/enrol", asked, address)
        if said.status == 200:
            self.member_id = said.json["member_id"]
        return said

    def ask(
        self,
        method: str,
        path: str,
        body: bytes | msgspec.Struct = b"",
        address: str = "127.0.0.1",
    ) -> Said:
        raw = body if isinstance(body, bytes) else msgspec.json.encode(body)
        split = urlsplit(path)
        asked = signature.Request(
            method=method, path=split.path, query=split.query, body=raw, outbox=self.outbox
        )
        headers = signature.sign(
            asked, self.key, created=self.at.now, nonce=secrets.token_urlsafe(18)
        )
        return self.at.ask(method, path, raw, headers, address)

    def push(self, *ops: tuple[str, bytes | msgspec.Struct]) -> Said:
        listed = []
        for n, (kind, body) in enumerate(ops, start=1):
            raw = body if isinstance(body, bytes) else msgspec.json.encode(body)
            listed.append(
                {
                    "seq": self.seq + n,
                    "op_id": str(uuid.uuid4()),
                    "kind": kind,
                    "made": self.at.now,
                    "body": msgspec.Raw(raw),
                }
            )
        said = self.ask(
            "POST",
            "/v1/sync/push",
            msgspec.json.encode({"v": 1, "outbox_id": self.outbox, "ops": listed}),
        )
        if said.status == 200:
            self.seq = said.json["acked"]
        return said


async def _ask(
    app: Any, what: tuple[str, str], body: bytes, headers: dict[str, str], address: str
) -> Said:
    method, split = what[0], urlsplit(what[1])
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": split.path,
        "raw_path": split.path.encode(),
        "query_string": split.query.encode(),
        "headers": [(k.lower().encode(), v.encode()) for k, v in headers.items()],
        "client": (address, 1),
        "server": ("127.0.0.1", 80),
        "root_path": "",
        "app": app,
    }
    sent: list[dict[str, Any]] = []
    read: list[bool] = []

    async def receive() -> dict[str, Any]:
        if read:
            await asyncio.Event().wait()  # whoever asked stays until the end
        read.append(True)
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: dict[str, Any]) -> None:
        sent.append(dict(message))

    await app(scope, receive, send)
    start = sent[0]
    return Said(
        status=start["status"],
        headers={k.decode(): v.decode() for k, v in start["headers"]},
        body=b"".join(part.get("body", b"") for part in sent[1:]),
    )
