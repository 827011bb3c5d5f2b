"""The attack bench: what strangers can do to 20 honest people (``make strangers``)."""
