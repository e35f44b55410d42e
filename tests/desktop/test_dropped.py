"""What files are, tried on real ones: images, bundles, events, links, receipts, and others."""

from __future__ import annotations

import os
from pathlib import Path

import msgspec
import pytest

from desktop import move_out
from desktop.demo.images import make_org1
from desktop.dropped import What, look
from feedback.wire_carry import FORMAT, Receipt
from firmware import bundle, exchange
from firmware.publish import Publisher
from fleet.errors import CommandError
from tests.desktop.homes import furnish
from tests.firmware.images import zigbee
from tests.firmware.simulator import Simulator

RECEIPT = Receipt(format="orangery-receipt-1", hub="Acme", outbox_id="o", settled=(), hub_time=1.0)
LINK = "orangery:maker?name=acme&url=https://fw.example&root=sha256:" + "9" * 64


def put(folder: Path, data: bytes | str, name: str = "file") -> Path:
    file = folder / name
    file.write_bytes(data.encode() if isinstance(data, str) else data)
    return file


def test_an_image_says_who_it_is_for(tmp_path: Path) -> None:
    body = make_org1(vendor="Acme", model="LGT-01", version="1.2.0", counter=3)
    found = look(put(tmp_path, body))
    assert found.what is What.IMAGE
    assert (found.image.vendor, found.image.model, found.image.version) == (
        "Acme",
        "LGT-01",
        "1.2.0",
    )
    assert found.size == len(body)


def test_an_image_of_another_format_is_one_too(tmp_path: Path) -> None:
    assert look(put(tmp_path, zigbee())).image.format == "zigbee-ota"


def test_a_bundle_is_a_week_with_so_many_files(tmp_path: Path) -> None:
    sim = Simulator(tmp_path / "sim")
    sim.add_bundle()
    sim.publish()
    file = bundle.write(sim.folder, sim.week, tmp_path / "week.bundle")
    found = look(file)
    assert found.what is What.BUNDLE
    assert found.files >= 1
    assert look(sim.folder).what is What.BUNDLE  # and so is a folder that is a mirror


def test_an_event_file_of_release_staff_says_its_week(half: Publisher, tmp_path: Path) -> None:
    found = look(exchange.send(half, tmp_path / "w.event"))
    assert (found.what, found.week) == (What.EVENT, "2026-W48")


@pytest.mark.parametrize("text", [LINK, f"\ufeff{LINK}\n", f"[InternetShortcut]\r\nURL={LINK}\r\n"])
def test_a_makers_link_in_a_file_is_one(tmp_path: Path, text: str) -> None:
    found = look(put(tmp_path, text))
    assert (found.what, found.text) == (What.MAKER, LINK)


def test_another_link_of_ours_leads_somewhere(tmp_path: Path) -> None:
    assert look(put(tmp_path, "orangery:device/d1")).what is What.LINK


def test_a_receipt_and_an_outbox_are_told_apart(tmp_path: Path) -> None:
    receipt = msgspec.json.encode(RECEIPT)
    assert look(put(tmp_path, receipt)).text == receipt.decode()
    outbox = f'{{"format":"{FORMAT}","hub":"h"}}\n{{"headers":{{}},"body":""}}\n'
    assert look(put(tmp_path, outbox)).what is What.OUTBOX


@pytest.mark.parametrize("data", [b"words\n", b"\x89PNG\r\n\x1a\n123", b"\xff\xd8\xff\xe0"])
def test_texts_and_pictures_may_go_along_with_a_report(tmp_path: Path, data: bytes) -> None:
    assert look(put(tmp_path, data)).what is What.EVIDENCE


@pytest.mark.parametrize(
    "data", [b"", b"\x00\x01\x02", b"PK\x03\x04 no zip", b'{"format": "other"}\x00', b"{" * 9000]
)
def test_anything_else_is_unknown_or_a_text_and_never_fails(tmp_path: Path, data: bytes) -> None:
    assert look(put(tmp_path, data)).what in {What.UNKNOWN, What.EVIDENCE, What.IMAGE}


def test_a_folder_is_unknown_unless_it_is_a_mirror(tmp_path: Path) -> None:
    assert look(tmp_path).what is What.UNKNOWN


def test_a_file_that_is_gone_is_told(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="drop_unreadable"):
        look(tmp_path / "gone")


@pytest.mark.parametrize("passphrase", ["", "three boats"])
def test_a_whole_house_is_one_locked_or_not(tmp_path: Path, passphrase: str) -> None:
    file = tmp_path / "h.orangery.zip.age"
    move_out.write(furnish(tmp_path / "house"), file, passphrase=passphrase)
    assert look(file).what is What.HOUSE


def test_what_another_program_has_locked_is_no_house(tmp_path: Path) -> None:
    assert look(put(tmp_path, b"age-encryption.org/v1\n-> X25519 a\n\x01")).what is What.UNKNOWN
    assert look(put(tmp_path, b"PK\x03\x04 no zip")).what is not What.HOUSE


def test_what_is_no_file_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path / "pipe", Path("/dev/zero")):
        with pytest.raises(CommandError, match="drop_unreadable"):
            look(path)
