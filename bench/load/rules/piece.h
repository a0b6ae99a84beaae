/* A piece of work: one call. All of it follows from a few numbers, so that it can be said again
 * word for word when its answer was lost. */
#ifndef BENCH_LOAD_RULES_PIECE_H
#define BENCH_LOAD_RULES_PIECE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bench/measure/traffic.h"
#include "runtime/base/id.h"

#define PIECE_AMOUNT_MICROS INT64_C(10000) /* 0.01 */
#define PIECE_SIZE_MAX 1000

enum piece_kind {
    PIECE_BALANCE,
    PIECE_TRANSFERS,
    PIECE_POSTINGS,
    PIECE_BUDGET,
    PIECE_TOP_UPS,
    PIECE_TOP_UP,
    PIECE_TRANSFER,
    PIECE_BULK,
    PIECE_REVOKE,
    PIECE_KINDS
};

struct piece {
    enum piece_kind kind;
    struct id request;
    size_t company, payer; /* the acting account, by its numbers in the traffic */
    size_t receiver;       /* of a bulk: of its first order; the others follow from the seed */
    size_t size;           /* orders */
    uint64_t seed;
    const char *token; /* the session that asks: a request id is kept for its principal */
};

/* "transfer"; for reports. A literal. */
const char *piece_name(enum piece_kind kind);

/* Whether it moves money between accounts of the roster, so that the books hear of it. */
bool piece_moves_money(enum piece_kind kind);

/* Draws the next piece; now_us makes the request id. */
struct piece piece_draw(struct traffic *traffic, enum piece_kind kind, size_t size, int64_t now_us);

/* Of the number-th order in it. */
struct id piece_request(const struct piece *piece, size_t number);
size_t piece_receiver(const struct piece *piece, const struct traffic *traffic, size_t number);

#endif
