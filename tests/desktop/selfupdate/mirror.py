"""The mirror of a program's makers, for tests: of each version the signed list of its files."""

import msgspec

from desktop.build import Build, Packaged
from desktop.selfupdate import place, shipped
from desktop.selfupdate.own_copy import OwnCopy
from firmware import maker_link, roots
from firmware.image_program import FILES
from firmware.release import Channel
from tests.firmware.simulator import Simulator

PLATFORM = "linux-x86_64"


def listed(folder, version):
    """The list of what is in `folder`, as bytes."""
    return shipped.write(shipped.make(folder, version=version, platform=PLATFORM, commit="c" * 40))


def signed_copy(folder, mirror, url):
    """A built copy in `folder`, whose list is on `mirror`, which answers at `url`."""
    built = Build(version="7.1.0", platform=PLATFORM, maker=str(mirror.link(url)))
    about = folder / place.ABOUT
    about.parent.mkdir(parents=True)
    about.write_bytes(msgspec.json.encode(built))
    (folder / "orangery").write_bytes(b"\x7fELF the program")
    body = listed(folder, built.version)
    (folder / shipped.NAME).write_bytes(body)
    mirror.ship(built.version, body)
    return OwnCopy(folder=folder, packaged=Packaged.LOOSE, build=built)


class Mirror(Simulator):
    """A mirror whose week is one list."""

    def ship(self, version, body):
        """Publish a week with the list of this version."""
        path = f"fw/acme/lamp/orangery-{version}-{PLATFORM}.files.json"
        self.files = {path: body}
        model = PLATFORM + FILES
        self.about = {path: {"vendor": "orangery", "model": model, "version": version}}
        self.publish()

    def link(self, url, channel=Channel.ORANGE):
        """The line that a build carries."""
        name = roots.fingerprint((self.metadata / "1.root.json").read_bytes())
        return maker_link.made("orangery", [url], f"sha256:{name}", channel)
