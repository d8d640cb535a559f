"""Room for a crowd: more descriptors than some systems grant unasked."""

from __future__ import annotations

import resource
from collections.abc import Iterator

import pytest

ENOUGH = 8192


@pytest.fixture(autouse=True, scope="package")
def _descriptors() -> Iterator[None]:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = ENOUGH if hard == resource.RLIM_INFINITY else min(ENOUGH, hard)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, wanted), hard))
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
