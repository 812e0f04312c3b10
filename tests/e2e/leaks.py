"""Where a secret or a guest's name could come to light: what users are told, what the
server logs, what stands in the database.
"""

import contextlib
import subprocess

import requests
from odoo_process import Server, free_ports, wait_until

EVERYTHING_LOGGED = ("--log-level=debug", "--log-handler=:DEBUG")
KNOWN = [
    {"model": f"pos.bridge.{name}"}
    for name in (
        *("integration", "outlet", "item", "day", "sale", "sale.line", "transfer"),
        *("token", "exception", "posting", "usage", "mapping", "migration"),
    )
]


class Browser:
    """One person's requests to the server; all that it tells is kept."""

    def __init__(self, url, login):
        self.url = url
        self.session = requests.Session()
        self.told = []
        vals = {"db": None, "login": login, "password": login}
        self.login_vals = vals

    def log_in(self, database):
        self._call("/web/session/authenticate", {**self.login_vals, "db": database})
        return self

    def do(self, model, method, *args, **kwargs):
        params = {"model": model, "method": method, "args": args, "kwargs": kwargs}
        return self._call(f"/web/dataset/call_kw/{model}/{method}", params)

    def _call(self, path, params):
        body = {"jsonrpc": "2.0", "method": "call", "params": params}
        answer = self.session.post(self.url + path, json=body, timeout=120)
        self.told.append(answer.text)
        return answer.json().get("result")

    def get(self, path):
        answer = self.session.get(self.url + path, timeout=120)
        self.told += [answer.text, str(answer.headers)]
        return answer

    def save(self, model, vals, numbers=()):
        """As a form does it; the number of the record."""
        specification = {"id": {}}
        ((saved),) = self.do(
            model, "web_save", list(numbers), vals, specification=specification
        )
        return saved["id"]


@contextlib.contextmanager
def served(stage):
    """The address of a server that logs everything."""
    port = free_ports(1)[0]
    url = f"http://127.0.0.1:{port}"
    options = (f"--http-port={port}", *EVERYTHING_LOGGED, "--max-cron-threads=0")
    with Server(stage, *options):
        wait_until(lambda: is_up(url), "the server starts")
        yield url


def is_up(url):
    try:
        return requests.get(f"{url}/web/login", timeout=60).ok
    except requests.ConnectionError:
        return False


def read_everything(reader):
    """All that a user may read of our models and what they say in chatter."""
    known = reader.do("ir.model", "search_read", [("model", "=like", "pos.bridge.%")])
    for model in (*(each["model"] for each in known or KNOWN), "mail.message"):
        fields = reader.do(model, "fields_get") or {}
        numbers = reader.do(model, "search", [], limit=200) or []
        names = [name for name, field in fields.items() if field["type"] != "binary"]
        reader.do(model, "read", numbers)
        specification = {name: {} for name in names}
        reader.do(model, "web_read", numbers, specification=specification)
        reader.do(model, "export_data", numbers, names)


def dump(stage):
    """The whole database as text."""
    command = ["pg_dump", "--inserts", stage.database]
    done = subprocess.run(command, capture_output=True, check=True)
    return done.stdout.decode()


def logged(stage):
    """What the server logged."""
    with open(stage.log.name, encoding="utf-8") as log:
        return log.read()


def found(text, words):
    return sorted(word for word in words if word in text)
