/* Records of usage: what they may say, which are taken, and what a correction takes back. */
#include "ledger/domain/usage_record.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#define NOW INT64_C(1800000000000000)
#define MINUTE INT64_C(60000000)
#define DAY (INT64_C(86400) * 1000000)

static const struct usage_record good = {.source = "oss.meter:1",
                                         .record_id = "r/1",
                                         .account_id = {{1}},
                                         .sku_id = "oss-storage",
                                         .region_id = "cn-hangzhou",
                                         .resource_id = "bucket-1",
                                         .quantity_micros = 1,
                                         .start_us = NOW - 60 * MINUTE,
                                         .end_us = NOW,
                                         .tags = {{"env", "production"}, {"team", ""}},
                                         .tag_count = 2,
                                         .remark = "",
                                         .corrected_id = ""};

static struct usage_record correction(int64_t quantity_micros)
{
    struct usage_record record = good;
    record.record_id = "r/2";
    record.corrected_id = "r/1";
    record.quantity_micros = quantity_micros;
    return record;
}

static const char *fault_of(const struct usage_record *record)
{
    static char text[64];
    struct usage_record_mistake mistake;
    if (usage_record_check(record, &mistake))
        return "";
    assert_true(mistake.sentence[0] != '\0');
    strcpy(text, mistake.field);
    strcat(text, " ");
    return strcat(text, fault_reason(mistake.fault));
}

#define TEXT_64 "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-"
#define TEXT_128 TEXT_64 TEXT_64
#define TEXT_256 TEXT_128 TEXT_128

