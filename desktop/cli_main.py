"""The command `orangery` itself: all that a window and `--version` need; the rest is in cli.py."""

from __future__ import annotations

import os
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

import click

from desktop import build, cli_links, tongues
from desktop.cli_frame import Context
from fleet import garbage
from fleet.errors import CommandError
from fleet.later import later

if TYPE_CHECKING:
    import platformdirs
else:
    platformdirs = later("platformdirs")


_COMMANDS = "desktop.cli"
"""Adds all of them to `main`."""


def system_language() -> str:
    """Return the language of the system among ours."""
    for name in ("ORANGERY_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        if value := os.environ.get(name):
            return tongues.of_system(value)
    return "en"


class _Program(cli_links.LinksToo):
    """Loads its commands once one is looked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of all commands."""
        import_module(_COMMANDS)
        return super().list_commands(ctx)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return what stands for that word, see LinksToo."""
        import_module(_COMMANDS)
        return super().get_command(ctx, cmd_name)


def _say_version(ctx: click.Context, _option: click.Parameter, asked: bool) -> None:  # noqa: FBT001 - click's
    if asked and not ctx.resilient_parsing:
        click.echo(f"orangery, version {build.version()}")
        ctx.exit()


@click.group(cls=_Program, invoke_without_command=True)
@click.option("--folder", type=click.Path(path_type=Path), help="The house's folder.")
@click.option("--json", "as_json", is_flag=True, help="Answer in JSON.")
@click.option("--lang", default="", help="Language of errors: en, zh_CN or zh_TW.")
@click.option("--as", "who", default="", envvar="ORANGERY_AS", help="The member who asks.")
@click.option(
    *("--family", "--simple", "simple"), is_flag=True, help="Open the window large, with few words."
)
@click.option("--minimised", is_flag=True, help="Open the window out of the way.")
@click.option(  # click's own has to know the version whether it is asked for or not
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_say_version,
    help="Show the version and exit.",
)
@click.pass_context
def main(
    ctx: click.Context,
    folder: Path | None,
    lang: str,
    who: str,
    *,
    as_json: bool,
    simple: bool,
    minimised: bool,
) -> None:
    """Orangery: a household's devices over MQTT, fresh every Friday.

    Without a command it opens the window; with a link like orangery:device/KEY at that place, with
    a file (a week, an event, a house, firmware) it says what that is and what can be done with it.
    Where it is open already, it comes to the front.
    """
    homeless = os.path.expanduser("~") == "~"  # noqa: PTH111 - pathlib raises
    usual = Path() if homeless else platformdirs.user_data_path("orangery", appauthor=False)
    ctx.obj = Context(
        folder or usual, ctx.obj, json=as_json, language=lang or system_language(), who=who
    )
    if homeless:
        raise CommandError("home_unknown")
    if ctx.invoked_subcommand is not None:
        garbage.go_on()
    else:  # once the window is drawn
        ctx.exit(cli_links.open_window(ctx, lang=lang, simple=simple, minimised=minimised))
