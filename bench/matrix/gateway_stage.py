"""The whole of Kontor for the cases through the gateway: five services on loopback, and companies whose accounts were opened, verified
and logged in by the rpcs that a customer calls."""
import collections
import concurrent.futures
import json
import os
import subprocess
import sys
import time

from case import Case, run_bench

CURRENCY = "CNY"
NOT_LOOKED_AT = ("gateway_cpu_us", "identity_cpu_us", "ledger_cpu_us", "postgres_cpu_us", "own_cpu_us", "others_processors", "wal_bytes", "disk_bytes")
# Rates (S4) that would refuse a load are off. Everything else is as it is shipped, but for the calls that wait at once and the log's level.
GATEWAY = {"reads_per_second": 0, "writes_per_second": 0, "orders_per_second": 0, "anonymous_per_second": 0, "source_per_second": 0,
           "streams_per_principal": 400, "streams_per_connection": 1024, "calls_per_source": 4096, "follow_interval": "500ms"}
COMMON = {"log_level": "warn", "calls_max": 4096}


class GatewayStage:
    def __init__(self, build, postgres, companies=4, accounts=8):
        import stack  # only now: it reads where the cluster is
        self.stack_module, self.build, self.postgres = stack, build, postgres
        self.companies, self.accounts = companies, accounts
        self.chains = companies + companies * accounts  # each was alone before its company was verified
        self.roster = os.path.join(postgres.folder, "roster")
        self.stack = stack.Stack(common=COMMON, **GATEWAY)
        self.target, self.database, self.has_peer = self.stack.ledger.address, self.stack.ledger.database, False
        self.settled = collections.Counter()

    def prepare(self):
        """Accounts with three sessions each: two of its owner, one of another account's owner whom it made its administrator."""
        self.stack.operator("whoami")
        numbers = [self.stack_module.entity_number() for _ in range(self.companies)]
        customers = [self.stack.customer("account%d" % i) for i in range(self.companies * self.accounts)]
        with concurrent.futures.ThreadPoolExecutor(4) as pool:
            list(pool.map(lambda i: customers[i].open(numbers[i // self.accounts]), range(len(customers))))
            sessions = list(pool.map(lambda customer: [self.log_in(customer) for _ in range(2)], customers))
        self.await_ledger(len(customers))
        self.write_roster(customers, sessions)
        run = self.bench("credit", outstanding=32)
        if run["refused"] or run["orders"] != len(customers):
            sys.exit("the accounts could not be credited: %s" % run)
        for service in self.stack.services.values():
            self.postgres.psql(service.database, "-c", "VACUUM ANALYZE")

    def log_in(self, customer):
        return self.stack.gateway.call("identity.v1.SessionService/LogIn", email=customer.email, password=self.stack_module.PASSWORD)

    def await_ledger(self, count):
        """Accounts come to the ledger by the gateway's account sync."""
        question = "SELECT count(*) FROM ledger.account WHERE company_verified AND corporate AND currency = '%s'" % CURRENCY
        deadline = time.monotonic() + 120
        while int(self.postgres.psql(self.stack.ledger.database, "-c", question)) < count:
            if time.monotonic() > deadline:
                sys.exit("the accounts did not come to the ledger")
            time.sleep(0.2)

    def write_roster(self, customers, sessions):
        lived = dict(row.split("|") for row in self.postgres.psql(
            self.stack.ledger.database, "-c", "SELECT account_id, company_id FROM ledger.account").splitlines())
        with open(self.roster, "w", encoding="utf-8") as file:
            for i, customer in enumerate(customers):
                neighbour = i - i % self.accounts + (i + 1) % self.accounts
                customers[neighbour].join(customer, "account-administrator")
                tokens = [session.session_token for session in sessions[i] + sessions[neighbour][:1]]
                print(lived[customer.account_id], customer.account_id, *tokens, file=file)
        os.chmod(self.roster, 0o600)

    def bench(self, contender, place="ledger", **options):
        if contender == "load":
            return self.load(options["rate"], options["duration"], options["seed"])
        services = self.stack.services
        mine = {"target": services[place].address, "by-session": "true" if place == "gateway" else "false", "roster": self.roster,
                "currency": CURRENCY, "database-url": self.postgres.url(services["ledger"].database),
                "gateway-pid": services["gateway"].process.pid, "identity-pid": services["identity"].process.pid,
                "ledger-pid": services["ledger"].process.pid, "postmaster-pid": self.postgres.postmaster}
        run = run_bench(self.build, contender, **dict(mine, **options))
        self.settled["ledger"] += run["settled"] if contender != "credit" else 0
        return run

    def load(self, rate, duration, seed):
        """Through the door in an open loop, by kontor-load, which counts its money itself: what bench needs of its result."""
        journal = os.path.join(self.postgres.folder, "journal")
        done = subprocess.run([os.path.join(self.build, "kontor-load"), "run", "--scenario=transfers-single", "--gateway=" + self.stack.gateway.address,
                               "--roster=" + self.roster, "--currency=" + CURRENCY, "--rate=%d" % rate, "--duration=" + duration, "--seed=%d" % seed,
                               "--warm-up=250ms", "--lateness=1m", "--journal=" + journal], stdout=subprocess.PIPE, text=True)
        if done.returncode != 0:
            sys.exit("kontor-load ended with %d" % done.returncode)
        os.unlink(journal)
        result = json.loads(done.stdout)
        measured, latency = result["measured"], result["measured"]["latency"]
        self.settled["ledger"] += result["money"]["acknowledged"]
        return dict.fromkeys(NOT_LOOKED_AT, 0) | {
            "contender": "load", "rate": rate, "orders": measured["succeeded"], "orders_per_s": measured["succeeded"] / result["measured_seconds"],
            "refused": measured["refused"] + measured["limited"] + measured["failed"], "unfinished": 0, "p50_us": 1000 * latency["p50_ms"],
            "p99_us": 1000 * latency["p99_ms"], "p999_us": 1000 * latency["p999_ms"], "max_us": latency["max_ns"] / 1000}

    def end(self):
        self.stack.stop()


def gateway_cases():
    """Each load through the gateway, and beside it on the ledger behind it, of the same accounts."""
    cases = []
    for contender, outstanding, size, name, quick in (
            ("single", 1, 1, "single, 1 outstanding", True), ("single", 32, 1, "single, 32 outstanding", False),
            ("single", 256, 1, "single, 256 outstanding", True), ("single", 1024, 1, "single, 1024 outstanding", False),
            ("bulk", 8, 256, "bulk of 256, 8 outstanding", True), ("stream", 4, 256, "stream of 256, 4 streams", False)):
        for place, whose in (("gateway", "gateway, "), ("ledger", "beside it the ledger, ")):
            cases.append(Case(whose + name, contender, outstanding, size, quick=quick, place=place))
    for outstanding, quick in ((1, False), (256, True), (1024, False)):
        cases.append(Case("gateway, gathering client, %d outstanding" % outstanding, "gather", outstanding, quick=quick, place="gateway"))
    cases.append(Case("gateway, single, 1 outstanding, 5000 idle connections", "single", place="gateway", **{"idle-connections": 5000}))
    return cases


def gateway_open_loop(saturated):
    """At half of what the closed loop reached: what customers wait who do not wait for each other."""
    return Case("gateway, open loop at 50 %, by kontor-load", "load", rate=max(1, int(saturated.median("orders_per_s") / 2)), place="gateway")
