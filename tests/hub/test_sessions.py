"""Staff come in: by a password, by the provider, by a token; and what is wrong is never told."""

from __future__ import annotations

import uuid
from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import msgspec
import pytest
import sqlalchemy as sa

from feedback.wire import CreateReport, DeviceFacts, HubError, Kind, OpKind
from feedback.wire_accounts import Grant, Login, Me, SessionShown, SetPerson
from feedback.wire_triage import Reproduced
from hub import audit, oidc, sessions
from hub.oidc import Flow
from hub.sessions import Asking, How
from hub.tables import report as reports
from tests.hub import providers
from tests.hub.asking import AskedHub

GOOD = "correct horse battery"
NOW = 1_795_000_000.0


def with_password(asked, name="Lin", roles="triager", password=GOOD) -> None:
    with asked.hub.store.write() as db:
        sessions.add_person(db, name, roles, now=asked.now)
        sessions.set_password(db, name, password)


def login(asked, name="Lin", password=GOOD):
    return asked.ask("POST", "/v1/staff/login", Login(name=name, password=password))


def as_(asked, token: str, path: str = "/v1/staff/reports"):
    return asked.ask("GET", path, headers={"authorization": f"Bearer {token}"})


def test_a_password_opens_a_session_that_ends_by_itself(asked):
    with_password(asked)
    session = login(asked).read(SessionShown)
    assert (session.name, session.roles) == ("Lin", ("triager",))
    assert as_(asked, session.token).status == 200
    asked.now += sessions.SESSION_S
    assert as_(asked, session.token).code == "not_staff"


def test_whoever_signs_out_is_out(asked):
    with_password(asked)
    token = login(asked).json["token"]
    header = {"authorization": f"Bearer {token}"}
    assert asked.ask("POST", "/v1/staff/logout", headers=header).status == 200
    assert as_(asked, token).code == "not_staff"


def test_who_asks_is_told_what_they_may(asked):
    with_password(asked)
    me = as_(asked, login(asked).json["token"], "/v1/staff/me").read(Me)
    assert (me.name, me.roles) == ("Lin", ("triager",))
    assert set(me.rights) == {"read", "answer", "triage", "award"}


def test_name_password_and_a_shut_name_are_refused_by_one_and_the_same_answer(asked):
    with_password(asked)
    answers = [login(asked, password="wrong"), login(asked, "Nobody"), login(asked, "")]
    for _ in range(5):
        login(asked, password="wrong")
        login(asked, "Nobody")
    answers += [login(asked), login(asked, "Nobody")]
    assert len({(said.status, said.body) for said in answers}) == 1
    assert answers[0].code == "login_refused"


def test_five_wrong_tries_shut_a_name_for_a_while_for_the_right_password_too(asked):
    with_password(asked)
    for _ in range(5):
        login(asked, password="wrong")
    assert login(asked).status == 401
    asked.now += 900
    assert login(asked).status == 200
    with asked.hub.store.read() as db:
        actions = [entry.action for _, entry in audit.entries(db, staff="Lin")]
    assert actions == ["sign_in", "shut_out"]


def test_one_right_try_forgets_the_wrong_ones(asked):
    with_password(asked)
    for _ in range(3):
        for _ in range(4):
            login(asked, password="wrong")
        assert login(asked).status == 200


def test_neither_token_nor_password_stands_in_the_database(asked, tmp_path):
    with_password(asked)
    token = login(asked).json["token"]
    with asked.hub.store.read() as db:
        kept = [
            str(value)
            for table in (sessions.session, sessions.staff_account, sessions.login_tries)
            for row in db.execute(table.select())
            for value in row
        ]
    assert kept
    assert not any(token in value or GOOD in value for value in kept)


def test_a_new_password_ends_every_session(asked):
    with_password(asked)
    token = login(asked).json["token"]
    with_password(asked, password=GOOD + "!")
    assert as_(asked, token).code == "not_staff"
    assert login(asked).code == "login_refused"


