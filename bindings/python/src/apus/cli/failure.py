"""What goes wrong on the command line itself."""


class Failure(Exception):
    """Its text is printed, without a traceback."""
