"""Many processes: what they say on the bus, who holds which shard and which seat, and how they share the load."""
