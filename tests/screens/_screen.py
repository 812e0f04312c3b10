"""A screen: where it is, and the steps until it shows what is worth a picture."""

import dataclasses
import json

from _browser import ScreenError

#: What every screen of the web client has once it is drawn.
DRAWN = (
    ".o_action:not([data-gone]), .o_view_controller:not([data-gone]), "
    ".modal:not([data-gone]), main .page, .article"
)
CALL = """fetch('/web/dataset/call_kw/%(model)s/%(method)s', {
    method: 'POST',
    headers: {'Content-Type': 'application/json'},
    body: JSON.stringify({jsonrpc: '2.0', method: 'call', params: %(params)s}),
}).then(answer => answer.json()).then(answer => answer.result)"""


@dataclasses.dataclass(frozen=True)
class Record:
    """Which record a screen shows: the first one of a search, or a new one.

    :param new: it has its defaults, and is made for the picture
    """

    model: str
    domain: tuple = ()
    order: str = "id desc"
    new: bool = False

    def find(self, page):
        if self.new:
            return self._call(page, "create", [{}])[0]
        options = {"fields": ["id"], "limit": 1, "order": self.order}
        domain = [list(leaf) for leaf in self.domain]
        found = self._call(page, "search_read", domain, **options)
        if not found:
            raise ScreenError(f"there is no {self.model} with {domain}")
        return found[0]["id"]

    def _call(self, page, method, argument, **options):
        params = {
            "model": self.model,
            "method": method,
            "args": [argument],
            "kwargs": options,
        }
        about = {"model": self.model, "method": method, "params": json.dumps(params)}
        return page.evaluate(CALL % about)


@dataclasses.dataclass(frozen=True)
class Screen:
    """What is shown under a name.

    :param address: below the server's; ``{}`` stands for the record's id
    :param steps: functions of the page, after it was opened
    :param tabs: take a picture of every tab of its form, too
    :param readme: the name under which the readme shows it
    """

    name: str
    address: str
    steps: tuple = ()
    record: Record = None
    tabs: bool = False
    login: str = "admin"
    readme: str = ""

    def show(self, page, server):
        address = self.address
        if self.record:
            address = address.format(self.record.find(page))
        page.go(server, address)
        page.see(DRAWN)
        page.settle()
        for step in self.steps:
            step(page)
        page.settle()


def click(selector, text=""):
    return lambda page: page.click(selector, text)


def see(selector, text=""):
    return lambda page: page.see(selector, text)


def write(selector, text):
    return lambda page: page.type(selector, text)


def choose_file(selector, path):
    return lambda page: page.choose_file(selector, path)


def press(name):
    """A button of the product, by the name of what it does."""
    return click(f"button[name={name}]")


def dialog(name):
    """Press a button that opens a dialog."""

    def step(page):
        page.click(f"button[name={name}]")
        page.see(".modal .o_form_view, .modal .o_list_view")

    return step
