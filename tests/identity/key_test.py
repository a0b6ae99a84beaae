"""Programs and their keys against the real identity: made, used, rotated, revoked; and what a thief of one, of the database or of the log
has of it."""
import concurrent.futures
import hashlib
import os
import re
import string
import sys
import time
import unittest
import zlib

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import identity_test as identity  # noqa: E402
from identity_test import Code, Person, call, change, join, log_in, new_id, psql, refused  # noqa: E402
from question_test import reason_of  # noqa: E402

setUpModule, tearDownModule = identity.setUpModule, identity.tearDownModule
DIGITS = string.digits + string.ascii_uppercase + string.ascii_lowercase
DAY, HOUR = 86400, 3600
secrets = []


def base62(number, length):
    text = ""
    for _ in range(length):
        number, digit = divmod(number, 62)
        text = DIGITS[digit] + text
    return text


def made_up():
    """A key that is whole and nobody's."""
    digits = base62(int.from_bytes(os.urandom(32), "big"), 43)
    return "kontor_" + digits + base62(zlib.crc32(digits.encode()), 6)


def stamp(seconds):
    return {"seconds": int(identity.clock.now() + seconds)}


def ask(*questions):
    return call("SessionService/ResolveSessions", questions=[dict({"takes_keys": True}, **question) for question in questions]).answers


def outcome(answer):
    return answer.session.principal_id if answer.WhichOneof("outcome") == "session" else reason_of(answer.refused)


def use(secret, source="198.51.100.7", **fields):
    return outcome(ask(dict(session_token=secret, source_address=source, **fields))[0])


class Keys(unittest.TestCase):
    def setUp(self):
        self.owner = Person()
        self.session = log_in(self.owner.email).session_id
        self.program = self.make_program().program_id

    def act(self, rpc, caller=None, **fields):
        fields.setdefault("request_id", new_id())
        fields.setdefault("account_id", self.owner.account)
        metadata = (("kontor-principal-id", caller or self.owner.principal), ("kontor-credential-id", self.session))
        return identity.service.call("identity.v1." + rpc, metadata=metadata, **fields)

    def make_program(self, name="portal", roles=("ROLE_FINANCE",), **fields):
        return self.act("ProgramService/CreateProgram", name=name, roles=roles, **fields).program

    def make(self, permissions=("ledger.*",), denied=(), addresses=(), end=30 * DAY, **fields):
        scope = {"permissions": permissions, "denied_permissions": denied, "addresses": addresses}
        fields.setdefault("program_id", self.program)
        fields.setdefault("expire_time", stamp(end))
        answer = self.act("KeyService/CreateKey", scope=scope, **fields)
        if answer.secret:
            secrets.append(answer.secret)
        return answer

    def keys(self, **fields):
        return call("KeyService/ListKeys", self.owner.principal, account_id=self.owner.account, **fields).keys

    def events(self, key_id):
        """As the account's administrators are shown them: (kind, who acted, from where), oldest first."""
        rows = psql(identity.service.database, "SELECT kind, coalesce(actor_id, principal_id), network FROM identity.security_event "
                    "WHERE detail = '%s' AND principal_id = '%s' AND account_id = '%s' ORDER BY event_id" % (key_id, self.program, self.owner.account))
        return [tuple(row.split("|")) for row in rows.splitlines()]


