"""Made the databases in this folder: run once with the tree and the programs of commit 4981cfd (KONTOR_BUILD, KONTOR_TEST_POSTGRES),
from the root of that tree, with the folder to write to. Accounts with top-ups in every state that an upgrade has to carry on:

  done      credited and marked before
  unmarked  credited, and not yet marked
  closed    the ledger kept ACCOUNT_CLOSED under the id of the credit; the account was opened again
  early     the ledger kept ACCOUNT_NOT_FOUND: the credit overtook the opening
  bare      the ledger kept CURRENCY_MISMATCH: the credit overtook the currency
  burnt     a member bought for 0.01 under the id of the credit

and requests of customers, accepted and refused, to be replayed. The keys of identity and payments are all the same byte."""
import hashlib
import json
import os
import subprocess
import sys
import time
import uuid

sys.path.insert(0, os.path.join(os.getcwd(), "tests", "journeys"))
import stack as journeys  # noqa: E402
from service import POSTGRES, Refusal, Service, new_id  # noqa: E402

OUT = sys.argv[1]
KEYS = {"identity": ("identity-key", b"\x11"), "payments": ("payments-fingerprint.key", b"\x22")}


def derive(of, label):
    """id_derive of runtime/base/id.h."""
    made = bytearray(hashlib.sha256(uuid.UUID(of).bytes + hashlib.sha256(label.encode()).digest()).digest()[:16])
    made[6], made[8] = made[6] & 15 | 128, made[8] & 63 | 128
    return str(uuid.UUID(bytes=bytes(made)))


def with_key(name, **settings):
    """A service that finds its key there already."""
    if name in KEYS:
        file, byte = KEYS[name]
        os.makedirs(settings["state_directory"], mode=0o700)
        with open(os.open(os.path.join(settings["state_directory"], file), os.O_CREAT | os.O_WRONLY, 0o600), "wb") as key:
            key.write(byte * 32)
    return Service(name, **settings)


class Old(journeys.Stack):
    def credit(self, top_up, account):
        """As the gateway would, under its id; the reason of a refusal."""
        try:
            self.ledger.call("ledger.v1.TopUpService/CreditTopUp", account_id=account, company_id=account, top_up_id=top_up["id"],
                             request_id=derive(top_up["id"], "credit"), amount_micros=top_up["micros"], currency="CNY",
                             remark=top_up["remark"])
        except Refusal as refusal:
            return refusal.reason
        return "CREDITED"

    def pay(self, customer, card, units, wait=True):
        """Straight to payments, for the gateway may be away."""
        fields = {"account_id": customer.account_id, "target_account_id": customer.account_id, "request_id": new_id(),
                  "payment_method_id": card, "rail": "TOP_UP_RAIL_CARD", "amount_micros": units * 1000000, "currency": "CNY"}
        answer = self.payments.call("payments.v1.TopUpService/CreateTopUp", timeout=60, **fields).top_up
        question = lambda: self.payments.call("payments.v1.TopUpService/GetTopUp", account_id=customer.account_id,  # noqa: E731
                                              top_up_id=answer.top_up_id).top_up.state
        self.await_equal(journeys.unittest.TestCase(), 4, question, 60)
        return {"id": answer.top_up_id, "micros": answer.amount_micros, "remark": answer.remark, "account_id": customer.account_id,
                "request": fields}


def ready(stack, name, currency=True):
    customer = stack.customer(name)
    customer.sign_up().verify_phone().add_address(corporate=False)
    if currency:
        customer.set_currency()
    return customer


def main():
    journeys.Service = with_key
    told = {"top_ups": {}, "replays": [], "customers": {}, "made_at": int(time.time()) + 120}
    with Old() as stack:
        people = {name: ready(stack, name) for name in ("done", "unmarked", "closed", "burnt")}
        people.update({name: ready(stack, name, currency=False) for name in ("early", "bare")})
        cards = {name: person.add_card()["paymentMethodId"] for name, person in people.items() if name not in ("early", "bare")}
        done = people["done"].top_up("100.00", cards["done"])
        told["top_ups"]["done"] = {"id": done["topUpId"], "micros": int(done["amountMicros"]), "account_id": people["done"].account_id}
        replays(stack, people["done"], told)
        stack.gateway.stop()
        forget_opening(stack, people["early"].account_id)
        for name in ("early", "bare"):
            stack.payments.call("payments.v1.AccountService/SetCurrency", account_id=people[name].account_id, request_id=new_id(), currency="CNY")
            cards[name] = stack.payments.call("payments.v1.PaymentMethodService/AddCard", account_id=people[name].account_id,
                                              request_id=new_id(), number=journeys.CARD[0], expiry_month=12, expiry_year=2034,
                                              security_code=journeys.CARD[1], holder_name="Li Lei", timeout=60).payment_method.payment_method_id
        for number, name in enumerate(("closed", "burnt", "early", "bare")):
            told["top_ups"][name] = stack.pay(people[name], cards[name], 200 + number)
        keep_refusals(stack, people, told)
        stack.gateway.start()
        await_sagas(stack, 4)
        stack.gateway.stop()
        told["top_ups"]["unmarked"] = stack.pay(people["unmarked"], cards["unmarked"], 300)
        stack.ledger.stop()  # the gateway keeps its sagas, so that nothing hangs on events, whose order is the old server's
        stack.gateway.start()
        await_sagas(stack, 5)
        stack.gateway.stop()
        stack.ledger.start()
        told["top_ups"]["unmarked"]["verdict"] = stack.credit(told["top_ups"]["unmarked"], people["unmarked"].account_id)
        told["customers"] = {name: {"account_id": p.account_id, "email": p.email} for name, p in people.items()}
        for name in stack.NAMES:
            stack.services[name].stop()
            dump(name, stack.services[name].database)
    with open(os.path.join(OUT, "told.json"), "w", encoding="utf-8") as file:
        json.dump(told, file, indent=1, sort_keys=True)
        file.write("\n")


