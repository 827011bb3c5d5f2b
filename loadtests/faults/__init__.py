"""``make faults``: every fault of docs/reliability.md, injected into real processes, and what was seen."""
