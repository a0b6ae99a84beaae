/* Any bytes as the head of a request: cut into parts as leniently as libmicrohttpd 0.9.75 does,
 * then judged. Each one that is accepted has to be, in the bytes as they came, a head that every
 * reader reads alike; that is found out by a second reading that shares no code with the first. */
#include <assert.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "runtime/http/http_head.h"

#define FIELDS_ROOM (HTTP_FIELDS_MAX + 1)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* ---- the lenient reading ---- */

struct reading {
    char *next;
    char *end;
    struct http_head_field fields[FIELDS_ROOM];
    struct http_head head;
};

/* A line ends with LF, and with the CR before it if there is one; NULL: there is no whole one. */
static char *line_take(struct reading *reading)
{
    char *line = reading->next;
    char *end = memchr(line, '\n', (size_t)(reading->end - line));
    if (end == NULL)
        return NULL;
    reading->next = end + 1;
    *end = '\0';
    if (end > line && end[-1] == '\r')
        end[-1] = '\0';
    return line;
}

static bool first_line_take(struct reading *reading)
{
    char *line = line_take(reading);
    char *target = line == NULL ? NULL : strchr(line, ' ');
    char *version = target == NULL ? NULL : strrchr(target + 1, ' ');
    if (version == NULL || target == line)
        return false;
    *target++ = '\0';
    while (target < version && *target == ' ')
        target++;
    *version = '\0';
    reading->head.method = line;
    reading->head.target = target;
    reading->head.version = version + 1;
    reading->head.target_at = (size_t)(target - line);
    reading->head.version_at = (size_t)(version + 1 - line);
    return true;
}

/* false: the empty line, or no field. */
static bool field_take(struct reading *reading, char *line)
{
    char *colon = strchr(line, ':');
    if (colon == NULL || reading->head.field_count == FIELDS_ROOM)
        return false;
    *colon = '\0';
    char *value = colon + 1 + strspn(colon + 1, " \t");
    reading->fields[reading->head.field_count++] =
        (struct http_head_field){line,
                                 value,
                                 strlen(line),
                                 strlen(value),
                                 (size_t)(line - reading->head.method),
                                 (size_t)(value - reading->head.method)};
    return true;
}

static bool head_take(struct reading *reading)
{
    char *begin = reading->next, *line;
    if (!first_line_take(reading))
        return false;
    while ((line = line_take(reading)) != NULL && *line != '\0') {
        if (!field_take(reading, line))
            return false;
    }
    reading->head.fields = reading->fields;
    reading->head.size = (size_t)(reading->next - begin);
    return line != NULL;
}

/* ---- the strict one, by hand: every CR has its LF, no other control character, tokens ---- */

static const char *token_end(const char *c)
{
    while ((*c >= '0' && *c <= '9') || ((*c | 32) >= 'a' && (*c | 32) <= 'z') ||
           (*c != '\0' && strchr("!#$%&'*+-.^_`|~", *c) != NULL))
        c++;
    return c;
}

static void assert_field(const char *line, const char *end, int *framings)
{
    const char *colon = token_end(line);
    assert(colon > line && *colon == ':');
    for (const char *c = colon; c < end; c++)
        assert(*c == '\t' || (unsigned char)*c >= ' ');
    size_t size = (size_t)(colon - line);
    bool is_length = size == 14 && strncasecmp(line, "Content-Length", size) == 0;
    bool is_coding = size == 17 && strncasecmp(line, "Transfer-Encoding", size) == 0;
    *framings += is_length || is_coding;
}

/* libmicrohttpd writes NUL over CR LF, so a NUL in the place of either is the one thing that cannot
 * be seen: of the CR at a line's end, of any byte in the four at the head's. */
static void forgive_nul_at_line_end(char *text, size_t size)
{
    size_t ends = 0; /* bytes of the last four that end lines, or stand for it */
    for (size_t i = size < 4 ? size : size - 4; i < size; i++)
        ends += text[i] == '\r' || text[i] == '\n' || text[i] == '\0';
    if (ends == 4 && memchr(text + size - 4, '\0', 4) != NULL)
        memcpy(text + size - 4, "\r\n\r\n", 4);
    for (size_t i = 1; i < size; i++) {
        if (text[i] == '\n' && text[i - 1] == '\0')
            text[i - 1] = '\r';
    }
}

static void assert_strict(const char *text, size_t size)
{
    int framings = 0;
    assert(strlen(text) == size && size >= 4 && strcmp(text + size - 4, "\r\n\r\n") == 0);
    const char *blank = token_end(text), *end = strstr(text, "\r\n");
    assert(blank > text && *blank == ' ' && blank[1] == '/');
    assert(memcmp(end - 9, " HTTP/1.", 8) == 0 && (end[-1] == '0' || end[-1] == '1'));
    for (const char *c = blank + 1; c < end - 9; c++)
        assert(*c > ' ' && *c < 0x7f);
    for (const char *line = end + 2; *line != '\r'; line = end + 2) {
        end = strstr(line, "\r\n");
        assert(end != NULL && memchr(line, '\n', (size_t)(end - line)) == NULL);
        assert_field(line, end, &framings);
    }
    assert(framings <= 1);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *whole = calloc(1, size + 1), *cut = calloc(1, size + 1);
    assert(whole != NULL && cut != NULL);
    if (size > 0) {
        memcpy(whole, data, size);
        memcpy(cut, data, size);
    }
    struct reading reading = {.next = cut, .end = cut + size};
    if (head_take(&reading) && http_head_refused(&reading.head) == 0) {
        whole[reading.head.size] = '\0';
        forgive_nul_at_line_end(whole, reading.head.size);
        assert_strict(whole, reading.head.size);
    }
    free(whole);
    free(cut);
    return 0;
}
