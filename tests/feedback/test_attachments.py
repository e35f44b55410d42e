from __future__ import annotations

import hashlib
import io
import json
import struct

import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from feedback import attachments
from feedback.attachments import prepare
from feedback.redaction import Redactor
from feedback.wire import HubError


def redactor() -> Redactor:
    return Redactor({"AABBCCDDEEFF": "id", "bedside_anna": "name"}, salt=b"salt")


def prepared(data: bytes, name: str = "log.txt") -> attachments.Prepared:
    return prepare(data, name, redactor())


def photo(kind: str = "JPEG", **more) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (40, 20), "orange").save(out, kind, **more)
    return out.getvalue()


def with_place() -> bytes:
    exif = Image.Exif()
    exif[0x010F] = "AnnaPhone"
    exif[0x0112] = 6  # lies on its side
    exif.get_ifd(0x8825)[1] = "N"
    exif.get_ifd(0x8825)[29] = "2026:11:27"
    return photo(exif=exif)


def test_a_log_goes_along_without_names_and_addresses():
    said = prepared(b"12:00 bedside_anna at 192.168.1.17 (aa:bb:cc:dd:ee:ff) rebooted\n")
    assert said.type == "text/plain"
    assert b"rebooted" in said.data
    assert said.places == 3
    for secret in (b"anna", b"192.168", b"aa:bb"):
        assert secret not in said.data


def test_a_file_of_json_is_redacted_by_its_keys_too():
    said = prepared(json.dumps({"wifi": {"psk": "a plain word"}, "lqi": 80}).encode(), "state.json")
    assert (said.type, said.name) == ("application/json", "state.json")
    assert json.loads(said.data)["lqi"] == 80
    assert b"plain word" not in said.data


def test_each_line_of_json_in_a_log_is_redacted_by_its_keys():
    said = prepared(b'started\n{"psk": "a plain word", "lqi": 80}\nended\n')
    assert b"plain word" not in said.data
    assert b'"lqi":80' in said.data


def test_the_same_value_has_the_same_token_as_in_the_evidence_of_its_report():
    one = redactor()
    token = one.text("aa:bb:cc:dd:ee:ff")
    assert token.encode() in prepare(b"AABBCCDDEEFF", "a.txt", one).data


@pytest.mark.parametrize("code", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
def test_text_of_every_usual_coding_becomes_utf_8(code):
    said = prepared("灯在闪 bedside_anna".encode(code))
    assert said.data.decode().startswith("灯在闪 <name-")


def test_a_picture_is_drawn_anew_without_place_time_or_camera():
    said = prepared(with_place(), "IMG_1.jpeg")
    assert (said.type, said.name) == ("image/jpeg", "IMG_1.jpeg")
    with Image.open(io.BytesIO(said.data)) as found:
        assert dict(found.getexif()) == {}
        assert found.size == (20, 40)  # upright, as the camera meant it
    assert b"AnnaPhone" not in said.data
    assert b"Exif" not in said.data


def test_words_inside_a_picture_file_and_behind_its_end_are_gone():
    notes = PngInfo()
    notes.add_text("Comment", "at Anna's")
    said = prepared(photo("PNG", pnginfo=notes) + b"hidden behind", "shot.png")
    assert b"Anna" not in said.data
    assert b"hidden" not in said.data


@pytest.mark.parametrize("kind", ["WEBP", "BMP", "GIF"])
def test_other_pictures_become_png(kind):
    said = prepared(photo(kind), f"a.{kind.lower()}")
    assert (said.type, said.name) == ("image/png", "a.png")


def test_of_a_film_in_a_gif_the_first_picture_goes_along_and_it_says_so():
    frames = [Image.new("RGB", (8, 8), colour) for colour in ("red", "lime", "blue")]
    out = io.BytesIO()
    frames[0].save(out, "GIF", save_all=True, append_images=frames[1:])
    assert prepared(out.getvalue(), "a.gif").note == "first_frame"


def test_the_hash_is_of_the_bytes_that_are_sent():
    said = prepared(b"on")
    assert said.sha256 == hashlib.sha256(said.data).hexdigest()


def test_the_name_of_the_file_is_redacted_and_never_a_path():
    assert "anna" not in prepared(b"on", "/media/anna/bedside_anna.log").name
    assert prepared(b"on", "C:\\logs\\a.log").name == "a.log"


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "attachment_empty"),
        (b"\x00\x01\x02", "attachment_unknown"),
        (b"PK\x03\x04" + b"\x00" * 20, "attachment_unknown"),
        (b"\x89PNG\r\n\x1a\nno picture", "attachment_damaged"),
        (photo()[:200], "attachment_damaged"),
        (b"x" * (attachments.LARGEST + 1), "attachment_too_large"),
    ],
)
def test_what_cannot_be_looked_through_is_refused(data, code):
    with pytest.raises(HubError, match=code):
        prepared(data, "file")


def test_a_picture_of_countless_points_is_refused_before_it_is_unpacked():
    huge = bytearray(photo("PNG"))
    huge[16:24] = struct.pack(">II", 60_000, 60_000)
    with pytest.raises(HubError, match="attachment"):
        prepared(bytes(huge))


def test_a_report_has_ten_files_and_a_hundred_mebibytes_at_most():
    attachments.check_all([attachments.ALL_MOST // 10] * 10)
    with pytest.raises(HubError, match="attachments_too_many"):
        attachments.check_all([1] * 11)
    with pytest.raises(HubError, match="attachments_too_large"):
        attachments.check_all([attachments.LARGEST] * 5)
