"""Moves an application to its recovery region when the primary one is lost, once, and never back by itself."""
