"""A patch is offered only if it was applied, gave the right file, and pays."""

import hashlib
import importlib.util
import json
import os
import random
import re
import time
from pathlib import Path

import msgspec
import pytest

from firmware import deltas, patches
from firmware.deltas import Limits, Measure, advise, judge
from firmware.draft import Image
from firmware.signed import About

ROOT = Path(__file__).parents[2]
WORDS = json.loads((ROOT / "resources/i18n/deltas.json").read_bytes())
METHODS = [
    pytest.param(
        name,
        marks=pytest.mark.skipif(
            importlib.util.find_spec(needs) is None, reason=f"{needs} is not installed"
        ),
    )
    for name, needs in patches.NEEDS.items()
]
KIB = 1024


@pytest.fixture
def pair(tmp_path: Path) -> tuple[Path, Path]:
    """A file that does not compress, and one in which a hundredth of it changed."""
    chance = random.Random(3)
    before = chance.randbytes(200 * KIB)
    after = before[: 70 * KIB] + chance.randbytes(2 * KIB) + before[71 * KIB :]
    old, new = tmp_path / "old.bin", tmp_path / "new.bin"
    old.write_bytes(before)
    new.write_bytes(after)
    return old, new


@pytest.fixture
def only(monkeypatch):
    """Leave one method, and that done by another function if one is given."""

    def choose(method: str, **script: str) -> None:
        monkeypatch.setattr(patches, "NEEDS", {method: patches.NEEDS[method]})
        if script:
            ours = f"from firmware import patches; import sys\n{script['child']}"
            run = ours + "\nsys.exit(patches.main(sys.argv[1:], sys.stdout))"
            monkeypatch.setattr(deltas, "_command", lambda: [deltas.sys.executable, "-c", run])

    return choose


@pytest.mark.parametrize("method", METHODS)
def test_each_method_gives_a_patch_that_is_applied_and_right(pair, only, method):
    only(method)
    (one,) = advise(*pair).measures
    assert (one.proven, one.code) == (True, "")
    assert one.seconds > 0
    full = pair[1].stat().st_size
    assert (one.size < full / 10) is (method != "zstd")  # alone it does not compress


def test_above_the_thorough_size_a_patch_still_sees_the_whole_old_file(tmp_path, only):
    only("zstd-patch", child="patches._THOROUGH = 0")
    body = random.Random(4).randbytes(24 * KIB * KIB)
    old, new = tmp_path / "old", tmp_path / "new"
    old.write_bytes(body)
    new.write_bytes(body[: 2 * KIB * KIB])  # the part that is furthest back
    (one,) = advise(old, new).measures
    assert one.proven
    assert one.size < 100 * KIB


def test_a_patch_that_pays_is_offered(pair):
    advice = advise(*pair)
    assert advice.code == "delta_offer"
    assert advice.best in patches.NEEDS.keys() - {"zstd"}
    assert int(advice.facts["percent"]) < 5
    assert advice.sha256 == hashlib.sha256(pair[1].read_bytes()).hexdigest()
    assert advice.source == hashlib.sha256(pair[0].read_bytes()).hexdigest()


def test_an_encrypted_payload_is_told_as_such(tmp_path):
    old, new = tmp_path / "old", tmp_path / "new"
    old.write_bytes(random.Random(1).randbytes(200 * KIB))
    new.write_bytes(random.Random(2).randbytes(200 * KIB))
    assert advise(old, new).code == "delta_incompressible"


def test_the_same_file_again_is_told_and_not_measured(pair):
    advice = advise(pair[0], pair[0])
    assert (advice.code, advice.measures) == ("delta_same", ())


WRONG = """
make, apply = patches.METHODS["zstd-patch"]
def other(old, patch, out):
    apply(old, patch, out)
    body = bytearray(out.read_bytes()); body[-1] ^= 1; out.write_bytes(body)
patches.METHODS = {"zstd-patch": (make, other)}
"""


