"""deploy/, beyond what is tested of every `front`: the redirect, HTTP/2, the commands."""

from __future__ import annotations

import json
import re
import shlex
import subprocess
from collections.abc import Iterator

import pytest

from potstill.cli.arguments import parse
from tests.deploy.files import DEPLOY
from tests.deploy.guest import GUEST, visit
from tests.deploy.ways import REDIRECTED, WAYS, Certificate, Front, Way, standing
from tests.support.wire import get

OURS = [way for way in WAYS if way.name.startswith("our-")]


@pytest.fixture(scope="module", params=OURS, ids=lambda way: way.name)
def ours(
    request: pytest.FixtureRequest,
    certificate: Certificate,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Front]:
    way: Way = request.param
    with standing(way, tmp_path_factory.mktemp(way.name), certificate) as front:
        yield front


def test_plain_http_is_redirected(ours: Front) -> None:
    with visit(ours.ports[REDIRECTED]) as guest:
        guest.send(get("/tea?pot=1").replace(b"Host: a", b"Host: app.example.com"))
        answer = guest.answer()
    assert answer.status == 308
    assert answer.get("location") == "https://app.example.com/tea?pot=1"


def test_http_2_is_spoken_to_the_client(ours: Front, certificate: Certificate) -> None:
    url = f"https://localhost:{ours.ports['https']}/tea"
    command = ["curl", "--silent", "--http2", "--noproxy", "*", "--interface", GUEST]
    wanted = ["--insecure", "--write-out", "\n%{http_version}", url]
    done = subprocess.run([*command, *wanted], capture_output=True, text=True, check=True)
    body, _, version = done.stdout.rpartition("\n")
    told = json.loads(body)
    assert version == "2"
    assert (told["REMOTE_ADDR"], told["wsgi.url_scheme"]) == (GUEST, "https")
    assert told["HTTP_HOST"] == f"localhost:{ours.ports['https']}"


def test_a_claim_does_not_even_reach_potstill(ours: Front) -> None:
    with ours.visit() as guest:
        told = guest.told("X-Forwarded-For: 198.51.100.7")
    assert told.get("HTTP_X_FORWARDED_FOR") in (None, GUEST)


@pytest.mark.parametrize("name", ["nginx.conf", "haproxy.cfg", "haproxy-passthrough.cfg"])
def test_the_commands_in_the_comments_are_understood(name: str) -> None:
    text = re.sub(r" *\\\n *#", "", (DEPLOY / name).read_text())
    commands = re.findall(r"^ *# +potstill (--.*)$", text, re.MULTILINE)
    assert commands
    for command in commands:
        assert parse(shlex.split(command)).given.keys() > {"app", "bind"}
