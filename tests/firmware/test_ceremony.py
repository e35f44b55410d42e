import html.parser
import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firmware import ceremony, ceremony_sheet, keys
from firmware.ceremony import Choice, Do
from firmware.errors import PublishError
from firmware.keys import Kind, PublicKey

PEOPLE = {
    "anna": "Anna Ahl",
    "bert": "Bert <b>Bo</b>",
    "chen": "陈晨",
    "dora": "Dora",
    "emil": "Emil",
}
PEOPLE |= {"fred": "Fred"}
ROLES = {
    "root": ["anna", "bert", "chen"],
    "targets": ["anna", "bert", "chen"],
    "build-lamp": ["anna", "bert", "chen"],
    "build-plug": ["anna", "bert", "chen"],
    "train-orange": ["dora", "emil", "fred"],
    "train-stable": ["dora", "emil", "fred"],
}
KINDS = {"bert": Choice(Kind.MLDSA65), "chen": Choice(Kind.P256, "Chen's token")}
DIGEST = "0123456789abcdef" * 4
WORDS = "correct horse battery"


def planned(**changed):
    return ceremony.plan(ROLES | changed, PEOPLE, kinds=KINDS)


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """The keys of the ceremony; that of the token is an ordinary one, told otherwise."""
    folder = tmp_path_factory.mktemp("keys")
    plan = planned()
    kinds = {one.name: one.choice.kind for one in plan.keys}
    kinds |= dict.fromkeys(plan.online, Kind.ED25519)
    quick = keys.Stretch(2**14)
    found = [keys.make(folder, name, WORDS, kind=kinds[name], stretch=quick) for name in kinds]
    return folder, [_on_its_token(plan, key) for key in found]


def _on_its_token(plan, key) -> PublicKey:
    token = next((one.choice.token for one in plan.keys if one.name == key.name), "")
    told = {name: getattr(key, name) for name in PublicKey.__slots__}
    return PublicKey(**told | {"token": token, "token_serial": "5afe" if token else ""})


@pytest.fixture(scope="module")
def sheet(made):
    return ceremony_sheet.sheet(planned(), made[1], DIGEST, maker="Acme & Söhne")


# --- the plan -------------------------------------------------------------------------------------


def test_a_person_has_one_key_for_each_party_they_belong_to():
    plan = planned()
    assert [key.name for key in plan.keys] == [
        *("anna-root", "bert-root", "chen-root"),
        *("anna-build", "bert-build", "chen-build"),
        *("dora-train", "emil-train", "fred-train"),
    ]
    assert plan.roles["targets"] == plan.roles["root"] == ("anna-root", "bert-root", "chen-root")
    assert plan.roles["build-plug"] == ("anna-build", "bert-build", "chen-build")


def test_every_key_is_made_read_back_signed_with_and_stored_in_this_order():
    steps = [step.id for step in planned().steps if step.facts.get("key") in (None, "chen-root")]
    assert steps == [
        "prepare",
        "make_on_token:chen-root",
        "read_back:chen-root",
        "create",
        "sign:root:chen-root",
        "sign:targets:chen-root",
        "compare_root",
        "print",
        "store:chen-root",
    ]


def test_each_step_has_an_id_of_its_own_by_which_a_ceremony_goes_on_later():
    plan = planned()
    ids = [step.id for step in plan.steps]
    assert len(set(ids)) == len(ids)
    assert planned().missing(ids[:5]) == plan.steps[5:]
    assert plan.missing(ids) == ()


def test_a_key_is_made_of_what_its_holder_chose():
    made = {step.facts["key"]: step for step in planned().steps if step.do in (Do.MAKE, *TOKEN)}
    assert made["anna-root"].facts["kind"] == "ed25519"
    assert made["bert-root"].facts["kind"] == "ml-dsa-65"
    assert made["chen-root"].facts["token"] == "Chen's token"


TOKEN = (Do.MAKE_ON_TOKEN,)


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"root": ["anna"]}, "keys_too_few"),
        ({"root": ["anna", "anna", "anna"]}, "keys_too_few"),
        ({"targets": ["anna", "zoe"]}, "person_unknown"),
        ({"snapshot": ["anna", "bert"]}, "role_unknown"),
        ({"build-../x": ["anna", "bert"]}, "role_unknown"),
    ],
)
def test_a_ceremony_that_would_make_no_sound_maker_is_refused(changed, code):
    with pytest.raises(PublishError, match=code):
        planned(**changed)


