"""What can go wrong with SIDES: a code, and what it says to a person."""

from contextlib import contextmanager

from odoo.tools import LazyTranslate

from odoo.addons.pos_inventory_bridge.tools.errors import (
    ConnectorError,
    ContractViolation,
)

from .contract import outline

_lt = LazyTranslate(__name__)

SENTENCES = {
    "sides_auth_failed": _lt(
        "SIDES does not accept the credentials. Type them again, and see that the way "
        "to authenticate is the one that SIDES gave you."
    ),
    "sides_right_missing": _lt(
        "The API user of SIDES lacks a right. In SIDES, Admin > Store > System "
        "settings > API rights, tick these two for it, spelled just so: %(rights)s."
    ),
    "sides_store_unknown": _lt(
        "SIDES does not know this store. Compare its ID here with the uuid that SIDES "
        "shared for the store."
    ),
    "sides_unreachable": _lt(
        "SIDES cannot be reached at %(host)s. Is the address right, and is SIDES "
        "working? Try again in some minutes."
    ),
    "sides_rate_limited": _lt(
        "SIDES asks us to come less often. Nothing to do: it is asked again later."
    ),
    "sides_contract_mismatch": _lt(
        "SIDES answered, but not in the shape we expect: %(field)s was not found. Look "
        "for %(tried)s. Use Try on an Answer on the integration to adapt the contract."
    ),
    "sides_path_unknown": _lt(
        "SIDES refuses what is asked of %(path)s (status %(status)s). Ask SIDES for "
        "the right path and parameters, and write them into the contract override. "
        "(sides_contract_mismatch)"
    ),
    "sides_not_json": _lt(
        "SIDES answered with something else than data, maybe a login page. Check the "
        "address, the path of the call, and the way to authenticate."
    ),
    "sides_integration_exists": _lt(
        "%(name)s of this company is connected to this address with this user already: "
        "open that one, and change its credentials there if they are new."
    ),
    # A contract override
    "not_an_object": _lt("The contract override is no JSON object: %(reason)s"),
    "unknown_key": _lt(
        "The contract has no %(key)s. Nearest to it is: %(nearest)s. Nothing is saved."
    ),
    "wrong_type": _lt("In the contract, %(key)s must be: %(wanted)s."),
    "wrong_word": _lt("In the contract, %(key)s must be one of: %(wanted)s."),
    "private_path": _lt(
        "In the contract, %(key)s must not lead to %(path)s: that looks like data "
        "about a person, which is never stored."
    ),
}
#: How far a connection came when it failed with a code.
STAGES = ("stored", "reachable", "authenticated", "shape")
FAILED_AT = {
    **dict.fromkeys(("sides_unreachable", "sides_rate_limited"), "reachable"),
    **dict.fromkeys(("sides_auth_failed", "sides_right_missing"), "authenticated"),
}
#: What the transport has a sentence for, and the code that SIDES has for it.
TRANSPORT_CODES = {
    "busy": "sides_rate_limited",
    **dict.fromkeys(("down", "not_reached", "no_answer"), "sides_unreachable"),
    **dict.fromkeys(("html", "not_json", "redirected"), "sides_not_json"),
}


def trouble(kind, code, *args, **values):
    """An error of the core's class ``kind`` that knows its code and its values."""
    error = kind(code, *args)
    error.code, error.values = code, values
    return error


def mismatch(field, tried, answer):
    """The answer lacks what the contract says; kept without what it says of people."""
    values = {"field": field, "tried": ", ".join(path or "." for path in tried)}
    code = "sides_contract_mismatch"
    return trouble(ContractViolation, code, outline(answer), **values)


def sentence(env, code, values):
    """What a code says to a person, in the language of the environment."""
    text = env._(SENTENCES[code])
    text = text % values
    is_named = "(sides_" in text or not code.startswith("sides_")
    return text if is_named else f"{text} ({code})"


@contextmanager
def spoken(env):
    """Whatever the client raises says in the reader's language what to do."""
    try:
        yield
    except ConnectorError as error:
        if getattr(error, "code", None):
            error.args = (sentence(env, error.code, error.values),)
        raise
