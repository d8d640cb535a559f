"""What the command does once it knows what was typed: serve, check, print, explain.

Exit codes: 0 all is well, 2 the operator made a mistake, 3 the application cannot be loaded,
130 interrupted before there was a server.
"""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from potstill import __version__
from potstill.cli.arguments import Action, Arguments, parse
from potstill.settings import ConfigError, Settings
from potstill.settings.sources import gather

CONFIG_ERROR, LOAD_ERROR, INTERRUPTED = 2, 3, 130


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command with `argv`, or with what the process was called with; the exit code."""
    try:
        return _run(parse(sys.argv[1:] if argv is None else argv))
    except ConfigError as error:
        return _fail(str(error), CONFIG_ERROR)
    except KeyboardInterrupt:
        return INTERRUPTED


def _run(arguments: Arguments) -> int:
    match arguments.action:
        case Action.HELP:
            from potstill.cli.help import page

            return _say(page())
        case Action.VERSION:
            return _say(f"potstill {__version__}\n")
    with _looking_around():
        configuration = gather(arguments.given, os.environ, Path.cwd(), arguments.config)
    if arguments.action is Action.PRINT:
        from potstill.settings.document import document

        return _say(document(configuration))
    settings = configuration.settings
    if not settings.app:
        raise ConfigError("no application named: potstill MODULE:APP; potstill --help tells more")
    with _looking_around():
        _check_logs(settings)
        _check_certificates(settings)
        _prepare(settings)
    return _check(settings) if arguments.action is Action.CHECK else _serve(settings)


@contextmanager
def _looking_around() -> Iterator[None]:
    """A directory that is gone, or that we may not look into, is the operator's mistake."""
    try:
        yield
    except OSError as error:
        raise ConfigError(f"{error.filename or '.'}: {error.strerror}") from None


def _prepare(settings: Settings) -> None:
    """Make this process the one the settings describe: directory, environment, import path."""
    try:
        os.chdir(settings.chdir or ".")
    except OSError as error:
        raise ConfigError(f"chdir is {settings.chdir!r}: {error.strerror}") from None
    os.environ.update(settings.env)
    paths = [Path(path).absolute() for path in settings.pythonpath]
    for path in paths:
        if not path.exists():
            raise ConfigError(f"pythonpath: there is no {path}")
    sys.path[:0] = map(str, paths)


def _check(settings: Settings) -> int:
    from potstill.server.assembly import manners_of
    from potstill.server.loader import LoadError, load

    try:
        manners_of(settings)  # reads the certificates
    except (OSError, ValueError) as error:
        raise ConfigError(str(error)) from None
    try:
        load(settings.app)
    except LoadError as error:
        sys.stderr.write(error.traceback)
        return _fail(error.sentence, LOAD_ERROR)
    return _say(f"potstill: the settings are valid and {settings.app} is a WSGI application\n")


def _serve(settings: Settings) -> int:
    from potstill.server.worker import run

    return run(settings)


def _check_logs(settings: Settings) -> None:
    """What only the logs themselves can judge: the atoms of the format, and where files go."""
    from potstill.observe.formats import compile_format

    try:
        compile_format(settings.access_logformat)
    except ValueError as error:
        raise ConfigError(str(error)) from None
    for name in ("access_logfile", "error_logfile"):
        path = Path(settings.chdir, getattr(settings, name) or "-")
        if not path.parent.is_dir():
            raise ConfigError(f"{name} is {str(path)!r}: there is no directory {path.parent}")


def _check_certificates(settings: Settings) -> None:
    """The files are there and may be read; what they hold is judged where they are loaded."""
    named = [(name, getattr(settings, name)) for name in ("certfile", "keyfile", "ca_certs")]
    for name, *paths in settings.sni:
        named += [(f"sni of {name}", path) for path in paths]
    for name, path in named:
        if path and (reason := _hindrance(Path(settings.chdir, path))):
            raise ConfigError(f"{name} is {path!r}: {reason}")


def _hindrance(path: Path) -> str | None:
    """Why the file cannot be read again and again; None when it can."""
    try:
        mode = path.stat().st_mode
    except OSError as error:
        return error.strerror
    if not stat.S_ISREG(mode):
        return "no regular file"
    return None if os.access(path, os.R_OK) else "it may not be read"


def _say(text: str) -> int:
    sys.stdout.write(text)
    return 0


def _fail(message: str, code: int) -> int:
    sys.stderr.write(f"potstill: error: {message}\n")
    return code
