import pytest

from feedback.commands import FindSimilar
from feedback.finding import FILE, Finding
from feedback.report import Report, ReportState
from feedback.wire import DeviceFacts, Kind
from feedback.wire_triage import ClusterDoc, ClusterState, PublicWords
from fleet.errors import CommandError
from fleet.model import OWNER, Changes, Device, Snapshot, Version

LAMP = Device(key="k1", name="Lamp", vendor="acme", model="LAMP-1", version=Version("2.0.1"))
NOW = 1_795_000_000.0


class SmallHouse:
    """A house that only keeps what it is told and tells it on."""

    def __init__(self) -> None:
        self.facts = {"cluster": {}, "report": {}}
        self.handlers, self.listeners, self.number = {}, [], 0

    def handle(self, kind, role, fn):
        assert role == "admin"
        self.handlers[kind] = fn

    def listen(self, fn):
        self.listeners.append(fn)

    def snapshot(self):
        return Snapshot(number=self.number, devices={"k1": LAMP}, facts=self.facts)

    def tell(self, kind=None, **values):
        for name, value in values.items():
            self.facts[kind].pop(name, None)
            if value is not None:
                self.facts[kind][name] = value
        self.number += 1
        facts = {kind: values} if kind else {}
        for listener in self.listeners:
            listener(Changes(number=self.number, at=NOW, facts=facts))


@pytest.fixture
def opened(tmp_path):
    made = []

    def open_(folder=tmp_path):
        house = SmallHouse()
        finding = Finding(folder, clock=lambda: NOW)
        finding.attach(house)
        made.append(finding)
        house.close = finding.close
        return house

    yield open_
    for finding in made:
        finding.close()


@pytest.fixture
def house(opened):
    return opened()


def find(house, title, **more):
    return house.handlers[FindSimilar](FindSimilar(title=title, **more), OWNER).result(20)


def cluster(name, english="", chinese="", model="", **more):
    words = {"en": english, "zh_CN": chinese}
    given = {key: PublicWords(title=said, workaround="wait") for key, said in words.items() if said}
    return ClusterDoc(
        **{"id": name, "kind": Kind.PROBLEM, "state": ClusterState.OPEN, "vendor": "acme"}
        | {"model": model, "component": "", "words": given, "made": NOW}
        | more
    )


def test_a_known_problem_is_found_in_both_languages_with_what_is_told_of_it(house):
    known = cluster(
        "c1", "Plug drops off at night", "插座夜里掉线", households=7, fix_week="2026-W49"
    )
    house.tell("cluster", c1=known, c2=cluster("c2", "Lock battery empty"))
    for words in ("socket offline every night", "插座半夜離線"):
        hit = find(house, words)[0]
        assert (hit.kind, hit.id, hit.state, hit.households) == ("cluster", "c1", "open", 7)
        assert hit.titles == {"en": "Plug drops off at night", "zh_CN": "插座夜里掉线"}
        assert hit.workarounds == {"en": "wait", "zh_CN": "wait"}
        assert hit.fix_week == "2026-W49"


def test_what_was_sent_from_here_is_found_and_a_draft_is_not(house):
    sent = Report(id="r1", title="Fan is loud", text="", state=ReportState.SENT)
    house.tell("report", r1=sent, r2=Report(id="r2", title="Fan is loud", text=""))
    assert [(one.kind, one.id) for one in find(house, "loud fan")] == [("report", "r1")]


def test_a_draft_that_is_sent_comes_in(house):
    house.tell("report", r1=Report(id="r1", title="Fan is loud", text=""))
    assert find(house, "loud fan") == ()
    house.tell("report", r1=Report(id="r1", title="Fan is loud", text="", state=ReportState.SEEN))
    assert len(find(house, "loud fan")) == 1


def test_what_is_gone_or_merged_is_not_found(house):
    house.tell("cluster", c1=cluster("c1", "Fan is loud"), c2=cluster("c2", "Fan is loud again"))
    merged = cluster("c2", "Fan is loud again", state=ClusterState.MERGED)
    house.tell("cluster", c1=None, c2=merged)
    assert find(house, "loud fan") == ()


def test_the_model_of_the_device_comes_first(house):
    house.tell(
        "cluster",
        c1=cluster("c1", "It hums", model="PLUG-1"),
        c2=cluster("c2", "It hums", model="LAMP-1"),
    )
    assert find(house, "it hums", device="k1")[0].id == "c2"
    assert find(house, "it hums", device="nobody's")[0].id == "c1"


def test_the_version_of_a_report_counts_too(house):
    for name, version in (("r1", "1.0.0"), ("r2", "2.0.3")):
        facts = DeviceFacts(model="LAMP-1", version=version)
        report = Report(id=name, title="It hums", text="", facts=facts, state=ReportState.SENT)
        house.tell("report", **{name: report})
    assert find(house, "it hums", device="k1")[0].id == "r2"


def test_no_more_than_asked_for(house):
    house.tell("cluster", **{f"c{n}": cluster(f"c{n}", "It hums") for n in range(9)})
    assert len(find(house, "it hums", limit=2)) == 2


def test_the_index_is_kept_and_what_went_meanwhile_is_taken_out(opened, tmp_path):
    house = opened()
    house.tell("cluster", c1=cluster("c1", "It hums"), c2=cluster("c2", "It hums too"))
    assert len(find(house, "it hums")) == 2
    house.close()
    again = opened()
    again.tell("cluster", c1=cluster("c1", "It hums"))
    assert [one.id for one in find(again, "it hums")] == ["c1"]


def test_a_house_that_knows_nothing_makes_no_file(house, tmp_path):
    house.tell()
    house.close()
    assert not (tmp_path / FILE).exists()


def test_a_broken_index_is_made_anew(opened, tmp_path):
    (tmp_path / FILE).write_bytes(b"no database" * 1000)
    house = opened()
    house.tell("cluster", c1=cluster("c1", "It hums"))
    assert len(find(house, "it hums")) == 1


def test_an_index_of_other_rules_is_made_anew(opened, monkeypatch):
    house = opened()
    house.tell("cluster", c1=cluster("c1", "It hums"))
    find(house, "it hums")
    house.close()
    monkeypatch.setattr("feedback.tokens.RULES", 2)
    again = opened()
    again.tell("cluster", c1=cluster("c1", "It hums"))
    assert len(find(again, "it hums")) == 1


def test_after_the_end_nothing_is_kept_and_nobody_waits(house):
    house.close()
    house.tell("cluster", c1=cluster("c1", "It hums"))
    with pytest.raises(CommandError, match="house_closed"):
        find(house, "it hums")
