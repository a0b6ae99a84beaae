"""The ledger alone, beside the contenders that anyone can check: accounts by its own rpcs, the floor's tables as a copy of its own, the
peers' with the same accounts."""
import collections
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request

from case import Case, run_bench
from postgres import ROOT

DATABASES = {"procedure": "peer", "locks": "peer", "commit": "bare", "floor": "floor", "open": None, "credit": None}
QUERIES = os.path.join(ROOT, "bench", "queries")


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class LedgerStage:
    def __init__(self, build, postgres, companies=4, accounts=500, vacuum_empty=False):
        self.build, self.postgres, self.companies, self.accounts, self.vacuum_empty = build, postgres, companies, accounts, vacuum_empty
        self.process, self.target, self.answer_bytes, self.database, self.has_peer = None, "", 0, "ledger", False
        self.settled = collections.Counter()  # transfers, by who keeps them

    def start_ledger(self):
        ports = [free_port(), free_port()]
        self.target = "127.0.0.1:%d" % ports[0]
        with open(self.postgres.log_path("ledger"), "a", encoding="utf-8") as log:
            self.process = subprocess.Popen([os.path.join(self.build, "kontor-ledger"), "--listen-address=" + self.target,
                                             "--admin-address=127.0.0.1:%d" % ports[1], "--database-url=" + self.postgres.url("ledger"),
                                             "--log-level=warn", "--calls-max=4096"], stdout=log, stderr=log)
        for _ in range(200):
            try:
                if urllib.request.urlopen("http://127.0.0.1:%d/health/ready" % ports[1], timeout=2).status == 200:
                    return
            except OSError:
                time.sleep(0.05)
            if self.process.poll() is not None:
                break
        with open(self.postgres.log_path("ledger"), encoding="utf-8") as log:
            sys.exit("the ledger did not start:\n" + log.read()[-2000:])

    def end(self):
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(60)

    def bench(self, contender, **options):
        whose = DATABASES.get(contender, "ledger")
        database = {"bare": "peer", None: "ledger"}.get(whose, whose)
        mine = {"target": self.target, "database-url": self.postgres.url(database), "companies": self.companies,
                "accounts": self.accounts, "queries-folder": QUERIES, "answer-bytes": self.answer_bytes, "ledger-pid": self.process.pid,
                "postmaster-pid": self.postgres.postmaster}
        run = run_bench(self.build, contender, **dict(mine, **options))
        self.settled[whose] += run["settled"]
        return run

    def prepare(self):
        psql = self.postgres.psql
        psql("postgres", "-c", "CREATE DATABASE ledger")
        self.start_ledger()
        if self.vacuum_empty:
            psql("ledger", "-c", "VACUUM ANALYZE")
        for contender, outstanding in (("open", 32), ("credit", 256)):
            run = self.bench(contender, outstanding=outstanding)
            if run["refused"] or run["orders"] != self.companies * self.accounts:
                sys.exit("the accounts could not be opened: %s" % run)
        self.end()
        psql("postgres", "-c", "CREATE DATABASE floor TEMPLATE ledger")
        psql("postgres", "-c", "CREATE DATABASE peer")
        self.has_peer = True
        psql("peer", "-f", os.path.join(QUERIES, "create_peer.sql"))
        accounts = psql("ledger", "-c", "COPY (SELECT account_id, own_micros FROM ledger.account) TO STDOUT")
        psql("peer", "-c", "COPY account (account_id, balance_micros) FROM STDIN", input=accounts + "\n")
        for database in ("floor", "peer") if self.vacuum_empty else ("ledger", "floor", "peer"):
            psql(database, "-c", "VACUUM ANALYZE")
        self.start_ledger()

    def read_answer_bytes(self):
        """How long the ledger's stored answers of transfers are, for the floor's rows."""
        self.answer_bytes = int(self.postgres.psql(
            "ledger", "-c", "SELECT coalesce(avg(octet_length(answer)), 400)::int FROM (SELECT answer FROM ledger.request "
                            "ORDER BY request_id DESC LIMIT 1000) AS newest"))


def ledger_cases():
    cases = [
        Case("commit, 1 connection", "commit"),
        Case("single, 1 outstanding", "single"),
        Case("single, 16 outstanding", "single", 16, quick=False),
        Case("single, 64 outstanding", "single", 64, quick=False),
        Case("single, 256 outstanding", "single", 256),
        Case("single, 1024 outstanding", "single", 1024, quick=False),
        Case("single, 256, skewed", "single", 256, traffic="skewed", quick=False),
        Case("single, 256, hot", "single", 256, traffic="hot", quick=False),
        Case("bulk of 50, 8 outstanding", "bulk", 8, 50, quick=False),
        Case("bulk of 256, 1 outstanding", "bulk", 1, 256, quick=False),
        Case("bulk of 256, 4 outstanding", "bulk", 4, 256, quick=False),
        Case("bulk of 256, 8 outstanding", "bulk", 8, 256),
        Case("bulk of 256, 16 outstanding", "bulk", 16, 256, quick=False),
        Case("bulk of 256, 8, skewed", "bulk", 8, 256, "skewed", quick=False),
        Case("bulk of 256, 8, hot", "bulk", 8, 256, "hot"),
        Case("bulk of 1000, 2 outstanding", "bulk", 2, 1000, quick=False),
        Case("stream of 256, 4 streams", "stream", 4, 256, quick=False),
        Case("stream of 1, 256 streams", "stream", 256, 1, quick=False),
    ]
    for connections in (4, 8, 16, 32, 64):
        cases.append(Case("procedure, %d connections" % connections, "procedure", connections, quick=connections in (8, 32)))
    for connections in (1, 4, 16):
        cases.append(Case("procedure, %d, hot" % connections, "procedure", connections, traffic="hot", quick=connections == 4))
    for connections in (8, 32):
        cases.append(Case("row locks, %d connections" % connections, "locks", connections, quick=connections == 8))
    cases.append(Case("row locks, 4, hot", "locks", 4, traffic="hot", quick=False))
    for connections in (1, 2, 4):
        cases.append(Case("floor of 256, %d connections" % connections, "floor", connections, 256, quick=connections in (1, 2)))
    cases.append(Case("floor of 1, 1 connection", "floor"))
    cases.append(Case("floor of 1000, 2 connections", "floor", 2, 1000, quick=False))
    return cases


def open_loop(closed):
    """At half and at three quarters of what the closed loop reached: latency below saturation, from the intended start."""
    reached = closed.median("orders_per_s")
    return [Case("single, open loop at %d %%" % share, "single", 1024, rate=max(1, int(reached * share / 100))) for share in (50, 75)]
