#include "ledger/jobs/usage_rating.h"

#include "ledger/domain/billing_period.h"
#include "ledger/batch/billing_zones.h"
#include "ledger/jobs/group_rate.h"
#include "ledger/jobs/usage_booking.h"
#include "ledger/store/price_store.h"
#include "ledger/store/usage_rating_store.h"
#include "runtime/base/amount.h"
#include "runtime/base/clock.h"
#include "runtime/base/metrics.h"
#include "runtime/base/text.h"

#define ACCOUNTS_AT_ONCE 256
#define RECORDS_AT_ONCE 2000 /* of an account, in one transaction: they fit a job's arena */
#define ROUNDS_MAX 64        /* a turn's, so that it ends */
#define METERS_MAX 64        /* in one transaction; records of others wait for the next */
#define MONTHS_MAX 8
#define PARTS_MAX 16 /* months of agents and their terms, in one transaction */
#define UNPARK_AT_ONCE 5000
#define UNPARK_AFTER_US (INT64_C(600) * 1000000) /* for what no change of prices lets go on */
#define COUNT_MAX 100000

static struct metric parked_records = {.name = "ledger_usage_parked_records",
                                       .help =
                                           "Records of usage without a price, as far as 100,000.",
                                       .kind = METRIC_GAUGE};
METRIC_FROM_THE_START(parked_records);
static struct metric refused_folds = {
    .name = "ledger_usage_refused_folds",
    .help = "Orders of rated usage that were refused, as far as 100,000.",
    .kind = METRIC_GAUGE};
METRIC_FROM_THE_START(refused_folds);

/* ---- calendar ---- */

struct month {
    struct billing_zones zones; /* of any moment in it */
    struct billing_span span;
};

/* Some records of one account. */
struct rating_run {
    struct task *task;
    struct ledger *ledger;
    struct account_to_rate account;
    struct usage_to_rate *records;
    size_t count;
    struct month months[MONTHS_MAX];
    size_t month_count;
    struct usage_meter meters[METERS_MAX];
    struct price_spans spans[METERS_MAX]; /* of each meter */
    size_t meter_count;
    struct group_part parts[PARTS_MAX];
    size_t part_count;
    struct usage_fold *folds;
    size_t fold_count;
    int64_t carried_micros;
    bool is_outrun; /* another ledger rates it: nothing is kept */
};

static bool is_within(struct billing_span span, int64_t instant_us)
{
    return span.from_us <= instant_us && instant_us < span.to_us;
}

static struct reader reader(const struct rating_run *run)
{
    return reader_of(run->task, run->ledger->database);
}

/* NULL with FAILURE_NONE: there are as many months as a transaction has room for. */
static enum failure find_month(struct rating_run *run, int64_t instant_us,
                               const struct month **found)
{
    struct dated_zones dated;
    *found = NULL;
    for (size_t i = 0; i < run->month_count && *found == NULL; i++)
        if (is_within(run->months[i].span, instant_us))
            *found = &run->months[i];
    if (*found != NULL || run->month_count == MONTHS_MAX)
        return FAILURE_NONE;
    struct month *month = &run->months[run->month_count];
    enum failure failure =
        billing_zone_store_read(reader(run), run->account.account_id, instant_us, &dated);
    if (failure == FAILURE_NONE)
        failure = billing_zones_find(run->task, &dated, &month->zones);
    if (failure != FAILURE_NONE)
        return failure;
    month->span = billing_month_of(&month->zones, instant_us);
    run->month_count++;
    *found = month;
    return FAILURE_NONE;
}

/* ---- meters and their prices ---- */

static enum failure read_prices(struct rating_run *run, size_t place, struct billing_span month)
{
    const struct usage_meter *meter = &run->meters[place];
    const struct price_wanted wanted = {.account_id = run->account.account_id,
                                        .sku_id = meter->sku_id,
                                        .region_id = meter->region_id,
                                        .currency = run->account.currency,
                                        .from_us = month.from_us,
                                        .until_us = month.to_us};
    run->spans[place] = (struct price_spans){.items = NULL};
    return text_is_empty(wanted.currency)
               ? FAILURE_NONE
               : price_store_read_account(reader(run), &wanted, &run->spans[place]);
}

/* meter_count with FAILURE_NONE: there is no room. */
static enum failure find_meter(struct rating_run *run, const struct usage_to_rate *record,
                               struct billing_span month, size_t *place)
{
    for (*place = 0; *place < run->meter_count; ++*place) {
        const struct usage_meter *meter = &run->meters[*place];
        if (meter->period_us == month.from_us && text_equal(meter->sku_id, record->sku_id) &&
            text_equal(meter->region_id, record->region_id))
            return FAILURE_NONE;
    }
    if (*place == METERS_MAX)
        return FAILURE_NONE;
    run->meters[*place] = (struct usage_meter){
        .sku_id = record->sku_id, .region_id = record->region_id, .period_us = month.from_us};
    enum failure failure = read_prices(run, *place, month);
    run->meter_count += failure == FAILURE_NONE;
    return failure;
}

/* ---- groups ---- */

