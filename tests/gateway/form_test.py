"""R12, E35: what is wrong with a request by itself is told before anybody is asked about the state of anything: by every public rpc, in
a bulk and as a preview, at both sides of each rule. The peers are fakes, so that whom the gateway asked can be seen."""
import time
import unittest

import grpc
from fake_peers import RESOLVE, RESOLVE_ALL, SAME_COMPANY, new_id
from order_test import KINDS, PREVIEW, SUBMIT, Orders, unary_of
from passage_test import ROLE, PURCHASE, TRANSFER, Passage
from route_test import all_rpcs, read_table

from service import POOL, Refusal, refused

YEAR = 366 * 24 * 3600
TOP_UP = "payments.v1.TopUpService/CreateTopUp"
SHARE = "sharing.v1.ShareService/ShareWithAccounts"
HOLD = "ledger.v1.HoldService/PlaceHold"
WORDS = ("region_id", "product_id", "sku_id", "price_book_id", "resource_id", "record_id")  # ids of the catalogue, of who meters and of services, which are no UUIDs
ASKED_FIRST = {RESOLVE_ALL, RESOLVE, SAME_COMPANY}  # who calls comes before anything, and how other accounts stand to theirs


def public_rpcs():
    return {row[0].lstrip("/"): row for row in read_table()[0] if "?" not in row[0]}


