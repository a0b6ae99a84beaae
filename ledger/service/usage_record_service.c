/* Records of usage: taken in batches of many accounts, and told to operators and to the accounts.
 */
#include <inttypes.h>
#include <string.h>

#include "ledger/domain/refusals.h"
#include "ledger/ledger_message.h"
#include "ledger/service/usage_batch.h"
#include "runtime/base/clock.h"
#include "runtime/rpc/message.h"
#include "runtime/rpc/page.h"
#include "runtime/rpc/timestamp.h"

#define get_usage_record_read get_usage_record_read
#define list_usage_lines_read list_usage_lines_read
#include "ledger/service/usage_record_rpc.h"

/* ---- taking ---- */

static int refuse(struct call *call, const struct usage_told *told)
{
    return told->is_record ? call_refuse(call, usage_record_refusal(told->verdict), NO_TERMS)
                           : call_invalid(call, told->mistake.field, told->mistake.fault,
                                          told->mistake.sentence);
}

/* The refusal of a record is a part of the answer. */
static int answer_one(struct call *call, const struct usage_told *told,
                      Ledger__V1__UsageVerdict *verdict)
{
    struct arena *arena = call_arena(call);
    if (told->is_record && told->verdict == USAGE_RECORD_ACCEPTED) {
        verdict->usage_line_id = id_to_message(arena, told->line_id);
        verdict->replayed = told->facts.is_known;
        return 0;
    }
    (void)refuse(call, told);
    struct bytes status = call_take_refusal(call);
    return status.data != NULL && message_set_packed_field(arena, &verdict->base, 3, status)
               ? 0
               : FAILURE_EXHAUSTED;
}

static int record_usage_batch(struct call *call, const struct record_usage_batch *request,
                              Ledger__V1__RecordUsageBatchResponse *response)
{
    struct arena *arena = call_arena(call);
    struct usage_batch batch;
    if (request->n_records < 1 || request->n_records > USAGE_BATCH_MAX)
        return call_invalid(call, "records", FAULT_OUT_OF_RANGE, "must be 1 to 1,000");
    int no = usage_batch_read(arena, request->records, request->n_records, &batch);
    if (no == 0)
        no = usage_batch_keep(call_task(call), call_context(call), &batch);
    response->verdicts = arena_alloc_array(arena, batch.count + 1, sizeof *response->verdicts);
    for (size_t i = 0; i < batch.count && no == 0; i++) {
        response->verdicts[i] = message_new(arena, &ledger__v1__usage_verdict__descriptor);
        no = answer_one(call, &batch.told[i], response->verdicts[response->n_verdicts++]);
    }
    return no;
}

/* ---- telling ---- */

static void put_tags(struct arena *arena, const char *text, Ledger__V1__UsageLine *line)
{
    struct usage_tag tags[USAGE_TAGS_MAX];
    size_t count = usage_tags_of_text(arena, text, tags);
    line->tags = arena_alloc_array(arena, count + 1, sizeof *line->tags);
    for (; line->n_tags < count; line->n_tags++) {
        Ledger__V1__UsageTag *tag = message_new(arena, &ledger__v1__usage_tag__descriptor);
        tag->key = unconst(tags[line->n_tags].key);
        tag->value = unconst(tags[line->n_tags].value);
        line->tags[line->n_tags] = tag;
    }
}

/* The steps of its way (D.9). */
static void put_rating(struct arena *arena, const struct ledger_read_usage_record_row *row,
                       Ledger__V1__UsageLine *line)
{
    line->reason = arena_strdup(arena, row->has_reason ? row->reason : "");
    line->currency = arena_strdup(arena, row->has_currency ? row->currency : "");
    if (row->has_period_time)
        line->period_start_time = timestamp_from_us(arena, row->period_us);
    line->used_micros = row->used_micros;
    line->covered_micros = row->covered_micros;
    line->list_micros = row->list_micros;
    line->discount_micros = row->discount_micros;
    line->contracted_micros = row->contracted_micros;
    line->coupon_micros = row->coupon_micros;
    line->net_micros = row->net_micros;
    if (row->has_price_id)
        line->price_id = id_to_message(arena, row->price_id);
    line->price_book_id = arena_strdup(arena, row->has_price_book_id ? row->price_book_id : "");
    if (row->has_entry_id)
        line->entry_id = id_to_message(arena, row->entry_id);
}

static Ledger__V1__UsageLine *line_to_message(struct arena *arena,
                                              const struct ledger_read_usage_record_row *row)
{
    Ledger__V1__UsageLine *line = message_new(arena, &ledger__v1__usage_line__descriptor);
    line->usage_line_id = id_to_message(arena, row->line_id);
    line->account_id = id_to_message(arena, row->account_id);
    line->state = (Ledger__V1__UsageLineState)row->line_state;
    line->product_id = arena_strdup(arena, row->product_id);
    line->sku_id = arena_strdup(arena, row->sku_id);
    line->region_id = arena_strdup(arena, row->region_id);
    line->resource_id = arena_strdup(arena, row->resource_id);
    line->quantity_micros = row->quantity_micros;
    line->corrected_micros = row->corrected_micros;
    line->pricing_unit = arena_strdup(arena, row->unit);
    line->start_time = timestamp_from_us(arena, row->start_us);
    line->end_time = timestamp_from_us(arena, row->end_us);
    put_tags(arena, row->tags, line);
    line->remark = arena_strdup(arena, row->remark);
    line->source = arena_strdup(arena, row->source);
    line->record_id = arena_strdup(arena, row->record_id);
    line->corrected_record_id = arena_strdup(arena, row->has_corrected_id ? row->corrected_id : "");
    line->recorded_time = timestamp_from_us(arena, row->record_us);
    put_rating(arena, row, line);
    return line;
}

