"""What the tests behind proxies share: a certificate, and every way to stand in front, once."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.deploy.ways import WAYS, Certificate, Front, Way, standing
from tests.support.authority import Authority


@pytest.fixture(scope="package")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    """Key and certificate in one file, for nginx, HAProxy and Potstill alike."""
    authority = Authority(tmp_path_factory.mktemp("certificate"))
    return Certificate(authority.issue("localhost").together(), authority.client())


@pytest.fixture(scope="package", params=WAYS, ids=lambda way: way.name)
def front(
    request: pytest.FixtureRequest,
    certificate: Certificate,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Front]:
    """One way after the other; the tests of a way have its proxy to themselves."""
    way: Way = request.param
    with standing(way, tmp_path_factory.mktemp(way.name), certificate) as standing_front:
        yield standing_front
