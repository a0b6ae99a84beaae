#include "ledger/store/facts_keeping.h"

/* When and for whom it left says the statement of new ones alone. */
static void keep_transits(struct keeping *keeping, bool new_ones)
{
    const struct facts *facts = keeping->facts;
    struct columns *columns = &keeping->columns;
    size_t count = 0;
    for (size_t i = 0; i < facts->transit_count; i++)
        count += facts->transits[i].is_new == new_ones && (new_ones || facts->transits[i].changed);
    if (!pipeline_begin_columns(&keeping->pipeline, columns, count, 3, 6))
        return;
    struct id *ids = columns_ids(columns), *senders = columns_ids(columns),
              *receivers = columns_ids(columns);
    int64_t *kinds = columns_int64s(columns), *states = columns_int64s(columns),
            *amounts = columns_int64s(columns), *sent = columns_int64s(columns),
            *ended = columns_int64s(columns);
    const char **currencies = columns_texts(columns);
    size_t row = 0;
    for (size_t i = 0; i < facts->transit_count; i++) {
        const struct transit *transit = &facts->transits[i];
        if (transit->is_new != new_ones || !(new_ones || transit->changed))
            continue;
        ids[row] = transit->id;
        senders[row] = transit->sender_id;
        receivers[row] = transit->receiver_id;
        kinds[row] = transit->kind;
        states[row] = transit->state;
        amounts[row] = transit->amount_micros;
        sent[row] = transit->sent_us;
        ended[row] = transit->ended_us;
        currencies[row++] = transit->currency;
    }
    if (new_ones)
        pipeline_note(&keeping->pipeline,
                      ledger_append_transits_send_silently(
                          keeping->pipeline.transaction,
                          &(struct ledger_append_transits){.transit_ids = {ids, count},
                                                           .kinds = {kinds, count},
                                                           .sender_ids = {senders, count},
                                                           .receiver_ids = {receivers, count},
                                                           .amount_micros = {amounts, count},
                                                           .currencies = {currencies, count},
                                                           .sent_us = {sent, count}}));
    else
        pipeline_note(&keeping->pipeline,
                      ledger_end_transits_send_silently(
                          keeping->pipeline.transaction,
                          &(struct ledger_end_transits){.transit_ids = {ids, count},
                                                        .states = {states, count},
                                                        .ended_us = {ended, count}}));
}

static void keep_transit_lots(struct keeping *keeping)
{
    const struct facts *facts = keeping->facts;
    struct columns *columns = &keeping->columns;
    size_t count = 0;
    for (size_t i = 0; i < facts->transit_lot_count; i++)
        count += facts->transit_lots[i].is_new;
    if (!pipeline_begin_columns(&keeping->pipeline, columns, count, 1, 2))
        return;
    struct id *ids = columns_ids(columns);
    int64_t *lots = columns_int64s(columns), *micros = columns_int64s(columns);
    size_t row = 0;
    for (size_t i = 0; i < facts->transit_lot_count; i++) {
        const struct transit_lot *share = &facts->transit_lots[i];
        if (!share->is_new)
            continue;
        ids[row] = share->transit->id;
        lots[row] = share->lot->sequence;
        micros[row++] = share->micros;
    }
    pipeline_note(&keeping->pipeline,
                  ledger_append_transit_lots_send_silently(
                      keeping->pipeline.transaction,
                      &(struct ledger_append_transit_lots){.transit_ids = {ids, count},
                                                           .lot_sequences = {lots, count},
                                                           .micros = {micros, count}}));
}

static bool lot_is_allocated(const struct lot *lot)
{
    return lot->is_new && lot->kind == LOT_ALLOCATION;
}

static void keep_allocated_lots(struct keeping *keeping)
{
    const struct facts *facts = keeping->facts;
    struct columns *columns = &keeping->columns;
    size_t count = 0;
    for (size_t i = 0; i < facts->lot_count; i++)
        count += lot_is_allocated(&facts->lots[i]);
    if (!pipeline_begin_columns(&keeping->pipeline, columns, count, 0, 6))
        return;
    int64_t *accounts = columns_int64s(columns), *sequences = columns_int64s(columns),
            *sources = columns_int64s(columns), *granted = columns_int64s(columns),
            *spent = columns_int64s(columns), *revoked = columns_int64s(columns);
    size_t row = 0;
    for (size_t i = 0; i < facts->lot_count; i++) {
        const struct lot *lot = &facts->lots[i];
        if (!lot_is_allocated(lot))
            continue;
        accounts[row] = lot->account->number;
        sequences[row] = lot->sequence;
        sources[row] = lot->source;
        granted[row] = lot->granted_micros;
        spent[row] = lot->spent_micros;
        revoked[row++] = lot->revoked_micros;
    }
    pipeline_note(&keeping->pipeline,
                  ledger_append_allocated_lots_send_silently(
                      keeping->pipeline.transaction,
                      &(struct ledger_append_allocated_lots){.accounts = {accounts, count},
                                                             .sequences = {sequences, count},
                                                             .sources = {sources, count},
                                                             .granted_micros = {granted, count},
                                                             .spent_micros = {spent, count},
                                                             .revoked_micros = {revoked, count}}));
}

void facts_keep_transits(struct keeping *keeping)
{
    keep_transits(keeping, false);
    keep_transits(keeping, true);
    keep_transit_lots(keeping);
    keep_allocated_lots(keeping);
}
