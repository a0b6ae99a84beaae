"""Seeing and doing in a customer's account (B.5, B.2), with everything real: people of the account, of its partner under each single term of
their relation, of its distributor and of others call what partner_matrix.txt names, and every other rpc that there is."""
import os
import sys
import time
import unittest

import grpc
from junior_test import code_of
from stack import PASSWORD, ROOT, Journey, new_id

from service import POOL, Refusal, message

sys.path.insert(0, os.path.join(ROOT, "tests", "gateway"))
from fake_peers import well_formed  # noqa: E402
from matrix_test import read_matrix  # noqa: E402

HERE = os.path.dirname(os.path.abspath(__file__))
LOG_IN, CHECK = "identity.v1.SessionService/LogIn", "gateway.v1.PermissionService/CheckPermissions"
RELATION = "identity.v1.RelationService/"
TERMS = {"settlement_mode": "SETTLEMENT_MODE_OWN_ACCOUNT", "invoice_recipient": "INVOICE_RECIPIENT_CUSTOMER",
         "shutdown_policy": "SHUTDOWN_POLICY_DELAY"}
NAMES = [value.name[len("RELATION_PERMISSION_"):] for value in POOL.FindEnumTypeByName("identity.v1.RelationPermission").values if value.number]
DENIED = (grpc.StatusCode.PERMISSION_DENIED, "PERMISSION_DENIED")


def read_table():
    with open(os.path.join(HERE, "partner_matrix.txt"), encoding="utf-8") as file:
        rows = [line.split() for line in file if line.strip() and not line.startswith("#")]
    return {rpc: set(viewers) for rpc, *viewers in rows}


