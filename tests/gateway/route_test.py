"""Every rpc of every context is public by a row of the routes table, or inside by name; and every row fits its messages."""
import os
import re
import sys
import unittest

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path[:0] = [os.path.join(TOP, "tests", "support"), os.path.join(TOP, "cmake")]
from routes import Routes, catalogue  # noqa: E402
from service import BUILD, POOL, ROOT  # noqa: E402

CONTEXTS = ("identity", "payments", "ledger", "sharing", "gateway")
# They are about the same for every company, or about accounts of many.
OF_NO_CHAIN = {"ledger.v1.CatalogueService/%s%s" % (verb, thing) for verb, things in
               (("Create", "Region Product Sku"), ("Retire", "Region Product Sku"), ("List", "Regions Products Skus")) for thing in things.split()} | {
                   "ledger.v1.UsageRecordService/" + rpc for rpc in ("RecordUsageBatch", "GetUsageRecord", "ListParkedUsage")}
OF_NO_CHAIN |= {"ledger.v1.PriceService/" + rpc for rpc in ("CreatePriceBook", "ListPriceBooks", "SetPrices", "ListPrices")}


def read_table():
    """The rows and the rpcs that stay inside, as the protos have them."""
    rows = [(path[1:], "ROUTE_" + caller, "ROUTE_" + kind, "FILTER_" + filter.replace("UNSPECIFIED", "FORWARD"))
            for path, _, caller, kind, filter in Routes(descriptor_set()).rows()]
    return [row for row in rows if row[1] != "ROUTE_INTERNAL"], {row[0] for row in rows if row[1] == "ROUTE_INTERNAL"}


def descriptor_set():
    with open(os.path.join(BUILD, "generated", "proto", "kontor.fds"), "rb") as file:
        return file.read()


def all_rpcs():
    rpcs = {}
    for context in CONTEXTS + ("act", "event"):
        folder = os.path.join(ROOT, "proto", context, "v1")
        for file in sorted(os.listdir(folder)):
            for service in POOL.FindFileByName("%s/v1/%s" % (context, file)).services_by_name.values():
                for method in service.methods:
                    rpcs[service.full_name + "/" + method.name] = method
    return rpcs


class RouteTest(unittest.TestCase):
    def setUp(self):
        rows, self.inside = read_table()
        self.rows, self.fields = [row for row in rows if "?" not in row[0]], [row for row in rows if "?" in row[0]]
        self.rpcs = all_rpcs()

    def test_every_rpc_is_routed_or_inside(self):
        for rpc, field in (row[0].split("?") for row in self.fields):
            self.assertIn(field, self.rpcs[rpc].input_type.fields_by_name, "a row for a field that its rpc does not have")
        routed = {row[0] for row in self.rows}
        self.assertEqual(len(routed), len(self.rows), "an rpc has two rows")
        self.assertEqual(set(self.rpcs), routed | self.inside)
        self.assertFalse(routed & self.inside)

    def test_the_catalogue_of_permissions_is_of_today(self):
        public = [row for row in Routes(descriptor_set()).rows() if row[2] != "INTERNAL"]
        with open(os.path.join(ROOT, "docs", "permissions.md"), encoding="utf-8") as file:
            self.assertEqual(file.read().splitlines(), list(catalogue(public)), "copy it from generated/permissions.md of the build")

    def test_every_row_names_the_acting_account(self):
        for rpc, caller, _, _ in self.rows:
            fields = self.rpcs[rpc].input_type.fields_by_name
            if caller != "ROUTE_PUBLIC":
                self.assertIn("account_id", fields, rpc)
                self.assertEqual(fields["account_id"].number, 1, rpc)
            if rpc.split(".")[0] in ("ledger", "sharing") and rpc not in OF_NO_CHAIN:
                self.assertEqual(fields["company_id"].number, 2, rpc)

    def test_every_mutation_can_be_repeated(self):
        """But for what gives a secret that is kept nowhere: repeated, it gives another, or says that the proof was used."""
        once = ("LogIn", "LogOut", "ConfirmTotp", "FinishWebauthnEnrollment", "ProveFactor", "RegenerateRecoveryCodes")
        for rpc, _, kind, _ in self.rows:
            fields = self.rpcs[rpc].input_type.fields_by_name
            if "orders" in fields:
                for order in self.orders():
                    self.assertIn("request_id", order.message_type.fields_by_name, order.name)
            elif "records" in fields:
                self.assertIn("record_id", fields["records"].message_type.fields_by_name, rpc)
            elif kind != "ROUTE_READ" and rpc.split("/")[1] not in once:
                self.assertIn("request_id", fields, rpc)

    def test_what_reads_is_known_by_its_name(self):
        """As runtime/rpc/method.c tells it: what only reads never leaves a doubt, everything else may."""
        with open(os.path.join(ROOT, "runtime", "rpc", "method.c"), encoding="utf-8") as file:
            words = re.findall(r'"(\w+)"', re.search(r"reading\[\] = \{(.*?)\}", file.read(), re.S).group(1))
        for rpc, _, kind, _ in self.rows:
            self.assertEqual(kind == "ROUTE_READ", rpc.split("/")[1].startswith(tuple(words)), rpc)

    def orders(self):
        return POOL.FindMessageTypeByName("ledger.v1.Order").oneofs_by_name["kind"].fields

    def test_an_order_has_the_rpc_of_its_request(self):
        """Each kind is what exactly one rpc takes, and that rpc is inside or has a row with nothing but a filter before."""
        for order in self.orders():
            takers = [rpc for rpc, method in self.rpcs.items() if method.input_type == order.message_type]
            self.assertEqual(len(takers), 1, order.name)
            self.assertEqual(takers[0].split("/")[1] + "Request", order.message_type.name)
            steps = [row[3] for row in self.rows if row[0] == takers[0]]
            self.assertIn(steps, ([], ["FILTER_FORWARD"], ["FILTER_READY"], ["FILTER_SAME_COMPANY"], ["FILTER_ALLOCATION"]), order.name)

    def test_steps_find_the_fields_they_need(self):
        needed = {"FILTER_READY": ("region",), "FILTER_TOP_UP_TARGET": ("target_account_id",), "FILTER_LOG_OUT": ("session_token",),
                  "FILTER_ONBOARDING": ("payment_method_present",), "FILTER_READINESS": ("region",)}
        for rpc, _, _, filter in self.rows:
            fields = self.rpcs[rpc].input_type.fields_by_name
            for field in needed.get(filter, ()):
                self.assertIn(field, fields, rpc)
            if filter == "FILTER_SAME_COMPANY":
                self.assertTrue({"destination_account_id", "recipient_account_ids"} & set(fields), rpc)

    def test_whoever_names_others_is_checked(self):
        """LED-06, SHR-03: what gives something to another account says so in the table."""
        for rpc, _, kind, filter in self.rows:
            fields = self.rpcs[rpc].input_type.fields_by_name
            gives = {"destination_account_id", "recipient_account_ids"} & set(fields)
            takes_back = rpc.split("/")[1] in ("RevokeTransfer", "ReclaimFromSubAccount", "StopSharing")
            if kind != "ROUTE_READ" and gives and not takes_back:
                self.assertEqual(filter, "FILTER_ALLOCATION" if rpc.endswith("/AllocateToSubAccount") else "FILTER_SAME_COMPANY", rpc)


if __name__ == "__main__":
    unittest.main()
