"""The alerts of helm/kontor/files/alerts.yaml: each fires at its boundary and not before, and a counter's first event fires. And each has its
runbook in docs/runbooks, and no runbook is of an alert that is no more."""
import glob
import json
import os
import re
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
import prometheus  # noqa: E402
import tool  # noqa: E402
from service import ROOT  # noqa: E402

RULES = os.path.join(ROOT, "helm", "kontor", "files", "alerts.yaml")
RUNBOOKS = os.path.join(ROOT, "docs", "runbooks")
DAY = 86400
CALLS = "rpc_server_call_duration_seconds_%s{service=\"ledger\",rpc_method=\"ledger.v1.TransferService/CreateTransfer\"%s}"


def of(name, values, **labels):
    labels = dict({"service": "ledger", "instance": "a"}, **labels)
    return "%s{%s}" % (name, ",".join('%s="%s"' % label for label in labels.items())), values


def calls(code, values):
    return CALLS % ("count", ',rpc_response_status_code="%s"' % code), values


def slower_than_a_second(percent):
    return [(CALLS % ("bucket", ',le="%s"' % bound), values)
            for bound, values in (("1", "0+%dx60" % (100 - percent)), ("2.5", "0+100x60"), ("+Inf", "0+100x60"))]


# Of an alert: series of one sample a minute, the minute at which it fires first; and series at which it never does.
CASES = {
    "KontorAuditFinding": ([of("ledger_audit_findings", "0x5 1x40")], 6, [of("ledger_audit_findings", "0x60")]),
    "KontorAuditMissing": ([of("ledger_audit_last_run_timestamp_seconds", "%dx80" % (60 - 2 * DAY))], 2 + 60,
                           [of("ledger_audit_last_run_timestamp_seconds", "%dx80" % (4000 - 2 * DAY))]),
    "KontorHoldOverdue": ([of("payments_hold_overdue", "0x5 1x40")], 21, [of("payments_hold_overdue", "0x60")]),
    "KontorTopUpInDoubt": ([of("payments_top_up_oldest_doubt_seconds", "3600x5 3601x40")], 11, [of("payments_top_up_oldest_doubt_seconds", "3600x60")]),
    "KontorTopUpForPeople": ([of("payments_top_up", "0x5 1x40", state="manual")], 11,
                             [of("payments_top_up", "0x60", state="suspense"), of("payments_top_up", "9x60", state="slow")]),
    "KontorSagaOld": ([of("gateway_saga_oldest_seconds", "900x5 901x40")], 11, [of("gateway_saga_oldest_seconds", "900x60")]),
    "KontorExpiredHoldsStay": ([of("ledger_hold_oldest_expired_seconds", "300x5 301x40")], 11, [of("ledger_hold_oldest_expired_seconds", "300x60")]),
    "KontorUsageWaits": ([of("ledger_usage_parked_records", "0x5 1x60")], 36,
                         [of("ledger_usage_parked_records", "0x60"), of("ledger_usage_refused_folds", "1x20 0x40")]),
    "KontorEventsBehind": ([of("events_oldest_unread_seconds", "300x5 301x40", consumer="gateway")], 11,
                           [of("events_oldest_unread_seconds", "300x60", consumer="gateway"), of("ledger_entries_untold_seconds", "300x60")]),
    "KontorDown": ([of("up", "1x5 0x40", job="kontor")], 7,
                   [of("up", "1x60", job="kontor"), of("up", "0x60", job="postgres")]),
    "KontorSettingsRefused": ([of("settings_file_refused", "0x5 1x40")], 11, [of("settings_file_refused", "0x60")]),
    "KontorNotReady": ([of("process_ready", "1x5 0x40")], 8, [of("process_ready", "1x60")]),
    # From minute 61 on 1000 of 10000 calls fail; after eight minutes that is 8000 of the hour's 548000, more than 1.44 %.
    "KontorFaultsMany": ([calls("OK", "0+9000x120"), calls("INTERNAL", "0x60 1000+1000x60")], 60 + 8 + 2,
                         [calls("OK", "0+9857x120"), calls("INTERNAL", "0+143x120"), calls("NOT_FOUND", "0+5000x120")]),
    "KontorInternalError": ([calls("INTERNAL", "0x10 1x40")], 11, [calls("INTERNAL", "0x60"), calls("UNAVAILABLE", "0+1x60")]),
    "KontorSlow": (slower_than_a_second(2), 11, slower_than_a_second(1)),
    "KontorCallsTurnedAway": ([of("rpc_server_limited_total", "0x10 1x40", limit="calls")], 11, [of("rpc_server_limited_total", "7x60", limit="calls")]),
    # Eight of fifteen are more than half.
    "KontorJobFails": ([of("runtime_job_runs_total", "0+1x60", job_name="trim"), of("runtime_job_failures_total", "0x10 1+1x60", job_name="trim")], 18 + 5,
                       [of("runtime_job_runs_total", "0+2x60", job_name="trim"), of("runtime_job_failures_total", "0+1x60", job_name="trim")]),
    "KontorClockDiffers": ([of("process_clock_difference_seconds", "-1x5 -1.1x40")], 11, [of("process_clock_difference_seconds", "1x60")]),
    "KontorCertificateEnds": ([of("tls_certificate_expiry_timestamp_seconds", "%dx60" % (14 * DAY + 600), certificate="own")], 11,
                              [of("tls_certificate_expiry_timestamp_seconds", "%dx60" % (14 * DAY + 7200), certificate="own")]),
    "KontorCommitOutcomeUnknown": ([of("database_commits_indefinite_total", "0x10 1x40")], 11, [of("database_commits_indefinite_total", "3x60")]),
    "KontorPoolFull": ([of("database_pool_in_use", "7x5 8x40"), of("database_pool_max", "8x60")], 11,
                       [of("database_pool_in_use", "7x60"), of("database_pool_max", "8x60")]),
}