static void get_usage_record_read(struct call *call,
                                  const Ledger__V1__GetUsageRecordRequest *message,
                                  struct get_usage_record *request)
{
    get_usage_record_fields(call, message, request);
    field_text(call, "source", request->source, 1, USAGE_WORD_SIZE_MAX);
    field_text(call, "record_id", request->record_id, 1, USAGE_ID_SIZE_MAX);
}

static int get_usage_record(struct call *call, const struct get_usage_record *request,
                            Ledger__V1__GetUsageRecordResponse *response)
{
    struct ledger *ledger = call_context(call);
    struct rows rows;
    int no = usage_record_store_find(reader_of(call_task(call), ledger->database), request->source,
                                     request->record_id, &rows);
    if (no != 0)
        return no;
    if (rows.count == 0)
        return call_refuse(call, &usage_record_unknown, NO_TERMS);
    struct ledger_read_usage_record_row row = ledger_read_usage_record_row(&rows, 0);
    response->usage_line = line_to_message(call_arena(call), &row);
    return 0;
}

/* ---- what is parked ---- */

static ProtobufCMessage *parked_row(struct call *call, const void *row)
{
    return &line_to_message(call_arena(call), row)->base;
}

static int list_parked_usage(struct call *call, const struct list_parked_usage *request,
                             Ledger__V1__ListParkedUsageResponse *response)
{
    struct ledger *ledger = call_context(call);
    struct rows rows;
    int no =
        usage_record_store_list_parked(reader_of(call_task(call), ledger->database),
                                       request->after_id, page_limit(request->page_size), &rows);
    if (no != 0)
        return no;
    struct ledger_read_usage_record_row *parked =
        arena_alloc_array(call_arena(call), rows.count + 1, sizeof *parked);
    for (size_t i = 0; i < rows.count; i++)
        parked[i] = ledger_read_usage_record_row(&rows, i);
    return page_answer(call, PAGE(request->page_size, parked, rows.count, line_id, parked_row),
                       &response->base);
}

/* ---- the list ---- */

/* A place in it: "MICROSECONDS.UUID", of where usage began and its line. */
static bool read_place(const char *text, struct usage_line_filter *filter)
{
    char id[ID_TEXT_SIZE];
    int64_t before_us = 0;
    if (text_is_empty(text)) {
        filter->before_us = MOMENT_MAX_US;
        return true;
    }
    size_t digits = strspn(text, "0123456789");
    if (digits < 1 || digits > 18 || text[digits] != '.' ||
        !text_print(id, sizeof id, "%s", text + digits + 1))
        return false;
    for (size_t i = 0; i < digits; i++)
        before_us = before_us * 10 + (text[i] - '0');
    filter->before_us = before_us;
    return before_us <= MOMENT_MAX_US && id_parse(id, &filter->before_id);
}

static void list_usage_lines_read(struct call *call,
                                  const Ledger__V1__ListUsageLinesRequest *message,
                                  struct list_usage_lines *request)
{
    struct usage_line_filter filter;
    list_usage_lines_fields(call, message, request);
    if (!text_is_empty(request->tag) && !usage_tag_is_one(request->tag))
        call_add_field_violation(call, "tag", FAULT_MALFORMED, "must be \"key=value\"");
    if (request->page_token != NULL && !read_place(request->page_token, &filter))
        call_add_field_violation(call, "page_token", FAULT_NOT_A_CURSOR,
                                 "is not one that this list answered with");
}

/* The wanted ones of the page; where the next one begins, if it is not the last. */
static const struct ledger_read_usage_record_row *
take_page(struct call *call, const struct rows *rows, size_t size,
          Ledger__V1__ListUsageLinesResponse *response)
{
    struct ledger_read_usage_record_row *last =
        arena_alloc(call_arena(call), sizeof(struct ledger_read_usage_record_row));
    bool goes_on = false;
    response->usage_lines =
        arena_alloc_array(call_arena(call), size + 1, sizeof *response->usage_lines);
    for (size_t i = 0; i < rows->count && !goes_on; i++) {
        struct ledger_list_usage_lines_row row = ledger_list_usage_lines_row(rows, i);
        goes_on = response->n_usage_lines == size;
        if (goes_on)
            break;
        *last = row.read_usage_record;
        if (row.is_wanted)
            response->usage_lines[response->n_usage_lines++] =
                line_to_message(call_arena(call), last);
        goes_on = row.looked == USAGE_LOOK_MAX;
    }
    return goes_on ? last : NULL;
}

/* LED-35, LED-39 */
static int list_usage_lines(struct call *call, const struct list_usage_lines *request,
                            Ledger__V1__ListUsageLinesResponse *response)
{
    struct ledger *ledger = call_context(call);
    struct rows rows;
    char id[ID_TEXT_SIZE];
    struct usage_line_filter filter = {.account_id = request->account_id,
                                       .start_us = request->start_us,
                                       .end_us =
                                           request->has_end_time ? request->end_us : MOMENT_MAX_US,
                                       .product_id = request->product_id,
                                       .sku_id = request->sku_id,
                                       .region_id = request->region_id,
                                       .resource_id = request->resource_id,
                                       .tag = request->tag};
    (void)read_place(request->page_token, &filter); /* which was read before */
    int no = usage_record_store_list(reader_of(call_task(call), ledger->database), &filter, &rows);
    if (no != 0)
        return no;
    const struct ledger_read_usage_record_row *last =
        take_page(call, &rows, request->page_size, response);
    if (last != NULL)
        response->next_page_token =
            page_token_of_text(call, arena_printf(call_arena(call), "%" PRId64 ".%s",
                                                  last->start_us, id_format(last->line_id, id)));
    return 0;
}
