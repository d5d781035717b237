"""What can be wrong with a batch."""


class BatchError(RuntimeError):
    """A batch that cannot be begun or go on; the message says in one line why and what is allowed."""
