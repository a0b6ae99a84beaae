"""A foreign client (Python's own gRPC, which learns the API by reflection and knows no file of ours) signs up, and meets the unhappy
paths: strangers, missing steps, the wrong company, the wrong role, the wrong time."""
import unittest
import uuid

import grpc
from foreign import ForeignClient

from stack import CARD, PASSWORD, Journey, Refused, entity_number, micros, new_id

ERROR_INFO = "grpc-status-details-bin"


class Person:
    """Somebody at the door, with a foreign client."""

    def __init__(self, test, name):
        self.test, self.stack, self.client = test, test.stack, ForeignClient(test.stack.gateway.address)
        test.addCleanup(self.client.close)
        self.email, self.account_id = "%s-%s@example.com" % (name, uuid.uuid4().hex[:8]), ""

    def call(self, rpc, **fields):
        return self.client.call(rpc, **fields)

    def sign_up(self, country="CN", **changes):
        accepted = {"accepted": True, "version": "2026-01"}
        fields = dict(request_id=new_id(), country=country, email=self.email, password=PASSWORD, password_confirmation=PASSWORD,
                      membership_agreement=accepted, privacy_policy=accepted, product_terms=accepted, terms_of_use=accepted)
        sign_up_id = self.call("identity.v1.SignUpService/StartSignUp", **dict(fields, **changes)).sign_up_id
        self.call("identity.v1.SignUpService/SendCode", request_id=new_id(), sign_up_id=sign_up_id)
        self.account_id = self.call("identity.v1.SignUpService/VerifyCode", request_id=new_id(), sign_up_id=sign_up_id,
                                    code=self.stack.code(self.email)).account_id
        return self.log_in()

    def log_in(self, password=PASSWORD):
        self.client.token = self.call("identity.v1.SessionService/LogIn", email=self.email, password=password).session_token
        return self

    def refused(self, code, rpc, **fields):
        """The call must be refused with the code; gives the reason (ErrorInfo) and, in order, the precondition violations."""
        with self.test.assertRaises(grpc.RpcError) as caught:
            self.call(rpc, **fields)
        error = caught.exception
        self.test.assertEqual(error.code(), code, error.details())
        return read_status(dict(error.trailing_metadata()).get(ERROR_INFO, b""))


def read_status(packed):
    """ErrorInfo.reason and PreconditionFailure's types, read with nothing but the wire format's field numbers."""
    reason, types = "", []
    for field, value in fields_of(packed):
        if field != 3:
            continue
        any_fields = dict(fields_of(value))
        kind, content = any_fields.get(1, b"").decode(), any_fields.get(2, b"")
        if kind.endswith("ErrorInfo"):
            reason = dict(fields_of(content)).get(1, b"").decode()
        elif kind.endswith("PreconditionFailure"):
            types = [dict(fields_of(violation)).get(1, b"").decode() for number, violation in fields_of(content) if number == 1]
    return reason, types


def varint(data, at):
    value = shift = 0
    while True:
        byte = data[at]
        value, shift, at = value | (byte & 127) << shift, shift + 7, at + 1
        if byte < 128:
            return value, at


def fields_of(data):
    at = 0
    while at < len(data):
        key, at = varint(data, at)
        size, at = varint(data, at)
        if key & 7 == 2:
            yield key >> 3, data[at:at + size]
            at += size


