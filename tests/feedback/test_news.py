from feedback.news import News


def test_only_what_is_new_other_or_gone_is_told():
    news = News()
    assert news.since({"act": {"a": 1, "b": 2}}) == {"act": {"a": 1, "b": 2}}
    assert news.since({"act": {"a": 1, "b": 3}}) == {"act": {"b": 3}}
    assert news.since({"act": {"b": 3}}) == {"act": {"a": None}}
    assert news.since({"act": {"b": 3}}) == {}
