"""A room: labels, scores and their fold, the mix and what of it is published. Knows neither calls nor processes."""
