"""The key ceremony on the command line: each step said, done, and remembered by what it left."""

from __future__ import annotations

import time
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from desktop.cli_signing import FOLDER, KEYS, PASSPHRASE, secret
from fleet.errors import OrangeryError
from fleet.later import later

if TYPE_CHECKING:
    from desktop import cli_frame, show_release
    from firmware import ceremony, ceremony_sheet, durable, exchange, keys, publish
else:  # slow to load, as everything of TUF
    cli_frame, keys = later("desktop.cli_frame"), later("firmware.keys")
    show_release = later("desktop.show_release")
    ceremony, ceremony_sheet = later("firmware.ceremony"), later("firmware.ceremony_sheet")
    durable, exchange = later("firmware.durable"), later("firmware.exchange")
    publish = later("firmware.publish")


@click.command("ceremony")
@click.argument("maker")
@click.option("--vendor", required=True, help="First part of the files' paths.")
@click.option("--line", "lines", multiple=True, required=True, help="A product line; repeatable.")
@click.option("--person", "people", multiple=True, required=True, help="ana, or ana=Ana Lee.")
@click.option("--role", "roles", multiple=True, help="ROLE=ana,bo,chen; by default everybody.")
@click.option("--kind", "kinds", multiple=True, help="chen=ml-dsa-65; by default ed25519.")
@click.option("--token", "tokens", multiple=True, help="PERSON=LABEL: on this PKCS#11 token.")
@click.option("--threshold", default=2, show_default=True)
@click.option("--sheet", type=click.Path(path_type=Path), default=Path("sheet.html"))
@click.option("--online-keys", "online", type=click.Path(path_type=Path), default=Path("online"))
@click.option("--rehearsal", is_flag=True, help="Ask nothing: for trying it, never in earnest.")
@PASSPHRASE
@KEYS
@FOLDER
@click.pass_obj
def hold(context: Any, /, maker: str, folder: Path, place: Path, **chosen: Any) -> None:  # noqa: ANN401
    """Hold the key ceremony of MAKER, step by step; ends with a sheet to print.

    Keys that people made before, on their own machines, are taken by their .pub files; what is
    missing is made here. Begin it again where it was left: what is done is not asked twice.
    """
    plan = _plan(chosen)
    held = _Ceremony(context, plan, maker, folder, place, chosen)
    for code, facts in plan.advice:
        held.say(code, facts)
    for step in plan.steps:
        held.go(step)
    context.answer(held.result(), show_release.ceremony_done(held.result()))


