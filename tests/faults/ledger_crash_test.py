"""Crashes: kill -9 of the ledger and of its PostgreSQL at random moments under load, again and again. Every client keeps a log of what
it was told; what was acknowledged is there once, what was refused is not there, and every lost answer is resolved by its request id.

    KONTOR_CRASH_ROUNDS=30 tests/faults/ledger_crash_test.py     more rounds; KONTOR_CRASH_SEED replays the moments"""
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "support"))
import grpc  # noqa: E402
import service  # noqa: E402
from ledger import wait_until  # noqa: E402
from ledger_client import Company, micros  # noqa: E402
from service import Refusal, Service, new_id, psql  # noqa: E402

CLUSTER = os.path.join(service.ROOT, "runtime", "database", "cluster.sh")


class Cluster:
    """A PostgreSQL of our own, to be killed; durable, unlike the one that tests share."""

    def __init__(self):
        self.folder = tempfile.mkdtemp(prefix="kontor-crash-")
        os.chmod(self.folder, 0o755)
        self.start()
        service.POSTGRES = self.run("socket")

    def run(self, command):
        return subprocess.run(["bash", CLUSTER, command, os.path.join(self.folder, "pg")], check=True, capture_output=True, text=True).stdout.strip()

    def start(self):
        self.run("start")

    def kill(self):
        pid = int(self.run("pid"))
        os.kill(pid, signal.SIGKILL)
        time.sleep(0.3)
        if os.path.exists("/proc/%d" % pid):  # dead, and nobody takes it off the table of processes, as in some containers
            os.unlink(os.path.join(self.folder, "pg", "data", "postmaster.pid"))
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:  # its children notice and end; only then may it start again
            try:
                self.start()
                return
            except subprocess.CalledProcessError:
                time.sleep(0.2)
        raise AssertionError("PostgreSQL did not come back")

    def remove(self):
        self.run("stop")
        shutil.rmtree(self.folder, ignore_errors=True)


class Crashes(unittest.TestCase):
    CLIENTS = 6

    @classmethod
    def setUpClass(cls):
        shared = service.POSTGRES
        cls.cluster = Cluster()
        cls.addClassCleanup(setattr, service, "POSTGRES", shared)
        cls.addClassCleanup(cls.cluster.remove)

    def client(self, number, seed):
        dice = random.Random(seed)
        while not self.over.is_set():
            source, destination = dice.sample(self.accounts, 2)
            order = {"request_id": new_id(), "source": source, "destination": destination, "amount": dice.randrange(1, 50)}
            order["told"] = self.ask(order)
            self.log.append(order)
            if order["told"] is None:
                time.sleep(0.05)

    def ask(self, order):
        """The transfer's id, the reason of a refusal, or None when the answer was lost."""
        try:
            return self.company.transfer(order["source"], order["destination"], order["amount"], request_id=order["request_id"], timeout=15).transfer.transfer_id
        except Refusal as no:  # what the world said no to is not the ledger's answer
            return no.reason if no.code in (grpc.StatusCode.FAILED_PRECONDITION, grpc.StatusCode.OUT_OF_RANGE) else None

    def crash(self, ledger, dice):
        time.sleep(dice.uniform(0.05, 0.6))
        print("killing after %d orders" % len(self.log), file=sys.stderr)
        if dice.random() < 0.5:
            ledger.kill()
            ledger.start()
        else:
            self.cluster.kill()
            while not ledger.is_ready():
                time.sleep(0.05)

    def resolve(self, order):
        for _ in range(100):
            answer = self.ask(order)
            if answer is not None:
                return answer
            time.sleep(0.1)
        self.fail("the ledger does not answer any more")

    def test_an_acknowledged_transfer_survives_a_restart_of_the_database(self):
        """A known failure of others: the last word before kill -9 was yes, and the row was gone afterwards."""
        with Service("ledger") as ledger:
            self.company = Company(ledger)
            self.accounts = [self.company.open() for _ in range(2)]
            for account in self.accounts:
                self.company.top_up(account, 2000)
            self.log = []
            for turn in range(3):
                for _ in range(10):
                    order = {"request_id": new_id(), "source": self.accounts[0], "destination": self.accounts[1], "amount": "1.00"}
                    order["told"] = self.ask(order)
                    self.assertIn("-", order["told"])
                    self.log.append(order)
                self.cluster.kill()
                wait_until(ledger.is_ready, seconds=30)
            self.assertEqual([self.resolve(order) for order in self.log], [order["told"] for order in self.log])
            self.check(ledger)

    def test_nothing_acknowledged_is_lost_and_nothing_is_doubled(self):
        seed = int(os.environ.get("KONTOR_CRASH_SEED", random.randrange(10**9)))
        print("seed %d" % seed, file=sys.stderr)
        dice = random.Random(seed)
        with Service("ledger") as ledger:
            self.company, self.log, self.over = Company(ledger), [], threading.Event()
            self.accounts = [self.company.open() for _ in range(4)]
            for account in self.accounts:
                self.company.top_up(account, 2000)
            clients = [threading.Thread(target=self.client, args=(i, dice.random())) for i in range(self.CLIENTS)]
            for client in clients:
                client.start()
            for _ in range(int(os.environ.get("KONTOR_CRASH_ROUNDS", "6"))):
                self.crash(ledger, dice)
            time.sleep(0.3)
            self.over.set()
            for client in clients:
                client.join()
            lost = [order for order in self.log if order["told"] is None]
            for order in self.log:
                answer = self.resolve(order)
                if order["told"] is not None:
                    self.assertEqual(answer, order["told"], "told one thing, then another")
                order["told"] = answer
            self.check(ledger)
            print("seed %d: %d orders, %d answers lost and resolved" % (seed, len(self.log), len(lost)), file=sys.stderr)

    def check(self, ledger):
        booked = [order for order in self.log if "-" in order["told"]]
        rows = psql(ledger.database, "SELECT count(*), count(DISTINCT sequence) FROM ledger.entry WHERE kind = 1")
        self.assertEqual(rows, "%d|%d" % (len(booked), len(booked)))
        self.assertEqual(len({order["told"] for order in booked}), len(booked))
        for account in self.accounts:
            cash = micros(2000) + sum(micros(o["amount"]) * ((o["destination"] == account) - (o["source"] == account)) for o in booked)
            self.assertEqual(self.company.balance(account).cash_micros, cash)
        findings, totals = self.company.audit()
        self.assertEqual((findings, [s.sum_micros for s in totals.sums]), ([], [0]))


if __name__ == "__main__":
    unittest.main()
