"""Virtual environments in the cache, with packages at exactly the pinned versions."""

import contextlib
import hashlib
import importlib.util
import os
import re
import shutil
import sys
import tempfile
from pathlib import Path

from console import SetupError, install_debian_package, run_logged, step, unfinished

OLDEST_PYTHON = (3, 11)
ENVIRONMENTS_KEPT = 3


def environment(cache, name, *requirements):
    """The interpreter of an environment with these requirements, made when missing.

    The name carries a digest of the pins, so a changed pin makes a new environment and
    never a half-changed old one. It is a link, set when the environment is complete:
    an environment itself cannot be moved.
    """
    if sys.version_info < OLDEST_PYTHON:
        raise SetupError(
            f"This is Python {sys.version.split()[0]}; the pinned packages need "
            f"{'.'.join(map(str, OLDEST_PYTHON))} or newer."
        )
    digest = hashlib.sha256(f"{sys.version}{sys.executable}".encode())
    for path in requirements:
        digest.update(path.read_bytes())
    link = cache / f"python-{name}-{digest.hexdigest()[:10]}"
    if not link.exists():
        _make(cache, name, link, requirements)
    os.utime(link)
    _remove_others(cache, name)
    return link / "bin/python"


def packages(cache, python, name, requirements):
    """A folder of packages beside an environment, without what they want in turn: an
    add-on from the index wants Odoo itself, which is not there to be had.
    """
    digest = hashlib.sha256(requirements.read_bytes()).hexdigest()[:10]
    folder = cache / f"{name}-{digest}"
    if not folder.exists():
        step(f"Getting {name}.")
        log = cache / "logs" / f"{name}.log"
        with unfinished(folder) as target:
            options = ("--no-deps", "--target", target)
            _install(cache, python, [requirements], name, log, *options)
            target.rename(folder)
    return folder


def _remove_others(cache, name):
    """Keep a few: another branch may be at work with other pins."""
    links = [path for path in cache.glob(f"python-{name}-*") if path.is_symlink()]
    links.sort(key=lambda path: path.stat().st_mtime, reverse=True)
    for link in links[ENVIRONMENTS_KEPT:]:
        link.unlink()
    kept = {link.resolve() for link in links[:ENVIRONMENTS_KEPT]}
    for folder in set(cache.glob(f"python-{name}-*")) - set(links) - kept:
        if not _runs_something(folder):
            shutil.rmtree(folder, ignore_errors=True)


def _runs_something(folder):
    """A database server goes on for as long as anybody needs it."""
    for program in Path("/proc").glob("[0-9]*/exe"):
        with contextlib.suppress(OSError):
            if program.readlink().is_relative_to(folder):
                return True
    return False


def _make(cache, name, link, requirements):
    _require_venv(cache)
    log = cache / "logs" / f"python-{name}.log"
    step(f"Making a Python environment for {name}.")
    folder = Path(tempfile.mkdtemp(prefix=f"{link.name}-", dir=cache))
    folder.chmod(0o755)
    run_logged([sys.executable, "-m", "venv", folder], "Python environment", log)
    _install(cache, folder / "bin/python", requirements, name, log)
    link.symlink_to(folder.name)


def _require_venv(cache):
    if importlib.util.find_spec("ensurepip") and importlib.util.find_spec("venv"):
        return
    version = ".".join(map(str, sys.version_info[:2]))
    why = f"This Python ({sys.executable}) cannot make virtual environments."
    install_debian_package(f"python{version}-venv", cache / "logs/apt-venv.log", why)


def _install(cache, python, requirements, name, log, *more):
    total = sum(path.read_text().count("==") for path in requirements)
    seen = set()

    def progress(line):
        collecting = re.match(r"\s*Collecting (\S+)", line)
        if collecting:
            seen.add(collecting.group(1))
            return f"{len(seen)} of {total}"
        return "installing" if line.startswith("Installing") else None

    # Bytecode goes to a folder of its own (see environment.py), so none is made here.
    options = ["--no-compile", "--no-input", "--disable-pip-version-check", *more]
    files = [part for path in requirements for part in ("-r", path)]
    command = [python, "-m", "pip", "install", *options, *files]
    command += ["--cache-dir", cache / "pip"]
    try:
        run_logged(command, f"Python packages for {name}", log, progress)
    except SetupError as error:
        raise SetupError(
            f"{error}\nIs the network there? Try again; finished downloads are kept."
        ) from None