def await_sagas(stack, count):
    """Until so many were tried and are open."""
    question = lambda: journeys.psql(stack.gateway.database, "SELECT count(*) FROM gateway.saga WHERE tries > 2 AND finish_time IS NULL")  # noqa: E731
    stack.await_equal(journeys.unittest.TestCase(), str(count), question, 60)


def forget_opening(stack, account_id):
    """As if it were late."""
    stack.ledger.stop()
    for table in ("account", "request", "outbox", "chain"):
        journeys.psql(stack.ledger.database, "DELETE FROM ledger.%s WHERE company_id = '%s'" % (table, account_id))
    stack.ledger.start()


def keep_refusals(stack, people, told):
    account = {name: people[name].account_id for name in people}
    update = lambda state: stack.ledger.call("ledger.v1.AccountService/UpdateAccount", account_id=account["closed"],  # noqa: E731
                                             company_id=account["closed"], request_id=new_id(), update_fields=["state"], state=state)
    update("ACCOUNT_STATE_CLOSED")
    told["top_ups"]["closed"]["verdict"] = stack.credit(told["top_ups"]["closed"], account["closed"])
    update("ACCOUNT_STATE_ACTIVE")
    stack.ledger.call("ledger.v1.TopUpService/CreditTopUp", account_id=account["burnt"], company_id=account["burnt"], top_up_id=new_id(),
                      request_id=new_id(), amount_micros=1000000, currency="CNY")
    stack.ledger.call("ledger.v1.PurchaseService/CreatePurchase", account_id=account["burnt"], company_id=account["burnt"],
                      request_id=derive(told["top_ups"]["burnt"]["id"], "credit"), amount_micros=10000, currency="CNY")
    told["top_ups"]["burnt"]["verdict"] = stack.credit(told["top_ups"]["burnt"], account["burnt"])
    told["top_ups"]["bare"]["verdict"] = stack.credit(told["top_ups"]["bare"], account["bare"])
    told["top_ups"]["early"]["verdict"] = stack.credit(told["top_ups"]["early"], account["early"])


def replays(stack, customer, told):
    """Mutations through the gateway, each with its request and its answer or its reason."""
    token = (("authorization", "Bearer " + stack.token(customer.name)),)
    common = {"account_id": customer.account_id, "currency": "CNY"}
    for rpc, fields in (("ledger.v1.PurchaseService/CreatePurchase", {"amount_micros": 5000000, "region": "ap-southeast-1"}),
                        ("ledger.v1.PurchaseService/CreatePurchase", {"amount_micros": 5000000000, "region": "ap-southeast-1"}),
                        ("payments.v1.AccountService/SetCurrency", {}),
                        ("identity.v1.CompanyService/SubmitCompany", {"currency": None, "name": "Nobody", "country": "CN", "scheme": "COMPANY_SCHEME_LEI", "registration_number": "5493001KJTIIGC8Y1R12"})):
        request = {key: value for key, value in dict(common, request_id=new_id(), **fields).items() if value is not None}
        kept = {"rpc": rpc, "request": request}
        try:
            kept["answer"] = stack.gateway.call(rpc, metadata=token, **request).SerializeToString().hex()
        except Refusal as refusal:
            kept["reason"] = refusal.reason
        told["replays"].append(kept)


def dump(name, database):
    text = subprocess.run(["pg_dump", "-h", POSTGRES, "-U", "postgres", "--no-owner", "--no-privileges", "--inserts", "--rows-per-insert=50",
                           "--schema=" + name, database], check=True, capture_output=True, text=True).stdout
    with open(os.path.join(OUT, name + ".sql"), "w", encoding="utf-8") as file:
        file.write("".join(line + "\n" for line in text.split("\n") if line and not line.startswith(("--", "\\"))))


main()
