"""The ledger alone, in several replicas if wanted, with accounts by its own rpcs; beside the contenders that anyone can check, the floor's
tables are a copy of its own and the peers' have the same accounts."""
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

DATABASES = {"procedure": "peer", "locks": "peer", "commit": "bare", "floor": "floor", "open": None, "credit": None, "usage": None}
QUERIES = os.path.join(ROOT, "bench", "queries")


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class LedgerStage:
    def __init__(self, build, postgres, companies=4, accounts=500, **more):
        """more: has_peer=False for the ledger alone, replicas, the database's name; vacuum_empty: tables are vacuumed and analyzed while they
        are empty and never again, and the ledger's connections outlive their growth."""
        self.build, self.postgres, self.companies, self.accounts = build, postgres, companies, accounts
        self.has_peer, self.replicas, self.database = more.get("has_peer", True), more.get("replicas", 1), more.get("database", "ledger")
        self.vacuum_empty = more.get("vacuum_empty", False)
        self.processes, self.targets, self.answer_bytes = [], [], 0
        self.settled = collections.Counter()  # transfers, by who keeps them

    @property
    def target(self):
        return self.targets[0]

    def start_replica(self):
        ports = [free_port(), free_port()]
        target = "127.0.0.1:%d" % ports[0]
        with open(self.postgres.log_path(self.database), "a", encoding="utf-8") as log:
            process = subprocess.Popen([os.path.join(self.build, "kontor-ledger"), "--listen-address=" + target,
                                        "--admin-address=127.0.0.1:%d" % ports[1], "--database-url=" + self.postgres.url(self.database),
                                        "--log-level=warn", "--calls-max=4096"], stdout=log, stderr=log)
        self.processes.append(process)
        self.targets.append(target)
        for _ in range(1200):
            try:
                if urllib.request.urlopen("http://127.0.0.1:%d/health/ready" % ports[1], timeout=2).status == 200:
                    return
            except OSError:
                time.sleep(0.05)
            if process.poll() is not None:
                break
        with open(self.postgres.log_path(self.database), encoding="utf-8") as log:
            sys.exit("the ledger did not start:\n" + log.read()[-2000:])

    def start(self):
        for _ in range(self.replicas):
            self.start_replica()

    def end(self):
        for process in self.processes:
            process.send_signal(signal.SIGTERM)
        for process in self.processes:
            process.wait(60)
        self.processes, self.targets = [], []

    def bench(self, contender, replicas=0, **options):
        """replicas: how many of them are asked; 0: all."""
        whose = DATABASES.get(contender, "ledger")
        database = {"bare": "peer", None: self.database, "ledger": self.database}.get(whose, whose)
        mine = {"target": ",".join(self.targets[:replicas or None]), "database-url": self.postgres.url(database), "companies": self.companies,
                "accounts": self.accounts, "queries-folder": QUERIES, "answer-bytes": self.answer_bytes,
                "ledger-pid": ",".join(str(process.pid) for process in self.processes), "postmaster-pid": self.postgres.postmaster}
        run = run_bench(self.build, contender, **dict(mine, **options))
        self.settled[whose] += run["settled"]
        return run

    def prepare(self):
        self.postgres.psql("postgres", "-c", "CREATE DATABASE " + self.database)
        self.start_replica()
        if self.vacuum_empty:
            self.end()
            self.postgres.psql(self.database, "-c", "VACUUM ANALYZE")
            self.start()
        for contender, outstanding in (("open", 32), ("credit", 256)):
            run = self.bench(contender, outstanding=outstanding)
            if run["refused"] or run["orders"] != self.companies * self.accounts:
                sys.exit("the accounts could not be opened: %s" % run)
        if self.vacuum_empty:
            return
        self.end()
        if self.has_peer:
            self.prepare_peers()
        self.postgres.psql(self.database, "-c", "VACUUM ANALYZE")
        self.start()

    def prepare_peers(self):
        psql = self.postgres.psql
        psql("postgres", "-c", "CREATE DATABASE floor TEMPLATE " + self.database)
        psql("postgres", "-c", "CREATE DATABASE peer")
        psql("peer", "-f", os.path.join(QUERIES, "create_peer.sql"))
        accounts = psql(self.database, "-c", "COPY (SELECT account_id, own_micros FROM ledger.account) TO STDOUT")
        psql("peer", "-c", "COPY account (account_id, balance_micros) FROM STDIN", input=accounts + "\n")
        for database in ("floor", "peer"):
            psql(database, "-c", "VACUUM ANALYZE")

    def read_answer_bytes(self):
        """How long what the ledger keeps of transfers' answers is, for the floor's rows."""
        self.answer_bytes = int(self.postgres.psql(
            self.database, "-c", "SELECT coalesce(avg(octet_length(outcome)), 12)::int FROM (SELECT outcome FROM ledger.entry "
                            "WHERE kind = 1 ORDER BY sequence DESC LIMIT 1000) AS newest"))


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
