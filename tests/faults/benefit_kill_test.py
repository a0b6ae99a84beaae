"""The coupons of a person follow it into its company (ID-31) while sharing, the gateway and identity are killed: each coupon is there once, with what was left of
it, it is shared with a sibling by the first request that is answered, and its usage is covered. KONTOR_SEED repeats a run."""
import os
import random
import sys
import unittest

sys.path[:0] = [os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "journeys"), os.path.dirname(os.path.abspath(__file__))]
from kill_test import SEED, Killer, StubbornCustomer, code_of, insist  # noqa: E402
from conversion_test import CONVERT  # noqa: E402
from stack import Journey, entity_number, new_id, psql  # noqa: E402

ROUNDS = 2


class BenefitKillTest(Journey):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = entity_number()
        cls.sibling = cls.stack.customer("sibling").open(cls.company)

    def person(self, name, promotion):
        person = self.stack.customer(name).open()
        person.kontor("factor", "confirm", code_of(person.kontor("factor", "enroll", "--name", "phone")["secret"]))
        person.kontor("promotion", "activate", promotion)
        self.stack.await_equal(self, 1, lambda: len(self.coupons(person)))
        person.kontor(*CONVERT)
        person.__class__ = StubbornCustomer
        return person, person.submit_company(self.company)

    def coupons(self, person):
        return [(coupon["assetId"], coupon["remainingMicros"]) for coupon in person.kontor("asset", "list").get("assets", [])]

    def test_each_follows_once_whatever_is_killed(self):
        print("seed %d" % SEED, file=sys.stderr)
        promotion = "P-" + new_id()[:8].upper()
        self.stack.operator("promotion", "define", promotion, "--within-days", "30", "--amount", "50.00", "--currency", "CNY", "--grant-days", "90", "--most", "9")
        shared = []
        for name in ("sharing", "gateway", "identity"):
            prepared = [self.person("%s-%d" % (name, number), promotion) for number in range(ROUNDS)]
            had = [self.coupons(person) for person, _ in prepared]
            self.stack.first_operator().prove()
            with self.subTest(killed=name), Killer(self.stack.services[name], random.Random("%d %s" % (SEED, name))) as killer:
                for person, submission in prepared:
                    insist(self.stack, "company", "approve", submission, profile="operator")
                    person.kontor("share", "add", "--asset", self.coupons(person)[0][0], "--with", self.sibling.account_id)
            self.assertIsNone(killer.error)
            self.assertGreater(killer.kills, 0)
            for (person, _), (coupon,) in zip(prepared, had):
                self.assertEqual(self.coupons(person), [coupon])
                self.assertTrue(insist(self.stack, "benefit", "check", "--asset", coupon[0], profile="sibling")["applies"])
                shared.append(coupon[0])
        received = [row["asset"]["assetId"] for row in self.sibling.kontor("share", "received")["receivedShares"]]
        self.assertEqual(sorted(received), sorted(shared))
        left = psql(self.stack.sharing.database, "SELECT count(*) FROM sharing.asset JOIN sharing.company USING (company_id) WHERE into_company_id IS NOT NULL")
        self.assertEqual(left.strip(), "0")


if __name__ == "__main__":
    unittest.main()
