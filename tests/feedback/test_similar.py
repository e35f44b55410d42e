import doctest

import pytest

from benchmarks import similar_set
from feedback import similar, similar_index
from feedback.similar import About, Text
from fleet.store import Store, migrations

MIGRATIONS = migrations("similar")


@MIGRATIONS()
def create(db):
    similar_index.create(db.conn)


@pytest.fixture
def store(tmp_path):
    with Store.open(tmp_path / "similar.sqlite", MIGRATIONS) as opened:
        yield opened


def put(store, *texts):
    with store.write() as db:
        similar_index.put(db, texts)


def find(store, *said, **more):
    return [one.id for one in similar_index.find(store.rows, *said, **more)]


PLUG = Text(id="plug", title="插座夜里掉线", text="凌晨三点离线 要拔下来才好")
LAMP = Text(id="lamp", title="Lamp flickers when dimmed", text="Below ten per cent it flashes.")
LOCK = Text(id="lock", title="Lock battery empty after a week")


# --- the rules -----------------------------------------------------------------------------------


def test_the_examples_of_the_docstrings_are_true():
    assert doctest.testmod(similar).failed == 0


def test_what_few_texts_hold_counts_more():
    rare = similar.weight("plug", 1, holding=2, texts=100)
    assert rare > similar.weight("plug", 1, holding=50, texts=100)


def test_a_long_text_loses_less_than_by_its_length():
    asked = {"a": 1.0, "b": 1.0}
    short = similar.likeness(asked, {"a": 1.0, "b": 1.0}, {})
    long = similar.likeness(asked, {"a": 1.0, "b": 1.0, "c": 2.0, "d": 2.0}, {})
    assert 0.5 < long / short < 1


def test_nothing_in_common_is_nothing():
    assert similar.likeness({"a": 1.0}, {"b": 1.0}, {}) == 0
    assert similar.likeness({}, {}, {}) == 0


def test_a_mistyped_word_counts_less_than_the_right_one():
    right = similar.likeness({"plug": 1.0}, {"plug": 1.0}, {})
    slip = similar.likeness({"plug": 1.0}, {"plgu": 1.0}, {"plug": ["plgu"]})
    assert 0 < slip < right


@pytest.mark.parametrize(
    ("one", "other", "points"),
    [
        (About(), About(), 0.0),
        (About(model="TS1"), About(model="ts1"), 0.10),
        (About(component="relay"), About(component="relay"), 0.10),
        (About(version="2.4.1"), About(version="2.4.3"), 0.05),
        (About(version="2.4.1"), About(version="2.4.4"), 0.0),
        (About(version="2.4.1"), About(version="2.5.1"), 0.0),
        (About(version="2.4-b"), About(version="2.4-b"), 0.05),
        (About(at=1_000_000), About(at=1_000_000 + 14 * 86_400), 0.05),
        (About(at=1_000_000), About(at=1_000_000 + 15 * 86_400), 0.0),
    ],
)
def test_what_both_are_about_counts_a_little(one, other, points):
    assert similar.bonus(one, other) == points


# --- the index -----------------------------------------------------------------------------------


def test_an_empty_index_finds_nothing(store):
    assert find(store, "anything") == []


def test_traditional_script_finds_simplified(store):
    put(store, PLUG, LAMP, LOCK)
    assert find(store, "插座半夜離線") == ["plug"]


def test_a_language_finds_the_other(store):
    put(store, PLUG, LAMP, LOCK)
    assert find(store, "socket goes offline at night")[0] == "plug"


def test_two_characters_are_enough(store):
    put(store, PLUG, LAMP, LOCK)
    assert find(store, "掉线") == ["plug"]


def test_a_mistyped_word_is_found_from_both_sides(store):
    put(store, LAMP, Text(id="typo", title="Thermostta is cold"))
    assert find(store, "lamp flickesr") == ["lamp"]
    assert find(store, "thermostat") == ["typo"]


def test_a_changed_text_is_found_by_its_new_words_only(store):
    put(store, PLUG, LAMP)
    put(store, Text(id="lamp", title="Fridge alarm"))
    assert find(store, "flickers") == []
    assert find(store, "fridge") == ["lamp"]
    assert similar_index.texts(store.rows) == 2


def test_what_was_taken_out_is_not_found(store):
    put(store, PLUG, LAMP)
    with store.write() as db:
        similar_index.drop(db, ["lamp", "never there"])
    assert find(store, "flickers") == []
    assert similar_index.texts(store.rows) == 1


def test_the_last_of_two_texts_of_one_id_stands(store):
    put(store, LAMP, Text(id="lamp", title="Fridge alarm"))
    assert find(store, "fridge") == ["lamp"]
    assert similar_index.texts(store.rows) == 1


def test_the_model_decides_between_equals(store):
    for number in range(3):
        about = About(model=f"M{number}")
        put(store, Text(id=str(number), title="Relay clicks", about=about))
    assert find(store, "relay clicks", about=About(model="m2"))[0] == "2"


def test_no_more_than_asked_for_come_and_equals_in_the_order_of_their_ids(store):
    put(store, *(Text(id=f"{number:02}", title="Relay clicks") for number in range(9)))
    assert find(store, "relay clicks", limit=3) == ["00", "01", "02"]


def test_a_text_that_shares_next_to_nothing_is_not_offered(store):
    noise = [Text(id=f"n{n}", title=f"word{n}a word{n}b again") for n in range(50)]
    put(store, *noise)
    assert find(store, "zebra giraffe okapi elephant again") == []


def test_a_word_that_most_texts_hold_is_still_looked_up(store):
    put(store, *(Text(id=str(number), title="update") for number in range(50)))
    assert len(find(store, "update")) == similar.LIMIT


def test_an_index_knows_by_which_rules_it_was_made(store, monkeypatch):
    assert similar_index.stands(store.rows)
    monkeypatch.setattr(similar_index.tokens, "mark", lambda: "others")
    assert not similar_index.stands(store.rows)


def test_a_file_without_an_index_is_none(tmp_path):
    with Store.open(tmp_path / "other.sqlite", migrations("other")) as other:
        assert not similar_index.stands(other.rows)


def test_a_note_is_kept_beside_the_texts(store):
    assert similar_index.noted(store.rows, "upto") == ""
    with store.write() as db:
        similar_index.note(db, "upto", "7")
    assert similar_index.noted(store.rows, "upto") == "7"


# --- the labelled set ----------------------------------------------------------------------------


def test_the_set_has_300_pairs_in_each_language_and_as_many_others():
    texts, asked = similar_set.labelled()
    for language in similar_set.LANGUAGES:
        assert sum(one.language == language for one in asked) >= 300
    others = [one for one in texts if "-" in one.id]
    assert len(others) > 500
    assert len({one.words for one in asked}) == len(asked)


def test_what_is_meant_is_among_the_first_five():
    recalls = similar_set.recalls()
    chinese, english = recalls["zh", "both"], recalls["en", "both"]
    assert chinese.ours >= 0.95
    assert english.ours >= 0.85
    assert chinese.plain < chinese.ours / 2
    assert english.plain < english.ours / 2


def test_a_problem_with_words_in_both_languages_is_found_more_often():
    apart, joined = similar_set.recalls(), similar_set.recalls(joined=True)
    for language in similar_set.LANGUAGES:
        assert joined[language, "both"].ours > apart[language, "both"].ours
