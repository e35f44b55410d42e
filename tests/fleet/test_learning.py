"""What a registry keeps of small messages: routes that remember, names, features, batteries."""

from fleet.capability import Capability, Feature
from fleet.model import Message, Observation, Route
from fleet.registry import Registry

ME = ("small", "a")
BATTERY = Feature(capability=Capability.BATTERY, dialect="small", unit="%")
OTHER = Feature(capability=Capability.TEXT, dialect="small")


class Small:
    """A dialect of which a test says what it reads."""

    name, rank = "small", 1

    def __init__(self) -> None:
        self.got: list[tuple[Route, ...]] = []

    def filters(self):
        return (("small/+", 1),)

    def read(self, message, routes):
        self.got.append(tuple(routes))
        return ()


def heard(*said: dict) -> Registry:
    registry = Registry([Small()])
    for each in said:
        observation = Observation(dialect="small", ids=frozenset({ME}), **each)
        registry.fold([observation], 1.0)
    return registry


def only(registry: Registry):
    (device,) = registry.devices.values()
    return device


def test_a_route_that_only_remembers_is_brought_back_but_not_subscribed_to() -> None:
    routes = (
        Route(topic="deep/#", device=ME, role="facts", args={"unit": "°C"}, subscribe=False),
        Route(topic="deep/+", device=ME, role="listen"),
    )
    registry = heard({"routes": routes})
    assert registry.new_filters() == [("deep/+", 1)]
    assert registry.filters() == [("small/+", 1), ("deep/+", 1)]
    dialect = Small()
    other = Registry([dialect])
    other.fold([Observation(dialect="small", ids=frozenset({ME}), routes=routes)], 1.0)
    other.read(Message(broker="home", topic="deep/er/still", payload=b""))
    assert dialect.got == [routes[:1]]


def test_a_topic_that_one_only_remembers_and_another_needs_is_subscribed_to() -> None:
    route = Route(topic="deep/#", device=ME, role="facts", subscribe=False)
    registry = heard({"routes": (route,)})
    other = Route(topic="deep/#", device=("small", "b"), role="listen")
    registry.fold(
        [Observation(dialect="small", ids=frozenset({("small", "b")}), routes=(other,))], 2.0
    )
    assert registry.new_filters() == [("deep/#", 1)]


def test_a_device_whose_name_alone_came_can_be_taken_back() -> None:
    registry = heard({"name": "Lamp"}, {"name": "Other lamp"}, {"gone": True})
    assert not registry.devices


def test_a_level_that_was_read_before_it_was_known_to_be_a_battery_counts() -> None:
    assert only(heard({"readings": {"p": "77"}}, {"features": {"p": BATTERY}})).battery == 77
    assert only(heard({"readings": {"p": "full"}}, {"features": {"p": BATTERY}})).battery is None
    assert only(heard({"readings": {"p": "300"}}, {"features": {"p": BATTERY}})).battery is None


def test_what_was_said_of_the_battery_itself_counts_more() -> None:
    device = only(heard({"readings": {"p": 77.0}}, {"battery": 5.0}, {"features": {"p": BATTERY}}))
    assert device.battery == 5


def test_features_without_end_are_kept_up_to_a_limit() -> None:
    device = only(heard(*({"features": {f"p{number}": OTHER}} for number in range(700))))
    assert len(device.features) == 512
    assert "p0" in device.features