def test_whoever_has_ended_is_let_in_by_nothing(asked):
    with_password(asked)
    token = login(asked).json["token"]
    said = asked.staff("Mei").ask("POST", "people", SetPerson(name="Lin", ended=True))
    assert said.status == 200
    assert as_(asked, token).code == "not_staff"
    assert login(asked).code == "login_refused"


def test_a_role_taken_away_is_gone_at_the_next_request(asked):
    with_password(asked, roles="steward")
    token = login(asked).json["token"]
    assert as_(asked, token, "/v1/staff/people").status == 200
    asked.staff("Mei").ask("POST", "people", SetPerson(name="Lin", roles=("reader",)))
    assert as_(asked, token, "/v1/staff/people").code == "right_missing"


def test_a_token_that_only_reads_changes_nothing(asked):
    with_password(asked, roles="steward")
    with asked.hub.store.write() as db:
        made = sessions.open_session(
            db, "Lin", How.TOKEN, now=NOW, lasts=365 * 86_400, read_only=True
        )
    header = {"authorization": f"Bearer {made.token}"}
    assert asked.ask("GET", "/v1/staff/people", headers=header).status == 200
    said = asked.ask("POST", "/v1/staff/people", SetPerson(name="Eve"), header)
    assert (said.status, said.code) == (403, "read_only")


def test_guessing_is_slow_for_one_address(tmp_path):
    asked = AskedHub(tmp_path, said=("limits.logins_per_minute=3",))
    for _ in range(3):
        assert login(asked, "Nobody").status == 401
    said = login(asked, "Nobody")
    assert (said.status, said.code) == (429, "rate_limited")
    assert 0 < int(said.headers["retry-after"]) <= 61
    asked.close()


def test_staff_award_nothing_to_their_own_household(asked):
    home = asked.home()
    person = asked.staff("Lin")
    steward = asked.staff("Mei")
    steward.ask("POST", "people", SetPerson(name="Lin", household=home.member_id))
    with asked.hub.store.read() as db, pytest.raises(HubError, match="own_household"):
        sessions.refuse_own(db, person.name, {home.member_id, "other"})
    with asked.hub.store.read() as db:
        sessions.refuse_own(db, person.name, {"other"})
        sessions.refuse_own(db, "Mei", {home.member_id})


# --- by the provider -----------------------------------------------------------------------------


class Signing:
    """A program that signs somebody in: what `orangery-hub login` does, without a browser."""

    def __init__(self, folder, provider, database="") -> None:
        self.provider = provider
        self.asked = AskedHub(folder, database)
        self.asked.hub.provider = oidc.Provider(provider.settings())
        self.verifier = Flow.begin().verifier
        self.cookie = ""

    def begin(self) -> str:
        query = f"port=40000&state={'s' * 20}&challenge={oidc.challenge(self.verifier)}"
        said = self.asked.ask("GET", f"/v1/staff/oidc/begin?{query}")
        assert said.status == 302, said.body
        self.cookie = said.headers["set-cookie"].partition(";")[0]
        return said.headers["location"]

    def back(self, came: dict[str, str], cookie: str | None = None):
        query = "&".join(f"{name}={value}" for name, value in came.items())
        headers = {"cookie": self.cookie if cookie is None else cookie}
        return self.asked.ask("GET", f"/v1/staff/oidc/back?{query}", headers=headers)

    def granted(self, sub: str = "lin") -> dict[str, str]:
        said = self.back(self.provider.consent(self.begin(), sub))
        assert said.status == 302, said.body
        split = urlsplit(said.headers["location"])
        assert split.netloc == "127.0.0.1:40000"
        return {name: value[0] for name, value in parse_qs(split.query).items()}

    def token(self, grant: str, verifier: str = ""):
        body = Grant(grant=grant, verifier=verifier or self.verifier)
        return self.asked.ask("POST", "/v1/staff/oidc/token", body)


@pytest.fixture(scope="module")
def provider():
    with providers.running() as made:
        yield made


@pytest.fixture
def signing(tmp_path, provider, database):
    made = Signing(tmp_path, provider, database)
    yield made
    provider.honest()
    made.asked.hub.provider.close()
    made.asked.close()


