"""What the vendor's provider says of something that is not there: it has no other way to tell than words."""

MISSING = ("empty result", "couldn't find resource", "ResourceNotFoundException")


def is_missing(error: Exception) -> bool:
    """Whether a question failed because there is nothing to tell of; every other failure must stop the run."""
    return any(words in str(error) for words in MISSING)
