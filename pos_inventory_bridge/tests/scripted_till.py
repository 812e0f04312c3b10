"""A till that behaves as a test tells it: well, late, wrong, down, or not at all."""

from dataclasses import replace

from ..tools.errors import AuthenticationFailed, ContractViolation, TemporaryFailure
from ..tools.records import SalesDay


class ScriptedTill(dict):
    """``till[outlet id, date]`` is the ``SalesDay`` it answers; empty where none is.

    ``then`` says how the next answers are given, one after the other; after that the
    till is well again. ``always`` says it for all answers, ``at`` for those of one
    outlet id or one date. A behaviour is a function from the true answer to what is
    said.
    """

    def __init__(self):
        super().__init__()
        self.recover()

    def clear(self):
        """Nothing is sold, and nothing is wrong."""
        self.recover()
        return super().clear()

    def recover(self):
        """From now on it answers as it should; who asked before is forgotten."""
        self.asked = []
        self.next_answers = []
        self.places = {}
        self.usual = well

    def then(self, *behaviours):
        self.next_answers += behaviours

    def always(self, behaviour):
        self.usual = behaviour

    def at(self, place, behaviour):
        self.places[place] = behaviour

    def answer(self, outlet, business_date):
        self.asked.append((outlet.name, business_date))
        true = self.get((outlet.id, business_date), SalesDay(complete=True))
        return self._behaviour(outlet, business_date)(true)

    def _behaviour(self, outlet, business_date):
        if self.next_answers:
            return self.next_answers.pop(0)
        for place in (outlet.id, business_date):
            if place in self.places:
                return self.places[place]
        return self.usual


def well(true):
    return true


def down(seconds=None, message="Service unavailable"):
    """It cannot answer now; with ``seconds`` it says when to come again."""

    def behave(_true):
        raise TemporaryFailure(message, seconds)

    return behave


def wrong(payload=None, message="The answer has no sales in it."):
    def behave(_true):
        raise ContractViolation(message, payload)

    return behave


def refuses(error, message="Outlet 7 is not yours."):
    """It answers that this cannot be had; ``error`` says why."""

    def behave(_true):
        raise error(message)

    return behave


def unauthorized(message="The till refused the password."):
    def behave(_true):
        raise AuthenticationFailed(message)

    return behave


def broken(error):
    """The connector itself has a bug."""

    def behave(_true):
        raise error

    return behave


def slow(meanwhile):
    """So slow that something else happens before it answers: ``meanwhile()``."""

    def behave(true):
        meanwhile()
        return true

    return behave


def late(missing):
    """Receipts with these ids are not known yet, and it says that some are missing."""

    def behave(true):
        sales = [sale for sale in true.sales if sale.external_id not in missing]
        return replace(true, complete=False, sales=tuple(sales))

    return behave


def duplicated(true):
    """Every receipt is told twice, as pages do that overlap."""
    return replace(true, sales=true.sales * 2)


def shuffled(true):
    """Receipts and lines come in another order."""
    sales = [replace(sale, lines=sale.lines[::-1]) for sale in true.sales[::-1]]
    return replace(true, sales=tuple(sales))


def changed(**quantities):
    """After the fact other quantities were sold: ``{item code: quantity}``."""

    def behave(true):
        sales = []
        for sale in true.sales:
            lines = [
                replace(
                    line,
                    quantity=quantities.get(line.item_external_id, line.quantity),
                )
                for line in sale.lines
            ]
            sales.append(replace(sale, lines=tuple(lines)))
        return replace(true, sales=tuple(sales))

    return behave


def asking(*questions):
    """It wants a person to look before its answer is posted."""

    def behave(true):
        return replace(true, questions=questions)

    return behave