@pytest.mark.parametrize("role", ["root", "targets", "build-", "train-"])
def test_a_ceremony_needs_every_party(role):
    roles = {name: who for name, who in ROLES.items() if not name.startswith(role)}
    with pytest.raises(PublishError, match="role_missing"):
        ceremony.plan(roles, PEOPLE)


@pytest.mark.parametrize("name", ["", "Anna", "../anna", "a" * 33])
def test_a_short_name_is_one_of_which_files_can_be_named(name):
    with pytest.raises(PublishError, match="person_bad"):
        ceremony.plan(ROLES, PEOPLE | {name: "Somebody"})


def test_tokens_are_only_planned_for_kinds_that_they_have():
    with pytest.raises(PublishError, match="token_kind_bad"):
        ceremony.plan(ROLES, PEOPLE, kinds={"anna": Choice(Kind.ED25519, "a token")})


def test_more_people_than_can_be_in_a_room_are_refused():
    many = {f"p{number}": "Somebody" for number in range(33)}
    with pytest.raises(PublishError, match="people_too_many"):
        ceremony.plan(ROLES, many)


def test_what_is_allowed_but_unwise_is_said():
    assert planned().advice == ()
    plain = [code for code, _ in ceremony.plan(ROLES, PEOPLE).advice]
    assert plain == ["no_post_quantum", "no_post_quantum", "no_token"]
    alone = ceremony.plan(ROLES, PEOPLE, threshold=1, kinds=KINDS)
    assert alone.advice == (("one_alone", {}),)
    scarce = ceremony.plan(ROLES, PEOPLE, threshold=3, kinds=KINDS)
    assert scarce.advice == tuple(("no_spare", {"role": role}) for role in ROLES)


def test_a_person_of_both_parties_is_named_once_for_each_pair_of_roles():
    both = planned(**{"build-lamp": ["anna", "bert", "dora"]})
    said = [facts for code, facts in both.advice if code == "one_person"]
    assert said == [
        {"people": "dora", "role": "build-lamp", "train": train}
        for train in ("train-orange", "train-stable")
    ]


# --- fingerprints ---------------------------------------------------------------------------------


def test_a_fingerprint_is_read_aloud_in_groups_of_four():
    assert ceremony.fingerprint(DIGEST)[:5] == ("0123", "4567", "89ab", "cdef", "0123")
    assert len(ceremony.fingerprint(DIGEST)) == 16


@pytest.mark.parametrize("digest", ["", "0" * 63, "0" * 65, "g" * 64, "A" * 64])
def test_what_is_no_fingerprint_has_no_groups(digest):
    with pytest.raises(ValueError, match="64"):
        ceremony.fingerprint(digest)


@pytest.mark.parametrize(
    "typed",
    [
        DIGEST,
        DIGEST.upper(),
        "\n".join(ceremony.fingerprint(DIGEST)),
        " - ".join(ceremony.fingerprint(DIGEST)),
        "".join(chr(ord(c) + 0xFEE0) for c in DIGEST),  # as a Chinese keyboard may write it
    ],
)
def test_a_fingerprint_typed_back_may_be_spaced_as_one_likes(typed):
    ceremony.compare(typed, DIGEST)


@pytest.mark.parametrize(
    ("typed", "group"),
    [
        ("", 1),
        (DIGEST[:63], 16),
        (DIGEST[:60], 16),
        (DIGEST + "0", 17),
        ("1" + DIGEST[1:], 1),
        (DIGEST[:-1] + "0", 16),
        (DIGEST[:9] + "0" + DIGEST[10:], 3),
        (DIGEST[:4] + "x" + DIGEST[5:], 2),
    ],
)
def test_a_fingerprint_typed_wrong_names_the_group(typed, group):
    with pytest.raises(PublishError, match="fingerprint_wrong") as caught:
        ceremony.compare(typed, DIGEST)
    assert caught.value.facts == {"group": str(group)}


