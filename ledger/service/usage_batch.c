#include "ledger/service/usage_batch.h"

#include <stdlib.h>
#include <string.h>

#include "runtime/base/clock.h"
#include "runtime/rpc/message.h"
#include "runtime/rpc/timestamp.h"

#define TRIES_MAX 10 /* while others are first with some of the records */

/* ---- off the wire ---- */

/* 0, which no record has, for what is no moment. */
static int64_t moment(const Google__Protobuf__Timestamp *timestamp)
{
    int64_t time_us = 0;
    return timestamp_to_us(timestamp, &time_us) ? time_us : 0;
}

static struct usage_record record_of(const Ledger__V1__UsageRecord *message)
{
    struct usage_record record = {.source = message->source,
                                  .record_id = message->record_id,
                                  .sku_id = message->sku_id,
                                  .region_id = message->region_id,
                                  .resource_id = message->resource_id,
                                  .quantity_micros = message->quantity_micros,
                                  .start_us = moment(message->start_time),
                                  .end_us = moment(message->end_time),
                                  .tag_count = message->n_tags,
                                  .remark = message->remark,
                                  .corrected_id = message->corrected_record_id};
    if (!id_parse(message->account_id, &record.account_id))
        record.account_id = (struct id){{0}};
    for (size_t i = 0; i < message->n_tags && i < USAGE_TAGS_MAX; i++)
        record.tags[i] = (struct usage_tag){message->tags[i]->key, message->tags[i]->value};
    return record;
}

static enum failure read_one(struct arena *arena, const Ledger__V1__UsageRecord *message,
                             struct usage_told *told)
{
    struct arena_mark mark = arena_mark(arena);
    struct bytes packed = message_pack(arena, &message->base);
    if (packed.data == NULL)
        return FAILURE_EXHAUSTED;
    sha256(packed.data, packed.size, told->digest);
    arena_rewind(arena, mark);
    told->record = record_of(message);
    told->is_record = usage_record_check(&told->record, &told->mistake);
    return FAILURE_NONE;
}

enum failure usage_batch_read(struct arena *arena, Ledger__V1__UsageRecord *const *messages,
                              size_t count, struct usage_batch *batch)
{
    enum failure failure = FAILURE_NONE;
    *batch = (struct usage_batch){.count = count};
    batch->told = arena_try_alloc_array(arena, count, sizeof *batch->told);
    if (batch->told == NULL)
        return FAILURE_EXHAUSTED;
    for (size_t i = 0; i < count && failure == FAILURE_NONE; i++)
        failure = read_one(arena, messages[i], &batch->told[i]);
    return failure;
}

/* ---- by their keys ---- */

struct usage_key {
    const char *source, *record_id;
};

static int compare_keys(struct usage_key one, struct usage_key other)
{
    int order = strcmp(one.source, other.source);
    return order != 0 ? order : strcmp(one.record_id, other.record_id);
}

static struct usage_key key_of(const struct usage_told *told)
{
    return (struct usage_key){told->record.source, told->record.record_id};
}

/* As they were told, among those of one key. */
static int compare_told(const void *left, const void *right)
{
    const struct usage_told *one = *(struct usage_told *const *)left;
    const struct usage_told *other = *(struct usage_told *const *)right;
    int order = compare_keys(key_of(one), key_of(other));
    return order != 0 ? order : (one > other) - (one < other);
}

static int compare_corrected(const void *left, const void *right)
{
    const struct usage_corrected *one = left, *other = right;
    return compare_keys((struct usage_key){one->source, one->record_id},
                        (struct usage_key){other->source, other->record_id});
}

/* One run of the transaction; all of it is in the transaction's arena. */
struct run {
    struct usage_batch *batch;
    struct usage_told **sorted; /* those that are records */
    size_t count;
    struct usage_corrected *corrected;
    size_t corrected_count;
    struct usage_told **taken;
    size_t taken_count;
    bool is_outrun; /* others were first: nothing is kept */
};

static void sort_told(struct run *run)
{
    for (size_t i = 0; i < run->batch->count; i++)
        if (run->batch->told[i].is_record)
            run->sorted[run->count++] = &run->batch->told[i];
    qsort(run->sorted, run->count, sizeof *run->sorted, compare_told);
    for (size_t i = 0; i < run->count; i++) {
        struct usage_told *told = run->sorted[i];
        bool goes_on = i > 0 && compare_keys(key_of(run->sorted[i - 1]), key_of(told)) == 0;
        told->first = goes_on ? run->sorted[i - 1]->first : told;
        told->taken = NULL;
    }
}

static void sort_corrected(struct run *run)
{
    size_t count = 0;
    for (size_t i = 0; i < run->count; i++) {
        const struct usage_record *record = &run->sorted[i]->record;
        if (!text_is_empty(record->corrected_id))
            run->corrected[count++] = (struct usage_corrected){.source = record->source,
                                                               .record_id = record->corrected_id};
    }
    qsort(run->corrected, count, sizeof *run->corrected, compare_corrected);
    for (size_t i = 0; i < count; i++)
        if (i == 0 || compare_corrected(&run->corrected[i], &run->corrected[i - 1]) != 0)
            run->corrected[run->corrected_count++] = run->corrected[i];
}

