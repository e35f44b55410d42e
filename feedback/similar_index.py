"""An index of texts in a SQLite file that can be made anew at any time.

No module of SQLite is needed here: a household hands in what fleet/store.py opened, a hub a file of
its own. The engine's full text search keeps which text holds which token, under numbers, so that no
tokenizer of its own can cut Chinese wrongly; everything else is arithmetic in feedback/similar.py.
"""

from __future__ import annotations

import hashlib
import heapq
import json
from array import array
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final, Protocol

import msgspec

from feedback import similar, tokens
from feedback.glossary import deletions, one_slip
from feedback.similar import About, Likeness, Text

TABLES: Final = (
    "CREATE TABLE term (n INTEGER PRIMARY KEY, token TEXT NOT NULL UNIQUE, holding INTEGER) STRICT",
    "CREATE TABLE slip (form TEXT, term INTEGER, PRIMARY KEY (form, term)) STRICT, WITHOUT ROWID",
    """CREATE TABLE entry (n INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, about TEXT NOT NULL,
    mark BLOB NOT NULL, terms BLOB NOT NULL, counts BLOB NOT NULL) STRICT""",
    "CREATE VIRTUAL TABLE held USING fts5(terms, content='', detail=none, columnsize=0)",
    "CREATE TABLE made (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID",
)

READ_LIMIT: Final = 12_000
"""Entries that the first stage reads of its tokens' lists, the rarest tokens first."""

_RERANKED: Final = 80
_TOKENS: Final = 48  # of a query in the first stage
_SLIPS: Final = 8  # words near one of the query
_BATCH: Final = 2_000
_LETTERS: Final = (4, 20)  # of a word that is looked for mistyped

Ask = Callable[[str, Sequence[Any]], list[dict[str, Any]]]
"""Rows of a query as dicts, as fleet.store's `Store.rows`."""


class Db(Protocol):
    """A connection inside a transaction, as `Store.write` of the household hands out."""

    def execute(self, sql: str, parameters: Any = ..., /) -> Any:  # noqa: ANN401 - a cursor
        """Carry out one statement."""

    def executemany(self, sql: str, parameters: Any, /) -> Any:  # noqa: ANN401 - as above
        """Carry it out for each row."""


@dataclass(frozen=True, slots=True)
class _Term:
    n: int
    token: str
    holding: int


def create(db: Db) -> None:
    """Make the tables, empty, and note by which rules they are filled."""
    for table in TABLES:
        db.execute(table)
    db.execute("INSERT INTO made VALUES ('rules', ?), ('texts', '0')", (tokens.mark(),))


def clear(db: Db) -> None:
    """Begin anew, by the rules of today."""
    for table in ("term", "slip", "entry", "made", "held"):
        db.execute(f"DROP TABLE IF EXISTS {table}")
    create(db)


def stands(ask: Ask) -> bool:
    """Whether the file is an index made by these very rules; else it is to be made anew."""
    if not ask("SELECT 1 FROM sqlite_schema WHERE name = 'made'", ()):
        return False
    return _made(ask, "rules") == tokens.mark()


def noted(ask: Ask, name: str) -> str:
    """What was noted beside the index with `note`, "" where nothing was."""
    return _made(ask, f"note {name}")


def note(db: Db, name: str, value: str) -> None:
    """Note something in the transaction that changes the index: up to where it was read."""
    db.execute("INSERT OR REPLACE INTO made VALUES (?, ?)", (f"note {name}", value))


def texts(ask: Ask) -> int:
    """How many texts are in it."""
    return int(_made(ask, "texts") or 0)


def ids(ask: Ask) -> set[str]:
    """The ids of all texts in it."""
    return {row["id"] for row in ask("SELECT id FROM entry", ())}


def put(db: Db, changed: Iterable[Text]) -> None:
    """Put texts in, in place of those of the same id; what stands there already costs little."""
    left = iter(changed)
    while batch := {text.id: text for text in islice(left, _BATCH)}:
        query = "SELECT id, mark FROM entry WHERE id IN (SELECT value FROM json_each(?))"
        marks = dict(db.execute(query, (json.dumps(list(batch)),)).fetchall())
        new = [text for text in batch.values() if marks.get(text.id) != _mark(text)]
        drop(db, (text.id for text in new if text.id in marks))
        _put(db, new)


