/* Callers need not know the chain that an account is booked in: the ledger finds it by the account.
 * A company_id that a caller gives is the account's own id, which says no more, or the chain that
 * it was opened in, which never changes: its request ids are taken there for ever. An account that
 * is not known counts as alone in a chain of its own. */
#ifndef LEDGER_SERVICE_PLACING_H
#define LEDGER_SERVICE_PLACING_H

#include "ledger/batch/batcher.h"
#include "runtime/rpc/call.h"

/* Each fills in a message's company_id. For a read by hand: the chain that the account is booked
 * in. */
int placing_chain(struct call *call, const char *account_id, char **company_id);

/* For a mutation that is done once: the chain that it was opened in; account_store_lock goes on
 * from there. */
int placing_scope(struct call *call, const char *account_id, char **company_id);

/* For a read: first the name that the caller has for its chain, which a page token belongs to, for
 * that outlives a move; then the chain that it is in now. */
int placing_name(struct call *call, const char *account_id, char **company_id);
int placing_turn(struct call *call, struct id account_id, struct id *company_id);

/* Says of orders that were read where they are settled. */
enum failure placing_orders(struct task *task, struct ledger *ledger, struct batch_item *items,
                            size_t count) must_check;

#endif
