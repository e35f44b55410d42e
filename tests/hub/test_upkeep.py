from __future__ import annotations

import os

import pytest
import sqlalchemy as sa

from feedback import signature
from feedback.wire import HubError
from hub import members, upkeep
from hub.tables import outcome
from tests.feedback.desk import Clock
from tests.hub.inside import Inside
from tests.hub.making import DAY
from tests.hub.told import NOW, House, an_outcome


@pytest.fixture
def inside(tmp_path, database):
    made = Inside(tmp_path, Clock(NOW), database)
    yield made
    made.close()


def test_a_nonce_is_forgotten_when_its_time_alone_refuses_it(inside):
    def used() -> None:
        inside.hub.store.run(lambda db: members.remember(db, "key", "n1", now=NOW))

    used()
    upkeep.forget_nonces(inside.hub, NOW + signature.WINDOW_S)
    with pytest.raises(HubError, match="replayed"):
        used()
    upkeep.forget_nonces(inside.hub, NOW + 3 * signature.WINDOW_S)
    used()


def test_a_copy_goes_before_an_erased_member_would_be_in_it_for_thirty_days(tmp_path):
    """Erased seven days after it was asked for, so the copies of before stay twenty-three."""
    inside = Inside(tmp_path, Clock(NOW))
    for name, days in (("hub.sqlite.at-0008", 24), ("hub.postgresql.at-0009", 22)):
        (tmp_path / name).touch()
        os.utime(tmp_path / name, (NOW - days * DAY, NOW - days * DAY))
    (tmp_path / "hub.sqlite.at-0010.part").touch()  # what a kill has left
    assert "old copies" in inside.tick()
    assert [file.name for file in tmp_path.glob("hub.*.at-*")] == ["hub.postgresql.at-0009"]
    inside.close()


@pytest.mark.postgres
def test_outcomes_do_not_lie_in_the_order_in_which_they_came(tmp_path, postgres, migrated):
    inside = Inside(tmp_path, Clock(NOW), postgres.fresh(migrated))
    for n in range(20):
        with inside.hub.store.write() as db:
            House(db, f"home {n}").tell(an_outcome(home=n))
    lying = sa.select(outcome.c.attempt, sa.literal_column("xmin::text")).order_by(sa.text("ctid"))
    with inside.hub.store.read() as db:
        rows = db.execute(sa.select(outcome).order_by(outcome.c.attempt)).all()
        assert len({came for _, came in db.execute(lying)}) == 20
    upkeep.mix_outcomes(inside.hub, NOW)
    with inside.hub.store.read() as db:
        after = db.execute(lying).all()
        assert [attempt for attempt, _ in after] == [row.attempt for row in rows]
        assert len({came for _, came in after}) == 1
        assert db.execute(sa.select(outcome).order_by(outcome.c.attempt)).all() == rows
    inside.close()
