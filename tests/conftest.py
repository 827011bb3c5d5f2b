"""What every test shares: Hypothesis takes the same examples each run; ``--hypothesis-profile=wild`` looks further."""

from hypothesis import settings

settings.register_profile("steady", deadline=None, derandomize=True)
settings.register_profile("wild", deadline=None, max_examples=2000, derandomize=False)
settings.load_profile("steady")
