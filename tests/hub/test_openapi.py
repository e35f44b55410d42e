"""The document is what the hub does: valid, complete, and true of real answers."""

from __future__ import annotations

import json
import re

import msgspec
import pytest
from openapi_spec_validator import validate

from hub import openapi
from hub.http import Who
from hub.rights import Right
from hub.routes import ENDPOINTS, STATUS
from scripts import generate_docs
from tests.hub.asking import AskedHub
from tests.hub.bodies import smallest
from tests.hub.running import UNLIMITED


@pytest.fixture(scope="module")
def said():
    return openapi.document(ENDPOINTS, STATUS)


@pytest.fixture(scope="module")
def at(tmp_path_factory):
    limits = tuple(f"limits.{name}=1000000" for name in UNLIMITED)
    made = AskedHub(tmp_path_factory.mktemp("hub"), "", limits)
    yield made
    made.close()


def test_a_validator_that_others_maintain_finds_it_valid(said):
    validate(json.loads(msgspec.json.encode(said)))


def test_every_endpoint_is_in_it_under_a_name_of_its_own(said):
    operations = [each for path in said["paths"].values() for each in path.values()]
    assert len(operations) == len(ENDPOINTS)
    names = [each["operationId"] for each in operations]
    assert len(set(names)) == len(names)


def test_who_may_ask_stands_at_each(said):
    for one in ENDPOINTS:
        path = re.sub(r"{(\w+):\w+}", r"{\1}", one.path)
        operation = said["paths"][path][one.method.lower()]
        scheme = {Who.ANYONE: None, Who.MEMBER: [{"signed": []}]}.get(one.who, [{"staff": []}])
        assert operation.get("security") == scheme
        assert operation.get("x-right") == (str(one.who) if isinstance(one.who, Right) else None)


def test_every_reference_leads_somewhere_and_no_schema_is_left_over(said):
    text = json.dumps(said)
    named = set(re.findall(r'"#/components/schemas/([^"]+)"', text))
    assert named == set(said["components"]["schemas"])


def test_questions_that_a_summary_names_are_parameters(said):
    operation = said["paths"]["/v1/staff/invitations"]["get"]
    assert [(p["name"], p["in"]) for p in operation["parameters"]] == [
        ("batch", "query"),
        ("state", "query"),
    ]


def test_the_page_in_docs_is_this_document():
    pages = generate_docs.pages()
    page = generate_docs.ROOT / "docs" / "hub-api.json"
    assert json.loads(pages[page]) == json.loads(
        msgspec.json.encode(openapi.document(ENDPOINTS, STATUS))
    )


def test_the_hub_serves_it(at):
    served = at.ask("GET", "/v1/openapi.json")
    assert served.headers["content-type"] == "application/json"
    assert served.json["openapi"] == "3.1.0"


def called(one) -> str:
    return f"{one.method} {one.path}"


@pytest.mark.parametrize("one", ENDPOINTS, ids=called)
def test_a_real_answer_is_of_the_type_that_stands_there_or_a_problem(at, one):
    """Decoded strictly: a field more or less than declared is an error."""
    asker = at.staff("All") if isinstance(one.who, Right) else at.home("someone")
    path = re.sub(r"{week}", "2026-W49", one.path)
    path = re.sub(r"{\w+(:\w+)?}", "8a4f2a52-3a34-4c9f-9a3e-0c58b2d8a001", path)
    body = b"" if one.asks in (None, bytes) else msgspec.json.encode(smallest(one.asks))
    path = path.removeprefix("/v1/staff/") if isinstance(one.who, Right) else path
    answer = asker.ask(one.method, path, body)
    assert answer.status < 500, answer.body
    if answer.status >= 400:
        assert answer.headers["content-type"] == "application/problem+json"
        assert STATUS.get(answer.code, 400) == answer.status
    elif one.says is None:
        assert answer.body == (b"" if answer.status == 204 else b"{}")
    elif openapi._is_json(one.says) and answer.status == 200:
        msgspec.json.decode(answer.body, type=one.says)
