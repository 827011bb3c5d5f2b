"""How often records may be read and marked."""

from kuuki.admission import Buckets
from kuuki.limits import MARKS_BURST, MARKS_PER_S, TIMELINE_READS_BURST, TIMELINE_READS_PER_S


class TimelineLimits:
    """``reads`` by address, ``marks`` by room."""

    def __init__(self) -> None:
        self.reads = Buckets(TIMELINE_READS_PER_S, TIMELINE_READS_BURST)
        self.marks = Buckets(MARKS_PER_S, MARKS_BURST)
