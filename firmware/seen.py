"""What this house has seen of each maker, in trust.sqlite: the floor nothing may go below.

One transaction holds the floor, the raw metadata as verified and the standing, so a power cut
leaves the old or the new. Several sources of one maker (mirror, stick) share the floor. The raw
files of its two repositories, main and bundle, are kept side by side.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import msgspec

from firmware.errors import TrustError
from firmware.release import Admitted, Standing, Week
from fleet.store import Connection, Store, migrations

MIGRATIONS = migrations("trust")
ROLE = "role:"  # a floor of this kind may not vanish; a counter's may (a file is withdrawn)


@MIGRATIONS()
def create(db) -> None:  # type: ignore[no-untyped-def]  # noqa: ANN001, D103 - sqlite-utils' own
    db["floor"].create(
        {"maker": str, "name": str, "scope": str, "number": int, "source": str, "at": float},
        pk=("maker", "name"),
        strict=True,
    )
    db["kept"].create({"maker": str, "name": str, "body": bytes}, pk=("maker", "name"), strict=True)
    db["standing"].create({"maker": str, "body": bytes}, pk="maker", strict=True)


@MIGRATIONS()
def count_per_channel(db) -> None:  # type: ignore[no-untyped-def]  # noqa: ANN001
    """Before there was a second channel, all counters were those of orange."""
    db.execute(
        "UPDATE floor SET name = 'counter|orange|' || substr(name, 9) WHERE name LIKE 'counter|%'"
    )
    db.execute("UPDATE floor SET name = 'counter:train|orange' WHERE name = 'counter:train'")


@MIGRATIONS()
def log_admissions(db) -> None:  # type: ignore[no-untyped-def]  # noqa: ANN001, D103
    db["admission"].create({"id": int, "maker": str, "at": float, "body": bytes}, pk="id")


@dataclass(frozen=True, slots=True)
class Floor:
    """A number that must not fall while its scope stays.

    `scope` is the keys that vouch for the number: new keys, given by a newer root, may start again
    below (TUF specification 5.3.11, recovery from a fast-forward attack). "" never starts again.
    """

    name: str
    number: int
    scope: str = ""


class Seen:
    """The memory of one trust folder; any thread."""

    def __init__(self, path: Path, *, look: bool = False) -> None:
        """Open or make the file; StoreError as Store.open. `look`: only read it, as it is."""
        self._store = (
            Store.look(path, still=True) if look else Store.open(path, MIGRATIONS, durable=True)
        )

    def close(self) -> None:
        """Close the file."""
        self._store.close()

    def files(self, maker: str, *, bundle: bool = False) -> dict[str, bytes]:
        """Return one repository's raw files as last verified, by their names on a mirror."""
        rows = self._store.rows(
            "SELECT name, body FROM kept WHERE maker = ? AND (name GLOB 'bundle/*') = ?",
            (maker, bundle),
        )
        return {row["name"].removeprefix(_prefix(bundle)): row["body"] for row in rows}

    def admissions(self, maker: str) -> tuple[Admitted, ...]:
        """Return every admission there was, oldest first."""
        rows = self._store.rows("SELECT body FROM admission WHERE maker = ? ORDER BY id", (maker,))
        return tuple(msgspec.json.decode(row["body"], type=Admitted) for row in rows)

    def floors(self, maker: str) -> tuple[Floor, ...]:
        """Return every number that must not fall, by name."""
        rows = self._store.rows(
            "SELECT name, number, scope FROM floor WHERE maker = ? ORDER BY name", (maker,)
        )
        return tuple(Floor(row["name"], row["number"], row["scope"]) for row in rows)

    def standing(self, maker: str) -> Standing:
        """Return what is known, a blank one where nothing is."""
        rows = self._store.rows("SELECT body FROM standing WHERE maker = ?", (maker,))
        if not rows:
            return Standing(maker=maker)
        return msgspec.json.decode(rows[0]["body"], type=Standing)

    def check(self, maker: str, floors: Iterable[Floor]) -> None:
        """Raise TrustError("mirror_rolled_back") where a number falls or a role vanishes."""
        rows = self._store.rows("SELECT name, scope, number FROM floor WHERE maker = ?", (maker,))
        held = {row["name"]: Floor(row["name"], row["number"], row["scope"]) for row in rows}
        new = {floor.name: floor for floor in floors}
        scope = next((floor.scope for name, floor in new.items() if name.startswith(ROLE)), None)
        for name, now in new.items():
            old = held.pop(name, now)
            if now.scope == old.scope and now.number < old.number:
                raise TrustError("mirror_rolled_back", what=name, have=old.number, got=now.number)
        for name, old in held.items():
            if name.startswith(ROLE) and old.scope == scope:
                raise TrustError("mirror_rolled_back", what=name, have=old.number, got="-")

    def keep(self, standing: Standing, floors: Iterable[Floor], files: Mapping[str, bytes]) -> None:
        """Make all of this what the house knows, at once and durably. StoreError.

        `files` replace those of the repository that the standing names; an admission that is new
        is written down.
        """
        maker = standing.maker
        with self._store.write() as db:
            _put_standing(db, standing)
            for floor in floors:
                db.execute(
                    "INSERT OR REPLACE INTO floor (maker, name, scope, number, source, at)"
                    " VALUES (?, ?, ?, ?, ?, ?)",
                    (
                        maker, floor.name, floor.scope, floor.number,
                        standing.source, standing.checked or 0.0,
                    ),
                )  # fmt: skip
            db.execute(
                "DELETE FROM kept WHERE maker = ? AND (name GLOB 'bundle/*') = ?",
                (maker, standing.bundle),
            )
            _put_files(db, maker, files, bundle=standing.bundle)
            if standing.admitted is not None:
                db.execute(
                    "INSERT INTO admission (maker, at, body) VALUES (?, ?, ?)",
                    (maker, standing.admitted.at, msgspec.json.encode(standing.admitted)),
                )

    def keep_failure(self, standing: Standing, roots: Mapping[str, bytes]) -> None:
        """Remember why a try failed, and newer roots that verified."""
        with self._store.write() as db:
            _put_standing(db, standing)
            _put_files(db, standing.maker, roots, bundle=False)

    def repin(self, maker: str, old: str, new: str) -> None:
        """Part with what was seen under the root `old`, and take up what was under `new`, at once.

        Done again, since nobody wrote down in time that it was done, it changes nothing.
        """
        done = f"{old}>{new}"
        with self._store.write() as db:
            last = "SELECT scope FROM floor WHERE maker = ? AND name = 'repinned'"
            if db.execute(last, (f"{maker}@",)).fetchone() == (done,):
                return
            for one, to in ((maker, f"{maker}@{old}"), (f"{maker}@{new}", maker)):
                for table in ("floor", "kept", "admission"):
                    db.execute(
                        f"UPDATE OR REPLACE {table} SET maker = ? WHERE maker = ?",  # noqa: S608 - our own names
                        (to, one),
                    )
                db.execute("DELETE FROM standing WHERE maker = ?", (one,))
            db.execute(
                "INSERT OR REPLACE INTO floor (maker, name, scope, number, source, at)"
                " VALUES (?, 'repinned', ?, 0, '', 0)",
                (f"{maker}@", done),
            )

    def rise(self, other: Seen) -> None:
        """Know what `other` has seen as well: no number is below its, nothing is forgotten.

        Of each maker the metadata and the standing of whoever saw its newer root stay, or of the
        same root its newer timestamp. A number whose scope is another's keys goes with them.
        """
        for maker in sorted(set(other.makers()) | set(self.makers())):
            mine, theirs = self._floors(maker), other._floors(maker)
            newer = _newest(theirs) > _newest(mine)
            base, rest = (theirs, mine) if newer else (mine, theirs)
            floors = {**base, **{name: rest[name] for name in rest.keys() - base.keys()}}
            for name in base.keys() & rest.keys():
                if rest[name][:1] == base[name][:1] and rest[name][1] > base[name][1]:
                    floors[name] = rest[name]
            with self._store.write() as db:
                for name, (scope, number, source, at) in floors.items():
                    row = (maker, name, scope, number, source, at)
                    db.execute("INSERT OR REPLACE INTO floor VALUES (?, ?, ?, ?, ?, ?)", row)
                if newer:
                    db.execute("DELETE FROM kept WHERE maker = ?", (maker,))
                    for bundle in (False, True):
                        _put_files(db, maker, other.files(maker, bundle=bundle), bundle=bundle)
                    _put_standing(db, other.standing(maker))
                have = {(one.at, msgspec.json.encode(one)) for one in self.admissions(maker)}
                for one in other.admissions(maker):
                    if (one.at, body := msgspec.json.encode(one)) not in have:
                        said = (maker, one.at, body)
                        db.execute("INSERT INTO admission (maker, at, body) VALUES (?, ?, ?)", said)

    def readable(self) -> None:
        """Read all that `rise` asks of another; fleet.store.OtherTables, msgspec.MsgspecError."""
        for maker in self.makers():
            self._floors(maker)
            self.files(maker)
            self.standing(maker)
            self.admissions(maker)

    def makers(self) -> tuple[str, ...]:
        """Return every maker of which anything was seen."""
        rows = self._store.rows(
            "SELECT maker FROM floor UNION SELECT maker FROM kept UNION SELECT maker FROM standing"
            " UNION SELECT maker FROM admission ORDER BY 1"
        )
        return tuple(row["maker"] for row in rows)

    def _floors(self, maker: str) -> dict[str, tuple[str, int, str, float]]:
        rows = self._store.rows(
            "SELECT name, scope, number, source, at FROM floor WHERE maker = ?", (maker,)
        )
        return {
            row["name"]: (row["scope"], row["number"], row["source"], row["at"]) for row in rows
        }

    def keep_roots(self, maker: str, roots: Mapping[str, bytes], *, bundle: bool) -> None:
        """Keep newer roots that verified, whatever failed then: a revocation must stick."""
        with self._store.write() as db:
            _put_files(db, maker, roots, bundle=bundle)