def drop(db: Db, ids: Iterable[str]) -> None:
    """Take texts out; those that are not in it are nothing."""
    wanted = json.dumps(list(ids))
    query = "SELECT n, terms FROM entry WHERE id IN (SELECT value FROM json_each(?))"
    rows = db.execute(query, (wanted,)).fetchall()
    gone: Counter[int] = Counter()
    for n, terms in rows:
        held = _numbers(terms)
        gone.update(held)
        db.execute("INSERT INTO held (held, rowid, terms) VALUES ('delete', ?, ?)", (n, _row(held)))
        db.execute("DELETE FROM entry WHERE n = ?", (n,))
    fewer = [(count, n) for n, count in gone.items()]
    db.executemany("UPDATE term SET holding = holding - ? WHERE n = ?", fewer)
    _count(db, -len(rows))


def find(
    ask: Ask, title: str, text: str = "", about: About | None = None, limit: int = similar.LIMIT
) -> tuple[Likeness, ...]:
    """The texts most like these words, the most alike first; none below similar.LEAST."""
    counts = similar.counted(title, text)
    whole = texts(ask)
    known = _terms(ask, counts)
    near = _near(ask, counts)
    asked = similar.weights(counts, {token: term.holding for token, term in known.items()}, whole)
    entries = _entries(ask, _candidates(ask, asked, known, near, whole))
    slips = {token: [term.token for term in terms] for token, terms in near.items()}
    scored = _scored(ask, entries, _Asked(asked, slips, about or About()), whole)
    best = heapq.nsmallest(limit, scored, key=lambda one: (-one.score, one.id))
    return tuple(one for one in best if one.score >= similar.LEAST)


# --- the first stage: what holds the rarest tokens ------------------------------------------------


def _candidates(
    ask: Ask,
    asked: Mapping[str, float],
    known: Mapping[str, _Term],
    near: Mapping[str, Sequence[_Term]],
    whole: int,
) -> list[int]:
    """Numbers of the entries that hold most of the query's weight, of its rarest tokens."""
    worth: dict[int, float] = {}
    terms: dict[int, _Term] = {}
    for token, mine in asked.items():
        slips = () if tokens.is_single(token) else near.get(token, ())
        exact = (known[token],) if token in known and not tokens.is_single(token) else ()
        for term in (*exact, *slips):
            share = mine if term.token == token else similar.slipped(mine)
            worth[term.n] = max(worth.get(term.n, 0.0), share)
            terms[term.n] = term
    found: dict[int, float] = defaultdict(float)
    room = READ_LIMIT
    for term in sorted(terms.values(), key=lambda term: (term.holding, term.n))[:_TOKENS]:
        room -= term.holding
        if room < 0 and found:
            break
        for n in _holding(ask, term, whole):
            found[n] += worth[term.n]
    return heapq.nlargest(_RERANKED, found, key=lambda n: (found[n], -n))


def _holding(ask: Ask, term: _Term, whole: int) -> list[int]:
    """Numbers of the entries that hold a term, at most READ_LIMIT."""
    least = min(whole, READ_LIMIT)
    query = (
        "SELECT json_group_array(rowid) AS found FROM"
        " (SELECT rowid FROM held WHERE held MATCH ? LIMIT ?)"
    )
    found: list[int] = json.loads(ask(query, (f'"{term.n}"', least))[0]["found"])
    return found


def _near(ask: Ask, counts: Mapping[str, int]) -> dict[str, list[_Term]]:
    """Words of the index that a word of the query may be mistyped, or the other way round."""
    low, high = _LETTERS
    words = [token for token in counts if tokens.is_word(token) and low < len(token) <= high]
    forms = {form: word for word in words for form in deletions(word)}
    query = (
        "SELECT DISTINCT slip.form, term.n, term.token, term.holding FROM json_each(?) AS said"
        " JOIN slip ON slip.form = said.value JOIN term ON term.n = slip.term"
        " WHERE term.holding > 0"
    )
    near: dict[str, dict[str, _Term]] = defaultdict(dict)
    for row in ask(query, (json.dumps(list(forms)),)):
        word, other = forms[row["form"]], row["token"]
        if other != word and one_slip(word, other):
            near[word][other] = _Term(row["n"], other, row["holding"])
    return {
        word: sorted(others.values(), key=lambda term: -term.holding)[:_SLIPS]
        for word, others in near.items()
    }


# --- the second: all of their tokens --------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Asked:
    weights: Mapping[str, float]
    near: Mapping[str, Collection[str]]
    about: About


