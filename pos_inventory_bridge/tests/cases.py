"""Tests made of a table: one for every combination, so that each fails by its name."""

import itertools


def add_cases(cls, *axes, told_by="tell", title="test"):
    """One test for every combination of what the axes name.

    :param told_by: the method of the class that gets the combination
    :param title: what the names of the tests begin with
    """
    for case in itertools.product(*axes):

        def test(self, case=case):
            getattr(self, told_by)(*case)

        name = "_".join((title, *case)).replace(" ", "_").replace(",", "")
        test.__name__ = name
        setattr(cls, name, test)
