/* Records of usage, as the services tell it that meter it: what a record may say, and which are
 * taken. A record is taken once by its source and id, for ever, and never changed; a correction is
 * another one, which takes back some of it. A refused one is not kept, and may come again when it
 * is mended. */
#ifndef LEDGER_DOMAIN_USAGE_RECORD_H
#define LEDGER_DOMAIN_USAGE_RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "runtime/base/fault.h"
#include "runtime/base/id.h"
#include "runtime/base/refusal.h"

#define USAGE_BATCH_MAX 1000
#define USAGE_WORD_SIZE_MAX 64 /* of a source, and of a tag's key */
#define USAGE_ID_SIZE_MAX 128  /* of a record and a resource */
#define USAGE_TAGS_MAX 10
#define USAGE_TAG_VALUE_SIZE_MAX 128
#define USAGE_TAG_SIZE_MAX (USAGE_WORD_SIZE_MAX + 1 + USAGE_TAG_VALUE_SIZE_MAX)
#define USAGE_REMARK_SIZE_MAX 256
#define USAGE_QUANTITY_MAX INT64_C(1000000000000000)
#define USAGE_LENGTH_MAX_US (INT64_C(3600) * 1000000)
#define USAGE_AHEAD_MAX_US (INT64_C(300) * 1000000)
#define USAGE_LATE_MAX_US (INT64_C(92) * 86400 * 1000000)

struct usage_tag {
    const char *key;
    const char *value;
};

struct usage_record {
    const char *source;
    const char *record_id;
    struct id account_id;
    const char *sku_id;
    const char *region_id;
    const char *resource_id;
    int64_t quantity_micros;
    int64_t start_us;
    int64_t end_us;
    struct usage_tag tags[USAGE_TAGS_MAX];
    size_t tag_count; /* may say more than there are */
    const char *remark;
    const char *corrected_id; /* of the record that it takes back; "": it is no correction */
};

/* Of its fields, what keeps them from being a record. */
struct usage_record_mistake {
    const char *field;
    enum fault fault;
    const char *sentence;
};

/* By itself, whatever the facts; the first that applies. true: it is one. */
bool usage_record_check(const struct usage_record *record, struct usage_record_mistake *mistake);

/* "key=value" of a filter. */
bool usage_tag_is_one(const char *tag);

/* Its key alone. */
bool usage_tag_key_is_one(const char *key);

#define USAGE_RECORD_REFUSALS(X)                                                                 \
    X(USAGE_RECORD_TAKEN, NEVER, CODE_FAILED_PRECONDITION, "IDEMPOTENCY_MISMATCH",               \
      "The source told another record by this id.")                                              \
    X(USAGE_RECORD_ACCOUNT_UNKNOWN, NEVER, CODE_NOT_FOUND, "ACCOUNT_NOT_FOUND",                  \
      "The account is not known here.")                                                          \
    X(USAGE_RECORD_ACCOUNT_CLOSED, NEVER, CODE_FAILED_PRECONDITION, "ACCOUNT_CLOSED",            \
      "The account is closed.")                                                                  \
    X(USAGE_RECORD_SKU_UNKNOWN, NEVER, CODE_NOT_FOUND, "SKU_NOT_FOUND", "There is no such SKU.") \
    X(USAGE_RECORD_REGION_UNKNOWN, NEVER, CODE_NOT_FOUND, "REGION_NOT_FOUND",                    \
      "There is no such region.")                                                                \
    X(USAGE_RECORD_NOT_OVER, NEVER, CODE_FAILED_PRECONDITION, "USAGE_NOT_OVER",                  \
      "The usage ends more than five minutes from now.")                                         \
    X(USAGE_RECORD_TOO_LATE, NEVER, CODE_FAILED_PRECONDITION, "USAGE_TOO_LATE",                  \
      "The usage began more than 92 days ago.")                                                  \
    X(USAGE_RECORD_ORIGINAL_UNKNOWN, NEVER, CODE_NOT_FOUND, "CORRECTED_NOT_FOUND",               \
      "The source told no usage by the id that is corrected.")                                   \
    X(USAGE_RECORD_ORIGINAL_DIFFERS, NEVER, CODE_FAILED_PRECONDITION, "CORRECTION_MISMATCH",     \
      "A correction is of the account, SKU, region and times of the record.")                    \
    X(USAGE_RECORD_EXCEEDS, NEVER, CODE_FAILED_PRECONDITION, "EXCEEDS_CORRECTABLE",              \
      "All corrections of a record take back no more than it told.")

enum usage_record_verdict { USAGE_RECORD_ACCEPTED = 0, USAGE_RECORD_REFUSALS(REFUSAL_ENUM) };
const struct refusal *usage_record_refusal(enum usage_record_verdict verdict);

/* The record that a correction names. */
struct usage_original {
    struct id account_id;
    const char *sku_id;
    const char *region_id;
    int64_t quantity_micros;
    int64_t corrected_micros; /* taken back by other corrections */
    int64_t start_us;
    int64_t end_us;
};

struct usage_record_facts {
    bool is_known; /* its source told a record by its id */
    bool is_same;  /* and it was this very one, which has its answer, whatever else is so now */
    bool has_account;
    bool is_closed;
    bool has_sku; /* a retired one, too, and so of the region */
    bool has_region;
    const struct usage_original *original; /* NULL: there is none of that id */
    int64_t now_us;
};

/* Of one that was checked. */
enum usage_record_verdict usage_record_decide(const struct usage_record *record,
                                              const struct usage_record_facts *facts);

#endif
