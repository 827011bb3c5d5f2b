"""Rooms of peers: ingest, fold at each tick, fan out. The transport stands behind the seam peer.py."""
