"""Household: house, bus, trust, rollout and reports put together from a folder. No Qt."""

from __future__ import annotations

import contextlib
import re
import socket
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Self

from desktop import commands, mail, policy, settings, weeks
from desktop.door import socket_path
from desktop.links import Links
from desktop.secrets import SECRETS, keep_in_file, keep_in_keyring
from desktop.settings import MakerSettings
from desktop.wire import COMMANDS
from feedback import outbox
from feedback.outbox import Feedback
from firmware import durable, steps
from firmware.catalogue import Circumstances
from firmware.effects import Doors
from firmware.runner import Runner
from firmware.serve import FileServer, ServeError
from firmware.stage import Stage
from firmware.trust import Maker, Trust, TrustError, check_root
from fleet import brokers, house
from fleet.brokers import BrokerSettings
from fleet.client import Client, LocalClient, SocketServer
from fleet.dialects import ALL
from fleet.errors import BrokerError, CommandError, StoreError
from fleet.house import House
from fleet.model import (
    Actor,
    BrokerState,
    Connection,
    Message,
    Publish,
    UpdateEvent,
)
from fleet.registry import Registry
from fleet.store import HouseLock, Store
from fleet.trace import Direction, Trace

REQUESTS = "orangery/v1/dev/+/fw/req"
"""Where devices without HTTP ask for pieces of firmware (docs/protocol.md)."""

_POOL_THREADS = 4
_HEARD = 200  # messages of a device
_REGION = re.compile(r"([A-Z]{2})?")
_MAKER = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")  # a maker's name is a file's name too


