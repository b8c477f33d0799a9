"""What can go wrong with a third-party server before the suite can be run against it."""


class RealServerError(Exception):
    """A third-party server is not to be had; the message says what is missing."""


class ToolMissingError(RealServerError):
    """A program that must be on the search path is not there."""


class InstallationError(RealServerError):
    """A package manager could not install what it was asked for."""


class StartError(RealServerError):
    """A server was installed but did not come up, or refused its first data."""
