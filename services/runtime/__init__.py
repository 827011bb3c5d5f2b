"""The I/O that services share: settings, bus, rooms, ticker, metrics, log."""
