from __future__ import annotations

import pytest
import sqlalchemy as sa

from feedback import signature
from feedback.wire import HubError
from hub import members, upkeep
from hub.tables import outcome
from tests.feedback.desk import Clock
from tests.hub.inside import Inside
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
