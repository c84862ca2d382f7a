"""Runs one program and says what it cost: seconds, CPU seconds, peak memory.

Use: python3 -IS timed.py RESULT LOG FOLDER PROGRAM [ARGUMENT…]
RESULT: where the figures go, as JSON; LOG: where the program's output goes; FOLDER: where it runs.

A process of its own, and a small one: the peak that the system reports for a child counts what its parent held when it
was started, so that a parent with tables in memory would lend them to everyone it measures.
"""

import json
import os
import sys
import time


def main():
    result, log, folder, program, *arguments = sys.argv[1:]
    os.chdir(folder)
    output = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)
    files = [(os.POSIX_SPAWN_DUP2, output, 1), (os.POSIX_SPAWN_DUP2, output, 2)]
    began = time.monotonic()
    child = os.posix_spawnp(program, [program, *arguments], os.environ, file_actions=files)
    _, status, used = os.wait4(child, 0)
    seconds = time.monotonic() - began
    with open(result, "w", encoding="utf-8") as file:
        json.dump(
            {
                "status": os.waitstatus_to_exitcode(status),
                "seconds": seconds,
                "cpu_seconds": used.ru_utime + used.ru_stime,
                "peak_bytes": used.ru_maxrss * 1024,
            },
            file,
        )


main()
