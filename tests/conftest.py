"""What all tests share: Hypothesis without deadlines, since no test may depend on the speed of a machine, and the two
forms of the tests under `faults`: a short one for every run, and a full one that goes on for an hour."""

import time

import pytest
from hypothesis import HealthCheck, settings

settings.register_profile(
    "excerpt", deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
settings.load_profile("excerpt")


def pytest_addoption(parser: pytest.Parser) -> None:
    """--full and --seed."""
    group = parser.getgroup("excerpt")
    group.addoption("--full", action="store_true", help="run the fault tests in full, for an hour or so")
    group.addoption("--seed", type=int, help="the random choices of the fault tests")


def pytest_configure(config: pytest.Config) -> None:
    """The short form makes the same choices every time, the full one others."""
    if config.option.seed is None:
        config.option.seed = time.time_ns() % 1_000_000 if config.option.full else 1


def pytest_report_header(config: pytest.Config) -> str:
    """With this, a failure can be repeated."""
    form = "in full (--full)" if config.option.full else "in short"
    return f"fault tests: {form}, --seed {config.option.seed}"


@pytest.fixture(scope="session")
def is_full(pytestconfig: pytest.Config) -> bool:
    """Whether the fault tests are to run in full."""
    return bool(pytestconfig.option.full)


@pytest.fixture(scope="session")
def seed(pytestconfig: pytest.Config) -> int:
    """What decides the random choices of the fault tests."""
    return int(pytestconfig.option.seed)
