"""The names people bring from Gunicorn: those spelled otherwise here, and those that are not here.

A familiar flag must not end in "no such setting": `unknown_name` tells in one sentence whether
this version lacks the thing or has no need of it.
"""

from __future__ import annotations

from collections.abc import Mapping

from potstill.settings.errors import ConfigError, nearest

RENAMED = {
    "access_log_format": "access_logformat",
    "accesslog": "access_logfile",
    "errorlog": "error_logfile",
    "keepalive": "keep_alive",
    "loglevel": "log_level",
    "proxy_allow_ips": "proxy_allow_from",
    "raw_env": "env",
    "wsgi_app": "app",
}
"""Names in Gunicorn's files that differ from ours; its flags do not."""

SHORT = {
    "-D": "daemon",
    "-R": "enable_stdio_inheritance",
    "-g": "group",
    "-k": "worker_class",
    "-m": "umask",
    "-n": "name",
    "-p": "pid",
    "-t": "timeout",
    "-u": "user",
}

_YET = "this version does not have it yet"
_ALONE = f"{_YET}; it runs one process"
_SYSLOG = f"{_YET}; pipe its standard output or error to your syslog client"
_STRICT = "not offered; what is malformed is refused"

ABSENT = {
    "capture_output": "not needed; what the application prints is not caught anywhere",
    "casefold_http_method": _STRICT,
    "control_socket": _YET,
    "daemon": "not offered; it stays in the foreground, for systemd or a container to look after",
    "disable_redirect_access_to_syslog": _SYSLOG,
    "do_handshake_on_connect": "not needed; a handshake never holds up other connections",
    "dogstatsd_tags": _YET,
    "enable_stdio_inheritance": "not needed; standard output and error are never taken away",
    "forwarder_headers": "not offered; --forwarded-headers says what to believe of a proxy, and "
    "X-Forwarded-Prefix is how one tells SCRIPT_NAME",
    "group": f"{_YET}; let systemd or the container choose the group",
    "http_parser": "not needed; there is one parser, and it is strict",
    "initgroups": _YET,
    "log_config": _YET,
    "log_config_dict": _YET,
    "log_config_json": _YET,
    "log_syslog": _SYSLOG,
    "log_syslog_facility": _SYSLOG,
    "log_syslog_prefix": _SYSLOG,
    "log_syslog_to": _SYSLOG,
    "logger_class": f"{_YET}; --access-logformat and --log-level are what there is",
    "max_requests": _ALONE,
    "max_requests_jitter": _ALONE,
    "name": _YET,
    "no_control_socket": "not needed; there is no control socket",
    "no_sendfile": "not offered; files always go by the quickest way",
    "paste": "not offered; name the application itself, as in module:attribute",
    "paster": "not offered; name the application itself, as in module:attribute",
    "permit_obsolete_folding": _STRICT,
    "permit_unconventional_http_method": _STRICT,
    "permit_unconventional_http_version": _STRICT,
    "pid": _YET,
    "preload": _ALONE,
    "reload": f"{_YET}; start it anew to see a change",
    "reload_engine": _YET,
    "reload_extra_file": _YET,
    "secure_scheme_headers": "not offered; a proxy in --forwarded-allow-ips tells the scheme with "
    "X-Forwarded-Proto, or with Forwarded",
    "sendfile": "not offered; files always go by the quickest way",
    "spew": "not offered; use a debugger",
    "ssl_version": "not offered; --tls-minimum is the oldest version of TLS that is spoken",
    "statsd_host": _YET,
    "statsd_prefix": _YET,
    "strip_header_spaces": _STRICT,
    "suppress_ragged_eofs": "not needed; a request that breaks off never looks complete",
    "timeout": f"{_YET}; a call of the application may last as long as it likes",
    "umask": f"{_YET}; --socket-mode is for Unix sockets, systemd or the container for the rest",
    "user": f"{_YET}; let systemd or the container choose the user",
    "worker_class": "not needed; all workers are alike: threads for the calls, and no thread for "
    "a slow client",
    "worker_tmp_dir": "not needed; there is no heartbeat file",
}
"""Gunicorn's settings that are not ours, by their names in its files, and the reason."""


def unknown_name(word: str, name: str, known: Mapping[str, str], place: str = "") -> ConfigError:
    """The error for a name that no setting has.

    `word` is the name as it was written, `name` what a file would call it. `known` has the names
    there are, as a file would call them, and how each is written where `word` stands. `place` leads
    the message.
    """
    word = word if word.isprintable() else ascii(word)
    if reason := ABSENT.get(name):
        return ConfigError(f"{place}{word}: {reason}")
    if (ours := RENAMED.get(name)) and ours in known:
        return ConfigError(f"{place}{word}: Gunicorn's {name} is called {known[ours]} here")
    near = nearest(name, known)
    hint = f"; did you mean {known[near]}?" if near else ""
    return ConfigError(f"{place}{word}: there is no such setting{hint}")
