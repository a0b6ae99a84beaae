"""The fence of freezes at the ledger (GW-03, GW-04): from RaiseFence's answer on nothing is accepted that was let in before, however it comes
(alone, gathered, in bulk) and whatever is cached; what was accepted before is answered again, what no freeze stops meets no fence."""
import concurrent.futures
import os
import sys
import threading
import time
import unittest

import grpc

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "support"))
from ledger import order_message  # noqa: E402
from ledger_client import Company, micros, reason_of  # noqa: E402
from service import Refusal, Service, message, new_id, psql, refused  # noqa: E402
from sql import Sql  # noqa: E402
import service  # noqa: E402

ABORTED = grpc.StatusCode.ABORTED
CALLERS = 16


class Fence(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.ledger = cls.enterClassContext(Service("ledger"))
        cls.other = cls.enterClassContext(Service("ledger", database=cls.ledger.database))
        cls.principal, cls.epoch = new_id(), 0

    def setUp(self):
        self.company = Company(self.ledger)
        self.a, self.b = self.company.open(), self.company.open()
        self.company.top_up(self.a, "1000.00")

    def tearDown(self):
        self.assertEqual(self.company.audit()[0], [])

    @classmethod
    def raise_fence(cls, epoch, ledger=None):
        (ledger or cls.ledger).call("ledger.v1.FreezeService/RaiseFence", freeze_epoch=epoch)

    @classmethod
    def freeze(cls, ledger=None):
        """One more freeze; how many were known before it."""
        Fence.epoch += 1
        cls.raise_fence(Fence.epoch, ledger)
        return Fence.epoch - 1

    def headers(self, known, *more):
        return (("kontor-principal-id", self.principal), ("kontor-account-id", self.a), ("kontor-roles", "MEMBER"),
                ("kontor-freeze-epoch", str(known)), *more)

    def give(self, known, request_id=None, ledger=None, more=()):
        return self.company.transfer(self.a, self.b, "1.00", request_id=request_id, ledger=ledger, metadata=self.headers(known, *more))

    def moved(self, known, **more):
        with refused(self, ABORTED, "FREEZE_MOVED"):
            self.give(known, **more)

    def given(self):
        return self.company.balance(self.b).transferred_in_micros // 1000000

    def test_both_sides_of_the_fence_and_it_never_falls(self):
        known, request = self.freeze(), new_id()
        self.moved(known, request_id=request)
        self.give(known + 1, request_id=request)  # not kept: the same id, asked about again
        self.raise_fence(known)
        self.moved(known)
        self.assertEqual(self.given(), 1)

    def test_whatever_is_cached_and_by_whichever_replica(self):
        self.give(self.epoch)
        self.give(self.epoch)  # decided from what is cached
        known = self.freeze(self.other)
        self.moved(known)
        self.moved(known, ledger=self.other)
        self.give(known + 1)
        self.moved(known)
        self.assertEqual(self.given(), 3)

    def test_a_purchase_and_a_hold_too_and_what_names_no_epoch_is_nobodys_matter(self):
        known = self.freeze()
        for rpc, fields in (("PurchaseService/CreatePurchase", {}), ("HoldService/PlaceHold", {"expire_time": {"seconds": int(time.time()) + 3600}})):
            request = dict(fields, amount_micros=micros("1.00"), currency="CNY")
            with refused(self, ABORTED, "FREEZE_MOVED"):
                self.company.call(rpc, self.a, metadata=self.headers(known), **request)
            self.company.call(rpc, self.a, metadata=self.headers(known + 1), **request)
        self.company.transfer(self.a, self.b, "1.00")
        self.assertEqual(self.given(), 1)

    def test_an_epoch_that_cannot_be_read_is_none_that_is_known(self):
        self.freeze()
        for text in ("", "-1", "soon", "99999999999999999999"):
            self.moved(text)
        self.assertEqual(self.given(), 0)

    def test_what_was_done_is_answered_again(self):  # E32
        request = new_id()
        first = self.give(self.epoch, request_id=request)
        self.freeze()
        again = self.give(0, request_id=request)
        self.assertEqual(again, first)
        self.assertEqual(self.give(0, request_id=request, more=(("kontor-replay-only", "true"),)), first)
        self.assertEqual(self.given(), 1)

    def test_who_asks_for_an_answer_alone_has_nothing_done(self):
        self.give(self.epoch)  # so that it could be decided from what is cached
        for known in (self.epoch, self.epoch + 5):
            self.moved(known, more=(("kontor-replay-only", "true"),))
        self.assertEqual(self.given(), 1)

    def order(self, request_id=None, cents=100, **fields):
        return ("create_transfer", dict({"destination_account_id": self.b, "amount_micros": cents * 10000, "currency": "CNY",
                                         "request_id": request_id or new_id()}, **fields))

    def test_orders_together(self):
        known, ids = self.freeze(), [new_id() for _ in range(3)]
        orders = [self.order(ids[0]) + (True,), self.order(ids[1]), self.order(ids[2])]
        results = self.company.submit(self.a, *orders, metadata=self.headers(known))
        self.assertEqual([reason_of(result) for result in results], ["FREEZE_MOVED", "GROUP_FAILED", "FREEZE_MOVED"])
        results = self.company.submit(self.a, *orders, metadata=self.headers(known + 1))
        self.assertEqual([reason_of(result) for result in results], ["", "", ""])
        self.assertEqual(self.given(), 3)

    def test_gathered_ones_each_by_what_its_caller_knew(self):
        known = self.freeze()
        request = message("ledger.v1.SettleGatheredRequest")()
        for let_in in (known + 1, known + 2, 0, -7):
            order = request.orders.add(principal_id=self.principal, account_id=self.a, roles="MEMBER", timeout_ms=20000, let_in=let_in)
            order.order.create_transfer.CopyFrom(order_message(*self.order(account_id=self.a, company_id=self.company.id)))
        results = self.ledger.call("ledger.v1.GatheringService/SettleGathered", request=request).results
        self.assertEqual([result.WhichOneof("outcome") for result in results], ["refused", "answer", "answer", "refused"])
        self.assertEqual(self.given(), 2)

    def test_nothing_is_accepted_after_the_answer(self):
        """Callers who know of no freeze give without pause, through two replicas, while the fence is raised again and again."""
        stop, refusals = threading.Event(), []

        def give(known):
            while not stop.is_set():
                try:
                    self.give(known, ledger=(self.ledger, self.other)[len(refusals) % 2])
                except Refusal as no:
                    refusals.append(no.reason)
                    if no.reason == "FREEZE_MOVED":
                        return
        for _ in range(5):
            stop.clear()
            known, before = self.epoch, self.given()
            with concurrent.futures.ThreadPoolExecutor(CALLERS) as pool:
                givers = [pool.submit(give, known) for _ in range(CALLERS)]
                while self.given() < before + 20:
                    pass
                self.freeze()
                at_the_answer = self.given()
                for giver in givers:
                    giver.result(60)
            self.assertEqual(self.given(), at_the_answer)
        self.assertEqual(set(refusals), {"FREEZE_MOVED"})

    def test_a_company_that_somebody_holds_keeps_no_freeze_from_counting(self):
        """Its batches wait for the chain before they hold the fence."""
        holder = Sql(service.POSTGRES, self.ledger.database)
        holder.rows("BEGIN")
        holder.rows("SELECT 1 FROM ledger.chain WHERE company_id = '%s' FOR UPDATE" % self.company.id)
        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            waiting = pool.submit(self.moved, self.epoch)
            while psql(self.ledger.database, "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = '%s'"
                       % self.ledger.database) == "0":
                pass
            raised = pool.submit(self.freeze)
            raised.result(10)
            holder.rows("ROLLBACK")
            holder.close()
            waiting.result(30)
        self.assertEqual(self.given(), 0)


if __name__ == "__main__":
    unittest.main()
