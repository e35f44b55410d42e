"""A short connection beside the household's own, to try something out at a broker and leave again.

Its session is clean and its name random, so it ends with the process, however that ends.
"""

from __future__ import annotations

import queue
from collections.abc import Callable
from types import TracebackType
from typing import Self

from fleet.brokers import BrokerSettings
from fleet.bus import Bus
from fleet.errors import BrokerError
from fleet.model import BrokerState, Connection, Message
from fleet.topics import bounded

_LIMIT_S = 12.0


class Visit:
    """`with` waits until it stands, and ends it; `hear` is called in the network thread.

    BrokerError: why it does not stand. `may`: see Bus.
    """

    def __init__(
        self,
        settings: BrokerSettings,
        password: str,
        hear: Callable[[Message], None],
        *,
        may: Callable[[str], bool] = bounded,
    ) -> None:
        self.refused: list[str] = []  # filters that the broker does not grant
        self._settings = settings
        self._states: queue.SimpleQueue[Connection] = queue.SimpleQueue()
        self.bus = Bus(
            settings, password=password, on_message=hear, on_state=self._changed, may=may
        )

    def __enter__(self) -> Self:
        self.bus.start()
        if (trouble := self._trouble()) is not None:
            self.bus.stop()
            raise trouble
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.bus.stop()

    def _trouble(self) -> BrokerError | None:
        """Wait until it stands; what keeps it from that."""
        while True:
            try:
                link = self._states.get(timeout=_LIMIT_S)
            except queue.Empty:
                return BrokerError("broker_no_answer_yet", address=self._settings.address)
            if link.error:
                facts = {"broker": link.broker, "address": link.address, "fact": link.fact}
                return BrokerError(link.error, **facts)
            if link.state is BrokerState.CONNECTED:
                return None

    @property
    def lost(self) -> str:
        """The code of what ended the connection; "" while it stands."""
        link = self.bus.state
        return "" if link.state is BrokerState.CONNECTED else link.error or "broker_lost"

    def _changed(self, link: Connection) -> None:
        if link.state is BrokerState.CONNECTED and link.error == "broker_not_allowed":
            self.refused.extend(link.fact.split())
        self._states.put(link)
