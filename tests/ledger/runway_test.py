"""How long an account's money lasts (LED-32, D.11, E28): by what was used on its last seven complete days, whenever that was booked. The clock is
turned."""
import datetime
import os
import sys
import unittest
import zoneinfo

import grpc

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "support"))
from ledger import wait_until  # noqa: E402
from ledger_client import Company, micros  # noqa: E402
from service import Clock, Refusal, Service, message, new_id, refused  # noqa: E402

DAY, HOUR = 86400, 3600


class Runway(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.clock = Clock()
        cls.ledger = cls.enterClassContext(Service("ledger", clock=cls.clock))

    def setUp(self):
        self.company = Company(self.ledger)

    def opened(self, amount, country="CN", days=8, **fields):
        """An account that is some days old and has an amount."""
        account = self.company.open(country=country, **fields)
        self.clock.turn(days * DAY)
        self.company.top_up(account, amount)
        return account

    def use(self, account, amount, at=None, rpc="UsageService/RecordUsage"):
        fields = {"effective_time": {"seconds": at}} if at is not None else {}
        self.company.call(rpc, account, amount_micros=micros(amount), currency="CNY", **fields)

    def read(self, account):
        return self.company.read("RunwayService/GetRunway", account).runway

    def spent(self, account, amount):
        """Once the fold has come so far."""
        wait_until(lambda: self.read(account).spent_micros == micros(amount))
        return self.read(account)

    def begin_of_day(self, zone, days_ago=0):
        wall = datetime.datetime.fromtimestamp(self.clock.now(), zoneinfo.ZoneInfo(zone))
        day = wall.replace(hour=0, minute=0, second=0, microsecond=0) - datetime.timedelta(days=days_ago)
        return int(day.timestamp())

    def test_exactly_five_days_raise_no_alarm(self):
        account = self.opened(3500 + 4900)
        for day in range(1, 8):
            self.use(account, 700, self.begin_of_day("Asia/Shanghai", day) + 12 * HOUR)
        runway = self.spent(account, 4900)
        self.assertEqual((runway.days_left, runway.alarm, runway.days_counted), ("5.0", False, 7))
        self.assertEqual((runway.burn_micros, runway.available_micros, runway.line_micros), (micros(700), micros(3500), 0))
        self.assertEqual(runway.depletion_time.seconds - runway.as_of_time.seconds, 5 * DAY)
        self.use(account, "0.01")  # today: less is left, and no complete day
        runway = self.read(account)
        self.assertEqual((runway.days_left, runway.alarm, runway.spent_micros), ("4.9", True, micros(4900)))

    def test_days_are_the_account_s_own(self):
        account = self.opened(1000, country="US")  # New York
        first = self.begin_of_day("America/New_York", 7)
        self.use(account, 1, first - 1)
        self.use(account, 2, first)
        self.use(account, 4, self.begin_of_day("America/New_York") - 1)
        self.use(account, 8, self.begin_of_day("America/New_York"))
        self.assertEqual(self.spent(account, 6).days_counted, 7)
        self.clock.turn(DAY)
        self.spent(account, 12)

    def test_transfers_and_top_ups_are_no_spend_and_refunds_lower_it(self):
        account, other = self.opened(1000), self.company.open()
        yesterday = self.begin_of_day("Asia/Shanghai", 1)
        self.company.transfer(account, other, 100)
        bought = self.company.call("PurchaseService/CreatePurchase", account, amount_micros=micros(70), currency="CNY")
        self.company.call("PurchaseService/RefundPurchase", account, purchase_id=bought.purchase.purchase_id, amount_micros=micros(30), currency="CNY")
        held = self.company.call("HoldService/PlaceHold", account, amount_micros=micros(50), currency="CNY",
                                 expire_time={"seconds": int(self.clock.now()) + HOUR}).hold
        self.company.call("HoldService/CaptureHold", account, hold_id=held.hold_id, amount_micros=micros(20), currency="CNY")
        self.use(account, 5, yesterday)
        self.spent(account, 5)
        self.clock.turn(DAY)
        self.spent(account, 5 + 70 - 30 + 20)

    def test_a_young_account_divides_by_its_days(self):
        account = self.opened(1000, days=3)
        found = self.read(account)
        self.assertEqual((found.days_left, found.alarm, found.days_counted), ("", False, 2))
        self.assertFalse(found.HasField("depletion_time"))
        self.use(account, 400, self.begin_of_day("Asia/Shanghai", 1))
        found = self.spent(account, 400)
        self.assertEqual((found.burn_micros, found.days_left), (micros(200), "3.0"))
        self.assertTrue(found.alarm)

    def test_the_last_hour_shows_a_job_that_runs_away(self):
        account = self.opened(250)
        self.use(account, 100)
        found = self.read(account)
        self.assertEqual((found.last_hour_micros, found.days_left), (micros(100), ""))
        self.assertEqual(found.last_hour_depletion_time.seconds - found.as_of_time.seconds, 5400)
        self.clock.turn(HOUR + 60)
        self.assertFalse(self.read(account).HasField("last_hour_depletion_time"))

    def test_a_postpaid_account_lasts_to_its_buffer(self):
        account = self.opened(3500 + 4900, payment_mode="PAYMENT_MODE_POSTPAID")
        for day in range(1, 8):
            self.use(account, 700, self.begin_of_day("Asia/Shanghai", day))
        found = self.spent(account, 4900)
        self.assertEqual((found.days_left, found.line_micros, found.alarm), ("4.8", micros(100), True))

    def test_what_a_killed_ledger_booked_is_counted_once(self):
        account = self.opened(1000)
        for _ in range(20):
            self.use(account, 1, self.begin_of_day("Asia/Shanghai", 1))
        self.ledger.kill()
        self.ledger.start()
        wait_until(lambda: self.counted(account, 20))
        self.use(account, 1, self.begin_of_day("Asia/Shanghai", 1))
        self.spent(account, 21)

    def counted(self, account, amount):
        try:
            return self.read(account).spent_micros == micros(amount)
        except Refusal:
            return False

    def watch(self, account, **fields):
        call = self.ledger.channel.unary_stream("/ledger.v1.RunwayService/WatchRunway", request_serializer=lambda m: m.SerializeToString(),
                                                response_deserializer=message("ledger.v1.WatchRunwayResponse").FromString)
        return call(message("ledger.v1.WatchRunwayRequest")(account_id=account, company_id=self.company.id, **fields), timeout=60)

    def test_a_watcher_is_told_of_each_change_and_once_of_an_alarm(self):  # GW-06
        account = self.opened(3500 + 4900)
        for day in range(1, 8):
            self.use(account, 700, self.begin_of_day("Asia/Shanghai", day) + 12 * HOUR)
        self.spent(account, 4900)
        watching = self.watch(account)
        told = lambda: (lambda response: (response.runway.days_left, response.runway.alarm, response.alarm_began))(next(watching))
        self.assertEqual(told(), ("5.0", False, False))
        for act, seen in ((lambda: self.use(account, "0.01"), ("4.9", True, True)), (lambda: self.use(account, 1), ("4.9", True, False)),
                          (lambda: self.company.top_up(account, 1000), ("6.4", False, False)), (lambda: self.use(account, 1000), ("4.9", True, True))):
            act()
            self.assertEqual(told(), seen)
        watching.cancel()
        self.assertEqual([response.runway.days_left for response in self.watch(account, until_now=True)], ["4.9"])

    def test_there_is_an_end_to_watchers(self):
        account = self.company.open()
        watching = [self.watch(account) for _ in range(256)]
        for one in watching:
            next(one)
        with self.assertRaises(grpc.RpcError) as error:
            next(self.watch(account))
        self.assertEqual(error.exception.code(), grpc.StatusCode.RESOURCE_EXHAUSTED)
        for one in watching:
            one.cancel()
        wait_until(lambda: self.is_served(account))

    def is_served(self, account):
        try:
            return next(self.watch(account, until_now=True)).runway.account_id == account
        except grpc.RpcError:
            return False

    def test_a_stranger_s_account_is_not_found(self):
        with refused(self, grpc.StatusCode.NOT_FOUND, "ACCOUNT_NOT_FOUND"):
            self.read(new_id())


if __name__ == "__main__":
    unittest.main()
