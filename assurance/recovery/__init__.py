"""How much a region may lose and for how long, derived from its settings before anything is built."""
