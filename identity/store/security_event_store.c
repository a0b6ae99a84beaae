#include "identity/store/security_event_store.h"

#include <assert.h>

#include "identity/domain/session.h"
#include "identity/store/notice_store.h"
#include "identity/store/queries.h"
#include "runtime/base/actor.h"

#define HOURS_SUMMED_MAX 256

bool security_event_by_another(const struct security_event *event)
{
    return !id_is_nil(event->actor_id) && !id_equal(event->actor_id, event->principal_id);
}

static enum failure keep_notice(struct transaction *transaction, const struct security_event *event)
{
    bool of_account = !id_is_nil(event->account_id);
    const char *sentence = security_event_sentence(event->kind, security_event_by_another(event));
    const struct notice notice = {.principal_id = event->principal_id,
                                  .account_id = event->account_id,
                                  .kind = of_account ? NOTICE_ACCOUNT : NOTICE_SECURITY,
                                  .subject =
                                      of_account ? "Your Kontor account" : "Your Kontor log-in",
                                  .text = sentence,
                                  .created_us = event->noted_us};
    return sentence == NULL ? FAILURE_NONE : notice_store_keep(transaction, &notice);
}

enum failure security_event_store_note(struct transaction *transaction,
                                       const struct security_event *event)
{
    enum failure failure = identity_security_event_insert(
        transaction,
        &(struct identity_security_event_insert){.event_id = id_new(event->noted_us),
                                                 .principal_id = event->principal_id,
                                                 .session_id = event->session_id,
                                                 .account_id = event->account_id,
                                                 .actor_id = event->actor_id,
                                                 .kind = security_event_name(event->kind),
                                                 .detail = event->detail,
                                                 .device = event->device,
                                                 .network = event->network,
                                                 .times = event->times,
                                                 .note_us = event->noted_us},
        NULL);
    return failure != FAILURE_NONE ? failure : keep_notice(transaction, event);
}

enum failure security_event_store_log_in_failed(struct reader reader, struct bytes email_index,
                                                const struct security_event *event)
{
    struct actor public;
    bool is_somebody = actor_read(&(const struct actor_said){.step = "public"}, &public);
    assert(is_somebody);
    (void)is_somebody;
    return identity_security_event_log_in_failed_alone(
        reader,
        &(struct identity_security_event_log_in_failed){
            .email_index = email_index,
            .hour_us = security_hour_us(event->noted_us),
            .principal_id = event->principal_id,
            .noted_max = LOG_INS_FAILED_NOTED_MAX,
            .event_id = id_new(event->noted_us),
            .session_id = event->session_id,
            .kind = security_event_name(event->kind),
            .device = event->device,
            .network = event->network,
            .note_us = event->noted_us,
            .act_id = id_new(event->noted_us),
            .account_id = event->account_id,
            .action = "identity.session.log_in",
            .reason = log_in_refusal(LOG_IN_REFUSED)->reason,
            .actor_id = public.reference,
            .step = public.step},
        NULL);
}

enum failure security_event_store_sum_failed(struct reader reader, int64_t now_us)
{
    struct id *event_ids =
        arena_alloc_array(reader_arena(reader), HOURS_SUMMED_MAX, sizeof *event_ids);
    for (size_t i = 0; i < HOURS_SUMMED_MAX; i++)
        event_ids[i] = id_new(now_us);
    enum failure failure = identity_security_event_sum_failed_alone(
        reader,
        &(struct identity_security_event_sum_failed){
            .before_us = security_hour_us(now_us),
            .noted_max = LOG_INS_FAILED_NOTED_MAX,
            .event_ids = {event_ids, HOURS_SUMMED_MAX},
            .kind = security_event_name(SECURITY_LOG_IN_FAILED)},
        NULL);
    if (failure == FAILURE_NONE)
        failure = identity_sweep_failed_hours_alone(
            reader,
            &(struct identity_sweep_failed_hours){.before_us = security_hour_us(now_us),
                                                  .noted_max = LOG_INS_FAILED_NOTED_MAX},
            NULL);
    return failure;
}

static struct security_event event_of(const struct rows *rows, size_t place)
{
    struct identity_security_event_list_row row = identity_security_event_list_row(rows, place);
    return (struct security_event){.event_id = row.event_id,
                                   .principal_id = row.principal_id,
                                   .session_id = row.session_id,
                                   .account_id = row.account_id,
                                   .actor_id = row.actor_id,
                                   .kind = security_event_find(row.kind),
                                   .detail = row.detail,
                                   .device = row.device,
                                   .network = row.network,
                                   .times = row.times,
                                   .noted_us = row.note_us};
}

static void read_events(struct reader reader, const struct rows *rows,
                        struct security_events *events)
{
    events->items = arena_alloc_array(reader_arena(reader), rows->count + 1, sizeof *events->items);
    for (size_t i = 0; i < rows->count; i++)
        events->items[i] = event_of(rows, i);
    events->count = rows->count;
}

static const char *kind_of(const struct security_page *page)
{
    return page->kind == SECURITY_NONE ? NULL : security_event_name(page->kind);
}

enum failure security_event_store_list(struct reader reader, const struct security_page *page,
                                       struct security_events *events)
{
    struct rows rows;
    enum failure failure = identity_security_event_list_alone(
        reader,
        &(struct identity_security_event_list){.principal_id = page->of_id,
                                               .kind = kind_of(page),
                                               .start_us = page->start_us,
                                               .end_us = page->end_us,
                                               .before_id = page->before_id,
                                               .limit = (int64_t)page->limit},
        &rows);
    if (failure == FAILURE_NONE)
        read_events(reader, &rows, events);
    return failure;
}

enum failure security_event_store_list_account(struct reader reader,
                                               const struct security_page *page,
                                               struct security_events *events)
{
    struct rows rows;
    enum failure failure = identity_security_event_list_account_alone(
        reader,
        &(struct identity_security_event_list_account){.account_id = page->of_id,
                                                       .kind = kind_of(page),
                                                       .start_us = page->start_us,
                                                       .end_us = page->end_us,
                                                       .before_id = page->before_id,
                                                       .limit = (int64_t)page->limit},
        &rows);
    if (failure == FAILURE_NONE)
        read_events(reader, &rows, events);
    return failure;
}