class _Ceremony:
    """One ceremony: what each step does here."""

    def __init__(  # noqa: PLR0917 - made in one place
        self,
        context: Any,  # noqa: ANN401 - desktop.cli.Context
        plan: ceremony.Plan,
        maker: str,
        folder: Path,
        place: Path,
        chosen: Mapping[str, Any],
    ) -> None:
        self._context, self._plan, self._maker = context, plan, maker
        self._folder, self._place, self._chosen = folder, place, chosen

    def say(self, code: str, facts: Mapping[str, str]) -> None:
        """Say something to the people around the table; to nobody where a program asked."""
        if not self._context.json:
            person = self._plan.people.get(facts.get("person", ""), "")
            told = {**facts, "person": person}
            click.echo(ceremony_sheet.said(code, told, self._context.written))

    def go(self, step: ceremony.Step) -> None:
        """Say one step and do it."""
        sheet = {"file": str(self._chosen["sheet"])}
        self.say(f"do_{step.do}", {**step.facts, **sheet})
        do = {
            "make": self._make,
            "make_on_token": self._make,
            "make_online": self._make_online,
            "read_back": self._read_back,
            "create": self._create,
            "sign": self._sign,
            "compare_root": self._compare_root,
            "print": self._print,
        }.get(step.do, self._wait)
        do(step.facts)

    def result(self) -> dict[str, str]:
        """What was made."""
        return {
            "maker": self._maker,
            "sheet": str(self._chosen["sheet"]),
            "fingerprint": self._fingerprint(),
            "folder": str(self._place),
        }

    # --- steps ---

    def _make(self, facts: Mapping[str, str]) -> None:
        name, token = facts["key"], facts.get("token", "")
        if (self._folder / f"{name}.pub").exists():
            self.say("already_made", facts)
        elif token:
            pin = secret("PIN", stdin=self._chosen["passphrase_stdin"])
            keys.make_on_token(self._folder, name, token, pin)
        else:
            kind = keys.Kind(facts.get("kind", keys.Kind.ED25519))
            keys.make(self._folder, name, self._new_secret(), kind=kind)

    def _make_online(self, facts: Mapping[str, str]) -> None:
        name, online = facts["key"], self._chosen["online"]
        if (online / f"{name}.pub").exists():
            self.say("already_made", facts)
        else:
            keys.make(online, name, self._new_secret())

    def _read_back(self, facts: Mapping[str, str]) -> None:
        if self._chosen["rehearsal"]:
            return
        digest = keys.read(self._folder / f"{facts['key']}.pub").keyid
        while True:
            asked = ceremony_sheet.said("typed", facts, self._context.written)
            try:
                ceremony.compare(click.prompt(asked), digest)
            except OrangeryError as error:
                cli_frame.tell_error(error, as_json=False, language=self._context.language)
            else:
                return

    def _create(self, _facts: Mapping[str, str]) -> None:
        if (self._place / "setup.json").exists():
            return
        held = self._plan.roles
        snapshot, timestamp = (
            keys.read(self._chosen["online"] / f"{name}.pub") for name in self._plan.online
        )
        publish.Publisher.create(
            self._place,
            maker=self._maker,
            vendor=self._chosen["vendor"],
            lines=self._chosen["lines"],
            team=publish.Team(
                root=self._keys(held["root"]),
                targets=self._keys(held["targets"]),
                build={line: self._keys(held[f"build-{line}"]) for line in self._chosen["lines"]},
                train=self._keys(held["train-orange"]),
                stable=self._keys(held.get("train-stable", ())),
                snapshot=snapshot,
                timestamp=timestamp,
                threshold=self._plan.threshold,
            ),
            now=time.time(),
        )

    def _sign(self, facts: Mapping[str, str]) -> None:
        file = self._folder / f"{facts['key']}.pem"
        if self._chosen["rehearsal"] or not file.exists():
            self.say("signs_later", facts)
            return
        publisher = publish.Publisher(self._place)
        word = secret(facts["key"], stdin=self._chosen["passphrase_stdin"])
        both = ("root", "bundle-root") if facts["role"] == "root" else (facts["role"],)
        for role in both:
            publisher.sign(role, file, word)

    def _compare_root(self, facts: Mapping[str, str]) -> None:
        if not self._context.json:
            click.echo("  ".join(ceremony.fingerprint(self._fingerprint())))
        self._wait(facts)

    def _print(self, facts: Mapping[str, str]) -> None:
        every = [*self._keys(name for held in self._plan.roles.values() for name in held)]
        every += [keys.read(self._chosen["online"] / f"{name}.pub") for name in self._plan.online]
        made = ceremony_sheet.sheet(self._plan, every, self._fingerprint(), maker=self._maker)
        page = ceremony_sheet.page(made, self._context.written)
        file: Path = self._chosen["sheet"]
        durable.write(file, page.encode())
        durable.write(
            file.with_suffix(".txt"), ceremony_sheet.text(made, self._context.written).encode()
        )
        self._wait(facts)

    def _wait(self, _facts: Mapping[str, str]) -> None:
        if not (self._chosen["rehearsal"] or self._context.json):
            click.prompt(
                ceremony_sheet.said("done", {}, self._context.written),
                default="",
                show_default=False,
            )

    # --- what they need ---

    def _keys(self, names: Any) -> tuple[keys.PublicKey, ...]:  # noqa: ANN401 - any iterable
        return tuple(keys.read(self._folder / f"{name}.pub") for name in names)

    def _fingerprint(self) -> str:
        return exchange.own_fingerprint(publish.Publisher(self._place))

    def _new_secret(self) -> str:
        return secret("Passphrase", stdin=self._chosen["passphrase_stdin"], twice=True)


def _plan(chosen: Mapping[str, Any]) -> ceremony.Plan:
    people = {short: name or short for short, name in map(_pair, chosen["people"])}
    said = {role: tuple(filter(None, who.split(","))) for role, who in map(_pair, chosen["roles"])}
    builds = [f"build-{line}" for line in chosen["lines"]]
    every = ("root", "targets", *builds, "train-orange", "train-stable")
    roles = {role: said.get(role, tuple(people)) for role in every}
    roles |= {role: who for role, who in said.items() if role not in roles}  # refused by the plan
    kinds, tokens = dict(map(_pair, chosen["kinds"])), dict(map(_pair, chosen["tokens"]))
    for kind in kinds.values():
        if kind not in list(keys.Kind):
            raise click.BadParameter(f"{kind} is none of {', '.join(keys.Kind)}")
    choices = {
        person: ceremony.Choice(
            keys.Kind(kinds.get(person, "ecdsa-p256" if person in tokens else "ed25519")),
            tokens.get(person, ""),
        )
        for person in people
    }
    return ceremony.plan(roles, people, threshold=chosen["threshold"], kinds=choices)


def _pair(text: str) -> tuple[str, str]:
    name, _, value = text.partition("=")
    return name, value
