/* The answer to an order: the response of its rpc, or the status of its refusal, packed. It is kept
 * with the money and given to the caller as it was kept, now and whenever the request comes again.
 */
#ifndef LEDGER_BATCH_ANSWER_H
#define LEDGER_BATCH_ANSWER_H

#include "ledger/domain/settle.h"
#include "runtime/base/arena.h"
#include "runtime/base/text.h"
#include "runtime/rpc/call.h"
#include "runtime/rpc/status.h"

/* Whether an order of this number, any, is answered; an expiry is not. */
bool answer_is_of(int64_t kind);

/* Whether an outcome that was read back has what the answer of its kind tells. */
bool answer_has_its_thing(const struct order_outcome *outcome);

/* B.5: an agent that allocates or reclaims is told nothing of what else its customer has. */
bool answer_tells_of(const struct order *order, const struct account *account);

/* No data at the arena's maximum. */
struct bytes answer_pack(struct arena *arena, const struct order *order,
                         const struct order_outcome *outcome);

/* The same id with another body (E32). */
struct bytes answer_mismatch(struct arena *arena, enum code *code);

/* Malformed in these fields, at least one (E35). */
struct bytes answer_invalid(struct arena *arena, const struct status_violation *violations,
                            size_t count, enum code *code);

/* Terms of a refusal, as decimals; ended by a NULL key. */
const struct refusal_term *answer_terms(struct arena *arena, const struct allowance *allowance,
                                        const char *currency);

#endif
