"""A company in a running ledger, in few words: what the ledger's tests, races and faults speak."""
import hashlib
import uuid

from service import message, new_id

UNIT = 1000000
CNY = {"currency": "CNY"}


def micros(amount):
    """micros("12.34"): exact, never a float."""
    whole, _, part = str(amount).partition(".")
    sign = -1 if whole.startswith("-") else 1
    return sign * (abs(int(whole)) * UNIT + int((part + "000000")[:6]))


def derive(of, label):
    """id_derive of runtime/base/id.h: no secret in it."""
    made = bytearray(hashlib.sha256(uuid.UUID(of).bytes + hashlib.sha256(label.encode()).digest()).digest()[:16])
    made[6], made[8] = made[6] & 15 | 128, made[8] & 63 | 128
    return str(uuid.UUID(bytes=bytes(made)))


def contract_hash(account, limit_micros, currency):
    """As ledger/v1/credit.proto writes the bytes down."""
    digits = {"JPY": 0}.get(currency, 2)
    amount = "%d.%06d" % (limit_micros // UNIT, limit_micros % UNIT)
    amount = amount[:-6 + digits] if digits else amount[:-7]
    text = ("Credit control contract. The account %s may spend up to %s %s more than it has. Whoever confirms this for the account agrees to pay what "
            "is spent so by the dates of its bills. The limit counts from the confirmation on. The company's main account, or the provider, may change "
            "it at any time; each change counts at once, without another contract, and is told by a text message." % (account, amount, currency))
    return hashlib.sha256(("kontor.credit.contract.1\naccount_id=%s\nlimit_micros=%d\ncurrency=%s\ntext=%s\n"
                           % (account, limit_micros, currency, text)).encode()).hexdigest()


class Company:
    def __init__(self, ledger):
        self.ledger, self.id = ledger, new_id()

    def call(self, rpc, account, request_id=None, ledger=None, **fields):
        if rpc == "CreditService/ConfirmCreditLimit":  # the contract that is listed, unless one is named
            fields.setdefault("contract_hash", self.contract_hash(account))
        return (ledger or self.ledger).call("ledger.v1." + rpc, account_id=account, company_id=self.id, request_id=request_id or new_id(), **fields)

    def read(self, rpc, account, **fields):
        return self.ledger.call("ledger.v1." + rpc, account_id=account, company_id=self.id, **fields)

    def contract_hash(self, account):
        """Of the contract that is listed; of none, something that is no hash of one."""
        return next((contract.contract_hash for contract in self.read("CreditService/ListCreditContracts", account).contracts), "0" * 64)

    def open(self, account=None, **fields):
        account = account or new_id()
        self.call("AccountService/OpenAccount", account, **dict({"corporate": True, "company_verified": True, "currency": "CNY"}, **fields))
        return account

    def open_suspense(self):
        """Named as the provider names its own."""
        account = derive(self.id, "CNY")
        self.call("AccountService/OpenAccount", account, corporate=True, currency="CNY")
        return account

    def top_up(self, account, amount, **fields):
        return self.call("TopUpService/CreditTopUp", account, amount_micros=micros(amount), **dict(CNY, **fields))

    def transfer(self, source, destination, amount, **fields):
        return self.call("TransferService/CreateTransfer", source, destination_account_id=destination, amount_micros=micros(amount), **dict(CNY, **fields))

    def revoke(self, source, destination, amount, **fields):
        return self.call("TransferService/RevokeTransfer", source, destination_account_id=destination, amount_micros=micros(amount), **dict(CNY, **fields))

    def spend(self, account, amount, **fields):
        return self.call("PurchaseService/CreatePurchase", account, amount_micros=micros(amount), **dict(CNY, **fields))

    def balance(self, account, **fields):
        return self.read("AccountService/GetBalance", account, **fields).balance

    def update(self, account, *update_fields, **fields):
        return self.call("AccountService/UpdateAccount", account, update_fields=update_fields, **fields)

    def relate(self, agent, customer, ledger=None, **fields):
        """As the gateway tells of a relation (R5), by default that the agent pays; the ledger knows both accounts."""
        terms = {"relation_id": new_id(), "version": 1, "settlement_mode": "SETTLEMENT_MODE_AGENT_PAYS", "pay_on_behalf": True,
                 "since_time": {"seconds": 1}}
        request = dict(dict(terms, agent_account_id=agent, customer_account_id=customer), **fields)
        (ledger or self.ledger).call("ledger.v1.RelationService/UpdateRelation", **request)
        return request["relation_id"]

    def customer(self, agent, account=None, **fields):
        """Another company's account, for which the agent pays."""
        account = Company(self.ledger).open(account)
        self.relate(agent, account, **fields)
        return account

    def paid_by(self, account, **fields):
        """An agent of another company pays for the account (LED-17)."""
        agent = Company(self.ledger).open()
        return agent, self.relate(agent, account, **fields)

    def override(self, account, until, by=None, approver=None, approval=None, **fields):
        """By one operator, with another one's approval, as the gateway tells of it (LED-19)."""
        who = (("kontor-principal-id", by or new_id()), ("kontor-approval-id", new_id() if approval is None else approval),
               ("kontor-approver-id", new_id() if approver is None else approver))
        return self.call("OverrideService/GrantOverride", account, metadata=tuple(pair for pair in who if pair[1]),
                         **dict({"until_time": until, "reason": "asked for"}, **fields))

    def submit(self, account, *orders, **fields):
        """orders: (kind, fields) or (kind, fields, True) when linked to the next."""
        wire = []
        for kind, order, *linked in orders:
            wire.append(message("ledger.v1.Order")(**{kind: dict({"request_id": new_id()}, **order), "linked": bool(linked)}))
        return self.ledger.call("ledger.v1.OrderService/SubmitOrders", account_id=account, company_id=self.id, orders=wire, **fields).results

    def audit(self):
        """Findings as (kind, account, sequence), and the totals."""
        call = self.ledger.channel.unary_stream("/ledger.v1.AuditService/Audit", request_serializer=lambda m: m.SerializeToString(),
                                                response_deserializer=message("ledger.v1.AuditResponse").FromString)
        answers = list(call(message("ledger.v1.AuditRequest")(), timeout=60))
        return [(f.kind, f.account_id, f.sequence) for answer in answers for f in answer.findings], answers[-1].totals


def amounts(**decimals):
    """The terms of a refusal that say these amounts, for people and for programs."""
    return decimals | {name + "_micros": str(micros(decimal)) for name, decimal in decimals.items()}


def reason_of(result):
    """The reason of a refused OrderResult, or ""."""
    if result.WhichOneof("outcome") != "refused":
        return ""
    return message("google.rpc.ErrorInfo").FromString(result.refused.details[0].value).reason
