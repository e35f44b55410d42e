from fleet import votes
from fleet.model import Availability, Vote


def vote(group: str, topic: str, says: str, mode: str = "latest") -> Vote:
    return Vote(group=group, mode=mode, of=("a", "b"), topic=topic, says=Availability(says))


def test_a_device_with_one_group_online_is_online() -> None:
    said = [vote("1", "a", "offline"), vote("2", "b", "online")]
    assert votes.availability(said) is Availability.ONLINE


def test_in_mode_latest_the_last_word_counts_whatever_its_topic() -> None:
    said = [vote("1", "b", "offline"), vote("1", "a", "online"), vote("1", "b", "offline")]
    assert votes.availability(said) is Availability.OFFLINE


def test_nobody_spoke() -> None:
    assert votes.availability([]) is Availability.UNKNOWN
