"""How a script measures in turns with another program: what it is asked for, when it is asked.

A line of standard input is a name and about how many seconds the turn may take; a line of standard output is the
answer as JSON, {"measured": number} or {"error": text}. It ends when its input does.
"""

import json
import os
import queue
import sys
import threading


def serve(measure):
    """Answers with measure(name, seconds) until the input ends."""
    lines = queue.SimpleQueue()

    def read():
        for line in sys.stdin:
            lines.put(line)
        # At once, whatever is under way: whoever asked is gone.
        os._exit(0)

    threading.Thread(target=read, daemon=True).start()
    # What libraries print must not be taken for an answer.
    answers, sys.stdout = sys.stdout, sys.stderr
    while True:
        name, seconds = lines.get().split()
        try:
            answer = {"measured": measure(name, float(seconds))}
        except Exception as error:
            lines_of_error = str(error).strip().splitlines() or [""]
            answer = {"error": f"{type(error).__name__}: {lines_of_error[0]}"}
        print(json.dumps(answer), file=answers, flush=True)
