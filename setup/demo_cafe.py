"""The demo café's week of sales, uploaded as a user would, and the ledger it leaves.

``setup/demo`` calls ``main`` every time it runs, so it must not do anything twice.
"""


def main(env):
    print(f"The café's sales come with the add-ons; this is {env.company.name}.")
