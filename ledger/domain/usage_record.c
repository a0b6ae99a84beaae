#include "ledger/domain/usage_record.h"

#include <assert.h>
#include <string.h>

#include "ledger/domain/catalogue.h"
#include "runtime/base/plain_text.h"
#include "runtime/base/text.h"

#define WORD "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.:/-"

static const struct refusal refusals[] = {USAGE_RECORD_REFUSALS(REFUSAL_ROW)};

const struct refusal *usage_record_refusal(enum usage_record_verdict verdict)
{
    assert(verdict > USAGE_RECORD_ACCEPTED && verdict <= USAGE_RECORD_EXCEEDS);
    return &refusals[verdict - 1];
}

/* ---- by itself ---- */

static bool is_word(const char *text, size_t size_max)
{
    assert(text != NULL && size_max > 0);
    size_t size = strspn(text, WORD);
    return size >= 1 && size <= size_max && text[size] == '\0';
}

static bool fail(struct usage_record_mistake *mistake, const char *field, enum fault fault,
                 const char *sentence)
{
    assert(mistake != NULL && fault != FAULT_NONE);
    *mistake = (struct usage_record_mistake){field, fault, sentence};
    return false;
}

static bool check_text(const char *field, const char *text, size_t size_max,
                       struct usage_record_mistake *mistake)
{
    enum text_fault fault = plain_text_judge(text, size_max);
    assert(field != NULL && size_max <= PLAIN_TEXT_BYTES_MAX);
    return fault == TEXT_PLAIN ||
           fail(mistake, field, text_fault_reason(fault), text_fault_sentence(fault));
}

static bool check_names(const struct usage_record *record, struct usage_record_mistake *mistake)
{
    assert(record->source != NULL && record->record_id != NULL);
    if (!is_word(record->source, USAGE_WORD_SIZE_MAX))
        return fail(mistake, "source", FAULT_MALFORMED,
                    "must be 1 to 64 letters, digits and any of \"_.:/-\"");
    if (!is_word(record->record_id, USAGE_ID_SIZE_MAX))
        return fail(mistake, "record_id", FAULT_MALFORMED,
                    "must be 1 to 128 letters, digits and any of \"_.:/-\"");
    if (id_is_nil(record->account_id))
        return fail(mistake, "account_id", FAULT_NOT_A_UUID, "must be a UUID");
    if (!catalogue_id_is_one(CATALOGUE_SKU, record->sku_id))
        return fail(mistake, "sku_id", FAULT_MALFORMED, "must be a SKU's id");
    if (!catalogue_id_is_one(CATALOGUE_REGION, record->region_id)) /* S14 */
        return fail(mistake, "region_id", FAULT_MALFORMED, "must be a region's id");
    return is_word(record->resource_id, USAGE_ID_SIZE_MAX) ||
           fail(mistake, "resource_id", FAULT_MALFORMED,
                "must be 1 to 128 letters, digits and any of \"_.:/-\"");
}

static bool check_quantity(const struct usage_record *record, struct usage_record_mistake *mistake)
{
    bool corrects = !text_is_empty(record->corrected_id);
    int64_t micros = record->quantity_micros;
    assert(record->corrected_id != NULL);
    if (micros == 0)
        return fail(mistake, "quantity_micros", FAULT_ZERO, "must not be zero");
    if (micros > USAGE_QUANTITY_MAX || micros < -USAGE_QUANTITY_MAX)
        return fail(mistake, "quantity_micros", FAULT_OUT_OF_RANGE, "must be at most 10^15");
    if ((micros < 0) != corrects)
        return fail(mistake, "quantity_micros", FAULT_MISMATCH,
                    "is below zero in a correction, which names a record, and nowhere else");
    return !corrects || is_word(record->corrected_id, USAGE_ID_SIZE_MAX) ||
           fail(mistake, "corrected_record_id", FAULT_MALFORMED,
                "must be 1 to 128 letters, digits and any of \"_.:/-\"");
}

static bool check_times(const struct usage_record *record, struct usage_record_mistake *mistake)
{
    assert(record->start_us >= 0 && record->end_us >= 0);
    if (record->start_us == 0)
        return fail(mistake, "start_time", FAULT_NOT_A_TIME, "must be a moment");
    if (record->end_us == 0)
        return fail(mistake, "end_time", FAULT_NOT_A_TIME, "must be a moment");
    if (record->end_us < record->start_us)
        return fail(mistake, "end_time", FAULT_MISMATCH, "must not be before start_time");
    return record->end_us - record->start_us <= USAGE_LENGTH_MAX_US ||
           fail(mistake, "end_time", FAULT_OUT_OF_RANGE,
                "must be within an hour from start_time: longer usage comes in several records");
}

