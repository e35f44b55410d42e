"""The program `orangery`: with words a command line, without the window."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fleet.model import Snapshot


def main() -> None:
    """Run it; a child that signs or makes a patch is sorted out before anything is loaded."""
    if len(sys.argv) > 1 and sys.argv[1] == "_sign-child":
        from firmware import key_child  # noqa: PLC0415 - nothing else may be in that process

        sys.exit(key_child.main(sys.argv[2:], sys.stdin, sys.stdout))
    if len(sys.argv) > 1 and sys.argv[1] == "_patch-child":
        from firmware import patches  # noqa: PLC0415 - the same

        sys.exit(patches.main(sys.argv[2:], sys.stdout))
    from desktop.selfupdate import lives  # noqa: PLC0415
    from fleet import garbage  # noqa: PLC0415

    garbage.wait()
    with lives.watched():
        from desktop.cli_main import main as command_line  # noqa: PLC0415 - what is broken is met here

        command_line(prog_name="orangery", obj=_Windows())


@contextmanager
def _qt() -> Iterator[None]:
    """CommandError: window_parts_missing, where Qt or a library that it stands on is not there."""
    try:
        yield
    except ImportError as error:
        # An absent package says its name, a module whose library is absent only where it lies.
        where = {(error.name or "").partition(".")[0], *Path(error.path or "").parts}
        if where.isdisjoint({"PySide6", "shiboken6"}):
            raise
        from fleet.errors import CommandError  # noqa: PLC0415 - hardly ever needed

        raise CommandError("window_parts_missing", words=error) from error


class _Windows:
    """Opens windows; Qt is loaded only when one is asked for."""

    @_qt()
    def house(
        self, folder: Path, *, language: str, simple: bool, link: str, minimised: bool
    ) -> int:
        from desktop import live  # noqa: PLC0415

        return live.house(folder, language=language, simple=simple, link=link, minimised=minimised)

    @_qt()
    def week(self, snapshot: Snapshot, *, language: str, own: bool) -> bytes:
        from desktop import week_pdf  # noqa: PLC0415

        return week_pdf.of(snapshot, language=language, own=own)

    @_qt()
    def demo(self, folder: Path, *, protocol: str, language: str, story: bool) -> int:
        from desktop import live_demo  # noqa: PLC0415

        return live_demo.demo(folder, protocol=protocol, language=language, story=story)


if __name__ == "__main__":
    main()
