"""A house in a process of its own that serves one staged image to many devices.

`python -m benchmarks.serving_house FOLDER SIZE DEVICES PORT` (of a broker) publishes a week, stages
its image as the program does, grants it to each device, and says in a line of JSON where it may be
fetched. It ends when its input does.
"""

from __future__ import annotations

import json
import os
import sys
import threading
from pathlib import Path

from benchmarks import staging
from firmware.serve import FileServer
from firmware.stage import Stage, StagedFile
from firmware.trust import Maker, Trust
from fleet.brokers import BrokerSettings
from fleet.bus import Bus
from fleet.model import BrokerState, Connection

PREFIX = "orangery/v1/dev/bench"
_LIMIT_S = 20.0


def main(folder: Path, size: int, devices: int, port: int) -> None:
    released = staging.release(folder, size)
    staged, files = _staged(released, folder)
    server = FileServer()
    server.start()
    bus = _connected(port, server)
    try:
        grants = [
            server.offer(staged, files, ttl=3600.0, prefix=f"{PREFIX}-{number}")
            for number in range(devices)
        ]
        folder_of, _, name = staged.target.path.rpartition("/")
        said = {
            "pid": os.getpid(),
            "image": str(released.image),
            "size": staged.target.size,
            "sha256": staged.target.sha256,
            "file": f"targets/{folder_of}/{staged.target.sha256}.{name}",
            "urls": [grant.url for grant in grants],
            "transfers": [grant.transfer for grant in grants],
        }
        print(json.dumps(said), flush=True)
        sys.stdin.read()
    finally:
        bus.stop()
        server.stop()


def _staged(released: staging.Released, folder: Path) -> tuple[StagedFile, dict[str, bytes]]:
    maker = Maker(name=staging.MAKER, root=released.root, url=str(released.mirror))
    trust = Trust(folder / "trust", [maker])
    try:
        (target,) = trust.refresh(staging.MAKER).targets
        staged = Stage(folder / "stage").fetch(trust, staging.MAKER, target)
        return staged, dict(trust.mirror_files(staging.MAKER))
    finally:
        trust.close()


def _connected(port: int, server: FileServer) -> Bus:
    up = threading.Event()

    def said(connection: Connection) -> None:
        if connection.state is BrokerState.CONNECTED:
            up.set()

    bus = Bus(
        BrokerSettings(name="bench", host="127.0.0.1", port=port),
        on_message=lambda _: None,
        on_state=said,
    )
    bus.start()
    if not up.wait(_LIMIT_S):
        raise TimeoutError("the bus does not connect")
    bus.direct(
        "orangery/v1/dev/+/fw/req",
        lambda message: server.on_request(message, bus.publish, bus.largest),
    )
    bus.probe(_LIMIT_S)  # what was subscribed before it stands too
    return bus


if __name__ == "__main__":
    main(Path(sys.argv[1]), *(int(word) for word in sys.argv[2:5]))
