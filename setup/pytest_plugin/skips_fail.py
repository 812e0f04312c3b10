"""Pytest plugin: a skipped test fails, or nobody would notice that it never runs.

Allowed is one reason only: recorded data in ``../shared`` that not every clone has.
"""

import pytest

ALLOWED = "../shared"


def _fail_when_skipped(report):
    expected_failure = hasattr(report, "wasxfail")
    if report.skipped and not expected_failure:
        reason = report.longrepr
        reason = reason[2] if isinstance(reason, tuple) else str(reason)
        if ALLOWED not in reason:
            report.outcome = "failed"
            report.longrepr = f"{reason}\nA skip counts as a failure here."


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport():
    report = yield
    _fail_when_skipped(report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report():
    report = yield
    _fail_when_skipped(report)
    return report