class Making(Keys):
    def test_a_key_is_shown_once_and_acts_as_its_program(self):
        answer = self.make(denied=["ledger.transfer.*"], addresses=["198.51.100.0/24"], name="blue")
        self.assertRegex(answer.secret, r"^kontor_[0-9A-Za-z]{49}$")
        digits = answer.secret[len("kontor_"):]
        self.assertEqual(digits[43:], base62(zlib.crc32(digits[:43].encode()), 6))
        self.assertEqual(answer.key.prefix, answer.secret[:15])
        resolved = ask(dict(session_token=answer.secret, source_address="198.51.100.7"))[0].session
        self.assertEqual((resolved.principal_id, resolved.session_id, resolved.account_id, list(resolved.roles), resolved.key_kind),
                         (self.program, answer.key.key_id, self.owner.account, [4], 1))
        self.assertEqual((list(resolved.key_scope.permissions), list(resolved.key_scope.denied_permissions)), (["ledger.*"], ["ledger.transfer.*"]))
        self.assertEqual(resolved.expire_time, answer.key.expire_time)
        self.assertEqual((list(resolved.factor_kinds), resolved.HasField("mfa_time")), ([], False))
        listed, = self.keys()
        self.assertEqual((listed.key_id, listed.name, listed.made_by, list(listed.scope.addresses)),
                         (answer.key.key_id, "blue", self.owner.principal, ["198.51.100.0/24"]))

    def test_a_repeated_request_gives_the_key_and_no_second_secret(self):
        request = new_id()
        end = stamp(DAY)
        one, two = (self.make(request_id=request, expire_time=end) for _ in range(2))
        self.assertEqual((one.key, two.secret), (two.key, ""))
        self.assertEqual(len(self.keys()), 1)
        self.assertEqual(use(one.secret), self.program)

    def test_of_the_secret_a_hash_is_kept(self):
        secret = self.make().secret
        kept = psql(identity.service.database, "SELECT encode(secret_hash, 'hex') FROM identity.program_key WHERE prefix = '%s'" % secret[:15])
        self.assertEqual(kept, hashlib.sha256(secret.encode()).hexdigest())

    def test_who_makes_keys(self):
        friend = Person()
        join(self.owner, friend, "ROLE_FINANCE")
        answer = self.make()
        scope = {"permissions": ["ledger.*"]}
        for caller in (friend.principal, self.program):
            for rpc, fields in (("ProgramService/CreateProgram", {"name": "x", "roles": ["ROLE_MEMBER"]}),
                                ("ProgramService/SetProgramRoles", {"program_id": self.program, "roles": ["ROLE_MEMBER"]}),
                                ("ProgramService/RemoveProgram", {"program_id": self.program}),
                                ("KeyService/CreateKey", {"program_id": self.program, "scope": scope, "expire_time": stamp(DAY)}),
                                ("KeyService/RotateKey", {"key_id": answer.key.key_id, "expire_time": stamp(DAY)}),
                                ("KeyService/RevokeKey", {"key_id": answer.key.key_id})):
                with refused(self, Code.PERMISSION_DENIED, "ROLE_MISSING"):
                    self.act(rpc, caller, **fields)

    def test_another_account_s_program_and_key_are_not_there(self):
        stranger, answer = Person(), self.make()
        for rpc, reason, fields in (("KeyService/CreateKey", "PROGRAM_NOT_FOUND", {"program_id": self.program, "scope": {"permissions": ["*"]},
                                                                                  "expire_time": stamp(DAY)}),
                                    ("ProgramService/SetProgramRoles", "PROGRAM_NOT_FOUND", {"program_id": self.program, "roles": ["ROLE_MEMBER"]}),
                                    ("ProgramService/RemoveProgram", "PROGRAM_NOT_FOUND", {"program_id": self.program}),
                                    ("KeyService/RotateKey", "KEY_NOT_FOUND", {"key_id": answer.key.key_id, "expire_time": stamp(DAY)}),
                                    ("KeyService/RevokeKey", "KEY_NOT_FOUND", {"key_id": answer.key.key_id})):
            with refused(self, Code.NOT_FOUND, reason):
                self.act(rpc, stranger.principal, account_id=stranger.account, **fields)
        self.assertEqual(list(call("KeyService/ListKeys", stranger.principal, account_id=stranger.account, program_id=self.program).keys), [])
        self.assertEqual(use(answer.secret), self.program)

    def test_a_key_ends_within_a_year(self):
        for end in (0, -DAY, 366 * DAY + 5):
            with refused(self, Code.INVALID_ARGUMENT, "KEY_END"):
                self.make(end=end)
        self.make(end=366 * DAY - 5)

    def test_what_a_scope_may_hold(self):
        for fields in ({"permissions": []}, {"permissions": ["ledger.*"] * 33}, {"permissions": ["Ledger.*"]}, {"denied": ["*.get"]},
                       {"addresses": ["198.51.100.7/24"]}, {"addresses": ["198.51.100.7"] * 17}, {"addresses": ["anywhere"]}):
            with refused(self, Code.INVALID_ARGUMENT):
                self.make(**fields)
        for roles in ([], ["ROLE_ACCOUNT_ADMINISTRATOR"], ["ROLE_OPERATOR"], ["ROLE_ISOLATED_SPEND"], ["ROLE_FINANCE"] * 9):
            with refused(self, Code.INVALID_ARGUMENT):
                self.make_program(roles=roles)

    def test_there_is_a_maximum_of_keys_and_programs(self):
        made = [self.make() for _ in range(10)]
        with refused(self, Code.RESOURCE_EXHAUSTED, "KEY_LIMIT"):
            self.make()
        self.act("KeyService/RevokeKey", key_id=made[0].key.key_id)
        self.make()
        for _ in range(49):
            self.make_program()
        with refused(self, Code.RESOURCE_EXHAUSTED, "PROGRAM_LIMIT"):
            self.make_program()

    def test_eleven_keys_at_once_are_ten(self):
        def one(_):
            try:
                return bool(self.make().secret)
            except identity.Refusal as refusal:
                return refusal.reason
        with concurrent.futures.ThreadPoolExecutor(11) as pool:
            self.assertEqual(sorted(map(str, pool.map(one, range(11)))), ["KEY_LIMIT"] + ["True"] * 10)

    def test_a_program_is_no_member_and_logs_in_nowhere(self):
        members = call("RoleService/ListMembers", self.owner.principal, account_id=self.owner.account).members
        self.assertEqual([member.principal_id for member in members], [self.owner.principal])
        for rpc, role in (("GrantRole", "ROLE_ACCOUNT_ADMINISTRATOR"), ("RevokeRole", "ROLE_FINANCE")):
            with refused(self, Code.NOT_FOUND, "NOT_A_MEMBER"):
                change("RoleService/" + rpc, self.owner.principal, account_id=self.owner.account, principal_id=self.program, role=role)


