"""The page on which a merchant approves or refuses, and the way back from it."""

import html
import urllib.parse

from simulators._messages import Answer

HTML = "text/html; charset=utf-8"
SCOPES = {
    "financial-api": "read businesses and sales",
    "items": "read and change items",
    "offline_access": "go on reading when you are away",
    "orders-api": "read and change orders",
    "staff-api": "read shifts, change users",
}
PAGE = """<!doctype html>
<html lang="en"><meta charset="utf-8"><title>Simulated till: access</title>
<style>
body {{ font: 16px/1.5 sans-serif; max-width: 30rem; margin: 4rem auto; }}
button {{ font: inherit; padding: .5rem 1.5rem; margin-right: 1rem; }}
</style>
<h1>Simulated till</h1>
<p><b>{client}</b> wants to read this restaurant:</p>
<form method="post" action="{action}">{hidden}
<ul style="list-style: none; padding: 0">{scopes}</ul>
<button name="decision" value="approve">Approve</button>
<button name="decision" value="refuse">Refuse</button>
</form></html>
"""


def page(client, scopes, request):
    """Which application wants to do what: a box for every scope, and two buttons."""
    hidden = "".join(
        f'<input type="hidden" name="{html.escape(name)}" value="{html.escape(value)}">'
        for name, value in request.params.items()
    )
    boxes = "".join(
        f'<li><label><input type="checkbox" name="granted-{html.escape(scope)}"'
        f" checked> {html.escape(scope)}: {SCOPES.get(scope, '')}</label></li>"
        for scope in scopes
    )
    facts = {"client": html.escape(client.id), "action": html.escape(request.path)}
    page = PAGE.format(hidden=hidden, scopes=boxes, **facts)
    return Answer(page, content_type=HTML)


def error_page(why):
    """For a stranger, who is not sent back anywhere."""
    page = f"<!doctype html><title>Error</title><h1>Error</h1><p>{html.escape(why)}"
    return Answer(page, 400, content_type=HTML)


def back(params, answer):
    """Send the browser back to the application."""
    if "state" in params:
        answer = answer | {"state": params["state"]}
    target = params["redirect_uri"]
    joint = "&" if "?" in target else "?"
    location = target + joint + urllib.parse.urlencode(answer)
    return Answer("", 302, {"Location": location}, "text/html")
