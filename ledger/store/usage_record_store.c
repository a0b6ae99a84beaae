#include "ledger/store/usage_record_store.h"

#include <string.h>

#include "ledger/domain/account.h"
#include "ledger/store/queries.h"

/* ---- tags ---- */

const char *usage_tags_to_text(struct arena *arena, const struct usage_tag *tags, size_t count)
{
    size_t size_max = 2; /* the first line feed, and the end */
    for (size_t i = 0; i < count; i++)
        size_max += strlen(tags[i].key) + strlen(tags[i].value) + 2;
    char *text = arena_alloc(arena, size_max), *end = text;
    for (size_t i = 0; i < count; i++) {
        end = i == 0 ? stpcpy(end, "\n") : end;
        end = stpcpy(stpcpy(end, tags[i].key), "=");
        end = stpcpy(stpcpy(end, tags[i].value), "\n");
    }
    *end = '\0';
    return text;
}

size_t usage_tags_of_text(struct arena *arena, const char *text,
                          struct usage_tag tags[USAGE_TAGS_MAX])
{
    size_t count = 0;
    const char *line = text[0] == '\n' ? text + 1 : text;
    while (count < USAGE_TAGS_MAX) {
        const char *equals = strchr(line, '='), *end = strchr(line, '\n');
        if (equals == NULL || end == NULL || equals > end)
            break;
        tags[count++] =
            (struct usage_tag){arena_strndup(arena, line, (size_t)(equals - line)),
                               arena_strndup(arena, equals + 1, (size_t)(end - equals - 1))};
        line = end + 1;
    }
    return count;
}

/* ---- columns of those that are told ---- */

static const char **texts(struct arena *arena, size_t count)
{
    return arena_alloc_array(arena, count + 1, sizeof(const char *));
}

#define COLUMN_OF_TEXTS(name, told, count, arena)     \
    const char **name##_column = texts(arena, count); \
    for (size_t i_ = 0; i_ < (count); i_++)           \
    name##_column[i_] = (told)[i_]->record.name

#define COLUMN(type, name, from, told, count, arena)                                     \
    type *name##_column = arena_alloc_array(arena, (count) + 1, sizeof(*name##_column)); \
    for (size_t i_ = 0; i_ < (count); i_++)                                              \
    name##_column[i_] = (told)[i_]->from

static void put_facts(struct usage_told *told, const struct ledger_read_usage_facts_row *row)
{
    told->facts = (struct usage_record_facts){
        .is_known = row->has_line_id,
        .is_same = row->has_digest && row->digest.size == USAGE_DIGEST_SIZE &&
                   memcmp(row->digest.data, told->digest, USAGE_DIGEST_SIZE) == 0,
        .has_account = row->has_company_id,
        .is_closed = row->has_state && row->state == ACCOUNT_CLOSED,
        .has_sku = row->has_sku,
        .has_region = row->has_region};
    told->company_id = row->company_id;
    told->line_id = row->line_id;
}

enum failure usage_record_store_read_facts(struct transaction *transaction,
                                           struct usage_told *const *told, size_t count)
{
    struct arena *arena = transaction_arena(transaction);
    struct rows rows;
    COLUMN_OF_TEXTS(source, told, count, arena);
    COLUMN_OF_TEXTS(record_id, told, count, arena);
    COLUMN(struct id, account_id, record.account_id, told, count, arena);
    COLUMN_OF_TEXTS(sku_id, told, count, arena);
    COLUMN_OF_TEXTS(region_id, told, count, arena);
    enum failure failure = ledger_read_usage_facts(
        transaction,
        &(struct ledger_read_usage_facts){.sources = text_array(source_column, count),
                                          .record_ids = text_array(record_id_column, count),
                                          .account_ids = id_array(account_id_column, count),
                                          .sku_ids = text_array(sku_id_column, count),
                                          .region_ids = text_array(region_id_column, count)},
        &rows);
    if (failure == FAILURE_NONE && rows.count != count)
        return FAILURE_INTERNAL;
    for (size_t i = 0; failure == FAILURE_NONE && i < count; i++) {
        struct ledger_read_usage_facts_row row = ledger_read_usage_facts_row(&rows, i);
        put_facts(told[i], &row);
    }
    return failure;
}

