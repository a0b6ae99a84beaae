"""Caps in the ledger (LED-31, LED-38, breadth A.5): the month of the billing zone, whoever pays, through two replicas, and a second count in Python
of what a month's purchases, holds, captures, refunds and usage come to, before a cap was set and after it. The clock is turned."""
import datetime
import os
import random
import sys
import threading
import unittest
import zoneinfo

import grpc

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "support"))
from ledger import wait_until  # noqa: E402
from ledger_client import CNY, Company, amounts, micros  # noqa: E402
from service import Clock, Refusal, Service, message, new_id, psql, refused  # noqa: E402

EXHAUSTED, MISSING, PRECONDITION = grpc.StatusCode.RESOURCE_EXHAUSTED, grpc.StatusCode.NOT_FOUND, grpc.StatusCode.FAILED_PRECONDITION
DAY = 86400


def month(zone, at):
    """By zoneinfo: the calendar month that a wall of the zone shows at a moment."""
    wall = datetime.datetime.fromtimestamp(at, zoneinfo.ZoneInfo(zone))
    begin = wall.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    return int(begin.timestamp()), int((begin + datetime.timedelta(days=32)).replace(day=1).timestamp())


class Caps(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.clock = Clock()
        cls.ledger = cls.enterClassContext(Service("ledger", clock=cls.clock))
        cls.second = cls.enterClassContext(Service("ledger", clock=cls.clock, database=cls.ledger.database))

    def setUp(self):
        self.company = Company(self.ledger)
        self.a = self.opened()
        self.begin_soon()

    def tearDown(self):
        self.assertEqual(self.company.audit()[0], [])

    def begin_soon(self, zone="UTC"):
        """Into the first week of a month that leaves room to go on."""
        left = month(zone, self.clock.now())[1] - self.clock.now()
        if left < 10 * DAY:
            self.clock.turn(left + DAY)

    def opened(self, amount=100000, **fields):
        account = self.company.open(**fields)
        self.company.top_up(account, amount)
        return account

    def set(self, cap, account=None, rpc="SetCap", **fields):
        return self.company.call("CapService/" + rpc, account or self.a, cap_micros=micros(cap), **dict(CNY, **fields)).cap

    def get(self, account=None):
        return self.company.read("CapService/GetCap", account or self.a)

    def counted(self, account=None):
        cap = self.get(account).cap
        return cap.used_micros, cap.reserved_micros

    def buy(self, amount, account=None, **fields):
        return self.company.spend(account or self.a, amount, **fields).purchase.purchase_id

    def hold(self, amount, account=None, days=40, **fields):
        return self.company.call("HoldService/PlaceHold", account or self.a, amount_micros=micros(amount), **dict(CNY, **fields),
                                 expire_time={"seconds": int(self.clock.now()) + days * DAY}).hold.hold_id

    def use(self, amount, account=None, **fields):
        self.company.call("UsageService/RecordUsage", account or self.a, amount_micros=micros(amount), **dict(CNY, **fields))

    def capture(self, hold, amount, account=None, **fields):
        return self.company.call("HoldService/CaptureHold", account or self.a, hold_id=hold, amount_micros=micros(amount), **dict(CNY, **fields))

    def refund(self, purchase, amount, account=None):
        self.company.call("PurchaseService/RefundPurchase", account or self.a, purchase_id=purchase, amount_micros=micros(amount), **CNY)

    def exceeded(self, remaining, order):
        with self.assertRaises(Refusal) as no:
            order()
        self.assertEqual((no.exception.code, no.exception.reason, no.exception.terms["remaining"]), (EXHAUSTED, "CAP_EXCEEDED", remaining))
        return no.exception

    def test_exactly_what_remains_of_a_month_that_began_before_the_cap(self):  # A.5
        self.buy(500)
        self.use(200)
        self.hold(200)
        cap = self.set(1000)
        self.assertEqual((cap.used_micros, cap.reserved_micros, cap.remaining_micros), (micros(700), micros(200), micros(100)))
        no = self.exceeded("100.00", lambda: self.buy("100.01"))
        self.assertEqual({name: no.terms[name] for name in no.terms if name not in ("currency", "binding")},
                         amounts(remaining="100.00", cap="1000.00", used="-700.00", reserved="-200.00", estimate="100.01", limit="100.00"))
        self.exceeded("100.00", lambda: self.hold("100.01"))
        preview = self.company.read("OrderService/PreviewOrder", self.a, order={"create_purchase": dict(CNY, amount_micros=micros("100.01"))})
        self.assertIn(b"CAP_EXCEEDED", preview.SerializeToString())
        self.buy(100)
        self.assertEqual(self.get().remaining.amount_micros, 0)
        self.exceeded("0.00", lambda: self.buy("0.01"))
        self.assertEqual(self.set(850).remaining_micros, -micros(150))  # lowered below what is used
        self.exceeded("-150.00", lambda: self.buy("0.01"))
        self.set(1200)
        self.buy(200)

    def test_two_sixties_on_two_replicas(self):  # A.5
        for _ in range(8):
            account, gate, answers = self.opened(1000), threading.Barrier(2), []
            self.set(100, account)

            def buy(ledger):
                gate.wait()
                try:
                    self.buy(60, account, ledger=ledger)
                except Refusal as no:
                    answers.append((no.reason, no.terms["remaining"]))
            threads = [threading.Thread(target=buy, args=(ledger,)) for ledger in (self.ledger, self.second)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            self.assertEqual((answers, self.counted(account)), ([("CAP_EXCEEDED", "40.00")], (micros(60), 0)))

    def test_own_and_from_above(self):  # LED-38
        self.assertEqual(self.set(500, rpc="ImposeCap").above_micros, micros(500))
        cap = self.set(900)
        self.assertEqual((cap.own_is_set, cap.above_is_set, cap.remaining_micros), (True, True, micros(500)))
        self.exceeded("500.00", lambda: self.buy("500.01"))
        self.set(300)
        self.exceeded("300.00", lambda: self.buy("300.01"))
        self.company.call("CapService/RemoveCap", self.a)
        self.exceeded("500.00", lambda: self.buy("500.01"))  # the child removes its own alone
        with refused(self, MISSING, "CAP_NOT_FOUND"):
            self.company.call("CapService/RemoveCap", self.a)
        request_id = new_id()
        for _ in range(2):
            self.company.call("CapService/LiftCap", self.a, request_id=request_id, remark="enough")
        self.buy(600)
        for read in (self.get, lambda: self.company.call("CapService/LiftCap", self.a)):
            with refused(self, MISSING, "CAP_NOT_FOUND"):
                read()
        with refused(self, PRECONDITION, "CURRENCY_MISMATCH"):
            self.set(1, currency="USD")
        with refused(self, grpc.StatusCode.INVALID_ARGUMENT, field="cap_micros"):
            self.set("0.001")
        with refused(self, MISSING, "ACCOUNT_NOT_FOUND"):
            self.set(1, new_id())
        acts = psql(self.ledger.database, "SELECT action || '|' || amount_micros || '|' || reason FROM ledger.act WHERE company_id = '%s'"
                                          " AND action <> '' ORDER BY after_sequence, number" % self.company.id).split("\n")
        self.assertEqual(acts[:6], ["impose_cap|500000000|", "set_cap|900000000|", "set_cap|300000000|", "remove_cap|0|", "remove_cap|0|CAP_NOT_FOUND",
                                    "lift_cap|0|"])

    def test_usage_goes_beyond_and_is_told_once_a_month(self):
        self.set(100)
        self.use(100)
        self.assertEqual(self.told(), [])
        self.use("0.000001")
        self.use(50)
        told, = self.told()
        self.assertEqual((told.cap_micros, told.used_micros, told.currency, told.month_end_time.seconds),
                         (micros(100), micros(100) + 1, "CNY", month("UTC", self.clock.now())[1]))
        self.exceeded("-50.000001", lambda: self.hold("0.01"))
        self.clock.turn(month("UTC", self.clock.now())[1] - self.clock.now() + 1)
        self.use(101)
        self.assertEqual(len(self.told()), 2)

    def told(self):
        found, cursor = [], ""
        while True:
            events = self.ledger.call("event.v1.EventService/ListEvents", cursor=cursor, page_size=1000).events
            found += [message(event.type).FromString(event.payload) for event in events if event.type == "ledger.v1.CapExceeded"]
            if not events:
                return [event for event in found if event.account_id == self.a]
            cursor = events[-1].cursor

    def test_a_month_ends_by_the_wall_of_the_zone(self):
        """In the year's months of Dublin, whose clocks change within two of them."""
        account = self.opened(country="IE")
        for _ in range(5):
            begin, end = month("Europe/Dublin", self.clock.now())
            cap = self.set(100, account)
            self.assertEqual((cap.month_start_time.seconds, cap.month_end_time.seconds, cap.used_micros), (begin, end, 0))
            self.clock.turn(end - 2 - self.clock.now())
            purchase, held = self.buy(60, account), self.hold(40, account)
            self.exceeded("0.00", lambda: self.buy("0.01", account))
            self.clock.turn(max(0, end - self.clock.now()))
            self.assertEqual(self.counted(account), (0, 0))
            self.refund(purchase, 60, account)  # of the month before, as the capture is
            self.capture(held, 40, account)
            self.assertEqual(self.counted(account), (0, 0))
            self.buy(100, account)
            self.exceeded("0.00", lambda: self.buy("0.01", account))
            self.company.call("CapService/RemoveCap", account)
            self.assertEqual(self.set(100, account).used_micros, micros(100))  # counted afresh: the same
            self.clock.turn(month("Europe/Dublin", self.clock.now())[1] - self.clock.now() + DAY)

    def test_another_zone_moves_the_end_of_the_month(self):
        self.clock.turn(max(0, month("UTC", self.clock.now())[0] + 2 * DAY - self.clock.now()))
        self.set(100)
        for zone in ("Pacific/Auckland", "America/New_York", "UTC"):
            self.company.call("BillingTimeZoneService/SetBillingTimeZone", self.a, time_zone=zone)
            self.assertEqual(self.get().cap.month_end_time.seconds, month(zone, self.clock.now() + 5 * DAY)[1], zone)

    def test_who_consumes_is_capped_and_not_who_pays(self):  # c-1, LED-20
        agent = Company(self.ledger)
        payer = agent.open()
        agent.top_up(payer, 10000)
        agent.relate(payer, self.a)
        agent.call("QuotaService/SetQuota", payer, sub_account_id=self.a, line_micros=micros(5000), **CNY)

        def pay(amount, rpc="PurchaseService/CreatePurchase", **fields):
            return agent.call(rpc, payer, sub_account_id=self.a, amount_micros=micros(amount), **dict(CNY, **fields))
        first, until = pay(100), {"seconds": int(self.clock.now()) + 40 * DAY}
        held = pay(70, "HoldService/PlaceHold", expire_time=until).hold.hold_id
        self.assertEqual(self.set(1000).remaining_micros, micros(830))
        agent.call("CapService/SetCap", payer, cap_micros=micros(10), **CNY)  # its own spending is another's
        with self.assertRaises(Refusal) as no:
            pay("830.01")
        self.assertEqual((no.exception.reason, dict(no.exception.terms)),  # who pays does not learn what the other spends
                         ("CAP_EXCEEDED", {"estimate": "830.01", "estimate_micros": str(micros("830.01")), "currency": "CNY"}))
        self.buy(30)
        pay(400)
        pay(50, "UsageService/RecordUsage")
        self.exceeded("350.00", lambda: self.buy("350.01"))
        agent.call("HoldService/CaptureHold", payer, hold_id=held, amount_micros=micros(20), **CNY)
        self.assertEqual(self.counted(), (micros(600), micros(50)))
        agent.call("HoldService/VoidHold", payer, hold_id=held)
        agent.call("PurchaseService/RefundPurchase", payer, purchase_id=first.purchase.purchase_id, amount_micros=micros(40), **CNY)
        self.assertEqual((self.counted(), agent.read("CapService/GetCap", payer).cap.used_micros), ((micros(560), 0), 0))
        self.company.call("CapService/RemoveCap", self.a)
        self.assertEqual(self.set(1000).used_micros, micros(560))

    def kill(self):
        self.ledger.kill()
        self.ledger.start()
        wait_until(self.answers)

    def answers(self):
        try:
            return self.company.balance(self.a)
        except Refusal:
            return None

    def test_a_second_count_in_python(self):
        """Histories over two months, with the cap set at some moment; -9 in between. A loop over what was accepted tells what counts."""
        dice = random.Random(31)
        for _ in range(3):
            account, begin, cap = self.opened(10 ** 6), month("UTC", self.clock.now())[0], None
            spent, holds, purchases = {}, {}, {}  # micros by month; hold: (month, left); purchase: (month, left)
            at, steps = dice.randrange(8, 20), 36
            for step in range(steps):
                if step == steps // 2:
                    self.clock.turn(month("UTC", self.clock.now())[1] - self.clock.now() + 60)
                    begin = month("UTC", self.clock.now())[0]
                if step == at:
                    cap = micros(dice.randrange(200, 600))
                    self.set("%d" % (cap // 1000000), account)
                if step == at + 4:
                    self.kill()
                amount, kind = dice.randrange(1, 12000) * 10000, dice.choice(("buy", "hold", "use", "capture", "void", "refund"))
                reserved = sum(left for of, left in holds.values() if of == begin)
                fits = cap is None or spent.get(begin, 0) + reserved + amount <= cap
                text = "%d.%02d" % (amount // 1000000, amount // 10000 % 100)
                if kind in ("buy", "hold"):
                    try:
                        made = getattr(self, kind)(text, account)
                        self.assertTrue(fits, (step, kind, amount))
                        (purchases if kind == "buy" else holds)[made] = (begin, amount)
                        spent[begin] = spent.get(begin, 0) + (amount if kind == "buy" else 0)
                    except Refusal as no:
                        self.assertEqual((no.reason, fits), ("CAP_EXCEEDED", False), (step, kind, amount))
                elif kind == "use":
                    self.use(text, account)
                    spent[begin] = spent.get(begin, 0) + amount
                elif kind == "refund" and purchases:
                    purchase = dice.choice(sorted(purchases))
                    of, left = purchases.pop(purchase)
                    self.refund(purchase, "%d.%02d" % (left // 1000000, left // 10000 % 100), account)
                    spent[of] -= left
                elif kind in ("capture", "void") and holds:
                    held = dice.choice(sorted(holds))
                    of, left = holds.pop(held)
                    part = left // 20000 * 10000
                    if kind == "void" or part == 0:
                        self.company.call("HoldService/VoidHold", account, hold_id=held)
                    else:
                        self.capture(held, "%d.%02d" % (part // 1000000, part // 10000 % 100), account, final=True)
                        spent[of] = spent.get(of, 0) + part
                if cap is not None:
                    reserved = sum(left for of, left in holds.values() if of == begin)
                    self.assertEqual(self.counted(account), (spent.get(begin, 0), reserved), (step, kind, amount))
            self.company.call("CapService/RemoveCap", account)
            self.set(1, account)
            self.assertEqual(self.counted(account), (spent.get(begin, 0), reserved))


if __name__ == "__main__":
    unittest.main()
