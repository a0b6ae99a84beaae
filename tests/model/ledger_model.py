"""A second ledger, written from the rules and the protos alone, that predicts what the service must answer.

It holds accounts with their cash, transferred-in lots (D.2), credit, usage and holds, decides every order by the numbered rules
and says the code, the reason and the balances that the service has to give. ledger_histories_test.py compares both after each order.
Plain and slow on purpose: every number is added up from its parts whenever it is asked for, and an order works on a copy."""
import copy

from ledger_client import contract_hash

ACTIVE, FROZEN, CLOSED = 1, 2, 3
PREPAID, POSTPAID = 1, 2
NONE, PENDING, CONFIRMED = 1, 2, 3
MINOR_UNIT = {"CNY": 10000, "USD": 10000, "JPY": 1000000}
LARGEST = 2 ** 63 - 1
LARGEST_BOOK = LARGEST // 16                    # what a book of an account may hold at most (E31)
AMOUNT_FIELDS = {"set_credit_limit": "limit_micros", "set_quota": "line_micros"}
PAYMENT_TERM = 720 * 3600


class Refused(Exception):
    """The rules say no: code and reason as on the wire."""

    def __init__(self, code, reason):
        super().__init__(code + " " + reason)
        self.code, self.reason = code, reason


def refuse_if(condition, reason, code="FAILED_PRECONDITION"):
    if condition:
        raise Refused(code, reason)


class Lot:
    def __init__(self, source, granted, kind="transfer"):
        self.source, self.granted, self.kind, self.spent, self.revoked = source, granted, kind, 0, 0

    @property
    def remaining(self):
        return self.granted - self.spent - self.revoked


class Payment:
    """The sources that carried an amount, by D.9 steps 4 to 6; lots says which lot gave how much."""

    def __init__(self):
        self.lots, self.own, self.refund_credit, self.credit = [], 0, 0, 0

    @property
    def transferred_in(self):
        return sum(amount for _, amount in self.lots)

    def terms(self):
        return self.transferred_in, self.own, self.refund_credit, self.credit

    def total(self):
        return sum(self.terms())


class Quota:
    """The amount that an account lets one sub-account consume at its expense (D.10)."""

    def __init__(self, pair):
        self.pair, self.line_set, self.line_relation = pair, 0, None
        self.deducted = self.undeducted = 0
        self.holds = []

    @property
    def line(self):
        """A line counts under the relation that it was set under; before one is set the terms may leave all to the pool (PAY-16)."""
        if self.line_relation == self.pair.relation:
            return self.line_set
        return LARGEST_BOOK if self.pair.purchases else 0

    @property
    def available(self):
        return self.line - self.deducted - self.undeducted - self.held

    @property
    def held(self):
        return sum(hold.left for hold in self.holds)

    def terms(self):
        return self.line, self.deducted, self.undeducted, self.held, self.available


class Pair:
    """Two accounts, of which one may be the other's agent: the last relation that was told of them, while it holds (R5)."""

    def __init__(self):
        self.relation, self.version, self.pays, self.purchases, self.allocates = None, 0, False, False, False
        self.at_risk = False


class Purchase:
    def __init__(self, account_id, paid, quota=None):
        self.account_id, self.paid, self.refunded, self.quota = account_id, paid, Payment(), quota


class Hold:
    def __init__(self, account_id, amount, expires, quota=None):
        self.account_id, self.amount, self.captured, self.expires, self.state, self.quota = account_id, amount, 0, expires, "ACTIVE", quota

    @property
    def left(self):
        return self.amount - self.captured if self.state == "ACTIVE" else 0


