#include "bench/load/result_json.h"

#include <assert.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "runtime/base/text.h"

#define NS_PER_MS 1e6
#define COUNT_MAX \
    (INT64_C(1) << 53) /* what other programs' numbers hold; a thousand of them add up */

static const char *const outcomes[OUTCOMES] = {[OUTCOME_SUCCEEDED] = "succeeded",
                                               [OUTCOME_REFUSED] = "refused",
                                               [OUTCOME_LIMITED] = "limited",
                                               [OUTCOME_FAILED] = "failed"};

/* The numbers of a result that are one field each. */
#define RESULT_NUMBERS(X) \
    X(generators)         \
    X(stopped)            \
    X(interval_ns)        \
    X(planned)            \
    X(late)               \
    X(never_begun)        \
    X(behind_max_ns)
#define MONEY_NUMBERS(X) \
    X(acknowledged)      \
    X(refused)           \
    X(undecided)         \
    X(repeated)          \
    X(accounts)          \
    X(companies)         \
    X(moved_micros)      \
    X(mistakes)          \
    X(unread)

/* ---- writing ---- */

static void set(json_t *object, const char *name, int64_t value)
{
    json_object_set_new(object, name, json_integer(value));
}

static json_t *write_histogram(const struct histogram *histogram)
{
    static const struct {
        const char *name;
        double share;
    } shown[] = {{"p50_ms", 0.5}, {"p90_ms", 0.9}, {"p99_ms", 0.99}, {"p999_ms", 0.999}};
    json_t *object = json_object(), *buckets = json_array();
    for (size_t i = 0; i < sizeof shown / sizeof *shown; i++)
        json_object_set_new(
            object, shown[i].name,
            json_real((double)histogram_quantile(histogram, shown[i].share) / NS_PER_MS));
    set(object, "max_ns", histogram->maximum);
    for (size_t i = 0; i < HISTOGRAM_BUCKETS; i++) {
        if (histogram->counts[i] == 0)
            continue;
        json_array_append_new(buckets, json_integer((json_int_t)i));
        json_array_append_new(buckets, json_integer(histogram->counts[i]));
    }
    json_object_set_new(object, "buckets", buckets);
    return object;
}

static json_t *write_span(const struct span *span)
{
    json_t *object = json_object();
    for (size_t i = 0; i < OUTCOMES; i++)
        set(object, outcomes[i], span->calls[i]);
    json_object_set_new(object, "latency", write_histogram(&span->latency));
    return object;
}

static bool is_empty(const struct span *span)
{
    int64_t sum = 0;
    for (size_t i = 0; i < OUTCOMES; i++)
        sum += span->calls[i];
    return sum == 0;
}

static json_t *write_money(const struct money *money)
{
    json_t *object = json_object(), *sentences = json_array();
#define WRITE(name) set(object, #name, money->name);
    MONEY_NUMBERS(WRITE)
#undef WRITE
    for (size_t i = 0; i < money->sentence_count; i++)
        json_array_append_new(sentences, json_string(money->sentences[i]));
    json_object_set_new(object, "sentences", sentences);
    return object;
}

static json_t *write_objectives(const struct result *result)
{
    json_t *array = json_array();
    for (size_t i = 0; i < result->objective_count; i++) {
        const struct objective *one = &result->objectives[i];
        json_array_append_new(array,
                              json_pack("{s:s, s:i, s:f, s:f, s:f, s:b}", "name", one->name, "kind",
                                        (int)one->kind, "quantile", one->quantile, "bound",
                                        one->bound, "seen", one->seen, "met", (int)one->is_met));
    }
    return array;
}

static json_t *write_phases(const struct result *result)
{
    json_t *array = json_array();
    for (size_t i = 0; i < result->phase_count; i++) {
        json_t *phase = write_span(&result->phases[i]);
        json_object_set_new(phase, "name", json_string(result->phase_names[i]));
        json_object_set_new(phase, "seconds", json_real(result->phase_seconds[i]));
        json_array_append_new(array, phase);
    }
    return array;
}

