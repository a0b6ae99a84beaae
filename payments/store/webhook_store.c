#include "payments/store/webhook_store.h"

#include "payments/store/queries.h"

static const char *const state_names[] = {
    [WEBHOOK_RECEIVED] = "RECEIVED", [WEBHOOK_APPLIED] = "APPLIED", [WEBHOOK_IGNORED] = "IGNORED"};

enum failure webhook_store_insert(struct reader reader, const struct webhook *webhook,
                                  int64_t now_us)
{
    return payments_webhook_insert_alone(
        reader,
        &(struct payments_webhook_insert){.provider = webhook->provider,
                                          .event_id = webhook->event_id,
                                          .type = webhook->type,
                                          .account_id = webhook->about.account_id,
                                          .subject_id = webhook->about.subject_id,
                                          .state = state_names[WEBHOOK_RECEIVED],
                                          .next_us = now_us,
                                          .received_us = now_us},
        NULL);
}

enum failure webhook_store_claim(struct reader reader, const struct claim *claim,
                                 struct webhook **webhooks, size_t *count)
{
    struct rows rows;
    enum failure failure = payments_webhook_claim_alone(
        reader,
        &(struct payments_webhook_claim){
            .now_us = claim->now_us, .lease_us = claim->lease_us, .limit = (int64_t)claim->limit},
        &rows);
    if (failure != FAILURE_NONE)
        return failure;
    *webhooks = arena_alloc_array(reader_arena(reader), rows.count + 1, sizeof(**webhooks));
    *count = rows.count;
    for (size_t i = 0; i < rows.count; i++) {
        struct payments_webhook_claim_row row = payments_webhook_claim_row(&rows, i);
        (*webhooks)[i] = (struct webhook){
            row.provider, row.event_id, row.type, {row.account_id, row.subject_id}, row.tries};
    }
    return FAILURE_NONE;
}

enum failure webhook_store_settle(struct reader reader, const struct webhook *webhook,
                                  enum webhook_state state, int64_t next_us)
{
    return payments_webhook_settle_alone(
        reader,
        &(struct payments_webhook_settle){.provider = webhook->provider,
                                          .event_id = webhook->event_id,
                                          .state = state_names[state],
                                          .next_us = state == WEBHOOK_RECEIVED ? next_us : 0},
        NULL);
}

enum failure webhook_store_forget(struct reader reader, int64_t before_us, int64_t count_max,
                                  int64_t *removed)
{
    struct rows rows;
    enum failure failure = payments_webhook_forget_alone(
        reader, &(struct payments_webhook_forget){.before_us = before_us, .limit = count_max},
        &rows);
    *removed = failure == FAILURE_NONE ? rows.affected : 0;
    return failure;
}
