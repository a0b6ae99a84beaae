"""Two ledgers on one database behind one gateway, and callers of several companies who want transfers done, each one once. A ledger is
killed or told to end under their load: nothing is lost, nothing is doubled, the other goes on for the companies of the one that ended, and
they return to it. Each company has one ledger at a time, so the two do not fail each other's fences."""
import os
import sys
import threading
import unittest
import urllib.request

import grpc

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "support"))
sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "gateway"))
from fake_peers import FakePeers, gateway  # noqa: E402
from ledger import unsound, wait_until  # noqa: E402
from ledger_client import CNY, Company, micros  # noqa: E402
from service import POSTGRES, POOL, Client, Refusal, Service, new_id  # noqa: E402
from sql import Sql  # noqa: E402

HOMES, CALLERS = 3, 2  # companies of each ledger, callers of each company
ROLE = POOL.FindEnumTypeByName("identity.v1.Role").values_by_name["ROLE_ACCOUNT_ADMINISTRATOR"].number


def counted(ledger, name):
    with urllib.request.urlopen("http://127.0.0.1:%d/metrics" % ledger.admin_port, timeout=5) as answer:
        lines = answer.read().decode().splitlines()
    return next((int(float(line.split()[1])) for line in lines if line.startswith(name + " ")), 0)


class Caller(threading.Thread):
    """Transfers 1.00 after another. An order is tried until it is acknowledged: under a new id when nothing was done, else the same."""

    def __init__(self, gateway, company):
        super().__init__()
        self.client, self.company, self.done, self.failures, self.unknown, self.stopping = Client(gateway.address), company, 0, 0, [], False
        self.start()

    def run(self):
        while not self.stopping:
            request_id, in_doubt = new_id(), False
            while True:
                try:
                    self.company.through(self.client, request_id)
                    break
                except Refusal as refusal:
                    self.failures += 1
                    if refusal.code != grpc.StatusCode.UNAVAILABLE:
                        self.unknown.append(str(refusal))
                        return
                    in_doubt = in_doubt or refusal.reason != "UNAVAILABLE"
                    request_id = request_id if in_doubt else new_id()
            self.done += 1

    def stop(self):
        self.stopping = True
        self.join(60)
        self.client.close()


class Served(Company):
    """A company with an account that gives and one that takes."""

    def __init__(self, ledger):
        super().__init__(ledger)
        self.giver, self.taker, self.principal = self.open(), self.open(), new_id()
        self.top_up(self.giver, 1000000)

    def through(self, client, request_id=None):
        client.call("ledger.v1.TransferService/CreateTransfer", metadata=(("authorization", "Bearer " + self.id),), account_id=self.giver,
                    request_id=request_id or new_id(), destination_account_id=self.taker, amount_micros=micros(1), **CNY)


class Replicas(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.peers = FakePeers()
        cls.addClassCleanup(cls.peers.stop)
        cls.first = cls.enterClassContext(Service("ledger"))
        cls.second = cls.enterClassContext(Service("ledger", database=cls.first.database))
        cls.both = (cls.first, cls.second)
        cls.gateway = cls.enterClassContext(gateway(
            cls.peers, ledger_target="ipv4:%s,%s" % (cls.first.address, cls.second.address), session_cache="0s", writes_per_second=0,
            reads_per_second=0, anonymous_per_second=0, source_per_second=0, deadline_default="20s"))
        cls.sql = Sql(POSTGRES, cls.first.database)
        cls.addClassCleanup(cls.sql.close)
        cls.companies = {}
        cls.peers.answer("identity.v1.SessionService/ResolveSession", cls.resolve)
        cls.peers.answer("identity.v1.CompanyService/CheckSameCompany", cls.same)
        cls.found = {cls.first: [], cls.second: []}
        while min(map(len, cls.found.values())) < HOMES:
            company = Served(cls.first)
            cls.companies[company.id] = company
            cls.found[cls.home(company)].append(company)

    @classmethod
    def resolve(cls, request, _):
        company = cls.companies[request.session_token]
        return {"principal_id": company.principal, "account_id": company.giver, "corporate": True, "company_id": company.id, "roles": [ROLE]}

    @classmethod
    def same(cls, request, _):
        return {"verdict": 1, "company_id": next(c.id for c in cls.companies.values() if c.giver == request.account_id)}

    @classmethod
    def home(cls, company):
        """The ledger that settles the company's orders now, while nothing else is asked."""
        before = counted(cls.first, "ledger_orders_settled_total")
        company.through(cls.gateway)
        return cls.first if counted(cls.first, "ledger_orders_settled_total") > before else cls.second

    def setUp(self):
        self.served = [company for ledger in self.both for company in self.found[ledger][:HOMES]]
        self.before = [self.given(company) for company in self.served]
        self.callers = [Caller(self.gateway, company) for company in self.served for _ in range(CALLERS)]
        self.go_on(20)

    def tearDown(self):
        for caller in self.callers:
            caller.stop()
        self.assertEqual([told for caller in self.callers for told in caller.unknown], [])
        for i, company in enumerate(self.served):
            done = sum(caller.done for caller in self.callers if caller.company is company)
            self.assertEqual(self.given(company) - self.before[i], micros(done))
        self.assertEqual(unsound(self.sql), [])
        for company in self.served:
            wait_until(lambda: company in self.found[self.home(company)])

    def given(self, company):
        return int(self.sql.rows("SELECT transferred_in_micros FROM ledger.account WHERE account_id = '%s'" % company.taker)[0][0])

    def go_on(self, times):
        """Until every caller was served so many times more."""
        wanted = [(caller, caller.done + times) for caller in self.callers]
        wait_until(lambda: all(caller.done >= done or caller.unknown for caller, done in wanted), seconds=60)

    def failures(self):
        return sum(caller.failures for caller in self.callers)

    def settled_by(self, ledger):
        return counted(ledger, "ledger_orders_settled_total")

    def test_each_company_has_one_ledger(self):
        before = [counted(ledger, "ledger_batches_conflicted_total") for ledger in self.both]
        settled = [self.settled_by(ledger) for ledger in self.both]
        self.go_on(100)
        conflicted = [counted(ledger, "ledger_batches_conflicted_total") - count for ledger, count in zip(self.both, before)]
        self.assertLessEqual(sum(conflicted), len(self.served))  # a job may have changed one
        for ledger, count in zip(self.both, settled):
            self.assertGreaterEqual(self.settled_by(ledger) - count, 100 * HOMES)
        self.assertEqual(self.failures(), 0)

    def test_one_that_is_killed_loses_nothing_and_its_companies_return(self):
        self.second.kill()
        self.go_on(50)
        self.second.start()
        before = self.settled_by(self.second)
        wait_until(lambda: self.settled_by(self.second) >= before + 50 * HOMES, seconds=60)

    def test_one_that_ends_in_order_fails_no_call(self):
        self.second.stop()
        self.go_on(50)
        self.second.start()
        wait_until(lambda: self.settled_by(self.second) >= 50 * HOMES, seconds=60)
        self.assertEqual(self.failures(), 0)


if __name__ == "__main__":
    unittest.main()
