"""The I/O that services share: settings, HTTP, bus, exchange, rooms, seats, leases, timeline, ticker, metrics, log."""