class Using(Keys):
    def test_a_stolen_key_opens_nothing_from_another_address(self):
        answer = self.make(addresses=["203.0.113.0/24", "2001:db8::/32"])
        for source in ("203.0.113.9", "::ffff:203.0.113.9", "2001:db8:ffff::1"):
            self.assertEqual(use(answer.secret, source), self.program)
        for source in ("203.0.112.255", "2001:db9::", "", "unix"):
            self.assertEqual(use(answer.secret, source), "KEY_ADDRESS_REFUSED", source)

    def test_revoked_it_opens_nothing_from_the_answer_on(self):
        answer = self.make()
        self.assertEqual(use(answer.secret), self.program)
        for _ in range(2):
            self.act("KeyService/RevokeKey", key_id=answer.key.key_id)
        self.assertEqual(use(answer.secret), "KEY_REFUSED")
        self.assertTrue(self.keys()[0].HasField("revoke_time"))
        self.assertEqual([kind for kind, *_ in self.events(answer.key.key_id)], ["KEY_MADE", "KEY_NETWORK_NEW", "KEY_REVOKED"])

    def test_it_opens_until_its_end(self):
        answer = self.make(end=HOUR)
        identity.clock.turn(HOUR - 5)
        self.assertEqual(use(answer.secret), self.program)
        identity.clock.turn(6)
        self.assertEqual(use(answer.secret), "KEY_REFUSED")

    def test_a_kind_of_a_later_release_opens_nothing(self):
        answer, database = self.make(), identity.service.database
        psql(database, "ALTER TABLE identity.program_key DROP CONSTRAINT key_is_a_secret_or_a_certificate")
        psql(database, "UPDATE identity.program_key SET kind = 'LATER' WHERE key_id = '%s'" % answer.key.key_id)
        self.assertEqual(use(answer.secret), "KEY_REFUSED")
        self.assertEqual([key.kind for key in self.keys() if key.key_id == answer.key.key_id], [0])
        psql(database, "UPDATE identity.program_key SET kind = 'SECRET' WHERE key_id = '%s'" % answer.key.key_id)
        self.assertEqual(use(answer.secret), self.program)

    def test_truncated_changed_or_made_up_it_is_refused(self):
        secret = self.make().secret
        for text in [secret[:length] for length in (7, 8, 30, 55)] + [secret + "0", secret.swapcase(), secret + " ", "kontor_"]:
            self.assertEqual(use(text), "KEY_REFUSED" if text.startswith("kontor_") else "SESSION_ENDED", text)
        for place in range(7, len(secret)):
            changed = secret[:place] + ("0" if secret[place] != "0" else "1") + secret[place + 1:]
            self.assertEqual(use(changed), "KEY_REFUSED")
        self.assertEqual(use(made_up()), "KEY_REFUSED")
        self.assertEqual(use(hashlib.sha256(secret.encode()).hexdigest()), "SESSION_ENDED")  # what is kept is no key
        self.assertEqual(use(secret), self.program)

    def test_ten_thousand_wrong_keys_are_told_the_same_and_cost_one_look_each(self):
        """40 messages of 256; a right one among them is not slower to be found than before."""
        secret = self.make().secret
        began = time.monotonic()
        for _ in range(40):
            answers = ask(*[dict(session_token=made_up(), source_address="198.51.100.9") for _ in range(255)], dict(session_token=secret))
            self.assertEqual({outcome(answer) for answer in answers[:255]}, {"KEY_REFUSED"})
            self.assertEqual(len({answer.refused.SerializeToString() for answer in answers[:255]}), 1)
            self.assertEqual(outcome(answers[255]), self.program)
        self.assertLess(time.monotonic() - began, 60)
        self.assertEqual(psql(identity.service.database, "SELECT count(*) FROM identity.program_key_network WHERE key_id NOT IN "
                              "(SELECT key_id FROM identity.program_key)"), "0")

    def test_a_gateway_that_judges_no_scope_is_told_of_no_key(self):
        secret = self.make().secret
        answer, = call("SessionService/ResolveSessions", questions=[{"session_token": secret, "source_address": "198.51.100.7"}]).answers
        self.assertEqual(outcome(answer), "SESSION_ENDED")
        with refused(self, Code.UNAUTHENTICATED, "SESSION_ENDED"):
            call("SessionService/ResolveSession", session_token=secret)

    def test_in_another_account_it_has_no_roles(self):
        secret, other = self.make().secret, Person()
        answer, = ask(dict(session_token=secret, account_id=other.account))
        self.assertEqual((list(answer.session.roles), answer.session.company_id), ([], ""))

    def test_a_removed_program_s_keys_open_nothing(self):
        first, second = self.make().secret, self.make().secret
        self.act("ProgramService/RemoveProgram", program_id=self.program)
        self.assertEqual([use(first), use(second)], ["KEY_REFUSED"] * 2)
        self.assertEqual(list(call("ProgramService/ListPrograms", self.owner.principal, account_id=self.owner.account).programs), [])
        with refused(self, Code.NOT_FOUND, "PROGRAM_NOT_FOUND"):
            self.make()

    def test_roles_that_are_taken_count_at_once(self):
        secret = self.make().secret
        program = self.act("ProgramService/SetProgramRoles", program_id=self.program, roles=["ROLE_TECHNOLOGY", "ROLE_MEMBER"]).program
        self.assertEqual(list(program.roles), [2, 5])
        self.assertEqual(list(ask(dict(session_token=secret))[0].session.roles), [2, 5])
        listed, = call("ProgramService/ListPrograms", self.owner.principal, account_id=self.owner.account).programs
        self.assertEqual((list(listed.roles), listed.name, listed.made_by), ([2, 5], "portal", self.owner.principal))

    def test_who_holds_in_one_account_makes_nothing_that_acts_below(self):  # GW-13
        junior = Person()
        join(self.owner, junior, "ROLE_ACCOUNT_ADMINISTRATOR")
        roles = {"program_id": self.program, "roles": ("ROLE_FINANCE",), "subtree": True}
        make = {"program_id": self.program, "scope": {"permissions": ["ledger.*"]}, "expire_time": stamp(DAY)}
        key = self.make().key
        rotate = {"key_id": key.key_id, "expire_time": stamp(DAY)}
        for rpc, fields in (("KeyService/CreateKey", make), ("KeyService/RotateKey", rotate)):  # as long as the program does not
            answer = self.act(rpc, junior.principal, **fields)
            secrets.append(answer.secret)
            rotate["key_id"] = answer.key.key_id
        self.act("ProgramService/SetProgramRoles", **roles)
        for rpc, fields in (("ProgramService/CreateProgram", {"name": "below", "roles": ("ROLE_FINANCE",), "subtree": True}),
                            ("ProgramService/SetProgramRoles", roles), ("KeyService/CreateKey", make), ("KeyService/RotateKey", rotate)):
            with self.subTest(rpc), refused(self, Code.PERMISSION_DENIED, "SUBTREE_NOT_YOURS"):
                self.act(rpc, junior.principal, **fields)
        self.act("KeyService/RevokeKey", junior.principal, key_id=rotate["key_id"])
        self.act("ProgramService/SetProgramRoles", junior.principal, **dict(roles, subtree=False))
        answer = self.act("KeyService/CreateKey", junior.principal, **make)
        secrets.append(answer.secret)

    def test_older_keys_reach_no_further_than_when_they_were_made(self):  # GW-13
        child = Person()
        psql(identity.service.database, "INSERT INTO identity.structure_edge VALUES ('%s', 'GROUP', 1, '%s', now())" % (child.account, self.owner.account))
        older = self.make().secret
        self.act("ProgramService/SetProgramRoles", program_id=self.program, roles=["ROLE_FINANCE"], subtree=True)
        newer = self.make().secret
        below = lambda secret: list(ask(dict(session_token=secret, account_id=child.account))[0].session.inherited_roles)  # noqa: E731
        self.assertEqual((below(older), below(newer)), ([], [4]))
        self.assertEqual(list(ask(dict(session_token=older))[0].session.roles), [4])  # in its own account as before
        self.act("ProgramService/SetProgramRoles", program_id=self.program, roles=["ROLE_FINANCE"])
        self.assertEqual((below(older), below(newer)), ([], []))

    def test_use_is_told_to_the_hour_and_networks_once(self):
        answer = self.make(addresses=["198.51.100.0/24"])
        self.assertFalse(self.keys()[0].HasField("last_use_time"))
        for source in ("198.51.100.7", "198.51.100.7", "198.51.100.8", "203.0.113.9", "203.0.113.9"):
            use(answer.secret, source)
        used = self.keys()[0].last_use_time.ToSeconds()
        self.assertEqual(used, int(identity.clock.now()) // HOUR * HOUR)
        self.assertEqual(self.events(answer.key.key_id),
                         [("KEY_MADE", self.owner.principal, "")] +
                         [("KEY_NETWORK_NEW", self.program, "198.51.100.0/24")] * 2 + [("KEY_ADDRESS_REFUSED", self.program, "203.0.113.0/24")])
        told = call("SecurityEventService/ListAccountSecurityEvents", self.owner.principal, account_id=self.owner.account, kind="SECURITY_EVENT_KIND_KEY_ADDRESS_REFUSED").events
        self.assertEqual([(event.principal_id, event.detail, event.network) for event in told], [(self.program, answer.key.key_id, "203.0.113.0/24")])
        identity.clock.turn(HOUR)
        use(answer.secret)
        self.assertEqual(self.keys()[0].last_use_time.ToSeconds(), used + HOUR)

    def test_networks_are_noted_up_to_a_maximum(self):
        answer = self.make()
        ask(*[dict(session_token=answer.secret, source_address="198.51.100.%d" % n) for n in range(60)])
        for n in range(60, 70):
            use(answer.secret, "198.51.100.%d" % n)
        self.assertEqual(len(self.events(answer.key.key_id)), 1 + 64)


class Rotating(Keys):
    def rotate(self, key, end=30 * DAY, **fields):
        answer = self.act("KeyService/RotateKey", key_id=key.key_id, expire_time=stamp(end), **fields)
        if answer.secret:
            secrets.append(answer.secret)
        return answer

    def test_both_count_until_the_overlap_ends(self):
        old = self.make(denied=["ledger.transfer.*"], addresses=["198.51.100.0/24"], name="blue")
        new = self.rotate(old.key, overlap_hours=2)
        self.assertEqual((new.key.scope, new.key.name, new.key.program_id), (old.key.scope, "blue", self.program))
        self.assertEqual([use(old.secret), use(new.secret)], [self.program] * 2)
        identity.clock.turn(2 * HOUR - 5)
        self.assertEqual([use(old.secret), use(new.secret)], [self.program] * 2)
        identity.clock.turn(6)
        self.assertEqual([use(old.secret), use(new.secret)], ["KEY_REFUSED", self.program])
        with refused(self, Code.NOT_FOUND, "KEY_NOT_FOUND"):
            self.rotate(old.key)

    def test_without_an_overlap_the_old_one_ends_at_once(self):
        old = self.make()
        request = new_id()
        end = stamp(DAY)
        new, again = (self.act("KeyService/RotateKey", key_id=old.key.key_id, request_id=request, expire_time=end) for _ in range(2))
        secrets.append(new.secret)
        self.assertEqual([use(old.secret), use(new.secret)], ["KEY_REFUSED", self.program])
        self.assertEqual((again.key, again.secret), (new.key, ""))

    def test_an_overlap_ends_with_the_key_and_within_a_week(self):
        old = self.make(end=HOUR)
        new = self.rotate(old.key, overlap_hours=168)
        self.assertEqual(new.old_expire_time, old.key.expire_time)
        with refused(self, Code.INVALID_ARGUMENT):
            self.rotate(new.key, overlap_hours=169)
        with refused(self, Code.INVALID_ARGUMENT, "KEY_END"):
            self.rotate(new.key, end=367 * DAY)

    def test_ended_keys_are_listed_for_ninety_days(self):
        answer = self.make()
        self.act("KeyService/RevokeKey", key_id=answer.key.key_id)
        self.assertEqual(len(self.keys()), 1)
        self.assertEqual([key.key_id for key in self.keys(program_id=self.program)], [answer.key.key_id])


class ZSecrets(unittest.TestCase):
    """Runs last: no key is anywhere but with those whom it was shown."""

    def test_no_key_is_logged_or_kept(self):
        self.assertGreater(len(secrets), 20)
        log = identity.service.log()
        rows = psql(identity.service.database, """SELECT query_to_xml(format('SELECT * FROM identity.%I', tablename), true, false, '')
                                                  FROM pg_tables WHERE schemaname = 'identity'""")
        for secret in secrets:
            for where in (log, rows):
                self.assertNotIn(secret, where)
                self.assertNotIn(secret[15:], where)
                self.assertNotIn(secret.encode().hex(), where)
        self.assertIsNone(re.search(r"kontor_[0-9A-Za-z]{20}", log + rows))


if __name__ == "__main__":
    unittest.main()
