"""A simulated Lightspeed K-Series on loopback, for tests and for the demo.

    with LightspeedSimulator(seed=1, receipts=300, now=moment) as till:
        client_id, client_secret = till.new_client([redirect_uri])
        ...connect to till.url (API and authorization server, AUTHORIZE, TOKEN)
        back = till.approve(authorization_url)  # what the merchant's click leads to
        place = till.locations[0]
        till.truth(place, day).net  # {sku: units} really used
        till.edit_receipt(place, day, number, orders=(till.order("COFFEE", 2),))
        till.catalogue.rename("COLA", "Lemonade")
        till.take_away(place)
        till.clock.advance(days=40)
        till.fail_next("sales-daily", "too_many_requests", retry_after=7)
        till.count("/token$", status=200), till.refreshes, till.issued_secrets

What nobody knows of the real till is an argument (``void_style="marked_original"``),
all of them in ``habits.py``; what people do to the till is in ``edits.py``, what can go
wrong in ``faults.py`` and ``simulators/_faults.py``.
"""

from simulators.lightspeed.story import Extra, Order, Visit
from simulators.lightspeed.till import AUTHORIZE, TOKEN, LightspeedSimulator