class StrangerTest(Journey):
    def test_a_stranger_is_refused_at_everything_but_the_door(self):
        stranger = Person(self, "nobody")
        public = {"StartSignUp", "SendCode", "VerifyCode", "LogIn", "SendLogInCode", "LogOut", "JoinByInvitation", "AcceptOperatorInvitation", "AcceptFirstOperator",
                  "SendPasswordResetCode", "ResetPassword", "OpenCustomerInvitation", "DeclineCustomerInvitation"}
        for rpc in stranger.client.methods:
            if rpc.split("/")[1] in public or stranger.client.streams(rpc):
                continue
            with self.assertRaises(grpc.RpcError) as caught:
                stranger.client.send(rpc, b"")
            self.assertIn(caught.exception.code(), (grpc.StatusCode.UNAUTHENTICATED, grpc.StatusCode.UNIMPLEMENTED), rpc)

    def test_terms_that_are_not_accepted_open_nothing(self):
        """ID-02"""
        person = Person(self, "unwilling")
        with self.assertRaises(grpc.RpcError) as caught:
            person.sign_up(product_terms={"accepted": False, "version": "2026-01"})
        self.assertEqual(caught.exception.code(), grpc.StatusCode.FAILED_PRECONDITION)
        self.assertEqual(read_status(dict(caught.exception.trailing_metadata())[ERROR_INFO])[0], "TERMS_NOT_ACCEPTED")

    def test_a_new_account_learns_everything_it_lacks(self):
        """ID-07, ID-08: all of it at once, and the purchase says the same."""
        person = Person(self, "newcomer").sign_up()
        everything = ["BILLING_ADDRESS_MISSING", "CURRENCY_MISSING", "PAYMENT_METHOD_MISSING", "REAL_NAME_REQUIRED"]
        ready = person.call("gateway.v1.ReadinessService/GetReadiness", region="cn-hangzhou")
        self.assertEqual([step.reason for step in ready.missing_steps], everything)
        purchase = dict(request_id=new_id(), amount_micros=micros("1.00"), currency="CNY")
        code = grpc.StatusCode.FAILED_PRECONDITION
        buy = "ledger.v1.PurchaseService/CreatePurchase"
        self.assertEqual(person.refused(code, buy, region="cn-hangzhou", **purchase), (everything[0], everything))
        self.assertEqual(person.refused(code, buy, region="ap-southeast-1", **purchase), (everything[0], everything[:3]))
        self.assertEqual(person.refused(code, buy, region="cn-hongkong", **purchase), (everything[0], everything[:3]))

    def test_one_channel_is_not_enough_for_a_billing_address(self):
        """ID-06"""
        person = Person(self, "half").sign_up()
        address = {"country": "CN", "city": "Hangzhou", "street": "1 Wensan Road"}
        reason, _ = person.refused(grpc.StatusCode.FAILED_PRECONDITION, "identity.v1.AccountService/AddBillingAddress",
                                   request_id=new_id(), individual={"name": "Li Lei", "address": address})
        self.assertEqual(reason, "SECOND_CHANNEL_UNVERIFIED")

    def test_nobody_looks_into_an_account_of_others(self):
        owner, other = Person(self, "owner").sign_up(), Person(self, "other").sign_up()
        denied = grpc.StatusCode.PERMISSION_DENIED
        for rpc in ("identity.v1.AccountService/GetAccount", "ledger.v1.AccountService/GetBalance", "payments.v1.TopUpService/ListTopUps",
                    "sharing.v1.AssetService/ListAssets"):
            self.assertEqual(other.refused(denied, rpc, account_id=owner.account_id)[0], "PERMISSION_DENIED", rpc)
        self.assertEqual(other.refused(denied, "identity.v1.CompanyService/ApproveCompany", request_id=new_id(), submission_id=new_id())[0],
                         "PERMISSION_DENIED")

    def test_a_session_that_ended_is_over(self):
        person = Person(self, "leaver").sign_up()
        person.call("identity.v1.SessionService/LogOut")
        reason, _ = person.refused(grpc.StatusCode.UNAUTHENTICATED, "identity.v1.RoleService/RevokeRole", request_id=new_id())
        self.assertEqual(reason, "SESSION_ENDED")

    def test_a_wrong_password_and_an_unknown_address_are_told_alike(self):
        person = Person(self, "forgetful").sign_up()
        log_in = "identity.v1.SessionService/LogIn"
        wrong = person.refused(grpc.StatusCode.UNAUTHENTICATED, log_in, email=person.email, password="not the password at all")
        unknown = person.refused(grpc.StatusCode.UNAUTHENTICATED, log_in, email="x" + person.email, password="not the password at all")
        self.assertEqual(wrong, unknown)


