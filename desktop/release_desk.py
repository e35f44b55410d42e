"""A maker's release folder as the window works with it: one look, and each deed in a thread.

Private keys never come here: firmware/keys.py uses them in a child process that exits.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from desktop import language
from firmware import bundle, checks, exchange, keys, simulate
from firmware.changes import Change
from firmware.deltas import Advice
from firmware.draft import Image
from firmware.exchange import Taken
from firmware.findings import Finding
from firmware.gates import Looked
from firmware.publish import Publisher, Status
from firmware.release import Channel, Known, Ring
from firmware.simulate import Simulation
from firmware.staff import Setup

T = TypeVar("T")

_ONE = threading.Lock()
"""A release folder bears one deed at a time, also while a page and its successor both live."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """One look at a release folder, all of it worked out anew."""

    folder: Path
    setup: Setup
    status: Status
    changes: tuple[Change, ...]
    findings: tuple[Finding, ...]
    stopping: tuple[Finding, ...]  # those that nobody answers for
    published: tuple[Image, ...]  # every image of every week so far
    missing_images: tuple[str, ...]  # paths of the open week whose bytes are not here
    weeks: tuple[tuple[Channel, str], ...]  # what is published, by channel
    now: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Simulated:
    """A simulation and the digest that is signed with the week."""

    found: Simulation
    digest: str


class ReleaseDesk:
    """One folder; deeds happen one after the other, each answers with a new look.

    The futures raise PublishError, TrustError or StoreError; then nothing was changed.
    """

    def __init__(self, folder: Path, clock: Callable[[], float] = time.time) -> None:
        self.folder = folder
        self._clock = clock
        self._pool = ThreadPoolExecutor(1, "release")
        self._measuring = ThreadPoolExecutor(1, "deltas")  # for minutes: it only reads
        self._ended = threading.Event()
        self._looked: dict[str, Looked] = {}

    def close(self) -> None:
        """Take nothing more; what runs is finished, and nobody waits for it."""
        self._ended.set()
        for pool in (self._pool, self._measuring):
            pool.shutdown(wait=False, cancel_futures=True)

    def look(self, *, afresh: bool = False) -> Future[Seen]:
        """Look at the folder; the bytes of images only where not seen before, or `afresh`."""

        def forget(_: Publisher) -> None:
            if afresh:
                self._looked.clear()

        return self._do(forget)

    # --- the week ---

    def open_week(
        self, week: str, channel: Channel = Channel.ORANGE, *, carry: bool = True
    ) -> Future[Seen]:
        """Open a week; `carry`: with the images of the last one."""
        return self._do(
            lambda one: one.open_week(week, self._clock(), channel=channel, carry=carry)
        )

    def open_keys(self) -> Future[Seen]:
        """Open an event in which only keys change."""
        return self._do(lambda one: one.open_keys(self._clock()))

    def close_week(self) -> Future[Seen]:
        """Drop what is open; what is published stays."""
        return self._do(lambda one: one.close_week())

    def withdraw(self, en: str, zh: str, channel: Channel) -> Future[Seen]:
        """Open the event that takes the published week of a channel back."""
        reasons = {"en": en, "zh_CN": zh}
        return self._do(lambda one: one.withdraw(reasons, self._clock(), channel=channel))

    def add(self, files: Sequence[Path], line: str, **about: Any) -> Future[Seen]:  # noqa: ANN401 - as Publisher.add
        """Put images into the open week; `about`, as Publisher.add, what their headers do not say.

        Where one is refused those before it are in.
        """

        def add(one: Publisher) -> None:
            for file in files:
                one.add(file, line, **about)

        return self._do(add)

    def remove(self, path: str) -> Future[Seen]:
        """Take an image out of the open week."""
        return self._do(lambda one: one.remove(path))

    def recall(self, sha256: str) -> Future[Seen]:
        """Call an image back."""
        return self._do(lambda one: one.recall(sha256))

    def notes(self, en: str, zh: str) -> Future[Seen]:
        """Say what is new."""
        return self._do(lambda one: one.notes(en, zh))

    def fixes(self, reports: Iterable[str]) -> Future[Seen]:
        """Name the reports that the week answers, all of them."""
        return self._do(lambda one: one.fixes(reports))

    def rings(self, rings: Iterable[Ring]) -> Future[Seen]:
        """Say from when on how many homes may have the week: all rings."""
        return self._do(lambda one: one.rings(rings))

    def known(self, known: Iterable[Known]) -> Future[Seen]:
        """Name the known issues, all of them."""
        return self._do(lambda one: one.known(known))

    def waive(self, sha256: str, code: str, person: str, reason: str) -> Future[Seen]:
        """Answer for a finding of the gates."""
        return self._do(lambda one: one.waive(sha256, code, person, reason))

    def simulate(self, inventory: Path, *, keep: bool) -> Future[Simulated]:
        """Say who of an inventory gets what; `keep`: sign the digest with the week."""

        def simulated(one: Publisher) -> Simulated:
            found = checks.simulation(one, inventory)
            digest = simulate.digest(found)
            if keep:
                one.simulation(digest)
            return Simulated(found=found, digest=digest)

        return self._answer(simulated)

    def deltas(self, cancelled: Callable[[], bool]) -> Future[tuple[tuple[Image, Advice], ...]]:
        """Measure patches; takes minutes, and other deeds go on. `cancelled`: asked all along."""

        def stop() -> bool:
            return cancelled() or self._ended.is_set()

        return self._measuring.submit(lambda: checks.deltas(Publisher(self.folder), stop))

    def bundle(self, week: str, channel: Channel, file: Path) -> Future[Path]:
        """Write a published week as one file for a house without a connection."""
        return self._answer(lambda one: bundle.write(one.mirror, week, file, channel=channel))

    # --- people and keys ---

    def rotate_key(self, roles: Sequence[str], old: str, new: Path) -> Future[Seen]:
        """Put the key of the file `new` in the place of the key named `old`; no roles: in all."""
        return self._do(
            lambda one: one.rotate_key(roles or checks.roles_of(one, old), old, keys.read(new))
        )

    def add_signer(self, role: str, new: Path) -> Future[Seen]:
        """Let one more key sign a role."""
        return self._do(lambda one: one.add_signer(role, keys.read(new)))

    def remove_signer(self, roles: Sequence[str], name: str) -> Future[Seen]:
        """Let a key sign no longer; no roles: in all."""
        return self._do(lambda one: one.remove_signer(roles or checks.roles_of(one, name), name))

    def set_threshold(self, role: str, threshold: int) -> Future[Seen]:
        """Ask for another number of signatures."""
        return self._do(lambda one: one.set_threshold(role, threshold))

    def fingerprint(self) -> Future[str]:
        """Return the fingerprint of the first root, in hex."""
        return self._answer(exchange.own_fingerprint)

    # --- signing and publishing ---

    def sign(self, key: Path, passphrase: str) -> Future[Seen]:
        """Sign all that this key may sign. PublishError("gates_closed") while findings stop it."""

        def sign(one: Publisher) -> None:
            checks.hold(one, self._clock())
            one.sign_all(key, passphrase)

        return self._do(sign)

    def publish(self, online: Path, passphrase: str) -> Future[Seen]:
        """Publish the open event; `online`: folder of the online keys. Gates as `sign`."""

        def publish(one: Publisher) -> None:
            checks.hold(one, self._clock())
            one.publish(passphrase, self._clock(), keys=online)

        return self._do(publish)

    def heartbeat(self, online: Path, passphrase: str) -> Future[Seen]:
        """Sign the timestamp anew."""
        return self._do(lambda one: one.heartbeat(passphrase, self._clock(), keys=online))

    # --- between people ---

    def send(self, file: Path, *, with_images: bool) -> Future[Path]:
        """Write what is open, with the signatures so far, as one file."""
        spoken = language.written()
        return self._answer(
            lambda one: exchange.send(one, file, with_images=with_images, language=spoken)
        )

    def take(self, file: Path, *, replace: bool = False) -> Future[Taken]:
        """Take in what another key holder sent; `replace`: in the place of what is open here."""
        spoken = language.written()
        return self._answer(lambda one: exchange.take(one, file, spoken, replace=replace))

    def join(self, file: Path, fingerprint: str) -> Future[Taken]:
        """Begin this release folder with what another key holder sent."""
        spoken = language.written()

        def join() -> Taken:
            with _ONE:
                return exchange.take(exchange.join(self.folder, file, fingerprint), file, spoken)

        return self._pool.submit(join)

    # --- in the thread ---

    def _do(self, deed: Callable[[Publisher], object]) -> Future[Seen]:
        def done(publisher: Publisher) -> Seen:
            deed(publisher)
            return self._see(publisher)

        return self._answer(done)

    def _answer(self, deed: Callable[[Publisher], T]) -> Future[T]:
        def done() -> T:
            with _ONE:
                return deed(Publisher(self.folder))

        return self._pool.submit(done)

    def _see(self, publisher: Publisher) -> Seen:
        setup, now = publisher.setup, self._clock()
        found = checks.findings(publisher, now, seen=self._looked)
        every = (publisher.published.images(line) for line in setup.lines)
        return Seen(
            folder=self.folder,
            setup=setup,
            status=publisher.status(),
            changes=checks.changes(publisher),
            findings=found,
            stopping=checks.stopping(publisher, found),
            published=tuple(image for images in every for image in images),
            missing_images=exchange.missing_images(publisher),
            weeks=tuple(
                (one, train.week) for one in Channel if (train := publisher.published.train(one))
            ),
            now=now,
        )
