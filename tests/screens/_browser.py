"""Chromium by its own debugging protocol: open a page, click, look, take pictures."""

import base64
import contextlib
import itertools
import json
import resource
import shutil
import subprocess
import tempfile
import time
import urllib.request
from pathlib import Path

import websocket

PROGRAMS = ("chromium", "google-chrome", "chromium-browser", "google-chrome-stable")
OPTIONS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-extensions",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-translate",
    "--hide-scrollbars",
    "--no-first-run",
    "--no-default-browser-check",
    "--remote-debugging-port=0",
    "--force-device-scale-factor=1",
)
SECONDS_TO_ANSWER = 60
SECONDS_TO_SETTLE = 15
#: What the page waits for; what it sends without waiting may never be answered.
ANSWERED = ("Document", "Fetch", "Image", "Stylesheet", "XHR")
#: So long nothing was asked of the server: the page has what it wants.
SECONDS_OF_SILENCE = 0.4
#: The first visible element of a selector that holds a text, not on the screen before.
FIND = """((selector, text) => [...document.querySelectorAll(selector)].find(
    (element) => element.getClientRects().length && element.textContent.includes(text)
        && !element.closest('[data-gone]')
))(%s, %s)"""

#: Go to another address without loading the web client anew, which takes seconds.
GO = """(() => {
    const services = odoo.__WOWL_DEBUG__.root.env.services;
    services.dialog.closeAll();
    document.querySelectorAll('.o_action, .o_view_controller, .modal').forEach(
        (element) => element.dataset.gone = '1'
    );
    history.pushState({}, '', %s);
    dispatchEvent(new PopStateEvent('popstate', {state: {}}));
})()"""


class ScreenError(Exception):
    """The page is not as the steps expect it."""


@contextlib.contextmanager
def browser():
    """A browser with one page, and a profile of its own."""
    program = next(filter(None, map(shutil.which, PROGRAMS)), None)
    if program is None:
        raise ScreenError("There is no Chromium to be found.")
    _take_all_memory()
    profile = tempfile.mkdtemp(prefix="pos-bridge-screens-")
    command = [program, *OPTIONS, f"--user-data-dir={profile}", "about:blank"]
    log = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    process = subprocess.Popen(command, **log)
    try:
        with contextlib.closing(_connect(_port(Path(profile), process))) as socket:
            yield Page(socket)
    finally:
        process.terminate()
        process.wait(20)
        shutil.rmtree(profile, ignore_errors=True)


def _take_all_memory():
    """Odoo limits the address space of its own process, and Chromium wants a lot."""
    _soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (hard, hard))


def _port(profile, process):
    """Chromium writes down where it listens once it does."""
    file = profile / "DevToolsActivePort"
    until = time.monotonic() + SECONDS_TO_ANSWER
    while time.monotonic() < until and process.poll() is None:
        if file.exists() and file.read_text().count("\n"):
            return int(file.read_text().split("\n")[0])
        time.sleep(0.05)
    raise ScreenError("Chromium does not start.")


def _connect(port):
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/json/list") as answer:
        targets = json.load(answer)
    page = next(target for target in targets if target["type"] == "page")
    address = page["webSocketDebuggerUrl"]
    return websocket.create_connection(
        address, timeout=SECONDS_TO_ANSWER, suppress_origin=True
    )


