"""The kuuki command: one file for each subcommand."""