class MoneyTest(Journey):
    """Obstacles in the way of money, with kontor."""

    def test_what_a_transfer_may_not_do(self):
        """LED-06 to LED-09, E35: each no in its own words, and nothing moves."""
        agency, project = self.stack.company("agency", "project")
        agency.top_up("1000.00")
        individual = self.stack.customer("individual").open()
        unverified = self.stack.customer("unverified").sign_up().verify_phone().add_address()
        with self.stack.refused(self, "NOT_CORPORATE"):
            agency.transfer(individual, "1.00")
        with self.stack.refused(self, "NOT_VERIFIED"):
            agency.transfer(unverified, "1.00")
        with self.stack.refused(self, "EXCEEDS_TRANSFERABLE") as seen:
            agency.transfer(project, "1000.01")
        self.assertEqual(seen[0].terms["limit"], "1000.00")
        with self.stack.refused(self, "NO_PRIOR_TRANSFER"):
            agency.revoke(project, "1.00")
        for amount in ("0.00", "-1.00", "1.005"):
            with self.assertRaises(Refused) as caught:
                agency.transfer(project, amount)
            self.assertEqual(caught.exception.error["code"], "INVALID_ARGUMENT", amount)
        agency.transfer(project, "1000.00")
        self.assertEqual((agency.own(), project.transferred_in()), (0, micros("1000.00")))

    def test_the_same_request_id_is_one_transfer(self):
        """E32"""
        agency, project = self.stack.company("agency", "project")
        agency.top_up("1000.00")
        request_id = new_id()
        first = agency.transfer(project, "100.00", "--request-id", request_id)
        self.assertEqual(agency.transfer(project, "100.00", "--request-id", request_id)["transferId"], first["transferId"])
        with self.stack.refused(self, "IDEMPOTENCY_MISMATCH"):
            agency.transfer(project, "101.00", "--request-id", request_id)
        self.assertEqual(project.transferred_in(), micros("100.00"))

    def test_a_member_may_look_but_not_move(self):
        """LED-06, LED-15"""
        agency, project = self.stack.company("agency", "project")
        clerk = self.stack.customer("clerk").sign_up()
        principal = clerk.kontor("whoami")["account"]["principalId"]
        clerk.join(agency)
        inside = ("--account", agency.account_id)
        self.assertEqual(clerk.kontor("balance", *inside)["balance"]["accountId"], agency.account_id)
        with self.stack.refused(self, "PERMISSION_DENIED"):
            clerk.transfer(project, "1.00", *inside)
        with self.stack.refused(self, "PERMISSION_DENIED"):
            clerk.kontor("limit", "confirm", "--hash", "0" * 64, *inside)
        agency.kontor("member", "revoke", principal, "--role", "member")
        self.stack.await_equal(self, "PERMISSION_DENIED", lambda: self.reason(clerk, "balance", *inside), timeout=3)

    def reason(self, customer, *words):
        try:
            customer.kontor(*words)
        except Refused as refusal:
            return refusal.reason
        return ""

    def test_a_revoked_company_moves_no_money_any_more(self):
        """ID-18: from that moment on, in both directions; the money stays readable."""
        company = entity_number()
        agency = self.stack.customer("agency").open(company)
        project = self.stack.customer("project").sign_up().verify_phone().add_address().set_currency()
        submission = project.submit_company(company)
        self.stack.operator("company", "approve", submission)
        agency.top_up("1000.00")
        agency.transfer(project, "100.00")
        self.stack.operator("company", "revoke", submission, "--reason", "The licence was withdrawn.", "--yes")
        with self.stack.refused(self, "NOT_VERIFIED"):
            agency.transfer(project, "100.00")
        self.assertEqual(project.transferred_in(), micros("100.00"))
        agency.revoke(project, "100.00", "--accept-suspension")  # D.7: the lot records the right
        self.assertEqual(agency.own(), micros("1000.00"))

    def test_cards_and_top_ups_that_are_refused(self):
        """ID-03, PAY-11, PAY-12, PAY-24"""
        customer = self.stack.customer("customer").open()
        with self.stack.refused(self, "COUNTRY_MISMATCH"):
            customer.add_card("4242424242424242")
        with self.stack.refused(self, "CARD_BRAND_NOT_ACCEPTED"):
            customer.add_card("378282246310005", "1234")
        with self.stack.refused(self, "CURRENCY_LOCKED"):
            customer.set_currency("USD")
        card = customer.add_card(*CARD)["paymentMethodId"]
        with self.stack.refused(self, "BELOW_MINIMUM"):
            customer.top_up("99.99", card)
        self.assertEqual(customer.top_up("100.00", card)["state"], "TOP_UP_STATE_CREDITED")

    def test_nobody_tops_up_strangers(self):
        """PAY-15"""
        agency, project = self.stack.company("agency", "project")
        stranger = self.stack.customer("stranger").open(entity_number())
        card = agency.add_card()["paymentMethodId"]
        words = ("topup", "--amount", "100.00", "--currency", "CNY", "--method", card, "--to")
        with self.stack.refused(self, "DIFFERENT_COMPANY"):
            agency.kontor(*words, stranger.account_id)
        agency.kontor(*words, project.account_id)
        self.assertEqual((agency.own(), project.own()), (0, micros("100.00")))


if __name__ == "__main__":
    unittest.main()
