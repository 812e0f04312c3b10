"""Workers of the queue, each a process of its own, watched while they empty it.

Run as a program, this is one of them.
"""

import os
import subprocess
import sys
import threading
import time
from statistics import median

from _bench import environment

SECONDS_BETWEEN_LOOKS = 0.5


def memory_mb():
    """What this process holds now."""
    with open("/proc/self/statm", encoding="ascii") as file:
        pages = int(file.read().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1024**2


def work():
    """Wait for a word, run the queue until it is empty, print memory over time."""
    env = environment()
    print("ready", flush=True)
    sys.stdin.readline()
    seen, done = [], threading.Event()

    def watch():
        while not done.wait(SECONDS_BETWEEN_LOOKS):
            seen.append(memory_mb())

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        env["pos.bridge.transfer"]._cron_run_queued()
        env.cr.commit()
    finally:
        done.set()
        watcher.join()
    print(" ".join(f"{megabytes:.1f}" for megabytes in [*seen, memory_mb()]))


def run_workers(count):
    """Let so many processes empty the queue. Returns (seconds, memory of each)."""
    workers = [
        subprocess.Popen(
            [sys.executable, __file__],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _each in range(count)
    ]
    for worker in workers:
        if worker.stdout.readline() != "ready\n":
            raise SystemExit("A worker did not start.")
    start = time.perf_counter()
    for worker in workers:
        worker.stdin.write("go\n")
        worker.stdin.flush()
    memories = [worker.communicate()[0].split() for worker in workers]
    seconds = time.perf_counter() - start
    if any(worker.returncode for worker in workers):
        raise SystemExit("A worker failed.")
    return seconds, [[float(megabytes) for megabytes in each] for each in memories]


def growth(memory):
    """The last fifth of the time against the second one (the first fills caches)."""
    fifth = max(len(memory) // 5, 1)
    return median(memory[-fifth:]) / median(memory[fifth : 2 * fifth] or memory)


def empty_queue(results, transfers, workers, lines, title=""):
    """Let so many workers run all that is queued; add what that took.

    :param transfers: what must be done afterwards
    :param lines: how many lines were sold on these days
    :param title: what the figures are called beside the number of workers
    :return: seconds
    """
    env = transfers.env
    seconds, memories = run_workers(workers)
    env.cr.rollback()
    env.invalidate_all()
    open_states = set(transfers.mapped("state")) - {"done"}
    if open_states:
        raise SystemExit(f"Some transfers are {', '.join(sorted(open_states))}.")
    name = f"{workers} worker{'s' if workers > 1 else ''}{title}"
    results.add(f"{name}: days posted", len(transfers))
    results.add(f"{name}: time", seconds, "s")
    results.add(f"{name}: a day of a site", seconds / len(transfers), "s")
    results.add(f"{name}: lines per second", lines / seconds)
    moves = sum(transfers.mapped("move_count"))
    results.add(f"{name}: moves per second", moves / seconds)
    peak = max(max(memory) for memory in memories)
    results.add(f"{name}: peak memory of one", peak, "MB")
    most = max(growth(memory) for memory in memories)
    results.add(f"{name}: memory, end against beginning", most, "times")
    return seconds


if __name__ == "__main__":
    work()
