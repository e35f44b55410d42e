"""An archive of Orangery and the list of its files ship together, or not at all."""

import pytest

from desktop.selfupdate import shipped
from firmware.image_program import FILES
from tests.desktop.selfupdate.renewing import PLATFORM, archived, program
from tests.firmware.gated import House, image, week

VERSION = "0.2.0"


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """An archive and its list."""
    return archived(tmp_path_factory.mktemp("build"), VERSION)


def of_program(body, model=PLATFORM, version=VERSION):
    said = {"vendor": "orangery", "model": model, "hardware": (), "version": version}
    return image(body, path=f"fw/orangery/desktop/{model}-{version}.x", **said)


def found(folder, *bodies_and_images):
    house = House(folder)
    for body, _ in bodies_and_images:
        house.keep(body)
    return house.codes(week(*(one for _, one in bodies_and_images)))


def test_an_archive_ships_with_the_very_list_that_lies_in_it(built, tmp_path):
    archive, listed = built
    whole = (archive, of_program(archive)), (listed, of_program(listed, PLATFORM + FILES))
    assert not {one for one in found(tmp_path, *whole) if one.startswith("program_")}
    assert "program_list_missing" in found(tmp_path, whole[0])
    assert "program_archive_missing" in found(tmp_path, whole[1])


def test_the_list_of_another_build_is_refused(built, tmp_path):
    archive, _ = built
    other = program(tmp_path / "other", VERSION)
    (other / "more").write_bytes(b"x")
    listed = shipped.write(shipped.make(other, version=VERSION, platform=PLATFORM))
    week_ = (archive, of_program(archive)), (listed, of_program(listed, PLATFORM + FILES))
    assert "program_list_other" in found(tmp_path, *week_)
