"""Both programs as they are given to people, run where no Python can be found."""

import subprocess
from dataclasses import dataclass
from pathlib import Path

LIMIT_S = 900


@dataclass(frozen=True)
class Frozen:
    """Both folders, away from the source, and an empty home."""

    folder: Path
    home: Path

    def program(self, name: str) -> Path:
        return self.folder / name / name

    def environment(self) -> dict[str, str]:
        """Nothing of this environment but a broker on the path."""
        return {
            "HOME": str(self.home),
            "LANG": "C.UTF-8",
            "PATH": str(self.home / "bin"),
            "ORANGERY_HUB": str(self.program("orangery-hub")),
        }

    def run(
        self, name: str, *words: str, said: str = "", **extra: str
    ) -> subprocess.CompletedProcess[str]:
        """Run a program to its end, with `said` as its input and `extra` in its environment."""
        return subprocess.run(
            [self.program(name), *words],
            cwd=self.home,
            env={**self.environment(), **extra},
            input=said,
            capture_output=True,
            text=True,
            timeout=LIMIT_S,
            check=False,
        )
