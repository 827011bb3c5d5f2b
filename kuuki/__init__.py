"""What things mean in kuuki: labels, frames, rooms, mixes. Pure: no I/O, no clock, no randomness of its own.

Time is an argument (``now``: monotonic seconds). Every program of kuuki shares this package, and nothing in
it imports asyncio, sockets, clocks or a service.
"""
