"""The errors a user may meet: each message says what was asked, what was found, and what is possible."""

__all__ = ["BSSError", "Cancelled", "CheckpointError", "ConfigError", "ManifestError", "MediaError", "RunError"]


class BSSError(Exception):
    """Any error that is the input's fault, not the program's; shown as one sentence, without a traceback."""


class ConfigError(BSSError):
    """An option, method or value that does not exist or is out of range."""


class ManifestError(BSSError):
    """A data folder or table that cannot be used as a data set."""


class MediaError(BSSError):
    """One image, sound or text that cannot be found or decoded."""


class CheckpointError(BSSError):
    """A checkpoint that is missing, damaged, or made by another architecture."""


class RunError(BSSError):
    """A run folder that is missing, half-written or damaged."""


class Cancelled(Exception):  # noqa: N818 - it is no error
    """The user asked the job to stop; what it has written stays."""
