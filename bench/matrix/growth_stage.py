"""Growth: millions of transfers of the very companies that are measured, made by the ledger itself, so that the audit holds for them, too."""
import sys

from case import Case
from ledger_stage import LedgerStage

COMPANIES = 8
CALL, PORTION = 1000, 1000000  # transfers in a bulk call, and in one run of kontor-bench


class GrowthStage(LedgerStage):
    def __init__(self, build, postgres, accounts, transfers):
        super().__init__(build, postgres, COMPANIES, accounts, has_peer=False, database="ledger_growth")
        self.transfers = transfers

    def fill(self):
        left = self.transfers
        while left > 0:
            portion = min(left, PORTION)
            run = self.bench("bulk", outstanding=8, size=CALL, pieces=-(-portion // CALL), duration="600s", seed=left, **{"warm-up": "0ms"})
            if run["refused"] or run["unfinished"] or not run["settled"]:
                sys.exit("the table could not be filled: %s" % run)
            left -= run["settled"]
            print("%d transfers are left to fill" % max(0, left), file=sys.stderr)

    @staticmethod
    def cases(when):
        return [Case("single, 256 outstanding, %s" % when, "single", 256), Case("bulk of 256, 8 outstanding, %s" % when, "bulk", 8, 256)]
