"""A seeded audience over real data channels: demo, load and truth at once.

It follows a cue sheet, so it knows what every person's score is, and can hold each mix against the truth.
"""

from client.headless.crowd.command import print_crowd
from client.headless.crowd.run import run_crowd
from client.headless.crowd.summary import Summary

__all__ = ["Summary", "print_crowd", "run_crowd"]
