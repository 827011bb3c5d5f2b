"""The programs that run on a server."""
