"""How many people a gateway on one core carries: measured, and written into every place that names it."""
