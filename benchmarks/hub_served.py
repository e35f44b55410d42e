"""Signed requests to the hub's own process, and the memory it takes."""

from __future__ import annotations

import secrets
import time
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import msgspec
import urllib3
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from benchmarks import storm
from benchmarks.measure import Figure
from feedback import signature, sync
from feedback.wire import Op, OpKind, Push, PushAnswer
from tests.hub.running import RunningHub

GOAL_RATE = 0.15  # of requests that say only who the hub is
GOAL_MEMORY = 1.0  # of 80 MB
_MB = 80.0
_HOUSES = 8


def run(folder: Path, *, short: bool) -> list[Figure]:
    """Push one report a request from eight houses at once, each request signed."""
    count = 5 if short else 250
    hub = RunningHub(folder)
    try:
        hub.start()
        houses = [House(hub) for _ in range(_HOUSES)]
        with ThreadPoolExecutor(_HOUSES) as pool:
            plain = _at_once(pool, [house.ask for house in houses], count)
            signed = _at_once(pool, [house.push for house in houses], count)
        assert hub.process is not None
        memory = resident(hub.process.pid)
    finally:
        hub.close()
    return [
        Figure(
            what="signed requests, a report each",
            unit="/s",
            ours=signed,
            reference="who are you",
            theirs=plain,
            goal=GOAL_RATE,
            more_is_better=True,
        ),
        Figure(
            what="memory of the served hub",
            unit="MB",
            ours=memory,
            reference="at most",
            theirs=_MB,
            goal=GOAL_MEMORY,
            more_is_better=False,
        ),
    ]


class House:
    """A member with a key, that speaks to a hub over HTTP."""

    def __init__(self, hub: RunningHub) -> None:
        self._url = hub.url
        self._pool = urllib3.PoolManager(maxsize=1)
        self._box, self._seq = str(uuid.uuid4()), 0
        self._key = Ed25519PrivateKey.generate()
        outbox = sync.Outbox(
            hub_url=hub.url,
            key="bench",
            outbox_id=self._box,
            code=hub.invite(),
            name="bench",
        )
        found = sync.run(outbox, clock=time.time, find_key=lambda _name: self._key)
        if found.error is not None:
            raise found.error

    def ask(self) -> None:
        """Ask who the hub is, without saying who asks."""
        self._pool.request("GET", f"{self._url}/v1/hub")

    def push(self) -> None:
        """Push one report, signed."""
        self._seq += 1
        made = time.time()
        meeting = storm.Meeting(made, "bench", "lamp", "battery_drain", "1.2.0")
        op = Op(
            seq=self._seq,
            op_id=str(uuid.uuid4()),
            kind=OpKind.REPORT,
            made=made,
            body=msgspec.Raw(storm.report(meeting)),
        )
        body = msgspec.json.encode(Push(v=1, outbox_id=self._box, ops=(op,)))
        asked = signature.Request(method="POST", path="/v1/sync/push", body=body, outbox=self._box)
        headers = signature.sign(
            asked, self._key, created=time.time(), nonce=secrets.token_urlsafe(18)
        )
        headers["content-type"] = "application/json"
        url = f"{self._url}/v1/sync/push"
        answer = self._pool.request("POST", url, body=body, headers=headers)
        said = msgspec.json.decode(answer.data, type=PushAnswer)
        if said.acked != self._seq:
            raise RuntimeError("the hub did not take a report")


def resident(pid: int) -> float:
    """Memory of a process that is its own or shared, in MB."""
    lines = Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines()
    found = next(line for line in lines if line.startswith("VmRSS"))
    return int(found.split()[1]) / 1024


def _at_once(pool: ThreadPoolExecutor, actions: list[Callable[[], None]], count: int) -> float:
    begin = time.perf_counter()

    def repeat(action: Callable[[], None]) -> None:
        for _ in range(count):
            action()

    for done in [pool.submit(repeat, action) for action in actions]:
        done.result()
    return len(actions) * count / (time.perf_counter() - begin)
