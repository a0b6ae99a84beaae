#include "sharing/service/coverage_message.h"

static Sharing__V1__Consideration *consideration_to_message(struct call *call,
                                                            const struct considered *row)
{
    Sharing__V1__Consideration *message = arena_alloc(call_arena(call), sizeof(*message));
    sharing__v1__consideration__init(message);
    message->asset_id = id_to_message(call, row->asset_id);
    message->kind = (Sharing__V1__AssetKind)row->kind;
    message->quantity_micros = row->quantity_micros;
    message->used_micros = row->used_micros;
    message->reason = arena_strdup(call_arena(call), row->reason);
    return message;
}

/* The first row of a piece in a list that is ordered by pieces. */
static size_t first_of(const struct considered_list *list, struct id piece_id)
{
    size_t low = 0;
    for (size_t high = list->count; low < high;) {
        size_t middle = low + (high - low) / 2;
        if (id_compare(list->rows[middle].piece_id, piece_id) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

Sharing__V1__PieceCoverage *coverage_to_message(struct call *call, struct id piece_id,
                                                const struct considered_list *list)
{
    Sharing__V1__PieceCoverage *message = arena_alloc(call_arena(call), sizeof(*message));
    sharing__v1__piece_coverage__init(message);
    size_t at = first_of(list, piece_id), count = 0;
    while (at + count < list->count && id_equal(list->rows[at + count].piece_id, piece_id))
        count++;
    message->piece_id = id_to_message(call, piece_id);
    message->considerations =
        arena_alloc_array(call_arena(call), count + 1, sizeof(*message->considerations));
    for (size_t i = 0; i < count; i++) {
        message->considerations[i] = consideration_to_message(call, &list->rows[at + i]);
        message->covered_quantity_micros += list->rows[at + i].quantity_micros;
    }
    message->n_considerations = count;
    return message;
}

Sharing__V1__LinePayment *payment_to_message(struct call *call, struct id line_id,
                                             const struct kept_uses *uses)
{
    struct arena *arena = call_arena(call);
    Sharing__V1__LinePayment *message = arena_alloc(arena, sizeof(*message));
    sharing__v1__line_payment__init(message);
    message->line_id = id_to_message(call, line_id);
    message->uses = arena_alloc_array(arena, uses->count + 1, sizeof(*message->uses));
    for (size_t i = 0; i < uses->count; i++) {
        Sharing__V1__CouponUse *use = arena_alloc(arena, sizeof(*use));
        sharing__v1__coupon_use__init(use);
        use->asset_id = id_to_message(call, uses->rows[i].asset_id);
        use->used_micros = uses->rows[i].used_micros;
        use->returned_micros = uses->rows[i].returned_micros;
        use->reason = arena_strdup(arena, uses->rows[i].reason);
        message->paid_micros += use->used_micros;
        message->uses[message->n_uses++] = use;
    }
    return message;
}
