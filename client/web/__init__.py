"""The browser client, and what writes its share of what both languages know."""
