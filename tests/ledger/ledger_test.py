"""The ledger over gRPC on a real PostgreSQL: what a caller is promised beyond the verdicts that the model predicts."""
import os
import sys
import threading
import unittest

import grpc

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "support"))
from ledger import Stream, wait_until  # noqa: E402
from ledger_client import Company, amounts, micros, reason_of  # noqa: E402
from service import Clock, Refusal, Service, message, new_id, psql, refused  # noqa: E402

OUT_OF_RANGE, EXHAUSTED = grpc.StatusCode.OUT_OF_RANGE, grpc.StatusCode.RESOURCE_EXHAUSTED
INVALID, MISSING, PRECONDITION = grpc.StatusCode.INVALID_ARGUMENT, grpc.StatusCode.NOT_FOUND, grpc.StatusCode.FAILED_PRECONDITION


class LedgerTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.clock = Clock()
        cls.ledger = cls.enterClassContext(Service("ledger", clock=cls.clock))

    def setUp(self):
        self.company = Company(self.ledger)
        self.a, self.b = self.company.open(), self.company.open()

    def stamp(self, seconds):
        return {"seconds": int(seconds), "nanos": int(seconds % 1 * 1e6) * 1000}


class Orders(LedgerTest):
    def test_a_limit_explains_itself(self):  # c-4, LED-09, LED-13
        self.company.top_up(self.a, 100)
        self.company.transfer(self.a, self.b, 60)
        with self.assertRaises(Refusal) as no:
            self.company.transfer(self.a, self.b, "40.01")
        self.assertEqual(no.exception.reason, "EXCEEDS_TRANSFERABLE")
        self.assertEqual(no.exception.terms, amounts(own="40.00", available="40.00", cash="40.00", transferred_in="0.00", limit="40.00") |
                         {"currency": "CNY", "binding": "own"})
        revocable = self.company.read("TransferService/GetRevocable", self.a, destination_account_id=self.b).revocable
        self.assertEqual((revocable.amount_micros, revocable.binding, [t.name for t in revocable.terms]),
                         (micros(60), "transferred_in", ["transferred_in", "remaining", "available"]))

    def test_nothing_is_revoked_from_oneself(self):
        with refused(self, INVALID, field="destination_account_id"):
            self.company.read("TransferService/GetRevocable", self.a, destination_account_id=self.a)
        with refused(self, INVALID, field="sub_account_id"):
            self.company.read("QuotaService/GetQuota", self.a, sub_account_id=self.a)

    def test_whether_there_is_an_account_is_not_told(self):
        """B.2, LED-11: one that is nowhere, one of another currency and a stranger's are the same to who never gave them anything."""
        strangers = Company(self.ledger)
        for other in (new_id(), strangers.open(currency="USD"), strangers.open()):
            with refused(self, PRECONDITION, "NO_PRIOR_TRANSFER"):
                self.company.revoke(self.a, other, 1)
            with refused(self, PRECONDITION, "NO_PRIOR_TRANSFER"):
                self.company.read("TransferService/GetRevocable", self.a, destination_account_id=other)

    def test_an_order_that_is_wrong_by_itself(self):  # E35, E18
        self.company.top_up(self.a, 100)
        for amount, field in ((0, "amount_micros"), (-1, "amount_micros"), ("1.005", "amount_micros")):
            with refused(self, INVALID, field=field):
                self.company.transfer(self.a, self.b, amount)
        with refused(self, INVALID, field="destination_account_id"):
            self.company.transfer(self.a, self.a, 1)
        with refused(self, INVALID, field="currency"):
            self.company.transfer(self.a, self.b, 1, currency="XXX")
        with refused(self, INVALID, field="request_id"):
            self.company.transfer(self.a, self.b, 1, request_id="one")
        with refused(self, INVALID, field="remark"):
            self.company.transfer(self.a, self.b, 1, remark="r" * 257)
        with refused(self, MISSING, "DESTINATION_NOT_FOUND"):
            self.company.transfer(self.a, new_id(), 1)
        self.company.update(self.b, "state", state="ACCOUNT_STATE_CLOSED")
        with refused(self, PRECONDITION, "DESTINATION_CLOSED"):
            self.company.transfer(self.a, self.b, 1)

    def test_strangers_are_refused(self):  # LED-06, ID-18, settled 5, settled 6
        other = Company(self.ledger)
        stranger = other.open()
        self.company.top_up(self.a, 100)
        with refused(self, PRECONDITION, "DIFFERENT_COMPANY"):
            self.company.transfer(self.a, stranger, 1)
        with refused(self, MISSING, "ACCOUNT_NOT_FOUND"):
            other.transfer(self.a, stranger, 1)
        self.company.update(self.b, "company_verified", company_verified=False)
        with refused(self, PRECONDITION, "NOT_VERIFIED"):
            self.company.transfer(self.a, self.b, 1)
        person = new_id()
        self.ledger.call("ledger.v1.AccountService/OpenAccount", account_id=person, company_id=person, request_id=new_id(), currency="CNY")
        with refused(self, PRECONDITION, "NOT_CORPORATE"):
            self.company.transfer(self.a, person, 1)

    def test_that_a_partner_pays_is_nobodys_to_set(self):  # R5
        with refused(self, INVALID, field="update_fields"):
            self.company.update(self.a, "pay_on_behalf", pay_on_behalf=True)

    def test_self_service_is_closed_and_opened_again(self):  # LED-17, LED-18, LED-19
        self.company.top_up(self.a, 100)
        self.company.paid_by(self.a)
        with refused(self, PRECONDITION, "DISABLED_PAY_ON_BEHALF"):
            self.company.transfer(self.a, self.b, 1)
        with refused(self, PRECONDITION, "DISABLED_PAY_ON_BEHALF"):
            self.company.call("CreditService/SetCreditLimit", self.a, limit_micros=micros(1), currency="CNY")
        until = self.stamp(self.clock.now() + 3600)
        self.company.override(self.a, until)
        self.company.transfer(self.a, self.b, 1)
        self.clock.turn(3601)
        with refused(self, PRECONDITION, "DISABLED_PAY_ON_BEHALF"):
            self.company.transfer(self.a, self.b, 1)

    def test_the_same_request_id(self):  # E32, settled 2
        self.company.top_up(self.a, 500)
        request_id = new_id()
        first = self.company.transfer(self.a, self.b, 100, request_id=request_id)
        again = self.company.transfer(self.a, self.b, 100, request_id=request_id)
        self.assertEqual(first, again)
        self.assertEqual(self.company.balance(self.b).cash_micros, micros(100))
        with refused(self, PRECONDITION, "IDEMPOTENCY_MISMATCH"):
            self.company.transfer(self.a, self.b, 101, request_id=request_id)

    def test_a_refusal_is_replayed_though_it_would_pass_now(self):  # settled 2
        request_id = new_id()
        with refused(self, PRECONDITION, "EXCEEDS_TRANSFERABLE"):
            self.company.transfer(self.a, self.b, 100, request_id=request_id)
        self.company.top_up(self.a, 100)
        with refused(self, PRECONDITION, "EXCEEDS_TRANSFERABLE"):
            self.company.transfer(self.a, self.b, 100, request_id=request_id)

    def test_a_currency_is_set_once(self):  # PAY-24
        account = self.company.open(currency="")
        with refused(self, PRECONDITION, "CURRENCY_NOT_SET"):
            self.company.top_up(account, 100)
        self.company.call("AccountService/SetCurrency", account, currency="USD")
        self.company.call("AccountService/SetCurrency", account, currency="USD")
        with refused(self, PRECONDITION, "CURRENCY_LOCKED"):
            self.company.call("AccountService/SetCurrency", account, currency="CNY")
        self.company.top_up(self.a, 100)
        with refused(self, PRECONDITION, "CURRENCY_MISMATCH"):
            self.company.transfer(self.a, account, 1)

    def test_opening_again_is_no_news(self):
        same = {"corporate": True, "company_verified": True, "currency": "CNY"}
        self.company.call("AccountService/OpenAccount", self.a, **same)
        with refused(self, grpc.StatusCode.ALREADY_EXISTS, "ACCOUNT_ELSEWHERE"):
            Company(self.ledger).call("AccountService/OpenAccount", self.a, **same)
        with refused(self, INVALID, field="buffer_micros"):  # LED-03
            self.company.open(payment_mode="PAYMENT_MODE_POSTPAID", buffer_micros=micros("500.01"))

    def test_a_buffer_is_one_of_its_currency(self):  # LED-03, R8
        """Opened or changed, the same range; a prepaid account has none."""
        yuan = self.company.open(payment_mode="PAYMENT_MODE_POSTPAID")
        dollars = self.company.open(currency="USD", payment_mode="PAYMENT_MODE_POSTPAID", buffer_micros=micros("20.00"))
        buffer = lambda account, amount: self.company.update(account, "buffer_micros", buffer_micros=micros(amount)).account.buffer_micros
        self.assertEqual(buffer(dollars, "500.01"), micros("500.01"))
        self.assertEqual(buffer(dollars, "0.01"), micros("0.01"))
        self.assertEqual(buffer(yuan, "500.00"), micros("500.00"))
        self.assertEqual(buffer(yuan, "100.00"), micros("100.00"))
        for amount in "500.01", "99.99", "-100.00":
            with refused(self, INVALID, field="buffer_micros"):
                buffer(yuan, amount)
        with refused(self, INVALID, field="buffer_micros"):
            buffer(dollars, "-0.01")
        with refused(self, INVALID, field="buffer_micros"):
            buffer(self.a, "200.00")  # prepaid
        with refused(self, INVALID, field="buffer_micros"):
            self.company.open(buffer_micros=micros("200.00"))
        self.assertEqual(buffer(yuan, 0), micros("100.00"))  # the default

    def test_amounts_that_no_account_can_hold(self):  # E31
        """OUT_OF_RANGE, whatever is asked and of whom; at the largest amount each kind says what it lacks. Nothing is booked."""
        largest = (2 ** 63 - 1) // 16 // 10000 * 10000
        hold = self.company.top_up(self.a, 100) and self.company.call("HoldService/PlaceHold", self.a, amount_micros=micros(1), currency="CNY",
                                                                      expire_time=self.stamp(self.clock.now() + 60)).hold
        purchase = self.company.spend(self.a, 1).purchase
        self.company.transfer(self.a, self.b, 1)
        expire = {"expire_time": self.stamp(self.clock.now() + 60)}
        kinds = (("TransferService/CreateTransfer", {"destination_account_id": self.b}, "EXCEEDS_TRANSFERABLE", 1),
                 ("TransferService/RevokeTransfer", {"destination_account_id": self.b}, "EXCEEDS_REVOCABLE", 1),
                 ("PurchaseService/CreatePurchase", {}, "EXCEEDS_AVAILABLE", 1),
                 ("PurchaseService/RefundPurchase", {"purchase_id": purchase.purchase_id}, "EXCEEDS_PURCHASE", 1),
                 ("HoldService/PlaceHold", expire, "EXCEEDS_AVAILABLE", 1),
                 ("HoldService/CaptureHold", {"hold_id": hold.hold_id}, "EXCEEDS_HOLD", 1),
                 ("TopUpService/CreateAdjustment", {"remark": "a correction"}, "EXCEEDS_AVAILABLE", -1),
                 ("UsageService/PayBills", {}, "NOTHING_OWED", 1))
        before = psql(self.ledger.database, "SELECT count(*) FROM ledger.entry")
        for rpc, fields, lacking, sign in kinds:
            with refused(self, PRECONDITION, lacking):
                self.company.call(rpc, self.a, amount_micros=sign * largest, currency="CNY", **fields)
            for amount in (largest + 10000, 2 ** 63 // 10000 * 10000):
                with refused(self, OUT_OF_RANGE, "OUT_OF_RANGE"):
                    self.company.call(rpc, self.a, amount_micros=sign * amount, currency="CNY", **fields)
        for rpc, fields in (("TopUpService/CreditTopUp", {}), ("TopUpService/CreateAdjustment", {"remark": "a correction"}), ("UsageService/RecordUsage", {})):
            with refused(self, OUT_OF_RANGE, "OUT_OF_RANGE"):
                self.company.call(rpc, self.a, amount_micros=largest + 10000, currency="CNY", **fields)
        with refused(self, PRECONDITION, "LIMIT_ABOVE_ALLOCATABLE"):
            self.company.call("CreditService/SetCreditLimit", self.a, limit_micros=largest, currency="CNY")
        with refused(self, OUT_OF_RANGE, "OUT_OF_RANGE"):
            self.company.call("CreditService/SetCreditLimit", self.a, limit_micros=largest + 10000, currency="CNY")
        self.assertEqual(psql(self.ledger.database, "SELECT count(*) FROM ledger.entry"), before)
        self.company.call("TopUpService/CreditTopUp", self.b, amount_micros=largest, currency="CNY")
        with refused(self, OUT_OF_RANGE, "OUT_OF_RANGE"):
            self.company.top_up(self.b, 1)

    def test_when_a_bill_is_due_if_nobody_said(self):  # D.14
        for limit, later in ((0, False), (50, True)):
            account = self.company.open()
            self.company.top_up(account, 1)
            if limit:
                self.company.call("CreditService/SetCreditLimit", account, limit_micros=micros(limit), currency="CNY")
                self.company.call("CreditService/ConfirmCreditLimit", account)
            self.company.call("UsageService/RecordUsage", account, amount_micros=micros(5), currency="CNY")
            due = psql(self.ledger.database, "SELECT due_time - entry.recorded_time FROM ledger.bill JOIN ledger.chain USING (company_id) "
                       "JOIN ledger.entry ON chain = number AND entry.sequence = bill.sequence "
                       "WHERE bill.account_id = '%s'" % account)
            self.assertEqual(due, "30 days" if later else "00:00:00")

    def test_the_line_of_a_company(self):  # D.3
        with refused(self, PRECONDITION, "LIMIT_ABOVE_ALLOCATABLE"):
            self.company.call("CreditService/SetCreditLimit", self.a, limit_micros=micros("1000000.01"), currency="CNY")
        self.company.call("CreditService/SetCreditLine", self.a, line_micros=micros(2000000), currency="CNY")
        self.company.call("CreditService/SetCreditLimit", self.a, limit_micros=micros("1000000.01"), currency="CNY")
        with refused(self, PRECONDITION, "LINE_BELOW_ALLOCATED"):
            self.company.call("CreditService/SetCreditLine", self.a, line_micros=micros(1000000), currency="CNY")
        self.assertEqual(self.company.read("CreditService/GetCreditLimit", self.a).allocatable_micros, micros("999999.99"))


class Together(LedgerTest):
    def pay(self, amount, **fields):
        return dict({"destination_account_id": self.b, "amount_micros": micros(amount), "currency": "CNY"}, **fields)

    def test_each_is_judged_by_itself_and_later_ones_see_earlier_ones(self):
        results = self.company.submit(self.a, ("create_transfer", self.pay(1)), ("credit_top_up", {"amount_micros": micros(100), "currency": "CNY"}),
                                      ("create_transfer", self.pay(60)), ("create_transfer", self.pay(60)), ("create_transfer", self.pay(0)))
        self.assertEqual([reason_of(r) for r in results], ["EXCEEDS_TRANSFERABLE", "", "", "EXCEEDS_TRANSFERABLE", "INVALID_ARGUMENT"])

    def test_a_group_is_all_or_nothing(self):
        self.company.top_up(self.a, 100)
        results = self.company.submit(self.a, ("create_transfer", self.pay(60), True), ("create_transfer", self.pay(60)), ("create_transfer", self.pay(100)))
        self.assertEqual([reason_of(r) for r in results], ["GROUP_FAILED", "EXCEEDS_TRANSFERABLE", ""])

    def test_a_malformed_order_and_its_group(self):
        """INVALID_ARGUMENT for all of them, nothing booked, and their request ids stay free."""
        self.company.top_up(self.a, 100)
        ids = [new_id() for _ in range(3)]
        orders = lambda last: (("create_transfer", self.pay(1, request_id=ids[0]), True), ("create_transfer", self.pay(2, request_id=ids[1]), True),  # noqa: E731
                               ("create_transfer", self.pay(last, request_id=ids[2])), ("create_transfer", self.pay(4)))
        self.assertEqual([reason_of(r) for r in self.company.submit(self.a, *orders(0))], ["INVALID_ARGUMENT"] * 3 + [""])
        self.assertEqual(self.company.balance(self.b).cash_micros, micros(4))
        self.assertEqual([(reason_of(r), r.replayed) for r in self.company.submit(self.a, *orders(3))], [("", False)] * 4)

    def test_all_that_is_wrong_with_an_order_is_told_at_once(self):  # E35
        wrong = dict(destination_account_id="no", amount_micros=-5, currency="CNY", request_id="no", remark="a\tb", tag="t" * 65)
        faults = {"request_id": "NOT_A_UUID", "destination_account_id": "NOT_A_UUID", "amount_micros": "NOT_POSITIVE", "remark": "NOT_UTF8", "tag": "TOO_LONG"}
        with self.assertRaises(Refusal) as alone:
            self.company.call("TransferService/CreateTransfer", self.a, **wrong)
        self.assertEqual((alone.exception.code, alone.exception.faults), (INVALID, faults))
        with self.assertRaises(Refusal) as previewed:
            self.ledger.call("ledger.v1.OrderService/PreviewOrder", company_id=self.company.id, account_id=self.a,
                             order={"create_transfer": wrong})
        self.assertEqual(previewed.exception.faults, faults)
        refused_one = self.company.submit(self.a, ("create_transfer", wrong))[0].refused
        details = [detail for detail in refused_one.details if detail.type_url.endswith("BadRequest")]
        told = message("google.rpc.BadRequest").FromString(details[0].value)
        self.assertEqual({violation.field: violation.reason for violation in told.field_violations}, faults)

    def test_the_same_id_twice_in_one_call(self):
        self.company.top_up(self.a, 100)
        one = new_id()
        results = self.company.submit(self.a, ("create_transfer", self.pay(10, request_id=one)), ("create_transfer", self.pay(10, request_id=one)),
                                      ("create_transfer", self.pay(11, request_id=one)))
        self.assertEqual([(reason_of(r), r.replayed) for r in results], [("", False), ("", True), ("IDEMPOTENCY_MISMATCH", False)])
        self.assertEqual(self.company.balance(self.b).cash_micros, micros(10))
        alone = self.company.transfer(self.a, self.b, 10, request_id=one)
        self.assertEqual(alone.transfer, results[0].create_transfer.transfer)

    def test_a_call_has_one_to_a_thousand(self):
        with refused(self, INVALID, "TOO_MANY_ORDERS"):
            self.company.submit(self.a)
        with refused(self, INVALID, "TOO_MANY_ORDERS"):
            self.company.submit(self.a, ("create_transfer", self.pay(1), True))
        self.company.top_up(self.a, 1000)
        results = self.company.submit(self.a, *[("create_transfer", self.pay("0.01"))] * 1000)
        self.assertEqual({reason_of(r) for r in results}, {""})
        with refused(self, INVALID, "TOO_MANY_ORDERS"):
            self.company.submit(self.a, *[("create_transfer", self.pay("0.01"))] * 1001)
        self.assertEqual(len(self.company.read("AccountService/ListLots", self.b).lots), 1)

    def test_preview_decides_and_keeps_nothing(self):  # E10
        account = self.company.open(payment_mode="PAYMENT_MODE_POSTPAID")
        self.company.top_up(self.a, 1000)
        self.company.transfer(self.a, account, 1000)
        before = self.company.balance(account)
        order = {"revoke_transfer": {"destination_account_id": account, "amount_micros": micros(950), "currency": "CNY"}}
        answer = self.company.read("OrderService/PreviewOrder", self.a, order=order)
        self.assertEqual((reason_of(answer.result), answer.allowance.binding, answer.allowance.amount_micros), ("WOULD_SUSPEND", "transferred_in", micros(1000)))
        order["revoke_transfer"]["suspension_acknowledged"] = True
        answer = self.company.read("OrderService/PreviewOrder", self.a, order=order)
        self.assertEqual([b.cash_micros for b in answer.balances], [micros(950), micros(50)])
        self.assertEqual(list(answer.would_suspend_account_ids), [account])
        limit = {"set_credit_limit": {"limit_micros": micros(5), "currency": "CNY"}}
        self.assertEqual(self.company.read("OrderService/PreviewOrder", self.a, order=limit).result.set_credit_limit.credit_limit.limit_micros, micros(5))
        self.assertEqual(psql(self.ledger.database, "SELECT count(*) FROM ledger.credit_line WHERE company_id = '%s'" % self.company.id), "0")
        self.assertEqual(self.company.balance(account), before)

    def test_poison_harms_only_itself(self):
        """A constraint that one order breaks (put there by hand) fails that order alone."""
        database = self.ledger.database
        psql(database, "ALTER TABLE ledger.entry ADD CONSTRAINT poison CHECK (amount_micros <> %d)" % micros("6.66"))
        try:
            self.company.top_up(self.a, 100)
            answers = []

            def send(amount):
                try:
                    answers.append((amount, self.company.transfer(self.a, self.b, amount).transfer.amount_micros))
                except Refusal as no:
                    answers.append((amount, no.code))
            threads = [threading.Thread(target=send, args=(amount,)) for amount in ["1.00", "6.66"] + ["2.00"] * 10]
            [t.start() for t in threads], [t.join() for t in threads]
            self.assertEqual({code for amount, code in answers if amount == "6.66"}, {grpc.StatusCode.INTERNAL})
            self.assertEqual([v for amount, v in answers if amount != "6.66" and not isinstance(v, int)], [])
        finally:
            psql(database, "ALTER TABLE ledger.entry DROP CONSTRAINT poison")


class ManyLots(LedgerTest):
    """One order touches 1,000 lots. A revoke of more than the newest 1,000 hold says so, and never that there is no more."""

    def grant(self, count):
        """So many lots of 0.01 from a, kept apart by lots of c."""
        order = {"destination_account_id": self.b, "amount_micros": micros("0.01"), "currency": "CNY", "company_id": self.company.id}
        orders = [("create_transfer", dict(order, account_id=source, request_id=new_id()), False) for _ in range(count) for source in (self.a, self.c)]
        stream = Stream(self.ledger)  # a message has one acting account
        for order in orders:
            stream.send([order])
        self.assertEqual({stream.receive()[0].refused for _ in orders}, {None})
        stream.close()

    def revocable(self):
        revocable = self.company.read("TransferService/GetRevocable", self.a, destination_account_id=self.b).revocable
        return revocable.amount_micros // 10000, revocable.binding

    def test_a_thousand_and_one_more(self):
        self.c = self.company.open()
        for account in (self.a, self.c):
            self.company.top_up(account, 100)
        self.grant(1000)
        self.assertEqual(self.revocable(), (1000, "remaining"))
        with refused(self, PRECONDITION, "EXCEEDS_REVOCABLE"):
            self.company.revoke(self.a, self.b, "10.01")
        self.grant(1)
        self.assertEqual(self.revocable(), (1000, "newest_lots"))
        with refused(self, EXHAUSTED, "TOO_MANY_LOTS"):
            self.company.revoke(self.a, self.b, "10.01")
        with refused(self, PRECONDITION, "EXCEEDS_REVOCABLE"):
            self.company.revoke(self.a, self.b, "20.03")  # more than everybody's
        request_id = new_id()
        with refused(self, EXHAUSTED, "TOO_MANY_LOTS"):
            self.company.revoke(self.a, self.b, "10.01", request_id=request_id)
        results = self.company.submit(self.a, *[("revoke_transfer", {"destination_account_id": self.b, "amount_micros": micros(amount), "currency": "CNY"})
                                                for amount in ("10.00", "0.01")])
        self.assertEqual([reason_of(r) for r in results], ["", "TOO_MANY_LOTS"])  # a batch reaches no further than one order
        self.assertEqual(self.revocable(), (1, "remaining"))
        with refused(self, PRECONDITION, "EXCEEDS_REVOCABLE"):
            self.company.revoke(self.a, self.b, "0.02")
        self.company.revoke(self.a, self.b, "0.01")
        self.assertEqual(self.revocable(), (0, "remaining"))
        with refused(self, EXHAUSTED, "TOO_MANY_LOTS"):
            self.company.spend(self.b, "10.01")  # of 1,001 lots of c
        results = self.company.submit(self.b, *[("record_usage", {"amount_micros": micros(amount), "currency": "CNY"}) for amount in ("10.00", "0.01")])
        self.assertEqual([reason_of(r) for r in results], ["", ""])
        self.assertEqual(self.company.balance(self.b).transferred_in_micros, 0)
        self.grant(1002)
        results = self.company.submit(self.b, *[("record_usage", {"amount_micros": micros(amount), "currency": "CNY"}) for amount in
                                                ("0.01", "10.00", "0.01")])
        self.assertEqual([reason_of(r) for r in results], ["", "", ""])  # usage is never refused for its lots
        left = lambda: (self.company.balance(self.b).transferred_in_micros // 10000, self.company.balance(self.b).unbilled_micros // 10000)  # noqa: E731
        self.assertEqual(left(), (1003, 1))
        self.company.call("UsageService/RecordUsage", self.b, amount_micros=micros("10.01"), currency="CNY")
        self.assertEqual(left(), (3, 2))
        self.company.call("UsageService/RecordUsage", self.b, amount_micros=micros("0.01"), currency="CNY")
        self.assertEqual(left(), (0, 0))
        self.assertEqual(self.company.audit()[0], [])


class Holds(LedgerTest):
    def test_a_hold_is_over_at_its_very_moment(self):  # D.4
        self.company.top_up(self.a, 100)
        until = self.clock.now() + 60
        hold = self.company.call("HoldService/PlaceHold", self.a, amount_micros=micros(80), currency="CNY", expire_time=self.stamp(until)).hold
        self.assertEqual(self.company.balance(self.a).available_micros, micros(20))
        with refused(self, PRECONDITION, "EXCEEDS_TRANSFERABLE"):
            self.company.transfer(self.a, self.b, 21)
        self.clock.turn(61)
        self.assertEqual(self.company.balance(self.a).available_micros, micros(100))
        with refused(self, PRECONDITION, "HOLD_ENDED"):
            self.company.call("HoldService/CaptureHold", self.a, hold_id=hold.hold_id, amount_micros=micros(1), currency="CNY")
        self.company.transfer(self.a, self.b, 100)
        state = self.company.read("HoldService/GetHold", self.a, hold_id=hold.hold_id).hold.state
        self.assertEqual(state, 4)


class Past(LedgerTest):
    def test_history_is_filtered_and_paged(self):
        self.company.top_up(self.a, 100, remark="ClientX-MarchQ2", tag="oss")
        for i in range(5):
            self.company.transfer(self.a, self.b, i + 1, tag="even" if i % 2 == 0 else "odd", remark="for project %d" % i)
        self.company.revoke(self.a, self.b, 3)
        read = lambda **f: self.company.read("PostingService/ListPostings", self.a, **f)  # noqa: E731
        page = read(page_size=4)
        rest = read(page_size=4, page_token=page.next_page_token)
        everything = list(page.postings) + list(rest.postings)
        self.assertEqual([p.sequence for p in everything], [7, 6, 5, 4, 3, 2, 1, 1])
        self.assertEqual([p.amount_micros for p in read(book="BOOK_OWN", kind="ENTRY_KIND_TRANSFER", tag="even").postings], [-micros(5), -micros(3), -micros(1)])
        self.assertEqual(len(read(remark_contains="project 3").postings), 1)
        self.assertEqual(len(read(counterparty_account_id=self.b).postings), 6)
        self.assertEqual(len(read(start_time=self.stamp(self.clock.now() + 10)).postings), 0)
        transfers = self.company.read("TransferService/ListTransfers", self.b, page_size=4)
        more = self.company.read("TransferService/ListTransfers", self.b, page_size=4, page_token=transfers.next_page_token)
        kinds = [t.kind for t in list(transfers.transfers) + list(more.transfers)]
        self.assertEqual(kinds, [2, 1, 1, 1, 1, 1])
        one = self.company.read("TransferService/GetTransfer", self.b, transfer_id=transfers.transfers[0].transfer_id).transfer
        self.assertEqual(one, transfers.transfers[0])
        with refused(self, INVALID, field="page_token"):
            read(page_token="next please")

    def test_a_balance_of_the_past(self):  # c-14
        moments = []
        for amount in (100, 50, 25):
            self.company.top_up(self.a, amount)
            self.clock.turn(10)
            moments.append(self.clock.now())
            self.clock.turn(10)
        seen = [self.company.balance(self.a, as_of_time=self.stamp(m)).own_micros for m in [moments[0] - 100] + moments]
        self.assertEqual(seen, [0, micros(100), micros(150), micros(175)])

    def test_changes_are_followed_from_any_point(self):
        watch = self.ledger.channel.unary_stream("/ledger.v1.ChangeService/WatchChanges", request_serializer=lambda m: m.SerializeToString(),
                                                 response_deserializer=message("ledger.v1.WatchChangesResponse").FromString)
        request = message("ledger.v1.WatchChangesRequest")
        self.company.top_up(self.a, 100)
        stream = watch(request(account_id=self.a, company_id=self.company.id, whole_company=True), timeout=30)
        first = next(stream)
        self.assertEqual((first.change.sequence, len(first.change.postings)), (1, 2))
        for _ in range(3):
            self.company.transfer(self.a, self.b, 1)
        self.assertEqual([next(stream).change.sequence for _ in range(3)], [2, 3, 4])
        stream.cancel()
        again = watch(request(account_id=self.b, company_id=self.company.id, cursor="2"), timeout=30)
        self.assertEqual([next(again).change.sequence for _ in range(2)], [3, 4])
        again.cancel()
        own = list(watch(request(account_id=self.b, company_id=self.company.id, until_now=True), timeout=30))
        self.assertEqual([seen.change.sequence for seen in own], [2, 3, 4])  # it ends, and no balance of another account is in it
        self.assertEqual({posting.account_id for seen in own for posting in seen.change.postings}, {self.b})
        self.assertEqual(list(watch(request(account_id=self.b, company_id=self.company.id, cursor=own[-1].cursor, until_now=True))), [])

    def test_who_names_no_contract_confirms_none(self):  # LED-42; callers of before contracts were listed
        self.company.call("CreditService/SetCreditLimit", self.a, limit_micros=micros(100), currency="CNY")
        request = new_id()
        for _ in range(2):
            with refused(self, PRECONDITION, "CONTRACT_CHANGED"):
                self.company.call("CreditService/ConfirmCreditLimit", self.a, request, contract_hash="")
        for wrong in ("0" * 63, "0"):
            with refused(self, INVALID, field="contract_hash"):
                self.company.call("CreditService/ConfirmCreditLimit", self.a, contract_hash=wrong)
        self.company.call("CreditService/ConfirmCreditLimit", self.a)

    def test_events_tell_of_limits_and_suspension(self):  # LED-15, LED-16, D.8
        self.company.call("CreditService/SetCreditLimit", self.a, limit_micros=micros(100), currency="CNY")
        self.company.call("CreditService/ConfirmCreditLimit", self.a)
        self.company.call("CreditService/SetCreditLimit", self.a, limit_micros=micros(200), currency="CNY")
        self.company.spend(self.a, 200)
        cursor, types = "", []

        def all_are_told():  # events are seen when no older transaction is under way in the cluster, another database's included
            nonlocal cursor
            for event in self.ledger.call("event.v1.EventService/ListEvents", cursor=cursor, page_size=500).events:
                cursor = event.cursor
                if event.scope_id == self.company.id and not event.type.endswith(".EntriesRecorded"):
                    types.append(event.type.rsplit(".", 1)[-1])
            return "AccountSuspended" in types
        wait_until(all_are_told)
        self.assertEqual(types, ["CreditLimitPending", "CreditLimitActivated", "AccountResumed", "CreditLimitChanged", "AccountSuspended"])


class Audited(unittest.TestCase):
    """Corruption by hand, as only a superuser could: each is found and named."""

    def corrupt(self, sql, kinds):
        with Service("ledger") as ledger:
            company = Company(ledger)
            a, b = company.open(), company.open()
            company.top_up(a, 100)
            company.transfer(a, b, 60)
            company.spend(b, 10)
            company.top_up(b, 10)
            company.spend(b, 60)  # from the lot, then from its own: three postings, beside the entry
            findings, totals = company.audit()
            self.assertEqual((findings, [s.sum_micros for s in totals.sums]), ([], [0]))
            psql(ledger.database, "SET search_path = ledger; " + sql.format(a=a, b=b))
            findings, _ = company.audit()
            self.assertLessEqual(set(kinds), {kind for kind, _, _ in findings}, findings)
            return {kind: sequence for kind, _, sequence in reversed(findings)}

    def test_a_balance_off_by_one_micro(self):
        self.corrupt("UPDATE account SET own_micros = own_micros + 1 WHERE account_id = '{a}'", ["BALANCE_DIFFERS"])

    def test_a_lot_that_grew(self):
        self.corrupt("UPDATE lot SET granted_micros = granted_micros + 1", ["LOTS_DIFFER"])

    def test_a_deleted_posting(self):
        findings = self.corrupt("DELETE FROM posting WHERE sequence = 5 AND book = 1", ["ENTRY_NOT_BALANCED", "CHAIN_BROKEN", "BALANCE_DIFFERS"])
        self.assertEqual((findings["ENTRY_NOT_BALANCED"], findings["CHAIN_BROKEN"]), (5, 5))

    def test_a_deleted_entry(self):
        findings = self.corrupt("DELETE FROM entry WHERE sequence = 2", ["CHAIN_BROKEN"])
        self.assertEqual(findings["CHAIN_BROKEN"], 2)

    def test_a_rewritten_remark(self):
        findings = self.corrupt("UPDATE entry SET remark = 'nothing to see' WHERE sequence = 3", ["CHAIN_BROKEN"])
        self.assertEqual(findings["CHAIN_BROKEN"], 3)

    def test_a_last_entry_that_vanished(self):
        self.corrupt("DELETE FROM posting WHERE sequence = 5; DELETE FROM entry WHERE sequence = 5", ["CHAIN_BROKEN", "BALANCE_DIFFERS", "BALANCE_DIFFERS"])

    def test_a_hold_a_bill_and_a_line(self):
        self.corrupt("UPDATE account SET frozen_micros = 1 WHERE account_id = '{a}'; UPDATE account SET credit_limit_micros = 1 WHERE account_id = '{a}';"
                     " INSERT INTO bill SELECT company_id, account_id, now(), 1, 1 FROM account WHERE account_id = '{a}'",
                     ["HOLDS_DIFFER", "BILLS_DIFFER", "CREDIT_DIFFERS"])


if __name__ == "__main__":
    unittest.main()
