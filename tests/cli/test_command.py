from __future__ import annotations

import os
import subprocess
import sys
import tomllib
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from tests.support.server import potstill
from tests.support.wire import Client, get

APP = """
import os, sys

def app(environ, start_response):
    text = eval(environ["QUERY_STRING"], {"os": os, "sys": sys, "environ": environ})
    body = str(text).encode()
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [body]
"""

# Everything is imported first: the interpreter may live where only the superuser can look.
AS_NOBODY = """
import os, sys, potstill.observe.formats
from potstill.cli import main
if os.geteuid() == 0:
    os.setuid(65534)
sys.exit(main(sys.argv[1:]))
"""


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A directory with an application that answers with the value of its query."""
    (tmp_path / "app.py").write_text(APP)
    return tmp_path


def run(
    *words: str, cwd: Path, env: dict[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """The command, run to its end."""
    ours = {"PORT", "WEB_CONCURRENCY"}
    kept = {
        name: text
        for name, text in os.environ.items()
        if name not in ours and not name.startswith("POTSTILL_")
    }
    return subprocess.run(
        [sys.executable, "-m", "potstill", *words],
        cwd=cwd,
        env={**kept, "PYTHONDONTWRITEBYTECODE": "1", **(env or {})},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )


def answered(port: int, expression: str, path: str = "/") -> str:
    """What the application under test makes of the expression."""
    with Client(port) as client:
        client.send(get(f"{path}?{expression}"))
        return client.answer().body.decode()


def test_help_goes_to_standard_output(tmp_path: Path) -> None:
    done = run("--help", cwd=tmp_path)
    assert done.stdout.startswith("Usage: potstill [OPTIONS] MODULE:APP\n")
    assert (done.returncode, done.stderr) == (0, "")


def test_the_version_is_that_of_the_project(tmp_path: Path) -> None:
    project = tomllib.loads(Path(__file__, "../../../pyproject.toml").resolve().read_text("utf-8"))
    done = run("--version", cwd=tmp_path)
    assert done.stdout == f"potstill {project['project']['version']}\n"
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("word", ["--help", "--version"])
def test_a_word_of_help_does_not_wait_for_the_server(word: str) -> None:
    code = (
        "import sys; from potstill.cli import main; main(sys.argv[1:]);"
        "slow = {'argparse', 'asyncio', 'http', 'logging', 'socket', 'ssl', 'potstill.server'};"
        "sys.exit(repr(slow & sys.modules.keys()) if slow & sys.modules.keys() else 0)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, word], capture_output=True, text=True, check=False, timeout=30
    )
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ((), "no application named: potstill MODULE:APP; potstill --help tells more"),
        (("--treads", "4"), "--treads: there is no such setting; did you mean --threads?"),
        (("app:app", "--chdir", "away"), "--chdir is 'away': no such directory"),
        (("app:app", "--pythonpath", "away"), "pythonpath: there is no {place}/away"),
        (
            ("app:app", "--error-logfile", "away/e.log"),
            "error_logfile is 'away/e.log': there is no directory away",
        ),
        (
            ("app:app", "-c", "gunicorn.conf.py"),
            "--config is 'gunicorn.conf.py': a configuration in Python is not read; "
            "write the settings as TOML, one `name = value` a line",
        ),
    ],
)
def test_a_mistake_is_one_line_and_exit_code_2(
    place: Path, words: tuple[str, ...], message: str
) -> None:
    done = run(*words, cwd=place)
    assert done.stderr == f"potstill: error: {message.format(place=place)}\n"
    assert (done.returncode, done.stdout) == (2, "")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("--certfile away.pem", "certfile is 'away.pem': No such file or directory"),
        ("--certfile .", "certfile is '.': no regular file"),
        ("--certfile pipe", "certfile is 'pipe': no regular file"),
        ("--certfile app.py --keyfile a.key", "keyfile is 'a.key': No such file or directory"),
        (
            "--certfile app.py --sni *.a.example=app.py:a.key",
            "sni of *.a.example is 'a.key': No such file or directory",
        ),
        (
            "--certfile app.py --sni b.example=app.py/a.pem",
            "sni of b.example is 'app.py/a.pem': Not a directory",
        ),
        (
            "--certfile app.py --cert-reqs required --ca-certs ca.pem",
            "ca_certs is 'ca.pem': No such file or directory",
        ),
        ("--keyfile app.py", "keyfile is given, but no certfile: without one there is no TLS"),
        ("-b https://:0", "bind is 'https://:0', but no certfile is given"),
    ],
)
def test_a_certificate_that_is_not_there_is_found_before_the_application_is_imported(
    place: Path, words: str, message: str
) -> None:
    (place / "app.py").write_text("raise RuntimeError\n")
    os.mkfifo(place / "pipe")
    done = run("app:app", *words.split(), cwd=place)
    assert done.stderr == f"potstill: error: {message}\n"
    assert (done.returncode, done.stdout) == (2, "")


def test_certificates_are_looked_for_in_the_directory_to_work_in(place: Path) -> None:
    (place / "tls").mkdir()
    (place / "tls" / "site.pem").touch()
    (place / "app.py").rename(place / "tls" / "app.py")
    words = ("--chdir", "tls", "--certfile", "site.pem", "--keyfile", "site.key")
    done = run("app:app", *words, cwd=place)
    assert done.stderr == "potstill: error: keyfile is 'site.key': No such file or directory\n"


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("--error-logfile locked/in/e.log", "locked/in: Permission denied"),
        ("--pythonpath locked/in", "{place}/locked/in: Permission denied"),
        ("--certfile locked/a.pem", "certfile is 'locked/a.pem': Permission denied"),
        ("--certfile secret.pem", "certfile is 'secret.pem': it may not be read"),
    ],
)
def test_what_may_not_be_looked_into_is_a_mistake_and_no_crash(words: str, message: str) -> None:
    with TemporaryDirectory() as place:  # pytest's own are for the user alone who runs it
        Path(place).chmod(0o755)
        Path(place, "locked").mkdir(mode=0)
        Path(place, "secret.pem").touch(mode=0)
        done = subprocess.run(
            [sys.executable, "-c", AS_NOBODY, "app:app", *words.split()],
            cwd=place,
            capture_output=True,
            text=True,
            check=False,
            timeout=30,
        )
    assert done.stderr == f"potstill: error: {message.format(place=place)}\n"
    assert (done.returncode, done.stdout) == (2, "")


@pytest.mark.parametrize("form", ["%(zz)s", "combind %(", "100% %(h)s"])
def test_a_mistake_in_the_format_of_the_access_log_is_found_at_the_start(
    place: Path, form: str
) -> None:
    done = run("app:app", "--access-logformat", form, cwd=place)
    assert done.stderr.startswith("potstill: error: access log format")
    assert done.stderr.count("\n") == 1
    assert done.returncode == 2


def test_a_directory_that_is_gone_is_a_mistake_and_no_crash(place: Path) -> None:
    (place / "gone").mkdir()
    code = (
        "import os, sys; from potstill.cli import main; os.rmdir(os.getcwd());"
        "sys.exit(main(['--print-config']))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=place / "gone",
        capture_output=True,
        text=True,
        check=False,
        timeout=30,
    )
    assert done.stderr == "potstill: error: .: No such file or directory\n"
    assert done.returncode == 2


def test_checking_says_that_all_is_well(place: Path) -> None:
    done = run("app:app", "--check-config", cwd=place)
    message = "potstill: the settings are valid and app:app is a WSGI application\n"
    assert (done.returncode, done.stdout, done.stderr) == (0, message, "")


def test_checking_reads_the_certificates(place: Path) -> None:
    (place / "site.pem").write_text("no certificate\n")
    done = run("app:app", "--check-config", "--certfile", "site.pem", cwd=place)
    assert done.stderr.startswith("potstill: error: certfile ")
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)


def test_checking_finds_what_is_wrong_with_the_settings(place: Path) -> None:
    (place / "potstill.toml").write_text("treads = 4\n")
    done = run("app:app", "--check-config", cwd=place)
    assert done.stderr == (
        "potstill: error: potstill.toml: treads: there is no such setting; did you mean threads?\n"
    )
    assert done.returncode == 2


def test_checking_finds_an_application_that_is_not_there(place: Path) -> None:
    done = run("app:apq", "--check-config", cwd=place)
    assert done.stderr == "potstill: error: app has no 'apq'; did you mean app?\n"
    assert (done.returncode, done.stdout) == (3, "")


def test_checking_shows_where_the_application_fails(place: Path) -> None:
    (place / "broken.py").write_text("def start():\n    1 / 0\nstart()\n")
    done = run("broken:app", "--check-config", cwd=place)
    lines = done.stderr.splitlines()
    assert lines[0] == "Traceback (most recent call last):"
    assert lines[1] == f'  File "{place / "broken.py"}", line 3, in <module>'
    assert lines[-1] == (
        "potstill: error: broken could not be imported: ZeroDivisionError: division by zero"
    )
    assert done.returncode == 3


def test_serving_an_application_that_cannot_be_imported_ends_with_code_3(place: Path) -> None:
    (place / "broken.py").write_text("def start():\n    1 / 0\nstart()\n")
    done = run("broken:app", "--bind", "127.0.0.1:0", cwd=place)
    assert f'File "{place / "broken.py"}", line 3, in <module>' in done.stderr
    assert "broken could not be imported: ZeroDivisionError: division by zero" in done.stderr
    assert done.returncode == 3


def test_printed_settings_are_a_file_that_gives_the_same_settings(place: Path) -> None:
    words = ("app:app", "-b", ":0", "--keep-alive", "2m", "-e", 'A=x"y', "--log-level", "debug")
    first = run(*words, "--print-config", cwd=place, env={"POTSTILL_THREADS": "3"})
    assert (first.returncode, first.stderr) == (0, "")
    assert "\nthreads = 3 " in first.stdout
    (place / "potstill.toml").write_text(first.stdout)
    again = run("--print-config", cwd=place)
    assert tomllib.loads(again.stdout) == tomllib.loads(first.stdout)
    assert "# potstill.toml\n" in again.stdout
    assert "default\n" not in again.stdout


def test_settings_are_printed_without_an_application(tmp_path: Path) -> None:
    done = run("--print-config", cwd=tmp_path)
    assert "# app is not set\n" in done.stdout
    assert done.returncode == 0


def test_an_application_is_served_until_a_signal_comes(place: Path) -> None:
    with potstill("app:app", cwd=place) as server:
        assert answered(server.port, "6*7") == "42"
        assert server.stop() == 0


def test_the_application_may_be_named_in_the_file(place: Path) -> None:
    (place / "potstill.toml").write_text('app = "app:app"\nroot_path = "/shop"\n')
    with potstill(cwd=place) as server:
        assert answered(server.port, "environ['SCRIPT_NAME']", "/shop/") == "/shop"


def test_the_platform_may_choose_the_port(place: Path) -> None:
    with potstill("app:app", cwd=place, bind=None, env={"PORT": "0"}) as server:
        assert "Listening at http://0.0.0.0:" in server.output
        assert answered(server.port, "1") == "1"


def test_the_process_becomes_what_the_settings_describe(place: Path) -> None:
    site = place / "site"
    (site / "lib").mkdir(parents=True)
    (place / "app.py").rename(site / "app.py")
    words = ("--chdir", "site", "--pythonpath", "lib", "--env", "MODE=prod", "-e", "EMPTY=")
    with potstill("app:app", *words, cwd=place) as server:
        assert answered(server.port, "os.getcwd()") == str(site)
        assert answered(server.port, "os.environ['MODE']+os.environ['EMPTY']") == "prod"
        assert answered(server.port, "sys.path[:2]") == str([str(site), str(site / "lib")])


def test_the_environment_is_set_before_the_application_is_imported(place: Path) -> None:
    (place / "early.py").write_text("import os\nMODE = os.environ['MODE']\nfrom app import app\n")
    done = run("early:app", "--check-config", "-e", "MODE=prod", cwd=place)
    assert (done.returncode, done.stderr) == (0, "")
