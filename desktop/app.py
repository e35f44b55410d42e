"""Household: house, bus, trust, rollout and reports put together from a folder. No Qt."""

from __future__ import annotations

import contextlib
import secrets
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

from desktop import (
    commands,
    entities_mqtt,
    exchange_folders,
    logs,
    mail,
    program_desk,
    reach,
    weeks,
)
from desktop.acting import Acting
from desktop.agreement_desk import AgreementDesk
from desktop.attaching import Attaching
from desktop.broker_desk import BrokerDesk
from desktop.chosen import Chosen
from desktop.door import socket_path
from desktop.entities_mqtt import UpdateEntities
from desktop.heirs_desk import HeirsDesk
from desktop.known_here import KnownHere
from desktop.lan_devices import LanDevices
from desktop.links import Links
from desktop.listening import Listening
from desktop.makers import Makers
from desktop.members_desk import MembersDesk
from desktop.membership import AtTheHub
from desktop.night_mqtt import NightTopic
from desktop.plots import Plots
from desktop.program_desk import ProgramDesk
from desktop.recorder import Recorder
from desktop.selfupdate import renewal, returning
from desktop.sending import Sending
from desktop.settings_desk import SettingsDesk
from desktop.sharing import Home, Sharing
from desktop.surroundings import Surroundings
from desktop.upkeep import Upkeep
from desktop.version_questions import VersionQuestions
from desktop.welcome_desk import WelcomeDesk
from desktop.wire import COMMANDS
from feedback import outbox
from feedback.finding import Finding
from feedback.outbox import Feedback
from firmware import durable, steps
from firmware.catalogue import Circumstances
from firmware.effects import Doors
from firmware.near import Near
from firmware.runner import Runner
from firmware.scrub import Scrub
from firmware.serve import FileServer, ServeError
from firmware.stage import Stage
from firmware.trust import Trust
from fleet import brokers, history, house
from fleet.brokers import BrokerSettings
from fleet.client import Client, LocalClient, SocketServer
from fleet.dialects import ALL
from fleet.errors import BrokerError, StoreError
from fleet.house import House
from fleet.identity import called
from fleet.later import later
from fleet.model import Actor, Device, Message, UpdateEvent
from fleet.neighbours import is_local
from fleet.registry import Registry
from fleet.steps import Publish
from fleet.store import HouseLock, Store
from fleet.trace import Direction, Trace

if TYPE_CHECKING:
    from desktop import move_in
else:  # only where something was imported
    move_in = later("desktop.move_in")

REQUESTS = "orangery/v1/dev/+/fw/req"
"""Where devices without HTTP ask for pieces of firmware (docs/protocol.md)."""

_POOL_THREADS = 4
_HEARD = 200  # messages of a device