/* Each row changes one field of a good record. */
static void texts(void **state)
{
    (void)state;
    static const struct {
        size_t at;
        const char *value, *fault;
    } rows[] = {
        {offsetof(struct usage_record, source), TEXT_64, ""},
        {offsetof(struct usage_record, source), TEXT_64 "x", "source MALFORMED"},
        {offsetof(struct usage_record, source), "", "source MALFORMED"},
        {offsetof(struct usage_record, source), "a b", "source MALFORMED"},
        {offsetof(struct usage_record, record_id), TEXT_128, ""},
        {offsetof(struct usage_record, record_id), TEXT_128 "x", "record_id MALFORMED"},
        {offsetof(struct usage_record, record_id), "", "record_id MALFORMED"},
        {offsetof(struct usage_record, sku_id), "", "sku_id MALFORMED"},
        {offsetof(struct usage_record, region_id), "", "region_id MALFORMED"},   /* S14 */
        {offsetof(struct usage_record, region_id), "*", "region_id MALFORMED"},  /* S14 */
        {offsetof(struct usage_record, region_id), "CN", "region_id MALFORMED"}, /* S14 */
        {offsetof(struct usage_record, resource_id), TEXT_128, ""},
        {offsetof(struct usage_record, resource_id), TEXT_128 "x", "resource_id MALFORMED"},
        {offsetof(struct usage_record, resource_id), "", "resource_id MALFORMED"},
        {offsetof(struct usage_record, remark), TEXT_256, ""},
        {offsetof(struct usage_record, remark), TEXT_256 "x", "remark TOO_LONG"},
        {offsetof(struct usage_record, remark), "a\nb", "remark NOT_UTF8"},
        {offsetof(struct usage_record, corrected_id), "r/0", "quantity_micros MISMATCH"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct usage_record record = good;
        memcpy((char *)&record + rows[i].at, &rows[i].value, sizeof rows[i].value);
        assert_string_equal(fault_of(&record), rows[i].fault);
    }
    struct usage_record record = good;
    record.account_id = (struct id){{0}};
    assert_string_equal(fault_of(&record), "account_id NOT_A_UUID");
}

static void quantities(void **state)
{
    (void)state;
    static const struct {
        int64_t micros;
        const char *of_usage, *of_correction;
    } rows[] = {
        {0, "quantity_micros ZERO", "quantity_micros ZERO"},
        {1, "", "quantity_micros MISMATCH"},
        {-1, "quantity_micros MISMATCH", ""},
        {USAGE_QUANTITY_MAX, "", "quantity_micros MISMATCH"},
        {-USAGE_QUANTITY_MAX, "quantity_micros MISMATCH", ""},
        {USAGE_QUANTITY_MAX + 1, "quantity_micros OUT_OF_RANGE", "quantity_micros OUT_OF_RANGE"},
        {INT64_MIN, "quantity_micros OUT_OF_RANGE", "quantity_micros OUT_OF_RANGE"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct usage_record usage = good, correcting = correction(rows[i].micros);
        usage.quantity_micros = rows[i].micros;
        assert_string_equal(fault_of(&usage), rows[i].of_usage);
        assert_string_equal(fault_of(&correcting), rows[i].of_correction);
    }
    struct usage_record unreadable = correction(-1);
    unreadable.corrected_id = "r 1";
    assert_string_equal(fault_of(&unreadable), "corrected_record_id MALFORMED");
}

static void times(void **state)
{
    (void)state;
    static const struct {
        int64_t start_us, end_us;
        const char *fault;
    } rows[] = {
        {NOW, NOW, ""}, /* what has no length */
        {NOW, NOW - 1, "end_time MISMATCH"},
        {NOW, NOW + 60 * MINUTE, ""},
        {NOW, NOW + 60 * MINUTE + 1, "end_time OUT_OF_RANGE"},
        {0, NOW, "start_time NOT_A_TIME"},
        {NOW, 0, "end_time NOT_A_TIME"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct usage_record record = good;
        record.start_us = rows[i].start_us;
        record.end_us = rows[i].end_us;
        assert_string_equal(fault_of(&record), rows[i].fault);
    }
}

static void tags(void **state)
{
    (void)state;
    static const struct {
        struct usage_tag tag;
        const char *fault;
        bool is_filter;
    } rows[] = {
        {{TEXT_64, TEXT_128}, "", true},
        {{TEXT_64 "x", ""}, "tags MALFORMED", false},
        {{"", "x"}, "tags MALFORMED", false},
        {{"a b", "x"}, "tags MALFORMED", false},
        {{"a", "x=y z"}, "", true},
        {{"a", TEXT_128 "x"}, "tags TOO_LONG", false},
        {{"a", "x\ny"}, "tags NOT_UTF8", false},
        {{"env", "other"}, "tags NOT_DISTINCT", true},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct usage_record record = good;
        char filter[USAGE_TAG_SIZE_MAX + 8];
        record.tags[1] = rows[i].tag;
        assert_string_equal(fault_of(&record), rows[i].fault);
        strcpy(filter, rows[i].tag.key);
        strcat(filter, "=");
        strcat(filter, rows[i].tag.value);
        assert_int_equal(usage_tag_is_one(filter), rows[i].is_filter);
    }
    assert_false(usage_tag_is_one("env"));
    struct usage_record record = good;
    static const char *const keys[] = {"a", "b", "c", "d", "e", "f", "g", "h", "i", "j"};
    for (record.tag_count = 0; record.tag_count < USAGE_TAGS_MAX; record.tag_count++)
        record.tags[record.tag_count] = (struct usage_tag){keys[record.tag_count], "x"};
    assert_string_equal(fault_of(&record), "");
    record.tag_count++;
    assert_string_equal(fault_of(&record), "tags TOO_MANY");
}

static const char *decide(const struct usage_record *record, struct usage_record_facts facts)
{
    facts.now_us = facts.now_us != 0 ? facts.now_us : NOW;
    enum usage_record_verdict verdict = usage_record_decide(record, &facts);
    return verdict == USAGE_RECORD_ACCEPTED ? "" : usage_record_refusal(verdict)->reason;
}

/* In the order of the list: each row mends what kept the one before out. */
static void what_is_taken(void **state)
{
    (void)state;
    struct usage_record_facts facts = {.is_known = true, .is_closed = true};
    assert_string_equal(decide(&good, facts), "IDEMPOTENCY_MISMATCH");
    facts.is_same = true;
    assert_string_equal(decide(&good, facts), ""); /* as before, whatever is so now */
    facts.is_known = false;
    assert_string_equal(decide(&good, facts), "ACCOUNT_NOT_FOUND");
    facts.has_account = true;
    assert_string_equal(decide(&good, facts), "ACCOUNT_CLOSED");
    facts.is_closed = false;
    assert_string_equal(decide(&good, facts), "SKU_NOT_FOUND");
    facts.has_sku = true;
    assert_string_equal(decide(&good, facts), "REGION_NOT_FOUND"); /* S14 */
    facts.has_region = true;
    assert_string_equal(decide(&good, facts), "");
    facts.now_us = good.end_us - 5 * MINUTE;
    assert_string_equal(decide(&good, facts), "");
    facts.now_us--;
    assert_string_equal(decide(&good, facts), "USAGE_NOT_OVER");
    facts.now_us = good.start_us + 92 * DAY;
    assert_string_equal(decide(&good, facts), "");
    facts.now_us++;
    assert_string_equal(decide(&good, facts), "USAGE_TOO_LATE");
}

static void corrections(void **state)
{
    (void)state;
    struct usage_original original = {.account_id = {{1}},
                                      .sku_id = "oss-storage",
                                      .region_id = "cn-hangzhou",
                                      .quantity_micros = 10,
                                      .corrected_micros = 3,
                                      .start_us = NOW - 60 * MINUTE,
                                      .end_us = NOW};
    struct usage_record_facts facts = {.has_account = true, .has_sku = true, .has_region = true};
    struct usage_record seven = correction(-7), eight = correction(-8);
    assert_string_equal(decide(&seven, facts), "CORRECTED_NOT_FOUND");
    facts.original = &original;
    assert_string_equal(decide(&seven, facts), "");
    assert_string_equal(decide(&eight, facts), "EXCEEDS_CORRECTABLE");
    const struct usage_original before = original;
    original.quantity_micros = -10;
    assert_string_equal(decide(&seven, facts), "CORRECTED_NOT_FOUND");
    original = before;
    original.account_id.bytes[1] = 1;
    assert_string_equal(decide(&seven, facts), "CORRECTION_MISMATCH");
    original = before;
    original.sku_id = "oss";
    assert_string_equal(decide(&seven, facts), "CORRECTION_MISMATCH");
    original = before;
    original.region_id = "cn-beijing";
    assert_string_equal(decide(&seven, facts), "CORRECTION_MISMATCH");
    original = before;
    original.start_us++;
    assert_string_equal(decide(&seven, facts), "CORRECTION_MISMATCH");
    original = before;
    original.end_us--;
    assert_string_equal(decide(&seven, facts), "CORRECTION_MISMATCH");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(texts), cmocka_unit_test(quantities),    cmocka_unit_test(times),
        cmocka_unit_test(tags),  cmocka_unit_test(what_is_taken), cmocka_unit_test(corrections),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
