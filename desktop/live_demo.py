"""The window on the demo house, with its story going on behind it."""

from __future__ import annotations

import threading
from contextlib import ExitStack
from pathlib import Path

from desktop import gui, logs
from desktop.app import Household
from desktop.commands import CheckNow
from desktop.demo.program import Program
from desktop.demo.staff import Staff
from desktop.demo.story import Story, StoryBroken, keep_old_mirror
from desktop.demo.world import World
from desktop.remote import RemoteClient
from feedback.commands import Enrol
from fleet.client import Client


def demo(folder: Path, *, protocol: str, language: str = "", story: bool = False) -> int:
    """Show the demo house, whose makers have just published this week; or the story of a bug."""
    if story:
        return _story(folder, protocol=protocol, language=language)
    with World(folder, protocol=protocol) as world:
        world.publish_this_week()
        own = folder / "house"
        world.furnish(own)
        with logs.kept(own, screen=True), Household(own) as household, Staff(world):
            enrol = Enrol(hub_url=world.hub.url, code=world.hub.invite(), name="You")
            household.client.send(enrol)
            household.client.send(CheckNow())
            return gui.run(household.client, language=language, theme="system")


def _story(folder: Path, *, protocol: str, language: str = "") -> int:
    """Show the story while it is told; returns 0 where every step held before the window closed."""
    with ExitStack() as stack:
        world = stack.enter_context(World(folder, protocol=protocol))
        keep_old_mirror(world)
        program = Program(folder / "house")
        world.furnish(program.folder)
        stack.callback(program.stop)
        program.start()
        client: Client = RemoteClient(program.folder)
        stack.callback(client.close)
        held: list[bool] = []

        def tell() -> None:
            try:
                Story(world, program, print, language or "en").run()
            except StoryBroken as broken:
                print(f"   {broken}")  # noqa: T201 - the story goes to the terminal
            else:
                held.append(True)

        story = threading.Thread(target=tell, name="story", daemon=True)
        story.start()
        gui.run(client, language=language, theme="system")
        return 0 if held else 1
