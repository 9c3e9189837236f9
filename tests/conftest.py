"""What all tests have in common."""

from hypothesis import settings

settings.register_profile("untimed", deadline=None)  # how long an example takes is the machine's
settings.load_profile("untimed")
