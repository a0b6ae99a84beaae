"""ID-18, R9: an LEI and a national number of one legal entity are joined by two operators: what moves, what stands in the way, whom the world hears
of, and that of two at once one passes."""
import concurrent.futures
import unittest

import identity_test as identity
from identity_test import Code, Person, Refusal, call, change, company_account, letters, new_id, operator, psql, refused
from relation_test import Partner, behind_the_lock, confirm, outcome

from ledger import wait_until

setUpModule, tearDownModule = identity.setUpModule, identity.tearDownModule
UNAPPROVED = "MERGE_UNAPPROVED"


def sql(text):
    return psql(identity.service.database, text).strip()


class Firm(Person):
    """A verified account of the company that a register knows by the number."""

    def __init__(self, scheme, number, country="CN"):
        super().__init__()
        sql("UPDATE identity.account SET type = 'CORPORATE' WHERE account_id = '%s'" % self.account)
        submission = change("CompanyService/SubmitCompany", self.principal, account_id=self.account, country=country,
                            scheme="COMPANY_SCHEME_" + scheme, registration_number=number, name="Firm").submission
        self.submission = change("CompanyService/ApproveCompany", operator(), submission_id=submission.submission_id).submission
        self.company = self.submission.company_id

    def now(self):
        return call("CompanyService/ListSubmissions", operator(), account_id=self.account).submissions[0]


def lei():
    """ISO 17442: 18 characters and MOD 97-10."""
    base = "%018d" % (int(new_id()[:14].replace("-", ""), 16) % 10 ** 18)
    return base + "%02d" % (98 - int(base) * 100 % 97)


def ein():
    """No check digit; a prefix that is given out."""
    return "12%07d" % (int(new_id()[:8], 16) % 10 ** 7)


def siren():
    """Luhn."""
    stem = "%08d" % (10 ** 7 + int(new_id()[:8], 16) % (9 * 10 ** 7))
    total = sum(sum(divmod(int(digit) * (2 - at % 2), 10)) for at, digit in enumerate(reversed(stem)))
    return stem + str(-total % 10)


def merge(survivor, merged, approver=None, caller=None, **fields):
    """As the gateway passes it on when it was approved; approver: "" nobody did."""
    approver = new_operator() if approver is None else approver
    metadata = [("kontor-principal-id", caller or operator())]
    if approver:
        metadata += [("kontor-approver-id", approver), ("kontor-approval-id", new_id())]
    fields = dict({"request_id": new_id(), "reason": "One entity by its register."}, **fields)
    return identity.service.call("identity.v1.CompanyService/MergeCompanies", metadata=tuple(metadata), surviving_company_id=survivor,
                                 merged_company_id=merged, **fields)


def new_operator():
    """A principal that may stand as an approver."""
    return Person().principal


def show(**fields):
    return call("CompanyService/GetCompany", operator(), **fields).company


def groups(*people):
    """Child under parent, as it holds now."""
    rows = sql("SELECT child_account_id || ' ' || parent_account_id FROM identity.structure_edge WHERE kind = 'GROUP' AND end_time IS NULL "
               "AND child_account_id IN (%s)" % ", ".join("'%s'" % person.account for person in people))
    return dict(row.split() for row in rows.splitlines())


def verified(person):
    """The companies of which the world heard the account to be, in order."""
    rows = sql("SELECT encode(payload, 'hex') FROM identity.outbox WHERE company_id = '%s' AND type = 'identity.v1.CompanyVerified' "
               "ORDER BY event_id" % person.account)
    event = identity.message("identity.v1.CompanyVerified")
    return [event.FromString(bytes.fromhex(row)).company_id for row in rows.split()]


