"""Links of this program, files it is handed, and its beginning at log in, on the command line."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from desktop.cli_frame import Context, OrangeryGroup, json_too
from desktop.models import location
from fleet.errors import CommandError
from fleet.later import later

if TYPE_CHECKING:
    from click import shell_completion

    from desktop import autostart as at_login
    from desktop import desktop_entry
else:
    shell_completion = later("click.shell_completion")
    at_login, desktop_entry = later("desktop.autostart"), later("desktop.desktop_entry")


@click.command()
@click.option(
    "--install", "deed", flag_value="install", help="Let orangery: links open the window."
)
@click.option("--remove", "deed", flag_value="remove", help="Take that back.")
@json_too
@click.pass_obj
def links(context: Context, deed: str | None) -> None:
    """Say whether links like orangery:device/KEY open the window; let them, or no more.

    For you alone, in your own folders; off until you say so, but on where a package brought it.
    """
    if deed == "install":
        file, told = desktop_entry.install_links(context.folder)
        by_package = file == desktop_entry.PACKAGED
        done = "came with the package" if by_package else "is written"
        words = f"{file} {done}: orangery: links open the window."
        if not told:
            words += "\nThis desktop has no tool to be told by; it may see it at the next log in."
        context.answer({"links": True, "file": str(file), "told": told}, words)
    elif deed == "remove":
        file, was = desktop_entry.remove_links()
        words = f"{file} is removed." if was else "There was nothing to remove."
        context.answer({"links": False, "file": str(file), "was": was}, words)
    else:
        own = desktop_entry.links_file()
        brought = desktop_entry.is_packaged() and not own.exists()
        file = desktop_entry.PACKAGED if brought else own
        words = "On." if file.exists() else "Off. Let them: orangery links --install"
        context.answer({"links": file.exists(), "file": str(file)}, words)


@click.command()
@click.option("--on/--off", "on", default=None, help="From now on; default: only say.")
@json_too
@click.pass_obj
def autostart(context: Context, *, on: bool | None) -> None:
    """Begin minimised when you log in, or no more; off until you say so."""
    if on is not None:
        at_login.put(on, context.folder)
    now = at_login.is_on()
    context.answer({"autostart": now}, "On." if now else "Off.")


class LinksToo(OrangeryGroup):
    """Takes a link of ours or a file in place of a command: the window opens there."""

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return a command, or the one that follows a link or looks at a file.

        A command goes before a file of its name: that one is called ./NAME.
        """
        known = super().get_command(ctx, cmd_name)
        if known is not None or ctx.resilient_parsing:
            return known
        link = _link_of(cmd_name)
        return _following(cmd_name, link) if link else None

    def shell_complete(
        self, ctx: click.Context, incomplete: str
    ) -> list[shell_completion.CompletionItem]:
        """Complete commands, and files as soon as a word looks like one."""
        found = super().shell_complete(ctx, incomplete)
        if not found and any(mark in incomplete for mark in "./~"):
            return [shell_completion.CompletionItem(incomplete, type="file")]
        return found


def open_window(
    ctx: click.Context, *, lang: str, simple: bool, minimised: bool, link: str = ""
) -> int:
    """Open the window, or bring the one there is to the front; returns the exit code.

    CommandError: no_window; link_unknown.
    """
    context: Context = ctx.obj
    if context.windows is None:
        raise CommandError("no_window")
    return context.windows.house(
        context.folder, language=lang, simple=simple, link=link, minimised=minimised
    )


def _link_of(word: str) -> str:
    """Return the link that `word` is or stands for, "" where it is neither that nor a file."""
    if word.startswith(("orangery:", "file:")):
        return word
    path = Path(word)
    try:  # the bare name of a folder is a typing error
        meant = path.is_file() or ("/" in word and path.exists())
        return location.file_link(path) if meant else ""
    except OSError:  # no name of a file, or the folder that one stands in is gone
        return ""


def _following(word: str, link: str) -> click.Command:
    @click.command(name=word, hidden=True)
    @click.pass_context
    def follow(ctx: click.Context) -> None:
        said = ctx.find_root().params
        chosen = {name: said[name] for name in ("lang", "simple", "minimised")}
        ctx.exit(open_window(ctx, **chosen, link=link))

    return follow


ALL = (links, autostart)
