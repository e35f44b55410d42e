import hashlib

import pytest

from firmware.whole_file import message_of
from fleet.steps import Publish, PublishFile, Refusal
from tests.firmware.releases import staged
from tests.firmware.runners import RELEASE

STEP = PublishFile(topic="homie/relay/$implementation/ota/firmware/")


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "blob"
    path.write_bytes(RELEASE.image)
    return staged(path, RELEASE.target)


def test_the_file_goes_out_whole_and_its_md5_ends_the_topic(file) -> None:
    message = message_of(STEP, file, 0)
    assert isinstance(message, Publish)
    assert message.payload == RELEASE.image
    assert message.topic == STEP.topic + hashlib.md5(RELEASE.image).hexdigest()
    assert (message.qos, message.retain) == (1, False)


def test_a_broker_that_takes_no_such_message_is_named_before_anything_is_sent(file) -> None:
    size = len(RELEASE.image)
    assert message_of(STEP, file, size) == Refusal("broker_packet_limit", f"{size / 1024:.0f} KiB")
    assert isinstance(message_of(STEP, file, size + 1024), Publish)


def test_bytes_that_changed_since_they_were_verified_go_nowhere(file) -> None:
    file.path.write_bytes(b"other" + RELEASE.image)
    assert message_of(STEP, file, 0) == Refusal("fault", "the file changed on the disk")
    file.path.unlink()
    assert isinstance(message_of(STEP, file, 0), Refusal)


def test_without_a_file_there_is_nothing_to_send() -> None:
    assert message_of(STEP, None, 0) == Refusal("no_way_to_install")
