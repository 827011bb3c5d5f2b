"""What crosses processes, on Redis: the link to it, and the forms of services.runtime's protocols that use it."""
