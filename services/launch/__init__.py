"""The kuuki command: one file a subcommand."""