static void write_spans(const struct result *result, json_t *document)
{
    json_t *kinds = json_object(), *intervals = json_array();
    for (size_t i = 0; i < PIECE_KINDS; i++)
        if (!is_empty(&result->kinds[i]))
            json_object_set_new(kinds, piece_name((enum piece_kind)i),
                                write_span(&result->kinds[i]));
    for (size_t i = 0; i < result->interval_count; i++)
        json_array_append_new(intervals, write_span(&result->intervals[i]));
    json_object_set_new(document, "all", write_span(&result->all));
    json_object_set_new(document, "measured", write_span(&result->measured));
    json_object_set_new(document, "calls", kinds);
    json_object_set_new(document, "phases", write_phases(result));
    json_object_set_new(document, "intervals", intervals);
}

bool result_write(const struct result *result, FILE *file)
{
    json_t *document = json_object(), *answers = json_object();
    json_object_set_new(document, "verdict", json_string(result_verdict(result)));
    set(document, "exit_code", result->verdict);
    json_object_set_new(document, "scenario", json_string(result->scenario));
    json_object_set_new(document, "gateway", json_string(result->gateway));
    json_object_set_new(document, "began", json_string(result->began));
    json_object_set_new(document, "measured_seconds", json_real(result->measured_seconds));
    json_object_set_new(document, "saturation_per_s", json_real(result->saturation_per_s));
#define WRITE(name) set(document, #name, result->name);
    RESULT_NUMBERS(WRITE)
#undef WRITE
    json_object_set_new(document, "objectives", write_objectives(result));
    json_object_set_new(document, "money", write_money(&result->money));
    for (size_t i = 0; i < result->answer_count; i++)
        set(answers, result->answers[i].text, result->answers[i].count);
    json_object_set_new(document, "answers", answers);
    write_spans(result, document);
    bool done = json_dumpf(document, file, JSON_COMPACT | JSON_REAL_PRECISION(9)) == 0 &&
                fputc('\n', file) != EOF && fflush(file) == 0;
    json_decref(document);
    return done;
}

/* ---- reading: a document is another program's word, so nothing of it is taken unseen ---- */

static bool is_count(const json_t *value)
{
    return json_is_integer(value) && json_integer_value(value) >= 0 &&
           json_integer_value(value) <= COUNT_MAX;
}

/* Money that is not told of is not right. */
static bool tells_of_money(const json_t *money)
{
    bool is_whole = true;
#define LOOK(name) is_whole = is_whole && is_count(json_object_get(money, #name));
    MONEY_NUMBERS(LOOK)
#undef LOOK
    return is_whole;
}

static int64_t get(const json_t *object, const char *name)
{
    json_int_t value = json_integer_value(json_object_get(object, name));
    return value > 0 && value <= COUNT_MAX ? value : 0;
}

/* A second, so many times doubled. */
static bool is_interval(int64_t ns)
{
    int64_t seconds = ns / NS_PER_S;
    return seconds > 0 && ns % NS_PER_S == 0 && (seconds & (seconds - 1)) == 0;
}

static double get_real(const json_t *object, const char *name)
{
    return json_number_value(json_object_get(object, name));
}

static void get_text(const json_t *object, const char *name, char *out, size_t size)
{
    const char *text = json_string_value(json_object_get(object, name));
    (void)!text_print(out, size, "%s", text != NULL ? text : "");
}

static void read_histogram(const json_t *object, struct histogram *histogram)
{
    const json_t *buckets = json_object_get(object, "buckets");
    for (size_t i = 0; i + 1 < json_array_size(buckets); i += 2) {
        json_int_t bucket = json_integer_value(json_array_get(buckets, i));
        json_int_t count = json_integer_value(json_array_get(buckets, i + 1));
        if (bucket < 0 || bucket >= (json_int_t)HISTOGRAM_BUCKETS || count < 0 || count > COUNT_MAX)
            continue;
        histogram->counts[bucket] += count;
        histogram->total += count;
    }
    histogram->maximum = get(object, "max_ns");
}

static void read_span(const json_t *object, struct span *span)
{
    for (size_t i = 0; i < OUTCOMES; i++)
        span->calls[i] = get(object, outcomes[i]);
    read_histogram(json_object_get(object, "latency"), &span->latency);
}

