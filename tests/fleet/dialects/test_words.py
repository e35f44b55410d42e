"""Every reason a dialect gives has words for people, and every word has its reason."""

import ast
import json
from pathlib import Path

import resources
from fleet import attest, dialects

FILES = (*Path(dialects.__file__).parent.glob("*.py"), Path(attest.__file__))


def given() -> set[str]:
    """Return the codes in all Unknown(...) and Refusal(...) of dialects and attest."""
    codes = {"no_dialect", "line_not_understood", "fault_in_registry", "too_many_devices"}
    codes |= {f"fault_in_{dialect.name}" for dialect in dialects.ALL}
    for file in FILES:
        for node in ast.walk(ast.parse(file.read_text())):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
                continue
            if node.func.id in {"Unknown", "Refusal"} and node.args:
                codes |= {
                    part.value
                    for part in ast.walk(node.args[0])
                    if isinstance(part, ast.Constant) and isinstance(part.value, str)
                }
    return codes


def test_every_reason_has_a_sentence_and_a_hint_in_both_languages() -> None:
    rooms = {
        file.stem: json.loads(file.read_text())
        for file in resources.path("i18n/errors").glob("*.json")
    }
    words = {code: each for room in rooms.values() for code, each in room.items()}
    assert given() <= set(words)  # another room may say the same
    assert set(rooms["dialects"]) <= given()
    for code in given():
        assert set(words[code]) == {"en", "zh_CN"}, code
        assert all(len(pair) == 2 and all(pair) for pair in words[code].values()), code
