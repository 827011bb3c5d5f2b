"""Attacks on the published mix, and its price: ``python -m loadtests.privacy``, ``make privacy``."""
