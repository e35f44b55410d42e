"""What the household has chosen, kept and told: the settings as a part of the house."""

from __future__ import annotations

import re
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import replace
from pathlib import Path

from desktop import commands, policy, settings, staff_token
from desktop.secrets import SECRETS, keep_in_file, keep_in_keyring
from feedback.sync import check_url
from firmware.plan import Plan
from fleet.errors import CommandError
from fleet.house import House
from fleet.model import Actor

_REGION = re.compile(r"([A-Z]{2})?")


class Chosen:
    """The settings of the house in `folder`; changed in the house thread alone.

    StoreError("settings_unreadable").
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.now = settings.load(folder)
        if self.now.secrets_in_file:
            keep_in_file(folder / SECRETS)

    def join(
        self,
        house: House,
        *,
        use: Callable[[Plan], object],
        share: Callable[[bool], Future[commands.Shared]],
    ) -> None:
        """Take people's choices in `house`, and tell it. `use`, `share`: who goes by them."""
        self._house, self._use, self._share = house, use, share
        house.handle(commands.SetPlan, "admin", self._set_plan)
        house.handle(commands.KeepSecrets, "admin", self._keep_secrets)
        house.handle(commands.SetLook, "admin", self._set_look)
        house.handle(commands.SetRegion, "admin", self._set_region)
        house.handle(commands.SetReleaseFolder, "admin", self._set_release_folder)
        house.handle(commands.SetStaff, "admin", self._set_staff)
        house.handle(commands.StaffToken, "admin", self._staff_token)
        house.handle(commands.SetSimple, "admin", self._set_simple)
        house.handle(commands.AllowHttp, "admin", self._allow_http)
        house.handle(commands.SetShare, "admin", self._set_share)
        self._tell()

    def choose(self, **chosen: object) -> None:
        """Keep these settings, then go by them. StoreError: all stays."""
        changed = replace(self.now, **chosen)  # type: ignore[arg-type]
        settings.save(self._folder, changed)
        self.now = changed
        self._tell()

    def _set_plan(self, command: commands.SetPlan, _actor: Actor) -> None:
        policy.check(command.plan)
        self.choose(plan=command.plan)
        self._use(command.plan)

    def _keep_secrets(self, command: commands.KeepSecrets, _actor: Actor) -> None:
        file = self._folder / SECRETS
        if command.in_file:
            keep_in_file(file)
        else:
            keep_in_keyring(file)
        self.choose(secrets_in_file=command.in_file)

    def _set_look(self, command: commands.SetLook, _actor: Actor) -> None:
        self.choose(language=command.language, theme=command.theme)

    def _set_region(self, command: commands.SetRegion, _actor: Actor) -> None:
        region = command.region.strip().upper()
        if not _REGION.fullmatch(region):
            raise CommandError("region_bad", region=command.region)
        self.choose(region=region)

    def _set_release_folder(self, command: commands.SetReleaseFolder, _actor: Actor) -> None:
        self.choose(release_folder=command.folder)

    def _set_staff(self, command: commands.SetStaff, _actor: Actor) -> None:
        hub = check_url(command.hub) if command.hub else ""
        if self.now.staff_hub and self.now.staff_hub != hub:
            staff_token.forget(self.now.staff_hub)
        if hub and command.token:
            staff_token.keep(hub, command.token)
        self.choose(staff_hub=hub, staff_name=command.name.strip() if hub else "")

    def _staff_token(self, _command: commands.StaffToken, _actor: Actor) -> str:
        if not self.now.staff_hub:
            raise CommandError("not_staff_here")
        return staff_token.read(self.now.staff_hub)

    def _set_simple(self, command: commands.SetSimple, _actor: Actor) -> None:
        self.choose(simple=command.on, helper_phone=command.phone.strip())

    def _allow_http(self, command: commands.AllowHttp, _actor: Actor) -> None:
        self.choose(lan_http=command.allow)

    def _set_share(self, command: commands.SetShare, _actor: Actor) -> Future[commands.Shared]:
        if command.on is not None:
            self.choose(share_at_home=command.on)
        return self._share(self.now.share_at_home)

    def _tell(self) -> None:
        now = self.now
        look = commands.SetLook(language=now.language, theme=now.theme)
        self._house.tell(
            {
                "look": {"window": look},
                "staff": {"me": commands.SetStaff(hub=now.staff_hub, name=now.staff_name)},
                "simple": {"window": commands.SetSimple(on=now.simple, phone=now.helper_phone)},
                "release": {"folder": commands.SetReleaseFolder(folder=now.release_folder)},
                "region": {"home": commands.SetRegion(region=now.region)},
                "plan": {"house": now.plan},
                "http": {"home": commands.AllowHttp(allow=now.lan_http)},
                "entities": {"home": commands.ShowUpdates(show=now.show_updates)},
                "tell": {"home": commands.TellNight(tell=now.tell_over_mqtt)},
            }
        )
