"""A slice of each benchmark runs to its end. What it measures is not judged here."""

import pytest
from click.testing import CliRunner

from benchmarks import __main__ as bench
from benchmarks import serving, soak, start, window
from benchmarks.nginx import nginx

pytestmark = pytest.mark.bench


@pytest.mark.broker
def test_ingest_hears_every_message_on_both_sides():
    rate, cpu, lost = bench.ALL["ingest"](short=True)
    assert min(rate.ours, rate.theirs, cpu.ours, cpu.theirs, lost.theirs) > 0
    assert lost.ours == 0


@pytest.mark.broker
def test_what_a_broker_keeps_is_known_and_a_flood_is_survived():
    known, memory, cpu = bench.ALL["retained"](short=True)
    assert min(known.ours, known.theirs, memory.theirs, cpu.ours, cpu.theirs) > 0


@pytest.mark.slow
def test_hostile_messages_are_heard_on_every_dialect_s_topics():
    slowest, bomb, memory = bench.ALL["hostile"](short=True)
    assert min(slowest.ours, bomb.ours, memory.ours, memory.theirs) > 0


def test_staging_verifies_and_stages_an_image():
    verify, whole = bench.ALL["staging"](short=True)
    assert min(verify.ours, whole.ours, verify.theirs) > 0


def test_simulate_tells_of_every_device():
    (figure,) = bench.ALL["simulate"](short=True)
    assert min(figure.ours, figure.theirs) > 0


def test_deltas_measures_a_pair_made_here():
    figures = bench.ALL["deltas"](short=True)
    assert {"made here: zstd", "made here: zstd-patch"} <= {figure.what for figure in figures}
    assert all(0 < figure.ours < figure.theirs for figure in figures)


def test_bundles_read_one_within_little_memory():
    memory, verify = bench.ALL["bundles"](short=True)
    assert memory.met
    assert min(verify.ours, verify.theirs) > 0


def test_history_writes_days_and_plots_from_them():
    figures = bench.ALL["history"](short=True)
    assert len(figures) == 14
    assert all(figure.ours > 0 for figure in figures)


def test_voice_seals_a_ballot_that_counts_the_same_again():
    figures = bench.ALL["voice"](short=True)
    assert len(figures) == 7
    assert all(figure.ours > 0 for figure in figures)


def test_similar_finds_more_than_plain_full_text_search():
    figures = bench.ALL["similar"](short=True)
    recalls = [figure for figure in figures if "recall" in figure.what]
    assert len(recalls) == 8
    assert all(figure.ours > 2 * figure.theirs for figure in recalls)
    assert all(figure.ours > 0 for figure in figures)


def test_hub_raises_one_incident_within_a_quarter_of_an_hour_of_the_fifth_household():
    figures = {figure.what: figure for figure in bench.ALL["hub"](short=True)}
    assert len(figures) == 10
    assert figures["incidents of 3000 reports in 72 h"].ours == 1
    assert 0 <= figures["from the fifth household to the incident"].ours <= 900
    assert min(figure.ours for figure in figures.values()) > 0


@pytest.mark.broker
def test_serving_brings_the_image_whole_to_every_device():
    figures = bench.ALL["serving"](short=True)
    assert len(figures) == 5
    assert min(min(figure.ours, figure.theirs) for figure in figures) > 0


def test_a_device_that_has_other_bytes_in_the_end_fails_the_benchmark(tmp_path):
    load = serving.Load(devices=2, size=1 << 20, cuts=1, sha256="0" * 64)
    (tmp_path / "image").write_bytes(bytes(load.size))
    with nginx(tmp_path) as (address, pid), pytest.raises(RuntimeError, match="only 0 have the"):
        serving.fetch([f"{address}/image"] * 2, load, pid)


def test_the_command_fails_where_a_parser_does(tmp_path, monkeypatch):
    monkeypatch.setattr(bench.fuzz, "FOLDER", tmp_path)
    words = ["fuzz", "--inputs", "2", "--jobs", "1", "--target"]
    good = CliRunner().invoke(bench.main, [*words, "week"])
    assert (good.exit_code, "week" in good.stdout) == (0, True)
    bad = CliRunner().invoke(bench.main, [*words, "broken-crashes"])
    assert (bad.exit_code, "IndexError" in bad.stdout) == (1, True)


def test_start_sees_both_windows_painted():
    by_clock, of_processor = bench.ALL["start"](short=True)
    assert min(by_clock.ours, by_clock.theirs, of_processor.ours, of_processor.theirs) > 0


def test_a_program_that_paints_nothing_is_told_with_its_own_words(tmp_path):
    with pytest.raises(RuntimeError, match="no window today"):
        start.first_paint("raise SystemExit('no window today')", [], tmp_path)


@pytest.mark.broker
def test_the_window_shows_what_is_said_while_it_is_measured():
    figures = bench.ALL["window"](short=True)
    lost = next(figure for figure in figures if figure.unit == "lost")
    assert lost.ours == 0
    assert all(figure.ours > 0 for figure in figures if figure is not lost)


def test_a_mark_is_shown_by_the_first_paint_that_has_it_or_a_later_one():
    assert window.waits([(1, 10.0), (2, 10.5)], [(0, 10.1), (1, 10.2), (3, 10.7)]) == pytest.approx(
        [200.0, 200.0]
    )


def test_a_mark_that_is_never_painted_fails_the_benchmark():
    with pytest.raises(RuntimeError, match="mark 2 was never painted"):
        window.waits([(1, 10.0), (2, 10.5)], [(1, 10.2)])


@pytest.mark.broker
def test_a_window_lives_through_a_short_soak():
    soaked = soak.run(0.1, devices=60, piece_s=3.0)
    assert (len(soaked.rss), soaked.sent, soaked.wrong) == (2, 3_000, [])


def test_a_soak_that_grows_warns_or_drops_is_told():
    soaked = soak.Soaked(rss=[100, 100, 100, 110], longest=[1.0], dropped=2, warnings=["x", "x"])
    assert soaked.wrong == [
        "warned: x",
        "2 messages were dropped",
        "memory grew to 1.10 of the second quarter's",
    ]
    assert "not met" not in "\n".join(soaked.lines())


def test_the_command_prints_the_table(monkeypatch):
    monkeypatch.setitem(bench.ALL, "staging", lambda *, short: [])
    done = CliRunner().invoke(bench.main, ["--short", "staging"])
    assert done.exit_code == 0
    assert "ratio" in done.stdout


def test_redaction_reads_what_a_report_takes_along():
    figures = bench.ALL["redaction"](short=True)
    assert [figure.unit for figure in figures] == ["MB/s", "s"]
    assert all(figure.ours > 0 for figure in figures)


def test_a_house_leaves_and_arrives_and_desktops_agree():
    plain, locked, arrived, agreed, document = bench.ALL["carry"](short=True)
    assert min(plain.ours, locked.ours, arrived.ours, agreed.ours, document.ours) > 0
