"""Settings of all tests."""

import os

from hypothesis import settings

# How long one example takes depends on the machine and its neighbours; the suite has its own budget.
settings.register_profile("alliage", deadline=None, derandomize=True)
settings.register_profile("soak", deadline=None, max_examples=1000, print_blob=True)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "alliage"))
