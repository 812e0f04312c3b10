"""What is wrong with what is shown, in words."""

#: How much wider the content of the page, of its parts and of a dialog is than they
#: are; a pivot table may be as wide as it likes, and behind a dialog nobody reads.
WIDER = """[
    ['the page', document.scrollingElement],
    ...[...document.querySelectorAll(
        document.querySelector('.modal')
            ? '.modal-body, .modal .o_list_renderer'
            : '.o_content:not(:has(.o_pivot)), .o_form_view_container, .o_list_renderer'
    )].map(element => [element.className.split(' ')[0], element]),
].filter(([name, element]) =>
    element.clientWidth && element.scrollWidth > element.clientWidth + 1
    && (name === 'the page' || getComputedStyle(element).overflowX !== 'visible')
).map(([name, element]) =>
    `${name} is ${element.scrollWidth - element.clientWidth} pixels too wide`
)"""
#: Dialogs and notifications that tell of an error.
ERRORS = """[...document.querySelectorAll(
    '.o_error_dialog, .o_notification .bg-danger, .o_form_view .o_field_invalid'
)].map(element => element.textContent.trim().replace(/\\s+/g, ' ').slice(0, 200))"""
#: Words that end in an ellipsis because there is no room for them.
CUT = """[...new Set([...document.querySelectorAll(
    'th, td, td *, .badge, label, .nav-link, button, h1, h2, .breadcrumb-item'
)].filter(element =>
    element.getClientRects().length && element.textContent.trim()
    && ['hidden', 'clip'].includes(getComputedStyle(element).overflowX)
    && getComputedStyle(element).textOverflow === 'ellipsis'
    && element.scrollWidth > element.clientWidth + 1
).map(element => element.textContent.trim().replace(/\\s+/g, ' ').slice(0, 60)))]"""


def faults(page):
    """What no screen may have."""
    said, page.errors[:] = list(page.errors), []
    dialogs = [f"error shown: {text}" for text in page.evaluate(ERRORS)]
    return [*(f"console: {text}" for text in said), *dialogs, *page.evaluate(WIDER)]


def remarks(page):
    """What a person should look at."""
    return [f"cut off: {text}" for text in page.evaluate(CUT)]
