/* Accounts, holds, purchases and the like on the wire: for the answers of orders and of reads.
 * Messages are in the arena; texts that are given are borrowed. */
#ifndef LEDGER_LEDGER_MESSAGE_H
#define LEDGER_LEDGER_MESSAGE_H

#include "ledger/domain/settling.h"
#include "ledger/v1/account.pb-c.h"
#include "ledger/v1/balance.pb-c.h"
#include "ledger/v1/credit.pb-c.h"
#include "ledger/v1/hold.pb-c.h"
#include "ledger/v1/purchase.pb-c.h"
#include "ledger/v1/quota.pb-c.h"
#include "runtime/base/arena.h"

/* An initialised message. */
void *message_new(struct arena *arena, const ProtobufCMessageDescriptor *descriptor);

/* A text of a message, whose type is not const though nothing writes to it. */
char *unconst(const char *text);

char *id_to_message(struct arena *arena, struct id id);
char *entry_id_to_message(struct arena *arena, struct id company_id, int64_t sequence);
Ledger__V1__Account *account_to_message(struct arena *arena, const struct account *account);
Ledger__V1__Balance *balance_to_message(struct arena *arena, const struct account *account,
                                        int64_t now_us);

/* Books, holds and the limit as set have a past. Suspension, version, whether it may spend and what
 * disables credit have none, nor what follows from them. */
Ledger__V1__Balance *balance_of_past_to_message(struct arena *arena, const struct account *account,
                                                int64_t as_of_us);
Ledger__V1__Allowance *allowance_to_message(struct arena *arena, const struct allowance *allowance);
Ledger__V1__CreditLimit *credit_limit_to_message(struct arena *arena,
                                                 const struct account *account);
Ledger__V1__Hold *hold_to_message(struct arena *arena, const struct hold *hold, int64_t now_us);
Ledger__V1__Purchase *purchase_to_message(struct arena *arena, const struct purchase *purchase,
                                          const char *remark, const char *tag);
Ledger__V1__Quota *quota_to_message(struct arena *arena, const struct account *account,
                                    struct id sub_account_id, const struct quota_terms *terms);

Ledger__V1__Payment *payment_to_message(struct arena *arena, const struct payment *payment);

#endif
