"""Role by rpc (R6), with real sessions: people who came by invitation, one for each role of an account and of the provider, the owner and a
stranger call every rpc that there is, and meet what tests/gateway/matrix.txt expects of them; CheckPermissions says the same, and what is hidden (ID-36)."""
import os
import sys
import unittest

import grpc
from stack import PASSWORD, ROOT, Journey

from operators import Operator
from service import POOL, Refusal, message

sys.path.insert(0, os.path.join(ROOT, "tests", "gateway"))
from fake_peers import well_formed  # noqa: E402
from matrix_test import LETTERS, read_matrix  # noqa: E402
from passage_test import OPERATORS  # noqa: E402
from route_test import Routes, descriptor_set  # noqa: E402

STRANGER, OWNER = "", "A"
ENDING = ("identity.v1.SessionService/LogOut", "identity.v1.SessionService/RevokeAllSessions")  # the caller's own session
LEAVING = "identity.v1.RoleService/LeaveAccount"  # and all of it
CHECK, LOG_IN = "gateway.v1.PermissionService/CheckPermissions", "identity.v1.SessionService/LogIn"
NOT_GIVEN = {"I"}  # by no account as yet
LOOK = "OPERATOR_LOOK"
BESIDE = {"L": "H"}  # who looks into an account is an operator
BY_A_FIELD = {"ledger.change": "P"}  # of a thing only what a field asks for: WatchChanges?whole_company
ALLOW, DENY, HIDDEN = 1, 2, 3
DENIED = "PERMISSION_DENIED"


class Person:
    def __init__(self, journey, email, password=PASSWORD):
        self.journey, self.email, self.password = journey, email, password
        self.log_in()

    def log_in(self):
        self.token = self.journey.call(LOG_IN, "", email=self.email, password=self.password).session_token


