"""The question before devices go back to the version they had."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QWidget

from desktop.desk import Desk
from desktop.dialogs.ask import AskDialog
from desktop.language import translate


class UndoDialog(AskDialog):
    """Asks once; the answer of the house, or why it cannot be, is told here."""

    def __init__(self, desk: Desk, parent: QWidget, keys: Sequence[str], rollout: str) -> None:
        """Named devices, or every device that `rollout` updated."""
        text = translate(
            "Undo",
            "The version before comes back as an update of its own, signed by its maker, one "
            "device at a time. What the newer one mended is open again.",
        )
        do = translate("Undo", "Go back")
        super().__init__(_title(desk, keys), text, do, fields={}, parent=parent)
        self._desk, self._keys, self._rollout = desk, tuple(keys), rollout
        self.answer_with(lambda _: self._ask())

    def _ask(self) -> None:
        asked = self._desk.wishes.undo(self._keys, self._rollout)
        self._desk.ask(asked, self, lambda _: self._done(), self.tell_wrong)

    def _done(self) -> None:
        self._desk.say(translate("Undo", "It goes back"))
        self.accept()


def _title(desk: Desk, keys: Sequence[str]) -> str:
    if len(keys) != 1:
        return translate("Undo", "Bring all of them back?")
    device, update = desk.mirror.devices.get(keys[0]), desk.mirror.update(keys[0])
    said = translate("Undo", "Bring {device} back to {version}?")
    return said.format(
        device=device.name if device else keys[0],
        version=update.version_from if update else translate("Undo", "the version before"),
    )
