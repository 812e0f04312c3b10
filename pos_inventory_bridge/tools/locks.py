"""Advisory locks of PostgreSQL: who runs what, known to all servers of one database.

They live in a transaction. When its process dies, PostgreSQL frees them at once, so
nothing has to be tidied up and nobody waits for the dead.
"""

from psycopg2.errors import LockNotAvailable

#: First key of the lock: what is locked. The second one is the id of a record.
SPACES = {
    "transfer": 1_346_654_290,
    "outlet": 1_346_654_291,
    "integration": 1_346_654_292,
    "company": 1_346_654_293,
    "day": 1_346_654_294,
    "unit": 1_346_654_295,
}

#: By whether it is shared.
TRY = {
    False: "SELECT pg_try_advisory_xact_lock(%s, %s)",
    True: "SELECT pg_try_advisory_xact_lock_shared(%s, %s)",
}
WAIT = {
    False: "SELECT pg_advisory_xact_lock(%s, %s)",
    True: "SELECT pg_advisory_xact_lock_shared(%s, %s)",
}


def take(cursor, space, key, seconds=0, shared=False):
    """Lock until the cursor's transaction ends, waiting at most so many seconds.

    :param shared: beside others who share it; who wants it alone waits for all of them,
        and those who come later wait for him
    :return: False if somebody else still has it
    """
    keys = [SPACES[space], key]
    if not seconds:
        cursor.execute(TRY[shared], keys)
        return cursor.fetchone()[0]
    cursor.execute("SELECT set_config('lock_timeout', %s, true)", [f"{seconds}s"])
    try:
        with cursor.savepoint(flush=False):
            # Unlike asking again and again, this keeps one's place in the line.
            cursor.execute(WAIT[shared], keys, log_exceptions=False)
    except LockNotAvailable:
        return False
    return True
