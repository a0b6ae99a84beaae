"""Roles of an account's own against the real identity: their limits, repeated requests, who asks, and who comes first of two at once."""
import concurrent.futures
import functools
import os
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import identity_test as identity  # noqa: E402
from identity_test import Code, Person, call, change, join, log_in, new_id, psql, refused  # noqa: E402

from service import Refusal  # noqa: E402

setUpModule, tearDownModule = identity.setUpModule, identity.tearDownModule
READ = ["ledger.balance.get"]


class CustomRoles(unittest.TestCase):
    def setUp(self):
        self.owner, self.friend = Person(), Person()
        join(self.owner, self.friend, "ROLE_CLIENT_SUCCESS")

    def act(self, rpc, caller=None, **fields):
        fields.setdefault("account_id", self.owner.account)
        return change(rpc, caller or self.owner.principal, **fields)

    def make(self, name=None, permissions=READ, **fields):
        return self.act("CustomRoleService/CreateRole", name=new_id() if name is None else name, permissions=permissions, **fields).role

    def grant(self, role_id, **fields):
        return self.act("RoleService/GrantRole", principal_id=self.friend.principal, custom_role_id=role_id, **fields)

    def resolved(self, **words):
        question = dict({"session_token": log_in(self.friend.email).session_token, "account_id": self.owner.account, "takes_custom_roles": True}, **words)
        return call("SessionService/ResolveSessions", questions=[question]).answers[0].session

    def test_the_gateway_hears_its_patterns_in_the_one_answer(self):
        roles = [self.make("Number %d" % i, ["ledger.balance.*", "ledger.lot.list"][:1 + i], denied_permissions=["payments.*"][:i]) for i in range(2)]
        for role in roles:
            self.grant(role.role_id)
        told = {role.role_id: (role.name, list(role.permissions), list(role.denied_permissions), role.inherited)
                for role in self.resolved().custom_roles}
        self.assertEqual(told, {role.role_id: (role.name, list(role.permissions), list(role.denied_permissions), False) for role in roles})
        self.assertEqual(list(self.resolved().roles), [7])
        old = self.resolved(takes_custom_roles=False)  # a gateway of the last release would not see what is denied
        self.assertEqual((list(old.roles), list(old.custom_roles), old.company_id), ([], [], ""))

    def test_the_account_s_session_policy_holds_for_who_has_nothing_else(self):  # ID-43
        self.grant(self.make().role_id)
        self.act("RoleService/RevokeRole", principal_id=self.friend.principal, role="ROLE_CLIENT_SUCCESS")
        self.assertEqual(len(self.resolved().custom_roles), 1)
        self.act("SessionPolicyService/SetSessionPolicy", networks=["203.0.113.0/24"], may_shut_out=True)
        question = {"session_token": log_in(self.friend.email).session_token, "account_id": self.owner.account}
        for source, refused_by in (("198.51.100.7", True), ("203.0.113.7", False)):
            answer = call("SessionService/ResolveSessions", questions=[dict(question, source_address=source)]).answers[0]
            self.assertEqual(answer.HasField("refused"), refused_by, source)

    def test_a_full_message_about_who_has_the_most_is_answered(self):
        """Three of the account and of each of the four above it (GW-13), as long as they may be: no caller makes others' questions fail."""
        psql(identity.service.database, """
            WITH words AS (SELECT string_agg('aaaa.bbbb.*', ' ') AS most FROM generate_series(1, 32)), made AS (
                INSERT INTO identity.custom_role (role_id, account_id, name, allows, denies, written_by, create_time, update_time)
                SELECT gen_random_uuid(), '{0}', repeat('x', 62) || chr(96 + number), most, most, '{1}', now(), now()
                FROM words CROSS JOIN generate_series(1, 15) AS number RETURNING role_id)
            INSERT INTO identity.role_grant (account_id, principal_id, role, custom_role_id, grant_time, subtree, granted_by)
            SELECT '{0}', '{2}', role_id, role_id, now(), false, '{1}' FROM made
            """.format(self.owner.account, self.owner.principal, self.friend.principal))
        question = {"session_token": log_in(self.friend.email).session_token, "account_id": self.owner.account, "takes_custom_roles": True}
        for answer in call("SessionService/ResolveSessions", questions=[question] * 256).answers:
            self.assertEqual([(len(role.permissions), len(role.denied_permissions)) for role in answer.session.custom_roles], [(32, 32)] * 15)

    def test_limits(self):
        for fields in ({"name": ""}, {"name": "x" * 65}, {"permissions": []}, {"permissions": READ * 33}, {"denied_permissions": READ * 33},
                       {"permissions": ["no pattern"]}, {"permissions": ["ledger..get"]}, {"denied_permissions": ["*.get"]}):
            with refused(self, Code.INVALID_ARGUMENT):
                self.make(**dict({"name": "a"}, **fields))
        fitting = ["ledger.%s.get" % ("x" * 40)] * 14 + ["ledger.%s.get" % ("x" * (768 - 14 * 52 - 12))]
        self.assertEqual(sum(len(pattern) + 1 for pattern in fitting), 768)
        self.make(permissions=fitting)
        with refused(self, Code.INVALID_ARGUMENT):
            self.make(permissions=fitting, denied_permissions=["*"])
        while len(self.act_list()) < 32:
            self.make()
        with refused(self, Code.RESOURCE_EXHAUSTED, "ROLE_LIMIT"):
            self.make()
        first, *others = self.act_list()
        for role in others[:3]:
            self.grant(role.role_id)
        self.grant(others[0].role_id, subtree=True)  # again, and anew
        with refused(self, Code.RESOURCE_EXHAUSTED, "CUSTOM_ROLE_LIMIT"):
            self.grant(first.role_id)

    def act_list(self):
        return call("CustomRoleService/ListRoles", self.owner.principal, account_id=self.owner.account, page_size=100).roles

    def test_a_repeated_request_makes_one(self):
        request = new_id()
        one, two = (self.make("once", request_id=request) for _ in range(2))
        self.assertEqual(one, two)
        self.assertEqual(len(self.act_list()), 1)
        with refused(self, Code.FAILED_PRECONDITION, "IDEMPOTENCY_MISMATCH"):
            self.make("twice", request_id=request)

    def test_who_asks(self):
        role = self.make()
        for rpc, fields in (("CreateRole", {"name": "x", "permissions": READ}), ("DeleteRole", {"role_id": role.role_id}),
                            ("UpdateRole", {"role_id": role.role_id, "name": "x", "permissions": READ})):
            with refused(self, Code.PERMISSION_DENIED, "ROLE_MISSING"):
                self.act("CustomRoleService/" + rpc, self.friend.principal, **fields)
        stranger = Person()
        for rpc, fields in (("CustomRoleService/DeleteRole", {}), ("CustomRoleService/UpdateRole", {"name": "x", "permissions": READ})):
            with refused(self, Code.NOT_FOUND, "ROLE_NOT_FOUND"):
                change(rpc, stranger.principal, account_id=stranger.account, role_id=role.role_id, **fields)
        with refused(self, Code.NOT_FOUND, "ROLE_NOT_FOUND"):  # of another account's
            change("ProgramService/CreateProgram", stranger.principal, account_id=stranger.account, name="x", custom_role_ids=[role.role_id])
        with refused(self, Code.INVALID_ARGUMENT):
            self.grant(role.role_id, role="ROLE_FINANCE")

    def test_what_the_owner_has_nobody_else_writes(self):  # S14
        role = self.make()
        self.act("RoleService/GrantRole", principal_id=self.friend.principal, role="ROLE_ACCOUNT_ADMINISTRATOR")
        write = functools.partial(self.act, "CustomRoleService/UpdateRole", role_id=role.role_id, name="x", permissions=READ,
                                  denied_permissions=["payments.*"])
        self.grant(role.role_id)
        write(self.friend.principal)
        self.act("RoleService/GrantRole", principal_id=self.owner.principal, custom_role_id=role.role_id)
        with refused(self, Code.PERMISSION_DENIED, "OWNER_ROLE"):
            write(self.friend.principal)
        write()
        self.assertEqual([listed.holder_count for listed in self.act_list()], [2])

    def test_its_acts_are_security_events(self):
        role = self.make()
        self.act("CustomRoleService/UpdateRole", role_id=role.role_id, name="other", permissions=READ)
        self.grant(role.role_id)
        self.act("RoleService/RevokeRole", principal_id=self.friend.principal, custom_role_id=role.role_id)
        self.act("CustomRoleService/DeleteRole", role_id=role.role_id)
        kinds = psql(identity.service.database, "SELECT kind FROM identity.security_event WHERE detail = '%s' ORDER BY event_id" % role.role_id)
        self.assertEqual(kinds.split(), ["CUSTOM_ROLE_MADE", "CUSTOM_ROLE_WRITTEN", "ROLE_GIVEN", "ROLE_TAKEN", "CUSTOM_ROLE_DELETED"])

    def test_of_two_at_once_one_has_the_name_and_none_is_given_what_goes(self):
        outcomes = lambda *acts: [self.outcome(future) for future in [pool.submit(act) for act in acts]]  # noqa: E731
        with concurrent.futures.ThreadPoolExecutor(4) as pool:
            for turn in range(6):
                self.assertEqual(sorted(outcomes(*[lambda: self.make("same %d" % turn)] * 3)), ["", "ROLE_NAME_TAKEN", "ROLE_NAME_TAKEN"])  # noqa: B023
                role = self.make()
                given, gone = outcomes(lambda: self.grant(role.role_id),  # noqa: B023
                                       lambda: self.act("CustomRoleService/DeleteRole", role_id=role.role_id))  # noqa: B023
                self.assertIn((given, gone), [("", "ROLE_IN_USE"), ("ROLE_NOT_FOUND", "")])
                if not given:
                    self.act("RoleService/RevokeRole", principal_id=self.friend.principal, custom_role_id=role.role_id)

    @staticmethod
    def outcome(future):
        try:
            future.result()
        except Refusal as refusal:
            return refusal.reason
        return ""


if __name__ == "__main__":
    unittest.main()