/* ---- judging ---- */

static struct usage_corrected *find_corrected(const struct run *run,
                                              const struct usage_record *record)
{
    const struct usage_corrected wanted = {.source = record->source,
                                           .record_id = record->corrected_id};
    return text_is_empty(record->corrected_id)
               ? NULL
               : bsearch(&wanted, run->corrected, run->corrected_count, sizeof *run->corrected,
                         compare_corrected);
}

/* Of the batch, before the correction. */
static void find_in_batch(const struct run *run, struct usage_corrected *corrected)
{
    size_t low = 0, high = run->count;
    const struct usage_key wanted = {corrected->source, corrected->record_id};
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (compare_keys(key_of(run->sorted[middle]), wanted) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    if (low == run->count || compare_keys(key_of(run->sorted[low]), wanted) != 0 ||
        run->sorted[low]->taken == NULL)
        return;
    const struct usage_record *record = &run->sorted[low]->taken->record;
    corrected->is_found = true;
    corrected->original = (struct usage_original){.account_id = record->account_id,
                                                  .sku_id = record->sku_id,
                                                  .region_id = record->region_id,
                                                  .quantity_micros = record->quantity_micros,
                                                  .start_us = record->start_us,
                                                  .end_us = record->end_us};
}

static void know_of_batch(struct usage_told *told)
{
    const struct usage_told *taken = told->first->taken;
    if (told->facts.is_known || taken == NULL)
        return;
    told->facts.is_known = true;
    told->facts.is_same = memcmp(told->digest, taken->digest, USAGE_DIGEST_SIZE) == 0;
    told->line_id = taken->line_id;
}

static void take(struct run *run, struct usage_told *told, struct usage_corrected *corrected)
{
    told->line_id = id_new(clock_now_us());
    told->first->taken = told;
    run->taken[run->taken_count++] = told;
    if (corrected == NULL)
        return;
    corrected->original.corrected_micros -= told->record.quantity_micros;
    corrected->is_changed = true;
}

static void judge_one(struct run *run, struct usage_told *told)
{
    struct usage_corrected *corrected = find_corrected(run, &told->record);
    know_of_batch(told);
    if (corrected != NULL && !corrected->is_found)
        find_in_batch(run, corrected);
    if (corrected != NULL && corrected->is_found)
        told->facts.original = &corrected->original;
    told->facts.now_us = clock_of_us(told->company_id);
    told->verdict = usage_record_decide(&told->record, &told->facts);
    if (told->verdict == USAGE_RECORD_ACCEPTED && !told->facts.is_known)
        take(run, told, corrected);
}

static int compare_taken(const void *left, const void *right)
{
    return compare_told(left, right);
}

/* In the order of their keys: two batches with the same ids wait for each other in a row. */
static enum failure keep_taken(struct transaction *transaction, struct run *run)
{
    bool kept_all = true;
    enum failure failure = FAILURE_NONE;
    qsort(run->taken, run->taken_count, sizeof *run->taken, compare_taken);
    if (run->taken_count > 0)
        failure = usage_record_store_insert(transaction, run->taken, run->taken_count,
                                            clock_now_us(), &kept_all);
    run->is_outrun = !kept_all;
    if (failure != FAILURE_NONE || !kept_all)
        return failure;
    return usage_record_store_correct(transaction, run->corrected, run->corrected_count);
}

static enum failure judge(struct transaction *transaction, void *argument)
{
    struct run *run = argument;
    struct arena *arena = transaction_arena(transaction);
    size_t room = run->batch->count + 1;
    *run = (struct run){.batch = run->batch};
    run->sorted = arena_alloc_array(arena, room, sizeof(struct usage_told *));
    run->taken = arena_alloc_array(arena, room, sizeof(struct usage_told *));
    run->corrected = arena_alloc_array(arena, room, sizeof *run->corrected);
    sort_told(run);
    sort_corrected(run);
    enum failure failure = usage_record_store_read_facts(transaction, run->sorted, run->count);
    if (failure == FAILURE_NONE && run->corrected_count > 0)
        failure = usage_record_store_lock(transaction, run->corrected, run->corrected_count);
    for (size_t i = 0; i < run->batch->count && failure == FAILURE_NONE; i++)
        if (run->batch->told[i].is_record)
            judge_one(run, &run->batch->told[i]);
    if (failure == FAILURE_NONE)
        failure = keep_taken(transaction, run);
    if (run->is_outrun)
        transaction_discard(transaction);
    return failure;
}

enum failure usage_batch_keep(struct task *task, struct ledger *ledger, struct usage_batch *batch)
{
    struct run run = {.batch = batch};
    enum failure failure = FAILURE_NONE;
    bool is_tried = true;
    for (int tries = 0; is_tried && tries < TRIES_MAX; tries++) {
        failure = database_transact(task, ledger->database, ISOLATION_READ_COMMITTED, judge, &run);
        is_tried = failure == FAILURE_NONE && run.is_outrun;
    }
    return is_tried ? FAILURE_UNAVAILABLE : failure;
}
