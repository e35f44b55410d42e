"""Similar reports: is what is meant among the first five, and how long does it take among 200,000.

Recall is counted on the labelled set (benchmarks/similar_set.py) beside SQLite's own full text
search. Times are those of an index of synthetic reports of the same words: two to four sentences of
the set, with versions, model names and mistyped words among them, a third of them in Chinese.
"""

from __future__ import annotations

import random
import resource
import string
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from statistics import median, quantiles

from benchmarks import similar_set
from benchmarks.measure import Figure
from benchmarks.similar_set import Asked
from feedback import similar_index
from feedback.similar import About, Text
from fleet.store import Store

REPORTS = 200_000
GOAL_P95_MS = 100.0
GOAL_RECALL = {"zh": 0.95, "en": 0.85}
_RSS_MIB = 1_024  # kB of ru_maxrss in a MiB
_GOAL_MIB = 80.0  # what a small hub has for all of it
_GOAL_BUILD_S = 600.0
_GOAL_FILE_MIB = 1_024.0


def run(*, short: bool = False) -> list[Figure]:
    """Recall beside plain FTS5, and how long a search takes among 200,000 reports."""
    count = 500 if short else REPORTS
    return [*_recall(), *_times(count, asked=20 if short else 644)]


def reports(count: int, seed: int = 1) -> Iterator[Text]:
    """So many synthetic reports, the same ones for the same seed."""
    chance = random.Random(seed)
    texts, asked = similar_set.labelled()
    pool = {
        language: [
            *(one.words for one in asked if one.language == language),
            *(one.title for one in texts if language in one.id),
            *(one.text for one in texts if language in one.id and one.text),
        ]
        for language in similar_set.LANGUAGES
    }
    for number in range(count):
        sentences = pool["zh" if chance.random() < 1 / 3 else "en"]
        said = chance.sample(sentences, chance.randint(2, 4))
        model = f"{chance.choice(('TS', 'SN', 'SHP', 'XM'))}{chance.randint(1, 999):04}"
        version = f"{chance.randint(1, 9)}.{chance.randint(0, 20)}.{chance.randint(0, 9)}"
        said[0] = f"{_mistyped(said[0], chance)} {version}"
        yield Text(
            id=f"{number:08}",
            title=said[0],
            text=f"{model}. {' '.join(said[1:])}",
            about=About(model=model, version=version, at=float(number)),
        )


def _mistyped(text: str, chance: random.Random) -> str:
    """The text with one letter, anywhere, exchanged for another."""
    at = chance.randrange(len(text))
    if text[at] not in string.ascii_lowercase:
        return text
    return text[:at] + chance.choice(string.ascii_lowercase) + text[at + 1 :]


def _recall() -> list[Figure]:
    found = [
        (f"{language}, {half} ({recall.asked} questions)", language, recall)
        for (language, half), recall in similar_set.recalls().items()
    ] + [
        (f"{language}, words in both languages", language, recall)
        for (language, half), recall in similar_set.recalls(joined=True).items()
        if half == "both"
    ]
    return [
        Figure(
            what=f"recall in the first five, {what}",
            unit="",
            ours=recall.ours,
            reference="FTS5 unicode61",
            theirs=max(recall.plain, 0.001),  # it finds next to nothing in Chinese
            goal=GOAL_RECALL[language] / max(recall.plain, 0.001),
            more_is_better=True,
            note=f"goal {GOAL_RECALL[language]}",
        )
        for what, language, recall in found
    ]


def _times(count: int, asked: int) -> list[Figure]:
    _, questions = similar_set.labelled()
    with ExitStack() as stack:
        before, began = _rss_mib(), time.monotonic()
        store = stack.enter_context(similar_set.indexed(reports(count)))
        built, more = time.monotonic() - began, _rss_mib() - before
        spans = list(_searches(store, questions[:asked]))
        took, worked = [one for one, _ in spans], [one for _, one in spans]
        size = _mib(store.path)
    rows = [
        (f"a search among {count:,} reports, half of them", "ms", median(took), GOAL_P95_MS),
        (
            f"a search among {count:,} reports, 95 of 100",
            "ms",
            quantiles(took, n=20)[-1],
            GOAL_P95_MS,
        ),
        ("of it work of the processor", "ms", quantiles(worked, n=20)[-1], GOAL_P95_MS),
        (f"index of {count:,} reports on the disk", "MiB", size, _GOAL_FILE_MIB),
        (f"to index {count:,} reports", "s", built, _GOAL_BUILD_S),
        ("memory more while they are indexed", "MiB", max(more, 0.1), _GOAL_MIB),
    ]
    return [
        Figure(
            what=what,
            unit=unit,
            ours=ours,
            reference="goal",
            theirs=goal,
            goal=1.0,
            more_is_better=False,
        )
        for what, unit, ours, goal in rows
    ]


def _searches(store: Store, questions: Sequence[Asked]) -> Iterator[tuple[float, float]]:
    """Milliseconds of each question, and those of the processor: one at a time, as in a house."""
    with store.reader() as reader:
        for one in questions:
            began, cpu = time.perf_counter(), time.thread_time()
            similar_index.find(reader.rows, one.words, about=About(model="TS0004", at=1.0))
            took = time.perf_counter() - began, time.thread_time() - cpu
            yield took[0] * 1_000, took[1] * 1_000


def _rss_mib() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / _RSS_MIB


def _mib(path: Path) -> float:
    return sum(file.stat().st_size for file in path.parent.iterdir()) / (1 << 20)