/* part_count with FAILURE_NONE: there is no room. */
static enum failure find_part(struct rating_run *run, int64_t instant_us, size_t *place)
{
    for (*place = 0; *place < run->part_count; ++*place)
        if (is_within(run->parts[*place].span, instant_us))
            return FAILURE_NONE;
    if (*place == PARTS_MAX)
        return FAILURE_NONE;
    const struct price_wanted usage = {.account_id = run->account.account_id,
                                       .currency = run->account.currency,
                                       .from_us = instant_us};
    enum failure failure = group_part_find(reader(run), &usage, &run->parts[*place]);
    run->part_count += failure == FAILURE_NONE;
    return failure;
}

/* The lines' cost at list prices is volume of their groups (LED-25). */
static enum failure add_volume(struct transaction *transaction, const struct rating_run *run)
{
    int64_t sums[PARTS_MAX] = {0};
    struct group_use uses[PARTS_MAX];
    size_t count = 0;
    for (size_t i = 0; i < run->count; i++) {
        const struct usage_to_rate *record = &run->records[i];
        int64_t *sum = &sums[record->part]; /* of what is parked 0 is added */
        if (!amount_add(*sum, record->rating.list_micros, sum))
            return FAILURE_INTERNAL;
    }
    for (size_t i = 0; i < run->part_count; i++)
        if (sums[i] != 0)
            uses[count++] = (struct group_use){
                {run->parts[i].agent_id, run->parts[i].month, run->account.currency}, sums[i]};
    return count == 0 ? FAILURE_NONE : group_store_add(transaction, uses, count);
}

/* ---- rating ---- */

/* Up to the first record that finds no room. */
static enum failure find_places(struct rating_run *run)
{
    enum failure failure = FAILURE_NONE;
    for (size_t i = 0; i < run->count && failure == FAILURE_NONE; i++) {
        const struct month *month = NULL;
        struct usage_to_rate *record = &run->records[i];
        failure = find_month(run, record->start_us, &month);
        if (failure == FAILURE_NONE && month != NULL)
            failure = find_meter(run, record, month->span, &record->meter);
        if (failure == FAILURE_NONE)
            failure = find_part(run, record->start_us, &record->part);
        if (failure == FAILURE_NONE &&
            (month == NULL || record->meter == METERS_MAX || record->part == PARTS_MAX))
            run->count = i;
    }
    return failure;
}

/* Lines of one day are booked together; one of nothing is booked with none (A.2). */
static enum failure fold(struct rating_run *run, struct usage_to_rate *record)
{
    const struct month *month = NULL;
    enum failure failure = find_month(run, record->start_us, &month); /* which was found before */
    if (!rating_is_booked(&record->original)) {
        record->fold_id = record->refused_fold_id; /* it is refused as what it corrects */
        return failure;
    }
    if (failure != FAILURE_NONE || month == NULL || record->rating.net_micros == 0)
        return failure;
    int64_t day_us = billing_day_of(&month->zones, record->start_us).from_us;
    size_t place = 0;
    while (place < run->fold_count && run->folds[place].day_us != day_us)
        place++;
    struct usage_fold *found = &run->folds[place];
    if (place == run->fold_count) {
        *found = (struct usage_fold){
            .fold_id = id_new(clock_work_us()), .day_us = day_us, .effective_us = record->start_us};
        run->fold_count++;
    }
    record->fold_id = found->fold_id;
    found->effective_us = amount_min(found->effective_us, record->start_us);
    return amount_add(found->lines_micros, record->rating.net_micros, &found->lines_micros)
               ? FAILURE_NONE
               : FAILURE_INTERNAL;
}

static void rate_one(struct rating_run *run, struct usage_to_rate *record)
{
    const struct price_spans *spans = &run->spans[record->meter];
    const struct price_span *span = price_span_choose(spans->items, spans->count, record->start_us);
    record->price_id = span != NULL ? span->price.price_id : (struct id){{0}};
    record->price_book_id = span != NULL ? span->price.place.book_id : NULL;
    record->fold_id = (struct id){{0}};
    record->rating = (struct rating){0};
    record->verdict = RATING_TOO_EARLY;
    if (rating_may_go_on(&record->original))
        record->verdict = rating_decide(
            span != NULL ? &span->price.price : NULL, run->parts[record->part].ppm,
            record->quantity_micros, &run->meters[record->meter].quantity_micros, &record->rating);
}

static enum failure rate_all(struct rating_run *run)
{
    enum failure failure = FAILURE_NONE;
    run->fold_count = 0;
    for (size_t i = 0; i < run->count && failure == FAILURE_NONE; i++) {
        rate_one(run, &run->records[i]);
        if (run->records[i].verdict == RATING_RATED)
            failure = fold(run, &run->records[i]);
    }
    for (size_t i = 0; i < run->fold_count && failure == FAILURE_NONE; i++)
        if (!rating_fold(run->folds[i].lines_micros, &run->carried_micros,
                         &run->folds[i].order_micros))
            failure = FAILURE_INTERNAL;
    return failure;
}

