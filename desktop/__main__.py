"""The program `orangery`: with words a command line, without the window."""

from __future__ import annotations

import sys


def main() -> None:
    """Run it; a signing child (see firmware/keys.py) is sorted out before anything is loaded."""
    if len(sys.argv) > 1 and sys.argv[1] == "_sign-child":
        from firmware import keys  # noqa: PLC0415 - nothing else may be in that process

        sys.exit(keys.main(sys.argv[2:], sys.stdin, sys.stdout))
    from desktop.cli import main as command_line  # noqa: PLC0415

    command_line(prog_name="orangery")


if __name__ == "__main__":
    main()
