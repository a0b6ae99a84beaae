"""Callers who take each no at its word, while each service and PostgreSQL are killed again and again: told that nothing was done, they ask
anew under a new request id; once told that it is not known, again under the same until they know. Each thing that was wanted then was done
exactly once, and what cards were charged is booked. Then the same through the front, which is killed, too.

    KONTOR_LONG=yes       fifty kills of each, not two        KONTOR_KILLED="ledger postgres front"   only these"""
import collections
import os
import random
import sys
import threading
import time
import unittest
import urllib.request

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(HERE, "..", "journeys"), os.path.join(HERE, "..", "support")]
import grpc  # noqa: E402
import service  # noqa: E402
from front import Front  # noqa: E402
from ledger_crash_test import Cluster  # noqa: E402
from service import Client, Refusal, new_id, psql  # noqa: E402
from stack import Stack, micros  # noqa: E402

SEED = int(os.environ.get("KONTOR_SEED", random.SystemRandom().randrange(1 << 32)))
KILLS = 50 if os.environ.get("KONTOR_LONG") == "yes" else 2
VICTIMS = ("gateway", "ledger", "payments", "identity", "sharing", "postgres")
BEHIND_THE_FRONT = ("gateway", "ledger", "front")
CHARGES_MAX = 15  # of a round: a card may be charged 20 times an hour (S5)
NOTHING = {("UNAVAILABLE", "UNAVAILABLE"), ("UNAVAILABLE", "CONFLICT"), ("UNAVAILABLE", "LOCKED"), ("RESOURCE_EXHAUSTED", "EXHAUSTED"),
           ("RESOURCE_EXHAUSTED", "OVERLOADED")}
NOT_KNOWN = ("UNAVAILABLE", "DEADLINE_EXCEEDED", "CANCELLED", "INTERNAL", "UNKNOWN")


class Caller(threading.Thread):
    """Wants one thing after the other, each under a tag of its own, and does not rest before it was done."""

    def __init__(self, test, name, want, pause, most=1 << 30):
        super().__init__(daemon=True)
        self.test, self.name_of, self.want, self.pause, self.most = test, name, want, pause, most
        self.tags, self.heard, self.error = [], collections.Counter(), None
        self.client = Client(test.stack.door or test.stack.gateway.address)

    def run(self):
        try:
            while not self.test.over.is_set() and len(self.tags) < self.most:
                self.tags.append("%s-%d-n%s" % (self.name_of, len(self.tags), new_id()[:8]))
                self.insist(self.tags[-1])
                time.sleep(self.pause)
        except Exception as error:  # told by the test, in its own thread
            self.error = error

    def insist(self, tag):
        request_id, in_doubt, deadline = new_id(), False, time.monotonic() + 120
        while True:
            try:
                self.want(self.client, tag, request_id)
                self.heard["done"] += 1
                return
            except Refusal as no:
                if time.monotonic() > deadline:
                    raise
                if (no.code.name, no.reason) in NOTHING:
                    self.heard["nothing was done"] += 1
                    request_id = request_id if in_doubt else new_id()
                elif no.code.name in NOT_KNOWN:
                    self.heard["not known"] += 1
                    in_doubt = True
                else:
                    raise
                time.sleep(0.05)


