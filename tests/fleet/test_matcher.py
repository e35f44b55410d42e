from fleet.matcher import Matcher


def test_a_matcher_finds_all_filters_of_a_topic():
    matcher = Matcher()
    for name in ("a/+", "a/#", "b/c"):
        matcher.put(name, name)
    assert sorted(matcher.matching("a/x")) == ["a/#", "a/+"]
    matcher.remove("a/#")
    assert matcher.matching("a/x") == ["a/+"]
