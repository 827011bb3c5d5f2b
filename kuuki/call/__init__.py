"""Two people: the line, its legs, their messages and frames, the words by which they find and check each other."""
