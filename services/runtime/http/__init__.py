"""HTTP as every port of kuuki speaks it: what is refused before any work, and errors in one form."""
