"""The gateway's questions to identity, several in one message: each is answered by itself, as if it were asked alone (ID-18, ID-34)."""
import concurrent.futures
import subprocess
import unittest

import identity_test as identity
from identity_test import Code, Person, approve, call, change, company_account, join, log_in, new_id, refused

from service import POSTGRES, message

ASK = "SessionService/ResolveSessions"
SAME, NOT_CORPORATE, NOT_VERIFIED, DIFFERENT = 1, 2, 3, 4


def setUpModule():
    identity.setUpModule()


def tearDownModule():
    identity.tearDownModule()


def reason_of(status):
    info = next(detail for detail in status.details if detail.type_url.endswith("ErrorInfo"))
    return message("google.rpc.ErrorInfo").FromString(info.value).reason


def question(token, account=None, others=()):
    return {"session_token": token, "account_id": account.account if account else "", "other_account_ids": list(others)}


def ask(*questions):
    return call(ASK, questions=questions).answers


def outcome(answer):
    """The principal and the account, or the reason why not."""
    session = answer.session
    return (session.principal_id, session.account_id) if answer.WhichOneof("outcome") == "session" else reason_of(answer.refused)


class Questions(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.main, cls.project, cls.stranger, cls.unverified = (company_account() for _ in range(4))
        approve(cls.main.submit())
        approve(cls.project.submit())
        approve(cls.stranger.submit(number="91350100M000100Y43"))
        cls.person = Person()
        cls.person.verify_phone()
        cls.person.add_address(**identity.INDIVIDUAL)
        cls.token = log_in(cls.main.email).session_token

    def alone(self, one, other):
        """The pair as CheckSameCompany says it."""
        try:
            answer = call("CompanyService/CheckSameCompany", account_id=one, other_account_id=other)
            return answer.verdict, answer.failing_account_id
        except identity.Refusal as refusal:
            return refusal.code.value[0], refusal.reason

    def compared(self, answer):
        return [(other.refused.code, reason_of(other.refused)) if other.HasField("refused") else (other.verdict, other.failing_account_id)
                for other in answer.others]

    # ---- who acts without a session: what was approved (c-19)

    def test_a_principal_without_a_session_is_told_as_with_one(self):
        clerk, others = Person(), [self.project.account]
        join(self.main, clerk, "ROLE_FINANCE")
        with_one, without = ask(question(log_in(clerk.email).session_token, self.main, others),
                                {"principal_id": clerk.principal, "account_id": self.main.account, "other_account_ids": others})
        self.assertEqual(outcome(without), (clerk.principal, self.main.account))
        self.assertEqual((list(without.session.roles), without.session.company_id, self.compared(without)),
                         (list(with_one.session.roles), with_one.session.company_id, self.compared(with_one)))
        self.assertEqual(without.session.session_id, clerk.principal)
        change("RoleService/RevokeRole", self.main.principal, account_id=self.main.account, principal_id=clerk.principal, role="ROLE_FINANCE")
        gone, = ask({"principal_id": clerk.principal, "account_id": self.main.account})
        self.assertEqual(list(gone.session.roles), [])

    def test_nobody_is_told_of_a_principal_by_a_wrong_token(self):
        answers = ask({"principal_id": new_id()}, {"principal_id": "no id"}, {"session_token": "x", "principal_id": self.main.principal}, {})
        self.assertEqual([outcome(answer) for answer in answers], ["SESSION_ENDED", "INVALID_ARGUMENT", "SESSION_ENDED", "SESSION_ENDED"])

    def test_the_appointers_of_a_day_are_told_when_they_are_asked_for(self):
        clerk = Person()
        join(self.main, clerk, "ROLE_FINANCE")
        asked = {"principal_id": clerk.principal, "account_id": self.main.account}
        told = lambda **more: [list(answer.session.appointer_principal_ids) for answer in ask(dict(asked, **more))][0]
        self.assertEqual((told(), told(with_appointers=True)), ([], [self.main.principal]))
        identity.clock.turn(24 * 3600 - 60)
        self.assertEqual(told(with_appointers=True), [self.main.principal])
        identity.clock.turn(61)
        self.assertEqual(told(with_appointers=True), [])

    def test_who_appointed_the_appointer_is_told_too(self):  # c-19: whom one's own creature appoints is no other
        creature, clerk = Person(), Person()
        join(self.main, creature, "ROLE_ACCOUNT_ADMINISTRATOR")
        join((creature.principal, self.main.account), clerk, "ROLE_FINANCE")
        asked = {"principal_id": clerk.principal, "account_id": self.main.account, "with_appointers": True}
        told = lambda: sorted(ask(asked)[0].session.appointer_principal_ids)
        self.assertEqual(told(), sorted([creature.principal, self.main.principal]))
        change("RoleService/RemoveMember", self.main.principal, account_id=self.main.account, principal_id=creature.principal)
        self.assertEqual(told(), sorted([creature.principal, self.main.principal]))

    # ---- how other accounts stand

    def test_each_verdict_is_that_of_two_alone(self):  # ID-18
        accounts = [self.main, self.project, self.stranger, self.unverified, self.person]
        others = [account.account for account in accounts] + [new_id()]
        tokens = [log_in(account.email).session_token for account in accounts]
        verdicts = set()
        for account, answer in zip(accounts, ask(*[question(token, others=others) for token in tokens])):
            expected = [self.alone(account.account, other) for other in others]
            self.assertEqual(self.compared(answer), expected)
            verdicts |= {verdict for verdict, _ in expected}
        self.assertEqual(verdicts, {SAME, NOT_CORPORATE, NOT_VERIFIED, DIFFERENT, Code.NOT_FOUND.value[0]})

    def test_a_text_that_is_no_id_is_refused_in_its_place_alone(self):
        answer, = ask(question(self.token, others=[self.project.account, "no id", self.stranger.account]))
        self.assertEqual(self.compared(answer), [(SAME, ""), (Code.INVALID_ARGUMENT.value[0], "INVALID_ARGUMENT"), (DIFFERENT, "")])

    def test_of_an_account_that_is_not_theirs_nothing_is_told(self):
        answer, = ask(question(self.token, self.stranger, [self.stranger.account, self.project.account]))
        self.assertEqual((list(answer.session.roles), answer.session.company_id, answer.session.corporate, list(answer.others)),
                         ([], "", False, []))

    def test_an_operator_acts_for_any_account_and_for_none(self):
        token = log_in(*identity.OPERATOR).session_token
        nobody = message("identity.v1.SessionQuestion")(session_token=token, account_id=new_id(), other_account_ids=[self.main.account])
        for_one, for_none, for_nobody = ask(question(token, self.main, [self.project.account]), question(token, others=[self.main.account]), nobody)
        self.assertEqual((list(for_one.session.roles), self.compared(for_one)), ([3, 10, 11, 12, 13], [(SAME, "")]))
        self.assertEqual((for_none.session.account_id, list(for_none.others)), ("", []))
        self.assertEqual(self.compared(for_nobody), [(Code.NOT_FOUND.value[0], "ACCOUNT_NOT_FOUND")])

    # ---- each by itself

    def test_a_bad_token_harms_none_beside_it(self):
        ended = log_in(self.main.email).session_token
        call("SessionService/LogOut", session_token=ended)
        good = (self.main.principal, self.main.account)
        malformed = dict(question(self.token), account_id="no id")
        answers = ask(question("x"), question(self.token), question(ended), malformed, question("0" * 64, others=[self.main.account]),
                      question(self.token, self.main), question(""))
        self.assertEqual([outcome(answer) for answer in answers],
                         ["SESSION_ENDED", good, "SESSION_ENDED", "INVALID_ARGUMENT", "SESSION_ENDED", good, "SESSION_ENDED"])
        self.assertEqual([list(answer.others) for answer in answers], [[]] * 7)

    def test_it_is_as_if_each_were_asked_alone(self):
        member = Person()
        join(self.main, member)
        for token in (self.token, log_in(member.email).session_token):
            for account in (None, self.main, self.project):
                alone = call("SessionService/ResolveSession", session_token=token, account_id=account.account if account else "")
                self.assertEqual([answer.session for answer in ask(question(token, account), question("x"), question(token, account))],
                                 [alone, message("identity.v1.ResolveSessionResponse")(), alone])

    def test_a_session_that_ended_and_a_role_that_was_taken_count_at_once(self):  # ID-34
        member = Person()
        join(self.main, member)
        first, second = log_in(member.email), log_in(member.email)
        both = (question(first.session_token, self.main), question(second.session_token, self.main))
        self.assertEqual([list(answer.session.roles) for answer in ask(*both)], [[2], [2]])
        change("RoleService/RevokeRole", self.main.principal, account_id=self.main.account, principal_id=member.principal, role="ROLE_MEMBER")
        self.assertEqual([list(answer.session.roles) for answer in ask(*both)], [[], []])
        change("SessionService/RevokeSession", member.principal, session_id=first.session_id)
        self.assertEqual([outcome(answer) for answer in ask(*both)], ["SESSION_ENDED", (member.principal, self.main.account)])

    def test_after_the_answer_to_a_log_out_no_question_hears_of_the_session(self):
        """Many ask all the time; who asks after the answer is told the end."""
        for _ in range(5):
            token, over = log_in(self.main.email).session_token, []
            with concurrent.futures.ThreadPoolExecutor(4) as pool:
                def keep_asking():
                    while not over:
                        ask(*[question(token)] * 16)
                    return {outcome(answer) for answer in ask(*[question(token)] * 16)}
                asking = [pool.submit(keep_asking) for _ in range(4)]
                call("SessionService/LogOut", session_token=token)
                over.append(True)
                self.assertEqual([asked.result() for asked in asking], [{"SESSION_ENDED"}] * 4)

    # ---- use

    def test_use_keeps_all_of_them_alive(self):  # ID-34
        tokens = [log_in(self.main.email).session_token for _ in range(3)]
        for _ in range(3):
            identity.clock.turn(29 * 60)
            self.assertEqual({outcome(answer) for answer in ask(*[question(token) for token in tokens * 2])},
                             {(self.main.principal, self.main.account)})
        identity.clock.turn(30 * 60 + 1)
        self.assertEqual({outcome(answer) for answer in ask(*[question(token) for token in tokens])}, {"SESSION_ENDED"})
        type(self).token = log_in(self.main.email).session_token

    def test_use_is_noted_once_a_minute(self):
        token = log_in(self.main.email)
        used = lambda: next(session.last_use_time.ToMicroseconds() for session in call("SessionService/ListSessions", self.main.principal).sessions
                            if session.session_id == token.session_id)
        first = used()
        identity.clock.turn(50)
        ask(question(token.session_token))
        self.assertEqual(used(), first)
        identity.clock.turn(10)
        ask(question(token.session_token))
        self.assertGreaterEqual(used(), first + 60 * 10 ** 6)

    def test_a_session_that_somebody_holds_keeps_nobody_waiting(self):
        held, free = log_in(self.main.email), log_in(self.main.email)
        identity.clock.turn(61)
        with subprocess.Popen(["psql", "-h", POSTGRES, "-U", "postgres", "-d", identity.service.database, "-qtA"], stdin=subprocess.PIPE,
                              stdout=subprocess.PIPE, text=True) as holder:
            holder.stdin.write("BEGIN; SELECT 'held' FROM identity.session WHERE session_id = '%s' FOR UPDATE;\n" % held.session_id)
            holder.stdin.flush()
            self.assertEqual(holder.stdout.readline().strip(), "held")
            good = (self.main.principal, self.main.account)
            self.assertEqual([outcome(answer) for answer in ask(question(held.session_token), question(free.session_token))], [good, good])
            holder.stdin.close()

    # ---- limits

    def test_a_message_is_bounded(self):
        other = self.project.account
        self.assertEqual(len(ask(*[question(self.token)] * 256)), 256)
        answers = ask(question(self.token, others=[other] * 999), question(self.token, others=[other]))
        self.assertEqual([self.compared(answer) for answer in answers], [[(SAME, "")] * 999, [(SAME, "")]])
        for wrong in ((), [question(self.token)] * 257, [question(self.token, others=[other] * 1000), question(self.token, others=[other])]):
            with refused(self, Code.INVALID_ARGUMENT, field="questions"):
                ask(*wrong)


if __name__ == "__main__":
    unittest.main()
