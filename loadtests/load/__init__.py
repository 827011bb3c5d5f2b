"""kuuki under Locust, for those who load-test for a living: docs/load.md.

Locust is gevent, the client asyncio. Each worker has one asyncio loop in a thread of its own (bridge.py); there the
people live (venue.py), who are those of ``kuuki crowd``. Locust's users are greenlets that wait for one of them. What
imports no Locust is pure, or asyncio alone: tests run it as it is.
"""
