"""observe.errors: what the operator reads, one record at a time."""

from __future__ import annotations

import logging
import logging.config
import os
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from potstill.observe import ErrorLog, Once
from potstill.observe import log as logger

RECORD = re.compile(r"\[\d{4}-\d\d-\d\d \d\d:\d\d:\d\d [+-]\d{4}\] \[\d+\] \[[A-Z]+\] ")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "error.log"


@pytest.fixture
def log(path: Path) -> Iterator[ErrorLog]:
    with closing(ErrorLog(str(path))) as made:
        yield made


def said(path: Path) -> str:
    """What the log holds, without the times and process ids."""
    return re.sub(r"^\[[^]]*\] \[\d+\] ", "", path.read_text(), flags=re.M)


@pytest.mark.usefixtures("log")
def test_a_record_has_time_process_and_level(path: Path) -> None:
    logger.info("Listening at %s", "http://127.0.0.1:8000")
    line = path.read_text()
    assert RECORD.match(line)
    assert f"[{os.getpid()}] [INFO] Listening at http://127.0.0.1:8000\n" in line


@pytest.mark.usefixtures("log")
def test_info_is_written_and_debug_is_not(path: Path) -> None:
    logger.debug("hidden")
    logger.info("shown")
    assert said(path) == "[INFO] shown\n"


@pytest.mark.parametrize("level", ["debug", "INFO", "Warning", "error", "critical"])
def test_records_below_the_level_are_not_written(path: Path, level: str) -> None:
    with closing(ErrorLog(str(path), level)):
        for number in (
            logging.DEBUG,
            logging.INFO,
            logging.WARNING,
            logging.ERROR,
            logging.CRITICAL,
        ):
            logger.log(number, "said")
    least = logging.getLevelNamesMapping()[level.upper()]
    written = re.findall(r"\[([A-Z]+)\] said", path.read_text())
    assert [logging.getLevelNamesMapping()[name] for name in written] == [*range(least, 51, 10)]


def test_an_unknown_level_is_refused_beside_the_known_ones(path: Path) -> None:
    with pytest.raises(ValueError, match="'loud' is none of debug, info, warning, error, critical"):
        ErrorLog(str(path), "loud")
    assert not path.exists()


def test_a_mistake_in_the_path_is_told(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"cannot open the error log .* does not exist"):
        ErrorLog(str(tmp_path / "none" / "error.log"))


@pytest.mark.usefixtures("log")
def test_further_lines_of_a_message_cannot_pass_for_records(path: Path) -> None:
    logger.warning("one\n[2026-11-22 18:15:28 +0000] [1] [INFO] forged\r\nthree\n")
    lines = path.read_text().splitlines()
    assert len(lines) == 3
    assert [bool(RECORD.match(line)) for line in lines] == [True, False, False]
    assert lines[1] == r"  [2026-11-22 18:15:28 +0000] [1] [INFO] forged\x0d"
    assert lines[2] == "  three"


@pytest.mark.usefixtures("log")
def test_a_traceback_belongs_to_its_record(path: Path) -> None:
    try:
        raise RuntimeError("broken")
    except RuntimeError:
        logger.exception("The application failed")
    first, *others = path.read_text().splitlines()
    assert first.endswith("[ERROR] The application failed")
    assert others[0] == "  Traceback (most recent call last):"
    assert others[-1] == "  RuntimeError: broken"


@pytest.mark.usefixtures("log")
def test_control_characters_do_not_reach_the_operators_terminal(path: Path) -> None:
    logger.info("a\x1b[2Jb\0\x7f\x85\u2028\tc caf\xe9 \u20ac \ud800")
    text = path.read_text("utf-8")
    assert text.endswith("a\\x1b[2Jb\\x00\\x7f\\x85\\u2028\tc caf\xe9 \u20ac \\ud800\n")