def test_a_patch_that_gives_other_bytes_without_a_word_is_never_offered(pair, only):
    only("zstd-patch", child=WRONG)
    advice = advise(*pair)
    assert (advice.code, advice.best) == ("delta_unproven", "")
    assert [(one.proven, one.code) for one in advice.measures] == [(False, "delta_wrong_bytes")]


COMPLAINS = """
make, apply = patches.METHODS["zstd-patch"]
def other(old, patch, out):
    apply(old, patch, out)
    raise ValueError("End of patch not found.")
patches.METHODS = {"zstd-patch": (make, other)}
"""


def test_the_bytes_decide_and_not_what_a_library_says_of_them(pair, only):
    only("zstd-patch", child=COMPLAINS)
    (one,) = advise(*pair).measures
    assert (one.proven, one.code) == (True, "")
    assert "End of patch not found." in one.fact


FAULTS = {
    "delta_failed": "def bad(*_): raise ValueError('no')",
    "delta_out_of_memory": "def bad(*_): bytearray(8 << 30)",
    "delta_timed_out": "def bad(*_):\n    while True: pass",
}


@pytest.mark.parametrize(("code", "fault"), FAULTS.items(), ids=FAULTS)
def test_a_method_that_goes_wrong_harms_nobody_else(pair, only, code, fault):
    only("zstd", child=f"{fault}\npatches.METHODS = {{'zstd': (bad, bad)}}")
    (one,) = advise(*pair, limits=Limits(seconds=1, memory=1 << 30)).measures
    assert (one.proven, one.size, one.code) == (False, 0, code)


def test_a_child_that_dies_is_told_as_a_failure(pair, only):
    only("zstd", child="sys.exit(3)")
    (one,) = advise(*pair).measures
    assert (one.code, one.fact) == ("delta_failed", "exit code 3")


def test_a_child_that_waits_without_computing_ends_at_its_limit(pair, only):
    only("zstd", child="import threading; threading.Event().wait(60)")
    before = time.monotonic()
    (one,) = advise(*pair, limits=Limits(seconds=1)).measures
    assert one.code == "delta_timed_out"
    assert time.monotonic() - before < 30


def test_cancelled_it_stops_the_child_and_leaves_no_file(pair, only, tmp_path, monkeypatch):
    place, note = tmp_path / "temporary", tmp_path / "pid"
    place.mkdir()
    monkeypatch.setattr(deltas.tempfile, "tempdir", str(place))
    only(
        "zstd",
        child=f"import os, pathlib, threading; here = pathlib.Path({str(note)!r})\n"
        "here.with_suffix('.new').write_text(str(os.getpid()))\n"
        "here.with_suffix('.new').rename(here); threading.Event().wait(60)",
    )
    (one,) = advise(*pair, cancelled=note.exists).measures
    assert one.code == "delta_cancelled"
    with pytest.raises(ProcessLookupError):
        os.kill(int(note.read_text()), 0)
    assert list(place.iterdir()) == []


def test_cancelled_before_it_began_nothing_is_measured(pair):
    advice = advise(*pair, cancelled=lambda: True)
    assert {one.code for one in advice.measures} == {"delta_cancelled"}
    assert advice.code == "delta_unproven"


def test_without_detools_the_others_are_measured_and_it_is_told(pair, monkeypatch):
    found = importlib.util.find_spec
    monkeypatch.setattr(
        deltas.importlib.util, "find_spec", lambda name: None if name == "detools" else found(name)
    )
    advice = advise(*pair)
    told = {one.method: (one.code, one.fact) for one in advice.measures if not one.proven}
    assert told.keys() == {"hdiffpatch-lzma", "hdiffpatch-zstd"}
    assert set(told.values()) == {("delta_not_installed", "detools")}
    assert (advice.code, advice.best) == ("delta_offer", "zstd-patch")


