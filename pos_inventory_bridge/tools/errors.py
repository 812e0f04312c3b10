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


class NotConfigured(AuthenticationFailed):
    """What identifies us as an application is missing or not accepted: an administrator
    corrects it and checks the connection; tokens are kept, nobody needs to log in anew.
    """


class PermissionDenied(ConnectorError):
    """The point of sale knows us, and does not allow this: an outlet that the connected
    user may not see, a right that was not granted. Not retried, and connecting again
    alone does not help.
    """


class NotFound(ConnectorError):
    """What was asked for is not there (any more); not retried."""


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
    :param status: the HTTP status that it came with, where it came by HTTP
    """

    def __init__(self, message, payload=None, status=None):
        super().__init__(message)
        self.payload = payload
        self.status = status
