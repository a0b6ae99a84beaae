/* Records of usage: taken in batches, and read again. */
#ifndef LEDGER_STORE_USAGE_RECORD_STORE_H
#define LEDGER_STORE_USAGE_RECORD_STORE_H

#include "ledger/domain/usage_record.h"
#include "ledger/store/query_rows.h"
#include "runtime/database/database.h"

#define USAGE_DIGEST_SIZE 32
#define USAGE_LOOK_MAX 1000 /* rows that one call of a list looks at, however few are wanted */

/* A record as it is told, and what becomes of it. */
struct usage_told {
    struct usage_record record;
    uint8_t digest[USAGE_DIGEST_SIZE];
    bool is_record;
    struct usage_record_mistake mistake; /* of what is none */
    struct usage_record_facts facts;
    struct id company_id; /* whose clock its account lives by */
    struct id line_id;    /* of the record of that id, before or now */
    enum usage_record_verdict verdict;
    struct usage_told *first; /* of the batch's with its id, in the order told */
    struct usage_told *taken; /* of a first: the one of them that is taken now; NULL: none */
};

/* A record that is corrected. */
struct usage_corrected {
    const char *source;
    const char *record_id;
    bool is_found;
    struct usage_original original;
    bool is_changed;
};

/* Fills in the facts of those that are records, but for the original and the moment. */
enum failure usage_record_store_read_facts(struct transaction *transaction,
                                           struct usage_told *const *told, size_t count) must_check;

/* Sorted by their keys, each once. They are held until the transaction ends. */
enum failure usage_record_store_lock(struct transaction *transaction,
                                     struct usage_corrected *corrected, size_t count) must_check;

/* kept_all false: others were first with some of the ids, and nothing may be left of it. */
enum failure usage_record_store_insert(struct transaction *transaction,
                                       struct usage_told *const *told, size_t count, int64_t now_us,
                                       bool *kept_all) must_check;

/* Of those that changed. */
enum failure usage_record_store_correct(struct transaction *transaction,
                                        const struct usage_corrected *corrected,
                                        size_t count) must_check;

/* rows.count 0: there is none. By the reader of ledger_read_usage_record_row. */
enum failure usage_record_store_find(struct reader reader, const char *source,
                                     const char *record_id, struct rows *rows) must_check;

/* "" is any. */
struct usage_line_filter {
    struct id account_id;
    int64_t before_us;
    struct id before_id;
    int64_t start_us;
    int64_t end_us;
    const char *product_id;
    const char *sku_id;
    const char *region_id;
    const char *resource_id;
    const char *tag; /* "key=value" */
};

/* By the reader of ledger_list_usage_lines_row: those that are wanted, and the last of
 * USAGE_LOOK_MAX that were looked at. */
enum failure usage_record_store_list(struct reader reader, const struct usage_line_filter *filter,
                                     struct rows *rows) must_check;

/* Parked ones behind a line, by the reader of ledger_read_usage_record_row. */
enum failure usage_record_store_list_parked(struct reader reader, struct id after_id, size_t limit,
                                            struct rows *rows) must_check;

/* As they are kept: lines between line feeds. */
const char *usage_tags_to_text(struct arena *arena, const struct usage_tag *tags, size_t count);

/* At most USAGE_TAGS_MAX of what is kept; how many. */
size_t usage_tags_of_text(struct arena *arena, const char *text,
                          struct usage_tag tags[USAGE_TAGS_MAX]);

#endif