class Merging(unittest.TestCase):
    def test_the_accounts_of_the_one_are_of_the_other(self):
        number, other = lei(), ein()
        main, child = Firm("LEI", number, "US"), Firm("LEI", number, "US")
        head, arm = Firm("EIN", other, "US"), Firm("EIN", other, "US")
        self.assertEqual(groups(main, child, head, arm), {child.account: main.account, arm.account: head.account})
        answer = merge(main.company, head.company)
        self.assertEqual((answer.moved_accounts, answer.company.company_id, answer.company.main_account_id, answer.company.account_count),
                         (2, main.company, main.account, 4))
        self.assertEqual([(n.scheme, n.number, n.company_id, n.merge_reason) for n in answer.company.numbers],
                         [("LEI", number, main.company, ""), ("EIN", other, head.company, "One entity by its register.")])
        self.assertEqual({person.now().company_id for person in (main, child, head, arm)}, {main.company})
        self.assertEqual(groups(main, child, head, arm), dict.fromkeys((child.account, head.account, arm.account), main.account))
        self.assertEqual([verified(person) for person in (main, head, arm)],
                         [[main.company], [head.company, main.company], [head.company, main.company]])
        same = call("CompanyService/CheckSameCompany", account_id=main.account, other_account_id=arm.account)
        self.assertEqual((same.verdict, same.company_id), (1, main.company))

    def test_whoever_looks_for_the_one_finds_the_other(self):
        number, other = lei(), ein()
        main, head = Firm("LEI", number, "US"), Firm("EIN", other, "US")
        merge(main.company, head.company)
        for fields in ({"searched_company_id": head.company}, {"searched_company_id": main.company},
                       {"country": "US", "scheme": "COMPANY_SCHEME_EIN", "registration_number": other[:2] + "-" + other[2:]},
                       {"country": "DE", "scheme": "COMPANY_SCHEME_LEI", "registration_number": number.lower()}):
            company = show(**fields)
            self.assertEqual((company.company_id, [n.number for n in company.numbers]), (main.company, [number, other]))
        late = Firm("EIN", other, "US")
        self.assertEqual((late.company, groups(late)), (main.company, {late.account: main.account}))
        for fields in ({"searched_company_id": new_id()}, {"country": "US", "scheme": "COMPANY_SCHEME_EIN", "registration_number": ein()}):
            with refused(self, Code.NOT_FOUND, "COMPANY_NOT_FOUND"):
                show(**fields)
        with refused(self, Code.INVALID_ARGUMENT, field="scheme"):
            show()
        with refused(self, Code.INVALID_ARGUMENT, "REGISTRATION_NUMBER_FORM"):
            show(country="US", scheme="COMPANY_SCHEME_EIN", registration_number="12")

    def test_one_that_was_merged_is_not_merged_again_and_leads_on(self):
        one, two, three = Firm("LEI", lei(), "FR"), Firm("EIN", number := ein(), "US"), Firm("SIREN", siren(), "FR")
        merge(two.company, one.company)
        for pair in ((one.company, three.company), (three.company, one.company)):
            with refused(self, Code.FAILED_PRECONDITION, "COMPANY_MERGED"):
                merge(*pair)
        merge(three.company, two.company)
        self.assertEqual({person.now().company_id for person in (one, two, three)}, {three.company})
        self.assertEqual([show(searched_company_id=person.company).company_id for person in (one, two, three)], [three.company] * 3)
        self.assertEqual(groups(one, two, three), dict.fromkeys((one.account, two.account), three.account))
        account = company_account()
        change("CompanyService/ApproveCompany", operator(), submission_id=account.submit(country="US", scheme="COMPANY_SCHEME_EIN", number=number).submission_id)
        told = call("AccountService/GetAccount", account_id=account.account).account
        self.assertEqual((told.company_id, sorted(told.merged_company_ids)), (three.company, sorted((one.company, two.company))))

    def test_a_repeated_request_is_answered_the_same(self):
        main, head, request_id = Firm("LEI", lei(), "US"), Firm("EIN", ein(), "US"), new_id()
        caller, approver = operator(), new_operator()
        with refused(self, Code.PERMISSION_DENIED, UNAPPROVED):  # a not yet: the same request comes again
            merge(main.company, head.company, "", caller, request_id=request_id)
        first = merge(main.company, head.company, approver, caller, request_id=request_id)
        self.assertEqual(merge(main.company, head.company, approver, caller, request_id=request_id), first)
        self.assertEqual(verified(head), [head.company, main.company])
        with refused(self, Code.FAILED_PRECONDITION, "IDEMPOTENCY_MISMATCH"):
            merge(head.company, main.company, approver, caller, request_id=request_id)

    def test_the_main_account_of_the_one_is_told_once(self):
        main, head, arm = Firm("LEI", lei(), "US"), Firm("EIN", number := ein(), "US"), Firm("EIN", number, "US")
        merge(main.company, head.company)
        told = lambda person: [letter["text"] for letter in letters(person.email) if "numbers, which are one" in letter["text"]]  # noqa: E731
        wait_until(lambda: told(head), 20)
        self.assertEqual((len(told(head)), told(main), told(arm)), (1, [], []))
        self.assertIn(main.account, told(head)[0])

    def test_a_company_without_accounts_takes_the_other_ones_main_account(self):
        main, head, arm = Firm("LEI", lei(), "US"), Firm("EIN", number := ein(), "US"), Firm("EIN", number, "US")
        change("CompanyService/RevokeCompany", operator(), submission_id=main.submission.submission_id, reason="Fraud.")
        self.assertEqual(show(searched_company_id=main.company).main_account_id, "")
        merge(main.company, head.company)
        self.assertEqual((show(searched_company_id=main.company).main_account_id, groups(head, arm)), (head.account, {arm.account: head.account}))
        self.assertEqual([letter for letter in letters(head.email) if "numbers, which are one" in letter["text"]], [])


