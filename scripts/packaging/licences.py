"""Under which licences the parts of a built folder are, whether those may ship, and their texts."""

from __future__ import annotations

import re
import shutil
import sysconfig
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

from license_expression import ExpressionError, get_spdx_licensing

from desktop import made_of

COMMON = Path("/usr/share/common-licenses")
DOC = Path("/usr/share/doc")


class Forbidden(Exception):  # noqa: N818 - it says what is forbidden
    """Parts under a licence that may not ship, or without one."""


def may_ship(expression: str) -> bool:
    """Whether one may have it under licences that are allowed, of the choices that it gives."""
    try:
        return _may(_licensing().parse(expression))
    except ExpressionError:
        return False


def check(parts: Iterable[tuple[str, str]]) -> None:
    """Raise Forbidden, naming all of the (name, licence) that may not ship."""
    wrong = sorted(
        f"{name} ({licence or 'nobody says'})"
        for name, licence in parts
        if not licence or not may_ship(licence)
    )
    if wrong:
        raise Forbidden(", ".join(wrong))


def of_debian(package: str) -> str:
    """Return the licence of a Debian package's library, "" where known.toml does not say it."""
    return str(made_of.known()["debian"].get(package, ""))


def debian_texts(package: str) -> list[Path]:
    """Return its copyright file and the texts of this system that it points to; [] without."""
    own = DOC / package / "copyright"
    if not own.is_file():
        return []
    said = own.read_text(encoding="utf-8", errors="replace")
    pointed = re.findall(rf"{COMMON}/([A-Za-z0-9.+-]*[A-Za-z0-9])", said)
    named = {(COMMON / name).resolve() for name in pointed}
    return [own, *sorted(file for file in named if file.is_file())]


def python_texts() -> list[Path]:
    """Return Python's own licence, wherever this Python has it."""
    version = sysconfig.get_python_version()
    own = Path(sysconfig.get_path("stdlib")) / "LICENSE.txt"
    found = [own, DOC / f"python{version}" / "copyright"]
    return [file for file in found if file.is_file()][:1]


def lay(name: str, texts: Iterable[Path], into: Path) -> list[str]:
    """Copy the texts of a part into the folder `into`; return their names there."""
    names: list[str] = []
    for number, text in enumerate(texts, 1):
        place = into / re.sub(r"[^A-Za-z0-9.+_-]+", "-", name) / f"{number}-{text.name}"
        if text.parent == COMMON:  # of many parts: once for all
            place = into / "common" / text.name
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(text, place)
        place.chmod(0o644)
        names.append(place.relative_to(into).as_posix())
    return names


def _may(tree: Any) -> bool:  # noqa: ANN401 - boolean.py's nodes have no types
    if (operator := getattr(tree, "operator", "").strip()) in ("AND", "OR"):
        return (all if operator == "AND" else any)(map(_may, tree.args))
    return tree.render("{symbol.key}") in made_of.known()["allowed"]


@cache
def _licensing() -> Any:  # noqa: ANN401
    return get_spdx_licensing()
