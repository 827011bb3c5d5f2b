"""What one process keeps in a file: rooms and their record."""