class Refusing(unittest.TestCase):
    def test_which_are_two(self):
        one, two = Firm("LEI", lei(), "US"), Firm("EIN", ein(), "US")
        for pair, code, reason in (((one.company, new_id()), Code.NOT_FOUND, "COMPANY_NOT_FOUND"), ((new_id(), one.company), Code.NOT_FOUND, "COMPANY_NOT_FOUND"),
                                   ((one.company, one.company), Code.INVALID_ARGUMENT, "MERGE_ONE_COMPANY"),
                                   ((one.company, Firm("LEI", lei(), "DE").company), Code.FAILED_PRECONDITION, "MERGE_SAME_REGISTER"),
                                   ((two.company, Firm("EIN", ein(), "US").company), Code.FAILED_PRECONDITION, "MERGE_SAME_REGISTER")):
            with refused(self, code, reason):
                merge(*pair)
        merge(one.company, two.company)
        with refused(self, Code.FAILED_PRECONDITION, "MERGE_SAME_REGISTER"):  # by a number that came with a merge
            merge(one.company, Firm("EIN", ein(), "US").company)

    def test_who_may(self):
        one, two = Firm("LEI", lei(), "US"), Firm("EIN", ein(), "US")
        with refused(self, Code.PERMISSION_DENIED, "ROLE_MISSING"):
            merge(one.company, two.company, caller=one.principal)
        with refused(self, Code.PERMISSION_DENIED, "SELF_APPROVAL"):
            merge(one.company, two.company, caller=(me := operator()), approver=me)
        with refused(self, Code.PERMISSION_DENIED, UNAPPROVED):
            merge(one.company, two.company, "")
        with refused(self, Code.FAILED_PRECONDITION, "MERGE_SAME_REGISTER"):  # what would be refused is refused before anybody is asked
            merge(one.company, Firm("LEI", lei(), "US").company, "")
        for reason in ("", "x" * 513):
            with refused(self, Code.INVALID_ARGUMENT, field="reason"):
                merge(one.company, two.company, reason=reason)
        self.assertEqual(one.now().company_id, one.company)

    def test_partner_and_customer_stay_two(self):
        partner, customer = Partner(), Firm("EIN", ein(), "US")
        relation = confirm(customer, partner.ask(customer))
        self.assertEqual(relation.state, 2)
        for pair in ((partner.company, customer.company), (customer.company, partner.company)):
            with refused(self, Code.FAILED_PRECONDITION, "MERGE_RELATED"):
                merge(*pair)

    def test_the_structure_leads_back_to_nobody_and_no_deeper_than_two(self):
        """below → middle → above by resale: above and below may not become one company; nor may who stands under two get customers' customers."""
        below, middle, above = Partner(), Partner(), Firm("EIN", ein(), "US")
        confirm(middle, below.ask(middle))  # below is the partner of middle
        confirm(above, middle.ask(above))   # middle is the partner of above
        with refused(self, Code.FAILED_PRECONDITION, "MERGE_CYCLE"):
            merge(above.company, below.company)  # below's account would come under above's, over whom it stands
        other, customer = Partner(), Firm("LEI", lei(), "US")
        confirm(customer, other.ask(customer))
        with refused(self, Code.FAILED_PRECONDITION, "MERGE_DEPTH"):
            merge(above.company, other.company)  # two partners above, and one customer below
        merge(above.company, Firm("LEI", lei(), "US").company)  # two partners above are no hindrance by themselves

    def test_a_group_stands_in_the_structure_as_a_whole(self):
        """Partners and customers of accounts that are not the main one, on either side, count as those of the main account (settled 14)."""
        number, above, middle = ein(), Partner(), Partner()
        main, arm = Firm("EIN", number, "US"), Firm("EIN", number, "US")
        confirm(middle, above.ask(middle))
        confirm(arm, middle.ask(arm))
        for pair in ((main.company, above.company), (above.company, main.company)):
            with refused(self, Code.FAILED_PRECONDITION, "MERGE_CYCLE"):
                merge(*pair)  # the company would stand two above itself
        other, customer = Partner(), Firm("EIN", ein(), "US")
        confirm(customer, other.ask(customer))
        for pair in ((main.company, other.company), (other.company, main.company)):
            with refused(self, Code.FAILED_PRECONDITION, "MERGE_DEPTH"):
                merge(*pair)  # two partners above, and one customer below
        merge(Firm("LEI", lei(), "US").company, main.company)

    def test_a_freeze_of_the_group_is_not_merged_away(self):
        main, head = Firm("LEI", lei(), "US"), Firm("EIN", ein(), "US")
        sql("INSERT INTO identity.account_freeze (freeze_id, account_id, level, reason, created_by, create_time, begin_time) "
            "VALUES ('%s', '%s', 'RECHARGE', 'why', '%s', now(), now())" % (new_id(), head.account, head.principal))
        with refused(self, Code.FAILED_PRECONDITION, "MERGE_FROZEN"):
            merge(main.company, head.company)
        merge(head.company, main.company)


