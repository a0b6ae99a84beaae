/* The requests of a load, packed, and how many orders of an answer were refused. */
#ifndef BENCH_CONTENDER_LEDGER_REQUEST_H
#define BENCH_CONTENDER_LEDGER_REQUEST_H

#include "bench/contender/ledger.h"
#include "runtime/base/text.h"

#define LEDGER_REQUEST_BYTES_MAX ((size_t)512 * 1024)

/* The acting account of a request, by its numbers in the traffic. */
struct ledger_payer {
    size_t company;
    size_t account;
};

/* number counts the requests: opening and crediting take the accounts in turn. */
struct ledger_payer ledger_payer_choose(const struct ledger_settings *settings, size_t number);

/* Packs a request of the payer into out and returns its size. */
size_t ledger_request_pack(const struct ledger_settings *settings, struct ledger_payer payer,
                           uint8_t out[LEDGER_REQUEST_BYTES_MAX]);

/* Counts the results in a packed SubmitOrdersResponse or StreamOrdersResponse that are refusals, by
 * their tags alone. *count is how many results there are; -1 in it when the bytes cannot be read.
 */
int64_t ledger_answer_refused(struct bytes packed, int64_t *count);

#endif
