"""A unit of systemd where no systemd is: its program, as its account, under its restrictions.

systemd.exec(5) says what each of them means. What is imitated: the account and its environment,
no new rights and no capability, every mount read-only but ReadWritePaths, homes and /tmp empty,
and the system calls of SystemCallFilter: whoever makes another one is killed.
"""

from __future__ import annotations

import ctypes
import re
import shlex
import struct
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.live.bare import Machine

NUMBERS = Path("/usr/include/x86_64-linux-gnu/asm/unistd_64.h")
ON_THE_WAY = (  # what nsenter, unshare, mount and setpriv need to get there
    *("setns", "chroot", "unshare", "mount", "umount2", "pivot_root", "capset", "prctl"),
    *("setuid", "setgid", "setresuid", "setresgid", "setgroups", "setreuid", "setregid"),
)
_MOUNTS = """
set -e
for place in $1; do mount --bind "$place" "$place"; done
mount -o remount,bind,ro /
for empty in /home /root /srv /tmp; do mount -t tmpfs -o mode=1777 empty "$empty"; done
shift
exec "$@"
"""
_AUDIT_ARCH_X86_64 = 0xC000003E  # linux/audit.h
_LOAD, _EQUALS, _RETURN = 0x20, 0x15, 0x06  # linux/bpf_common.h: LD|W|ABS, JMP|JEQ|K, RET|K
_KILL, _ALLOW = 0x80000000, 0x7FFF0000  # linux/seccomp.h: of SECCOMP_RET_...
_NO_NEW_PRIVS, _SECCOMP, _FILTER = 38, 22, 2  # linux/prctl.h


@dataclass(frozen=True, slots=True)
class Unit:
    """What a unit file says, by its keys; a key may come several times."""

    text: str

    def all(self, key: str) -> list[str]:
        return re.findall(rf"^{key}=(.*)$", self.text, re.MULTILINE)

    def one(self, key: str) -> str:
        [said] = self.all(key)
        return said

    @property
    def command(self) -> list[str]:
        return shlex.split(self.one("ExecStart"))

    def calls(self) -> frozenset[str]:
        """The system calls that it lets through."""
        allowed: set[str] = set()
        for said in self.all("SystemCallFilter"):
            named = {one for word in said.lstrip("~").split() for one in _group(word)}
            allowed = allowed - named if said.startswith("~") else allowed | named
        return frozenset(allowed)

    def start(self, machine: Machine, home: str) -> subprocess.Popen[str]:
        """Start it there; it ends with the machine at the latest."""
        user = self.one("User")
        own = ("env", f"HOME={home}", f"USER={user}", f"LOGNAME={user}", "PATH=/usr/bin:/bin")
        drop = ("setpriv", f"--reuid={user}", f"--regid={user}", "--init-groups")
        none = ("--no-new-privs", "--bounding-set=-all", "--inh-caps=-all")
        mounts = ("unshare", "--mount", "sh", "-c", _MOUNTS, "mounts", self.one("ReadWritePaths"))
        words = (*mounts, *own, *drop, *none, *self.command)
        return machine.start(*words, user="root", before=_only(self.calls() | {*ON_THE_WAY}))


def _group(word: str) -> Iterator[str]:
    """Give the calls of a group as systemd has it here, or the one that is named."""
    if not word.startswith("@"):
        yield word
        return
    asked = ["systemd-analyze", "syscall-filter", word]
    said = subprocess.run(asked, capture_output=True, text=True, timeout=60, check=True).stdout
    for line in said.splitlines()[1:]:
        if found := re.fullmatch(r" +(@?[a-z0-9_-]+)", line):
            yield from _group(found[1])


def _only(names: frozenset[str]) -> Callable[[], None]:
    """Return what a process does so that it and its children may make these system calls only."""
    numbers = dict(re.findall(r"#define __NR_(\w+) (\d+)", NUMBERS.read_text()))
    wanted = sorted(int(numbers[name]) for name in names if name in numbers)
    program = b"".join(
        (
            *(_step(_LOAD, 4), _step(_EQUALS, _AUDIT_ARCH_X86_64, 1, 0), _step(_RETURN, _KILL)),
            _step(_LOAD, 0),
            *(_step(_EQUALS, one, 0, 1) + _step(_RETURN, _ALLOW) for one in wanted),
            _step(_RETURN, _KILL),
        )
    )
    kept = ctypes.create_string_buffer(program, len(program))
    filtering = struct.pack("@HP", len(program) // 8, ctypes.addressof(kept))
    prctl = ctypes.CDLL(None, use_errno=True).prctl

    def confine() -> None:
        assert kept
        if prctl(_NO_NEW_PRIVS, 1, 0, 0, 0) or prctl(_SECCOMP, _FILTER, filtering, 0, 0):
            raise OSError(ctypes.get_errno(), "no filter of system calls can be set here")

    return confine


def _step(code: int, value: int, then: int = 0, otherwise: int = 0) -> bytes:
    return struct.pack("=HBBI", code, then, otherwise, value)
