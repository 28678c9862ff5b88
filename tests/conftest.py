"""Properties are tried on a few examples in `make check`, on many in `make test`."""

import os

from hypothesis import HealthCheck, settings

settings.register_profile("quick", max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("full", max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile(os.environ.get("XINDAI_EXAMPLES", "full"))