static enum failure rate_and_keep(struct transaction *transaction, void *argument)
{
    struct rating_run *run = argument;
    bool is_held = false, kept_all = true;
    enum failure failure = usage_rating_store_hold(transaction, run->account.account_id,
                                                   &run->carried_micros, &is_held);
    if (failure == FAILURE_NONE && is_held)
        failure = usage_rating_store_read_meters(transaction, run->account.account_id, run->meters,
                                                 run->meter_count);
    if (failure == FAILURE_NONE && is_held)
        failure = rate_all(run);
    const struct usage_rated rated = {.account = &run->account,
                                      .records = run->records,
                                      .count = run->count,
                                      .meters = run->meters,
                                      .meter_count = run->meter_count,
                                      .folds = run->folds,
                                      .fold_count = run->fold_count,
                                      .carried_micros = run->carried_micros,
                                      .now_us = clock_work_us()};
    if (failure == FAILURE_NONE && is_held)
        failure = usage_rating_store_keep(transaction, &rated, &kept_all);
    run->is_outrun = !is_held || !kept_all;
    if (run->is_outrun)
        transaction_discard(transaction);
    else if (failure == FAILURE_NONE)
        failure = add_volume(transaction, run);
    return failure;
}

/* *goes_on: there may be more of the account. */
static enum failure rate_some(struct rating_run *run, bool *goes_on)
{
    enum failure failure = usage_rating_store_read(reader(run), run->account.account_id,
                                                   RECORDS_AT_ONCE, &run->records, &run->count);
    size_t found = run->count;
    *goes_on = false;
    if (failure == FAILURE_NONE)
        failure = find_places(run);
    if (failure != FAILURE_NONE || run->count == 0)
        return failure;
    run->folds = arena_alloc_array(task_arena(run->task), run->count, sizeof *run->folds);
    failure = database_transact(run->task, run->ledger->database, ISOLATION_READ_COMMITTED,
                                rate_and_keep, run);
    *goes_on = failure == FAILURE_NONE && !run->is_outrun &&
               (found == RECORDS_AT_ONCE || run->count < found);
    return failure;
}

static enum failure rate_account(struct task *task, struct ledger *ledger,
                                 const struct account_to_rate *account)
{
    enum failure failure = FAILURE_NONE;
    bool goes_on = true;
    for (int round = 0; round < ROUNDS_MAX && goes_on && failure == FAILURE_NONE; round++) {
        struct arena_mark mark = arena_mark(task_arena(task));
        struct rating_run *run = arena_alloc(task_arena(task), sizeof *run);
        run->task = task;
        run->ledger = ledger;
        run->account = *account;
        failure = rate_some(run, &goes_on);
        arena_rewind(task_arena(task), mark);
    }
    return failure;
}

/* ---- what is parked ---- */

/* A change of prices may let any of it go on; each ledger sees every change. */
static enum failure unpark(struct reader reader)
{
    static int64_t revision_before; /* of the first turn: any */
    int64_t revision = 0, now_us = clock_work_us(), parked = 0, refused = 0;
    size_t count = UNPARK_AT_ONCE;
    enum failure failure = price_store_read_revision(reader, &revision);
    int64_t before_us = revision != revision_before ? now_us : now_us - UNPARK_AFTER_US;
    for (int round = 0; failure == FAILURE_NONE && count == UNPARK_AT_ONCE && round < ROUNDS_MAX;
         round++)
        failure = usage_rating_store_unpark(reader, before_us, UNPARK_AT_ONCE, &count);
    if (failure == FAILURE_NONE && count < UNPARK_AT_ONCE)
        revision_before = revision;
    if (failure == FAILURE_NONE)
        failure = usage_rating_store_count(reader, COUNT_MAX, &parked, &refused);
    if (failure != FAILURE_NONE)
        return failure;
    metric_set(&parked_records, NULL, parked);
    metric_set(&refused_folds, NULL, refused);
    return FAILURE_NONE;
}

/* An account that fails keeps out no other. */
static enum failure rate(struct task *task, struct ledger *ledger)
{
    struct accounts_to_rate accounts = {.count = ACCOUNTS_AT_ONCE};
    struct id after_id = {{0}};
    enum failure failed = FAILURE_NONE, failure = FAILURE_NONE;
    for (int round = 0; round < ROUNDS_MAX && accounts.count == ACCOUNTS_AT_ONCE; round++) {
        struct arena_mark mark = arena_mark(task_arena(task));
        failure = usage_rating_store_list(reader_of(task, ledger->database), after_id,
                                          ACCOUNTS_AT_ONCE, &accounts);
        if (failure != FAILURE_NONE)
            return failure;
        for (size_t i = 0; i < accounts.count; i++) {
            failure = rate_account(task, ledger, &accounts.items[i]);
            failed = failure != FAILURE_NONE ? failure : failed;
            after_id = accounts.items[i].account_id;
        }
        arena_rewind(task_arena(task), mark);
    }
    return failed;
}

enum failure usage_rating(struct task *task, void *context)
{
    struct ledger *ledger = context;
    enum failure unparked = unpark(reader_of(task, ledger->database));
    enum failure rated = rate(task, ledger), booked = usage_booking_send(task, ledger);
    return unparked != FAILURE_NONE ? unparked : rated != FAILURE_NONE ? rated : booked;
}
