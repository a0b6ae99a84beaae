"""Usage of accounts that have been given money a few times, and of the same accounts with hundreds of open lots."""
import sys

from case import Case
from ledger_stage import LedgerStage

COMPANIES, ACCOUNTS = 4, 10
FEW, HUNDREDS = 3, 300
CALL = 40  # transfers of one payer: nearly every account is among their destinations, and those to one account are one lot
WHEN = {"before": "a few open lots", "after": "hundreds of open lots"}


class LotsStage(LedgerStage):
    def __init__(self, build, postgres):
        super().__init__(build, postgres, COMPANIES, ACCOUNTS, has_peer=False, database="ledger_lots")

    def prepare(self):
        super().prepare()
        self.give(FEW)

    def give(self, lots):
        """And uses each account once or more, so that the ledger remembers it."""
        for contender, options in (("bulk", {"size": CALL, "pieces": COMPANIES * lots}), ("usage", {"pieces": 20 * COMPANIES * ACCOUNTS})):
            run = self.bench(contender, outstanding=8, duration="600s", seed=lots, **options, **{"warm-up": "0ms"})
            if run["refused"] or run["unfinished"] or not run["settled"]:
                sys.exit("the lots could not be given: %s" % run)

    def fill(self):
        self.give(HUNDREDS)

    @staticmethod
    def cases(when):
        return [Case("usage, 256 outstanding, " + WHEN[when], "usage", 256), Case("usage, 1 outstanding, " + WHEN[when], "usage")]
