"""Signaling of calls: one WebSocket a page, one line a page. docs/protocol.md, section "Calls", is the contract."""