class Matrix(Journey):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.matrix, cls.client = read_matrix(), cls.stack.gateway
        cls.permissions = {path[1:]: permission for path, permission, caller, _, _ in Routes(descriptor_set()).rows()
                           if "?" not in path and caller != "INTERNAL"}
        cls.owner = cls.stack.customer("owner").open()
        cls.people = {OWNER: Person(cls, cls.owner.email), STRANGER: Person(cls, cls.stack.customer("stranger").open().email)}
        for letter in set(LETTERS) - set(cls.people) - NOT_GIVEN:
            cls.people[BESIDE.get(letter, "") + letter] = cls.invited(LETTERS[letter])

    @classmethod
    def invited(cls, role):
        """A person without an account of its own, with this role and no other but those of BESIDE."""
        person, word = cls.stack.customer(role.lower()), role.lower().replace("_", "-")
        if role == LOOK:
            looking = Operator(cls.stack, person.email, PASSWORD, person.name).come_in_invited(cls.stack.operator, "operator-support")
            looking.do("customer", "look", "--account", cls.owner.account_id, "--reason", "Asked by the owner.")
            return Person(cls, person.email)
        if role in OPERATORS:
            Operator(cls.stack, person.email, PASSWORD, person.name).come_in_invited(cls.stack.operator, word)
            return Person(cls, person.email)
        cls.owner.kontor("member", "invite", person.email, "--role", word)
        invitation_id, code = cls.stack.invitation(person.email)
        person.kontor("invitation", "join", invitation_id, "--code", code, "--name", role, stdin=PASSWORD + "\n")
        return Person(cls, person.email)

    # ---- calls

    @classmethod
    def call(cls, rpc, token, **fields):
        """The answer, of a stream the first."""
        service, method = rpc.split("/")
        descriptor = POOL.FindServiceByName(service).methods_by_name[method]
        if "account_id" in descriptor.input_type.fields_by_name and token:
            fields.setdefault("account_id", cls.owner.account_id)
        request = message(descriptor.input_type.full_name)(**well_formed(descriptor.input_type, fields))
        answers = message(descriptor.output_type.full_name).FromString
        stub = cls.client.channel.stream_stream("/" + rpc, request_serializer=lambda m: m.SerializeToString(), response_deserializer=answers)
        try:
            return next(iter(stub(iter([request]), timeout=60, metadata=(("authorization", "Bearer " + token),) if token else ())), None)
        except grpc.RpcError as error:
            raise Refusal(error) from None

    def reason(self, rpc, token):
        fields = {"until_now": True} if rpc.endswith(("/WatchChanges", "/WatchRunway")) else {}
        try:
            self.call(rpc, token, **fields)
        except Refusal as refusal:
            self.assertEqual(refusal.code == grpc.StatusCode.PERMISSION_DENIED and refusal.reason == "", False, rpc)
            return refusal.reason
        return ""

    # ---- what is expected

    def may(self, rpc, letters):
        row = self.matrix[rpc]
        return row in (["anybody"], ["logged-in"]) or not set(letters).isdisjoint(row)

    def outcome(self, rpc, letters):
        """Hidden is that of whose thing nothing may be done: "ledger.transfer." of "ledger.transfer.create"."""
        if self.may(rpc, letters):
            return ALLOW
        thing = self.permissions[rpc].rpartition(".")[0]
        of_it = [other for other, permission in self.permissions.items() if permission.rpartition(".")[0] == thing]
        seen = any(not set(letters).isdisjoint(row) for row in [self.matrix[other] for other in of_it] + [BY_A_FIELD.get(thing, "")])
        return DENY if seen else HIDDEN

    # ---- the tests

    def test_1_everybody_is_told_before(self):
        for letters, person in self.people.items():
            told = {check.permission: check.outcome for check in self.call(CHECK, person.token).checks}
            for rpc in self.matrix:
                self.assertEqual(told[self.permissions[rpc]], self.outcome(rpc, letters), (rpc, letters or "a stranger"))

    def test_2_everybody_meets_what_the_matrix_says(self):
        self.assertEqual(set(self.matrix), set(self.permissions))
        self.assertEqual(set("".join(self.people)), set(LETTERS) - NOT_GIVEN)
        for letter in NOT_GIVEN:
            with self.stack.refused(self, "INVALID_ARGUMENT"):
                self.invited(LETTERS[letter])
        for rpc in self.matrix:
            for letters, person in self.people.items() if rpc not in (*ENDING, LEAVING) else ():
                reason = self.reason(rpc, person.token)
                self.assertNotIn(reason, ("SESSION_ENDED", "SESSION_REQUIRED"), rpc)
                self.assertEqual(reason != DENIED, self.may(rpc, letters), (rpc, letters or "a stranger", reason))

    def test_3_without_a_session_only_what_is_anybodys_is_open(self):
        for rpc, row in self.matrix.items():
            self.assertEqual(self.reason(rpc, "") == "SESSION_REQUIRED", row != ["anybody"], rpc)

    def test_4_everybody_may_leave(self):
        for rpc in ENDING:
            for person in self.people.values():
                self.assertEqual(self.reason(rpc, person.token), "")
                self.assertIn(self.reason(CHECK, person.token), ("SESSION_ENDED", "SESSION_NOT_FOUND"))
                person.log_in()

    def test_5_who_lost_the_role_lost_all_of_it(self):
        roles = {letter for letter, role in LETTERS.items() if role not in OPERATORS} - NOT_GIVEN - {OWNER}
        self.owner.log_in()
        by_itself = min(roles)
        self.assertEqual(self.reason(LEAVING, self.people[by_itself].token), "")
        self.assertEqual(self.reason(CHECK, self.people[by_itself].token), "SESSION_ENDED")
        for member in self.owner.kontor("member", "list")["members"]:
            if not member.get("owner"):
                self.owner.kontor("member", "remove", member["principalId"])
        for rpc, row in self.matrix.items():
            for letter in roles & set(row):
                self.assertIn(self.reason(rpc, self.people[letter].token), (DENIED, "SESSION_ENDED"), (rpc, letter))


if __name__ == "__main__":
    unittest.main()
