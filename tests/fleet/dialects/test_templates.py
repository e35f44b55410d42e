import pytest
from hypothesis import given
from hypothesis import strategies as st

from fleet.dialects import templates
from fleet.dialects.templates import render


@pytest.mark.parametrize(
    ("source", "value", "result"),
    [
        ("{{ value }}", "on", "on"),
        ("{{ value_json.update.installed }}", '{"update": {"installed": "1"}}', "1"),
        ("{{ value_json['a']['b'] }}", '{"a": {"b": 2}}', "2"),
        ("{{ value_json.list.0.id }}", '{"list": [{"id": 5}]}', "5"),
        ("{% if value_json.up %}online{% else %}offline{% endif %}", '{"up": false}', "offline"),
        ("{{ value | float / 60 }}", "90", "1.5"),
        ("{{ '%0.2f' | format(float(value)) }}", "1.239", "1.24"),
        ("{{ value_json | to_json }}", '{"ä": 1}', '{"ä": 1}'),
        ("{{ value_json.a is defined }}", "{}", "False"),
        ("{{ value_json.a | default('none') }}", "{}", "none"),
        ("{{ value_json.get('progress', 'null') }}", "{}", "null"),
        ("{{ (value_json.s == 'x') | lower }}", '{"s": "x"}', "true"),
        ("{{ value.replace('_', ' ') }}", "a_b", "a b"),
        ("{{ value | int(99) }}", "many", "99"),
        ("{{ 0 | timestamp_local }}", "", "1970-01-01T00:00:00+00:00"),
        ("{{ 'a' ~ value[0:2] }}", "xyz", "axy"),
    ],
)
def test_what_real_announcements_use_is_understood(source: str, value: str, result: str) -> None:
    assert render(source, value) == result


@pytest.mark.parametrize(
    "source",
    [
        "{% for x in [1] %}{{ x }}{% endfor %}",
        "{% set x = value %}{{ x }}",
        "{{ 'a' * 9 }}",
        "{{ 2 ** 9 }}",
        "{{ range(9) }}",
        "{{ value | of_tomorrow }}",
        "{{ states('sensor.x') }}",
        "{{ now() }}",
        "{{ value.__class__.__mro__() }}",
        "{{ ''.format(value) }}",
        "{% macro m() %}{% endmacro %}",
        "{% include 'x' %}",
        "{{ value",
        "{{ " + "(" * 3000 + "1" + ")" * 3000 + " }}",
        "{{ " + "not " * 200 + "1 }}",
        "x" * 5000,
    ],
)
def test_what_is_not_on_the_list_is_not_run(source: str) -> None:
    assert render(source, "1") is None


@pytest.mark.parametrize(
    "source",
    [
        "{{ '%99999999d' | format(1) }}",
        "{{ '%99999999d' % 1 }}",
        "{{ '%*d' | format(9, 1) }}",
        "{{ value.replace('', '" + "x" * 3000 + "') | length }}",
        "{{ value | replace('a', '" + "x" * 3000 + "') | length }}",
        "{{ 0 | timestamp_custom('%99999999Y') }}",
        "{{ value_json.x | is_defined }}",
        "{{ 1 / 0 }}",
        "{{ value | int }}",
        "{{ [value] | join(value) | from_json }}",
    ],
)
def test_what_grows_or_fails_is_unknown(source: str) -> None:
    assert render(source, "a" * 2000) is None


def test_a_payload_beyond_64_kib_is_not_rendered() -> None:
    assert render("{{ value }}", "a" * 70_000) is None


def test_rounding_to_a_million_digits_is_harmless() -> None:
    assert render("{{ 5 | round(-1000000000) }}", "") == "0.0"


@given(source=st.text(alphabet="{}%|()[]~'\"._ value_json+-*/<>=ifels0123456789", max_size=80))
def test_no_template_raises(source: str) -> None:
    rendered = render("{{" + source + "}}", '{"a": [1, {"b": null}]}')
    assert rendered is None or isinstance(rendered, str)


@pytest.mark.parametrize(
    "source", ["{{ value_json.a }}", "{{ value_json['a'] }}", "{{value_json.a.b}}"]
)
@pytest.mark.parametrize(
    "value",
    [
        *('{"a": 1.50}', '{"a": -3}', '{"a": true}', '{"a": null}', '{"a": " x "}', '{"a": ""}'),
        *('{"a": {"b": 7}}', '{"a": [1]}', '{"b": 1}', "[1]", "7", "no JSON", '{"a": nan}'),
    ],
)
def test_a_template_that_only_names_a_field_says_what_jinja_says(monkeypatch, source, value):
    short = render(source, value)
    monkeypatch.setattr(templates, "_at", lambda path, value: None)
    assert short == render(source, value)


def test_only_a_template_that_names_a_field_and_no_more_goes_without_jinja():
    assert templates._path("{{ value_json.a['b'].c }}") == ("a", "b", "c")
    for source in (
        "{{ value_json.a | int }}",
        "{{ value.a }}",
        "{{ value_json[0] }}",
        "x{{ value_json.a }}",
    ):
        assert templates._path(source) == ()
