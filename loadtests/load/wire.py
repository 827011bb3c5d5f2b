"""What master and workers say to each other besides what Locust does. Pure: names, and what is in each message."""

from typing import Final

CLOCK: Final = "kuuki_clock"
"""Worker to master: ``{"asked"}`` on the worker's clock. Master to worker: the same with ``"here"``, on its own."""

PLAN: Final = "kuuki_plan"
"""Master to worker: a Plan."""

LEAVE: Final = "kuuki_leave"
"""Master to worker: everybody leaves. Worker to master: the last report, when they have."""

REPORT: Final = "kuuki"
"""In what a worker reports to the master with its figures: what Truths.take takes."""
