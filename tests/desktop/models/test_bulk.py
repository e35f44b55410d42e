from desktop.models.bulk import Outcome, Refused, listed, told

AWAY = Refused("Blinds", "The broker cannot be reached.", "Wait.")


def test_it_is_told_how_many_and_why_not_the_others(qapp) -> None:
    outcome = Outcome(
        done=("a", "b", "c"),
        refused={"d": AWAY, "e": AWAY, "f": Refused("Fan", "It has no such button.")},
    )
    assert told(outcome) == (
        "3 of 6 done; 3 could not, because: The broker cannot be reached; It has no such button"
    )
    assert not outcome.whole


def test_many_reasons_are_counted(qapp) -> None:
    refused = {str(n): Refused(str(n), f"Why {n}.") for n in range(4)}
    assert told(Outcome(refused=refused)).endswith("Why 0; Why 1; and 2 more")


def test_what_was_stopped_is_said(qapp) -> None:
    said = told(Outcome(done=("a",), left=("b", "c")))
    assert said == "1 of 3 done; 2 not begun: you stopped it"


def test_all_is_all() -> None:
    assert Outcome(done=("a",)).whole


def test_each_device_is_listed_with_what_helps() -> None:
    outcome = Outcome(refused={"f": Refused("fan", "No."), "d": AWAY})
    assert listed(outcome) == "Blinds: The broker cannot be reached. Wait.\nfan: No."
