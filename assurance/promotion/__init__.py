"""What a deployment waits for, asked of those who know, and told to those who want to know."""
