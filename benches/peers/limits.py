"""What the machine can do at best: memory read, files read from and written to the page cache.

    limits.py FOLDER

Prints a JSON object of bytes per second, each the best of several tries.
"""

import json
import os
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np

SIZE = 1 << 29
BLOCK = 1 << 20
TRIES = 7


def best(work, count):
    times = []
    for _ in range(TRIES):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return round(count / min(times))


def memory(threads):
    """Summing 64-bit numbers, which numpy does without holding its lock."""
    parts = np.array_split(np.ones(SIZE // 8, dtype=np.int64), threads)
    with ThreadPoolExecutor(threads) as pool:
        return best(lambda: list(pool.map(np.sum, parts)), SIZE)


def read(path):
    block = bytearray(BLOCK)
    with open(path, "rb", buffering=0) as file:
        while file.readinto(block):
            pass


def write(path):
    path.unlink(missing_ok=True)
    block = bytes(BLOCK)
    with open(path, "wb", buffering=0) as file:
        for _ in range(SIZE // BLOCK):
            file.write(block)


def main():
    path = Path(sys.argv[1]) / "limits.bin"
    rates = {
        "memory_read_one_core": memory(1),
        "memory_read": memory(len(os.sched_getaffinity(0))),
        "file_write": best(lambda: write(path), SIZE),
        "file_read": best(lambda: read(path), SIZE),
    }
    path.unlink()
    print(json.dumps(rates))


main()