class Page:
    """What is shown; ``errors`` collects what the console complained of."""

    def __init__(self, socket):
        self.socket = socket
        self.numbers = itertools.count(1)
        self.errors = []
        self.loading = set()
        self.busy_at = 0
        self.is_lost = False
        for domain in ("Page", "Runtime", "Network", "Log", "DOM"):
            self.ask(f"{domain}.enable")
        self.ask("Emulation.setTimezoneOverride", timezoneId="Europe/Berlin")
        still = {"features": [{"name": "prefers-reduced-motion", "value": "reduce"}]}
        self.ask("Emulation.setEmulatedMedia", **still)

    # === PROTOCOL === #

    def ask(self, method, **parameters):
        number = next(self.numbers)
        question = {"id": number, "method": method, "params": parameters}
        self.socket.send(json.dumps(question))
        while True:
            message = json.loads(self.socket.recv())
            if message.get("id") == number:
                break
            self._note(message.get("method"), message.get("params", {}))
        if "error" in message:
            raise ScreenError(f"{method}: {message['error']['message']}")
        return message["result"]

    def _note(self, method, about):
        note = getattr(self, "_on_" + str(method).replace(".", "_"), None)
        if note:
            note(about)

    def _on_Network_requestWillBeSent(self, about):
        if about.get("type") in ANSWERED:
            self.loading.add(about["requestId"])
            self.busy_at = time.monotonic()

    def _on_Network_loadingFinished(self, about):
        self.loading.discard(about["requestId"])
        self.busy_at = time.monotonic()

    _on_Network_loadingFailed = _on_Network_loadingFinished

    def _on_Page_frameNavigated(self, _about):
        """What the page before it still waited for does not matter any more."""
        self.loading.clear()

    def _on_Page_javascriptDialogOpening(self, _about):
        """ "Leave without saving?" Yes; the answer to that is nobody's business."""
        method = "Page.handleJavaScriptDialog"
        question = {"id": 0, "method": method, "params": {"accept": True}}
        self.socket.send(json.dumps(question))

    def _on_Runtime_exceptionThrown(self, about):
        details = about["exceptionDetails"]
        said = details.get("exception", {}).get("description") or details["text"]
        self.errors.append(said.split("\n")[0])

    def _on_Runtime_consoleAPICalled(self, about):
        if about["type"] == "error":
            said = (
                str(arg.get("value", arg.get("description"))) for arg in about["args"]
            )
            self.errors.append(" ".join(said).split("\n")[0])

    def _on_Log_entryAdded(self, about):
        entry = about["entry"]
        said = f"{entry['text']} {entry.get('url', '')}"
        harmless = "beforeunload" in said or said.endswith("/favicon.ico")
        if entry["level"] == "error" and not harmless:
            self.errors.append(said)

    # === LOOKING === #

    def evaluate(self, expression):
        """The value of a JavaScript expression, or of what it promises."""
        answer = self.ask(
            "Runtime.evaluate",
            expression=expression,
            awaitPromise=True,
            returnByValue=True,
        )
        if "exceptionDetails" in answer:
            details = answer["exceptionDetails"]
            said = details.get("exception", {}).get("description") or details["text"]
            raise ScreenError(said.split("\n")[0])
        return answer["result"].get("value")

    def wait(self, expression, what, seconds=SECONDS_TO_ANSWER):
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            with contextlib.suppress(ScreenError):  # the page is just being replaced
                if self.evaluate(expression):
                    return
            time.sleep(0.05)
        raise ScreenError(f"waited in vain for {what}")

    def see(self, selector, text="", seconds=SECONDS_TO_ANSWER):
        found = FIND % (json.dumps(selector), json.dumps(text))
        self.wait(f"!!{found}", f"{selector} {text}".strip(), seconds)

    def settle(self, seconds=0):
        """Until nothing is asked of the server any more, and it has been drawn.

        :param seconds: wait that long before
        """
        time.sleep(seconds)
        until = time.monotonic() + SECONDS_TO_SETTLE
        while time.monotonic() < until:
            self.evaluate("1")  # read what has been told meanwhile
            quiet = time.monotonic() - self.busy_at > SECONDS_OF_SILENCE
            if quiet and not self.loading:
                break
            time.sleep(0.05)
        frames = (
            "new Promise(done => requestAnimationFrame(() => setTimeout(done, 60)))"
        )
        self.evaluate(f"document.fonts.ready.then(() => {frames})")

    # === DOING === #

    def size(self, width, height):
        self.ask(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=1,
            mobile=False,
        )

    def go(self, server, address):
        """Open an address; within the web client as a click on a menu does."""
        inside = "/odoo" in str(self.evaluate("location.pathname"))
        if inside and address.startswith("/odoo") and not self.is_lost:
            self.evaluate(GO % json.dumps(address))
        else:
            self.open(server + address)

    def open(self, address):
        self.loading.clear()
        self.is_lost = False
        self.ask("Page.navigate", url=address)
        self.wait("document.readyState === 'complete'", "the page")

    def click(self, selector, text=""):
        self.see(selector, text)
        found = FIND % (json.dumps(selector), json.dumps(text))
        self.evaluate(f"{found}.scrollIntoView({{block: 'nearest'}})")
        self.evaluate(f"{found}.click()")
        self.settle()

    def type(self, selector, text):
        self.see(selector)
        found = FIND % (json.dumps(selector), '""')
        self.evaluate(f"{found}.focus(), {found}.select && {found}.select()")
        self.ask("Input.insertText", text=text)
        self.settle()

    def choose_file(self, selector, path):
        root = self.ask("DOM.getDocument")["root"]["nodeId"]
        found = self.ask("DOM.querySelector", nodeId=root, selector=selector)
        if not found["nodeId"]:
            raise ScreenError(f"there is no {selector}")
        self.ask("DOM.setFileInputFiles", nodeId=found["nodeId"], files=[str(path)])
        self.settle()

    def picture(self):
        """What is seen, as PNG."""
        data = self.ask("Page.captureScreenshot", format="png")["data"]
        return base64.b64decode(data)
