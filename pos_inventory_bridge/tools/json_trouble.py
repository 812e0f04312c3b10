"""What can go wrong with a till that is asked by a contract: a code, and what it says
to a person.
"""

from odoo.tools import LazyTranslate

from .errors import ContractViolation
from .json_path import outline

_lt = LazyTranslate(__name__, default_lang="en_US")

#: Of the connection; the code is shown, for whoever asks the vendor about it.
SENTENCES = {
    "auth_failed": _lt(
        "%(till)s does not accept the credentials. Type them again, and see that the "
        "way to log in is the one that you were given."
    ),
    "right_missing": _lt(
        "The credentials for %(till)s are good, but lack the right to read this. Let "
        "whoever gave them to you add it."
    ),
    "store_unknown": _lt(
        "%(till)s does not know this outlet. Compare its ID here with the one at the "
        "till."
    ),
    "unreachable": _lt(
        "%(till)s cannot be reached at %(host)s. Is the address right, and does it "
        "work? Try again in some minutes."
    ),
    "rate_limited": _lt(
        "%(till)s asks us to come less often. Nothing to do: it is asked again later."
    ),
    "contract_mismatch": _lt(
        "%(till)s answered, but not in the shape we expect: %(field)s was not found. "
        "Look for %(tried)s. Use Try on an Answer on the integration to adapt the "
        "contract."
    ),
    "path_unknown": _lt(
        "%(till)s refuses what is asked of %(path)s (status %(status)s). Ask its "
        "vendor for the right path and parameters, and write them into the contract "
        "override."
    ),
    "not_json": _lt(
        "%(till)s answered with something else than data, maybe a login page. Check "
        "the address, the path of the call, and the way to log in."
    ),
    "integration_exists": _lt(
        "%(name)s of this company is connected to this address with this user already: "
        "open that one, and change its credentials there if they are new."
    ),
}
#: A code that is a kind of another one is shown as that.
KIND_OF = {"path_unknown": "contract_mismatch"}
#: Of an override of the contract.
SENTENCES_OF_OVERRIDE = {
    "not_an_object": _lt("The contract override is no JSON object: %(reason)s"),
    "unknown_key": _lt(
        "The contract has no %(key)s. Nearest to it is: %(nearest)s. Nothing is saved."
    ),
    "wrong_type": _lt("In the contract, %(key)s must be %(wanted)s."),
    "wrong_word": _lt("In the contract, %(key)s must be one of: %(wanted)s."),
    "private_path": _lt(
        "In the contract, %(key)s must not lead to %(path)s: that looks like data "
        "about a person, which is never stored."
    ),
}
WANTED = {
    "object": _lt("an object: {...}"),
    "texts": _lt('a list of texts: ["...", "..."]'),
    "number": _lt("a whole number"),
    "positive": _lt("a whole number above 0"),
    "text": _lt('a text: "..."'),
}
#: How far a connection came when it failed with a code.
STAGES = ("stored", "reachable", "authenticated", "shape")
FAILED_AT = {
    **dict.fromkeys(("unreachable", "rate_limited"), "reachable"),
    **dict.fromkeys(("auth_failed", "right_missing"), "authenticated"),
}
#: What the transport has a sentence for, and the code that it is here.
TRANSPORT_CODES = {
    "busy": "rate_limited",
    **dict.fromkeys(("down", "not_reached", "no_answer"), "unreachable"),
    **dict.fromkeys(("html", "not_json", "redirected"), "not_json"),
}


def trouble(kind, code, *args, **values):
    """An error of the class ``kind`` that knows its code and its values."""
    error = kind(code, *args)
    error.code, error.values = code, values
    return error


def mismatch(field, tried, answer):
    """The answer lacks what the contract says; kept without what it says of people."""
    values = {"field": field, "tried": ", ".join(path or "." for path in tried)}
    return trouble(ContractViolation, "contract_mismatch", outline(answer), **values)


def sentence_of_override(env, refused):
    """What is wrong with an override, to a person."""
    values = dict(refused.values)
    if values.get("wanted") in WANTED:
        values["wanted"] = env._(WANTED[values["wanted"]])
    sentence = env._(SENTENCES_OF_OVERRIDE[refused.code])
    return sentence % values
