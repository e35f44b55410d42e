"""A verified file as one MQTT message: what a `PublishFile` becomes when it is sent."""

from __future__ import annotations

import hashlib

from firmware.stage import StagedFile
from fleet.steps import Publish, PublishFile, Refusal

_AROUND = 256  # bytes of a packet that are not the file: topic and properties


def message_of(step: PublishFile, staged: StagedFile | None, largest: int) -> Publish | Refusal:
    """Return the message that brings the file; why there is none else.

    `largest`: bytes of the largest packet that its broker takes, 0 for any. Reads all of it: such
    files are those of small devices, a megabyte at most.
    """
    if staged is None:
        return Refusal("no_way_to_install")
    if largest and staged.target.size + len(step.topic.encode()) + _AROUND > largest:
        return Refusal("broker_packet_limit", f"{largest / 1024:.0f} KiB")
    try:
        data = staged.path.read_bytes()
    except OSError as error:
        return Refusal("fault", str(error))
    if not staged.intact():
        return Refusal("fault", "the file changed on the disk")
    name = hashlib.md5(data, usedforsecurity=False).hexdigest()  # their protocol's, verified before
    return Publish(topic=f"{step.topic}{name}", payload=data, qos=step.qos)
