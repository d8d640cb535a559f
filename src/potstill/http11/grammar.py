"""The patterns of RFC 9110 and RFC 9112 that the parsers match, each under its ABNF.

All work on bytes, where `[0-9]` means ASCII digits. Quantifiers are possessive (`*+`, `++`):
a match costs one pass over its input, whatever a hostile peer sends.
"""

from __future__ import annotations

import re

# tchar = "!" / "#" / "$" / "%" / "&" / "'" / "*" / "+" / "-" / "." / "^" / "_" / "`" / "|" / "~"
#       / DIGIT / ALPHA
TCHAR = rb"[!#$%&'*+\-.^_`|~0-9A-Za-z]"

# token = 1*tchar
TOKEN = TCHAR + rb"++"

# request-line = method SP request-target SP HTTP-version
# HTTP-version = HTTP-name "/" DIGIT "." DIGIT
# The target is any visible ASCII here; its form is looked at afterwards.
REQUEST_LINE = re.compile(rb"(" + TOKEN + rb") ([\x21-\x7e]++) (HTTP/([0-9])\.([0-9]))")

# field-line = field-name ":" OWS field-value OWS
# field-value = *( VCHAR / obs-text / SP / HTAB ), the last two only inside
# The white space after the value is taken off by the reader.
FIELD_VALUE = rb"[\t\x20-\x7e\x80-\xff]*+"
FIELD_LINE = re.compile(rb"(" + TOKEN + rb"):[ \t]*+(" + FIELD_VALUE + rb")")

# A line feed without its carriage return, or the other way round: neither ends a line.
LONE_CR_OR_LF = re.compile(rb"(?<!\r)\n|\r[^\n]")

# uri-host [ ":" port ], RFC 3986, 3.2.2 - without the comma, which here only ever means two hosts.
HOST = re.compile(
    rb"(?:((?:[A-Za-z0-9\-._~!$&'()*+;=]|%[0-9A-Fa-f]{2})*+)|\[([0-9A-Fa-f:.]++)\])(?::([0-9]*+))?"
)

# absolute-form = scheme "://" authority path-abempty [ "?" query ]
ABSOLUTE_FORM = re.compile(rb"([A-Za-z][A-Za-z0-9+\-.]*+)://([^/?]*+)(.*+)")

# authority-form = uri-host ":" port
AUTHORITY_FORM = re.compile(rb"[^/?@:\[\]]++:[0-9]++|\[[0-9A-Fa-f:.]++\]:[0-9]++")

# pct-encoded = "%" HEXDIG HEXDIG
PERCENT_ENCODED = re.compile(rb"%([0-9A-Fa-f]{2})")

# Content-Length = 1*DIGIT
DIGITS = re.compile(rb"[0-9]++")

# quoted-string = DQUOTE *( qdtext / quoted-pair ) DQUOTE
QUOTED_STRING = rb'"(?:[\t \x21\x23-\x5b\x5d-\x7e\x80-\xff]|\\[\t \x21-\x7e\x80-\xff])*+"'

# chunk-size = 1*HEXDIG
# chunk-ext = *( BWS ";" BWS chunk-ext-name [ BWS "=" BWS chunk-ext-val ] )
CHUNK_LINE = re.compile(
    rb"([0-9A-Fa-f]++)"
    rb"((?:[ \t]*+;[ \t]*+"
    + TOKEN
    + rb"(?:[ \t]*+=[ \t]*+(?:"
    + TOKEN
    + rb"|"
    + QUOTED_STRING
    + rb"))?+)*+)"
)

# status-line = HTTP-version SP status-code SP [ reason-phrase ]
# Only final statuses: an application has no business sending an interim or unknown one.
STATUS = re.compile(r"([2-5][0-9][0-9]) ([\t\x20-\x7e\x80-\xff]*+)")

FIELD_NAME = re.compile(TOKEN.decode("ascii"))
FIELD_CONTENT = re.compile(FIELD_VALUE.decode("latin-1"))
