"""One device of each kind, and how its update ends, whatever becomes of it.

A kind is one entry of KINDS: how its device is plugged in, the firmware that suits it, and in
`ends` what a person is told where that is not the usual (ENDS).
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from desktop.demo.images import make_org1
from desktop.demo.simulated.common import Timings, Trouble
from desktop.demo.simulated.homeassistant import HomeAssistantDevice, Identity
from desktop.demo.simulated.tasmota import TasmotaPlug, demo_image
from desktop.demo.wires import PluggedIn, Simulated
from firmware.agent import Agent, Body, Habits
from firmware.agent_offer import Me
from firmware.agent_slots import Header, Slots
from fleet.brokers import BrokerSettings
from fleet.bus import Bus
from fleet.model import UpdateState as S

QUICK = Timings(reading=0.3, transfer=0.2, reboot=0.6, fetch_limit=5)
NEVER_S = 600.0

End = tuple[S, str]
ENDS: Mapping[Trouble, End] = {
    Trouble.NONE: (S.DONE, ""),
    Trouble.REFUSES: (S.FAILED, "device_failed"),
    Trouble.SILENT: (S.SILENT, "not_back"),
    Trouble.OLD_VERSION: (S.ROLLED_BACK, "old_version"),
    Trouble.OTHER_VERSION: (S.FAILED, "other_version"),
    Trouble.POWER_CUT: (S.ROLLED_BACK, "old_version"),
}
"""How an update usually ends under each trouble: state and reason."""


@dataclass(frozen=True, kw_only=True)
class There:
    """What a device needs of the world it is plugged into."""

    port: int  # of the broker
    trouble: Trouble
    folder: Path  # for what it keeps
    root: bytes  # of its maker


@dataclass(frozen=True, kw_only=True)
class Kind:
    """Devices of one dialect, and what becomes of theirs."""

    plugged: Callable[[There], AbstractContextManager[object]]
    name: str  # of the device
    vendor: str
    model: str
    before: str
    after: str
    file: str = ""  # what the week's file is called; "": its own maker's update
    image: bytes = b""
    way: str = "url"
    http: bool = False  # only where the household allows it
    ends: Mapping[Trouble, End | None] = field(default_factory=dict)  # None: cannot be

    def end(self, trouble: Trouble) -> End:
        end = self.ends.get(trouble, ENDS[trouble])
        if end is None:
            pytest.skip("cannot happen to a device of this kind")
        return end


def simulated(make: Callable[[], Simulated]) -> Callable[[There], AbstractContextManager[object]]:
    """Plug a simulated device in, which meets the trouble at its next update."""

    @contextmanager
    def plugged(there: There) -> Iterator[object]:
        device = make()
        if there.trouble and not hasattr(device, "trouble"):
            pytest.skip("its simulator knows no trouble yet")
        device.trouble = there.trouble  # type: ignore[attr-defined]
        plug = PluggedIn(device, BrokerSettings(host="127.0.0.1", port=there.port))
        try:
            yield device
        finally:
            plug.stop()

    return plugged


class PowerCut(BaseException):
    """The end of a device's process."""


@contextmanager
def reference(there: There) -> Iterator[object]:
    """Our own reference device, all of it, in a thread; after a power cut it boots again."""
    slots = Slots(there.folder / "agent")
    slots.found(Header(vendor="Acme", model="Lamp", version="1.0", counter=1))
    cut, over = threading.Event(), threading.Event()
    agents: list[Agent] = []

    def tried(booted, hardware):
        if there.trouble is Trouble.POWER_CUT and not cut.is_set():
            cut.set()
            raise PowerCut
        return "self test" if there.trouble is Trouble.OLD_VERSION else ""

    refuses = there.trouble is Trouble.REFUSES
    body = Body(ready=lambda: "too_hot" if refuses else "", unwell=tried)

    def line(agent: Agent) -> Bus:
        settings = BrokerSettings(host="127.0.0.1", port=there.port)
        return Bus(settings, on_message=agent.on_message, on_state=agent.on_state, will=agent.will)

    def live() -> None:
        while not over.is_set():
            silent = there.trouble is Trouble.SILENT
            habits = Habits(boot_s=NEVER_S if silent else 0.3, patience_s=5, retry_s=0.1)
            me = Me(id="lamp", vendor="Acme", model="Lamp", hardware="A", name="Hall lamp")
            agents.append(
                Agent(me, Slots(there.folder / "agent"), there.root, connect=line, habits=habits,
                      body=body)
            )  # fmt: skip
            try:
                agents[-1].run()
            except PowerCut:
                over.wait(0.3)

    thread = threading.Thread(target=live)
    thread.start()
    try:
        yield None
    finally:
        over.set()
        agents[-1].stop()
        thread.join()


NATIVE = Kind(
    plugged=reference,
    name="Hall lamp",
    vendor="Acme",
    model="Lamp",
    before="1.0",
    after="2.0",
    file="lamp.bin",
    image=make_org1(vendor="Acme", model="Lamp", version="2.0", counter=2),
    ends={
        Trouble.REFUSES: (S.FAILED, "device_refused"),
        Trouble.OLD_VERSION: (S.ROLLED_BACK, "device_rolled_back"),
        Trouble.OTHER_VERSION: None,  # it boots what was signed, or what it had
        Trouble.POWER_CUT: (S.DONE, ""),  # it tries the new slot once more
    },
)
TASMOTA = Kind(
    plugged=simulated(
        lambda: TasmotaPlug(topic="plug", mac="02005E00007F", name="Hall plug", timings=QUICK)
    ),
    name="Hall plug",
    vendor="Tasmota",
    model="Sonoff Basic",
    before="14.2.0",
    after="14.4.1",
    file="plug.bin",
    image=demo_image("14.4.1"),
)
HOME_ASSISTANT = Kind(
    plugged=simulated(
        lambda: HomeAssistantDevice(
            Identity(id="cam", name="Porch camera", vendor="Ezvio", model="CAM-4", version="1.0"),
            latest="2.0",
            timings=QUICK,
        )
    ),
    name="Porch camera",
    vendor="Ezvio",
    model="CAM-4",
    before="1.0",
    after="2.0",
    way="own",
    ends={Trouble.REFUSES: (S.SILENT, "no_answer")},  # its dialect has no word for a no
)

KINDS: Mapping[str, Kind] = {
    "native": NATIVE,
    "tasmota": TASMOTA,
    "homeassistant": HOME_ASSISTANT,
}
"""One line a dialect that brings an update to its devices."""
