"""Many companies: ledgers of their own with 8 (in two replicas), 100, 1,000 and 10,000 companies, and the same once more where every table
was vacuumed and analyzed while it was empty (findings P1). 10,000 companies of 7 accounts are more than a ledger remembers (65,536)."""
from case import Case
from ledger_stage import LedgerStage

ACCOUNTS = {8: 100, 100: 20, 1000: 10, 10000: 7}
TRAPPED = ", statistics of empty tables"


class CompaniesStage:
    """Several stages at once, so that rounds compare them in turn."""

    def __init__(self, build, postgres, quick):
        self.postgres, self.stages = postgres, {}
        for companies in (8, 100) if quick else ACCOUNTS:
            for trapped in (False, True) if companies != 1000 else (False,):
                name = "ledger_%d%s" % (companies, "_trapped" if trapped else "")
                self.stages[companies, trapped] = LedgerStage(build, postgres, companies, ACCOUNTS[companies], vacuum_empty=trapped, has_peer=False,
                                                              replicas=2 if companies == 8 else 1, database=name)

    def prepare(self):
        # An autovacuum would undo the trap in one of two, at no moment that is known.
        self.set_autovacuum("off")
        for stage in self.stages.values():
            stage.prepare()

    def set_autovacuum(self, how):
        self.postgres.psql("postgres", "-c", "ALTER SYSTEM SET autovacuum = " + how, "-c", "SELECT pg_reload_conf()")

    def bench(self, contender, companies=8, trapped=False, **options):
        return self.stages[companies, trapped].bench(contender, **options)

    def audited(self):
        return self.stages.values()

    def cases(self):
        cases = []
        for companies, trapped in self.stages:
            where = "%d companies%s" % (companies, TRAPPED if trapped else "")
            more = {"companies": companies, "trapped": trapped, "replicas": 1}
            cases += [Case("single, 256 outstanding, " + where, "single", 256, **more),
                      Case("single, 1 outstanding, " + where, "single", quick=companies == 100, **more),
                      Case("bulk of 256, 8 outstanding, " + where, "bulk", 8, 256, quick=companies == 100, **more)]
            if companies == 8:
                cases += [Case("single, 256 outstanding, two replicas, " + where, "single", 256, **dict(more, replicas=2)),
                          Case("bulk of 256, 8 outstanding, two replicas, " + where, "bulk", 8, 256, quick=False, **dict(more, replicas=2))]
        return cases

    def end(self):
        self.set_autovacuum("on")
        for stage in self.stages.values():
            stage.end()
