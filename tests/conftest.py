"""What all tests share: Hypothesis without deadlines, since no test may depend on the speed of a machine."""

from hypothesis import HealthCheck, settings

settings.register_profile(
    "excerpt", deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
settings.load_profile("excerpt")
