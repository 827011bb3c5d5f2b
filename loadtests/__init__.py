"""Loads that are bounded in count and time, and what they measure. Not part of `make test`."""
