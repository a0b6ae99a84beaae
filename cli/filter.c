#include "cli/filter.h"

#include <jq.h>
#include <stdlib.h>
#include <string.h>

/* Of jq's own lines, "jq: error: … (Unix shell quoting issues?) at <top-level>, line 1:", the part
 * that says what is wrong. */
static void complain(void *nothing, jv message)
{
    (void)nothing;
    const char *text =
        jv_get_kind(message) == JV_KIND_STRING ? jv_string_value(message) : "it cannot be read";
    static const char opening[] = "jq: error: ";
    text += strncmp(text, opening, strlen(opening)) == 0 ? strlen(opening) : 0;
    if (strncmp(text, "jq: ", 4) != 0) /* how many errors there were */
        fprintf(stderr, "kontor: --jq: %.*s\n", (int)strcspn(text, "\n"), text);
    jv_free(message);
}

struct filter {
    jq_state *jq;
};

struct filter *filter_new(const char *expression)
{
    struct filter *filter = calloc(1, sizeof(*filter));
    jq_state *jq = filter != NULL ? jq_init() : NULL;
    if (jq == NULL) {
        free(filter);
        return NULL;
    }
    filter->jq = jq;
    jq_set_error_cb(jq, complain, NULL);
    jq_set_attr(jq, jv_string("JQ_LIBRARY_PATH"), jv_array());
    if (jq_compile(jq, expression))
        return filter;
    filter_free(filter);
    return NULL;
}

static void print_result(FILE *out, jv result)
{
    if (jv_get_kind(result) != JV_KIND_STRING)
        result = jv_dump_string(result, 0);
    fwrite(jv_string_value(result), 1, (size_t)jv_string_length_bytes(jv_copy(result)), out);
    fputc('\n', out);
    jv_free(result);
}

static bool print_results(jq_state *jq, FILE *out, jv input)
{
    jq_start(jq, input, 0);
    jv result = jq_next(jq);
    for (; jv_is_valid(result); result = jq_next(jq))
        print_result(out, result);
    bool failed = jv_invalid_has_msg(jv_copy(result)) != 0;
    jv message = jv_invalid_get_msg(result);
    if (failed)
        complain(NULL,
                 jv_get_kind(message) == JV_KIND_STRING ? message : jv_dump_string(message, 0));
    else
        jv_free(message);
    return !failed;
}

bool filter_print(struct filter *filter, FILE *out, const json_t *answer)
{
    char *text = json_dumps(answer, JSON_COMPACT);
    jv input = text != NULL ? jv_parse(text) : jv_invalid();
    free(text);
    if (jv_is_valid(input))
        return print_results(filter->jq, out, input);
    jv_free(input);
    return false;
}

void filter_free(struct filter *filter)
{
    if (filter == NULL)
        return;
    jq_teardown(&filter->jq);
    free(filter);
}