class FormTest(Passage):
    def setUp(self):
        super().setUp()
        self.roles = ["ROLE_ACCOUNT_ADMINISTRATOR", "ROLE_MEMBER", "ROLE_OPERATOR_FINANCE", "ROLE_OPERATOR_REVIEW",
                      "ROLE_OPERATOR_ADMINISTRATOR"]

    def resolve(self, request, metadata):
        """With a fresh factor, which an approval takes before it is looked at."""
        return dict(super().resolve(request, metadata), factor_kinds=[1], mfa_time={"seconds": int(time.time())})

    def fields_of(self, rpc, **fields):
        """The fields that the gateway itself names, without asking anybody but who calls; None: it goes further."""
        self.peers.seen.clear()
        try:
            self.call(rpc, **fields)
        except Refusal as refusal:
            if refusal.fields:
                self.assertEqual((refusal.code, refusal.reason), (grpc.StatusCode.INVALID_ARGUMENT, "INVALID_ARGUMENT"), (rpc, fields))
                self.assertEqual(self.peers.asked() - ASKED_FIRST, set(), (rpc, fields))
                self.faults = refusal.faults
                return refusal.fields
        return None

    def test_each_rule_at_both_sides_of_its_boundary(self):
        one, now = new_id(), int(time.time())
        many = [new_id() for _ in range(1001)]
        rows = (  # rpc, field, what is well formed, what is not
            (TRANSFER, "amount_micros", (10000, 2 ** 62 // 10000 * 10000), (0, -5000000, 9999, 10001)),
            (PURCHASE, "amount_micros", (1, 10001), (0, -1)),  # settled 7: all six decimals
            (TOP_UP, "amount_micros", (10000,), (0, -10000, 10001)),
            ("ledger.v1.QuotaService/SetQuota", "line_micros", (0, 10000), (-10000, 1)),
            (TRANSFER, "currency", ("CNY", "KWD"), ("", "cny", "CNYX", "XXX", "CN")),
            (TRANSFER, "destination_account_id", (one, one.upper()), ("", "no id", "{%s}" % one, one + "0", "0" * 8 + "-0000-0000-0000-" + "0" * 12)),
            (TRANSFER, "destination_account_id", (one,), (self.account, self.account.upper())),
            (TRANSFER, "request_id", (one,), ("", "7")),
            (TRANSFER, "remark", ("", "é" * 128, "x" * 256), ("é" * 128 + "x", "a\u202eb", "4111 1111 1111 1111")),
            (TRANSFER, "tag", ("t" * 64,), ("t" * 65, "a\nb")),
            (TRANSFER, "effective_time", ({"seconds": now + YEAR - 60}, {"seconds": now - YEAR + 60}),
             ({"seconds": now + YEAR + 60}, {"seconds": now - YEAR - 60}, {"seconds": -1}, {"seconds": now, "nanos": -1})),
            (HOLD, "expire_time", ({"seconds": now + 60},), (None, {"seconds": now + YEAR + 60})),
            (PURCHASE, "sub_account_id", ("", one), ("x", self.account)),
            (HOLD, "sub_account_id", ("", one), ("x", self.account)),
            (TOP_UP, "target_account_id", (one, self.account), ("", "x")),
            (SHARE, "recipient_account_ids", ([one], many[:1000]), ([], many, [one, one.upper()], [one, "x"])),
            ("ledger.v1.PostingService/ListPostings", "page_size", (0, 1, 2 ** 31 - 1), (-1,)),
        )
        for rpc, field, good, bad in rows:
            for value in good:
                self.assertIsNone(self.fields_of(rpc, **{field: value}), (rpc, field, value))
            for value in bad:
                self.assertEqual(self.fields_of(rpc, **{field: value}), [field], (rpc, field, value))

    def test_inside_of_conditions(self):
        for name in ("minimum_left_micros", "expected_version"):
            self.assertIsNone(self.fields_of(TRANSFER, conditions={name: 0}))
            self.assertEqual(self.fields_of(TRANSFER, conditions={name: -1}), ["conditions." + name])

    def test_all_that_is_wrong_is_told_at_once(self):
        self.assertEqual(self.fields_of(TRANSFER, account_id="x", request_id="", destination_account_id="no", amount_micros=-5, currency="?"),
                         ["account_id", "request_id", "destination_account_id", "amount_micros", "currency"])
        self.assertEqual(self.faults, {"account_id": "NOT_A_UUID", "request_id": "NOT_A_UUID", "destination_account_id": "NOT_A_UUID",
                                       "amount_micros": "NOT_POSITIVE", "currency": "NOT_A_CURRENCY"})

    def test_each_rule_has_a_reason_of_its_own(self):
        one, far = new_id(), int(time.time()) + YEAR + 60
        rows = (
            (TRANSFER, "amount_micros", 10001, "NOT_WHOLE"), (TRANSFER, "destination_account_id", self.account, "SAME_AS_ACTING"),
            (TRANSFER, "remark", "x" * 257, "TOO_LONG"), (TRANSFER, "remark", "a\tb", "NOT_UTF8"), (TRANSFER, "remark", "a\u202eb", "HIDDEN_CHARACTERS"),
            (TRANSFER, "remark", "e\u0301", "NOT_NORMAL"), (TRANSFER, "remark", "4111 1111 1111 1111", "CARD_NUMBER"),
            (TRANSFER, "effective_time", {"seconds": far}, "OUT_OF_RANGE"), (TRANSFER, "effective_time", {"seconds": -1}, "NOT_A_TIME"),
            (HOLD, "expire_time", None, "REQUIRED"), (SHARE, "recipient_account_ids", [], "REQUIRED"),
            (SHARE, "recipient_account_ids", [one, one], "NOT_DISTINCT"), (SHARE, "recipient_account_ids", [one, "x"], "NOT_A_UUID"),
            (SHARE, "recipient_account_ids", [new_id() for _ in range(1001)], "TOO_MANY"),
            ("ledger.v1.QuotaService/SetQuota", "line_micros", -10000, "NEGATIVE"),
            ("ledger.v1.QuotaService/GetQuota", "sub_account_id", self.account, "SAME_AS_ACTING"),
            ("ledger.v1.TransferService/RevokeTransfer", "destination_account_id", self.account, "SAME_AS_ACTING"),
            ("ledger.v1.TransferService/GetRevocable", "destination_account_id", self.account, "SAME_AS_ACTING"),
            ("ledger.v1.AllocationService/GetReclaimable", "destination_account_id", self.account, "SAME_AS_ACTING"),
        )
        for rpc, field, bad, reason in rows:
            self.assertEqual(self.fields_of(rpc, **{field: bad}), [field], (rpc, field))
            self.assertEqual(self.faults, {field: reason}, (rpc, field))

    def test_every_public_rpc_judges_its_ids_and_amounts_first(self):
        """A field that a new rpc has and whose rule its proto forgot fails here."""
        rules, judged = all_rpcs(), 0
        ROLE["ROLE_BILLING_FREEZER"] = 8
        self.roles.append("ROLE_BILLING_FREEZER")
        self.peers.answer(RESOLVE, lambda *words: dict(self.resolve(*words), inherited_roles=[ROLE["ROLE_ACCOUNT_ADMINISTRATOR"]]))
        for rpc in public_rpcs():
            if rpc.split("/")[1] in ("SubmitOrders", "StreamOrders", "PreviewOrder", "WatchChanges", "Audit", "WatchRunway"):
                continue
            for field in rules[rpc].input_type.fields:
                bad = {"request_id": "x", "currency": "?", "page_size": -1}.get(field.name)
                if field.name.endswith("_id") and field.name != "company_id" and field.message_type is None:
                    bad = "x" * 129 if field.name in WORDS else "x"
                elif field.name.endswith("_account_ids"):
                    bad = ["x"]
                elif field.name == "amount_micros" and rpc.rsplit("/", 1)[1] not in ("PayBills", "CreateAdjustment", "ExplainBlockers"):
                    bad = 0
                if bad is not None and not field.GetOptions().deprecated:
                    judged += 1
                    self.assertIn(field.name, self.fields_of(rpc, **{field.name: bad}) or [], rpc)
        self.assertGreater(judged, 150)

    def test_a_stranger_is_still_asked_who_it_is(self):
        with self.assertRaises(Refusal) as caught:
            self.call(TRANSFER, token="", amount_micros=-5)
        self.assertEqual(caught.exception.reason, "SESSION_REQUIRED")
        self.roles = ["ROLE_MEMBER"]
        with self.assertRaises(Refusal) as caught:
            self.call(TRANSFER, amount_micros=-5)
        self.assertEqual(caught.exception.reason, "PERMISSION_DENIED")


class OrderFormTest(Orders):
    def test_an_order_of_each_kind_is_judged_as_its_own_rpc_judges(self):
        """In a bulk its result says so, and the others are settled; a preview is refused, as by the ledger."""
        self.roles = ["ROLE_ACCOUNT_ADMINISTRATOR", "ROLE_MEMBER", "ROLE_OPERATOR_FINANCE", "ROLE_OPERATOR_REVIEW"]
        self.peers.answer(PREVIEW, lambda *_: {"result": {"create_purchase": {}}})
        good = {"create_purchase": {}}
        for kind in KINDS:
            if unary_of(kind) not in public_rpcs():
                continue
            broken = {kind.name: {"request_id": "x"}}
            self.peers.seen.clear()
            self.assertEqual(self.submit(good, broken, good), ["create_purchase", "INVALID_ARGUMENT", "create_purchase"], kind.name)
            self.assertEqual(self.submit(dict(good, linked=True), broken), ["INVALID_ARGUMENT"] * 2, kind.name)  # as the ledger says it
            with refused(self, grpc.StatusCode.INVALID_ARGUMENT, "INVALID_ARGUMENT", field="request_id"):
                self.call(PREVIEW, order=broken)
            self.assertEqual(self.call(PREVIEW, order={kind.name: {"request_id": ""}}).result.WhichOneof("outcome"), "create_purchase")

    def test_what_is_malformed_asks_nobody(self):
        stranger = new_id()
        self.others[stranger] = 4
        bad = {"create_transfer": {"destination_account_id": stranger, "amount_micros": -5}}
        self.assertEqual(self.submit(bad), ["INVALID_ARGUMENT"])
        self.assertEqual(self.peers.asked() - ASKED_FIRST, set())


class AgreementTest(unittest.TestCase):
    def test_the_protos_say_nothing_that_the_checker_does_not_carry_out(self):
        """Every option that validate.proto or options.proto declares is in this list, and so in a row above."""
        validate = POOL.FindFileByName("buf/validate/validate.proto")
        declared = {"%s.%s" % (name, field.name) for name, kind in validate.message_types_by_name.items() for field in kind.fields}
        self.assertEqual(declared, {"FieldRules." + n for n in ("int32", "int64", "string", "repeated", "timestamp", "required", "ignore")} |
                         {"Int32Rules.gt", "Int32Rules.gte", "Int64Rules.gt", "Int64Rules.gte", "StringRules.max_bytes", "StringRules.uuid",
                          "RepeatedRules.min_items", "RepeatedRules.max_items", "RepeatedRules.unique", "RepeatedRules.items",
                          "TimestampRules.within"})


if __name__ == "__main__":
    unittest.main()
