"""A clock that was a day ahead for one order and is right again: recorded times never go back along a company's chain, and what is held,
due or over is judged by the clock, not by them."""
import os
import sys
import unittest

import grpc

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "support"))
from ledger import unsound  # noqa: E402
from ledger_client import Company, micros  # noqa: E402
from service import POSTGRES, Clock, Service, message, refused  # noqa: E402
from sql import Sql  # noqa: E402

ACTIVE, EXPIRED = 1, 4


def timestamp(seconds):
    moment = message("google.protobuf.Timestamp")()
    moment.FromMicroseconds(int(seconds * 1000000))
    return moment


class ClockTest(unittest.TestCase):
    def setUp(self):
        self.clock = Clock()
        self.ledger = Service("ledger", clock=self.clock)
        self.addCleanup(self.ledger.__exit__, None, None, None)
        self.company = Company(self.ledger)
        self.a, self.b = self.company.open(), self.company.open()
        self.company.top_up(self.a, "100.00")

    def hold(self, seconds):
        return self.company.call("HoldService/PlaceHold", self.a, amount_micros=micros("5.00"), currency="CNY",
                                 expire_time=timestamp(self.clock.now() + seconds)).hold.hold_id

    def state(self, hold):
        return self.company.read("HoldService/GetHold", self.a, hold_id=hold).hold.state

    def capture(self, hold):
        return self.company.call("HoldService/CaptureHold", self.a, hold_id=hold, amount_micros=micros("1.00"), currency="CNY")

    def test_holds_are_judged_by_the_clock(self):
        sql = Sql(POSTGRES, self.ledger.database)
        self.addCleanup(sql.close)
        in_an_hour = self.hold(3600)
        sql.rows("UPDATE ledger.chain SET recorded_time = recorded_time + interval '1 day', revision = gen_random_uuid()")  # as an order leaves it
        self.company.transfer(self.a, self.b, "1.00")
        self.assertEqual(self.state(in_an_hour), ACTIVE)
        self.capture(in_an_hour)
        in_a_quarter = self.hold(900)
        self.clock.turn(899)
        self.capture(in_a_quarter)
        self.clock.turn(1)
        with refused(self, grpc.StatusCode.FAILED_PRECONDITION, "HOLD_ENDED"):
            self.capture(in_a_quarter)
        self.company.transfer(self.a, self.b, "1.00")
        self.assertEqual(self.state(in_a_quarter), EXPIRED)
        self.assertEqual(sql.rows("SELECT count(*) FROM (SELECT recorded_time < lag(recorded_time) OVER (PARTITION BY chain ORDER BY sequence)"
                                    " AS back FROM ledger.entry) AS entry WHERE back"), [("0",)])
        self.assertEqual(unsound(sql), [])
        self.assertEqual(self.company.audit()[0], [])


if __name__ == "__main__":
    unittest.main()
