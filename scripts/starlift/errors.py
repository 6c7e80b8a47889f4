"""What the command line shows as a sentence instead of a stack trace."""


class StarliftError(Exception):
    """What is wrong and what to do, in one sentence; the command line prints it and exits with 1."""


class InterruptedInTime(KeyboardInterrupt):
    """Ctrl-C before anything was changed."""
