"""How long the property tests search: HYPOTHESIS=long for a thorough hunt, a size for every commit without it."""

import os

from hypothesis import HealthCheck, settings

SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large]

settings.register_profile("short", max_examples=60, deadline=None, suppress_health_check=SLOW, derandomize=True)
settings.register_profile("long", max_examples=2000, deadline=None, suppress_health_check=SLOW)
settings.load_profile("long" if os.environ.get("HYPOTHESIS") == "long" else "short")