class Household:
    """The house in `folder`: `with` opens it, connects, and closes it again.

    Raises StoreError: house_locked, store_corrupt, store_newer, store_unwritable, disk_full,
    settings_unreadable. A broker, mirror or hub that cannot be reached is a fact, not an error.
    """

    def __init__(self, folder: Path, *, lock: HouseLock | None = None) -> None:
        """`lock`: of this folder, where it is held already; it is released with the rest."""
        self.folder = folder
        self._lock = lock or HouseLock(folder)
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        with ExitStack() as stack:
            self._open(stack)
            self._stack = stack.pop_all()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stack.close()

    @property
    def client(self) -> Client:
        """The face of this house, in this process."""
        return self._client

    def _open(self, stack: ExitStack) -> None:
        """Open from the bottom up; what is pushed here closes in the reverse order.

        So nothing new is begun first, then serving and pool end, the house drains and commits, and
        the buses go last.
        """
        stack.enter_context(self._lock)
        self.settings = settings.load(self.folder)
        if self.settings.secrets_in_file:
            keep_in_file(self.folder / SECRETS)
        self._known = brokers.load(self.folder)
        self._rootless: dict[str, StoreError] = {}
        store = stack.enter_context(Store.open(self.folder / "house.sqlite", house.MIGRATIONS))
        self._trust = Trust(self.folder / "trust", self._makers())
        stack.callback(self._trust.close)
        self._stage = Stage(self.folder / "stage", self.settings.stage_limit)
        self._server = self._started_server()
        stack.callback(self._server.stop)
        self._house = House(
            registry=Registry(ALL),
            trace=Trace(),
            store=store,
            on_filters=lambda news: self._links.subscribe(news),  # noqa: PLW0108 - not made yet
        )
        self._links = Links(
            hear=self._house.post,
            tell=lambda state: self._house.tell({"connection": {state.broker: state}}),
            direct=[(REQUESTS, self._server.on_request)],
        )
        stack.callback(self._links.stop)
        stack.callback(self._house.stop)
        self._pool = ThreadPoolExecutor(_POOL_THREADS, thread_name_prefix="pool")
        stack.callback(self._pool.shutdown, cancel_futures=True)
        self._add_parts(stack)
        self._house.start()
        self._links.subscribe(self._house.filters())
        self._client: Client = LocalClient(self._house)
        server = SocketServer(self._house, socket_path(self.folder), COMMANDS)
        stack.callback(server.close)
        for known in self._known:
            self._connect(known)

    def _add_parts(self, stack: ExitStack) -> None:
        """Give the house its parts, in the order in which a turn asks them."""
        kept = Store.open(self.folder / "rollout.sqlite", steps.MIGRATIONS, durable=True)
        stack.enter_context(kept)
        said = Store.open(self.folder / "reports.sqlite", outbox.MIGRATIONS, durable=True)
        stack.enter_context(said)
        self._weeks = weeks.Weeks(
            self._house,
            self._trust,
            self._stage,
            self._pool,
            check_every_s=self.settings.check_every_s,
            circumstances=lambda: self._runner.circumstances(),  # noqa: PLW0108 - not made yet
        )
        self._house.add(self._weeks)
        self._runner = Runner(
            kept,
            dialects=ALL,
            doors=Doors(
                trust=self._trust,
                stage=self._stage,
                server=self._server,
                publish=self._links.publish,
                sent=self._sent,
                pool=self._pool,
                weeks=self._weeks.current,
                makers=lambda: [maker.name for maker in self._trust.makers],
                heard=self._heard_of,
                circumstances=lambda: Circumstances(region=self.settings.region),
            ),
            plan=self.settings.plan,
        )
        self._runner.join(self._house)
        post = mail.Mail(self._house, self._pool, self._runner, self._weeks.arrived)
        feedback = Feedback(said, launch=post.launch, every_s=self.settings.sync_every_s)
        post.serve(feedback)
        self._house.add(post)
        feedback.attach(self._house)
        self._house.handle(commands.History, "admin", self._history)
        self._house.handle(commands.VerifyHistory, "admin", self._verify_history)
        self._house.handle(commands.SetPlan, "admin", self._set_plan)
        self._house.handle(commands.SetBroker, "admin", self._set_broker)
        self._house.handle(commands.AddMaker, "admin", self._add_maker)
        self._house.handle(commands.SetChannel, "admin", self._set_channel)
        self._house.handle(commands.KeepSecrets, "admin", self._keep_secrets)
        self._house.handle(commands.SetLook, "admin", self._set_look)
        self._house.handle(commands.SetRegion, "admin", self._set_region)
        self._house.handle(commands.SetReleaseFolder, "admin", self._set_release_folder)
        for maker in self._trust.makers:
            self._weeks.know(maker.name)
        for name, error in self._rootless.items():
            self._weeks.refuse(name, error)
        self._tell_channels()
        self._tell_chosen()

    def _heard_of(self, device: str) -> list[tuple[float, str]]:
        """What a device said of late, live: for what it is held against after its update."""
        kept = self._house.trace.last(device, _HEARD)
        return [
            (one.at, one.topic) for one in kept if one.direction is Direction.IN and not one.retain
        ]

    def _sent(self, device: str, broker: str, step: Publish) -> None:
        """Keep what was published for a device beside what it said, for inspector and evidence."""
        message = Message(
            broker=broker,
            topic=step.topic,
            payload=step.payload,
            retain=step.retain,
            at=time.time(),
        )
        self._house.trace.keep(message, (device,), Direction.OUT)

    def _connect(self, known: BrokerSettings) -> None:
        """Connect; a password that cannot be had is a fact of the connection, not an error."""
        try:
            word = brokers.password(known)
        except BrokerError as error:
            refused = Connection(
                broker=known.name,
                state=BrokerState.REFUSED,
                address=f"{known.host}:{known.port}",
                error=error.code,
                fact=", ".join(error.facts.values()),
                since=time.time(),
            )
            self._house.tell({"connection": {known.name: refused}})
        else:
            self._links.use(known, word)

    # --- commands, in the house thread -----------------------------------------------------------

    def _history(self, command: commands.History, _actor: Actor) -> tuple[UpdateEvent, ...]:
        return tuple(self._runner.events(command.device or None))

    def _verify_history(
        self, _command: commands.VerifyHistory, _actor: Actor
    ) -> commands.VerifiedHistory:
        found = self._runner.verify()
        return commands.VerifiedHistory(rows=found.rows, broken_at=found.broken_at)

    def _set_plan(self, command: commands.SetPlan, _actor: Actor) -> None:
        policy.check(command.plan)
        self._choose(plan=command.plan)
        self._runner.use(command.plan)
        self._tell_chosen()

    def _set_broker(self, command: commands.SetBroker, _actor: Actor) -> None:
        """Keep the password, then the settings, then connect; nothing where one cannot be kept."""
        chosen = BrokerSettings(
            host=command.host,
            port=command.port,
            user=command.user,
            protocol=command.protocol,
            tls=command.tls,
            ca_file=command.ca_file,
        )
        secret = command.password
        if chosen.user and secret:
            brokers.keep_password(chosen, secret)
        elif chosen.user:
            with contextlib.suppress(BrokerError):  # none is kept, or there is nowhere to keep one
                secret = brokers.password(chosen)
        brokers.save(self.folder, [chosen])
        self._known = (chosen,)
        self._links.use(chosen, secret)

    def _add_maker(self, command: commands.AddMaker, _actor: Actor) -> None:
        """Pin the root, then keep the settings; nothing is changed where the root is none."""
        if not _MAKER.fullmatch(command.name):
            raise CommandError("maker_name_bad", name=command.name)
        chosen = MakerSettings(name=command.name, urls=command.urls, channel=command.channel)
        maker = _maker(chosen, command.root.encode())
        check_root(maker.root)
        durable.write(self._root_file(maker.name), maker.root)
        self._trust.add(maker)
        self._rootless.pop(maker.name, None)
        others = tuple(one for one in self.settings.makers if one.name != command.name)
        self._choose(makers=(*others, chosen))
        self._weeks.know(command.name)
        self._tell_channels()

    def _set_channel(self, command: commands.SetChannel, _actor: Actor) -> None:
        """Keep the choice, let go of the other train's week, and look for this one's."""
        name = self._weeks.named(command.maker)
        known = next((one for one in self._trust.makers if one.name == name), None)
        if known is None:
            raise TrustError("maker_unknown", maker=name)
        self._choose(
            makers=tuple(
                replace(one, channel=command.channel) if one.name == name else one
                for one in self.settings.makers
            )
        )
        self._trust.add(replace(known, channel=command.channel))
        self._weeks.know(name)
        self._tell_channels()
        self._weeks.look(name)

    def _tell_channels(self) -> None:
        chosen = {
            one.name: commands.SetChannel(maker=one.name, channel=one.channel)
            for one in self.settings.makers
        }
        self._house.tell({"channel": chosen})

    def _keep_secrets(self, command: commands.KeepSecrets, _actor: Actor) -> None:
        file = self.folder / SECRETS
        if command.in_file:
            keep_in_file(file)
        else:
            keep_in_keyring(file)
        self._choose(secrets_in_file=command.in_file)

    def _set_look(self, command: commands.SetLook, _actor: Actor) -> None:
        self._choose(language=command.language, theme=command.theme)
        self._tell_chosen()

    def _set_region(self, command: commands.SetRegion, _actor: Actor) -> None:
        region = command.region.strip().upper()
        if not _REGION.fullmatch(region):
            raise CommandError("region_bad", region=command.region)
        self._choose(region=region)
        self._tell_chosen()

    def _set_release_folder(self, command: commands.SetReleaseFolder, _actor: Actor) -> None:
        self._choose(release_folder=command.folder)
        self._tell_chosen()

    def _tell_chosen(self) -> None:
        chosen = commands.SetLook(language=self.settings.language, theme=self.settings.theme)
        release = commands.SetReleaseFolder(folder=self.settings.release_folder)
        region = commands.SetRegion(region=self.settings.region)
        self._house.tell(
            {
                "look": {"window": chosen},
                "release": {"folder": release},
                "region": {"home": region},
                "plan": {"house": self.settings.plan},
            }
        )

    def _choose(self, **chosen: object) -> None:
        changed = replace(self.settings, **chosen)  # type: ignore[arg-type]
        settings.save(self.folder, changed)
        self.settings = changed

    # --- what it is made of ----------------------------------------------------------------------

    def _makers(self) -> tuple[Maker, ...]:
        """The makers whose root can be read; of the others only why not."""
        found = []
        for one in self.settings.makers:
            try:
                found.append(_maker(one, self._root_of(one.name)))
            except StoreError as error:
                self._rootless[one.name] = error
        return tuple(found)

    def _root_file(self, maker: str) -> Path:
        return self.folder / "makers" / f"{maker}.root.json"

    def _root_of(self, maker: str) -> bytes:
        try:
            root = self._root_file(maker).read_bytes()
            check_root(root)
        except OSError as error:
            raise StoreError("root_missing", maker=maker, fact=error.strerror or error) from error
        except TrustError as error:
            raise StoreError("root_missing", maker=maker, fact=error.facts["why"]) from error
        return root

    def _started_server(self) -> FileServer:
        """Serve where we served before, so that a device goes on after a restart of ours."""
        kept = self.folder / "serve.port"
        before = kept.read_text(errors="replace").strip() if kept.exists() else ""
        host = self._serve_host()
        try:
            server = FileServer(host, int(before) if before.isdecimal() else 0)
            server.start()
        except ServeError:
            server = FileServer(host)
            server.start()
        durable.write(kept, str(server.port).encode())
        return server

    def _serve_host(self) -> str:
        """The address that devices fetch from: the one that faces the broker, unless it is said."""
        if self.settings.serve_host or not self._known:
            return self.settings.serve_host or "127.0.0.1"
        return facing(self._known[0].host)


def _maker(chosen: MakerSettings, root: bytes) -> Maker:
    """Return what Trust knows of a maker: its mirrors in their order, and the train we ride."""
    url, *more = chosen.urls or ("",)
    return Maker(name=chosen.name, root=root, url=url, more=tuple(more), channel=chosen.channel)


def facing(host: str) -> str:
    """Return our own address on the way to `host`; loopback where there is none."""
    try:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            probe.connect((host, 9))  # nothing is sent: it only asks the routing table
            return str(probe.getsockname()[0])
    except OSError:
        return "127.0.0.1"
