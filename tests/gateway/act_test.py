"""GW-07, GW-13: who did what in an account and those below it, as one list: each account judged as a call in it would be, every page narrowed alike."""
import unittest

import grpc
from fake_peers import No, new_id
from passage_test import RESOLVE, Passage

from service import Refusal, psql, refused

LIST = "gateway.v1.ActService/ListActs"
THEIRS, LEDGERS, MY_ACCOUNTS = "act.v1.ActService/ListActs", "ledger.v1.ActService/ListActs", "identity.v1.AccountService/ListMyAccounts"
NOW = 1800000000


class ActTest(Passage):
    def setUp(self):
        super().setUp()
        self.open(self.account, self.company)
        self.last_page = lambda: {"last": True}
        self.peers.answer(THEIRS, lambda *_: self.last_page())

    def open(self, account, company):
        psql(self.gateway.database, "INSERT INTO gateway.account (account_id, company_id, lease_time) VALUES ('%s', '%s', now())" % (account, company))

    def below(self, *accounts, roles=None):
        """ListMyAccounts by pages of 100; roles there by account, None: a session policy refuses."""
        everything, own = sorted((self.account,) + accounts), self.resolve

        def list_accounts(request, _):
            rest = [account for account in everything if account > request.after_account_id]
            return {"accounts": [{"account_id": account} for account in rest[:request.page_size]],
                    "next_page_token": "x" if len(rest) > request.page_size else ""}

        def resolve(request, metadata):
            said = dict.fromkeys(accounts, [1])
            said.update(roles or {})
            if request.account_id not in said:
                return own(request, metadata)
            if said[request.account_id] is None:
                raise No(grpc.StatusCode.PERMISSION_DENIED, "SESSION_POLICY")
            return dict(own(request, metadata), roles=said[request.account_id])
        self.peers.answer(MY_ACCOUNTS, list_accounts)
        self.peers.answer(RESOLVE, resolve)

    def asked(self):
        return [set(request.filter.account_ids) or {request.filter.account_id} for request, _ in self.peers.calls(THEIRS)]

    def list(self, **fields):
        return self.call(LIST, **dict({"principal_id": "", "object_id": ""}, **fields))

    def no(self, **fields):
        with self.assertRaises(Refusal) as refusal:
            self.list(**fields)
        return refusal.exception.reason, dict(refusal.exception.terms)

    def test_one_account_is_asked_for_alone(self):
        self.below(new_id())
        self.assertEqual(list(self.list().hidden_account_ids), [])
        self.assertEqual((self.asked(), self.peers.calls(MY_ACCOUNTS)), ([{self.account}] * 4, []))
        (request, _), = self.peers.calls(LEDGERS)
        self.assertEqual((request.company_id, request.account_id, list(request.account_ids)), (self.company, self.account, []))

    def test_those_below_are_judged_each_by_itself(self):
        """Roles there and session policies count; what is not shown is named."""
        shown, member, guarded = (new_id() for _ in range(3))
        self.below(shown, member, guarded, roles={member: [2], guarded: None})
        page = self.list(with_below=True, action="payments.top_up.create")
        self.assertEqual(set(page.hidden_account_ids), {member, guarded})
        self.assertEqual(self.asked(), [{self.account, shown}] * 4)
        self.assertEqual({request.filter.action for request, _ in self.peers.calls(THEIRS)}, {"payments.top_up.create"})

    def test_all_pages_of_those_below(self):
        many = [new_id() for _ in range(250)]
        self.below(*many)
        self.list(with_below=True)
        self.assertEqual(self.asked(), [{self.account, *many}] * 4)

    def test_at_most_a_thousand_accounts(self):
        self.below(*[new_id() for _ in range(999)])
        self.list(with_below=True)
        self.assertEqual({len(accounts) for accounts in self.asked()}, {1000})
        self.below(*[new_id() for _ in range(1000)])
        self.assertEqual(self.no(with_below=True), ("TOO_MANY_ACCOUNTS", {"of": "accounts", "limit": "1000"}))

    def test_the_ledger_is_asked_in_each_company(self):
        """At most 32. A page goes on in those that were among them at first."""
        below, companies = [new_id() for _ in range(32)], [new_id() for _ in range(32)]
        for account, company in zip(below, companies):
            self.open(account, company)
        self.below(*below[:30])
        acts = {company: [{"place": "%d.0" % place, "action": "create_purchase", "account_id": self.account, "recorded_time": {"seconds": NOW + place}}
                          for place in (3, 2, 1)] for company in companies[:31] + [self.company]}

        def list_acts(request, _):
            place = request.cursor or "9.0"
            rest = [act for act in acts.get(request.company_id, []) if act["place"] < place]
            return {"acts": rest[:2], "next_cursor": rest[1]["place"] if len(rest) > 2 else ""}
        self.peers.answer(LEDGERS, list_acts)
        page, found = self.list(with_below=True, page_size=10), []
        self.below(*below[:31])  # one more from the second page on: the 32nd company, which was not among them at first
        for _ in range(20):
            found += [act.act_time.seconds for act in page.acts]
            if not page.next_page_token:
                break
            page = self.list(with_below=True, page_size=10, page_token=page.next_page_token)
        self.assertEqual(found, [NOW + place for place in (3, 2, 1) for _ in range(31)])
        self.below(*below)
        self.assertEqual(self.no(with_below=True), ("TOO_MANY_ACCOUNTS", {"of": "companies", "limit": "32"}))

    def test_a_peer_of_the_last_release_tells_nothing_of_others(self):
        """It knows of one account alone, so it would answer with everybody's."""
        mine, stranger = new_id(), new_id()
        self.below(mine)
        self.last_page = lambda: {"last": True, "acts": [{"act_id": new_id(), "account_id": account, "act_time": {"seconds": NOW}, "cursor": "c"}
                                                         for account in (stranger, mine, "")]}
        self.peers.answer(LEDGERS, lambda *_: {"acts": [{"place": "1.0", "account_id": stranger, "recorded_time": {"seconds": NOW}}]})
        self.assertEqual({act.account_id for act in self.list(with_below=True).acts}, {mine})

    def test_a_place_that_is_no_more_begins_no_list_again(self):
        """A database was put back: what was told would come twice."""
        act = lambda cursor: {"act_id": new_id(), "account_id": self.account, "act_time": {"seconds": NOW}, "cursor": cursor}  # noqa: E731
        self.last_page = lambda: {"acts": [act("p9"), act("p8")], "cursor": "p8"}
        page = self.list(page_size=2)
        self.last_page = lambda: {"acts": [act("p3")], "cursor": "p3", "last": True, "began_again": True}
        for more in ({}, {"allow_missing": True}):
            reason, terms = self.no(page_size=2, page_token=page.next_page_token, **more)
            self.assertEqual((reason, terms["context"] in ("identity", "payments", "sharing")), ("ACTS_BEGAN_AGAIN", True))

    def test_a_page_token_is_one_of_ours(self):
        page_token = self.list(page_size=1, page_token="").next_page_token
        self.assertEqual(page_token, "")
        for broken in ("a;b;c;d;e", "a;b;x=1.0;d;e;f", ";;;;"):
            with refused(self, grpc.StatusCode.INVALID_ARGUMENT, field="page_token"):
                self.list(page_token=broken + "-" + "0" * 32)


if __name__ == "__main__":
    unittest.main()
