"""What the set-up commands share: words for people, locks, and child processes.

Standard library only, because this runs before anything is installed.
"""

import contextlib
import fcntl
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

STARTED_AT = time.monotonic()
SECONDS_BETWEEN_NEWS = 3
LINES_SHOWN_ON_FAILURE = 15


class SetupError(Exception):
    """Something a person can put right: the text says what happened and what to do."""


def say(text=""):
    print(text, flush=True)


def step(text):
    """Announce a step with the seconds since the start, so waiting has a measure."""
    say(f"[{time.monotonic() - STARTED_AT:4.0f} s] {text}")


def run_command(main):
    """Run a command's main function; turn what can go wrong into words and a code."""
    os.umask(0o022)  # as root, the database server runs as another user
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        sys.exit(main(sys.argv[1:]))
    except SetupError as error:
        say(f"\nStopped: {error}")
        sys.exit(1)
    except PermissionError as error:
        say(
            f"\nStopped: no permission for {error.filename}. It may belong to another "
            "user; remove it, or name another folder in POS_BRIDGE_CACHE."
        )
        sys.exit(1)
    except KeyboardInterrupt:
        say("\nInterrupted. Nothing half-made is kept; run the command again any time.")
        sys.exit(130)


@contextlib.contextmanager
def exclusive(path):
    """Hold the lock file: two commands must not prepare the same thing at once."""
    with open(path, "a+", encoding="utf-8") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            step("Another set-up command is preparing; waiting for it.")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


@contextlib.contextmanager
def unfinished(target):
    """A new folder beside the target, for what gets the target's name when complete.

    It has a name of its own each time: after a hard kill, children of the killed run
    may still be writing to theirs.
    """
    for path in target.parent.glob(f"{target.name}.unfinished-*"):
        shutil.rmtree(path, ignore_errors=True)
    prefix = f"{target.name}.unfinished-"
    folder = Path(tempfile.mkdtemp(prefix=prefix, dir=target.parent))
    folder.chmod(0o755)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


class News:
    """Print progress now and then, and only when there is something new to say."""

    def __init__(self, title):
        self.title = title
        self.shown_at = time.monotonic()
        self.shown = None

    def tell(self, text):
        due = time.monotonic() - self.shown_at >= SECONDS_BETWEEN_NEWS
        if due and text and text != self.shown:
            step(f"{self.title}: {text}")
            self.shown_at, self.shown = time.monotonic(), text


class Children:
    """The child processes at work, to end those of other threads too."""

    running: dict = {}
    ending = False

    @classmethod
    def end(cls):
        """Let no thread start another one, and end those that run."""
        cls.ending = True
        for process, apart in list(cls.running.items()):
            _end(process, apart)


@contextlib.contextmanager
def child(command, **options):
    """A child process that does not outlive us when we fail or are interrupted."""
    if Children.ending:
        raise SetupError("Interrupted.")
    apart = options.get("start_new_session")
    process = subprocess.Popen([str(part) for part in command], **options)
    Children.running[process] = apart
    try:
        yield process
    finally:
        _end(process, apart)
        del Children.running[process]


def _end(process, apart):
    """Ask it to end, with its own children when it has a session apart from ours.

    One in our session got the same Ctrl-C; a second signal would cut its tidying short.
    """
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(0 if apart else 5)
    for number in (signal.SIGTERM, signal.SIGKILL):
        if process.poll() is None:
            os.killpg(process.pid, number) if apart else process.send_signal(number)
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(20)


def run(command, **options):
    """Run in the foreground and return the exit code."""
    with child(command, **options) as process:
        return process.wait()


def run_logged(command, title, log, progress=None, **options):
    """Run with the output in a log file; show progress, and the end of it on failure.

    ``progress`` is given each line and returns what to show for it, or None.
    """
    news = News(title)
    log.parent.mkdir(parents=True, exist_ok=True)
    options |= {
        "stdin": subprocess.DEVNULL,
        "stdout": subprocess.PIPE,
        "stderr": subprocess.STDOUT,
        "text": True,
        "errors": "replace",
        "start_new_session": True,
    }
    with open(log, "w", encoding="utf-8") as output, child(command, **options) as made:
        for line in made.stdout:
            output.write(line)
            output.flush()
            news.tell(progress and progress(line))
        code = made.wait()
    if code:
        raise SetupError(f"{title} failed (exit code {code}).\n{end_of(log)}")


def end_of(log):
    """The last lines of a log, indented, with where the rest is."""
    lines = log.read_text(encoding="utf-8", errors="replace").splitlines()
    shown = "\n".join(f"    {line}" for line in lines[-LINES_SHOWN_ON_FAILURE:])
    return f"{shown}\n    The whole output: {log}"


def install_debian_package(package, log, why):
    """Install a package of the machine's own suite; only root on Debian can."""
    if os.geteuid() or not os.path.exists("/etc/debian_version"):
        raise SetupError(f"{why} Install it with:  sudo apt install {package}")
    step(f"{why} Installing Debian's package {package}.")
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}

    def progress(line):
        known = ("Get:", "Unpacking", "Setting up", "Processing")
        return line.strip() if line.startswith(known) else None

    install = ("install", "-y", "--no-install-recommends", package)
    for arguments in (("update",), install):
        command = ("apt-get", *arguments)
        run_logged(command, f"apt-get {arguments[0]}", log, progress, env=environment)
