"""Paths into an answer.

Keys joined by points; ``*`` goes into every entry of a list or an object, the empty
path is the answer itself.
"""

from .redact import PRIVATE_NAME


def into(document, path):
    """Every value that a path leads to."""
    found = [document]
    for step in path.split(".") if path else ():
        found = [each for value in found for each in _enter(value, step)]
    return found


def _enter(value, step):
    entries = dict(enumerate(value)) if isinstance(value, list) else value
    if not isinstance(entries, dict):
        return []
    if step == "*":
        return list(entries.values())
    key = int(step) if isinstance(value, list) and step.isdigit() else step
    return [entries[key]] if key in entries else []


def rows_at(document, path):
    """The objects of the list that a path leads to, or None where there is no list."""
    before = path.partition("*")[0].rstrip(".")
    places, found = into(document, before), into(document, path)
    if not path.endswith("*"):
        lists = [each for each in found if isinstance(each, list)]
        is_there = lists or ("*" in path and places and not any(places))
        found = [each for entries in lists for each in entries]
    else:
        is_there = any(isinstance(place, (list, dict)) for place in places)
    rows = [each for each in found if isinstance(each, dict)]
    return rows if is_there and len(rows) == len(found) else None


def outline(answer):
    """The shape of an answer without anything it says, to find names in."""
    if isinstance(answer, dict):
        return {str(key): outline(value) for key, value in answer.items()}
    if isinstance(answer, list):
        return [outline(value) for value in answer[:1]]
    kinds = {str: "text", bool: "true or false", type(None): "nothing"}
    return kinds.get(type(answer), "number")


def is_private(path):
    """Does it look like data about a person, or a secret?"""
    return PRIVATE_NAME.search(path)
