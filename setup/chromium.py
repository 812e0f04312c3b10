"""The browser that tests and pictures need."""

import shutil

from console import install_debian_package
from environment import cache_folder

NAMES = ("google-chrome", "chromium", "chromium-browser", "google-chrome-stable")


def require(what):
    """:param what: needs it, as the beginning of a sentence"""
    if not any(shutil.which(name) for name in NAMES):
        log = cache_folder() / "logs/apt-chromium.log"
        why = f"{what} need Chromium, and there is none."
        install_debian_package("chromium", log, why)
