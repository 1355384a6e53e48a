"""How a step says that it is not done."""


class NotYetError(Exception):
    """Under way; to be asked again at the next tick."""


class BlockedError(Exception):
    """Something forbids to go on; only a person may."""