class Racing(unittest.TestCase):
    def test_of_two_at_once_one_passes(self):
        for _ in range(5):
            one, two = Firm("LEI", lei(), "US"), Firm("EIN", ein(), "US")
            people = [(operator(), new_operator()) for _ in range(2)]

            def attempt(pair, who):
                try:
                    return merge(*pair, approver=who[1], caller=who[0]).company.company_id
                except Refusal as no:
                    return no.reason

            with concurrent.futures.ThreadPoolExecutor(2) as pool:
                ends = list(pool.map(attempt, ((one.company, two.company), (two.company, one.company)), people))
            self.assertEqual(sorted(end == "COMPANY_MERGED" for end in ends), [False, True], ends)
            self.assertEqual(one.now().company_id, two.now().company_id)

    def test_a_merge_and_an_association_wait_for_the_one_lock(self):
        def merged(*pair):
            try:
                return str(merge(*pair).moved_accounts)
            except Refusal as no:
                return no.reason
        partner, customer = Partner(), Firm("EIN", ein(), "US")
        offer = partner.ask(customer)
        self.assertIn(behind_the_lock(self, lambda: merged(partner.company, customer.company), lambda: outcome(customer, offer)),
                      (["1", "SAME_COMPANY"], ["ACTIVE", "MERGE_RELATED"]))
        above, other, last = Partner(), Partner(), Firm("EIN", ein(), "US")
        below = Firm("EIN", ein(), "US")
        confirm(last, other.ask(last))
        offer = above.ask(below)
        confirm(above, Partner().ask(above))
        self.assertIn(behind_the_lock(self, lambda: merged(below.company, other.company), lambda: outcome(below, offer)),
                      (["1", "RESELLER_DEPTH_EXCEEDED"], ["ACTIVE", "MERGE_DEPTH"]))

    def test_an_approval_at_the_same_moment_is_of_the_company_that_stays(self):
        for _ in range(5):
            number = ein()
            one, two, late = Firm("LEI", lei(), "US"), Firm("EIN", number, "US"), Person()
            sql("UPDATE identity.account SET type = 'CORPORATE' WHERE account_id = '%s'" % late.account)
            submission = change("CompanyService/SubmitCompany", late.principal, account_id=late.account, country="US", scheme="COMPANY_SCHEME_EIN",
                                registration_number=number, name="Late").submission
            me, other = operator(), new_operator()
            with concurrent.futures.ThreadPoolExecutor(2) as pool:
                list(pool.map(lambda act: act(), (lambda: merge(one.company, two.company, other, me),
                                                  lambda: change("CompanyService/ApproveCompany", me, submission_id=submission.submission_id))))
            self.assertEqual(call("CompanyService/ListSubmissions", me, account_id=late.account).submissions[0].company_id, one.company)
            self.assertEqual(groups(two, late), {two.account: one.account, late.account: one.account})


if __name__ == "__main__":
    unittest.main()