class PartnerView(Journey):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.table = read_table()
        cls.partner, = cls.stack.company("partner")
        cls.distributor, = cls.stack.company("distributor")
        cls.customer, cls.sibling = cls.stack.company("customer", "sibling")
        cls.another, = cls.stack.company("another")
        cls.stranger = cls.stack.customer("stranger").open()
        cls.member = cls.stack.customer("member").sign_up().join(cls.customer)
        cls.second = cls.stack.customer("second").sign_up().join(cls.partner, "billing-freezer")
        cls.people = {person: cls.call(LOG_IN, "", email=person.email, password=PASSWORD) for person in
                      (cls.partner, cls.distributor, cls.customer, cls.another, cls.stranger, cls.member, cls.second)}
        cls.call("identity.v1.RoleService/GrantRole", cls.token(cls.partner), account_id=cls.partner.account_id,
                 principal_id=cls.people[cls.partner].principal_id, role="ROLE_BILLING_FREEZER")
        for who in (cls.partner, cls.distributor):
            cls.stack.operator("partner", "authorise", who.account_id, "--reference", "C-2026-8")
        for who in (cls.customer, cls.another, cls.partner):
            who.kontor("factor", "confirm", code_of(who.kontor("factor", "enroll", "--name", "phone")["secret"]))
            cls.people[who] = message("identity.v1.LogInResponse")(session_token=cls.stack.token(who.name), principal_id=cls.people[who].principal_id)
        cls.relation = cls.associate(cls.partner, cls.customer, *NAMES)
        cls.associate(cls.partner, cls.another, *NAMES)
        cls.associate(cls.distributor, cls.partner, *NAMES)

    @classmethod
    def token(cls, person):
        return cls.people[person].session_token

    @classmethod
    def call(cls, rpc, token, **fields):
        """The answer, of a stream the first."""
        service, method = rpc.split("/")
        descriptor = POOL.FindServiceByName(service).methods_by_name[method]
        if "request_id" in descriptor.input_type.fields_by_name:
            fields.setdefault("request_id", new_id())
        request = message(descriptor.input_type.full_name)(**fields)
        answers = message(descriptor.output_type.full_name).FromString
        stub = cls.stack.gateway.channel.stream_stream("/" + rpc, request_serializer=lambda m: m.SerializeToString(), response_deserializer=answers)
        try:
            return next(iter(stub(iter([request]), timeout=60, metadata=(("authorization", "Bearer " + token),) if token else ())), None)
        except grpc.RpcError as error:
            raise Refusal(error) from None

    @classmethod
    def associate(cls, partner, customer, *names):
        terms = dict(TERMS, permissions=["RELATION_PERMISSION_" + name for name in names])
        asked = cls.call(RELATION + "RequestRelation", cls.token(partner), account_id=partner.account_id, customer_account_id=customer.account_id, terms=terms)
        return cls.agree(customer, asked.relation)

    @classmethod
    def agree(cls, customer, relation):
        return cls.call(RELATION + "ConfirmRelation", cls.token(customer), account_id=customer.account_id, relation_id=relation.relation_id,
                        offer_hash=relation.offer.offer_hash).relation

    def change(self, *names):
        """Other terms, which the customer agrees to unless they are less."""
        terms = dict(TERMS, permissions=["RELATION_PERMISSION_" + name for name in names])
        relation = self.call(RELATION + "ChangeRelation", self.token(self.partner), account_id=self.partner.account_id,
                             relation_id=self.relation.relation_id, terms=terms).relation
        if relation.HasField("offer") and relation.offer.version > relation.version:
            self.agree(self.customer, relation)

    def no(self, rpc, token, account):
        """Code, reason and sentence of a refusal; None: it is open."""
        service, method = rpc.split("/")
        kind = POOL.FindServiceByName(service).methods_by_name[method].input_type
        more = {"WatchChanges": {"until_now": True}, "ListLots": {"source_account_id": ""}}.get(method, {})
        try:
            self.call(rpc, token, **dict(well_formed(kind, {}), account_id=account, **more))
        except Refusal as refusal:
            return (refusal.code, refusal.reason, str(refusal)) if (refusal.code, refusal.reason) == DENIED else None
        return None

    def is_open(self, rpc, token):
        return self.no(rpc, token, self.customer.account_id) is None

    # ---- the tests, in this order

    def test_1_the_accounts_own_people_and_the_provider(self):
        operator = self.stack.first_operator()
        operator.do("customer", "look", "--account", self.customer.account_id, "--reason", "Asked by the customer.")
        viewers = {"administrator": lambda: self.token(self.customer), "member": lambda: self.token(self.member), "provider": operator.token}
        for rpc, open_to in self.table.items():
            for name, token in viewers.items():
                self.assertEqual(self.is_open(rpc, token()), name in open_to, (rpc, name))

    def test_2_the_partner_by_each_single_term(self):
        """All rpcs that are about an account: those that the table does not open are closed."""
        about_accounts = [rpc for rpc, row in read_matrix().items() if row not in (["anybody"], ["logged-in"])]
        self.assertLess(set(self.table), set(about_accounts))
        token = self.token(self.partner)
        for names in [()] + [(name,) for name in NAMES]:
            self.change(*names)
            expected = {rpc for rpc, open_to in self.table.items() if open_to & set(names)}
            rpcs = about_accounts if names in ((), ("VIEW_BALANCE",)) else self.table
            found = {rpc for rpc in rpcs if self.is_open(rpc, token)}
            self.assertEqual(found, expected, names)
            told = {check.permission for check in self.call(CHECK, token, account_id=self.customer.account_id).checks if check.outcome == 1 and check.relation_id}
            self.assertEqual(len(told), len(expected), (names, told))

    def test_3_roles_at_the_partners_bound_it(self):
        self.change(*NAMES)
        for rpc, open_to in self.table.items():
            mine = bool(open_to & set(NAMES)) and rpc.startswith("identity.v1.FreezeService/")
            self.assertEqual(self.is_open(rpc, self.token(self.second)), mine, rpc)  # a billing freezer and nothing more

    def test_4_to_everybody_else_it_is_as_if_it_were_not_there(self):
        nowhere = new_id()
        for who in (self.distributor, self.another, self.stranger):
            for rpc in self.table:
                refused = self.no(rpc, self.token(who), self.customer.account_id)
                self.assertIsNotNone(refused, (who.name, rpc))
                self.assertEqual(refused, self.no(rpc, self.token(who), nowhere))
        self.change()
        closed = "ledger.v1.AccountService/GetBalance"
        self.assertEqual(self.no(closed, self.token(self.partner), self.customer.account_id), self.no(closed, self.token(self.partner), nowhere))

    def test_5_of_lots_its_own_and_of_customers_rows_and_sums(self):
        self.change("VIEW_BALANCE", "VIEW_CONSUMPTION")
        self.sibling.top_up("500.00")
        self.stack.await_equal(self, 500_000_000, self.sibling.own)
        self.sibling.transfer(self.customer, "300.00")
        self.assertEqual(len(self.customer.kontor("lots")["lots"]), 1)
        self.assertEqual(self.partner.kontor("lots", "--account", self.customer.account_id).get("lots", []), [])
        with self.stack.refused(self, "PERMISSION_DENIED"):
            self.partner.kontor("lots", "--account", self.customer.account_id, "--source", self.sibling.account_id)
        self.customer.kontor("card", "add", "--expiry-month", "12", "--expiry-year", "2034", "--holder", "Li Lei", stdin="4000001560000002\n123\n")
        self.customer.purchase("42.00")
        bought, = self.partner.kontor("purchase", "list", "--account", self.customer.account_id)["purchases"]
        self.assertEqual(bought["amountMicros"], "42000000")
        rows = {view["accountId"]: view for view in self.partner.kontor("customer", "list")["customers"]}
        self.assertEqual(set(rows), {self.customer.account_id, self.another.account_id})
        seen = rows[self.customer.account_id]
        self.assertEqual((seen["balance"]["availableMicros"], seen["consumption"]["amountMicros"]), ("258000000", "42000000"))
        expected = {"currency": "CNY", "availableMicros": "258000000", "consumedMicros": "42000000"}
        for who, words in ((self.partner, ("--scope", "customers")), (self.distributor, ("--scope", "reseller", "--reseller", self.partner.account_id))):
            total, = who.kontor("account", "sum", *words)["sums"]
            self.assertEqual({name: total[name] for name in expected}, expected)
            self.assertEqual((total["accountCount"], total["consumerCount"]), ("2", "2"))
        total, = self.customer.kontor("account", "sum")["sums"]
        self.assertEqual(total["availableMicros"], "258000000")
        for who in (self.another, self.stranger):
            with self.stack.refused(self, "PERMISSION_DENIED"):
                who.kontor("account", "sum", "--scope", "reseller", "--reseller", self.partner.account_id)

    def test_6_it_freezes_recharges(self):  # GW-03
        self.change("FREEZE_RECHARGE")
        freeze = self.partner.kontor("freeze", "start", "--account", self.customer.account_id, "--reason", "unpaid")["freeze"]
        with self.stack.refused(self, "RECHARGE_FROZEN"):
            self.customer.top_up("500.00", card=new_id())
        listed = {one["freezeId"] for one in self.partner.kontor("freeze", "list", "--account", self.customer.account_id)["freezes"]}
        self.assertIn(freeze["freezeId"], listed)
        self.assertEqual(freeze["partnerAccountId"], self.partner.account_id)
        act = self.customer.kontor("who-did-what", "--action", "identity.freeze.begin", "--page-size", "1")["acts"][0]
        self.assertEqual((act["actor"]["principalId"], act["actor"]["roles"]), (self.people[self.partner].principal_id, ["PARTNER"]))
        for one in listed:
            self.second.kontor("freeze", "undo", one, "--account", self.customer.account_id, "--yes")

    def test_7_nothing_from_the_end_on(self):
        self.change(*NAMES)
        balance = "ledger.v1.AccountService/GetBalance"
        end = time.time() + 3
        self.call(RELATION + "EndRelation", self.token(self.customer), account_id=self.customer.account_id, relation_id=self.relation.relation_id,
                  customer_account_id=self.customer.account_id, effective_time={"seconds": int(end), "nanos": int(end % 1 * 1e9)})
        self.assertTrue(self.is_open(balance, self.token(self.partner)))
        self.stack.await_equal(self, False, lambda: self.is_open(balance, self.token(self.partner)))
        self.assertEqual({rpc for rpc in self.table if self.is_open(rpc, self.token(self.partner))}, set())
        self.assertNotIn(self.customer.account_id, [view["accountId"] for view in self.partner.kontor("customer", "list").get("customers", [])])


if __name__ == "__main__":
    unittest.main()
