"""The key that secrets are encrypted with: in a file, never in the database.

So a dump of the database alone opens no till. The file holds one key per line: the
first one encrypts, all of them decrypt.
"""

import hashlib
import logging
import os
import stat
import tempfile
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from odoo.exceptions import UserError
from odoo.tools import config

_logger = logging.getLogger(__name__)

OPTION = "pos_bridge_key_file"
VARIABLE = "POS_BRIDGE_KEY_FILE"
FILE_NAME = "pos_inventory_bridge.key"


class MissingKey(UserError):
    """What is encrypted cannot be read, because its key is not here."""


def key_file():
    """(the file, whether somebody chose it)."""
    chosen = config.get(OPTION) or os.environ.get(VARIABLE)
    if chosen:
        return Path(chosen).expanduser().absolute(), True
    return Path(config["data_dir"], FILE_NAME).absolute(), False


def encrypt(env, text):
    """(the text encrypted with the first key, which key that is)."""
    keys = _read_keys(env, make=True)
    value = Fernet(keys[0]).encrypt(text.encode()).decode()
    return value, _version(keys[0])


def decrypt(env, value):
    """The text that was encrypted with any of the keys."""
    keys = _read_keys(env)
    try:
        return MultiFernet([Fernet(key) for key in keys]).decrypt(value).decode()
    except InvalidToken:
        path, _is_chosen = key_file()
        raise MissingKey(
            env._(
                "The secrets of this connection were encrypted with another key than "
                "those in the file %(path)s, so they cannot be read. Add the old key "
                "to that file as a line of its own, or connect again (enter passwords "
                "anew); nothing else is lost.",
                path=path,
            )
        ) from None


def current_version(env):
    """Which key encrypts."""
    return _version(_read_keys(env)[0])


def _version(key):
    """Tells keys apart without telling anything of them; fits a database's integer."""
    return int.from_bytes(hashlib.sha256(key).digest()[:4], "big") >> 1


def _read_keys(env, make=False):
    path, is_chosen = key_file()
    if make and not is_chosen:
        _make(path)
    try:
        lines = path.read_bytes().split()
    except OSError as error:
        _logger.error("Key file %s: %s", path, error.strerror)
        raise MissingKey(_text_of_missing_file(env, path)) from None
    _warn_if_open_to_all(path)
    if not lines or not all(map(_is_key, lines)):
        raise MissingKey(
            env._(
                "The file %(path)s must hold the keys for the secrets of connections, "
                "one per line, and it does not. Restore it from your backup.",
                path=path,
            )
        )
    return lines


def _text_of_missing_file(env, path):
    return env._(
        "The file %(path)s is missing or cannot be read. It holds the key for the "
        "passwords and tokens of your tills, which are encrypted in the database: "
        "without it no till can be asked. Restore the file from your backup, or let "
        "an administrator of the server provide it; if it is lost, connect again "
        "(enter passwords anew). Nothing else is lost.",
        path=path,
    )


def _is_key(line):
    try:
        Fernet(line)
    except ValueError:
        return False
    return True


def _make(path):
    """A new key in a new file; whoever else makes one at this moment may be first."""
    if path.exists():
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    # Complete before it has its name, so that nobody ever reads half a key.
    handle, draft = tempfile.mkstemp(dir=path.parent, prefix=f"{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(Fernet.generate_key() + b"\n")
            file.flush()
            os.fsync(file.fileno())
        os.link(draft, path)
        _logger.info("Made the key for secrets of tills: keep a copy of %s", path)
    except FileExistsError:
        _logger.info("Somebody else made %s at this moment", path)
    finally:
        os.unlink(draft)


def _warn_if_open_to_all(path):
    if path.stat().st_mode & stat.S_IRWXO:
        _logger.warning("Every user of this server may read the key file %s", path)
