"""What runs in the judges' own environment; nothing of the project imports it."""
