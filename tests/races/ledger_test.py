"""The ledger under callers that act at once: what they see must be what some order of one after the other would have shown."""
import os
import sys
import threading
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from service import Refusal, Service, new_id  # noqa: E402


def at_once(*calls):
    """Starts all calls behind one barrier; the answers or refusals in the order of the calls."""
    answers, barrier = [None] * len(calls), threading.Barrier(len(calls))

    def run(place, call):
        barrier.wait()
        try:
            answers[place] = call()
        except Refusal as refusal:
            answers[place] = refusal
    threads = [threading.Thread(target=run, args=(place, call)) for place, call in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


if __name__ == "__main__":
    unittest.main()
