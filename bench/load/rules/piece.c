#include "bench/load/rules/piece.h"

#include <assert.h>

const char *piece_name(enum piece_kind kind)
{
    static const char *const names[PIECE_KINDS] = {[PIECE_BALANCE] = "balance",
                                                   [PIECE_TRANSFERS] = "list of transfers",
                                                   [PIECE_POSTINGS] = "postings",
                                                   [PIECE_BUDGET] = "budget",
                                                   [PIECE_TOP_UPS] = "list of top-ups",
                                                   [PIECE_TOP_UP] = "top-up",
                                                   [PIECE_TRANSFER] = "transfer",
                                                   [PIECE_BULK] = "bulk transfer",
                                                   [PIECE_REVOKE] = "revoke"};
    assert(kind < PIECE_KINDS);
    return names[kind];
}

bool piece_moves_money(enum piece_kind kind)
{
    return kind == PIECE_TRANSFER || kind == PIECE_BULK || kind == PIECE_REVOKE;
}

struct piece piece_draw(struct traffic *traffic, enum piece_kind kind, size_t size, int64_t now_us)
{
    assert(size >= 1 && size <= PIECE_SIZE_MAX);
    struct piece piece = {.kind = kind, .size = size, .seed = traffic_random(traffic)};
    piece.company = traffic_company(traffic);
    piece.payer = traffic_source(traffic);
    piece.request = id_new(now_us);
    piece.token = traffic_token(traffic, piece.company, piece.payer);
    piece.receiver = piece_receiver(&piece, traffic, 0);
    return piece;
}

/* Of a bulk the last two bytes, which are random in the id it began with, count the orders. */
struct id piece_request(const struct piece *piece, size_t number)
{
    struct id id = piece->request;
    assert(number < piece->size);
    if (piece->size > 1) {
        id.bytes[14] = (uint8_t)(number >> 8);
        id.bytes[15] = (uint8_t)number;
    }
    return id;
}

size_t piece_receiver(const struct piece *piece, const struct traffic *traffic, size_t number)
{
    struct traffic own = *traffic; /* its weights are lent, its chance is the piece's own */
    own.random = piece->seed + number;
    return piece->kind == PIECE_REVOKE ? piece->receiver : traffic_destination(&own, piece->payer);
}
