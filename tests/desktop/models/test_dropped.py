from __future__ import annotations

from pathlib import Path

import pytest

from desktop.commands import SetReleaseFolder
from desktop.dropped import Dropped, What
from desktop.models.dropped import Deed, compose
from desktop.models.mirror import Mirror
from firmware.image_facts import ImageFacts
from tests.desktop import fake_house

pytestmark = pytest.mark.usefixtures("spoken")


def mirror(**facts) -> Mirror:
    return Mirror(fake_house.house(**facts))


def image(**more) -> Dropped:
    known = {"format": "org1", "size": 4096, "sha256": "a" * 64, "version": "1.129.0"}
    return Dropped(path=Path("lamp.bin"), what=What.IMAGE, image=ImageFacts(**{**known, **more}))


def row(sheet, name: str) -> str:
    return dict(sheet.rows).get(name, "")


def test_an_image_names_the_devices_it_is_for() -> None:
    sheet = compose(image(vendor="Acme", model="AM-7"), mirror())
    assert row(sheet, "Here it is for") == "Air monitor"
    assert sheet.devices == ("d5",)
    assert (row(sheet, "Version"), row(sheet, "Problems")) == ("1.129.0", "")


def test_of_many_devices_the_number_is_told() -> None:
    lamps = {f"l{n}": fake_house.device(f"l{n}", f"Lamp {n}") for n in range(6)}
    house = mirror()
    house.devices.update(lamps)
    sheet = compose(image(vendor="Acme", model="LGT-01"), house)
    assert row(sheet, "Here it is for") == "10 devices"


def test_an_image_for_none_of_them_says_so() -> None:
    sheet = compose(image(vendor="Acme", model="other"), mirror())
    assert row(sheet, "Here it is for") == "no device of this house"


def test_an_image_that_names_no_model_might_be_for_those_that_take_its_format() -> None:
    sheet = compose(image(format="esp"), mirror())
    assert row(sheet, "Here it is for").startswith("perhaps Desk plug, Strip light")


def test_only_release_staff_may_add_an_image_to_the_week() -> None:
    assert compose(image(), mirror()).deeds == (Deed.REPORT,)
    assert compose(image(), mirror()).main is None
    staff = mirror(release={"folder": SetReleaseFolder(folder="/weeks")})
    assert compose(image(), staff).main is Deed.ADD_TO_WEEK


@pytest.mark.parametrize(
    ("what", "deed"),
    [
        (What.BUNDLE, Deed.CHECK),
        (What.MAKER, Deed.ADD_MAKER),
        (What.LINK, Deed.FOLLOW),
        (What.RECEIPT, Deed.TAKE_RECEIPT),
        (What.EVIDENCE, Deed.ATTACH),
        (What.EVENT, None),
        (What.OUTBOX, None),
        (What.UNKNOWN, None),
    ],
)
def test_each_kind_says_what_can_be_done_with_it(what: What, deed: Deed | None) -> None:
    sheet = compose(Dropped(path=Path("x"), what=what, size=3), mirror())
    assert sheet.main is deed
    assert sheet.title
    assert sheet.text


def test_a_receipt_means_nothing_to_a_house_at_no_hub() -> None:
    sheet = compose(Dropped(path=Path("x"), what=What.RECEIPT), mirror(member={}))
    assert sheet.main is None
    assert "no hub" in sheet.text
