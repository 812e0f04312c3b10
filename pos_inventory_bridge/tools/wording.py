"""Parts of sentences, as the reader's language writes them."""

from datetime import UTC
from zoneinfo import ZoneInfo

from odoo.tools import format_date, format_time
from odoo.tools.misc import get_lang

#: Smaller than anything that a kitchen measures.
DIGITS = 6


def sentence(text):
    """What somebody else said, ended so that another sentence may follow."""
    text = str(text).strip()
    return text if text.endswith((".", "!", "?")) else f"{text}."


def named_list(names, most=8):
    """Like "17, 18 + 3": the first of them, and how many more there are."""
    shown = ", ".join(names[:most])
    return f"{shown} + {len(names) - most}" if len(names) > most else shown


def number_text(env, value, digits=DIGITS):
    """Without zeros that say nothing: 0.009 in English, 0,009 in German."""
    text = f"{value:.{digits}f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    text = "0" if text == "-0" else text
    return text.replace(".", get_lang(env).decimal_point)


def moment_text(env, moment, tz):
    """Date and time of a stored moment on the clocks of a place, without seconds."""
    local = moment.replace(tzinfo=UTC).astimezone(ZoneInfo(tz))
    time = format_time(env, local.time(), time_format="short")
    return f"{format_date(env, local.date())} {time}"
