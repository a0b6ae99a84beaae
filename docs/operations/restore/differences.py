#!/usr/bin/python3
"""What the five databases know of each other and do not agree upon, after one of them was put back (docs/operations/backup.md). Reads only.

    docs/operations/restore/differences.py --identity "host=… user=… dbname=identity" --payments … --ledger … --sharing … --gateway …

A line a difference: what it is, whom it is about, what is known on each side, and who closes it: sagas, when docs/operations/restore/after_restore_gateway.sql
has made them due again, or people. Ends with 0 when there is none, with 1 when there is any, with 2 when a database could not be read.
Needs psql 15. Takes memory for no more than a row of each database, however many there are. Ask it while no service runs, or wait until
no saga is open: what is under way is a difference, too."""
import argparse
import os
import subprocess
import sys

CLOSED = 3  # ledger/domain/account.h
TOP_UP, RELEASE = 8, 18  # ledger/domain/order.h

ACCOUNTS = {
    "identity": "SELECT account_id FROM identity.account",
    "payments": "SELECT account_id, coalesce(currency, ''), (closed_time IS NOT NULL)::text FROM payments.account",
    "ledger": "SELECT account_id, company_id, currency, (state = %d)::text FROM ledger.account" % CLOSED,
    "sharing": "SELECT account_id, company_id FROM sharing.account",
    # where its money is, and under which company it shares (docs/decisions/0017)
    "gateway": "SELECT account_id, coalesce(chain_id, company_id), coalesce(benefit_company_id, company_id) FROM gateway.account WHERE company_id IS NOT NULL",
}
HOME = {"ledger": 0, "sharing": 1}  # what the gateway says of each
COMPANIES = {
    "identity": "SELECT company_id FROM identity.company",
    "gateway": """SELECT DISTINCT known.company_id FROM gateway.account, LATERAL (VALUES (account.company_id), (chain_id), (benefit_company_id)) AS known (company_id)
                  WHERE known.company_id <> account_id""",
}
TOP_UPS = {
    "payments": "SELECT top_up_id, state, target_account_id, amount_micros, suspense_time IS NOT NULL FROM payments.top_up",
    # by the sum: put in suspense and released again is nothing; another account than the target's is suspense
    "ledger": """SELECT entry.reference_id, account.account_id, sum(CASE entry.kind WHEN %d THEN entry.amount_micros ELSE -entry.amount_micros END)
                 FROM ledger.entry JOIN ledger.account ON account.number = entry.account
                 WHERE entry.kind IN (%d, %d) AND entry.reference_id IS NOT NULL GROUP BY 1, 2""" % (TOP_UP, TOP_UP, RELEASE),
}
TOLD = {
    "provider": "SELECT DISTINCT subject_id, account_id FROM payments.webhook WHERE state = 'IGNORED' AND subject_id IS NOT NULL",
    "payments": "SELECT top_up_id FROM payments.top_up UNION SELECT hold_id FROM payments.hold",
}
SAGAS, PEOPLE = "closed by the sagas", "for people"


class Unread(Exception):
    pass


def rows(url, statement):
    """The rows of a statement in the order of their first column, an id, as tuples of text."""
    command = ["psql", url, "-XqAt", "-v", "ON_ERROR_STOP=1", "-c", "COPY (SELECT * FROM (%s) AS row ORDER BY 1) TO STDOUT" % statement]
    environment = dict(os.environ, PGOPTIONS="-c default_transaction_read_only=on -c search_path=")
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment) as asked:
        for line in asked.stdout:
            yield tuple(line.rstrip("\n").split("\t"))
        if asked.wait() != 0:
            raise Unread(asked.stderr.read().strip())


def side_by_side(questions, urls):
    """Each id once, with the rows that each side has of it: (id, {side: [row, …]}). All are in the order of their ids."""
    sides = {side: rows(urls["payments" if side == "provider" else side], statement) for side, statement in questions.items()}
    heads = {side: next(lines, None) for side, lines in sides.items()}
    while any(heads.values()):
        least = min(head[0] for head in heads.values() if head)
        found = {side: [] for side in sides}
        for side, lines in sides.items():
            while heads[side] and heads[side][0] == least:
                found[side].append(heads[side][1:])
                heads[side] = next(lines, None)
        yield least, found


