/* What an order is answered: the response of its rpc, or the status of its refusal, packed. It is
 * kept with the money and given to the caller as it was kept, now and whenever the request comes
 * again. */
#ifndef LEDGER_BATCH_ANSWER_H
#define LEDGER_BATCH_ANSWER_H

#include "ledger/domain/settle.h"
#include "ledger/v1/account.pb-c.h"
#include "ledger/v1/balance.pb-c.h"
#include "ledger/v1/credit.pb-c.h"
#include "ledger/v1/hold.pb-c.h"
#include "ledger/v1/purchase.pb-c.h"
#include "ledger/v1/quota.pb-c.h"
#include "runtime/base/arena.h"
#include "runtime/base/text.h"
#include "runtime/rpc/call.h"
#include "runtime/rpc/status.h"

/* No data at the arena's maximum. */
struct bytes answer_pack(struct arena *arena, const struct order *order,
                         const struct order_outcome *outcome, int64_t now_us);

/* The same id with another body (E32). */
struct bytes answer_mismatch(struct arena *arena, enum code *code);

/* Malformed in these fields, at least one (E35). */
struct bytes answer_invalid(struct arena *arena, const struct status_violation *violations,
                            size_t count, enum code *code);

/* Parts of answers, for reads as well. NULL at the arena's maximum. */
Ledger__V1__Balance *answer_balance(struct arena *arena, const struct account *account,
                                    int64_t now_us);
Ledger__V1__Allowance *answer_allowance(struct arena *arena, const struct allowance *allowance);
Ledger__V1__CreditLimit *answer_credit_limit(struct arena *arena, const struct account *account);
Ledger__V1__Hold *answer_hold(struct arena *arena, const struct hold *hold, int64_t now_us);
Ledger__V1__Purchase *answer_purchase(struct arena *arena, const struct purchase *purchase,
                                      const char *remark, const char *tag);
Ledger__V1__Quota *answer_quota(struct arena *arena, const struct account *account,
                                struct id sub_account_id, const struct quota_terms *terms);
char *answer_id(struct arena *arena, struct id id);
char *answer_entry_id(struct arena *arena, struct id company_id, int64_t sequence);

/* Terms of a refusal, as decimals; ended by a NULL key. */
const struct refusal_term *answer_terms(struct arena *arena, const struct allowance *allowance,
                                        const char *currency);

#endif