class Account:
    def __init__(self, account_id, company_id, corporate=True, verified=True, currency="CNY", mode=PREPAID, buffer=0):
        self.account_id, self.company_id, self.corporate, self.verified = account_id, company_id, corporate, verified
        self.opened_in, self.belongs = company_id, company_id   # the chain of its request ids; the company that it is verified for (settled 11)
        self.currency, self.mode, self.buffer, self.state = currency, mode, buffer, ACTIVE
        self.pay_on_behalf = self.receivables = False
        self.own, self.lots, self.refund_credit, self.unbilled = 0, [], 0, 0
        self.bills, self.holds, self.quotas = [], [], {}
        self.contract, self.limit = NONE, 0
        self.version, self.suspended = 0, True
        self.clearing = 0                                       # sent to other chains, less what was received from them

    def transferred_in(self):
        return sum(lot.remaining for lot in self.lots)

    def cash(self):                                                                     # D.1
        return self.own + self.transferred_in()

    def limit_in_effect(self):                                                          # D.3, LED-14
        """None while credit control is disabled (LED-17, LED-18)."""
        return self.limit if self.contract == CONFIRMED and not (self.pay_on_behalf or self.receivables) else 0

    def outstanding(self):
        return sum(bill["owed"] for bill in self.bills)

    def frozen(self):                                                                   # D.4
        return sum(hold.left for hold in self.holds)

    def available(self):                                                                # D.5
        return self.cash() + self.limit_in_effect() + self.refund_credit - self.unbilled - self.outstanding() - self.frozen()

    def past_due(self, now):
        return any(bill["due"] <= now and bill["owed"] > 0 for bill in self.bills)

    def overdue(self, now):                                                             # D.8
        return self.past_due(now) or self.available() < 0

    def below_line(self, change=0):                                                     # LED-01, LED-04, E19
        available = self.available() + change
        return available <= 0 if self.mode == PREPAID else available < self.buffer

    def transferable(self, now):                                                        # D.6
        gates = self.state != ACTIVE or self.overdue(now) or self.pay_on_behalf or self.receivables
        return 0 if gates else max(0, min(self.own, self.available()))

    def remaining_of(self, source, kind):
        return sum(lot.remaining for lot in self.lots if (lot.source, lot.kind) == (source, kind))

    def revocable(self, source, kind="transfer"):                                       # D.7
        return max(0, min(self.transferred_in(), self.remaining_of(source, kind), self.available()))

    def spend(self, amount):
        """Takes from lots in their order, own cash and refund credit (D.9 steps 4 to 6); the rest is left to credit."""
        paid = Payment()
        for lot in self.lots:
            part = min(lot.remaining, amount)
            if part:
                lot.spent += part
                paid.lots.append([lot, part])
                amount -= part
        paid.own = min(self.own, amount)
        self.own -= paid.own
        amount -= paid.own
        paid.refund_credit = min(self.refund_credit, amount)
        self.refund_credit -= paid.refund_credit
        paid.credit = amount - paid.refund_credit
        return paid

    def touched(self, now):
        """Every entry that touches an account makes a version of it and looks whether its services stop or go on (D.8)."""
        self.version += 1
        self.suspended = self.below_line() or (self.suspended and self.past_due(now))

    def balance(self, now):
        return {"account_id": self.account_id, "currency": self.currency, "version": self.version, "cash_micros": self.cash(),
                "own_micros": self.own, "transferred_in_micros": self.transferred_in(),
                "refund_credit_micros": self.refund_credit, "unbilled_micros": self.unbilled,
                "outstanding_micros": self.outstanding(), "frozen_micros": self.frozen(), "credit_limit_micros": self.limit,
                "effective_credit_limit_micros": self.limit_in_effect(), "available_micros": self.available(),
                "overdue": self.overdue(now), "suspended": self.suspended}

    def queue(self):
        """Source and remaining amount of each lot in spending order; neighbours of one source are one."""
        queue = []
        for lot in self.lots:
            if lot.remaining and queue and queue[-1][0] == (lot.source, lot.kind):
                queue[-1][1] += lot.remaining
            elif lot.remaining:
                queue.append([(lot.source, lot.kind), lot.remaining])
        return queue


class Transit:
    """Money between two chains (settled 11): a transfer, or back by a revoke, with what that took of which lot."""

    def __init__(self, kind, sender, receiver, amount, lots=()):
        self.kind, self.sender, self.receiver, self.amount, self.lots, self.ended = kind, sender, receiver, amount, lots, False


class Outcome:
    """An order that was accepted: the accounts of its answer, and what else the answer says."""

    def __init__(self, *accounts, **facts):
        self.accounts, self.changed, self.facts = accounts, accounts, facts
        if "hold" in facts:
            facts["hold_then"] = facts["hold"].amount, facts["hold"].captured, facts["hold"].state
        if "purchase" in facts:
            facts["purchase_then"] = facts["purchase"].paid.terms(), facts["purchase"].refunded.terms()
        if facts.get("quota"):
            facts["quota_then"] = facts["quota"].terms()

    def tells(self, *accounts):
        self.accounts = accounts
        return self


class State:
    """Everything that an order may change; copied before an order, kept when it succeeds."""

    def __init__(self):
        self.accounts, self.purchases, self.holds, self.lines, self.granted, self.transits = {}, {}, {}, {}, set(), {}
        self.pairs = {}         # (agent, customer)
        self.asked = {}         # of each customer what it asks for: the id, its agent, and until when (LED-41)