class Household:
    """The house in `folder`: `with` opens it, connects, and closes it again.

    Raises StoreError: house_locked, store_corrupt, store_newer, store_unwritable, disk_full,
    settings_unreadable. A broker, mirror or hub that cannot be reached is a fact, not an error.
    """

    def __init__(
        self,
        folder: Path,
        *,
        lock: HouseLock | None = None,
        restart: Callable[[], object] | None = None,
        attended: bool = True,
    ) -> None:
        """`lock`: of this folder, where it is held already; it is released with the rest.

        `restart`: has this process end in order and begin again, with what starts next; None: it
        cannot. `attended`: somebody looks at it, and says when.
        """
        self.folder = folder
        self._restart, self._attended = restart, attended
        if lock is None and exchange_folders.beside(folder):
            move_in.settle_quietly(folder)
        self._lock = lock or HouseLock(folder)
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        back = 0
        try:
            self._open_whole()
        except StoreError as error:
            if error.code != "store_newer" or not (back := returning.put_back(self.folder)):
                raise
            self._open_whole()
        returning.tell(self.folder, back)
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

    def alive(self, limit_s: float) -> bool:
        """Whether the house thread still takes what is left for it, within so many seconds."""
        try:
            self._house.announced().result(limit_s)
        except TimeoutError:
            return False
        return True

    def _open_whole(self) -> None:
        """All of it, or nothing."""
        with ExitStack() as stack:
            self._open(stack)
            self._stack = stack.pop_all()

    def _open(self, stack: ExitStack) -> None:
        """Open from the bottom up; what is pushed here closes in the reverse order.

        So nothing new is begun first, then serving and pool end, the house drains and commits, and
        the buses go last.
        """
        stack.enter_context(self._lock)
        self._chosen = Chosen(self.folder)
        self._brokers = BrokerDesk(self.folder)
        self._makers = Makers(self.folder)
        # Before the house, so that they close after its last turn.
        store = stack.enter_context(Store.open(self.folder / "house.sqlite", house.MIGRATIONS))
        kept = Store.open(self.folder / "rollout.sqlite", steps.MIGRATIONS, durable=True)
        stack.enter_context(kept)
        said = Store.open(self.folder / "reports.sqlite", outbox.MIGRATIONS, durable=True)
        stack.enter_context(said)
        self._open_firmware(stack)
        self._build_house(stack, store)
        self._add_parts(stack, kept, said)
        self._house.start()
        self._house.announced().result()  # what the parts know from before is in the first snapshot
        self._around.start()
        stack.callback(self._around.stop)
        self._links.subscribe(self._house.filters())
        self._client: Client = LocalClient(self._house)
        server = SocketServer(self._house, socket_path(self.folder), COMMANDS)
        stack.callback(server.close)
        self._agreement.start()
        self._brokers.connect()

    def _open_firmware(self, stack: ExitStack) -> None:
        """What is believed, what is staged, and who serves it."""
        near = Near(secrets.token_hex(8))
        self._trust = Trust(self.folder / "trust", self._makers.read(self._chosen.now), near=near)
        stack.callback(self._trust.close)
        self._stage = Stage(self.folder / "stage", self._chosen.now.stage_limit)
        self._scrub = Scrub(self._stage, self.folder / "stage" / "scrub.json")
        stack.callback(self._scrub.close)
        self._server = self._started_server()
        stack.callback(self._server.stop)

    def _build_house(self, stack: ExitStack, store: Store) -> None:
        """The house, its ways to the brokers and its pool; nothing of it runs yet."""
        self._values = stack.enter_context(history.History(self.folder / history.FILE))
        registry = self._registry = Registry(ALL)
        self._around = Surroundings(self.folder, registry, lease_s=self._chosen.now.lease_s)
        self._agreement = AgreementDesk(self.folder, self._around.places)
        stack.callback(self._agreement.close)
        self._house = House(
            registry=registry,
            trace=Trace(),
            store=store,
            on_filters=lambda news: self._links.subscribe(news),  # noqa: PLW0108 - not made yet
            on_ask=self._ask,
        )
        self._entities = UpdateEntities(
            lambda broker, step: self._links.publish(broker, step),  # noqa: PLW0108 - not made yet
            desktop=self._around.places.desktop,
            duties=self._around.leases,
            chosen=lambda: self._chosen.now,
            choose=lambda show: self._chosen.choose(show_updates=show),
            wills=lambda: self._links.will_anew(),  # noqa: PLW0108 - not made yet
        )
        self._links = Links(
            hear=self._house.post,
            tell=lambda state: self._house.tell({"connection": {state.broker: state}}),
            places=self._around.places,
            direct=[
                (REQUESTS, self._server.on_request),
                self._around.direct,
                self._agreement.direct,
                (entities_mqtt.TOPICS, self._entities.pressed),
                (entities_mqtt.STANDING, self._entities.stands),
            ],
            will=lambda: self._entities.will,
            sent=lambda broker, step: self._house.trace.sent(_message(broker, step), step.qos),
            beside=self._house.trace.beside,
        )
        stack.callback(self._links.stop)
        stack.callback(self._house.stop)
        self._pool = ThreadPoolExecutor(_POOL_THREADS, thread_name_prefix="pool")
        stack.callback(self._pool.shutdown, cancel_futures=True)
        self._around.join(self._house, self._links)
        self._members = MembersDesk(self.folder, self._pool)
        self._members.join(self._house)
        HeirsDesk(self.folder, self._pool, owner=self._members.begin_as).join(self._house)
        self._agreement.join(self._house, self._links, registry, self._chosen, self._pool)

    def _ask(self, broker: str, step: Publish) -> None:
        """Send a dialect's question; where that cannot be, it is asked another time."""
        with contextlib.suppress(BrokerError):
            self._links.publish(broker, step)

    def _add_parts(self, stack: ExitStack, kept: Store, said: Store) -> None:
        """Give the house its parts, in the order in which a turn asks them."""
        self._weeks = weeks.Weeks(
            self._house,
            self._trust,
            self._stage,
            self._pool,
            check_every_s=self._chosen.now.check_every_s,
            circumstances=lambda: self._runner.circumstances(),  # noqa: PLW0108 - not made yet
        )
        self._house.add(self._weeks)
        self._house.add(Upkeep(self._house, self._trust, self._stage, self._pool, self._scrub))
        self._sharing = Sharing(
            self._house,
            self._trust,
            self._stage,
            self._pool,
            self._network_of_home,
            on=self._chosen.now.share_at_home,
        )
        stack.callback(self._sharing.close)
        self._house.add(self._sharing)
        self._add_runner(kept)
        self._add_program(stack)
        about = mail.About(
            ride=self._weeks.ride,
            log=lambda: logs.excerpt(self.folder),
            private=self._private,
            known=lambda key: known.of(key),  # noqa: PLW0108 - not made yet
            recorded=lambda key: recorder.of(key),  # noqa: PLW0108 - not made yet
        )
        post = mail.Mail(self._house, self._pool, self._runner, self._weeks.arrived, about)
        feedback = Feedback(
            said,
            launch=post.launch,
            every_s=self._chosen.now.sync_every_s,
            facts=post.facts,
        )
        known = KnownHere(post.facts)
        known.join(self._house)
        recorder = Recorder(said, self._way_to)
        recorder.join(self._house)
        stack.callback(recorder.close)
        post.serve(feedback)
        self._house.add(post)
        self._house.add(self._values)
        feedback.attach(self._house)
        Attaching(self._house, self._pool, post.redactor, feedback.shelf)
        AtTheHub(self._house, self._pool)
        finding = Finding(self.folder)
        stack.callback(finding.close)
        finding.attach(self._house)
        self._add_answers(stack)

    def _add_answers(self, stack: ExitStack) -> None:
        """What takes people's word, and what speaks to devices and to others besides updates."""
        self._house.handle(commands.History, "admin", self._history)
        self._house.handle(commands.VerifyHistory, "admin", self._verify_history)
        self._brokers.join(self._house, self._links, self._pool)
        WelcomeDesk().join(self._house, self._pool)
        SettingsDesk(self.folder, self._house, self._pool)
        self._chosen.join(
            self._house,
            use=self._runner.use,
            share=lambda on: self._sharing.want(on=on),
        )
        self._makers.join(
            self._house,
            self._trust,
            self._weeks,
            self._pool,
            chosen=lambda: self._chosen.now.makers,
            choose=lambda makers: self._chosen.choose(makers=makers),
        )
        lan = LanDevices(
            self._house.observe,
            self._pool,
            allowed=lambda: self._chosen.now.lan_http,
            host=lambda: home.host if (home := self._network_of_home()) else "",
        )
        stack.callback(lan.close)
        self._house.add(lan)
        self._house.add(VersionQuestions(self._runner.ask, http=lambda: self._chosen.now.lan_http))
        Acting(ALL, self._links.publish, self._sent).join(self._house)
        Listening(self._house.trace, self._registry.read).join(self._house)
        Sending(
            self._house.trace, self._links.publish, self._sent, lambda: self._links.connected
        ).join(self._house)
        Plots(self._pool, self.folder / history.FILE).join(self._house)
        self._entities.join(self._house)
        stack.callback(self._entities.leave)
        NightTopic(
            self._links.publish,
            home=lambda: self._around.places.home[:12],
            chosen=lambda: self._chosen.now,
            choose=lambda tell: self._chosen.choose(tell_over_mqtt=tell),
        ).join(self._house)

    def _add_runner(self, kept: Store) -> None:
        """The part that updates devices, with the doors to everything it acts through."""
        self._runner = Runner(
            kept,
            dialects=ALL,
            doors=Doors(
                trust=self._trust,
                stage=self._stage,
                server=self._server,
                publish=self._links.publish,
                largest=self._links.largest,
                sent=self._sent,
                pool=self._pool,
                weeks=self._weeks.current,
                outside=self._around.outside,
                wants=self._around.leases.wants,
                busy=self._around.busy,
                makers=lambda: [maker.name for maker in self._trust.makers],
                heard=self._heard_of,
                circumstances=lambda: Circumstances(
                    region=self._chosen.now.region, http=self._chosen.now.lan_http
                ),
                host=self._serve_host,
                mistake=lambda device, host: reach.mistake(device, host, here=self._links.here),
                lan_http=lambda: self._chosen.now.lan_http,
                loopback=lambda: reach.is_loopback(self._chosen.now.serve_host),
                observe=self._house.observe,
            ),
            plan=self._chosen.now.plan,
        )
        self._runner.join(self._house)

    def _add_program(self, stack: ExitStack) -> None:
        """What keeps this program itself fresh."""
        program = ProgramDesk(
            renewal.of_this_program(),
            self._pool,
            program_desk.Doors(
                metered=lambda: self._around.metered,
                writing=lambda: self._around.writing,
                plan=lambda: self._chosen.now.plan,
                restart=self._restart,
                by_itself=not self._attended,
            ),
        )
        program.join(self._house)
        stack.callback(program.close)

    def _heard_of(self, device: str) -> list[tuple[float, str]]:
        """What a device said of late, live: for what it is held against after its update."""
        kept = self._house.trace.last(device, _HEARD)
        return [
            (one.at, one.topic) for one in kept if one.direction is Direction.IN and not one.retain
        ]

    def _sent(self, device: str, broker: str, step: Publish) -> None:
        """Keep what was published for a device beside what it said, for inspector and evidence."""
        self._house.trace.keep(_message(broker, step), (device,), Direction.OUT)

    # --- commands, in the house thread -----------------------------------------------------------

    def _history(self, command: commands.History, _actor: Actor) -> tuple[UpdateEvent, ...]:
        return tuple(self._runner.events(command.device or None))

    def _verify_history(
        self, _command: commands.VerifyHistory, _actor: Actor
    ) -> commands.VerifiedHistory:
        found = self._runner.verify()
        return commands.VerifiedHistory(rows=found.rows, broken_at=found.broken_at)

    # --- what it is made of ----------------------------------------------------------------------

    def _started_server(self) -> FileServer:
        """Serve where we served before, so that a device goes on after a restart of ours."""
        kept = self.folder / "serve.port"
        before = kept.read_text(errors="replace").strip() if kept.exists() else ""
        host, limits = self._chosen.now.serve_host or "127.0.0.1", self._chosen.now.serve_limits
        try:
            server = FileServer(host, int(before) if before.isdecimal() else 0, limits=limits)
            server.start()
        except (ServeError, OverflowError):  # taken, or no port
            server = FileServer(host, limits=limits)
            server.start()
        durable.write(kept, str(server.port).encode())
        return server

    def _way_to(self, broker: str) -> tuple[BrokerSettings, str] | None:
        """The settings and password of a broker of this home, while we are connected to it."""
        if broker not in self._links.connected:
            return None
        settings = self._brokers.named(broker)
        return settings, brokers.password(settings)

    def _private(self) -> dict[str, str]:
        """What of this home no device shows, and is for no others: brokers, folder, old names."""
        known = {one.host: "host" for one in self._brokers.known}
        known |= {one.user: "user" for one in self._brokers.known}
        records = filter(None, map(self._registry.record, self._registry.devices))
        before = {name: "name" for record in records for name in called(record) if name}
        return {**before, **known, str(self.folder): "folder"}

    def _serve_host(self, device: Device) -> str:
        """Return the address of ours that this device reaches, unless it is said."""
        if self._chosen.now.serve_host:
            return self._chosen.now.serve_host
        hosts = [one.host for one in self._brokers.known]
        return reach.address_for(device, here=self._links.here, brokers=hosts)

    def _network_of_home(self) -> Home | None:
        """Where this home's network is; None while none of its brokers is connected."""
        up = [one for one in self._brokers.known if one.name in self._links.connected]
        if not up:
            return None
        host = self._chosen.now.serve_host or reach.facing(up[0].host)
        return Home(host=host, mark=self._around.places.home) if is_local(host) else None


def _message(broker: str, step: Publish) -> Message:
    return Message(
        broker=broker, topic=step.topic, payload=step.payload, retain=step.retain, at=time.time()
    )
