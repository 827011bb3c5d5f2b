"""What crosses processes, on Redis: the client of it, and the forms of services.runtime's protocols that use it."""