def accounts(urls):
    for account, of in side_by_side(ACCOUNTS, urls):
        knowing = [side for side in of if of[side] and side != "identity"]
        if not of["identity"] and (of["ledger"] or of["gateway"]) and not is_suspense(of):
            yield "ACCOUNT_WITHOUT_IDENTITY", account, "known to " + " ".join(knowing), PEOPLE
        for side, column in HOME.items():
            home = {row[column] for row in of["gateway"]}
            elsewhere = {row[0] for row in of[side]} - home
            if home and not of[side]:
                yield "ACCOUNT_NOT_OPENED", account, "%s lacks it, the gateway says company %s" % (side, *home), SAGAS
            elif elsewhere and of["identity"]:
                yield "ACCOUNT_ELSEWHERE", account, "%s: company %s, gateway: %s" % (side, *elsewhere, *(home or {"none"})), SAGAS if not home else PEOPLE
        yield from agreement(account, of)


def is_suspense(of):
    """The provider's own accounts are in the ledger alone."""
    return bool(of["ledger"]) and not (of["payments"] or of["sharing"] or of["gateway"])


def agreement(account, of):
    for (currency, closed) in of["payments"]:
        for (_, in_ledger, closed_in_ledger) in of["ledger"]:
            if currency and not in_ledger:
                yield "CURRENCY_DIFFERS", account, "payments: %s, ledger: none" % currency, SAGAS
            elif currency != in_ledger:
                yield "CURRENCY_DIFFERS", account, "payments: %s, ledger: %s" % (currency or "none", in_ledger), PEOPLE
            if closed != closed_in_ledger:
                yield "CLOSED_DIFFERS", account, "payments: %s, ledger: %s" % (closed, closed_in_ledger), PEOPLE


def companies(urls):
    for company, of in side_by_side(COMPANIES, urls):
        if not of["identity"]:
            yield "COMPANY_WITHOUT_IDENTITY", company, "accounts of it are open", PEOPLE


def top_ups(urls):
    for top_up, of in side_by_side(TOP_UPS, urls):
        books = {account: int(micros) for account, micros in of["ledger"]}
        if not of["payments"]:
            yield "TOP_UP_WITHOUT_PAYMENT", top_up, "ledger: %s" % books, PEOPLE
            continue
        state, target, micros, was_in_suspense = of["payments"][0]
        credited = books.pop(target, 0)
        suspense = sum(books.values())
        wanted = {"CREDITED": (int(micros), 0), "IN_SUSPENSE": (0, int(micros)), "SUCCEEDED": None, "RETURNING": None, "REFUNDING": None}
        expected = wanted.get(state, (0, 0))
        said = "payments: %s of %s, ledger: %d credited, %d in suspense" % (state, micros, credited, suspense)
        if expected is None and credited == 0 and (suspense == 0 or was_in_suspense == "t"):
            if state == "SUCCEEDED":
                yield "TOP_UP_NOT_CREDITED", top_up, said, SAGAS
        elif (credited, suspense) != expected:
            yield "TOP_UP_DIFFERS", top_up, said, SAGAS if state in ("CREDITED", "IN_SUSPENSE", "SUCCEEDED") else PEOPLE


def told_by_the_provider(urls):
    for subject, of in side_by_side(TOLD, urls):
        if of["provider"] and not of["payments"]:
            yield "PAYMENT_UNKNOWN", subject, "the provider told of it, for account %s" % of["provider"][0][0], PEOPLE


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ACCOUNTS:
        parser.add_argument("--" + name, required=True, metavar="CONNECTION")
    urls = vars(parser.parse_args())
    count = 0
    try:
        for compare in (accounts, companies, top_ups, told_by_the_provider):
            for kind, subject, said, closed_by in compare(urls):
                print("%s %s: %s (%s)" % (kind, subject, said, closed_by))
                count += 1
    except Unread as error:
        print("differences: %s" % error, file=sys.stderr)
        sys.exit(2)
    print("%d differences" % count)
    sys.exit(1 if count else 0)


if __name__ == "__main__":
    main()
