"""Settings of all tests."""

from hypothesis import settings

# How long one example takes depends on the machine and its neighbours; the suite has its own budget.
settings.register_profile("alliage", deadline=None)
settings.load_profile("alliage")
