/* kontor usage-record record: a file of records, one a line, as words NAME=VALUE:
 *
 *     source=oss id=r-1 account=0198c5b2-… sku=oss-storage region=cn-hangzhou resource=bucket-1
 *     quantity=1.5 from=2030-01-31T12:00:00Z until=2030-01-31T13:00:00Z tag.env=production
 *
 * all of it in one line. A correction has corrects=ID as well. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/file.h"
#include "cli/functions.h"
#include "cli/invocation.h"
#include "cli/moment.h"
#include "ledger/v1/usage_record.pb-c.h"
#include "runtime/base/amount.h"
#include "runtime/base/clock.h"
#include "runtime/rpc/timestamp.h"

#define SERVICE &ledger__v1__usage_record_service__descriptor
#define FILE_BYTES_MAX ((size_t)16 * 1024 * 1024)
#define RECORDS_MAX 1000 /* of a call */
#define TAGS_MAX 11      /* one too many is refused by the ledger */

static bool read_time(struct arena *arena, const char *value, Google__Protobuf__Timestamp **time)
{
    int64_t time_us = 0;
    if (!moment_read(value, clock_now_us(), &time_us))
        return false;
    *time = timestamp_from_us(arena, time_us);
    return true;
}

static bool read_tag(struct arena *arena, char *key, char *value, Ledger__V1__UsageRecord *record)
{
    Ledger__V1__UsageTag *tag = arena_alloc(arena, sizeof *tag);
    if (record->tags == NULL)
        record->tags = arena_alloc_array(arena, TAGS_MAX, sizeof(Ledger__V1__UsageTag *));
    if (record->n_tags == TAGS_MAX)
        return false;
    ledger__v1__usage_tag__init(tag);
    tag->key = key;
    tag->value = value;
    record->tags[record->n_tags++] = tag;
    return true;
}

static char **text_of(Ledger__V1__UsageRecord *record, const char *name)
{
    struct {
        const char *name;
        char **text;
    } texts[] = {{"source", &record->source},      {"id", &record->record_id},
                 {"account", &record->account_id}, {"sku", &record->sku_id},
                 {"region", &record->region_id},   {"resource", &record->resource_id},
                 {"remark", &record->remark},      {"corrects", &record->corrected_record_id}};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        if (strcmp(texts[i].name, name) == 0)
            return texts[i].text;
    return NULL;
}

static bool read_word(struct arena *arena, char *word, Ledger__V1__UsageRecord *record)
{
    char *value = strchr(word, '=');
    if (value == NULL)
        return false;
    *value++ = '\0';
    if (strncmp(word, "tag.", 4) == 0)
        return read_tag(arena, word + 4, value, record);
    if (strcmp(word, "quantity") == 0)
        return amount_parse(value, &record->quantity_micros);
    if (strcmp(word, "from") == 0)
        return read_time(arena, value, &record->start_time);
    if (strcmp(word, "until") == 0)
        return read_time(arena, value, &record->end_time);
    char **text = text_of(record, word);
    if (text != NULL)
        *text = value;
    return text != NULL;
}

static Ledger__V1__UsageRecord *read_line(struct arena *arena, char *line)
{
    char *rest = line, *word;
    Ledger__V1__UsageRecord *record = arena_alloc(arena, sizeof *record);
    ledger__v1__usage_record__init(record);
    while ((word = strsep(&rest, " \t\r")) != NULL)
        if (word[0] != '\0' && !read_word(arena, word, record))
            return NULL;
    return record;
}

/* Lines without a word are passed over. NULL after a complaint. */
static Ledger__V1__UsageRecord **read_records(struct arena *arena, const char *name, size_t *count)
{
    struct bytes content;
    size_t lines = 1, number = 0;
    *count = 0;
    if (!file_read(arena, name, FILE_BYTES_MAX, "16 MiB", &content))
        return NULL;
    char *rest = arena_strndup(arena, (const char *)content.data, content.size), *line;
    for (size_t i = 0; rest[i] != '\0'; i++)
        lines += rest[i] == '\n';
    Ledger__V1__UsageRecord **records =
        arena_alloc_array(arena, lines, sizeof(Ledger__V1__UsageRecord *));
    while ((line = strsep(&rest, "\n")) != NULL) {
        number++;
        if (line[strspn(line, " \t\r")] == '\0')
            continue;
        records[*count] = read_line(arena, line);
        if (records[(*count)++] == NULL) {
            fprintf(stderr,
                    "kontor: line %zu is no record: source=… id=… account=… sku=… region=… "
                    "resource=… quantity=1.5 from=TIME until=TIME [corrects=…] [tag.KEY=…]\n",
                    number);
            return NULL;
        }
    }
    return records;
}

static enum exit_code send(struct invocation *invocation, Ledger__V1__UsageRecord **records,
                           size_t count)
{
    ProtobufCMessage *response = NULL;
    Ledger__V1__RecordUsageBatchRequest *request =
        (void *)invocation_request(invocation, SERVICE, "RecordUsageBatch");
    if (request == NULL)
        return EXIT_USAGE;
    request->records = records;
    request->n_records = count;
    enum exit_code code =
        invocation_call(invocation, SERVICE, "RecordUsageBatch", &request->base, &response);
    if (code != EXIT_DONE)
        return code;
    invocation_print(invocation, response);
    const Ledger__V1__RecordUsageBatchResponse *told = (const void *)response;
    for (size_t i = 0; i < told->n_verdicts; i++)
        if (told->verdicts[i]->refused != NULL)
            code = EXIT_REFUSED;
    return code;
}

/* A record that is refused keeps out no other. */
enum exit_code usage_run_record(struct invocation *invocation)
{
    size_t count = 0;
    enum exit_code code = EXIT_DONE, last = EXIT_DONE;
    Ledger__V1__UsageRecord **records =
        read_records(task_arena(invocation->task), invocation_value(invocation, "file"), &count);
    if (records == NULL)
        return EXIT_USAGE;
    if (count == 0) {
        fprintf(stderr, "kontor: there is no record in it\n");
        return EXIT_USAGE;
    }
    for (size_t first = 0; first < count && (code == EXIT_DONE || code == EXIT_REFUSED);
         first += RECORDS_MAX) {
        size_t some = count - first < RECORDS_MAX ? count - first : RECORDS_MAX;
        code = send(invocation, records + first, some);
        last = code == EXIT_DONE ? last : code;
    }
    return last;
}
