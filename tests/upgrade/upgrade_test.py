"""Databases that commit 4981cfd left behind (make.py says what is in them), carried on by the programs of today: money that was received and
stood in nobody's books arrives, once, whatever is killed meanwhile; nothing arrives twice; callers hear what they heard then."""
import json
import os
import subprocess
import sys
import time
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "journeys"))
import stack as journeys  # noqa: E402
from service import POSTGRES, POOL, Refusal, Service, message, new_id, psql  # noqa: E402

KEYS = {"identity": ("identity-key", b"\x11"), "payments": ("payments-fingerprint.key", b"\x22")}
with open(os.path.join(HERE, "told.json"), encoding="utf-8") as file:
    TOLD = json.load(file)
CREDITED = 5
# Each account has at the end, beside its top-up, what it had and spent before.
BEFORE = {"done": -5000000, "burnt": 1000000 - 10000}


class Upgraded(journeys.Stack):
    """A stack over copies of the databases, each with its key; on a clock that is not behind what they hold."""

    def __init__(self, before=lambda databases: None):
        self.databases = {name: "kontor_test_%s_%s" % (name, new_id()[:8]) for name in journeys.Stack.NAMES}
        for name, database in self.databases.items():
            psql("postgres", 'CREATE DATABASE "%s"' % database)
            subprocess.run(["psql", "-h", POSTGRES, "-U", "postgres", "-d", database, "-qXv", "ON_ERROR_STOP=1", "-f", os.path.join(HERE, name + ".sql")],
                           check=True, stdout=subprocess.DEVNULL)
        before(self.databases)
        journeys.Service = self.restored
        try:
            super().__init__()
        finally:
            journeys.Service = Service

    def restored(self, name, clock=None, **settings):
        if name in KEYS:
            file_name, byte = KEYS[name]
            os.makedirs(settings["state_directory"], mode=0o700)
            with open(os.open(os.path.join(settings["state_directory"], file_name), os.O_CREAT | os.O_WRONLY, 0o600), "wb") as key:
                key.write(byte * 32)
        clock.turn(max(0, TOLD["made_at"] + 60 - clock.now()))
        return Service(name, clock=clock, database=self.databases[name], **settings)

    def stop(self):
        super().stop()
        if not self.failed:
            for database in self.databases.values():
                psql("postgres", 'DROP DATABASE IF EXISTS "%s" WITH (FORCE)' % database)

    def sagas(self, sql):
        return psql(self.databases["gateway"], sql)

    def carry_on(self, seconds=60):
        """Until every saga is at its end; none waits for its pause."""
        deadline = time.monotonic() + seconds
        while (left := self.sagas("SELECT event_type, outcome, tries FROM gateway.saga WHERE finish_time IS NULL")) != "":
            assert time.monotonic() < deadline, left + self.gateway.log()[-3000:]
            self.sagas("UPDATE gateway.saga SET due_time = now() - interval '1 s' WHERE finish_time IS NULL AND due_time < now() + interval '50 s'")
            time.sleep(0.1)

    def once_more(self):
        """All that was ever asked of the gateway is asked again."""
        self.sagas("UPDATE gateway.saga SET finish_time = NULL, outcome = '', due_time = now() - interval '1 s'")
        self.carry_on()


class Kept(unittest.TestCase):
    """Keeps the databases of a test that failed."""

    def take(self, stack):
        self.stack = stack
        self.addCleanup(stack.stop)

    def tearDown(self):
        result = self._outcome.result
        self.stack.failed = any(test is self for test, _ in result.errors + result.failures)


