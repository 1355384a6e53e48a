"""Faults of a real cloud, on demand."""
