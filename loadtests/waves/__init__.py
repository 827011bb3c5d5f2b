"""Waves and the level in simulated rooms: how many are found, how many are false, how soon they are shown.

``make waves`` plays rooms of 6 to 300 people for hours, with faces of real readings, through kuuki's own veil and
rounding, and holds what ``kuuki/mood/surges.py`` and ``kuuki/mood/level.py`` say against what is true.
"""