class Upgrade(Kept):
    def setUp(self):
        self.take(Upgraded())

    def arrived(self):
        """Each top-up is in the books exactly once, and payments knows."""
        for name, top_up in TOLD["top_ups"].items():
            account = {"account_id": top_up["account_id"]}
            books = self.stack.ledger.call("ledger.v1.AccountService/GetBalance", company_id=top_up["account_id"], **account).balance
            self.assertEqual(books.cash_micros, top_up["micros"] + BEFORE.get(name, 0), name)
            known = self.stack.payments.call("payments.v1.TopUpService/GetTopUp", top_up_id=top_up["id"], **account).top_up
            self.assertEqual(known.state, CREDITED, name)
            entries = psql(self.stack.databases["ledger"], "SELECT count(*) FROM ledger.entry WHERE kind = 8 AND reference_id = '%s'" % top_up["id"])
            self.assertEqual(entries, "1", name)
        self.assertEqual(self.findings(), [])

    def findings(self):
        call = self.stack.ledger.channel.unary_stream("/ledger.v1.AuditService/Audit", request_serializer=lambda m: m.SerializeToString(),
                                                      response_deserializer=message("ledger.v1.AuditResponse").FromString)
        return [f.kind for answer in call(message("ledger.v1.AuditRequest")(), timeout=60) for f in answer.findings]

    def test_what_an_old_entry_never_named_is_seen(self):
        """Its hash is of before there were keys and actors, so any of them is a change by hand."""
        self.stack.carry_on()
        self.arrived()
        ledger = self.stack.databases["ledger"]
        for column in ("request_key", "body_key", "actor_id", "actor_reference", "sub_account_id"):
            one = "(SELECT ctid FROM ledger.entry WHERE form = 1 AND kind = 8 ORDER BY chain, sequence LIMIT 1)"
            psql(ledger, "UPDATE ledger.entry SET %s = gen_random_uuid() WHERE ctid = %s" % (column, one))
            self.assertIn("CHAIN_BROKEN", self.findings(), column)
            psql(ledger, "UPDATE ledger.entry SET %s = NULL WHERE form = 1 AND %s IS NOT NULL" % (column, column))
            self.assertEqual(self.findings(), [], column)

    def test_what_was_received_arrives_once(self):
        self.stack.carry_on()
        self.arrived()
        self.stack.once_more()
        self.arrived()
        for name in self.stack.NAMES:
            self.stack.services[name].stop()
            self.stack.services[name].start()
        self.stack.once_more()
        self.arrived()

    def test_killed_in_the_middle(self):
        for name in ("ledger", "gateway", "payments", "ledger", "gateway"):
            killed = self.stack.services[name]
            self.stack.sagas("UPDATE gateway.saga SET due_time = now() - interval '1 s' WHERE finish_time IS NULL")
            time.sleep(0.3)  # whatever is under way now
            killed.kill()
            killed.start()
        self.stack.carry_on()
        self.arrived()
        self.stack.once_more()
        self.arrived()

    def test_callers_hear_what_they_heard(self):
        person = journeys.Customer(self.stack, "done")
        person.email = TOLD["customers"]["done"]["email"]
        person.log_in()
        token = (("authorization", "Bearer " + self.stack.token("done")),)
        self.assertGreaterEqual(len(TOLD["replays"]), 4)
        for kept in TOLD["replays"] * 2:
            service, method = kept["rpc"].split("/")
            answered = message(POOL.FindServiceByName(service).methods_by_name[method].output_type.full_name)
            try:
                answer = self.stack.gateway.call(kept["rpc"], metadata=token, **kept["request"])
                self.assertEqual(answer, answered.FromString(bytes.fromhex(kept.get("answer", ""))), kept)
            except Refusal as refusal:
                self.assertEqual(refusal.reason, kept.get("reason"), kept)


class Unread(Kept):
    """The gateway of then had not read the last events; their order was by transactions, and the databases came to another server since."""

    OLD_ORDER = "SELECT transaction_id || '.' || event_id FROM %s.outbox ORDER BY transaction_id, event_id"
    ASKING = ("identity.v1.BillingAddressAdded", "payments.v1.CurrencySet", "payments.v1.TopUpSucceeded")

    def forget_the_last(self, databases):
        self.events = set()
        for peer in ("identity", "payments"):
            cursors = psql(databases[peer], self.OLD_ORDER % peer).split("\n")
            read = cursors[len(cursors) // 2]
            unread = [cursor.split(".")[1] for cursor in cursors[len(cursors) // 2 + 1:]]
            psql(databases["gateway"], "DELETE FROM gateway.saga WHERE saga_id IN ('%s')" % "', '".join(unread))
            psql(databases["gateway"], "UPDATE gateway.follower SET cursor = '%s' WHERE peer = '%s'" % (read, peer))
            self.events |= set(psql(databases[peer], "SELECT event_id FROM %s.outbox WHERE type IN ('%s')"
                                    % (peer, "', '".join(self.ASKING))).split("\n"))

    def test_each_event_is_read_at_least_once(self):
        self.take(Upgraded(self.forget_the_last))
        self.assertGreater(len(self.events), 10)
        self.assertLess(int(self.stack.sagas("SELECT count(*) FROM gateway.saga WHERE create_time < now() - interval '1 minute'")), len(self.events))
        account = TOLD["top_ups"]["done"]["account_id"]
        self.stack.ledger.call("ledger.v1.CreditService/SetCreditLimit", account_id=account, company_id=account, request_id=new_id(),
                               limit_micros=1000000, currency="CNY")
        read = lambda: set(self.stack.sagas("SELECT saga_id FROM gateway.saga").split("\n"))  # noqa: E731
        told = lambda: self.stack.sagas("SELECT count(*) FROM gateway.saga WHERE event_type = 'ledger.v1.CreditLimitPending'")  # noqa: E731
        deadline = time.monotonic() + 60
        while not (self.events <= read() and told() == "1"):
            self.assertLess(time.monotonic(), deadline, self.events - read())
            time.sleep(0.1)
        cursors = self.stack.sagas("SELECT cursor FROM gateway.follower").split("\n")
        self.assertEqual([cursor for cursor in cursors if not cursor.startswith("p")], [])


if __name__ == "__main__":
    unittest.main()
