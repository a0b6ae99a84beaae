"""The session policy of an account (ID-43), through the gateway by kontor: both sides of each limit, from where, with how many sessions, on
which device; and people go on about themselves."""
import os
import sys
import time
import unittest

from junior_test import code_of
from stack import NOT_LOGGED_IN, REFUSED, Journey, new_id

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from front import Forwarder  # noqa: E402

MINUTE = 60
HERE, ELSEWHERE = "127.0.0.1/32", "127.0.0.9"


class SessionPolicy(Journey):
    stack_settings = {"session_cache": "0ms"}  # each call is judged by the clock that a test turns

    def setUp(self):
        self.owner = self.stack.customer("owner-" + new_id()[:4]).sign_up()
        self.clerk = self.stack.customer("clerk-" + new_id()[:4]).sign_up().join(self.owner)
        self.addCleanup(setattr, self.stack, "door", "")

    def set(self, *words):
        return self.owner.kontor("session-policy", "set", *words)["policy"]

    def acts(self, who=None):
        """A member reads in the owner's account."""
        return (who or self.clerk).kontor("session-policy", "show", "--account", self.owner.account_id)

    def refused(self, reason):
        return self.stack.refused(self, reason, code=NOT_LOGGED_IN if reason.startswith("SESSION_") else REFUSED)

    def enrol(self):
        secret = self.clerk.kontor("factor", "enroll", "--name", "phone")["secret"]
        self.clerk.kontor("factor", "confirm", code_of(secret, round(self.stack.clock.now() - time.time()) // 30))

    def elsewhere(self):
        forwarder = Forwarder(int(self.stack.gateway.address.rsplit(":", 1)[1]), ELSEWHERE)
        self.addCleanup(forwarder.stop)
        self.stack.door = forwarder.address

    def test_what_is_set_is_told(self):
        none = {"networks": [], "lifetimeMinutes": 0, "idleMinutes": 0, "sessionsMax": 0, "deviceTrustHours": 0}
        self.assertEqual(self.acts()["policy"], none)
        policy = self.set("--networks", "127.0.0.0/8,2001:db8::/32", "--lifetime-minutes", "60", "--idle-minutes", "10", "--sessions-max", "3")
        self.assertEqual(policy, {"networks": ["127.0.0.0/8", "2001:db8::/32"], "lifetimeMinutes": 60, "idleMinutes": 10, "sessionsMax": 3, "deviceTrustHours": 0})
        self.assertEqual(self.acts()["policy"], policy)
        self.assertEqual(self.set("--device-trust-hours", "24"), dict(none, deviceTrustHours=24))  # the whole policy

    def test_a_session_has_an_age(self):
        self.set("--lifetime-minutes", "60")
        self.clerk.log_in()
        for minutes in (20, 20, 19):
            self.stack.clock.turn(minutes * MINUTE)
            self.acts()
        self.stack.clock.turn(MINUTE)
        with self.refused("SESSION_TOO_OLD") as seen:
            self.acts()
        self.assertEqual(seen[0].terms["limit"], "60")
        self.clerk.kontor("session", "list")  # about oneself
        self.clerk.kontor("session-policy", "show")  # in an account that allows it
        self.clerk.log_in()
        self.acts()

    def test_an_unused_session_stays_idle_whatever_it_is_used_for_since(self):
        self.set("--idle-minutes", "10")
        self.clerk.log_in()
        self.stack.clock.turn(9 * MINUTE + 50)
        self.acts()
        self.stack.clock.turn(10 * MINUTE + 1)
        with self.refused("SESSION_IDLE"):
            self.acts()
        self.clerk.kontor("session-policy", "show")  # a use in the clerk's own account
        with self.refused("SESSION_IDLE") as seen:
            self.acts()
        self.assertEqual(seen[0].terms["limit"], "10")
        self.clerk.log_in()
        self.acts()

    def test_the_newest_sessions_act(self):
        self.set("--sessions-max", "2")
        first, second, third = (self.stack.customer("d%d-%s" % (n, new_id()[:4])) for n in range(3))
        for device in (first, second):
            device.email = self.clerk.email
            device.log_in()
        self.acts(first)
        third.email = self.clerk.email
        third.log_in()
        with self.refused("SESSION_SURPASSED") as seen:
            self.acts(first)
        self.assertEqual(seen[0].terms["limit"], "2")
        self.acts(second)
        third.kontor("logout")
        self.acts(first)

    def test_networks(self):
        with self.refused("NETWORKS_SHUT_CALLER_OUT"):
            self.set("--networks", "203.0.113.0/24")
        self.acts()
        self.set("--networks", HERE)
        self.acts()
        program = self.owner.kontor("program", "create", "portal", "--role", "member")["program"]["programId"]
        made = self.owner.kontor("key", "create", program, "--permissions", "identity.session_policy.get", "--expires", "+1d")
        key = os.path.join(self.stack.folder, "key-" + new_id()[:8])
        with open(key, "w", encoding="ascii") as file:
            file.write(made["secret"])
        by_key = lambda: self.stack.kontor("session-policy", "show", "--program-key-file", key, "--account", self.owner.account_id, profile="portal")
        by_key()
        self.elsewhere()
        for read in (self.acts, by_key):
            with self.refused("NETWORK_NOT_ALLOWED"):
                read()
        self.clerk.kontor("session", "list")
        self.clerk.kontor("session-policy", "show")
        with self.refused("NETWORK_NOT_ALLOWED"):
            self.set("--networks", ELSEWHERE)
        self.stack.door = ""
        self.set("--networks", ELSEWHERE, "--may-shut-out")  # with open eyes
        with self.refused("NETWORK_NOT_ALLOWED"):
            self.set()
        self.elsewhere()
        self.assertEqual(self.set()["networks"], [])
        self.stack.door = ""
        self.acts()

    def test_an_operator_lets_in_who_is_shut_out(self):
        clear = ["session-policy", "clear-networks", self.owner.account_id, "--reason", "Called back."]
        with self.refused("PERMISSION_DENIED"):
            self.owner.kontor(*clear)
        self.set("--networks", "203.0.113.0/24", "--sessions-max", "5", "--may-shut-out")
        with self.refused("NETWORK_NOT_ALLOWED"):
            self.set()
        policy = self.stack.operator(*clear)["policy"]
        self.assertEqual((policy["networks"], policy["sessionsMax"]), ([], 5))
        self.acts()
        events = self.owner.kontor("security-event", "list-account", "--page-size", "5")["events"]
        told = next(event for event in events if event["kind"] == "SECURITY_EVENT_KIND_SESSION_NETWORKS_CLEARED")
        self.assertEqual(told["detail"], "Called back.")
        self.stack.await_equal(self, True, lambda: any("session policy were cleared" in str(m) for m in self.stack.messages(self.owner.email)))

    def test_a_device_is_trusted_for_a_while(self):
        self.set("--device-trust-hours", "1")
        with self.refused("DEVICE_NOT_TRUSTED") as seen:
            self.acts()
        self.assertEqual((seen[0].terms["limit"], seen[0].terms["enrolled"]), ("1", "false"))
        self.enrol()
        self.acts()
        self.stack.clock.turn(29 * MINUTE)
        self.clerk.log_in()  # kontor keeps the device's token
        self.acts()
        stranger = self.stack.customer("stranger-" + new_id()[:4])
        stranger.email = self.clerk.email
        stranger.log_in()
        with self.refused("DEVICE_NOT_TRUSTED") as seen:
            self.acts(stranger)
        self.assertEqual(seen[0].terms["enrolled"], "true")
        self.stack.clock.turn(29 * MINUTE)
        self.acts()
        self.stack.clock.turn(2 * MINUTE)
        with self.refused("DEVICE_NOT_TRUSTED"):
            self.acts()

    def test_a_device_whose_session_was_ended_is_trusted_no_more(self):
        self.set("--device-trust-hours", "720")
        self.enrol()
        self.clerk.kontor("logout")
        self.clerk.log_in()
        self.acts()
        self.clerk.kontor("session", "revoke-all", "--yes")
        self.clerk.log_in()
        with self.refused("DEVICE_NOT_TRUSTED"):
            self.acts()

    def test_nor_is_another_session_on_it(self):
        self.set("--device-trust-hours", "720")
        self.enrol()
        self.clerk.log_in()
        self.acts()
        other = next(session for session in self.clerk.kontor("session", "list")["sessions"] if not session.get("current", False))
        self.clerk.kontor("session", "revoke", other["sessionId"], "--yes")
        with self.refused("DEVICE_NOT_TRUSTED"):
            self.acts()

    def test_administrators_set_it_within_bounds(self):
        with self.refused("PERMISSION_DENIED"):
            self.clerk.kontor("session-policy", "set", "--account", self.owner.account_id)
        for words in (["--idle-minutes", "4"], ["--idle-minutes", "31"], ["--lifetime-minutes", "14"], ["--lifetime-minutes", "721"],
                      ["--sessions-max", "101"], ["--device-trust-hours", "721"], ["--networks", "203.0.113.1/24"],
                      ["--networks", ",".join(["203.0.113.0/24"] * 33)]):
            with self.assertRaises(Exception) as caught:
                self.set(*words)
            self.assertIn(words[0][2:].replace("-", "_"), str(caught.exception), words)
        for words in (["--idle-minutes", "5"], ["--idle-minutes", "30"], ["--lifetime-minutes", "15"], ["--lifetime-minutes", "720"],
                      ["--sessions-max", "100"], ["--networks", ",".join(["127.0.0.0/8"] * 32)], ["--device-trust-hours", "720"]):
            self.set(*words)


if __name__ == "__main__":
    unittest.main()
