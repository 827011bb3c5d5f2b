"""HTTP: rooms, participants, mixes, pages. docs/protocol.md is the contract."""
