"""The makers whose weeks this house takes: added, removed, and which train of theirs it rides."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor, Future
from dataclasses import replace
from pathlib import Path

from desktop.commands import AddMaker, AddMakerLink, RemoveMaker, SetChannel
from desktop.settings import MakerSettings, Settings
from desktop.weeks import Weeks
from firmware import durable, maker_link, roots
from firmware.jobs import WAITING
from firmware.orders import CancelUpdate
from firmware.trust import Maker, Trust, TrustError, check_root
from fleet.errors import CommandError, StoreError
from fleet.house import House
from fleet.model import OWNER, Actor, Update

Chosen = tuple[MakerSettings, ...]


class Makers:
    """Keeps settings, pinned roots, trust and weeks in step; in the house thread.

    The pinned root of a maker that was removed stays, so that another one is noticed.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder / "makers"
        self._rootless: dict[str, StoreError] = {}

    def read(self, settings: Settings) -> tuple[Maker, ...]:
        """Return the makers whose root can be read; of the others only why not is kept."""
        found = []
        for one in settings.makers:
            try:
                found.append(_maker(one, self._root_of(one.name)))
            except StoreError as error:
                self._rootless[one.name] = error
        return tuple(found)

    def join(
        self,
        house: House,
        trust: Trust,
        weeks: Weeks,
        pool: Executor,
        *,
        chosen: Callable[[], Chosen],
        choose: Callable[[Chosen], object],
    ) -> None:
        """Take people's word in `house`, and tell it what is known of each maker."""
        self._house, self._trust, self._weeks, self._pool = house, trust, weeks, pool
        self._chosen, self._choose = chosen, choose
        house.handle(AddMaker, "admin", self._add)
        house.handle(AddMakerLink, "admin", self._add_link)
        house.handle(RemoveMaker, "admin", self._remove)
        house.handle(SetChannel, "admin", self._set_channel)
        for maker in trust.makers:
            weeks.know(maker.name)
        for name, error in self._rootless.items():
            weeks.refuse(name, error)
        self._tell()

    def _add(self, command: AddMaker, _actor: Actor) -> None:
        """Pin the root, then keep the settings; nothing is changed where the root is none."""
        if not maker_link.NAME.fullmatch(command.name):
            raise CommandError("maker_name_bad", name=command.name)
        chosen = MakerSettings(name=command.name, urls=command.urls, channel=command.channel)
        maker = _maker(chosen, command.root.encode())
        check_root(maker.root)
        self._pin(maker, repin=command.repin)
        self._trust.add(maker)
        self._rootless.pop(maker.name, None)
        self._choose((*(one for one in self._chosen() if one.name != command.name), chosen))
        self._weeks.know(command.name)
        self._tell()

    def _pin(self, maker: Maker, *, repin: bool) -> None:
        """Write the root down; another one than before only where a person knows of it."""
        now = roots.fingerprint(maker.root)
        try:
            before = roots.fingerprint(self._root_of(maker.name))
        except StoreError:  # none, or none that can be read
            before = now
        if before != now:
            if not repin:
                raise CommandError("maker_exists", name=maker.name)
            self._trust.repin(maker.name, before, now)
        durable.write(self._root_file(maker.name), maker.root)

    def _add_link(self, command: AddMakerLink, actor: Actor) -> Future[str]:
        link = maker_link.parse(command.link)
        return self._pool.submit(self._fetch_and_add, link, command, actor)

    def _fetch_and_add(
        self, link: maker_link.MakerLink, command: AddMakerLink, actor: Actor
    ) -> str:
        """In the pool: have the root that the link names, and hand it to the house."""
        root = maker_link.first_root(link, command.source).decode()
        asked = AddMaker(
            name=link.name, root=root, urls=link.urls, channel=link.channel, repin=command.repin
        )
        self._house.send(asked, actor).result()
        return link.name

    def _remove(self, command: RemoveMaker, _actor: Actor) -> None:
        name = command.name
        if name not in {one.name for one in self._chosen()}:
            raise TrustError("maker_unknown", maker=name)
        self._cancel(name)
        self._choose(tuple(one for one in self._chosen() if one.name != name))
        self._trust.remove(name)
        self._rootless.pop(name, None)
        self._weeks.forget(name)

    def _cancel(self, name: str) -> None:
        """Let nothing begin with its files; what a device is at, it finishes."""
        week = None if name in self._rootless else self._trust.standing(name).week
        its = {target.sha256 for target in week.targets} if week else set()
        for update in self._house.snapshot().facts.get("update", {}).values():
            if isinstance(update, Update) and update.sha256 in its and update.state in WAITING:
                self._house.do(CancelUpdate(device=update.device), OWNER)

    def _set_channel(self, command: SetChannel, _actor: Actor) -> None:
        """Keep the choice, let go of the other train's week, and look for this one's."""
        name = self._weeks.named(command.maker)
        known = next((one for one in self._trust.makers if one.name == name), None)
        if known is None:
            raise TrustError("maker_unknown", maker=name)
        self._choose(
            tuple(
                replace(one, channel=command.channel) if one.name == name else one
                for one in self._chosen()
            )
        )
        self._trust.add(replace(known, channel=command.channel))
        self._weeks.know(name)
        self._tell()
        self._weeks.look(name)

    def _tell(self) -> None:
        chosen = {
            one.name: SetChannel(maker=one.name, channel=one.channel) for one in self._chosen()
        }
        self._house.tell({"channel": chosen})

    def _root_file(self, maker: str) -> Path:
        return self._folder / f"{maker}.root.json"

    def _root_of(self, maker: str) -> bytes:
        try:
            root = self._root_file(maker).read_bytes()
            check_root(root)
        except OSError as error:
            raise StoreError("root_missing", maker=maker, fact=error.strerror or error) from error
        except TrustError as error:
            raise StoreError("root_missing", maker=maker, fact=error.facts["why"]) from error
        return root


def _maker(chosen: MakerSettings, root: bytes) -> Maker:
    """Return what Trust knows of a maker: its mirrors in their order, and the train we ride."""
    url, *more = chosen.urls or ("",)
    return Maker(name=chosen.name, root=root, url=url, more=tuple(more), channel=chosen.channel)
