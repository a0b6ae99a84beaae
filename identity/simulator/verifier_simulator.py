#!/usr/bin/python3
"""A verifier of companies and real names to build against, in one process: it answers by how the submitted name ends. See README.md beside this
file. It keeps no name and no number: of each submission a hash, so that one that comes twice is answered the same."""
import argparse
import hashlib
import json
import os
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

BODY_BYTES_MAX = 64 * 1024
FIELDS = {"submission_id", "of", "country", "kind", "number", "name"}
VERDICTS = {"(verified)": {"verdict": "VERIFIED"}, "(refused)": {"verdict": "REFUSED", "reason": "The register does not know this name under this number."},
            "(odd)": {"verdict": "PERHAPS"}}
PEOPLE = {"verdict": "REVIEW"}


class Verifier(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, options):
        super().__init__((options.host, options.port), Handler)
        self.options, self.lock = options, threading.Lock()
        self.asked = {}  # submission: (hash of the question, how often)


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "verifier-simulator"

    def log_message(self, *_):
        pass

    def do_GET(self):
        """What tests read: how often each submission came."""
        if self.path != "/control/asked":
            return self.answer(404, {})
        with self.server.lock:
            return self.answer(200, {submission: count for submission, (_, count) in self.server.asked.items()})

    def do_POST(self):
        length = int(self.headers.get("Content-Length") or 0)
        if length > BODY_BYTES_MAX:
            return self.answer(413, {})
        body = self.rfile.read(length)
        key = self.server.options.api_key
        if key and self.headers.get("Authorization") != "Bearer " + key:
            return self.answer(401, {})
        try:
            question = json.loads(body)
        except ValueError:
            return self.answer(400, {})
        if self.path != "/verify" or not isinstance(question, dict) or set(question) != FIELDS:
            return self.answer(400, {})
        return self.verify(question, hashlib.sha256(body).hexdigest())

    def verify(self, question, told):
        submission = question["submission_id"]
        with self.server.lock:
            before, count = self.server.asked.get(submission, (told, 0))
            self.server.asked[submission] = (before, count + 1)
        if self.headers.get("Idempotency-Key") != submission or before != told:
            return self.answer(409, {})
        ending = question["name"].rsplit(" ", 1)[-1]
        if ending == "(silent)":  # no answer within any patience
            time.sleep(self.server.options.silence)
        if ending == "(broken)":
            return self.answer(500, {})
        return self.answer(200, VERDICTS.get(ending, PEOPLE))

    def answer(self, status, result):
        body = json.dumps(result).encode()
        try:
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)
        except OSError:  # who asked has gone
            self.close_connection = True


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0], epilog="VERIFIER_API_KEY in the environment: the bearer token to ask for.")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=7422)
    parser.add_argument("--silence", type=float, default=90, help="seconds before a name that ends in (silent) is answered")
    options = parser.parse_args()
    options.api_key = os.environ.get("VERIFIER_API_KEY", "")
    server = Verifier(options)
    print("verifier on %s:%d" % server.server_address, file=sys.stderr, flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
