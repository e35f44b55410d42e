"""Every way to fail that a person may meet.

OrangeryError(code, hint-less facts)
  + BrokerError        the broker cannot be reached, refuses us, or denies a topic
  + StoreError         a database or folder is missing, corrupt, full, locked or newer than we are
  + CommandError       a command that cannot be done now (unknown device, no right, wrong state)
  + TrustError         (firmware) metadata or bytes that we cannot vouch for
  + PublishError       (firmware) a week that cannot be opened, signed or published as asked
  + InstallError       (firmware) a verified file that cannot reach or suit a device
  + HubError           (feedback) the hub refuses or cannot be reached

`code` is stable and lower_snake: resources/i18n/errors.json holds one sentence and one hint for it
in en and zh-CN, the command line and the window print those, docs/errors.md lists them, and a test
compares the three. `facts` fill the sentence's {placeholders}; they never hold a secret.

All of these are expected: they are shown quietly. Anything else that is raised is our fault.
"""

from __future__ import annotations


class OrangeryError(Exception):
    """An expected failure: a stable `code` and the `facts` its sentence needs."""

    def __init__(self, code: str, **facts: object) -> None:
        self.code = code
        self.facts = {name: str(value) for name, value in facts.items()}
        super().__init__(code, self.facts)

    def __str__(self) -> str:
        said = ", ".join(f"{name}={value}" for name, value in self.facts.items())
        return f"{self.code} ({said})" if said else self.code


class BrokerError(OrangeryError):
    """The broker cannot be reached, refuses us, or denies a topic."""


class StoreError(OrangeryError):
    """A database or folder is missing, corrupt, full, locked, or newer than this program."""


class CommandError(OrangeryError):
    """A command that cannot be done now; nothing was changed."""
