"""The ledger's database is three nodes under Patroni, synchronous, with three etcds. Its leader is killed, cut off from everybody, and cut off
from the other nodes alone, under load through the gateway, each transfer repeated under its request id until it is acknowledged: nothing
acknowledged is lost, nothing is done twice, and while nobody leads callers hear so soon, with a delay to come back after.

    KONTOR_LONG=yes tests/failover/patroni_test.py     every way, several times; else one kill. KONTOR_CUTS=1: each way to be cut off once"""
import os
import sys
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(HERE, "..", "journeys"), os.path.join(HERE, "..", "support")]
import nodes  # noqa: E402
import repeated  # noqa: E402
import stack as journeys  # noqa: E402
import tool  # noqa: E402
from service import Service, message  # noqa: E402

LONG = os.environ.get("KONTOR_LONG") == "yes"
KILLS, CUTS = 10 if LONG else 1, int(os.environ.get("KONTOR_CUTS", 5 if LONG else 0))
START = 50000


class Led(journeys.Stack):
    """A stack of which the ledger's database is the nodes'."""

    def __init__(self, machines):
        self.machines = machines
        journeys.Service = self.placed
        try:
            super().__init__()
        finally:
            journeys.Service = Service

    def placed(self, name, **settings):
        if name != "ledger":
            return Service(name, **settings)
        machines = self.machines

        class Placed(Service):
            def database_url(self, role):
                return machines.url("ledger")

        return Placed(name, database="ledger", insecure_allowed="true", **settings)


@unittest.skipIf(nodes.MISSING, "needs %s (Debian packages patroni, etcd-server)" % " and ".join(nodes.MISSING))
class Failover(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.machines = nodes.Nodes()
        cls.addClassCleanup(cls.machines.remove)
        leader = cls.machines.leader()
        cls.machines.ask(leader, "CREATE DATABASE ledger")
        cls.stack = Led(cls.machines)
        cls.addClassCleanup(cls.stack.stop)
        cls.agency, cls.project = cls.stack.company("agency", "project")
        cls.agency.top_up("%d.00" % START)
        cls.stack.await_equal(unittest.TestCase(), START * 1000000, cls.agency.own, timeout=60)
        cls.told = []

    def tearDown(self):
        result = self._outcome.result
        self.stack.failed = self.stack.failed or any(test is self for test, _ in result.errors + result.failures)

    def through(self, harm, mend):
        """Load goes on while the leader is harmed and another one takes over; then it comes back as a standby."""
        harmed = self.machines.leader()
        with repeated.Repeated(self.stack, self.agency, self.project) as load:
            load.until_acknowledged(50)
            harm(harmed)
            taken = self.machines.leader(besides=harmed)
            self.assertNotEqual(taken, harmed)
            load.until_acknowledged(50)
            mend(harmed)
            load.until_acknowledged(50)
        self.told += load.acknowledged
        self.assertEqual(load.broken, [])
        self.nothing_is_lost_or_doubled()
        return load

    def nothing_is_lost_or_doubled(self):
        leader = self.machines.leader()
        moved = len(self.told) * repeated.AMOUNT
        self.assertEqual(self.machines.ask(leader, "SELECT count(*), sum(amount_micros) FROM ledger.entry WHERE kind = 1", "ledger"),
                         "%d|%d" % (len(self.told), moved))
        self.assertEqual(len(set(self.told)), len(self.told))
        self.assertEqual((self.agency.own(), self.project.transferred_in()), (START * 1000000 - moved, moved))
        call = self.stack.ledger.channel.unary_stream("/ledger.v1.AuditService/Audit", request_serializer=lambda m: m.SerializeToString(),
                                                      response_deserializer=message("ledger.v1.AuditResponse").FromString)
        self.assertEqual([f.kind for answer in call(message("ledger.v1.AuditRequest")(), timeout=60) for f in answer.findings], [])

    def was_told_soon(self, load):
        """Nobody waited in vain: each failure says so itself, and when to come back."""
        told = {(failure.code.name, failure.reason, failure.retry_seconds is not None) for failure in load.failures}
        self.assertIn(("UNAVAILABLE", "UNAVAILABLE", True), told)
        self.assertLessEqual(told, {("UNAVAILABLE", "UNAVAILABLE", True), ("UNAVAILABLE", "INDEFINITE", True)})

    def test_a_leader_that_is_killed(self):
        for _ in range(KILLS):
            self.was_told_soon(self.through(self.machines.kill, self.machines.start))

    def test_a_leader_that_is_cut_off(self):
        for _ in range(CUTS):
            self.was_told_soon(self.through(self.machines.cut, self.machines.heal))

    def test_a_leader_that_only_its_clients_reach(self):
        """Its commits wait for a standby that hears nothing, until it gives up leading; some callers' time is over by then."""
        for _ in range(CUTS):
            self.through(lambda leader: self.machines.cut(leader, from_all=False), self.machines.heal)


if __name__ == "__main__":
    tool.main()
