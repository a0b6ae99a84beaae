"""GW-07: the auditor asks who topped up, who was refused, who gave the role, with everything real: each act once, whoever dies meanwhile."""
import concurrent.futures
import time
import unittest

from junior_test import code_of
from stack import PASSWORD, Journey, micros, new_id
from service import Refusal, psql

ACTS = "gateway.v1.ActService/"
TOP_UP, GRANT, LABEL = "payments.top_up.create", "identity.role.grant", "identity.environment.set"


class WhoDidWhat(Journey):
    def setUp(self):
        self.owner, self.junior = self.stack.customer("owner").open(), self.stack.customer("junior").open()
        self.account = {"account_id": self.owner.account_id}
        for person in (self.owner, self.junior):
            self.log_in(person)

    def log_in(self, person):
        session = self.stack.gateway.call("identity.v1.SessionService/LogIn", email=person.email, password=PASSWORD)
        person.token = (("authorization", "Bearer " + session.session_token),)
        person.principal, person.session = session.principal_id, session.session_id

    def call(self, person, rpc, **fields):
        return self.stack.gateway.call(rpc, metadata=person.token, **dict(self.account, **fields))

    def add_member(self):
        self.junior.join(self.owner)
        self.call(self.owner, "identity.v1.RoleService/GrantRole", request_id=new_id(), principal_id=self.junior.principal, role="ROLE_TECHNOLOGY")

    def top_up(self, person, card, amount, remark=""):
        return self.call(person, "payments.v1.TopUpService/CreateTopUp", target_account_id=self.owner.account_id, request_id=new_id(),
                         payment_method_id=card, rail="TOP_UP_RAIL_CARD", amount_micros=micros(amount), currency="CNY",
                         remark=remark).top_up.top_up_id

    def list(self, person, rpc="ListActs", page_size=50, **fields):
        """Page by page to the end."""
        acts, token = [], ""
        while True:
            page = self.call(person, ACTS + rpc, page_size=page_size, page_token=token, **fields)
            self.assertEqual(list(page.missing), [])
            self.assertLessEqual(len(page.acts), page_size)
            acts, token = acts + list(page.acts), page.next_page_token
            if not token:
                return acts

    def told(self, acts):
        return [(act.context, act.actor.principal_id or act.actor.step, act.action, act.reason) for act in acts]

    def test_the_auditor(self):
        owner, junior = self.owner, self.junior
        card = owner.add_card()["paymentMethodId"]
        self.add_member()
        with self.assertRaises(Refusal):
            self.top_up(junior, card, "500000.00")
        with self.assertRaises(Refusal):
            self.top_up(owner, card, "99.99")
        done = self.top_up(owner, card, "500.00", "ClientX-MarchQ2")
        self.assertEqual(self.told(self.list(owner, action=TOP_UP)), [
            ("payments", owner.principal, TOP_UP, ""),
            ("payments", owner.principal, TOP_UP, "BELOW_MINIMUM"),
            ("gateway", junior.principal, TOP_UP, "PERMISSION_DENIED")])
        self.assertEqual(self.told(self.list(owner, principal_id=junior.principal, action=TOP_UP)),
                         [("gateway", junior.principal, TOP_UP, "PERMISSION_DENIED")])
        act, = self.list(owner, tag="ClientX-MarchQ2", action=TOP_UP)
        self.assertEqual((act.object_id, act.account_id, act.actor.account_id, act.actor.credential, act.actor.credential_id,
                          list(act.actor.roles)),
                         (done, owner.account_id, owner.account_id, "SESSION", owner.session, ["ACCOUNT_ADMINISTRATOR"]))
        granted, = self.list(owner, action=GRANT)
        self.assertEqual((granted.context, granted.actor.principal_id, granted.object_id, granted.reason),
                         ("identity", owner.principal, junior.principal, ""))
        self.stack.await_equal(self, micros("500.00"), owner.own, 40)
        steps = {act.actor.step for act in self.list(owner, object_id=done) if not act.actor.principal_id}
        self.assertLessEqual({"payments.settle_top_up", "gateway.mark_credited"}, steps)

    def test_log_ins_proofs_and_cards_are_acts_too(self):
        """Kept although they go by no request id: log-ins, wrong ones, log-outs, factors, and our own steps about a card."""
        owner = self.owner
        session = owner.session
        with self.assertRaises(Refusal):
            self.stack.gateway.call("identity.v1.SessionService/LogIn", email=owner.email, password="not the right password")
        card = owner.add_card()["paymentMethodId"]
        enrolled = self.call(owner, "identity.v1.FactorService/EnrollTotp", request_id=new_id(), name="phone")
        factor, secret = enrolled.factor_id, enrolled.secret
        with self.assertRaises(Refusal):
            self.call(owner, "identity.v1.FactorService/ConfirmTotp", factor_id=factor, code="%06d" % ((int(code_of(secret)) + 1) % 1000000))
        done = self.call(owner, "identity.v1.FactorService/ConfirmTotp", factor_id=factor, code=code_of(secret))
        owner.token = (("authorization", "Bearer " + done.session_token),)
        self.log_in(owner)
        self.stack.gateway.call("identity.v1.SessionService/LogOut", metadata=owner.token)
        self.log_in(owner)
        found = lambda action: [(act.actor.principal_id or act.actor.step, act.object_id, act.reason)  # noqa: E731
                                for act in self.list(owner, action=action)]
        log_ins = found("identity.session.log_in")
        self.assertEqual(log_ins[0], (owner.principal, owner.session, ""))
        self.assertIn(("public", owner.principal, "LOG_IN_REFUSED"), log_ins)
        self.assertIn((owner.principal, session, ""), log_ins)
        self.assertEqual(len(found("identity.session.log_out")), 1)
        self.assertEqual(found("identity.factor.enroll")[:2], [(owner.principal, factor, ""), (owner.principal, factor, "PROOF_REFUSED")])
        self.stack.await_equal(self, [("payments.verify_card", card, "")], lambda: found("payments.verify_card"), 40)
        self.stack.await_equal(self, [("payments.release_hold", card, "")], lambda: found("payments.release_hold"), 60)

    def test_an_order_among_others(self):
        """The gateway refuses it by itself, another company's account; the ledger settles the other."""
        stranger = self.stack.customer("stranger").open()
        self.owner.top_up("100.00")
        self.stack.await_equal(self, micros("100.00"), self.owner.own, 40)
        transfer, purchase = new_id(), new_id()
        orders = [{"create_transfer": {"request_id": transfer, "destination_account_id": stranger.account_id, "amount_micros": micros("1.00"),
                                       "currency": "CNY"}},
                  {"create_purchase": {"request_id": purchase, "amount_micros": micros("1.00"), "currency": "CNY", "region": "ap-southeast-1"}}]
        answer = self.call(self.owner, "ledger.v1.OrderService/SubmitOrders", orders=orders)
        self.assertEqual([result.WhichOneof("outcome") == "refused" for result in answer.results], [True, False])
        act, = self.list(self.owner, action="ledger.transfer.create")
        self.assertEqual((act.context, act.actor.principal_id, act.object_id, act.request_id),
                         ("gateway", self.owner.principal, stranger.account_id, transfer))
        self.assertNotEqual(act.reason, "")
        act, = self.list(self.owner, action="ledger.purchase.create")
        self.assertEqual((act.context, act.actor.principal_id, act.reason), ("ledger", self.owner.principal, ""))

    def test_who_may_see(self):
        self.add_member()
        with self.assertRaises(Refusal) as refusal:
            self.list(self.junior)
        self.assertEqual(refusal.exception.reason, "PERMISSION_DENIED")
        self.assertEqual({act.actor.principal_id for act in self.list(self.junior, "ListOwnActs")}, {self.junior.principal})
        with self.assertRaises(Refusal) as refusal:
            self.call(self.owner, ACTS + "ListAllActs")
        self.assertEqual(refusal.exception.reason, "PERMISSION_DENIED")
        self.stack.operator("saga", "list")
        operator = (("authorization", "Bearer " + self.stack.token("operator")),)
        for _ in range(2):  # the second time it sees that it looked
            page = self.stack.gateway.call(ACTS + "ListAllActs", metadata=operator, action="gateway.act.list_all", allow_missing=True)
        self.assertEqual(list(page.missing), ["ledger"])
        self.assertEqual({act.action for act in page.acts}, {"gateway.act.list_all"})
        self.assertGreaterEqual(len(page.acts), 2)
        page = self.stack.gateway.call(ACTS + "ListAllActs", metadata=operator, concerned_account_id=self.owner.account_id, action=GRANT)
        self.assertEqual((list(page.missing), self.told(page.acts)), ([], [("identity", self.owner.principal, GRANT, "")]))

    def test_the_group_is_asked_once(self):
        """GW-13: whoever administers the main account with what is below it sees what was done there, and nothing of others."""
        main, project = self.stack.company("main", "project")
        for person in (main, project):
            self.log_in(person)
        label = lambda person: self.call(person, "identity.v1.AccountService/SetEnvironment", account_id=person.account_id,  # noqa: E731
                                         request_id=new_id(), environment="ENVIRONMENT_TEST")
        for person in (main, project, self.owner):
            label(person)
        purchase = dict(account_id=project.account_id, amount_micros=micros("1.00"), currency="CNY", region="cn-hangzhou")
        for person in (project, main):
            with self.assertRaises(Refusal):
                self.call(person, "ledger.v1.PurchaseService/CreatePurchase", request_id=new_id(), **purchase)
        asked = dict(account_id=main.account_id, with_below=True)
        alone = [(LABEL, main.principal, main.account_id)]
        labelled = lambda: [(act.action, act.actor.principal_id, act.account_id) for act in self.list(main, action=LABEL, **asked)]  # noqa: E731
        self.stack.await_equal(self, 2, lambda: int(psql(self.stack.gateway.database, "SELECT count(company_id) FROM gateway.account WHERE account_id "
                                                         "IN ('%s', '%s')" % (main.account_id, project.account_id))))
        self.assertEqual(labelled(), alone)  # no grant below yet
        self.call(main, "identity.v1.RoleService/GrantRole", account_id=main.account_id, request_id=new_id(), principal_id=main.principal,
                  role="ROLE_ACCOUNT_ADMINISTRATOR", subtree=True)
        self.assertEqual(labelled(), [(LABEL, project.principal, project.account_id)] + alone)
        bought = self.list(main, action="ledger.purchase.create", page_size=1, **asked)
        self.assertEqual({act.account_id for act in bought}, {project.account_id})
        whole = [act.act_id for act in self.list(main, **asked)]
        self.assertEqual([act.act_id for act in self.list(main, page_size=3, **asked)], whole)
        self.assertEqual(len(set(whole)), len(whole))
        self.assertEqual({act.account_id for act in self.list(main, **asked)}, {main.account_id, project.account_id})
        with self.assertRaises(Refusal):
            self.call(project, ACTS + "ListActs", **asked)

    def test_a_service_that_is_down_is_named(self):
        self.add_member()
        self.stack.sharing.kill()
        self.addCleanup(self.stack.sharing.start)
        with self.assertRaises(Refusal) as refusal:
            self.list(self.owner)
        self.assertEqual((refusal.exception.reason, refusal.exception.terms["context"]), ("ACTS_INCOMPLETE", "sharing"))
        page = self.call(self.owner, ACTS + "ListActs", allow_missing=True)
        self.assertEqual(list(page.missing), ["sharing"])
        self.assertIn(GRANT, [act.action for act in page.acts])

    def test_each_act_is_found_by_what_is_told_of_it(self):
        """A tag that is longer than an order's may be; the action of what has no rpc."""
        card, remark = self.owner.add_card()["paymentMethodId"], "ClientX-MarchQ2-AI-POC-Tokyo-OSS-" * 7
        done = self.top_up(self.owner, card, "500.00", remark)
        self.stack.await_equal(self, micros("500.00"), self.owner.own, 40)
        self.assertIn((done, TOP_UP), [(act.object_id, act.action) for act in self.list(self.owner, tag=remark)])
        acts = self.list(self.owner)
        self.assertIn("ledger.credit_top_up", {act.action for act in acts})
        for act in acts:
            fields = {"principal_id": act.actor.principal_id, "object_id": act.object_id, "tag": act.tag, "action": act.action}
            for name, value in fields.items():
                self.assertIn(act.act_id, [found.act_id for found in self.list(self.owner, **{name: value})], (name, value))
        self.assertEqual([act.act_id for act in self.list(self.owner, page_size=1)], [act.act_id for act in acts])

    def test_a_malformed_question_is_refused(self):
        """A token belongs to its question, which its end names."""
        bond = "-" + self.call(self.owner, ACTS + "ListActs", page_size=1).next_page_token.rpartition("-")[2]
        ended_elsewhere = self.call(self.owner, ACTS + "ListOwnActs", page_size=1).next_page_token
        for cursor in ("-;-;-;-", "-;-;-;-;-;-", ";;-1.0;;", ";;;;p0." + new_id(), "é;;;;", "p1.%s x;;;;" % new_id(), ";;;;-.-"):
            for token in (cursor, cursor + bond):
                with self.assertRaises(Refusal) as refusal:
                    self.call(self.owner, ACTS + "ListActs", page_token=token)
                self.assertEqual(refusal.exception.fields, ["page_token"], token)
        ended = self.call(self.owner, ACTS + "ListActs", page_token="-;-;;-;-" + bond)
        self.assertEqual((list(ended.acts), ended.next_page_token), ([], ""))
        for fields, field in (({"page_token": "x"}, "page_token"), ({"page_token": ended_elsewhere}, "page_token"), ({"tag": "a\nb"}, "tag"), ({"tag": "\u202ea"}, "tag"),
                              ({"tag": "x" * 257}, "tag"),
                              ({"start_time": {"seconds": 2000000000}, "end_time": {"seconds": 1000000000}}, "start_time"),
                              ({"start_time": {"seconds": 1000000000}}, "start_time")):
            with self.assertRaises(Refusal) as refusal:
                self.call(self.owner, ACTS + "ListActs", **fields)
            self.assertEqual((refusal.exception.reason, refusal.exception.fields), ("INVALID_ARGUMENT", [field]))

    def until_answered(self, question, *words, **fields):
        """Identity dies between its commits and its answers."""
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            try:
                return question(*words, **fields)
            except Refusal as refusal:
                if refusal.code.name not in ("UNAVAILABLE", "DEADLINE_EXCEEDED"):
                    raise
                time.sleep(0.05)
        raise AssertionError("identity did not come back")

    def label(self, request_id):
        return self.until_answered(self.call, self.owner, "identity.v1.AccountService/SetEnvironment", request_id=request_id,
                                   environment="ENVIRONMENT_TEST")

    def test_each_act_is_there_once_though_identity_dies(self):
        requests, seen = [new_id() for _ in range(120)], []
        with concurrent.futures.ThreadPoolExecutor(5) as threads:
            labels = threads.map(self.label, requests)
            for _ in range(3):
                time.sleep(0.3)
                self.stack.identity.kill()
                self.stack.identity.start()
                seen = [act.act_id for act in self.until_answered(self.list, self.owner, action=LABEL, page_size=7)]
                self.assertEqual(len(seen), len(set(seen)))
            self.assertEqual(len(list(labels)), 120)
        acts = self.list(self.owner, action=LABEL, page_size=7)
        self.assertEqual(sorted(act.request_id for act in acts), sorted(requests))
        self.assertLessEqual(set(seen), {act.act_id for act in acts})
        times = [(act.act_time.seconds, act.act_time.nanos) for act in acts]
        self.assertLess(max(b[0] - a[0] for a, b in zip(times, times[1:])), 10)  # in the order of time, but for those that waited


if __name__ == "__main__":
    unittest.main()
