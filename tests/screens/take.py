"""Take pictures of the screens at each width, and say what is wrong with them.

``setup/screenshots`` serves the database and runs this.
"""

import argparse
import contextlib
import re
import sys
from pathlib import Path

import _axe
import _checks
from _browser import ScreenError, browser
from _catalogue import SCREENS

#: Menu and lists find their widths a moment after the window got another one.
SECONDS_TO_LAY_OUT = 0.4
REMARKS_SHOWN = 3
#: Width and height of the readme's pictures, and the most that one may weigh.
README_SIZE, README_BYTES = (1100, 640), 150_000
LOGIN = "/web/session/logout?redirect=/web/login"
LOWEST, HIGHEST = 900, 2600
#: How high the page would have to be to show everything without scrolling.
NEEDED = """Math.max(document.scrollingElement.scrollHeight, ...[
    ...document.querySelectorAll(`.o_content, .o_form_view_container, .o_form_sheet_bg,
        .o_list_renderer, .modal, .modal-body`)
].map(element => innerHeight + element.scrollHeight - element.clientHeight))"""


def read_arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("server", help="http://127.0.0.1:8079")
    parser.add_argument("--names", nargs="*", default=[])
    parser.add_argument("--width", type=int, nargs="+", default=[1400, 800])
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--readme", type=Path, help="folder of the readme's pictures")
    parser.add_argument("--axe", type=Path, help="axe.min.js, to look for labels with")
    return parser.parse_args()


def chosen(names):
    known = {screen.name for screen in SCREENS}
    for name in set(names) - known:
        raise SystemExit(f"There is no screen {name}. There are: {' '.join(known)}.")
    return [screen for screen in SCREENS if not names or screen.name in names]


class Taker:
    """Goes from screen to screen, as the users that they are for."""

    def __init__(self, page, options):
        self.page = page
        self.options = options
        self.login = None
        self.failed = {}
        self.axe = options.axe and _axe.Axe(page, options.axe)

    def take(self, screen):
        """A screen that cannot be shown must not keep the others from it."""
        width = self.options.width[0]
        self.page.size(width, LOWEST)
        try:
            self.log_in(screen.login)
            screen.show(self.page, self.options.server)
            self.look(screen.name)
            if screen.readme and self.options.readme:
                self.keep_for_readme(screen.readme)
            if screen.tabs:
                self.take_tabs(screen)
        except ScreenError as error:
            self.keep(screen.name, width)
            self.report(screen.name, width, [*_checks.faults(self.page), str(error)])
            self.page.is_lost = True

    def log_in(self, login):
        if self.login == login:
            return
        self.open_login()
        self.page.type("#login", login)
        self.page.type("#password", login)
        self.page.click(".oe_login_form button[type=submit]")
        self.page.see(".o_action_manager")
        self.page.settle()
        self.page.errors.clear()
        self.login = login

    def open_login(self):
        """A server that has just begun may still be making what the page is made of."""
        for _attempt in range(3):
            self.page.open(self.options.server + LOGIN)
            # Odoo would offer the user that was there before.
            self.page.evaluate("localStorage.clear()")
            self.page.open(self.options.server + LOGIN)
            with contextlib.suppress(ScreenError):
                return self.page.see("#login", seconds=20)
        raise ScreenError("nobody can log in")

    def take_tabs(self, screen):
        tabs = "[...document.querySelectorAll('.o_notebook .nav-link')]"
        names = self.page.evaluate(f"{tabs}.map(tab => tab.textContent.trim())")
        for name in names[1:]:
            self.page.click(".o_notebook .nav-link", name)
            suffix = re.sub(r"\W+", "_", name.lower()).strip("_")
            self.look(f"{screen.name}__{suffix}")

    def look(self, name):
        """The same screen at each width: Odoo lays it out anew."""
        for width in self.options.width:
            self.page.size(width, LOWEST)
            self.page.settle(SECONDS_TO_LAY_OUT)
            faults, remarks = _checks.faults(self.page), _checks.remarks(self.page)
            self.keep(name, width)
            self.report(name, width, faults, remarks)
        self.page.size(self.options.width[0], LOWEST)
        if self.axe:
            self.axe.look(name)

    def keep(self, name, width):
        """As high as what it shows."""
        needed = min(max(self.page.evaluate(NEEDED), LOWEST), HIGHEST)
        self.page.size(width, needed)
        self.page.settle()
        path = self.options.out / f"{name}_{width}.png"
        path.write_bytes(self.page.picture())

    def keep_for_readme(self, name):
        """The top of the screen, in a modest size."""
        self.page.size(*README_SIZE)
        self.page.settle(SECONDS_TO_LAY_OUT)
        picture = self.page.picture()
        if len(picture) > README_BYTES:
            size = README_SIZE[0]
            self.report(f"{name}.png", size, [f"{len(picture)} bytes are too many"])
        (self.options.readme / f"{name}.png").write_bytes(picture)

    def report(self, name, width, faults, remarks=()):
        print(f"{name} {width}" + (" FAILED" if faults else ""), flush=True)
        for text in (*faults, *remarks[:REMARKS_SHOWN]):
            print(f"    {text}", flush=True)
        if len(remarks) > REMARKS_SHOWN:
            print(f"    and {len(remarks) - REMARKS_SHOWN} more", flush=True)
        if faults:
            self.failed[f"{name} {width}"] = faults

    def learn(self):
        """What Odoo's own screens have is not ours to mend."""
        self.page.size(self.options.width[0], LOWEST)
        self.log_in("admin")
        self.axe.learn(self.options.server)
        self.page.errors.clear()


def main():
    options = read_arguments()
    options.out.mkdir(parents=True, exist_ok=True)
    with browser() as page:
        taker = Taker(page, options)
        if taker.axe:
            taker.learn()
        for screen in chosen(options.names):
            taker.take(screen)
    if taker.axe:
        taker.axe.tell()
    if taker.failed:
        print(f"\nTo be put right: {', '.join(taker.failed)}")
    return bool(taker.failed)


if __name__ == "__main__":
    sys.exit(main())
