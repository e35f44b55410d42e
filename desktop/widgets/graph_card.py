"""What is said of the chosen node of the graph, and who it is linked with."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout

from desktop import theme
from desktop.language import translate
from desktop.models.topology import Face
from desktop.models.topology_graph import Neighbour
from desktop.widgets import parts
from desktop.widgets.bars import SignalBars
from desktop.widgets.flow import flowing

WIDTH = 280
_MOST = 12  # neighbours that are listed


class GraphCard(parts.Card):
    """Beside the graph."""

    wanted = Signal(str)  # go to this node
    device_wanted = Signal(str)  # show this device, by its key
    fold_wanted = Signal(str)  # fold what is below this node, or open it

    def __init__(self) -> None:
        super().__init__(margin=16, spacing=8)
        self._told: Face | None = None
        self.setFixedWidth(parts.scaled(WIDTH))
        self.setAccessibleName(translate("Map", "Chosen node"))
        self._name = parts.label(percent=parts.CARD_TITLE, bold=True, wrap=True)
        self._under = parts.label(tone="muted", wrap=True)
        self._icon = parts.picture("info", "muted", 18)
        self._state = parts.label(wrap=True)
        self._bars = SignalBars()
        self._signal = parts.label(tone="muted")
        self._count = parts.label(tone="muted", wrap=True)
        self._caption = parts.label(translate("Map", "Linked with"), bold=True)
        self._links = QVBoxLayout()
        self._links.setSpacing(4)
        self.show_button = parts.button(translate("Map", "Show device"), self._show, icon="cpu")
        self.fold_button = parts.button("", self._fold, icon="chevron-right")
        self._known = parts.label(
            translate(
                "Map",
                "Drawn is what devices say by themselves. Zigbee2MQTT tells its whole mesh only "
                "when it is asked, which burdens the network for minutes, so it is not asked.",
            ),
            percent=parts.SMALL,
            tone="muted",
            wrap=True,
        )
        area, inside = parts.scrolled(translate("Map", "Chosen node"))
        inside.setSpacing(8)
        for each in (self._name, self._under):
            inside.addWidget(each)
        inside.addLayout(parts.row(self._icon, self._state))
        inside.addLayout(parts.row(self._bars, self._signal, None))
        inside.addWidget(self._count)
        inside.addWidget(flowing(self.show_button, self.fold_button))
        inside.addWidget(self._caption)
        inside.addLayout(self._links)
        inside.addStretch(1)
        inside.addWidget(self._known)
        self.add(area)
        self.show_node(None, (), folded=False, can_fold=False)

    def show_node(
        self, told: Face | None, linked: Sequence[Neighbour], *, folded: bool, can_fold: bool
    ) -> None:
        """Show a node; None: nothing is chosen."""
        self._told = told
        chosen = told is not None
        nothing = translate("Map", "Choose a node to see how it is linked. Arrow keys walk.")
        self._name.setText(told.title if told else translate("Map", "Nothing chosen"))
        under = (told.under, told.version) if told else (nothing,)
        self._under.setText(" · ".join(part for part in under if part))
        self._under.setVisible(bool(self._under.text()))
        self._show_state(told)
        told_signal = told.reception if told else None
        self._bars.show_reception(told_signal)
        self._signal.setText(told_signal.told if told_signal else "")
        self._signal.setVisible(told_signal is not None)
        self._count.setText(told.count if told else "")
        self._count.setVisible(bool(told and told.count))
        self.show_button.setVisible(bool(told and told.key))
        self.fold_button.setVisible(chosen and can_fold)
        words = translate("Map", "Unfold") if folded else translate("Map", "Fold")
        self.fold_button.setText(words)
        self.fold_button.setAccessibleName(words)
        parts.dress(self.fold_button, "chevron-right" if folded else "chevron-down", "text")
        self._show_links(linked)

    def _show_state(self, told: Face | None) -> None:
        look = told.look if told else None
        self._icon.setVisible(look is not None)
        self._state.setVisible(look is not None)
        if told is not None and look is not None:
            ratio = self.devicePixelRatioF()
            self._icon.setPixmap(theme.pixmap(look.icon, look.tone, 18, ratio))
            self._state.setText(told.state)
            parts.tint(self._state, look.tone)

    def _show_links(self, linked: Sequence[Neighbour]) -> None:
        parts.empty(self._links)
        self._caption.setVisible(bool(linked))
        for one in linked[:_MOST]:
            go = partial(self.wanted.emit, one.id)
            name = ", ".join(part for part in (one.title, one.role, one.signal) if part)
            button = parts.button(one.title, go, look="link", name=name)
            said = " · ".join(part for part in (one.role, one.signal.partition(",")[0]) if part)
            word = parts.label(said, percent=parts.SMALL, tone="muted")
            word.setMinimumHeight(button.sizeHint().height())
            self._links.addWidget(flowing(button, word))
        if len(linked) > _MOST:
            more = translate("Map", "and %n more", None, len(linked) - _MOST)
            self._links.addWidget(parts.label(more, percent=parts.SMALL, tone="muted"))

    def _show(self) -> None:
        if self._told is not None:
            self.device_wanted.emit(self._told.key)

    def _fold(self) -> None:
        if self._told is not None:
            self.fold_wanted.emit(self._told.id)
