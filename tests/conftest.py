"""Settings of all tests.

Hypothesis has no deadlines, because no test may depend on the speed of the machine. Random choices
are the same in every run; with `--full` they differ and are more numerous.
"""

import signal
import time

import pytest
from hypothesis import HealthCheck, settings

SLOW_IS_FINE = [HealthCheck.too_slow, HealthCheck.data_too_large]
settings.register_profile(
    "short",
    deadline=None,
    suppress_health_check=SLOW_IS_FINE,
    derandomize=True,
    max_examples=60,  # the same in every run, so that more would only take longer
)
settings.register_profile(
    "full", deadline=None, suppress_health_check=SLOW_IS_FINE, max_examples=1_000
)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options --full and --seed."""
    group = parser.getgroup("excerpt")
    group.addoption(
        "--full",
        action="store_true",
        help="run the long forms of the fault tests, for an hour or more",
    )
    group.addoption("--seed", type=int, help="seed of the random choices of the fault tests")


def pytest_configure(config: pytest.Config) -> None:
    """Choose the profile of Hypothesis, and restore Ctrl-C.

    A shell starts background processes with SIGINT ignored, and every command that a test starts
    would inherit that.
    """
    settings.load_profile("full" if config.option.full else "short")
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    if config.option.seed is None:
        config.option.seed = time.time_ns() % 1_000_000 if config.option.full else 1


def pytest_report_header(config: pytest.Config) -> str:
    """Report the form and the seed, with which a failure can be repeated."""
    form = "long form (--full)" if config.option.full else "short form"
    return f"fault tests: {form}, --seed {config.option.seed}"


@pytest.fixture(scope="session")
def is_full(pytestconfig: pytest.Config) -> bool:
    """True if the fault tests run in their long form."""
    return bool(pytestconfig.option.full)


@pytest.fixture(scope="session")
def seed(pytestconfig: pytest.Config) -> int:
    """The seed of the random choices of the fault tests."""
    return int(pytestconfig.option.seed)