static void read_money(const json_t *object, struct money *money)
{
    const json_t *sentences = json_object_get(object, "sentences");
#define READ(name) money->name = get(object, #name);
    MONEY_NUMBERS(READ)
#undef READ
    size_t count = json_array_size(sentences);
    for (size_t i = 0; i < count && i < RESULT_SENTENCES_MAX; i++) {
        const char *text = json_string_value(json_array_get(sentences, i));
        (void)!text_print(money->sentences[money->sentence_count++], RESULT_TEXT_SIZE, "%s",
                          text != NULL ? text : "");
    }
}

static void read_objectives(const json_t *array, struct result *result)
{
    size_t count = json_array_size(array);
    for (size_t i = 0; i < count && i < OBJECTIVES_MAX; i++) {
        const json_t *object = json_array_get(array, i);
        struct objective *one = &result->objectives[result->objective_count];
        int64_t kind = get(object, "kind");
        get_text(object, "name", one->name, sizeof one->name);
        one->quantile = get_real(object, "quantile");
        one->bound = get_real(object, "bound");
        one->kind = (enum objective_kind)kind;
        if (kind <= OBJECTIVE_RATE && one->quantile >= 0 && one->quantile <= 1)
            result->objective_count++;
    }
}

static void read_phases(const json_t *array, struct result *result)
{
    size_t count = json_array_size(array);
    for (size_t i = 0; i < count && i < SCHEDULE_PHASES_MAX; i++) {
        const json_t *phase = json_array_get(array, i);
        read_span(phase, &result->phases[i]);
        get_text(phase, "name", result->phase_names[i], sizeof result->phase_names[i]);
        result->phase_seconds[i] = get_real(phase, "seconds");
        result->phase_count++;
    }
}

static void read_spans(json_t *document, struct result *result)
{
    const json_t *intervals = json_object_get(document, "intervals");
    const json_t *kinds = json_object_get(document, "calls");
    size_t count = json_array_size(intervals);
    read_span(json_object_get(document, "all"), &result->all);
    read_span(json_object_get(document, "measured"), &result->measured);
    for (size_t i = 0; i < PIECE_KINDS; i++)
        read_span(json_object_get(kinds, piece_name((enum piece_kind)i)), &result->kinds[i]);
    read_phases(json_object_get(document, "phases"), result);
    for (size_t i = 0; i < count && i < RESULT_INTERVALS_MAX; i++) {
        read_span(json_array_get(intervals, i), &result->intervals[i]);
        result->interval_count++;
    }
}

static struct result *read_document(json_t *document)
{
    const char *name;
    json_t *count;
    struct result *result = calloc(1, sizeof *result);
    assert(result != NULL);
    get_text(document, "scenario", result->scenario, sizeof result->scenario);
    get_text(document, "gateway", result->gateway, sizeof result->gateway);
    get_text(document, "began", result->began, sizeof result->began);
    result->measured_seconds = get_real(document, "measured_seconds");
    result->saturation_per_s = get_real(document, "saturation_per_s");
#define READ(name) result->name = get(document, #name);
    RESULT_NUMBERS(READ)
#undef READ
    read_objectives(json_object_get(document, "objectives"), result);
    read_money(json_object_get(document, "money"), &result->money);
    json_object_foreach(json_object_get(document, "answers"), name, count)
        result_count_answer(result, name, get(json_object_get(document, "answers"), name));
    read_spans(document, result);
    return result;
}

struct result *result_read(const char *path, char mistake[RESULT_TEXT_SIZE])
{
    json_error_t error;
    json_t *document = json_load_file(path, 0, &error);
    bool is_result = json_is_object(document) && is_interval(get(document, "interval_ns")) &&
                     json_is_object(json_object_get(document, "measured")) &&
                     tells_of_money(json_object_get(document, "money"));
    struct result *result = is_result ? read_document(document) : NULL;
    if (result == NULL)
        (void)!text_print(mistake, RESULT_TEXT_SIZE, "%s is no result of kontor-load%s%s", path,
                          document == NULL ? ": " : "", document == NULL ? error.text : "");
    json_decref(document);
    return result;
}
