"""The chooser of a request id is part of its key (settled 2): one UUID chosen by two is two requests, alone, in bulk, streamed, in one batch and
through two replicas; nobody hears another's answer, nobody burns another's id. Requests kept before there were origins is answered to
callers as before, and is none of an internal step's."""
import hashlib
import os
import struct
import sys
import threading
import unittest
import uuid

import grpc

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "support"))
from ledger_client import CNY, Company, micros, reason_of  # noqa: E402
from service import Service, message, new_id, psql, refused  # noqa: E402

PRECONDITION = grpc.StatusCode.FAILED_PRECONDITION


def principal(principal_id, account_id):
    return (("kontor-principal-id", principal_id), ("kontor-account-id", account_id))


def step(name):
    return (("kontor-step", name),)


class Origins(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.first = cls.enterClassContext(Service("ledger"))
        cls.second = cls.enterClassContext(Service("ledger", database=cls.first.database))

    def setUp(self):
        self.company = Company(self.first)
        self.a, self.b = self.company.open(), self.company.open()
        for account in (self.a, self.b):
            self.company.top_up(account, 1000)
        ann, bob = new_id(), new_id()
        self.everybody = [principal(ann, self.a), principal(bob, self.a), principal(ann, self.b), step("gateway.credit_top_up"),
                          step("gateway.mark_credited"), (("kontor-public", "true"),), ()]

    def tearDown(self):
        self.assertEqual(self.company.audit()[0], [])

    def spend(self, metadata, amount, request_id, account=None, **fields):
        return self.company.spend(account or self.a, amount, request_id=request_id, metadata=metadata, **fields)

    def test_everybody_has_ids_of_their_own(self):
        request_id = new_id()
        kept = [self.spend(metadata, 1 + number, request_id) for number, metadata in enumerate(self.everybody)]
        self.assertEqual(len({answer.purchase.purchase_id for answer in kept}), len(kept))
        for number, metadata in enumerate(self.everybody):
            self.assertEqual(self.spend(metadata, 1 + number, request_id, ledger=self.second), kept[number])
            with refused(self, PRECONDITION, "IDEMPOTENCY_MISMATCH"):
                self.spend(metadata, 50, request_id)

    def test_a_refused_order_burns_nobody_elses(self):
        request_id = new_id()
        for metadata in self.everybody[:-1]:
            with refused(self, PRECONDITION, "EXCEEDS_AVAILABLE"):
                self.spend(metadata, 5000, request_id)
        self.spend(self.everybody[-1], 1, request_id)

    def test_in_one_batch(self):
        """All at the same moment, with one body, several times over."""
        request_id, answers = new_id(), []
        calls = [threading.Thread(target=lambda metadata=metadata: answers.append(self.spend(metadata, 1, request_id).purchase.purchase_id))
                 for metadata in self.everybody * 4]
        [call.start() for call in calls], [call.join() for call in calls]
        self.assertEqual((len(answers), len(set(answers))), (28, 7))
        self.assertEqual(self.company.balance(self.a).cash_micros, micros(1000 - 7))

    def test_bulk_stream_and_preview(self):
        ann, bob = self.everybody[:2]
        order = dict(request_id=new_id(), amount_micros=micros(1), **CNY)
        ids = []
        for metadata in (ann, bob):
            results = self.company.submit(self.a, ("create_purchase", order), ("create_purchase", order), metadata=metadata)
            self.assertEqual([(reason_of(r), r.replayed) for r in results], [("", False), ("", True)])
            ids.append(results[0].create_purchase.purchase.purchase_id)
            self.assertEqual(self.spend(metadata, 1, order["request_id"]).purchase.purchase_id, ids[-1])
            self.assertEqual(self.stream(metadata, order).create_purchase.purchase.purchase_id, ids[-1])
        self.assertNotEqual(*ids)
        wanted = dict(account_id=self.a, company_id=self.company.id, order={"create_purchase": order})
        for metadata, replayed in ((ann, True), (self.everybody[2], False)):
            self.assertEqual(self.first.call("ledger.v1.OrderService/PreviewOrder", metadata=metadata, **wanted).result.replayed, replayed)

    def stream(self, metadata, order):
        name = "ledger.v1.StreamOrders"
        call = self.first.channel.stream_stream("/ledger.v1.OrderService/StreamOrders", request_serializer=lambda m: m.SerializeToString(),
                                                response_deserializer=message(name + "Response").FromString)
        request = message(name + "Request")(account_id=self.a, company_id=self.company.id, orders=[{"create_purchase": order}])
        return next(call(iter([request]), metadata=metadata, timeout=20)).results[0]

    def test_the_entry_says_who_asked(self):
        """The principal; nobody of an internal step or of a peer."""
        for metadata in self.everybody:
            request_id = new_id()
            self.spend(metadata, 1, request_id)
            self.spend(metadata, 1, request_id, ledger=self.second)
            asked = dict(metadata).get("kontor-principal-id", "")
            self.assertEqual(psql(self.first.database, "SELECT actor_id FROM ledger.entry JOIN ledger.chain ON number = chain WHERE company_id = '%s'"
                                  " ORDER BY sequence DESC LIMIT 1" % self.company.id), asked)

    def test_mutations_beside_the_batch(self):
        """call_once, by an rpc of the same service."""
        request_id = new_id()
        change = lambda metadata, verified: self.company.update(self.b, "company_verified", company_verified=verified,  # noqa: E731
                                                                request_id=request_id, metadata=metadata)
        for number, metadata in enumerate(self.everybody):
            change(metadata, bool(number % 2))
        for number, metadata in enumerate(self.everybody):
            self.assertEqual(change(metadata, bool(number % 2)).account.company_verified, bool(number % 2))
            with refused(self, PRECONDITION, "IDEMPOTENCY_MISMATCH"):
                change(metadata, not number % 2)

    # ---- before there were origins

    def spent_before(self, amount, request_id):
        """As if the order had been accepted until then, when answers were stored; returns what was answered."""
        kept = self.spend((), amount, new_id())
        number, text = (lambda value: struct.pack("<q", value)), (lambda value: struct.pack("<q", len(value)) + value)
        body = b"".join((number(3), uuid.UUID(self.company.id).bytes, uuid.UUID(self.a).bytes, bytes(48), number(micros(amount)), text(b"CNY"),
                         text(b""), text(b""), bytes(40), number(0)))
        psql(self.first.database, "INSERT INTO ledger.request_before (company_id, request_id, body_hash, code, answer, recorded_time) "
             "VALUES ('%s', '%s', '\\x%s', 0, '\\x%s', now())" % (self.company.id, request_id, hashlib.sha256(body).hexdigest(),
                                                               kept.SerializeToString().hex()))
        return kept

    def set_aside(self, *request_ids):
        """As the migration did with what was kept until then."""
        for request_id in request_ids:
            psql(self.first.database, """WITH kept AS (DELETE FROM ledger.request WHERE request_id = '%s'
                RETURNING company_id, request_id, body_hash, code, answer, recorded_time) INSERT INTO ledger.request_before
                (company_id, request_id, body_hash, code, answer, recorded_time) SELECT * FROM kept""" % request_id)

    def test_callers_hear_what_was_kept_before(self):
        done, lacking = new_id(), new_id()
        kept = self.spent_before(1, done)
        with refused(self, PRECONDITION, "EXCEEDS_AVAILABLE"):
            self.spend((), 5000, lacking)
        self.set_aside(lacking)
        callers = [metadata for metadata in self.everybody if metadata[:1] and metadata[0][0] != "kontor-step"] + [()]
        self.company.top_up(self.a, 9000)
        for ledger in (self.first, self.second):
            for metadata in callers:
                self.assertEqual(self.spend(metadata, 1, done, ledger=ledger), kept)
                with refused(self, PRECONDITION, "EXCEEDS_AVAILABLE"):
                    self.spend(metadata, 5000, lacking, ledger=ledger)
                with refused(self, PRECONDITION, "IDEMPOTENCY_MISMATCH"):
                    self.spend(metadata, 2, done, ledger=ledger)
        self.assertEqual(self.company.balance(self.a).cash_micros, micros(9999))

    def test_a_step_has_nothing_from_before(self):
        """Neither what was refused under its id, nor what somebody else did under it."""
        refused_before, taken_before = new_id(), new_id()
        other = self.company.open(currency="USD")
        with refused(self, PRECONDITION, "CURRENCY_MISMATCH"):
            self.company.top_up(other, 1, request_id=refused_before)
        self.spent_before(1, taken_before)
        self.set_aside(refused_before)
        for request_id in (refused_before, taken_before):
            for _ in range(2):
                self.company.top_up(self.b, 10, request_id=request_id, top_up_id=request_id, metadata=step("gateway.credit_top_up"))
        self.assertEqual(self.company.balance(self.b).cash_micros, micros(1020))

    def test_mutations_beside_the_batch_hear_what_was_kept_before(self):
        request_id = new_id()
        self.company.update(self.b, "company_verified", company_verified=False, request_id=request_id)
        self.set_aside(request_id)
        ann, credit = self.everybody[0], self.everybody[3]
        for metadata, verified in ((ann, False), (credit, True)):
            answer = self.company.update(self.b, "company_verified", company_verified=verified, request_id=request_id, metadata=metadata)
            self.assertEqual(answer.account.company_verified, verified)
        with refused(self, PRECONDITION, "IDEMPOTENCY_MISMATCH"):
            self.company.update(self.b, "company_verified", company_verified=True, request_id=request_id, metadata=ann)


if __name__ == "__main__":
    unittest.main()
