from datetime import date, timedelta

from ..models.pos_bridge_mapping import CONTENT_FIELDS
from ..tools.sheet_cells import RowError


class Versions:
    """What one item is mapped to under one condition, one version after the other."""

    def __init__(self, mappings, today):
        self.all = sorted(mappings, key=lambda mapping: mapping._first())
        self.today = today

    def on(self, day):
        """The one in force on a day."""
        found = (each for each in self.all if each._first() <= day <= each._last())
        return next(found, None)

    def beginning(self, day):
        """The one that begins on a day and has not ended."""
        found = (
            each
            for each in self.all
            if each.date_from == day and each._last() >= self.today
        )
        return day and next(found, None)

    def next_after(self, day):
        """The first one that is planned for after a day (None: after today)."""
        after = max(day or self.today, self.today)
        return next((each for each in self.all if each._first() > after), None)

    def until(self, day):
        """The last day of what begins anew on a day (None: ever); None: it stays."""
        begins = day or date.min
        later = (each.date_from for each in self.all if each._first() > begins)
        first = next(later, None)
        return first and first - timedelta(days=1)

    def last_ended(self):
        """The last day of those that have ended."""
        ends = [each._last() for each in self.all if each._last() < self.today]
        return max(ends, default=None)

    def covered(self, first, last):
        """Those that hold on one of these days."""
        return [
            each for each in self.all if each._first() <= last and each._last() >= first
        ]


class SheetDates:
    """From when on a row holds, what it changes, and what stays as it is."""

    def __init__(self, env, today, date_of_correction=None):
        self.env, self.today, self.correction = env, today, date_of_correction

    def resolve(self, versions, vals, since):
        """{status, mapping, since (first day), day (that was asked for), is_plan,
        message}

        :raises RowError: its first day contradicts what is there
        """
        mapping = versions.beginning(since)
        is_later = bool(since and since > self.today)
        if mapping:
            day = since if is_later else self.correction
        elif is_later:
            mapping, day = versions.on(since), since
        else:
            mapping = versions.on(self.today)
            day = self._agreed(mapping, since) if mapping else None
        if not mapping:
            return self._new(versions, since)
        is_plan = is_later and mapping.date_from != since
        found = {"mapping": mapping, "day": day, "is_plan": is_plan}
        is_told = mapping.date_from == since or not since
        if self._says(mapping, vals) and (is_told or mapping._first() <= day):
            return {**found, **self._same(mapping, vals, since)}
        return {**found, **self._change(versions, found)}

    def _agreed(self, mapping, since):
        """The day from which a mapped item changes; all rows change from the same."""
        day = self.correction or self.today
        if since and since not in (mapping.date_from, day):
            raise RowError(
                self.env._(
                    "It is mapped since %(begun)s, and changes of this file hold from "
                    "%(day)s; Since says %(since)s. Write there what it was, or "
                    "choose Correct past days from that day for the file.",
                    begun=mapping.since,
                    day=self._told(day),
                    since=self._told(since),
                )
            )
        return since or self.correction

    def _says(self, mapping, vals):
        current = mapping.read(CONTENT_FIELDS, load=None)[0]
        return all(vals[name] == current[name] for name in CONTENT_FIELDS)

    # === NEW === #

    def _new(self, versions, since):
        last = versions.last_ended()
        if since and last and since <= last:
            raise RowError(
                self.env._(
                    "It was mapped until %s: begin after that.", last.isoformat()
                )
            )
        first = since or (last and last + timedelta(days=1)) or None
        return {
            "status": "new",
            "mapping": None,
            "since": first,
            "day": first,
            "is_plan": False,
            "message": self._note_of_planned(versions.next_after(first)),
        }

    # === AS IT IS === #

    def _same(self, mapping, vals, since):
        """What it uses stays; the reason alone may be another one."""
        found = {"status": "same", "since": mapping.date_from}
        was = mapping.reason or False
        if vals["reason"] and vals["reason"] != was:
            text = self.env._("Changes nothing but the reason; it was: %s", was or "-")
            changed = {"status": "change", "message": text, "is_reason_only": True}
            return {**found, **changed}
        notes = []
        if since and since != mapping.date_from:
            notes.append(
                self.env._(
                    "On %(day)s it is so already: since %(begun)s.",
                    day=self._told(since),
                    begun=mapping.since,
                )
            )
        if was and not vals["reason"]:
            notes.append(self.env._("Its reason stays: %s", was))
        return {**found, "message": " ".join(notes)}

    # === CHANGED === #

    def _change(self, versions, found):
        mapping, day = found["mapping"], found["day"]
        since = day or mapping._default_date_from() or None
        notes = [
            self._note_of_now(found),
            self._note_of_replaced(versions, mapping, since),
            self._note_of_end(versions, mapping),
        ]
        message = " ".join(filter(None, notes))
        return {"status": "change", "since": since, "message": message}

    def _note_of_now(self, found):
        mapping = found["mapping"]
        if found["is_plan"]:
            return self.env._("Until then: %s.", mapping.display_name)
        if mapping._first() > self.today:
            return self.env._("Planned so far: %s.", mapping.display_name)
        return self.env._("So far: %s.", mapping.display_name)

    def _note_of_replaced(self, versions, mapping, since):
        """A correction may reach back before what holds now."""
        reached = versions.covered(since or date.min, mapping._last())
        others = [each for each in reached if each != mapping]
        if not others:
            return None
        names = (f"{each.display_name} ({each._span()})" for each in others)
        return self.env._("From that day on also in place of %s.", ", ".join(names))

    def _note_of_end(self, versions, mapping):
        planned = mapping.date_to and versions.next_after(mapping.date_to)
        if planned or not mapping.date_to:
            return self._note_of_planned(planned)
        return self.env._("Ends on %s, as before.", self._told(mapping.date_to))

    def _note_of_planned(self, planned):
        if not planned:
            return None
        return self.env._(
            "From %(day)s on as planned: %(mapping)s.",
            day=self._told(planned.date_from),
            mapping=planned.display_name,
        )

    def _told(self, day):
        return self.env["pos.bridge.mapping"]._day_text(day)
