"""How several processes share the tests (scripts/test): file by file, the long ones first."""

from __future__ import annotations

from xdist.scheduler import LoadFileScheduling
from xdist.workermanage import WorkerController

HEAR_EACH_OTHER = (  # mDNS is the whole machine's
    *("fleet/test_neighbours.py", "fleet/test_find_brokers.py", "firmware/test_near.py"),
    *("desktop/test_sharing.py", "desktop/test_lan_devices.py"),
)

BUILT = "tests/live/"  # they share a build, and roots of a bare Debian

LONG = (  # half a minute and more: begun last, one of them would be waited for alone
    *("tests/test_site.py", "desktop/demo/test_story.py", "benchmarks/test_slices.py"),
    *("hub/test_serve.py", "hub/test_backup.py", "hub/test_outcomes.py", "hub/test_clusters.py"),
    *("firmware/test_keys.py", "firmware/test_exchange.py", "firmware/test_cuts_publish.py"),
    *("feedback/test_moving.py", "feedback/test_exactly_once.py", "desktop/test_window.py"),
    *("desktop/test_cli_member.py", "desktop/test_cli_voice.py", "hub/test_cli_accounts.py"),
    *HEAR_EACH_OTHER,
)


def file_of(nodeid: str) -> str:
    """The file of a test."""
    return nodeid.partition("::")[0]


def is_long(nodeid: str) -> bool:
    """Whether the test is of a file that is begun first."""
    return file_of(nodeid).startswith(BUILT) or file_of(nodeid).endswith(LONG)


class ByFile(LoadFileScheduling):
    """A file stays in one process, so do those that hear each other; a dead one costs one test."""

    def _split_scope(self, nodeid: str) -> str:
        file = file_of(nodeid)
        if file.startswith(BUILT):
            return BUILT
        return "mdns" if file.endswith(HEAR_EACH_OTHER) else file

    def _reschedule(self, node: WorkerController) -> None:
        """Give more, or say that there is none: a process begins a test when it knows of a next.

        Upstream gives one unit: a process that took the place of a dead one waits for ever where
        that unit is one test.
        """
        super()._reschedule(node)
        while not node.shutting_down and self._pending_of(self.assigned_work[node]) < 2:
            super()._reschedule(node)

    def remove_node(self, node: WorkerController) -> str | None:
        """Take what a process leaves, and return the test that it died in.

        That is not tried again: upstream does, in the next process, and the next.
        """
        left = self.assigned_work.pop(node)
        waiting = [nodeid for unit in left.values() for nodeid, done in unit.items() if not done]
        if not waiting:
            return None
        for scope, unit in left.items():
            unit.pop(waiting[0], None)
            if not all(unit.values()):
                self.workqueue[scope] = unit
        for other in self.assigned_work:
            self._reschedule(other)
        return waiting[0]