enum failure usage_record_store_insert(struct transaction *transaction,
                                       struct usage_told *const *told, size_t count, int64_t now_us,
                                       bool *kept_all)
{
    struct arena *arena = transaction_arena(transaction);
    struct rows rows;
    COLUMN_OF_TEXTS(source, told, count, arena);
    COLUMN_OF_TEXTS(record_id, told, count, arena);
    COLUMN(struct id, line_id, line_id, told, count, arena);
    COLUMN(struct id, account_id, record.account_id, told, count, arena);
    COLUMN(int64_t, quantity, record.quantity_micros, told, count, arena);
    COLUMN(int64_t, start, record.start_us, told, count, arena);
    COLUMN(int64_t, end, record.end_us, told, count, arena);
    COLUMN_OF_TEXTS(sku_id, told, count, arena);
    COLUMN_OF_TEXTS(region_id, told, count, arena);
    COLUMN_OF_TEXTS(resource_id, told, count, arena);
    COLUMN_OF_TEXTS(remark, told, count, arena);
    const char **corrected = texts(arena, count), **tags = texts(arena, count);
    struct bytes *digests = arena_alloc_array(arena, count + 1, sizeof *digests);
    for (size_t i = 0; i < count; i++) {
        const struct usage_record *record = &told[i]->record;
        corrected[i] = text_is_empty(record->corrected_id) ? NULL : record->corrected_id;
        tags[i] = usage_tags_to_text(arena, record->tags, record->tag_count);
        digests[i] = (struct bytes){told[i]->digest, USAGE_DIGEST_SIZE};
    }
    enum failure failure =
        ledger_insert_usage_records(transaction,
                                    &(struct ledger_insert_usage_records){
                                        .sources = text_array(source_column, count),
                                        .record_ids = text_array(record_id_column, count),
                                        .line_ids = id_array(line_id_column, count),
                                        .account_ids = id_array(account_id_column, count),
                                        .quantity_micros = int64_array(quantity_column, count),
                                        .start_us = time_array(start_column, count),
                                        .end_us = time_array(end_column, count),
                                        .record_us = now_us,
                                        .sku_ids = text_array(sku_id_column, count),
                                        .region_ids = text_array(region_id_column, count),
                                        .resource_ids = text_array(resource_id_column, count),
                                        .corrected_ids = text_array(corrected, count),
                                        .tags = text_array(tags, count),
                                        .remarks = text_array(remark_column, count),
                                        .digests = bytes_array(digests, count)},
                                    &rows);
    *kept_all = failure == FAILURE_NONE && rows.affected == (int64_t)count;
    return failure;
}

/* ---- corrections ---- */

enum failure usage_record_store_lock(struct transaction *transaction,
                                     struct usage_corrected *corrected, size_t count)
{
    struct arena *arena = transaction_arena(transaction);
    const char **sources = texts(arena, count), **record_ids = texts(arena, count);
    struct rows rows;
    for (size_t i = 0; i < count; i++) {
        sources[i] = corrected[i].source;
        record_ids[i] = corrected[i].record_id;
    }
    enum failure failure = ledger_lock_corrected_usage(
        transaction,
        &(struct ledger_lock_corrected_usage){.sources = text_array(sources, count),
                                              .record_ids = text_array(record_ids, count)},
        &rows);
    for (size_t i = 0; failure == FAILURE_NONE && i < rows.count; i++) {
        struct ledger_lock_corrected_usage_row row = ledger_lock_corrected_usage_row(&rows, i);
        if (row.place < 1 || (size_t)row.place > count)
            return FAILURE_INTERNAL;
        corrected[row.place - 1].is_found = true;
        corrected[row.place - 1].original =
            (struct usage_original){.account_id = row.account_id,
                                    .sku_id = row.sku_id,
                                    .region_id = row.region_id,
                                    .quantity_micros = row.quantity_micros,
                                    .corrected_micros = row.corrected_micros,
                                    .start_us = row.start_us,
                                    .end_us = row.end_us};
    }
    return failure;
}

enum failure usage_record_store_correct(struct transaction *transaction,
                                        const struct usage_corrected *corrected, size_t count)
{
    struct arena *arena = transaction_arena(transaction);
    const char **sources = texts(arena, count), **record_ids = texts(arena, count);
    int64_t *micros = arena_alloc_array(arena, count + 1, sizeof *micros);
    size_t changed = 0;
    for (size_t i = 0; i < count; i++) {
        if (!corrected[i].is_changed)
            continue;
        sources[changed] = corrected[i].source;
        record_ids[changed] = corrected[i].record_id;
        micros[changed++] = corrected[i].original.corrected_micros;
    }
    if (changed == 0)
        return FAILURE_NONE;
    return ledger_note_usage_corrections(
        transaction,
        &(struct ledger_note_usage_corrections){.sources = text_array(sources, changed),
                                                .record_ids = text_array(record_ids, changed),
                                                .corrected_micros = int64_array(micros, changed)},
        NULL);
}

/* ---- reading ---- */

enum failure usage_record_store_find(struct reader reader, const char *source,
                                     const char *record_id, struct rows *rows)
{
    return ledger_read_usage_record_alone(
        reader, &(struct ledger_read_usage_record){.source = source, .record_id = record_id}, rows);
}

enum failure usage_record_store_list(struct reader reader, const struct usage_line_filter *filter,
                                     struct rows *rows)
{
    const char *tag =
        text_is_empty(filter->tag) ? "" : arena_printf(reader_arena(reader), "\n%s\n", filter->tag);
    return ledger_list_usage_lines_alone(
        reader,
        &(struct ledger_list_usage_lines){.account_id = filter->account_id,
                                          .before_us = filter->before_us,
                                          .before_id = filter->before_id,
                                          .start_us = filter->start_us,
                                          .end_us = filter->end_us,
                                          .product_id = filter->product_id,
                                          .sku_id = filter->sku_id,
                                          .region_id = filter->region_id,
                                          .resource_id = filter->resource_id,
                                          .tag = tag,
                                          .looked = USAGE_LOOK_MAX},
        rows);
}

enum failure usage_record_store_list_parked(struct reader reader, struct id after_id, size_t limit,
                                            struct rows *rows)
{
    return ledger_list_parked_usage_alone(
        reader, &(struct ledger_list_parked_usage){.after_id = after_id, .limit = (int64_t)limit},
        rows);
}