class NewIds(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        shared = service.POSTGRES
        cls.cluster = Cluster()
        cls.addClassCleanup(setattr, service, "POSTGRES", shared)
        cls.addClassCleanup(cls.cluster.remove)
        cls.stack = Stack(common={"database_wait_max": "500ms"})
        cls.addClassCleanup(cls.stack.stop)
        cls.agency, cls.project = cls.stack.company("agency", "project")
        cls.card = cls.agency.add_card()["paymentMethodId"]
        cls.agency.top_up("50000.00", cls.card)
        deadline = time.monotonic() + 60
        while cls.agency.own() != micros("50000.00"):
            assert time.monotonic() < deadline, "the first top-up does not arrive"
            time.sleep(0.1)
        cls.metadata = (("authorization", "Bearer " + cls.stack.token("agency")),)

    def call(self, client, rpc, **fields):
        return client.call(rpc, timeout=10, metadata=self.metadata, account_id=self.agency.account_id, **fields)

    def transfer(self, client, tag, request_id):
        self.call(client, "ledger.v1.TransferService/CreateTransfer", request_id=request_id, remark=tag, currency="CNY",
                  destination_account_id=self.project.account_id, amount_micros=micros("0.01"))

    def organise(self, client, tag, request_id):
        self.call(client, "sharing.v1.ShareService/CreateOrganization", request_id=request_id, name=tag,
                  member_account_ids=[self.project.account_id])

    def top_up(self, client, tag, request_id):
        self.call(client, "payments.v1.TopUpService/CreateTopUp", request_id=request_id, target_account_id=self.agency.account_id,
                  rail="TOP_UP_RAIL_WIRE", amount_micros=micros("60000.00"), currency="CNY", remark=tag)

    def charge(self, client, tag, request_id):
        self.call(client, "payments.v1.TopUpService/CreateTopUp", request_id=request_id, target_account_id=self.agency.account_id,
                  rail="TOP_UP_RAIL_CARD", payment_method_id=self.card, amount_micros=micros("100.00"), currency="CNY", remark=tag)

    def kill(self, victim):
        if victim == "postgres":
            self.cluster.kill()
        elif victim == "front":
            self.front.kill()
            self.front.start()
        else:
            self.stack.services[victim].kill()
            self.stack.services[victim].start()
        deadline = time.monotonic() + 60
        while not all(s.is_ready() for s in self.stack.services.values()):
            self.assertLess(time.monotonic(), deadline, "they do not come back")
            time.sleep(0.05)

    def counts(self, database, sql):
        return dict((tag, int(count)) for tag, count in (line.rsplit("|", 1) for line in psql(database, sql).splitlines()))

    def gathered(self):
        """Transfers that went to the ledger together with others, since the gateway began."""
        with urllib.request.urlopen("http://127.0.0.1:%d/metrics" % self.stack.gateway.admin_port, timeout=10) as answer:
            values = [line.split()[1] for line in answer.read().decode().splitlines() if line.startswith("gateway_orders_gathered_total ")]
        return int(values[0]) if values else 0

    def booked(self):
        databases = {name: s.database for name, s in self.stack.services.items()}
        return {**self.counts(databases["ledger"], "SELECT remark, count(*) FROM ledger.entry WHERE kind = 1 GROUP BY 1"),
                **self.counts(databases["sharing"], "SELECT name, count(*) FROM sharing.organization GROUP BY 1"),
                **self.counts(databases["payments"], "SELECT remark, count(*) FROM payments.top_up GROUP BY 1")}

    def test_whoever_hears_that_nothing_was_done_asks_under_a_new_id(self):
        self.rounds(VICTIMS)

    def test_whoever_hears_it_of_the_front_asks_under_a_new_id(self):
        gateway = self.stack.gateway
        self.front = self.enterContext(Front(source_rate=100000, source_flood=200000, source_connection_rate=100000))
        self.enter_by(gateway, self.front.gateway, self.front.address)
        try:
            self.rounds(BEHIND_THE_FRONT)
        finally:
            self.enter_by(gateway, gateway.address, "")

    def enter_by(self, gateway, listen_address, door):
        gateway.stop()
        gateway.settings["listen_address"], self.stack.door = listen_address, door
        gateway.start()

    def rounds(self, victims):
        print("seed %d" % SEED, file=sys.stderr)
        for victim in os.environ.get("KONTOR_KILLED", " ".join(victims)).split():
            if victim in victims:
                with self.subTest(killed=victim, door=self.stack.door):
                    self.play(victim, random.Random("%d %s" % (SEED, victim)))

    def play(self, victim, dice):
        self.over = threading.Event()
        psql(self.stack.payments.database, "TRUNCATE payments.tried")
        gathered = 0 if victim == "gateway" else self.gathered()
        callers = [Caller(self, "transfer%d" % i, self.transfer, 0) for i in range(4)]
        callers += [Caller(self, "organise", self.organise, 0.02), Caller(self, "top-up", self.top_up, 0.2),
                    Caller(self, "charge", self.charge, KILLS / 20, CHARGES_MAX)]
        for caller in callers:
            caller.start()
        for _ in range(KILLS):
            time.sleep(dice.uniform(0.05, 0.8))
            self.kill(victim)
        time.sleep(0.3)
        self.over.set()
        for caller in callers:
            caller.join(150)
            self.assertIsNone(caller.error)
            self.assertFalse(caller.is_alive())
        self.assertGreater(self.gathered(), gathered)
        heard = sum((caller.heard for caller in callers), collections.Counter())
        print("%s: killed %d times; %s" % (victim, KILLS, dict(heard)), file=sys.stderr)
        wanted = [tag for caller in callers for tag in caller.tags]
        booked = self.booked()
        self.assertEqual({}, {tag: booked.get(tag, 0) for tag in wanted if booked.get(tag, 0) != 1})
        self.stack.check_received(self)
        self.assertEqual(self.stack.operator("audit")["totals"]["findings"], "0")


if __name__ == "__main__":
    unittest.main()
