"""The part that merges partials into mixes."""
