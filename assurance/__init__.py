"""What can be said about a stack before it exists."""