@dataclass(frozen=True, slots=True)
class _Entry:
    id: str
    about: About
    terms: array[int]
    counts: bytes


def _entries(ask: Ask, numbers: Sequence[int]) -> list[_Entry]:
    query = "SELECT * FROM entry WHERE n IN (SELECT value FROM json_each(?)) ORDER BY n"
    return [
        _Entry(
            row["id"],
            msgspec.json.decode(row["about"], type=About),
            _numbers(row["terms"]),
            row["counts"],
        )
        for row in ask(query, (json.dumps(numbers),))
    ]


def _scored(
    ask: Ask,
    entries: Sequence[_Entry],
    asked: _Asked,
    whole: int,
) -> list[Likeness]:
    numbers = {n for entry in entries for n in entry.terms}
    query = "SELECT n, token, holding FROM term WHERE n IN (SELECT value FROM json_each(?))"
    terms = {row["n"]: row for row in ask(query, (json.dumps(sorted(numbers)),))}
    scored = []
    for entry in entries:
        known = {
            (term := terms[n])["token"]: similar.weight(
                term["token"], count, holding=term["holding"], texts=whole
            )
            for n, count in zip(entry.terms, entry.counts, strict=True)
        }
        score = similar.likeness(asked.weights, known, asked.near)
        score += similar.bonus(asked.about, entry.about)
        scored.append(Likeness(id=entry.id, score=round(score, 4)))
    return scored


# --- rows -----------------------------------------------------------------------------------------


def _put(db: Db, batch: Sequence[Text]) -> None:
    cut = [(text, similar.counted(text.title, text.text)) for text in batch]
    numbers = _numbered(db, Counter(token for _, counts in cut for token in counts))
    for text, counts in cut:
        held = array("I", sorted(numbers[token] for token in counts))
        by_number = {numbers[token]: min(count, 255) for token, count in counts.items()}
        about = msgspec.json.encode(text.about).decode()
        n = db.execute(
            "INSERT INTO entry (id, about, mark, terms, counts) VALUES (?, ?, ?, ?, ?)",
            (
                text.id,
                about,
                _mark(text),
                held.tobytes(),
                bytes(by_number[number] for number in held),
            ),
        ).lastrowid
        db.execute("INSERT INTO held (rowid, terms) VALUES (?, ?)", (n, _row(held)))
    _count(db, len(batch))


def _numbered(db: Db, holding: Mapping[str, int]) -> dict[str, int]:
    """Give each token its number, and count the new texts that hold it."""
    wanted = json.dumps(list(holding))
    query = "SELECT token, n FROM term WHERE token IN (SELECT value FROM json_each(?))"
    known = dict(db.execute(query, (wanted,)).fetchall())
    db.executemany(
        "INSERT INTO term (token, holding) VALUES (?, ?)"
        " ON CONFLICT (token) DO UPDATE SET holding = holding + excluded.holding",
        holding.items(),
    )
    new = [token for token in holding if token not in known]
    known |= dict(db.execute(query, (json.dumps(new),)).fetchall())
    low, high = _LETTERS
    words = [token for token in new if tokens.is_word(token) and low <= len(token) <= high]
    slips = [(form, known[word]) for word in words for form in dict.fromkeys(deletions(word))]
    db.executemany("INSERT INTO slip VALUES (?, ?)", slips)
    return known


def _terms(ask: Ask, counts: Mapping[str, int]) -> dict[str, _Term]:
    query = "SELECT n, token, holding FROM term WHERE token IN (SELECT value FROM json_each(?))"
    rows = ask(query, (json.dumps(list(counts)),))
    return {row["token"]: _Term(row["n"], row["token"], row["holding"]) for row in rows}


def _count(db: Db, by: int) -> None:
    db.execute("UPDATE made SET value = CAST(value AS INTEGER) + ? WHERE name = 'texts'", (by,))


def _made(ask: Ask, name: str) -> str:
    rows = ask("SELECT value FROM made WHERE name = ?", (name,))
    return str(rows[0]["value"]) if rows else ""


def _numbers(blob: bytes) -> array[int]:
    numbers = array("I")
    numbers.frombytes(blob)
    return numbers


def _mark(text: Text) -> bytes:
    """What tells one text from another of the same id."""
    return hashlib.sha256(msgspec.json.encode(text)).digest()[:8]


def _row(numbers: Iterable[int]) -> str:
    return " ".join(map(str, numbers))
