"""Every rpc of every context is public by a row of the routes table, or inside by name; and every row fits its messages."""
import os
import re
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "support"))
from service import POOL, ROOT  # noqa: E402

CONTEXTS = ("identity", "payments", "ledger", "sharing", "gateway")


def read_table():
    """The rows and the internal list, as the source has them."""
    with open(os.path.join(ROOT, "gateway", "domain", "route.c"), encoding="utf-8") as file:
        text = file.read()
    prefixes = dict(re.findall(r'#define (\w+) "(/[^"]+)"', text))
    name = lambda prefix, rest: (prefixes.get(prefix, "") + rest).lstrip("/")
    rows = [(name(p, r), caller, kind, step) for p, r, caller, kind, step in
            re.findall(r'\{(\w+) "([^"]+)", "[^"]+", (ROUTE_\w+), (ROUTE_\w+), (STEP_\w+)\}', text)]
    inside = text[text.index("internal[]"):text.index("route_find")]
    return rows, {name(p, r) for p, r in re.findall(r'^\s+(\w*)\s*"([^"]+)",', inside, re.M)}


def all_rpcs():
    rpcs = {}
    for context in CONTEXTS + ("event",):
        folder = os.path.join(ROOT, "proto", context, "v1")
        for file in sorted(os.listdir(folder)):
            for service in POOL.FindFileByName("%s/v1/%s" % (context, file)).services_by_name.values():
                for method in service.methods:
                    rpcs[service.full_name + "/" + method.name] = method
    return rpcs


class RouteTest(unittest.TestCase):
    def setUp(self):
        self.rows, self.inside = read_table()
        self.rpcs = all_rpcs()

    def test_every_rpc_is_routed_or_inside(self):
        routed = {row[0] for row in self.rows}
        self.assertEqual(len(routed), len(self.rows), "an rpc has two rows")
        self.assertEqual(set(self.rpcs), routed | self.inside)
        self.assertFalse(routed & self.inside)

    def test_every_row_names_the_acting_account(self):
        for rpc, caller, _, _ in self.rows:
            fields = self.rpcs[rpc].input_type.fields_by_name
            if caller != "ROUTE_PUBLIC":
                self.assertIn("account_id", fields, rpc)
                self.assertEqual(fields["account_id"].number, 1, rpc)
            if rpc.split(".")[0] in ("ledger", "sharing"):
                self.assertEqual(fields["company_id"].number, 2, rpc)

    def test_every_mutation_can_be_repeated(self):
        for rpc, _, kind, _ in self.rows:
            if kind != "ROUTE_READ" and rpc.split("/")[1] not in ("LogIn", "LogOut"):
                self.assertIn("request_id", self.rpcs[rpc].input_type.fields_by_name, rpc)

    def test_steps_find_the_fields_they_need(self):
        needed = {"STEP_READY": ("region",), "STEP_TOP_UP_TARGET": ("target_account_id",), "STEP_LOG_OUT": ("session_token",),
                  "STEP_ONBOARDING": ("payment_method_present",), "STEP_READINESS": ("region",)}
        for rpc, _, _, step in self.rows:
            fields = self.rpcs[rpc].input_type.fields_by_name
            for field in needed.get(step, ()):
                self.assertIn(field, fields, rpc)
            if step == "STEP_SAME_COMPANY":
                self.assertTrue({"destination_account_id", "recipient_account_ids"} & set(fields), rpc)

    def test_whoever_names_others_is_checked(self):
        """LED-06, SHR-03: what gives something to another account says so in the table."""
        for rpc, _, kind, step in self.rows:
            fields = self.rpcs[rpc].input_type.fields_by_name
            gives = {"destination_account_id", "recipient_account_ids"} & set(fields)
            takes_back = rpc.split("/")[1] in ("RevokeTransfer", "StopSharing")
            if kind != "ROUTE_READ" and gives and not takes_back:
                self.assertEqual(step, "STEP_SAME_COMPANY", rpc)


if __name__ == "__main__":
    unittest.main()
