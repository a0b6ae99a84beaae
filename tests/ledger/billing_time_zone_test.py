"""D.14, LED-26 in the ledger: an account is billed at first by the zone of its country (LED-28), and by another one that is chosen from the next
period on; until that begins another choice takes its place. The clock is turned."""
import datetime
import os
import sys
import unittest
import zoneinfo

import grpc

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "support"))
from ledger_client import Company  # noqa: E402
from service import Clock, Service, new_id, psql, refused  # noqa: E402

INVALID, MISSING = grpc.StatusCode.INVALID_ARGUMENT, grpc.StatusCode.NOT_FOUND
SET, GET = "BillingTimeZoneService/SetBillingTimeZone", "BillingTimeZoneService/GetBillingTimeZone"


def period(zone, at):
    """By zoneinfo: the half month that a wall of the zone shows at a moment."""
    wall = datetime.datetime.fromtimestamp(at, zoneinfo.ZoneInfo(zone))
    begin = wall.replace(day=16 if wall.day >= 16 else 1, hour=0, minute=0, second=0, microsecond=0)
    end = begin.replace(day=16) if begin.day == 1 else (begin + datetime.timedelta(days=17)).replace(day=1)
    return int(begin.timestamp()), int(end.timestamp())


class BillingTimeZone(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.clock = Clock()
        cls.ledger = cls.enterClassContext(Service("ledger", clock=cls.clock))

    def setUp(self):
        self.company = Company(self.ledger)
        self.a = self.company.open(country="IE")

    def set(self, zone, **fields):
        return self.company.call(SET, self.a, time_zone=zone, **fields).billing_time_zone

    def get(self, account=None):
        return self.company.read(GET, account or self.a).billing_time_zone

    def told(self, zone):
        return zone.time_zone, zone.next_time_zone, zone.next_since_time.seconds, (zone.period_start_time.seconds, zone.period_end_time.seconds)

    def test_an_account_begins_with_its_country_s(self):
        for country, zone in (("IE", "Europe/Dublin"), ("CN", "Asia/Shanghai"), ("US", "America/New_York"), ("", "UTC"), ("AQ", "UTC"), ("XX", "UTC")):
            found = self.get(self.company.open(country=country))
            self.assertEqual(self.told(found), (zone, "", 0, period(zone, self.clock.now())))
            self.assertFalse(found.HasField("since_time") or found.HasField("next_since_time"))
        self.company.open(self.a, country="CN")  # again: nothing changes
        self.assertEqual(self.get().time_zone, "Europe/Dublin")

    def test_another_counts_from_the_next_period_on(self):
        span = period("Europe/Dublin", self.clock.now())
        self.assertEqual(self.told(self.set("Pacific/Auckland")), ("Europe/Dublin", "Pacific/Auckland", span[1], span))
        self.assertEqual(self.told(self.set("Asia/Tokyo")), ("Europe/Dublin", "Asia/Tokyo", span[1], span))
        self.assertEqual(self.told(self.get()), ("Europe/Dublin", "Asia/Tokyo", span[1], span))
        self.clock.turn(span[1] - self.clock.now() - 5)
        self.assertEqual(self.told(self.get())[0], "Europe/Dublin")
        self.clock.turn(6)
        found, end = self.get(), period("Asia/Tokyo", span[1] + 3 * 86400)[1]
        self.assertEqual(self.told(found), ("Asia/Tokyo", "", 0, (span[1], end)))
        self.assertEqual(found.since_time.seconds, span[1])
        self.assertEqual(self.told(self.set("UTC")), ("Asia/Tokyo", "UTC", end, (span[1], end)))

    def test_the_zone_of_now_takes_a_choice_back(self):
        self.set("Asia/Tokyo")
        self.assertEqual(self.told(self.set("Europe/Dublin"))[:3], ("Europe/Dublin", "", 0))
        self.assertEqual(self.told(self.get())[:3], ("Europe/Dublin", "", 0))

    def test_of_an_account_without_a_country_utc_counts_until_then(self):
        self.a = self.company.open()
        span = period("UTC", self.clock.now())
        self.assertEqual(self.told(self.set("Asia/Tokyo")), ("UTC", "Asia/Tokyo", span[1], span))
        self.assertEqual(self.told(self.get()), ("UTC", "Asia/Tokyo", span[1], span))

    def test_no_such_zone(self):
        for name in ("Mars/Olympus", "+08:00", "asia/tokyo", "Factory", "../zoneinfo/UTC"):
            with refused(self, INVALID, "UNKNOWN_TIME_ZONE"):
                self.set(name)
        for name in ("", "A" * 48):
            with refused(self, INVALID, field="time_zone"):
                self.set(name)
        for call in (lambda: self.company.call(SET, new_id(), time_zone="UTC"), lambda: self.get(new_id())):
            with refused(self, MISSING, "ACCOUNT_NOT_FOUND"):
                call()
        self.assertEqual(self.get().next_time_zone, "")

    def test_once_and_with_an_act(self):
        request_id = new_id()
        first = self.set("Asia/Tokyo", request_id=request_id)
        self.set("Asia/Seoul")
        self.assertEqual(self.set("Asia/Tokyo", request_id=request_id), first)
        self.assertEqual(self.get().next_time_zone, "Asia/Seoul")
        with refused(self, INVALID, "UNKNOWN_TIME_ZONE"):
            self.set("Asia/Atlantis")
        acts = psql(self.ledger.database, "SELECT action || '|' || reason || '|' || remark FROM ledger.act WHERE company_id = '%s' ORDER BY after_sequence, number" % self.company.id)
        self.assertEqual(acts.split("\n"), ["set_billing_time_zone||Asia/Tokyo", "set_billing_time_zone||Asia/Seoul",
                                            "set_billing_time_zone|UNKNOWN_TIME_ZONE|Asia/Atlantis"])


if __name__ == "__main__":
    unittest.main()
