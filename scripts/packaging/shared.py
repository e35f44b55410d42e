"""Everything of a package that lies beside the built folder, made anew for each build."""

from __future__ import annotations

import gzip
import shutil
from pathlib import Path

import resources
from scripts.packaging import ROOT, completions, history, icons, legal, manual, metainfo
from scripts.packaging.packing import PACKAGES, Packing


def lay(packing: Packing, to: Path) -> None:
    """Write into to/root what both formats hold, into to/deb and to/rpm what only one does."""
    program = packing.program
    usr = to / "root" / "usr"
    link = usr / "bin" / program
    link.parent.mkdir(parents=True)
    link.symlink_to(f"../lib/{program}/{program}")
    _manual(packing, usr / "share" / "man")
    _documents(packing, to)
    _completions(program, to)
    if program == "orangery":
        _desktop(packing, usr)
        marker = to / "rpm" / "usr" / "lib" / program / "packaged-as-rpm"  # desktop/build.py
        _write(marker, "This copy belongs to the package manager of this computer.\n")
    else:
        command = f"/usr/bin/{program} serve"
        _write(
            usr / "lib/systemd/system" / f"{program}.service", unit(f"{program}.service", command)
        )


def unit(name: str, command: str) -> str:
    """Return a unit of resources/systemd for a program that a package brings."""
    lines = resources.path(f"systemd/{name}").read_text(encoding="utf-8").splitlines()
    kept = [line for line in lines if not line.startswith(("# Written by", "# Shown by"))]
    return "\n".join(kept).replace("@COMMAND@", command) + "\n"


def _desktop(packing: Packing, usr: Path) -> None:
    share = usr / "share"
    _write(
        usr / "lib/systemd/user/orangery.service",
        unit("orangery.service", "/usr/bin/orangery serve"),
    )
    _put(PACKAGES / "orangery.desktop", share / "applications" / "orangery.desktop")
    _put(PACKAGES / "orangery-mime.xml", share / "mime" / "packages" / "orangery.xml")
    about = metainfo.text(version=packing.version, made=packing.made)
    _write(share / "metainfo" / f"{metainfo.ID}.metainfo.xml", about)
    icons.lay(share / "icons" / "hicolor")


def _manual(packing: Packing, folder: Path) -> None:
    about = {"version": packing.version, "made": packing.made}
    name = f"{packing.program}.1.gz"
    _write_packed(folder / "man1" / name, manual.page(packing.program, **about))
    if packing.program == "orangery":  # for those who test and look after a home
        text = manual.page(packing.program, **about, tongue=manual.chinese())
        _write_packed(folder / "zh_CN" / "man1" / name, text)


def _documents(packing: Packing, to: Path) -> None:
    folder = Path("usr/share/doc") / packing.program
    _write(to / "root" / folder / "copyright", legal.text(packing.program, packing.built))
    changes = history.debian(packing.program, version=packing.version, made=packing.made)
    _write_packed(to / "deb" / folder / "changelog.gz", changes)
    _write_packed(to / "rpm" / folder / "CHANGELOG.md.gz", (ROOT / "CHANGELOG.md").read_text())


def _completions(program: str, to: Path) -> None:
    said = {shell: completions.script(program, shell) for shell in completions.SHELLS}
    share = Path("usr/share")
    _write(to / "root" / share / "bash-completion/completions" / program, said["bash"])
    _write(to / "root" / share / "fish/vendor_completions.d" / f"{program}.fish", said["fish"])
    for form, folder in (("deb", "vendor-completions"), ("rpm", "site-functions")):
        _write(to / form / share / "zsh" / folder / f"_{program}", said["zsh"])


def _put(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)


def _write(target: Path, text: str) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(text, encoding="utf-8")


def _write_packed(target: Path, text: str) -> None:
    """Write it as gzip -n does: no name and no date in it."""
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(gzip.compress(text.encode(), 9, mtime=0))
