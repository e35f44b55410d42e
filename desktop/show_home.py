"""How the command line shows what is around the house."""

from __future__ import annotations

from typing import Any

from rich.table import Table

from desktop.facts import Power
from desktop.words import say
from fleet.home import PlaceState
from fleet.model import Snapshot

PLACES = {
    PlaceState.AWAY: "not connected",
    PlaceState.ASKING: "connected; its mark is being asked for",
    PlaceState.HOME: "this home's",
    PlaceState.UNMARKED: "taken as this home's; it keeps no mark, so elsewhere we cannot tell",
    PlaceState.BLANK: "not known as this home's: it has no mark, and ours had one",
    PlaceState.OTHER: "of another home",
}


def home(snapshot: Snapshot) -> Table:
    """Each broker and this computer, a line each."""
    table = Table(box=None, show_header=False, pad_edge=False)
    places: Any = snapshot.facts.get("home", {})
    for name, place in sorted(places.items()):
        table.add_row(f"Broker {name}", f"{place.address}: {PLACES[place.state]}")
    for name, code in sorted(snapshot.facts.get("lease", {}).items()):
        table.add_row(f"Broker {name}", " ".join(say(str(code), {})))
    http: Any = snapshot.facts.get("http", {}).get("home")
    allowed = http is not None and http.allow
    table.add_row("Over HTTP", "devices may be asked" if allowed else "no device is asked")
    shown: Any = snapshot.facts.get("entities", {}).get("home")
    at_ha = shown is not None and shown.show
    table.add_row("Home Assistant", "is shown this week's updates" if at_ha else "is shown nothing")
    table.add_row("This computer", _power(snapshot.facts.get("power", {}).get("computer")))
    return table


def _power(power: Any) -> str:  # noqa: ANN401 - a fact
    if not isinstance(power, Power) or not power.known:
        why = f" ({power.why})" if isinstance(power, Power) and power.why else ""
        return f"nobody here tells whether it sleeps{why}; updates begin all the same"
    words = ["sleep is held off while a device writes"]
    if power.refused:
        words = [f"sleep cannot be held off: {power.refused}"]
    if power.portable:
        words.append(
            'it has a lid: "orangery serve" on a computer that is always on sees the night'
        )
    if power.on_battery:
        words.append("it runs on its battery")
    if power.metered:
        words.append(
            "its connection is paid by the byte: weeks are not fetched unless you allow it"
        )
    return "; ".join(words)
