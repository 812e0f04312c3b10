"""What a connector may raise, and what the run does with each.

The root is never raised itself. Each leaf says by its class what has to happen next, so
that nobody has to read a message to decide.
"""


class ConnectorError(Exception):
    """Something between us and the point of sale went wrong; nothing was imported."""


class AuthenticationFailed(ConnectorError):
    """The point of sale refused our credentials: a person must reconnect; never
    retried.
    """


class TemporaryFailure(ConnectorError):
    """The point of sale could not answer now; asking again later is right.

    :param seconds: how long the source asked us to wait, None when it did not say
    """

    def __init__(self, message, seconds=None):
        super().__init__(message)
        self.seconds = seconds


class ContractViolation(ConnectorError):
    """The answer is not what the source promises, so it is not used.

    :param payload: the offending answer, kept (redacted) with the transfer
    """

    def __init__(self, message, payload=None):
        super().__init__(message)
        self.payload = payload