def test_a_person_of_the_provider_comes_in_with_its_roles(signing):
    came = signing.granted()
    assert came["state"] == "s" * 20
    session = signing.token(came["grant"]).read(SessionShown)
    assert (session.name, session.roles) == ("lin@acme.example", ("triager",))
    assert as_(signing.asked, session.token).status == 200


def test_the_same_person_is_the_same_member_of_staff_the_next_day(signing):
    for _ in range(2):
        name = signing.token(signing.granted("mei")["grant"]).json["name"]
    assert name == "mei@acme.example"


def test_a_person_unknown_to_the_hub_gets_no_right_and_no_row(signing):
    assert signing.granted("guest") == {"state": "s" * 20, "error": "login_refused"}
    with signing.asked.hub.store.read() as db:
        assert db.execute(sessions.staff.select()).all() == []


def test_another_state_is_refused(signing):
    came = signing.provider.consent(signing.begin(), "lin")
    said = signing.back({**came, "state": "another"})
    assert (said.status, said.code) == (401, "login_refused")


def test_another_browser_than_the_one_that_began_is_refused(signing):
    came = signing.provider.consent(signing.begin(), "lin")
    assert signing.back(came, cookie="").code == "login_refused"
    assert signing.back(came, cookie="orangery_sign_in=guessed").code == "login_refused"


def test_coming_back_twice_is_refused(signing):
    came = signing.provider.consent(signing.begin(), "lin")
    assert signing.back(came).status == 302
    assert signing.back(came).code == "login_refused"


def test_coming_back_too_late_is_refused(signing):
    came = signing.provider.consent(signing.begin(), "lin")
    signing.asked.now += 601
    assert signing.back(came).code == "login_refused"


def test_what_a_program_gets_is_worth_nothing_to_another_and_works_once(signing):
    grant = signing.granted()["grant"]
    assert signing.token(grant, Flow.begin().verifier).code == "login_refused"
    assert signing.token("guessed").code == "login_refused"
    assert signing.token(grant).status == 200
    assert signing.token(grant).code == "login_refused"


def test_a_lie_of_the_provider_reaches_the_program_as_a_refusal(signing):
    signing.provider.lie = lambda claims: {**claims, "nonce": "of another sign-in"}
    assert signing.granted()["error"] == "login_refused"


def test_a_name_of_a_local_account_cannot_be_taken_by_the_provider(signing):
    with_password(signing.asked, "lin@acme.example")
    assert signing.granted()["error"] == "login_refused"


@pytest.mark.parametrize(
    "change", [{"port": 80}, {"port": 0}, {"state": "short"}, {"challenge": "x"}]
)
def test_a_program_that_cannot_be_answered_is_refused_at_once(change):
    asking = Asking(port=40000, state="s" * 20, challenge="c" * 43)
    with pytest.raises(HubError, match="bad_request"):
        replace(asking, **change).checked()


def test_without_a_provider_nobody_is_sent_anywhere(asked):
    query = f"port=40000&state={'s' * 20}&challenge={'c' * 43}"
    assert asked.ask("GET", f"/v1/staff/oidc/begin?{query}").code == "no_provider"


def test_nobody_confirms_a_problem_that_their_own_household_reported(asked):
    home, lin, mei = asked.home(), asked.staff("Lin"), asked.staff("Mei")
    mei.ask("POST", "people", SetPerson(name="Lin", household=home.member_id))
    report = CreateReport(
        id=str(uuid.uuid4()),
        kind=Kind.PROBLEM,
        title="It hums",
        text="",
        made=1.0,
        device="",
        facts=DeviceFacts(),
        evidence=msgspec.Raw(b"{}"),
    )
    assert home.push((OpKind.REPORT, report)).status == 200
    with asked.hub.store.read() as db:
        (cluster,) = db.execute(sa.select(reports.c.cluster_id)).scalars()
    said = lin.ask("POST", f"clusters/{cluster}/reproduced", Reproduced())
    assert (said.status, said.code) == (403, "own_household")
    assert mei.ask("POST", f"clusters/{cluster}/reproduced", Reproduced()).status == 200
