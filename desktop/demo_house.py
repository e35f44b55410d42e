"""Opens the demo house beside this one, in a process and with a window of its own."""

from __future__ import annotations

from PySide6.QtCore import QProcess, QProcessEnvironment

from desktop.processes import environment, own_command


def open_demo() -> bool:
    """Start `orangery demo`; False: the system would not."""
    program, *words = own_command("demo")
    process = QProcess()
    process.setProgram(program)
    process.setArguments(words)
    known = QProcessEnvironment()
    for name, value in environment({}).items():
        known.insert(name, value)
    process.setProcessEnvironment(known)
    started: object = (
        process.startDetached()
    )  # (whether, process id), or in PySide6 the first alone
    return bool(started[0] if isinstance(started, tuple) else started)
