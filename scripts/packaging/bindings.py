"""What PySide6 writes in Python and carries as source inside a library: to be built in as modules.

At each start it compiles those 3,000 lines anew, 15 ms, unless a folder `files.dir` lies beside
shiboken6: then they are looked for where all modules are (signature_bootstrap.py in libshiboken6,
`find_incarnated_files`; what SBK_EMBED=0 makes). In a build that is the program's own archive, so
the folder holds no more than a word about it.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

PLACE = "shiboken6/files.dir"
"""Where a build has the folder."""

_WORD = "The modules of shibokensupport are in the program's own archive.\n"
_UNPACK = """
import sys
import PySide6.QtCore
carried = sys.modules["shibokensupport"].__loader__.zfile
carried.extractall(sys.argv[1], [name for name in carried.namelist() if "/" in name])
"""


def unpack(to: Path) -> tuple[list[str], Path]:
    """Write the sources below `to`; return the names of the modules and the file for PLACE."""
    sources, word = to / "bindings", to / "README.txt"
    subprocess.run([sys.executable, "-c", _UNPACK, str(sources)], check=True)
    word.write_text(_WORD, encoding="utf-8")
    found = (file.relative_to(sources).with_suffix("") for file in sources.rglob("*.py"))
    names = (".".join(file.parts).removesuffix(".__init__") for file in found)
    return sorted(names), word
