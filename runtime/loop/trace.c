/* The ids by which a task's calls are followed through the services. */
#include <assert.h>
#include <string.h>

#include "runtime/base/text.h"
#include "runtime/loop/scheduler.h"

#define TRACE_IDS_SIZE 24 /* 16 bytes of a trace, 8 of a span */
#define TRACES_DRAWN 32

static bool is_hex(const char *text, size_t size)
{
    return strspn(text, "0123456789abcdef") >= size;
}

/* W3C Trace Context: version 00, ids of lower case hex, not all zeros. */
static bool trace_parent_is_valid(const char *text)
{
    if (text == NULL || strlen(text) != TRACE_PARENT_SIZE - 1 || memcmp(text, "00-", 3) != 0 ||
        text[35] != '-' || text[52] != '-')
        return false;
    return is_hex(text + 3, 32) && is_hex(text + 36, 16) && is_hex(text + 53, 2) &&
           strspn(text + 3, "0") < 32 && strspn(text + 36, "0") < 16;
}

/* A trace id and a span id. They are no secrets, so many are drawn at once. */
static const uint8_t *draw_trace_ids(void)
{
    static _Thread_local uint8_t drawn[TRACES_DRAWN][TRACE_IDS_SIZE];
    static _Thread_local size_t left;
    if (left == 0) {
        random_bytes(drawn, sizeof drawn);
        left = TRACES_DRAWN;
    }
    return drawn[--left];
}

void task_begin_trace(struct task *task, const char *caller)
{
    uint8_t ids[TRACE_IDS_SIZE];
    char hex[2 * sizeof ids + 1];
    memcpy(ids, draw_trace_ids(), sizeof ids);
    ids[0] |= 1;
    ids[16] |= 1;
    bytes_to_hex(ids, sizeof ids, hex);
    bool is_continued = trace_parent_is_valid(caller);
    memcpy(task->trace_id, is_continued ? caller + 3 : hex, TRACE_ID_SIZE - 1);
    task->trace_id[TRACE_ID_SIZE - 1] = '\0';
    const char *flags = is_continued ? caller + 53 : "01";
    bool fits = text_print(task->trace_parent, sizeof task->trace_parent, "00-%s-%s-%s",
                           task->trace_id, hex + 32, flags);
    assert(fits);
    (void)fits;
}
