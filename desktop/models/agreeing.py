"""What is said of the agreement with the home's other computers: values, no widgets."""

from __future__ import annotations

from desktop.agree_commands import Agreement
from desktop.language import translate


def standing(state: Agreement) -> str:
    """Return how it stands, in a sentence or two."""
    if state.locked:
        return translate("Agree", "This computer has lost the code. Type it again.")
    if not state.on:
        return translate("Agree", "Names, rooms, tags, marks and policy are this computer's own.")
    if not state.others:
        return translate("Agree", "Waits for the others: type the code there.")
    return translate("Agree", "The same here and at %n other computer(s).", None, state.others)


def trouble(state: Agreement) -> str:
    """Return what is not as it should be; "": nothing."""
    lines = []
    if state.unkept:
        said = translate("Agree", "The broker {names} lets nothing be kept there.")
        lines.append(said.format(names=", ".join(state.unkept)))
    if state.strange:
        lines.append(
            translate("Agree", "%n message(s) were not of this home; ignored.", None, state.strange)
        )
    return " ".join(lines)
