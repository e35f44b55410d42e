"""What the Settings page asks of a household that the command line has ways of its own for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar


@dataclass(frozen=True, slots=True, kw_only=True)
class DataState:
    """Where a house keeps what it has, and how much that is; sizes in bytes."""

    folder: str
    sizes: Mapping[str, int] = field(default_factory=dict)  # part, as in settings_desk.PARTS
    free: int = 0  # on the disk it lies on
    in_file: bool = False  # secrets are in a file of the folder, not in the keyring
    keyring: str = ""  # the keyring's own name for itself


@dataclass(frozen=True, slots=True, kw_only=True)
class AskData:
    """Ask where the house keeps what it has. Result: DataState. StoreError("store_unreadable")."""

    ANSWER: ClassVar[type] = DataState


@dataclass(frozen=True, slots=True, kw_only=True)
class MadeBroker:
    """A broker of the home's own; `started`: systemd runs it, else `command` has to be."""

    name: str
    started: bool
    command: tuple[str, ...]
    authority: str = ""  # for devices, where TLS is spoken


@dataclass(frozen=True, slots=True, kw_only=True)
class MakeBroker:
    """Make a broker for a home that has none, and use it. Result: MadeBroker.

    `network`: our address on the home's network at which it listens too, with TLS; "": this
    computer alone. Raises what desktop/broker_service.py:install and AddBroker raise; then no
    broker is left behind.
    """

    ANSWER: ClassVar[type] = MadeBroker
    port: int = 1883
    network: str = ""
