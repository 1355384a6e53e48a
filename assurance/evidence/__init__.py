"""Evidence that cannot be changed unseen: signed records, each of which names the one before it."""