def counters(week: Week) -> Iterator[Floor]:
    """Release counters, which no new key may set back: the train's and each model's of a line.

    Each channel has its own: a house that changes to another one goes to other weeks, not to older
    ones, and the versions of the roles are shared all the same.
    """
    channel = str(week.channel)
    yield Floor(f"counter:train|{channel}", week.counter)
    highest: dict[str, int] = {}
    for target in week.targets:
        fits = target.fits
        parts = ("counter", channel, target.line, fits.vendor, fits.model, *sorted(fits.hardware))
        name = "|".join(parts)
        highest[name] = max(highest.get(name, 0), target.counter)
    yield from (Floor(name, number) for name, number in highest.items())


def _newest(floors: Mapping[str, tuple[str, int, str, float]]) -> tuple[int, int]:
    """Return how new what was seen is: the numbers of root and timestamp, 0 for none."""
    root, timestamp = (floors.get(name, ("", 0, "", 0.0))[1] for name in ("root", "timestamp"))
    return root, timestamp


def _prefix(bundle: bool) -> str:  # noqa: FBT001 - the one thing it is told
    return "bundle/" if bundle else ""


def _put_standing(db: Connection, standing: Standing) -> None:
    body = msgspec.json.encode(standing)
    db.execute("INSERT OR REPLACE INTO standing VALUES (?, ?)", (standing.maker, body))


def _put_files(db: Connection, maker: str, files: Mapping[str, bytes], *, bundle: bool) -> None:
    rows = [(maker, _prefix(bundle) + name, body) for name, body in files.items()]
    db.executemany("INSERT OR REPLACE INTO kept (maker, name, body) VALUES (?, ?, ?)", rows)