static bool is_named_twice(const struct usage_record *record, size_t place)
{
    bool is = false;
    assert(place < record->tag_count);
    for (size_t i = 0; i < place; i++)
        is |= text_equal(record->tags[i].key, record->tags[place].key);
    return is;
}

static bool check_tags(const struct usage_record *record, struct usage_record_mistake *mistake)
{
    assert(mistake != NULL);
    if (record->tag_count > USAGE_TAGS_MAX)
        return fail(mistake, "tags", FAULT_TOO_MANY, "must be at most 10");
    for (size_t i = 0; i < record->tag_count; i++) {
        if (!is_word(record->tags[i].key, USAGE_WORD_SIZE_MAX))
            return fail(mistake, "tags", FAULT_MALFORMED,
                        "must have keys of 1 to 64 letters, digits and any of \"_.:/-\"");
        if (is_named_twice(record, i))
            return fail(mistake, "tags", FAULT_NOT_DISTINCT, "must have each key once");
        if (!check_text("tags", record->tags[i].value, USAGE_TAG_VALUE_SIZE_MAX, mistake))
            return false;
    }
    return true;
}

bool usage_record_check(const struct usage_record *record, struct usage_record_mistake *mistake)
{
    assert(record != NULL && record->remark != NULL);
    return check_names(record, mistake) && check_quantity(record, mistake) &&
           check_times(record, mistake) && check_tags(record, mistake) &&
           check_text("remark", record->remark, USAGE_REMARK_SIZE_MAX, mistake);
}

bool usage_tag_is_one(const char *tag)
{
    assert(tag != NULL);
    size_t size = strspn(tag, WORD);
    return size >= 1 && size <= USAGE_WORD_SIZE_MAX && tag[size] == '=' &&
           plain_text_judge(tag + size + 1, USAGE_TAG_VALUE_SIZE_MAX) == TEXT_PLAIN;
}

bool usage_tag_key_is_one(const char *key)
{
    assert(key != NULL);
    return is_word(key, USAGE_WORD_SIZE_MAX);
}

/* ---- by the facts ---- */

static bool is_of(const struct usage_record *record, const struct usage_original *original)
{
    assert(original->sku_id != NULL && original->region_id != NULL);
    return id_equal(record->account_id, original->account_id) &&
           text_equal(record->sku_id, original->sku_id) &&
           text_equal(record->region_id, original->region_id) &&
           record->start_us == original->start_us && record->end_us == original->end_us;
}

/* A correction takes back usage, and never another correction. */
static enum usage_record_verdict decide_correction(const struct usage_record *record,
                                                   const struct usage_original *original)
{
    assert(record->quantity_micros < 0);
    if (original == NULL || original->quantity_micros < 0)
        return USAGE_RECORD_ORIGINAL_UNKNOWN;
    if (!is_of(record, original))
        return USAGE_RECORD_ORIGINAL_DIFFERS;
    return original->corrected_micros - record->quantity_micros <= original->quantity_micros
               ? USAGE_RECORD_ACCEPTED
               : USAGE_RECORD_EXCEEDS;
}

enum usage_record_verdict usage_record_decide(const struct usage_record *record,
                                              const struct usage_record_facts *facts)
{
    assert(record->end_us >= record->start_us && record->quantity_micros != 0);
    if (facts->is_known)
        return facts->is_same ? USAGE_RECORD_ACCEPTED : USAGE_RECORD_TAKEN;
    if (!facts->has_account)
        return USAGE_RECORD_ACCOUNT_UNKNOWN;
    if (facts->is_closed)
        return USAGE_RECORD_ACCOUNT_CLOSED;
    if (!facts->has_sku)
        return USAGE_RECORD_SKU_UNKNOWN;
    if (!facts->has_region)
        return USAGE_RECORD_REGION_UNKNOWN;
    if (record->end_us > facts->now_us + USAGE_AHEAD_MAX_US)
        return USAGE_RECORD_NOT_OVER;
    if (record->start_us < facts->now_us - USAGE_LATE_MAX_US)
        return USAGE_RECORD_TOO_LATE;
    return record->quantity_micros > 0 ? USAGE_RECORD_ACCEPTED
                                       : decide_correction(record, facts->original);
}
