"""Who is here, at the foot of the rail: name and role; a click asks who else it is."""

from __future__ import annotations

from desktop.language import translate
from desktop.widgets.rail import ConnectionChip


class WhoChip(ConnectionChip):
    """Two lines and an icon, as the connection has them."""

    def show_member(self, word: str, under: str, icon: str) -> None:
        """Show who it is."""
        self._word, self._under, self._icon_name, self._token = word, under, icon, "muted"
        self.setAccessibleName(translate("Members", "Who is here: {name}").format(name=word))
        self._tip()
        self.update()
