"""Serve a simulated Lightspeed until Ctrl-C: ``python tests/simulators/lightspeed``."""

import argparse
import sys
import threading
from pathlib import Path

# Run as a folder, Python knows the folder alone, not the package that it is in.
sys.path[0] = str(Path(__file__).resolve().parents[2])

from simulators.lightspeed import LightspeedSimulator
from simulators.lightspeed.till import AUTHORIZE, TOKEN

CLIENT = "devp-v2-demo-simulator"
SECRET = "simulated-secret"
CALLBACK = "http://127.0.0.1:8069/pos_bridge/oauth2/callback"
WELCOME = """Simulated Lightspeed K-Series

    API              {url}
    Authorization    {url}{authorize}
    Tokens           {url}{token}
    Client ID        {client}
    Client secret    {secret}
    Redirect URIs    {redirect_uris}

{places}
Stop with Ctrl-C."""


NAMES = ("port", "receipts", "items", "currency")


def read_arguments(arguments):
    parser = argparse.ArgumentParser(description=__doc__)
    add = parser.add_argument
    add("--port", type=int, default=8070, help="default: %(default)s; 0: a free one")
    add("--seed", type=int, default=1, help="another number, another restaurant")
    add("--receipts", type=int, default=40, help="per location and day")
    add("--items", type=int, default=0, help="at least so many per business")
    add("--currency", help="of every business; default: that of its country")
    add("--client-id", default=CLIENT)
    add("--client-secret", default=SECRET)
    add("--redirect-uri", action="append", help=f"default: {CALLBACK}")
    return parser.parse_args(arguments)


def main(arguments):
    options = read_arguments(arguments)
    what = {name: getattr(options, name) for name in NAMES}
    till = LightspeedSimulator(options.seed, **what)
    redirect_uris = options.redirect_uri or [CALLBACK]
    till.guard.add_client(options.client_id, options.client_secret, redirect_uris)
    till.guard.is_trusting = True
    with till:
        print(_welcome(till, options, redirect_uris), flush=True)
        try:
            threading.Event().wait()
        except KeyboardInterrupt:
            print("\nStopped.")


def _welcome(till, options, redirect_uris):
    places = (f"    {place.id}  {place.name}\n" for place in till.locations)
    return WELCOME.format(
        url=till.url,
        authorize=AUTHORIZE,
        token=TOKEN,
        client=options.client_id,
        secret=options.client_secret,
        redirect_uris=", ".join(redirect_uris),
        places="".join(places),
    )


if __name__ == "__main__":
    main(sys.argv[1:])