def test_large_files_are_for_zstd_alone_and_larger_ones_for_none(pair, monkeypatch):
    monkeypatch.setattr(deltas.importlib.util, "find_spec", lambda _: object())
    monkeypatch.setattr(deltas, "DETOOLS_MAX", 100 * KIB)
    by_method = {one.method: one.code for one in advise(*pair).measures}
    assert by_method["hdiffpatch-lzma"] == by_method["hdiffpatch-zstd"] == "delta_too_large"
    assert by_method["zstd-patch"] == by_method["zstd"] == ""
    monkeypatch.setattr(deltas, "PATCH_MAX", 100 * KIB)
    assert {one.code for one in advise(*pair).measures} == {"delta_too_large"}


def measured(**sizes: int) -> tuple[Measure, ...]:
    return tuple(
        Measure(method=name.replace("_", "-"), size=size, proven=True)
        for name, size in sizes.items()
    )


@pytest.mark.parametrize(
    ("full", "patch", "code"),
    [
        (200 * KIB, 100 * KIB, "delta_offer"),
        (200 * KIB, 100 * KIB + 1, "delta_small_gain"),
        (100 * KIB, 36 * KIB, "delta_offer"),
        (100 * KIB, 36 * KIB + 1, "delta_small_gain"),
        (50 * KIB, 1, "delta_small_gain"),
        (200 * KIB, 190 * KIB, "delta_small_gain"),
        (200 * KIB, 190 * KIB + 1, "delta_incompressible"),
    ],
)
def test_a_patch_pays_that_is_at_most_half_and_saves_64_kib(full, patch, code):
    advice = judge("a", "b", full, measured(zstd=full, zstd_patch=patch))
    assert (advice.code, advice.best) == (code, "zstd-patch")


def test_a_file_that_only_compresses_is_not_called_incompressible():
    advice = judge("a", "b", 200 * KIB, measured(zstd=100 * KIB, zstd_patch=199 * KIB))
    assert advice.code == "delta_small_gain"


def test_what_was_not_proven_is_not_the_best_however_small():
    small = Measure(method="hdiffpatch-lzma", size=1, code="delta_wrong_bytes")
    advice = judge("a", "b", 200 * KIB, (small, *measured(zstd_patch=300 * KIB // 4)))
    assert (advice.code, advice.best) == ("delta_offer", "zstd-patch")


def image(model: str, counter: int) -> Image:
    about = About(schema=1, version=str(counter), counter=counter, vendor="acme", model=model)
    path = f"fw/acme/line/{model}-{counter}.bin"
    return Image(path=path, sha256=f"{counter:064x}", size=1, line="line", about=about)


def test_a_frozen_program_is_its_own_child(pair, monkeypatch):
    monkeypatch.setattr(deltas.sys, "frozen", True, raising=False)
    program, word = deltas._command()
    monkeypatch.setattr(deltas, "_command", lambda: [program, "-m", "desktop", word])
    monkeypatch.setattr(patches, "NEEDS", {"zstd-patch": "zstandard"})
    assert advise(*pair).code == "delta_offer"


def test_an_image_is_measured_from_the_last_published_one_of_its_kin():
    lamp, plug, cam = image("lamp", 5), image("plug", 2), image("cam", 1)
    published = [image("lamp", 3), image("lamp", 4), image("lamp", 5), plug, image("cam", 2)]
    assert deltas.pairs([lamp, plug, cam], published) == [(image("lamp", 4), lamp)]


def test_every_code_has_its_words_in_both_languages_with_the_same_facts(pair):
    code = "".join((ROOT / f"firmware/{name}.py").read_text() for name in ("deltas", "patches"))
    assert set(re.findall(r'"(delta_[a-z_]+)"', code)) == WORDS.keys()
    given = {"fact", *advise(*pair).facts}
    for words in WORDS.values():
        facts = {lang: set(re.findall(r"{(\w+)}", "".join(said))) for lang, said in words.items()}
        assert facts["en"] == facts["zh_CN"] <= given
        assert all(len(said) == 2 and all(said) for said in words.values())


def test_an_advice_can_be_kept_and_shown():
    advice = judge("a", "b", 200 * KIB, measured(zstd_patch=KIB))
    assert msgspec.json.decode(msgspec.json.encode(advice), type=type(advice)) == advice
