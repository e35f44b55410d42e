"""The same targets for atheris, which follows the parsers' branches: docs/fuzzing.md says how.

`python -m tests.fuzz.atheris_targets TARGET [libFuzzer's own arguments]`. Needs `atheris`, which is
not among our dependencies.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["firmware", "zipfile"]):
    from tests.fuzz import targets


def main() -> None:
    """Fuzz the target that the first argument names, from its good inputs on."""
    name, *rest = sys.argv[1:]
    target = targets.named(name)
    corpus = Path(tempfile.mkdtemp(prefix=f"orangery-{name}-"))
    for number, seed in enumerate(target.seeds()):
        (corpus / str(number)).write_bytes(seed)
    atheris.Setup([sys.argv[0], *rest, str(corpus)], lambda data: _once(target, data))
    atheris.Fuzz()


def _once(target: targets.Target, data: bytes) -> None:
    target.taken(data)


if __name__ == "__main__":
    main()
