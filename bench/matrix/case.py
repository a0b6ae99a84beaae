"""A case: one contender under one load, what each round of it gave, and the table of all."""
import json
import os
import statistics
import subprocess
import sys


class Case:
    """runs collects what each round gave; more: options of kontor-bench, or of the stage, beside the usual ones."""

    def __init__(self, name, contender, outstanding=1, size=1, traffic="uniform", rate=0, quick=True, **more):
        self.name, self.contender, self.outstanding, self.size, self.traffic, self.rate = name, contender, outstanding, size, traffic, rate
        self.quick, self.more, self.runs = quick, more, []

    def median(self, field):
        return statistics.median(run[field] for run in self.runs) if self.runs else 0

    @property
    def cost_us(self):
        """Processor time of one order, all sides together: what is left to compare when others use the machine too."""
        return sum(self.median(part + "_cpu_us") for part in PARTS)


CREDIT_MICROS = 10 ** 15  # of each account: LEDGER_CREDIT_MICROS of contender/ledger.h
PARTS = ("gateway", "identity", "ledger", "postgres", "own")
COLUMNS = (("orders/s", "orders_per_s", "%.0f"), ("p50 ms", "p50_us", "ms"), ("p99 ms", "p99_us", "ms"), ("p99.9 ms", "p999_us", "ms"),
           ("max ms", "max_us", "ms"), ("gateway µs", "gateway_cpu_us", "%.1f"), ("identity µs", "identity_cpu_us", "%.1f"),
           ("ledger µs", "ledger_cpu_us", "%.1f"), ("PostgreSQL µs", "postgres_cpu_us", "%.1f"), ("load µs", "own_cpu_us", "%.1f"),
           ("others", "others_processors", "%.1f"), ("WAL B", "wal_bytes", "%.0f"), ("disk B", "disk_bytes", "%.0f"))


def run_bench(build, contender, **options):
    """One run of kontor-bench; what it printed."""
    done = subprocess.run([os.path.join(build, "kontor-bench"), "--contender=" + contender] + ["--%s=%s" % option for option in options.items()],
                          stdout=subprocess.PIPE, text=True)
    if not done.stdout.strip():
        sys.exit("kontor-bench %s gave nothing (exit code %d)" % (contender, done.returncode))
    return json.loads(done.stdout)


def play(stage, case, duration_ms, seed):
    """One run of a case. One with a single refused or unfinished order is no measurement and is left out, loudly."""
    run = stage.bench(case.contender, outstanding=case.outstanding, size=case.size, traffic=case.traffic, rate=case.rate,
                      duration="%dms" % duration_ms, seed=seed, **{"warm-up": "%dms" % (duration_ms // 4)}, **case.more)
    run["name"] = case.name
    if run["refused"] or run["unfinished"]:
        print("! %s: %d refused, %d unfinished: no measurement" % (case.name, run["refused"], run["unfinished"]), file=sys.stderr)
    else:
        case.runs.append(run)
    return run


def print_table(cases):
    cases = [case for case in cases if case.runs]
    columns = [column for column in COLUMNS if "cpu" not in column[1] or any(case.median(column[1]) for case in cases)]
    print("\n| case | %s | spread |" % " | ".join(title for title, _, _ in columns))
    print("|---|%s" % ("---:|" * (len(columns) + 1)))
    for case in cases:
        cells = []
        for _, field, form in columns:
            value = case.median(field)
            cells.append("%.2f" % (value / 1000) if form == "ms" else form % value)
        rates = [run["orders_per_s"] for run in case.runs]
        spread = "±%.0f %%" % (50 * (max(rates) - min(rates)) / case.median("orders_per_s")) if case.median("orders_per_s") else ""
        print("| %s | %s | %s |" % (case.name, " | ".join(cells), spread))
    print("\nPer order: processor time of each side, WAL and growth of the database; medians of the rounds; spread: half of the range of orders/s;"
          "\nothers: processors that everybody else kept busy meanwhile.")
