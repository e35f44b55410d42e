"""The labelled set of tests/feedback/similar, and how often what is meant is among the first five.

Each problem has the makers' own words in two languages and, in each, two ways in which somebody
else would ask for it. All problems of both languages and all other texts are in one index; found is
only the very one that is meant, in the language of the question. Problems with an odd number were
looked at while the rules were tuned, the others never: both are counted apart.
"""

from __future__ import annotations

import json
import re
import sqlite3
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from feedback import similar_index
from feedback.similar import Likeness, Text
from fleet.store import Store, migrations

FOLDER = Path(__file__).parent.parent / "tests" / "feedback" / "similar"
LANGUAGES = ("zh", "en")
FIRST = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One question, and the id of the text that answers it."""

    words: str
    meant: str
    language: str
    tuned: bool  # its problem was looked at while the rules were tuned


def labelled() -> tuple[list[Text], list[Asked]]:
    """All texts of the index, and all questions."""
    texts: list[Text] = []
    asked: list[Asked] = []
    for problem in _lines("problems.jsonl"):
        tuned = int(problem["id"][1:]) % 2 == 1
        for language in LANGUAGES:
            said, name = problem[language], f"{problem['id']}.{language}"
            texts.append(Text(id=name, title=said["title"], text=said["text"]))
            asked += [
                Asked(words=words, meant=name, language=language, tuned=tuned)
                for words in said["asks"]
            ]
    texts += [Text(id=one["id"], title=one["title"]) for one in _lines("others.jsonl")]
    return texts, asked


@contextmanager
def indexed(texts: Iterable[Text]) -> Iterator[Store]:
    """An index of these texts in a file of its own, opened by the household's door."""
    made = migrations("similar")

    @made()
    def create(db: Any) -> None:  # noqa: ANN401 - sqlite-utils' Database
        similar_index.create(db.conn)

    with (
        tempfile.TemporaryDirectory(prefix="orangery-bench-") as folder,
        Store.open(Path(folder) / "similar.sqlite", made) as store,
    ):
        with store.write() as db:
            similar_index.put(db, texts)
        yield store


def ours(store: Store, asked: Asked, limit: int = FIRST) -> tuple[Likeness, ...]:
    """What our index finds."""
    return similar_index.find(store.rows, asked.words, limit=limit)


class Plain:
    """SQLite's full text search as it comes: unicode61, any of the words, bm25, title thrice."""

    def __init__(self, texts: Sequence[Text]) -> None:
        self._db = sqlite3.connect(":memory:")
        self._db.execute("CREATE VIRTUAL TABLE plain USING fts5(id UNINDEXED, title, text)")
        rows = [(one.id, one.title, one.text) for one in texts]
        self._db.executemany("INSERT INTO plain VALUES (?, ?, ?)", rows)

    def find(self, words: str) -> list[str]:
        """Ids of the first five."""
        any_of = " OR ".join(f'"{word}"' for word in re.findall(r"\w+", words))
        rows = self._db.execute(
            "SELECT id FROM plain WHERE plain MATCH ? ORDER BY bm25(plain, 0, 3, 1) LIMIT ?",
            (any_of, FIRST),
        )
        return [name for (name,) in rows]

    def close(self) -> None:
        """Let go of the index."""
        self._db.close()


@dataclass(frozen=True, slots=True, kw_only=True)
class Recall:
    """Shares of the questions whose answer was among the first five."""

    asked: int
    ours: float
    plain: float


def recalls(*, joined: bool = False) -> dict[tuple[str, str], Recall]:
    """Recall by language and by half: "tuned on", "held out", "both".

    `joined`: a problem is one text with its words in both languages, as clusters have them.
    """
    texts, asked = labelled()
    if joined:
        texts, asked = _joined(texts), [replace(one, meant=one.meant[:-3]) for one in asked]
    plain = Plain(texts)
    hits: list[tuple[Asked, bool, bool]] = []
    with indexed(texts) as store:
        for one in asked:
            found = [hit.id for hit in ours(store, one)]
            hits.append((one, one.meant in found, one.meant in plain.find(one.words)))
    plain.close()
    halves = {"tuned on": (True,), "held out": (False,), "both": (True, False)}
    return {
        (language, half): _recall(
            [hit for hit in hits if hit[0].language == language and hit[0].tuned in which]
        )
        for language in LANGUAGES
        for half, which in halves.items()
    }


def _joined(texts: Sequence[Text]) -> list[Text]:
    """One text of those of one problem; what is no problem stays as it is."""
    found: dict[str, Text] = {}
    for one in texts:
        name = one.id.partition(".")[0]
        before = found.get(name, Text(id=name, title=""))
        title, text = f"{before.title}\n{one.title}", f"{before.text}\n{one.text}"
        found[name] = Text(id=name, title=title.strip(), text=text.strip())
    return list(found.values())


def _recall(hits: Sequence[tuple[Asked, bool, bool]]) -> Recall:
    return Recall(
        asked=len(hits),
        ours=sum(mine for _, mine, _ in hits) / len(hits),
        plain=sum(theirs for _, _, theirs in hits) / len(hits),
    )


def _lines(name: str) -> list[dict[str, Any]]:
    lines = (FOLDER / name).read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]
