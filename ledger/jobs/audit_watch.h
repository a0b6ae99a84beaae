/* The ledger audits itself: every audit-interval one replica folds every company anew, and all
 * replicas show what the last run found. It finds what somebody did to the tables behind the
 * ledger's back, before a customer does. */
#ifndef LEDGER_JOBS_AUDIT_WATCH_H
#define LEDGER_JOBS_AUDIT_WATCH_H

#include "ledger/ledger.h"

/* interval_ms 0: no audit by itself; what others found is shown all the same. */
void audit_watch_start(struct ledger *ledger, int64_t interval_ms);

#endif
