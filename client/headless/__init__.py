"""kuuki's client in Python: join a room, be a participant, bring a crowd."""
