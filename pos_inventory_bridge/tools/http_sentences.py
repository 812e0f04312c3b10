"""What is said to a person about a request that failed, by its code."""

from odoo.tools import LazyTranslate

_lt = LazyTranslate(__name__, default_lang="en_US")

SENTENCES = {
    # The address
    "address": _lt(
        "The address of the till's service is not complete: it begins with https:// "
        "and names a server, without user and password."
    ),
    "insecure": _lt(
        "%(host)s would be asked without encryption, so that others could read along. "
        "The address must begin with https://."
    ),
    # No answer
    "not_reached": _lt(
        "%(host)s could not be reached. Either it is down, or this server has no way "
        "to it."
    ),
    "no_answer": _lt("%(host)s did not answer in time, or broke off its answer."),
    "not_asked": _lt("%(host)s could not be asked: the request is not valid."),
    "no_time": _lt("%(host)s takes its time, and nobody waits longer for it now."),
    # An answer that says to come again
    "busy": _lt("%(host)s has too much to do and asks us to come again later."),
    "down": _lt("%(host)s has a problem of its own at the moment (status %(status)s)."),
    # An answer that says no
    "unauthorized": _lt("%(host)s does not accept our login any more. %(detail)s"),
    "forbidden": _lt("%(host)s knows us, and does not allow this. %(detail)s"),
    "not_found": _lt("%(host)s has not (any more) what was asked for. %(detail)s"),
    "refused": _lt(
        "%(host)s did not understand the question (status %(status)s). %(detail)s"
    ),
    # An answer that is none
    "redirected": _lt(
        "%(host)s sent us on to another address, which is not followed. Is the address "
        "of the till's service right?"
    ),
    "too_large": _lt(
        "%(host)s answered with more than %(limit)s MB, which is not read."
    ),
    "html": _lt(
        "%(host)s answered with a web page instead of data. Is the address of the "
        "till's service right, and is its service up?"
    ),
    "not_json": _lt("%(host)s answered with something that is not data (no JSON)."),
    # Tokens
    "oauth2_client": _lt(
        "%(host)s does not accept the client id and the client secret: compare both, "
        "and that they belong to this environment. %(detail)s"
    ),
    "oauth2_grant": _lt(
        "%(host)s does not accept the permission any more that was given: it was used, "
        "withdrawn, or not used for too long. %(detail)s"
    ),
    "oauth2_later": _lt("%(host)s cannot give access at the moment. %(detail)s"),
    "oauth2_strange": _lt(
        "%(host)s answered to the request for access with something else. %(detail)s"
    ),
}


def english(code, **values):
    """Where nobody's language is known."""
    return (str(SENTENCES[code]) % values).strip()


def in_language_of(env):
    """Says the sentences in the language of an environment."""

    def say(code, **values):
        sentence = env._(SENTENCES[code])
        return (sentence % values).strip()

    return say
