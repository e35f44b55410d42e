"""How both generations of Shelly write versions, ids and addresses."""

import pytest

from fleet.dialects import shelly_words
from fleet.model import Observation, Route, Version
from fleet.steps import Offer, Refusal


@pytest.mark.parametrize(
    ("build", "plain"),
    [
        ("20230913-112003/v1.14.0-gcb84623", "1.14.0"),
        ("20220809-123240/v1.12-g99f7e0b", "1.12"),
        ("20211026-072015/v2.0.3@1dfb9313", "2.0.3"),
        ("20231107-164219/v1.14.1-rc1-g0617c15", "1.14.1-rc1"),
        ("20210710-130145/v1.11.0-g12a9327-master", "1.11.0"),
        ("20220415-105853/v1.11.7-25-gb3b096857-v1.11.7-3em", "1.11.7-25"),
        ("20241202-122319/1.5.0-beta1-g6e6d3b7", "1.5.0-beta1"),
        ("20260515-122917/2.6.1-4762e18a", "2.6.1"),
        ("20250804-114929/gc6a6e5c", ""),
        ("v1.1.10", "1.1.10"),
        ("1.4.4", ""),  # that is all of it
    ],
)
def test_of_a_build_the_version_can_be_compared(build: str, plain: str) -> None:
    assert shelly_words.version(build) == Version(build, plain=plain)


def test_a_version_said_beside_a_build_without_one_is_what_is_compared() -> None:
    assert shelly_words.version("20250821-190155/g7a8da83", "1.7.1") == Version(
        "20250821-190155/g7a8da83", plain="1.7.1"
    )
    assert shelly_words.version(None, "1.7.1") == Version("1.7.1")
    assert shelly_words.version(None) is None


@pytest.mark.parametrize(
    ("device", "family"),
    [
        ("shellyplus1pm-02005e00007f", "shellyplus1pm"),
        ("shellyplug-s-00007F", "shellyplug-s"),
        ("ShellyWallDisplay-02005E00007F", "shellywalldisplay"),
        ("st1820-02005e00007f", "st1820"),
        ("kitchen", ""),
        ("hall/shelly1", ""),
        ("shelly1-00007f", ""),  # a short end is in capitals
    ],
)
def test_an_id_as_the_factory_sets_it_tells_the_family(device: str, family: str) -> None:
    assert shelly_words.family(device) == family


@pytest.mark.parametrize(
    ("device", "said", "mac"),
    [
        ("shellyplus1pm-02005e00007f", "02005E00007E", "02005E00007F"),
        ("shelly1-00007F", "02005E00007F", "02005E00007F"),
        ("kitchen", "123456789", None),
        ("kitchen", "AABBCCDDEEFF", None),
    ],
)
def test_the_mac_is_at_the_end_of_the_id_or_said(device: str, said: str, mac: str | None) -> None:
    expected = {("shelly", device)} | ({("mac", mac)} if mac else set())
    assert shelly_words.ids("shelly", device, said) == expected


@pytest.mark.parametrize(
    ("said", "address"),
    [
        ("192.168.1.64", "192.168.1.64"),
        ("10.0.0.9", "10.0.0.9"),
        ("127.0.0.1:4711", "127.0.0.1:4711"),  # a simulated one
        ("127.0.0.1", None),
        ("127.0.0.1:x", None),
        ("192.168.1.64:81", None),
        ("8.8.8.8", None),
        ("0.0.0.0", None),
        ("router.example", None),
        ("192.168.1.64/evil", None),
        (17, None),
    ],
)
def test_only_an_address_inside_the_home_is_one(said: object, address: str | None) -> None:
    assert shelly_words.home_address(said) == address


def test_what_teaches_topics_measures_nothing_itself() -> None:
    ids = frozenset({("x", "a"), ("mac", "02005E00007F")})
    route = Route(topic="a/b", device=("x", "a"), role="r")
    both = Observation(
        dialect="x", ids=ids, name="A", battery=5, readings={"p": 1.0}, routes=(route,)
    )
    taught, measured = shelly_words.apart([both])
    assert (taught.name, taught.routes, taught.readings) == ("A", (route,), {})
    assert (measured.ids, measured.readings, measured.battery) == ({("x", "a")}, {"p": 1.0}, 5)
    plain = [measured]
    assert shelly_words.apart(plain) is plain


def offer(url: str = "http://192.0.2.2/a.zip", form: str = "zip") -> Offer:
    return Offer(
        transfer="t", version="1", sha256="", size=1, path="p", url=url, mirror="",
        facts={"format": form},
    )  # fmt: skip


@pytest.mark.parametrize(
    ("offered", "refusal"),
    [
        (offer(), None),
        (offer(form="esp"), Refusal("file_of_another_kind", ".zip")),
        (offer(""), Refusal("needs_url")),
        (offer("http://h/" + "a" * 92), Refusal("url_too_long", "101")),
    ],
)
def test_what_no_shelly_could_take_is_refused(offered: Offer, refusal: Refusal | None) -> None:
    assert shelly_words.unfit(offered, 100) == refusal
