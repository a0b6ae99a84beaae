"""The audit after a run: Kontor's own over every company that took part, and sums by SQL. A run whose audit is not clean is no measurement."""
import os
import sys
import time

from case import CREDIT_MICROS
from postgres import ROOT

QUERIES = os.path.join(ROOT, "bench", "queries")
FINDINGS_TOLD_MAX = 10
AUDIT_SECONDS_MAX = 3600


def ask_service(target):
    """What the AuditService finds in any company, and its totals."""
    from service import Client, message  # only now: it reads where the cluster is
    client = Client(target)
    audit = client.channel.unary_stream("/ledger.v1.AuditService/Audit", request_serializer=lambda m: m.SerializeToString(),
                                        response_deserializer=message("ledger.v1.AuditResponse").FromString)
    findings, totals = [], None
    for part in audit(message("ledger.v1.AuditRequest")(), timeout=AUDIT_SECONDS_MAX):
        findings += ["%s %s: %s" % (part.company_id, finding.kind, finding.sentence) for finding in part.findings]
        totals = part.totals if part.HasField("totals") else totals
    client.close()
    if totals is None:
        return ["the audit did not come to its end"], message("ledger.v1.AuditTotals")()
    findings += ["%s sums to %d" % (one.currency, one.sum_micros) for one in totals.sums if one.sum_micros]
    return findings, totals


def ask_sql(postgres, database, query, settled, credited):
    return postgres.psql(database, "-v", "settled=%d" % settled, "-v", "credited=%d" % credited,
                         "-f", os.path.join(QUERIES, query)).splitlines()


def audit(stage):
    """Everything that is wrong in any of a part's ledgers, and the seconds that a million entries of the last one took."""
    mistakes, million_s = [], 0
    for one in getattr(stage, "audited", lambda: [stage])():
        found, million_s = audit_one(one)
        mistakes += found
    return mistakes, million_s


def audit_one(stage):
    accounts, begun = stage.companies * stage.accounts, time.monotonic()
    mistakes, totals = ask_service(stage.target)
    seconds = time.monotonic() - begun
    chains = getattr(stage, "chains", stage.companies)
    if (totals.companies, totals.accounts) != (chains, accounts):
        mistakes.append("%d chains with %d accounts were audited, %d with %d took part" % (
            totals.companies, totals.accounts, chains, accounts))
    credited = accounts * CREDIT_MICROS
    mistakes += ask_sql(stage.postgres, stage.database, "audit_ledger.sql", stage.settled["ledger"], credited)
    if stage.has_peer:
        mistakes += ask_sql(stage.postgres, "peer", "audit_peer.sql", stage.settled["peer"], credited)
    print("audit: %d entries of %d companies in %.1f s, %d mistakes" % (totals.entries, totals.companies, seconds, len(mistakes)), file=sys.stderr)
    return mistakes[:FINDINGS_TOLD_MAX], seconds * 1e6 / max(1, totals.entries)
