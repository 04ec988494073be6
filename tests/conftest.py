"""What all tests share: Hypothesis without deadlines, since no test may depend on the speed of a machine, and the two
forms of all that is chosen at random: the same choices every time, and, in the full form, others and many more."""

import signal
import time

import pytest
from hypothesis import HealthCheck, settings

SLOW_IS_FINE = [HealthCheck.too_slow, HealthCheck.data_too_large]
settings.register_profile(
    "short", deadline=None, suppress_health_check=SLOW_IS_FINE, derandomize=True
)
settings.register_profile(
    "full", deadline=None, suppress_health_check=SLOW_IS_FINE, max_examples=1_000
)


def pytest_addoption(parser: pytest.Parser) -> None:
    """--full and --seed."""
    group = parser.getgroup("excerpt")
    group.addoption("--full", action="store_true", help="run in full, for an hour or more")
    group.addoption("--seed", type=int, help="the random choices of the fault tests")


def pytest_configure(config: pytest.Config) -> None:
    """The short form makes the same choices every time, the full one others. In the background of a shell, where
    Ctrl-C is ignored and so would be by every command that a test starts, it is heard again."""
    settings.load_profile("full" if config.option.full else "short")
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
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