def case(series, alert, expected):
    """expected: {minute: whether it fires}."""
    return {"interval": "1m", "input_series": [{"series": name, "values": values} for name, values in series],
            "promql_expr_test": [{"expr": 'count(ALERTS{alertname="%s",alertstate="firing"})' % alert, "eval_time": "%dm" % minute,
                                  "exp_samples": [{"labels": "{}", "value": 1}] if fires else []} for minute, fires in expected.items()]}


def alerts():
    with open(RULES, encoding="utf-8") as file:
        return re.findall(r"^ +- alert: (\w+)$", file.read(), re.M)


class Alerts(unittest.TestCase):
    @prometheus.needed
    def test_the_rules_are_sound(self):
        done = subprocess.run(["promtool", "check", "rules", RULES], capture_output=True, text=True, check=False)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    @prometheus.needed
    def test_each_fires_at_its_boundary_and_not_before(self):
        self.assertEqual(sorted(CASES), sorted(alerts()))
        tests = []
        for alert, (series, minute, quiet) in CASES.items():
            tests += [case(series, alert, {minute - 1: False, minute: True})]
            tests += [case([one], alert, {10: False, 59: False}) for one in quiet] if len(quiet) > 1 and alert not in TOGETHER \
                else [case(quiet, alert, {10: False, 59: False})]
        with tempfile.NamedTemporaryFile("w", suffix=".yaml") as file:
            json.dump({"rule_files": [RULES], "evaluation_interval": "1m", "tests": tests}, file)  # JSON is YAML
            file.flush()
            done = subprocess.run(["promtool", "test", "rules", file.name], capture_output=True, text=True, check=False)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def test_each_has_its_runbook(self):
        pages = [os.path.basename(path)[:-len(".md")] for path in glob.glob(os.path.join(RUNBOOKS, "*.md"))]
        self.assertEqual(sorted(page for page in pages if page != "README"), sorted(alerts()))


# Series that mean something only beside each other.
TOGETHER = ("KontorFaultsMany", "KontorSlow", "KontorJobFails", "KontorPoolFull")

if __name__ == "__main__":
    tool.main()