class Model:
    """The whole ledger. `submit` judges and keeps, `preview` judges and forgets."""

    def __init__(self, line=1000000 * 10 ** 6):
        self.state, self.now, self.line, self.answers = State(), 0, line, {}

    def account(self, account_id):
        return self.state.accounts[account_id]

    def company_account(self, account_id, company_id):
        account = self.state.accounts.get(account_id)
        return account if account and account.opened_in == company_id else None

    def join(self, account, company_id):
        """Verified later: moves out of its own chain, by an entry in each when it has any; or what keeps it there."""
        account.verified, account.belongs = True, company_id
        reason = self.kept_by(account) if account.version > 0 else ""  # what is on its way to it arrives there
        if not reason:
            account.company_id = company_id
            account.version += 2 * (account.version > 0)
        return reason

    def kept_by(self, account):
        ties = {"HOLDS": any(hold.state == "ACTIVE" for hold in account.holds),
                "TRANSITS": any(account.account_id in (transit.sender.account_id, transit.receiver.account_id) for transit in self.state.transits.values()),
                "CREDIT": account.contract != NONE, "QUOTAS": account.quotas, "BILLS": account.outstanding()}
        return next(("STAYS_FOR_" + name for name, tie in ties.items() if tie), "")

    def pair(self, agent_id, customer_id):
        return self.state.pairs.setdefault((agent_id, customer_id), Pair())

    def hear(self, agent_id, customer_id, relation, pays, purchases, allocates=False): # R5, LED-17, LED-20, LED-22
        """The terms that hold now; relation None: none do."""
        pair = self.pair(agent_id, customer_id)
        held = pair.relation
        pair.relation, pair.pays, pair.purchases = relation, bool(relation) and pays, bool(relation) and purchases
        pair.allocates = bool(relation) and allocates
        pair.at_risk = pair.at_risk and pair.relation == held
        if not relation and self.state.asked.get(customer_id, (None, None))[1] == agent_id:              # LED-41
            del self.state.asked[customer_id]
        self.account(customer_id).pay_on_behalf = any(pair.pays for (_, other), pair in self.state.pairs.items() if other == customer_id)

    def name(self, things, request_id, told_id):
        """The id that the service gave to the purchase or hold of a request."""
        if ("new", request_id) in things:
            things[told_id] = things.pop(("new", request_id))

    def expire_holds(self):
        """Ends every hold whose time has come; how many entries each account got for it."""
        ended = {}
        for hold in sorted(self.state.holds.values(), key=lambda hold: hold.expires):
            if hold.state == "ACTIVE" and hold.expires <= self.now:
                hold.state = "EXPIRED"
                self.account(hold.account_id).touched(hold.expires)
                ended[hold.account_id] = ended.get(hold.account_id, 0) + 1
        return ended

    def preview(self, kind, order):
        invalid(self.is_malformed(kind, order))
        kept = self.state
        self.state = copy.deepcopy(kept)
        try:
            outcome = self.decide(kind, order)
            stopped = [account.account_id for account in outcome.changed
                       if account.suspended and not kept.accounts[account.account_id].suspended]
            return [account.balance(self.now) for account in outcome.accounts], sorted(stopped)
        finally:
            self.state = kept

    def decide(self, kind, order):
        amount = order.get(AMOUNT_FIELDS.get(kind, "amount_micros"), 0)
        refuse_if(abs(amount) > LARGEST_BOOK, "OUT_OF_RANGE", "OUT_OF_RANGE")           # E31: whatever the accounts are
        return getattr(self, kind)(order)

    def submit_group(self, group):
        """The verdicts of linked orders: all succeed, or the first that is refused says why and the others GROUP_FAILED."""
        malformed = [self.is_malformed(kind, order) for kind, order in group]
        if any(malformed):                      # what cannot be read never becomes an order, nor does its group; no request id is taken
            return [Refused("INVALID_ARGUMENT", "")] * len(group)
        kept, verdicts, failed = copy.deepcopy(self.state) if len(group) > 1 else None, [], None
        for place, (kind, order) in enumerate(group):
            try:
                outcome = self.decide(kind, order)
                verdicts.append((outcome, [account.balance(self.now) for account in outcome.accounts]))
            except Refused as refused:
                failed = place, refused
                break
        if failed:
            if kept:
                self.state = kept
            verdicts = [Refused("ABORTED", "GROUP_FAILED")] * len(group)
            verdicts[failed[0]] = failed[1]
        return verdicts

    # The orders. Each checks in the documented order of its refusals; nothing is changed before the last check.

    def create_transfer(self, order):                                                   # LED-06 to LED-09
        company_id = order["company_id"]
        source = self.company_account(order["account_id"], company_id)
        destination = self.state.accounts.get(order["destination_account_id"])
        refuse_if(source is None, "ACCOUNT_NOT_FOUND", "NOT_FOUND")
        refuse_if(destination is None, "DESTINATION_NOT_FOUND", "NOT_FOUND")
        refuse_if(not source.corporate or not destination.corporate, "NOT_CORPORATE")   # ID-18
        refuse_if(not source.verified or not destination.verified, "NOT_VERIFIED")
        refuse_if(source.belongs != destination.belongs, "DIFFERENT_COMPANY")
        return self.give(order, source, destination, "transfer")

    def allocate_to_sub_account(self, order):                                           # LED-22: a relation stands in for the company
        pair = self.pair(order["account_id"], order["destination_account_id"])
        refuse_if(not pair.relation, "RELATION_NOT_FOUND", "NOT_FOUND")
        refuse_if(not pair.allocates, "ALLOCATION_NOT_PERMITTED")
        granted = order.get("funding_request_id")
        refuse_if(granted and (granted, order["account_id"]) != self.asks(order["destination_account_id"]), "FUNDING_REQUEST_NOT_OPEN")
        source = self.company_account(order["account_id"], order["company_id"])
        done = self.give(order, source, self.account(order["destination_account_id"]), "allocation")
        if granted:
            del self.state.asked[order["destination_account_id"]]
        return done

    def asks(self, customer_id):                                                        # LED-41: within seven days
        request_id, agent_id, expires = self.state.asked.get(customer_id, (None, None, 0))
        return (request_id, agent_id) if self.now < expires else None

    def give(self, order, source, destination, kind):
        amount = order["amount_micros"]
        refuse_if(source is None, "ACCOUNT_NOT_FOUND", "NOT_FOUND")
        refuse_if(source.state == CLOSED, "ACCOUNT_CLOSED")
        refuse_if(source.state == FROZEN, "ACCOUNT_FROZEN")
        refuse_if(destination.state == CLOSED, "DESTINATION_CLOSED")
        refuse_if(not source.currency == destination.currency == order["currency"], "CURRENCY_MISMATCH")
        refuse_if(source.pay_on_behalf, "DISABLED_PAY_ON_BEHALF")                       # LED-17
        refuse_if(source.receivables, "DISABLED_RECEIVABLES")                           # LED-18
        self.check_version(source, order)
        refuse_if(source.overdue(self.now), "OVERDUE")                                  # LED-08
        refuse_if(amount > source.transferable(self.now), "EXCEEDS_TRANSFERABLE")       # LED-09
        self.check_left(source, amount, order)
        source.own -= amount
        if source.company_id != destination.company_id:                                 # settled 11
            return self.send(order, Transit(kind, source, destination, amount))
        destination.lots.append(Lot(source.account_id, amount, kind))
        self.state.granted.add((source.account_id, destination.account_id, kind))
        return self.done(source, destination).tells(source, *[destination] * (kind == "transfer"))      # B.5

    def revoke_transfer(self, order):                                                   # LED-10 to LED-13
        return self.take_back(order, "transfer")

    def reclaim_from_sub_account(self, order):                                          # D.7: whether the relation holds or not
        return self.take_back(order, "allocation")

    def is_fenced(self, agent, customer_id):                                            # B.3, ID-26
        return agent.state == FROZEN or agent.overdue(self.now) or self.pair(agent.account_id, customer_id).at_risk

    def take_back(self, order, kind):
        company_id, amount = order["company_id"], order["amount_micros"]
        source = self.company_account(order["account_id"], company_id)
        destination = self.state.accounts.get(order["destination_account_id"])
        refuse_if(source is None, "ACCOUNT_NOT_FOUND", "NOT_FOUND")
        was_given = (order["account_id"], order["destination_account_id"], kind) in self.state.granted
        refuse_if(not was_given, "NO_PRIOR_TRANSFER")                                       # LED-11; B.2: whether there is such an account is not told
        refuse_if(source.state == CLOSED, "ACCOUNT_CLOSED")
        refuse_if(kind == "allocation" and self.is_fenced(source, order["destination_account_id"]), "RECLAIM_RING_FENCED")
        refuse_if(not source.currency == destination.currency == order["currency"], "CURRENCY_MISMATCH")
        self.check_version(source, order)
        refuse_if(amount > destination.revocable(source.account_id, kind), "EXCEEDS_REVOCABLE")     # LED-13
        self.check_left(destination, amount, order)
        stops = not destination.suspended and destination.below_line(-amount)           # E10
        refuse_if(stops and not order.get("suspension_acknowledged"), "WOULD_SUSPEND")
        left, taken = amount, []
        for lot in reversed(destination.lots):                                          # as a refund does: the newest first
            if (lot.source, lot.kind) == (source.account_id, kind):
                part = min(lot.remaining, left)
                lot.revoked += part
                taken.append((lot, part))
                left -= part
        if source.company_id != destination.company_id:
            sent = self.send(order, Transit({"transfer": "revoke", "allocation": "reclaim"}[kind], destination, source, amount, taken))
            return sent.tells(*[destination] * (kind == "transfer"))                    # B.5
        source.own += amount
        return self.done(source, destination).tells(source, *[destination] * (kind == "transfer"))

    def send(self, order, transit):                                                     # breadth B.4: debit first, credit after
        self.state.transits["new", order["request_id"]] = transit
        transit.sender.clearing += transit.amount
        return self.done(transit.sender, transit=transit)

    def transit_of(self, order, role, other_role):
        account = self.company_account(order["account_id"], order["company_id"])
        refuse_if(account is None, "ACCOUNT_NOT_FOUND", "NOT_FOUND")
        transit = self.state.transits.get(order["transit_id"])
        refuse_if(transit is None or transit.ended or getattr(transit, role) is not account
                  or getattr(transit, other_role).account_id != order["counterparty_account_id"], "NOT_IN_TRANSIT")
        return account, transit

    def receive_transit(self, order):
        account, transit = self.transit_of(order, "receiver", "sender")
        refuse_if(account.state == CLOSED, "ACCOUNT_CLOSED")
        refuse_if(transit.kind == "allocation" and not self.pair(transit.sender.account_id, account.account_id).allocates, "RELATION_ENDED")
        transit.ended = True
        account.clearing -= transit.amount
        if transit.kind in ("transfer", "allocation"):
            account.lots.append(Lot(transit.sender.account_id, transit.amount, transit.kind))
            self.state.granted.add((transit.sender.account_id, account.account_id, transit.kind))
        else:
            account.own += transit.amount
        return self.done(account)

    def return_transit(self, order):
        account, transit = self.transit_of(order, "sender", "receiver")
        transit.ended = True
        account.clearing -= transit.amount
        account.own += transit.amount if transit.kind in ("transfer", "allocation") else 0
        for lot, part in transit.lots:
            lot.revoked -= part
        return self.done(account)

    def create_purchase(self, order):                                                   # D.9 steps 4 to 7
        account, amount = self.company_account(order["account_id"], order["company_id"]), order["amount_micros"]
        refuse_if(account is None, "ACCOUNT_NOT_FOUND", "NOT_FOUND")
        quota, account = self.quota_of(order), self.open_account(order)
        refuse_if(quota and (account.state == FROZEN or account.overdue(self.now)), "PAYER_UNAVAILABLE")    # B.3
        refuse_if(account.state == FROZEN, "ACCOUNT_FROZEN")
        refuse_if(account.currency != order["currency"], "CURRENCY_MISMATCH")
        self.check_version(account, order)
        self.check_money(account, quota, amount)
        self.check_left(account, amount, order)
        if quota:
            quota = account.quotas.setdefault(order["sub_account_id"], quota)
            quota.deducted += amount
        purchase = Purchase(account.account_id, self.pay(account, amount), quota)
        self.state.purchases["new", order["request_id"]] = purchase
        return self.done(account, purchase=purchase, quota=quota)

    def refund_purchase(self, order):                                                   # E16
        account = self.company_account(order["account_id"], order["company_id"])
        refuse_if(account is None, "ACCOUNT_NOT_FOUND", "NOT_FOUND")
        purchase = self.state.purchases.get(order["purchase_id"])
        refuse_if(purchase is None or purchase.account_id != account.account_id, "PURCHASE_NOT_FOUND", "NOT_FOUND")
        refuse_if(account.state == CLOSED, "ACCOUNT_CLOSED")
        refuse_if(account.currency != order["currency"], "CURRENCY_MISMATCH")
        refuse_if(order["amount_micros"] > purchase.paid.total() - purchase.refunded.total(), "EXCEEDS_PURCHASE")
        self.give_back(account, purchase, order["amount_micros"])
        if purchase.quota:                                                              # D.10: below zero, if it was offset before
            purchase.quota.deducted -= order["amount_micros"]
        return self.done(account, purchase=purchase, quota=purchase.quota)

    def record_usage(self, order):                                                      # settled 8
        account = self.company_account(order["account_id"], order["company_id"])
        refuse_if(account is None, "ACCOUNT_NOT_FOUND", "NOT_FOUND")
        quota, account = self.quota_of(order, is_usage=True), self.open_account(order)
        refuse_if(account.currency != order["currency"], "CURRENCY_MISMATCH")
        account.unbilled += order["amount_micros"]
        if quota:
            quota = account.quotas.setdefault(order["sub_account_id"], quota)
            quota.undeducted += order["amount_micros"]
        paid = self.settle(account, self.due(account)) if account.mode == PREPAID else Payment()
        return self.done(account, paid=paid, quota=quota)

    def settle_usage(self, order):
        account = self.open_account(order)
        refuse_if(account.unbilled == 0, "NOTHING_OWED")
        paid = self.settle(account, self.due(account))
        return self.done(account, paid=paid)

    def pay_bills(self, order):
        amount = order.get("amount_micros", 0)
        account = self.open_account(order)
        refuse_if(account.currency != order["currency"], "CURRENCY_MISMATCH")
        refuse_if(account.outstanding() == 0, "NOTHING_OWED")
        refuse_if(amount > account.outstanding(), "EXCEEDS_OUTSTANDING")
        funds = account.cash() + account.refund_credit
        refuse_if(amount > funds, "EXCEEDS_AVAILABLE")
        amount = amount or min(funds, account.outstanding())
        refuse_if(amount == 0, "NOTHING_OWED")
        paid = account.spend(amount)
        for bill in sorted(account.bills, key=lambda bill: bill["due"]):
            part = min(bill["owed"], amount)
            bill["owed"] -= part
            amount -= part
        return self.done(account, paid=paid)

    def credit_top_up(self, order):
        account = self.open_account(order)
        refuse_if(account.currency != order["currency"], "CURRENCY_MISMATCH")
        refuse_if(account.own + order["amount_micros"] > LARGEST_BOOK, "OUT_OF_RANGE", "OUT_OF_RANGE")          # E31
        account.own += order["amount_micros"]
        return self.done(account)

    def create_adjustment(self, order):
        amount = order["amount_micros"]
        account = self.open_account(order)
        refuse_if(account.currency != order["currency"], "CURRENCY_MISMATCH")
        refuse_if(amount < 0 and -amount > min(account.own, account.available()), "EXCEEDS_AVAILABLE")
        account.own += amount
        return self.done(account)

    def place_hold(self, order):                                                        # D.4, LED-20
        account, amount = self.company_account(order["account_id"], order["company_id"]), order["amount_micros"]
        refuse_if(account is None, "ACCOUNT_NOT_FOUND", "NOT_FOUND")
        quota, account = self.quota_of(order), self.open_account(order)
        refuse_if(quota and (account.state == FROZEN or account.overdue(self.now)), "PAYER_UNAVAILABLE")    # B.3
        refuse_if(account.state == FROZEN, "ACCOUNT_FROZEN")
        refuse_if(account.currency != order["currency"], "CURRENCY_MISMATCH")
        refuse_if(order["expires"] <= self.now, "EXPIRE_TIME_PAST")
        self.check_version(account, order)
        self.check_money(account, quota, amount)
        self.check_left(account, amount, order)
        refuse_if(amount > LARGEST_BOOK - account.frozen(), "OUT_OF_RANGE", "OUT_OF_RANGE")             # E31
        hold = Hold(account.account_id, amount, order["expires"], quota)
        account.holds.append(hold)
        if quota:
            account.quotas.setdefault(order["sub_account_id"], quota).holds.append(hold)
        self.state.holds["new", order["request_id"]] = hold
        return self.done(account, hold=hold, quota=quota)

    def capture_hold(self, order):                                                      # E17
        account, hold = self.hold_of(order)
        refuse_if(account.state == CLOSED, "ACCOUNT_CLOSED")
        refuse_if(account.currency != order["currency"], "CURRENCY_MISMATCH")
        refuse_if(hold.state != "ACTIVE", "HOLD_ENDED")
        refuse_if(order["amount_micros"] > hold.left, "EXCEEDS_HOLD")
        hold.captured += order["amount_micros"]
        if hold.captured == hold.amount or order.get("final"):
            hold.state = "CAPTURED"
        if hold.quota:
            hold.quota.deducted += order["amount_micros"]
        purchase = Purchase(account.account_id, self.pay(account, order["amount_micros"]), hold.quota)
        self.state.purchases["new", order["request_id"]] = purchase
        return self.done(account, hold=hold, purchase=purchase)

    def void_hold(self, order):
        account, hold = self.hold_of(order)
        refuse_if(hold.state != "ACTIVE", "HOLD_ENDED")
        hold.state = "VOIDED"
        return self.done(account, hold=hold, quota=hold.quota)

    def set_credit_limit(self, order):                                                  # D.3, LED-14 to LED-16
        limit = order["limit_micros"]
        account = self.open_account(order)
        refuse_if(account.currency != order["currency"], "CURRENCY_MISMATCH")
        refuse_if(account.pay_on_behalf, "DISABLED_PAY_ON_BEHALF")
        refuse_if(account.receivables, "DISABLED_RECEIVABLES")
        self.check_version(account, order)
        refuse_if(limit - account.limit > self.allocatable(account), "LIMIT_ABOVE_ALLOCATABLE")
        lowered = account.contract == CONFIRMED and limit < account.limit
        refuse_if(lowered and account.available() - account.limit + limit <= 0, "LIMIT_BELOW_USAGE")            # E20
        account.limit = limit
        account.contract = CONFIRMED if account.contract == CONFIRMED else PENDING
        return self.done(account)

    def confirm_credit_limit(self, order):                                              # LED-15, E21
        account = self.open_account(order)
        refuse_if(account.pay_on_behalf, "DISABLED_PAY_ON_BEHALF")
        refuse_if(account.receivables, "DISABLED_RECEIVABLES")
        refuse_if(account.contract != PENDING, "CONTRACT_NOT_PENDING")
        refuse_if(order["contract_hash"] != contract_hash(account.account_id, account.limit, account.currency), "CONTRACT_CHANGED")     # LED-42
        account.contract = CONFIRMED
        return self.done(account)

    def set_quota(self, order):                                                         # LED-20, LED-38
        account = self.company_account(order["account_id"], order["company_id"])
        refuse_if(account is None, "ACCOUNT_NOT_FOUND", "NOT_FOUND")
        self.check_agreed(account, order)
        account = self.open_account(order)
        refuse_if(account.currency != order["currency"], "CURRENCY_MISMATCH")
        self.check_version(account, order)
        quota = self.opened_quota(account, order)
        quota.line_set, quota.line_relation = order["line_micros"], quota.pair.relation
        return self.done(account, quota=quota)

    def offset_quota(self, order):                                                      # D.10
        account = self.open_account(order)
        quota = account.quotas.get(order["sub_account_id"])
        refuse_if(quota is None, "QUOTA_NOT_FOUND", "NOT_FOUND")
        refuse_if(account.currency != order["currency"], "CURRENCY_MISMATCH")
        refuse_if(order["amount_micros"] > quota.deducted, "EXCEEDS_DEDUCTED")
        quota.deducted -= order["amount_micros"]
        return self.done(account, quota=quota)

    # Shared by several orders.

    def done(self, *accounts, **facts):
        for account in accounts:
            account.touched(self.now)
        return Outcome(*accounts, **facts)

    def open_account(self, order):
        account = self.company_account(order["account_id"], order["company_id"])
        refuse_if(account is None, "ACCOUNT_NOT_FOUND", "NOT_FOUND")
        refuse_if(account.state == CLOSED, "ACCOUNT_CLOSED")
        return account

    def check_agreed(self, account, order):                                             # R5, LED-38, S14
        """A customer whose terms say so is paid for, or another account of the company."""
        refuse_if(not self.agreed(account, order["sub_account_id"]), "PAY_ON_BEHALF_NOT_AGREED")

    def agreed(self, account, sub_account_id):
        other = self.state.accounts.get(sub_account_id)
        same = other is not None and account.verified and other.verified and account.belongs == other.belongs
        return same or self.pair(account.account_id, sub_account_id).pays

    def opened_quota(self, account, order):
        pair = self.pair(account.account_id, order["sub_account_id"])
        return account.quotas.setdefault(order["sub_account_id"], Quota(pair))

    def quota_of(self, order, is_usage=False):
        """That of the sub-account an order names, opened where the terms need no line (PAY-16); None: it names none."""
        if "sub_account_id" not in order:
            return None
        account = self.account(order["account_id"])
        self.check_agreed(account, order)
        quota, pair = account.quotas.get(order["sub_account_id"]), self.pair(account.account_id, order["sub_account_id"])
        without_line = quota is None or (quota.line_relation != pair.relation and not is_usage)
        refuse_if(without_line and not pair.purchases, "QUOTA_NOT_FOUND", "NOT_FOUND")
        return quota or Quota(pair)

    def hold_of(self, order):
        account = self.company_account(order["account_id"], order["company_id"])
        refuse_if(account is None, "ACCOUNT_NOT_FOUND", "NOT_FOUND")
        hold = self.state.holds.get(order["hold_id"])
        refuse_if(hold is None or hold.account_id != account.account_id, "HOLD_NOT_FOUND", "NOT_FOUND")
        return account, hold

    def allocatable(self, account):
        allocated = sum(other.limit for other in self.state.accounts.values()
                        if (other.company_id, other.currency) == (account.company_id, account.currency))
        return self.state.lines.get((account.company_id, account.currency), self.line) - allocated

    def pay(self, account, amount):
        paid = account.spend(amount)
        if paid.credit:
            account.bills.append({"due": self.due(account), "owed": paid.credit})
        return paid

    def due(self, account):
        """A rest that no credit carries is due at once from a prepaid account, everything else after the payment term (D.14)."""
        return self.now if account.mode == PREPAID and account.limit_in_effect() == 0 else self.now + PAYMENT_TERM

    def settle(self, account, due):
        paid = account.spend(account.unbilled)
        account.unbilled = 0
        for quota in account.quotas.values():                                           # LED-20: for all of them at once
            quota.deducted += quota.undeducted
            quota.undeducted = 0
        if paid.credit:
            account.bills.append({"due": due, "owed": paid.credit})
        return paid

    def give_back(self, account, purchase, amount):
        paid, refunded = purchase.paid, purchase.refunded
        part = min(paid.credit - refunded.credit, amount)
        refunded.credit += part
        account.refund_credit += part                                                   # R of D.5
        amount -= part
        part = min(paid.refund_credit - refunded.refund_credit, amount)
        refunded.refund_credit += part
        account.refund_credit += part
        amount -= part
        part = min(paid.own - refunded.own, amount)
        refunded.own += part
        account.own += part
        amount -= part
        for lot, spent in reversed(paid.lots):
            part = min(spent - sum(back for other, back in refunded.lots if other is lot), amount)
            if part:
                lot.spent -= part
                refunded.lots.append([lot, part])
                amount -= part

    @staticmethod
    def is_malformed(kind, order):                                                      # E35, E18, settled 7
        """The mistake of an order by itself, whatever the facts are."""
        if kind in ("settle_usage", "void_hold", "confirm_credit_limit", "receive_transit", "return_transit"):
            return False
        amount = order[AMOUNT_FIELDS.get(kind, "amount_micros")]
        if order["account_id"] in (order.get("destination_account_id"), order.get("sub_account_id")):
            return True
        if kind == "create_adjustment":
            return amount == 0 or amount % MINOR_UNIT[order["currency"]] != 0
        if kind in ("create_transfer", "revoke_transfer", "credit_top_up", "set_credit_limit", "set_quota", "allocate_to_sub_account",
                    "reclaim_from_sub_account"):
            return amount < (0 if kind.startswith("set_") else 1) or amount % MINOR_UNIT[order["currency"]] != 0
        return amount < (0 if kind == "pay_bills" else 1)

    @staticmethod
    def check_version(account, order):
        expected = order.get("expected_version", 0)
        refuse_if(expected and expected != account.version, "VERSION_MISMATCH", "ABORTED")

    @staticmethod
    def check_left(account, amount, order):
        minimum = order.get("minimum_left_micros", 0)
        refuse_if(minimum and account.available() - amount < minimum, "MINIMUM_LEFT")

    def check_money(self, account, quota, amount):
        if quota:                                                                       # D.9 step 3, E24
            refuse_if(amount > quota.available, "QUOTA_EXCEEDED")
            refuse_if(amount > account.available(), "PAYER_INSUFFICIENT")
        else:
            self.check_available(account, amount)

    @staticmethod
    def check_available(account, amount):
        if amount > account.available():
            pending = account.limit if account.contract == PENDING else 0
            refuse_if(pending and amount <= account.available() + pending, "CONTRACT_PENDING")
            raise Refused("FAILED_PRECONDITION", "EXCEEDS_AVAILABLE")


def invalid(condition):
    refuse_if(condition, "", "INVALID_ARGUMENT")
