"""Completion for bash, zsh and fish as files: click's own, which ask the program at each Tab."""

from __future__ import annotations

import importlib

from click.shell_completion import ShellComplete, get_completion_class

from scripts.generate_docs import PROGRAMS

SHELLS = ("bash", "zsh", "fish")


def script(program: str, shell: str) -> str:
    """Return what `shell`, one of SHELLS, reads to complete the words of a program."""
    kind = get_completion_class(shell)
    if kind is None:
        raise ValueError(shell)
    main = importlib.import_module(PROGRAMS[program]).main
    variable = f"_{program.upper().replace('-', '_')}_COMPLETE"
    # not its own source(): for bash that asks the version of the one on the machine that builds
    return ShellComplete.source(kind(main, {}, program, variable))