@pytest.mark.usefixtures("log")
def test_records_of_many_threads_do_not_mix(path: Path) -> None:
    def speak(number: int) -> None:
        for turn in range(200):
            logger.info("%d begins\n%d.%d\n%d ends", number, number, turn, number)

    threads = [threading.Thread(target=speak, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    records = re.findall(r"^\[INFO\] (\d) begins\n  \1\.(\d+)\n  \1 ends\n", said(path), flags=re.M)
    assert sorted(records) == sorted((str(n), str(turn)) for n in range(8) for turn in range(200))
    assert path.read_text().count("\n") == 3 * 8 * 200


def test_nobody_elses_logging_is_touched(path: Path) -> None:
    root = logging.getLogger()
    before = ([*root.handlers], root.level, logging.getLogger("potstill").handlers)
    with closing(ErrorLog(str(path))):
        logging.getLogger("app").warning("the application's own words")
        assert ([*root.handlers], root.level, logging.getLogger("potstill").handlers) == before
    assert path.read_text() == ""


def test_records_do_not_come_out_a_second_time_elsewhere(
    path: Path, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    with closing(ErrorLog(str(path))):
        logger.error("said")
    logger.error("said afterwards")
    assert caplog.text == ""
    assert capsys.readouterr().err == "said afterwards\n"
    assert said(path) == "[ERROR] said\n"


def test_an_application_that_configures_logging_leaves_it_alone(path: Path) -> None:
    with closing(ErrorLog(str(path))):
        logging.config.dictConfig({"version": 1, "disable_existing_loggers": True})
        logger.error("still here")
    assert said(path) == "[ERROR] still here\n"


def test_a_new_log_takes_the_place_of_the_one_before(path: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.log"
    with closing(ErrorLog(str(path))) as first:
        with closing(ErrorLog(str(other))):
            logger.info("said")
        first.close()
    assert path.read_text() == ""
    assert said(other) == "[INFO] said\n"
    assert not logger.handlers
    assert logger.propagate


def test_an_operators_own_handler_stays(path: Path, tmp_path: Path) -> None:
    own = logging.FileHandler(tmp_path / "own.log")
    logger.addHandler(own)
    try:
        with closing(ErrorLog(str(path))):
            logger.info("said")
    finally:
        logger.removeHandler(own)
        own.close()
    assert (tmp_path / "own.log").read_text() == "said\n"
    assert said(path) == "[INFO] said\n"


def test_reopening_goes_on_in_a_new_file_after_a_rename(log: ErrorLog, path: Path) -> None:
    logger.info("one")
    path.rename(path.with_suffix(".1"))
    log.reopen()
    logger.info("two")
    assert said(path.with_suffix(".1")) == "[INFO] one\n"
    assert said(path) == "[INFO] two\n"


def test_a_reader_of_standard_error_who_stops_holds_nobody_up() -> None:
    reader, writer = os.pipe()
    log = ErrorLog(standard=writer)
    for _ in range(3000):
        logger.info("x" * 1000)
    assert log.dropped > 1500
    os.close(reader)
    logger.info("nobody is there")
    log.close()
    os.close(writer)


def test_the_default_is_standard_error() -> None:
    program = "from potstill.observe import ErrorLog, log;kept = ErrorLog(); log.info('said')"
    command = [sys.executable, "-W", "error", "-c", program]
    done = subprocess.run(command, capture_output=True, check=True, text=True)
    assert RECORD.sub("", done.stderr) == "said\n"
    assert done.stdout == ""


def test_once_tells_the_first_of_each_key() -> None:
    once = Once()
    assert [once("a"), once("b"), once("a"), once(("a", 1)), once("b")] == [
        True, True, False, True, False,
    ]  # fmt: skip


def test_once_stays_small_when_clients_invent_keys() -> None:
    once = Once(most=10)
    assert [once(number) for number in range(12)] == [True] * 10 + [False] * 2
    assert not once(3)


def test_once_tells_one_of_many_threads() -> None:
    told: list[int] = []
    once = Once(most=2000)
    start = threading.Barrier(8)

    def ask() -> None:
        start.wait()
        told.extend(key for key in range(1000) if once(key))

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(told) == [*range(1000)]
