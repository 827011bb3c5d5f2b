"""The models, built once: nothing to do after `make setup`."""

import pytest

from models.build import build
from models.manifest import BUILT


@pytest.fixture(scope="session")
def built():
    build(print)
    return BUILT
