"""Household: house, bus, trust, rollout and reports put together from a folder. No Qt."""

from __future__ import annotations

import ipaddress
import secrets
import socket
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import TracebackType
from typing import Self

import platformdirs

import fleet.commands
from desktop import commands, secrets as own_secrets, settings
from desktop.door import socket_path
from desktop.links import Links
from desktop.mail import Mail
from desktop.settings import MakerSettings, Settings
from desktop.weeks import Weeks
from feedback import outbox
from feedback.report import Membership, Report
from firmware import runner
from firmware.release import Fit, Misfit, Week
from firmware.runner import Runner
from firmware.serve import FileServer
from firmware.stage import Stage
from firmware.trust import Maker, Standing, Trust
from fleet import brokers
from fleet.client import Client, LocalClient, SocketServer
from fleet.dialects import ALL
from fleet.house import House
from fleet.model import Actor, Connection, Rollout, Update
from fleet.registry import Registry
from fleet.store import HouseLock, Store
from fleet.trace import Trace

COMMANDS: tuple[type, ...] = ()
FACTS: dict[str, object] = {
    "connection": Connection,
    "update": Update,
    "rollout": Rollout,
    "week": Week,
    "fit": Fit | Misfit,
    "trust": Standing,
    "report": Report,
    "member": Membership,
    "unknown": str,
}
"""Kind of fact -> type of its values: what crosses the local socket."""

_POOL_THREADS = 4
