"""A rehearsed disaster: two regions, a real PostgreSQL pair, one region lost, and the time and writes that cost."""