@given(st.text(max_size=80))
def test_nothing_else_is_the_fingerprint(typed):
    with pytest.raises(PublishError, match="fingerprint_wrong"):
        ceremony.compare(typed, DIGEST)


@given(st.integers(0, 63), st.sampled_from("0123456789abcdef"))
def test_one_wrong_digit_is_always_seen(at, digit):
    wrong = DIGEST[:at] + digit + DIGEST[at + 1 :]
    if wrong != DIGEST:
        with pytest.raises(PublishError, match="fingerprint_wrong"):
            ceremony.compare(wrong, DIGEST)


# --- the sheet ------------------------------------------------------------------------------------


class Seen(html.parser.HTMLParser):
    """The tags, attributes and words of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.words = ""
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}

    def handle_data(self, data):
        self.words += data + " "


def squeezed(words: str) -> str:
    return re.sub(r"\s", "", words)


@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_paper_and_page_say_who_holds_what_and_every_fingerprint(sheet, made, language):
    written = ceremony_sheet.text(sheet, language)
    shown = Seen(ceremony_sheet.page(sheet, language)).words
    for words in (written, shown):
        for person in PEOPLE.values():
            assert person in words
        for key in made[1]:
            assert key.name in words
            assert key.keyid in squeezed(words)
        for fact in ("Acme & Söhne", "Chen's token", "5afe", "train-stable", "ml-dsa-65"):
            assert fact in words
        assert sheet.root in squeezed(words)


def test_the_sheet_is_in_the_language_asked_for(sheet):
    assert "Who signs what" in ceremony_sheet.text(sheet)
    assert "谁签署什么" in ceremony_sheet.text(sheet, "zh_CN")
    assert '<html lang="zh-CN">' in ceremony_sheet.page(sheet, "zh_CN")
    assert "build-lamp: 2 of 3 must sign (anna-build, bert-build" in ceremony_sheet.text(sheet)
    assert "timestamp: 1 of 1 must sign (online-timestamp)" in ceremony_sheet.text(sheet)


@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_the_page_fetches_nothing_runs_nothing_and_escapes_names(sheet, language):
    page = ceremony_sheet.page(sheet, language)
    seen = Seen(page)
    assert not seen.tags & {"script", "img", "link", "iframe", "object", "a", "form"}
    assert seen.attributes <= {"lang", "charset", "class"}
    assert "url(" not in page
    assert "<b>Bo</b>" not in page


@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_paper_is_wide_enough_for_every_line_and_has_room_for_each_signature(sheet, language):
    def width(line):
        return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in line)

    lines = ceremony_sheet.text(sheet, language).splitlines()
    assert max(width(line) for line in lines if "_" * 30 not in line) <= 80
    for person in PEOPLE.values():
        assert f"{person}: {'_' * 30}" in lines


def test_nothing_private_is_ever_on_the_sheet(sheet, made):
    folder, _ = made
    for words in (ceremony_sheet.text(sheet), ceremony_sheet.page(sheet)):
        assert WORDS not in words
        assert str(folder) not in words
        for file in folder.glob("*.pem"):
            preface, _, block = file.read_text().partition("\n")
            salt, mac = re.findall("[0-9a-f]{32,}", preface)
            for private in (salt, mac, *block.splitlines()[1:-1]):
                assert private not in squeezed(words)


def test_the_words_are_whole_in_both_languages(sheet):
    for language in ("en", "zh_CN"):
        for words in (ceremony_sheet.text(sheet, language), ceremony_sheet.page(sheet, language)):
            assert not re.search(r"\{[a-z]+\}", words)


def test_a_key_that_was_not_made_as_planned_is_not_printed_as_if_it_were(made):
    _, found = made
    with pytest.raises(PublishError, match="ceremony_key_missing"):
        ceremony_sheet.sheet(planned(), found[1:], b"", maker="Acme")
    other = ceremony.plan(ROLES, PEOPLE)  # where bert's key is no post-quantum one
    with pytest.raises(PublishError, match="ceremony_key_missing"):
        ceremony_sheet.sheet(other, found, b"", maker="Acme")
    with pytest.raises(PublishError, match="ceremony_key_missing"):
        ceremony_sheet.sheet(planned(), found[:-1], b"", maker="Acme")
