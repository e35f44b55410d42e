"""Signing in at a provider: the mock in a real process, and every lie that a provider can tell."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest

from feedback.wire import HubError
from hub import oidc
from hub.oidc import Flow
from tests.hub import providers

BACK = "http://127.0.0.1:8460/v1/staff/oidc/back"


@pytest.fixture(scope="module")
def running():
    with providers.running() as provider:
        yield provider


@pytest.fixture
def provider(running):
    yield running
    running.honest()


class SignIn:
    """One sign-in at our side, with a clock of its own."""

    def __init__(self, provider, **more) -> None:
        self.provider = provider
        self.late = 0.0
        self.client = oidc.Provider(
            provider.settings(**more), clock=lambda: time.time() + self.late
        )
        self.flow = Flow.begin()

    def consent(self, sub: str = "lin") -> dict[str, str]:
        return self.provider.consent(self.client.address(self.flow, BACK), sub)

    def person(self, sub: str = "lin") -> oidc.Person:
        try:
            return self.client.person(self.flow, self.consent(sub)["code"], BACK)
        finally:
            self.client.close()


def test_a_person_comes_back_with_the_roles_that_the_settings_give(provider):
    person = SignIn(provider).person("lin")
    assert (person.name, person.roles) == ("lin@acme.example", ("triager",))
    assert (person.issuer, person.subject) == (provider.issuer, "lin")


def test_a_claim_that_is_one_word_and_gives_several_roles(provider):
    assert SignIn(provider).person("mei").roles == ("lead", "steward")


@pytest.mark.parametrize("sub", ["guest", "nameless", "stranger"])
def test_a_person_unknown_to_this_hub_gets_nothing(provider, sub):
    with pytest.raises(HubError, match="login_refused"):
        SignIn(provider).person(sub)


def test_an_address_that_the_provider_has_not_verified_is_nobodys(provider):
    provider.lie = lambda claims: {**claims, "email_verified": False}
    with pytest.raises(HubError, match="login_refused"):
        SignIn(provider).person()


LIES = {
    "another audience": {"aud": "somebody else"},
    "several audiences, made for another one": {"aud": ["orangery", "x"], "azp": "x"},
    "several audiences, made for nobody": {"aud": ["orangery", "x"]},
    "made for another one": {"azp": "x"},
    "another nonce": {"nonce": "of another sign-in"},
    "no nonce": {"nonce": None},
    "another issuer": {"iss": "https://evil.example"},
    "expired": {"exp": int(time.time()) - 3600},
    "never expires": {"exp": None},
    "from the future": {"iat": int(time.time()) + 3600},
    "not yet valid": {"nbf": int(time.time()) + 3600},
    "of nobody": {"sub": None},
}


@pytest.mark.parametrize("lie", LIES)
def test_an_id_token_that_is_not_for_us_and_now_is_refused(provider, lie):
    def told(claims):
        changed = {**claims, **LIES[lie]}
        return {name: value for name, value in changed.items() if value is not None}

    provider.lie = told
    with pytest.raises(HubError, match="login_refused"):
        SignIn(provider).person()


def test_an_unsigned_id_token_is_refused(provider):
    provider.unsigned()
    with pytest.raises(HubError, match="login_refused"):
        SignIn(provider).person()


def test_the_public_key_is_never_taken_for_a_secret(provider):
    provider.signed_with_the_public_key_as_a_secret()
    with pytest.raises(HubError, match="login_refused"):
        SignIn(provider).person()


def test_a_key_that_the_provider_does_not_publish_is_refused(provider):
    honest = provider.key
    provider.new_key()
    provider.key = honest
    with pytest.raises(HubError, match="login_refused"):
        SignIn(provider).person()


def test_a_token_that_has_become_old_is_refused(provider):
    sign_in = SignIn(provider)
    sign_in.late = 2 * 3600
    with pytest.raises(HubError, match="login_refused"):
        sign_in.person()


def test_a_provider_may_change_its_key(provider):
    sign_in = SignIn(provider)
    code = sign_in.consent()["code"]
    assert sign_in.client.person(sign_in.flow, code, BACK)
    provider.new_key()
    sign_in.flow, sign_in.late = Flow.begin(), 61.0
    assert sign_in.person().name == "lin@acme.example"


def test_a_code_caught_on_its_way_is_worth_nothing_without_the_verifier(provider):
    sign_in = SignIn(provider)
    code = sign_in.consent()["code"]
    sign_in.flow = replace(sign_in.flow, verifier=Flow.begin().verifier)
    with pytest.raises(HubError, match="login_refused"):
        sign_in.client.person(sign_in.flow, code, BACK)
    sign_in.client.close()


def test_a_code_works_once(provider):
    sign_in = SignIn(provider)
    code = sign_in.consent()["code"]
    assert sign_in.client.person(sign_in.flow, code, BACK)
    with pytest.raises(HubError, match="login_refused"):
        sign_in.client.person(sign_in.flow, code, BACK)
    sign_in.client.close()


def test_the_description_of_another_issuer_is_not_believed(provider):
    sign_in = SignIn(provider, issuer=provider.issuer.replace("127.0.0.1", "localhost"))
    with pytest.raises(HubError, match="login_unreachable"):
        sign_in.consent()
    sign_in.client.close()


@pytest.mark.parametrize("issuer", ["http://id.example", "http://127.0.0.1:1"])
def test_a_provider_without_https_or_an_answer_is_said_to_be_away(provider, issuer):
    sign_in = SignIn(provider, issuer=issuer)
    with pytest.raises(HubError, match="login_unreachable"):
        sign_in.consent()
    sign_in.client.close()


def test_no_two_sign_ins_share_anything():
    first, second = Flow.begin(), Flow.begin()
    assert {first.state, first.nonce, first.verifier}.isdisjoint(
        {second.state, second.nonce, second.verifier}
    )
    assert 43 <= len(first.verifier) <= 128
