"""The log says what went wrong in us, and nothing that is nobody's business."""

import logging
import subprocess
import sys
import threading

import pytest

from desktop import logs, processes

logger = logging.getLogger("orangery.test")


def fail(error):
    raise error


@pytest.fixture
def log(tmp_path):
    with logs.kept(tmp_path):
        yield logs.file_of(tmp_path)


def test_what_is_said_is_in_the_log_of_the_house(log):
    logger.info("%s starts %d", "anna", 3)
    assert "anna starts 3" in log.read_text()


def test_after_the_end_nothing_more_is_written(tmp_path):
    with logs.kept(tmp_path):
        pass
    logger.warning("too late")
    assert "too late" not in logs.file_of(tmp_path).read_text()


def test_the_programs_own_hooks_come_back(tmp_path):
    before = sys.excepthook, threading.excepthook
    with logs.kept(tmp_path):
        assert sys.excepthook is not before[0]
    assert (sys.excepthook, threading.excepthook) == before


@pytest.mark.parametrize("payload", [b"\x01" * 300, "x" * 300, ["x" * 300]])
def test_no_payload_of_more_than_256_bytes_is_written(log, payload):
    logger.warning("heard %s", payload)
    text = log.read_text()
    assert "\\x01" * 257 not in text
    assert "x" * 257 not in text
    assert "300 bytes" in text or "characters" in text


def test_a_short_payload_is_written_whole(log):
    logger.warning("heard %s", b"online")
    assert "b'online'" in log.read_text()


def test_a_payload_in_an_errors_own_words_is_cut_too(log):
    try:
        fail(ValueError("x" * 5000))
    except ValueError:
        logger.exception("failed")
    assert "Traceback" in log.read_text()
    assert "x" * 257 not in log.read_text()


@pytest.mark.parametrize(
    "words",
    [
        "password=hunter2",
        '{"password": "hunter2"}',
        "mqtt_password: hunter2",
        "passphrase='hunter2'",
        "Authorization: Bearer hunter2",
        "https://anna:hunter2@example.org/",
        "token = hunter2",
        "-----BEGIN PRIVATE KEY-----\nhunter2\n-----END PRIVATE KEY-----",
    ],
)
def test_what_looks_like_a_secret_is_struck_out(log, words):
    logger.warning("it was %s", words)
    try:
        fail(ValueError(words))
    except ValueError:
        logger.exception("again")
    assert "hunter2" not in log.read_text()


def test_an_invitation_code_is_struck_out(log):
    logger.warning("joined with OR-SFN0-W28A-ERRT-XSKW-4 now")
    assert "SFN0" not in log.read_text()
    assert "now" in log.read_text()


def test_the_log_is_turned_over_before_it_grows_without_end(tmp_path, monkeypatch):
    monkeypatch.setattr(logs, "_SIZE", 2000)
    with logs.kept(tmp_path):
        for number in range(500):
            logger.info("line %d of many", number)
    files = sorted(file.name for file in (tmp_path / "log").iterdir())
    assert files == ["orangery.log", *(f"orangery.log.{n}" for n in (1, 2, 3))]
    assert all(file.stat().st_size <= 2000 for file in (tmp_path / "log").iterdir())
    assert "line 499" in logs.file_of(tmp_path).read_text()


def test_only_the_owner_may_look_into_the_log(log):
    assert log.parent.stat().st_mode & 0o077 == 0


def test_a_house_that_is_made_by_its_log_is_its_owners_alone(tmp_path):
    with logs.kept(tmp_path / "house"):
        assert (tmp_path / "house").stat().st_mode & 0o077 == 0


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_thread_that_dies_leaves_its_traceback(log):
    def die():
        raise ZeroDivisionError("in a thread")

    thread = threading.Thread(target=die, name="poor thread")
    thread.start()
    thread.join()
    text = log.read_text()
    assert "poor thread" in text
    assert "ZeroDivisionError: in a thread" in text


def test_a_program_that_dies_leaves_its_traceback(tmp_path):
    code = (
        "import sys; from pathlib import Path; from desktop import logs\n"
        "with logs.kept(Path(sys.argv[1])):\n"
        "    sys.excepthook(*(lambda e: (type(e), e, None))(ZeroDivisionError('at the end')))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path)],
        env=processes.environment({}),
        check=False,
        capture_output=True,
    )
    assert done.returncode == 0, done.stderr
    assert "ZeroDivisionError: at the end" in logs.file_of(tmp_path).read_text()


def test_a_folder_that_takes_no_log_is_no_reason_not_to_start(tmp_path, capsys):
    (tmp_path / "log").write_text("a file in its place")
    with logs.kept(tmp_path):
        logger.warning("seen on the screen")
    assert "seen on the screen" in capsys.readouterr().err


def test_a_fault_goes_to_a_house_that_is_there_and_makes_none(tmp_path):
    try:
        fail(ZeroDivisionError("of a command"))
    except ZeroDivisionError:
        assert logs.note_fault(tmp_path / "nowhere") is None
        assert logs.note_fault(tmp_path) == logs.file_of(tmp_path)
    assert "ZeroDivisionError: of a command" in logs.file_of(tmp_path).read_text()
    assert not (tmp_path / "nowhere").exists()


def test_the_screen_hears_warnings_only(tmp_path, capsys):
    with logs.kept(tmp_path, screen=True):
        logger.info("quiet")
        logger.warning("loud")
    said = capsys.readouterr().err
    assert "loud" in said
    assert "quiet" not in said


def test_an_excerpt_is_the_last_whole_lines(tmp_path):
    file = logs.file_of(tmp_path)
    file.parent.mkdir()
    file.write_text("".join(f"line {n}\n" for n in range(1000)))
    lines = logs.excerpt(tmp_path, 100)
    assert lines[-1] == "line 999"
    assert all(line.startswith("line ") for line in lines)
    assert len(lines) == 11


def test_where_there_is_no_log_the_excerpt_says_so(tmp_path):
    assert logs.excerpt(tmp_path) == "nothing_there"
