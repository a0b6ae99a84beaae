#include "identity/domain/security_event.h"

#include <assert.h>

#include "runtime/base/text.h"

#define HOUR_US (INT64_C(3600) * 1000000)

#define SECURITY_EVENT_TEXTS(kind, sentence) {#kind, sentence},
static const struct {
    const char *name, *sentence;
} events[] = {{"", NULL}, SECURITY_EVENTS(SECURITY_EVENT_TEXTS)};
#define EVENT_COUNT (sizeof events / sizeof *events)

const char *security_event_name(enum security_event_kind kind)
{
    assert(kind > SECURITY_NONE && (size_t)kind < EVENT_COUNT);
    return events[kind].name;
}

const char *security_event_sentence(enum security_event_kind kind)
{
    assert(kind > SECURITY_NONE && (size_t)kind < EVENT_COUNT);
    return events[kind].sentence;
}

enum security_event_kind security_event_find(const char *name)
{
    for (size_t i = 1; i < EVENT_COUNT; i++)
        if (text_equal(events[i].name, name))
            return (enum security_event_kind)i;
    return SECURITY_NONE;
}

int64_t security_hour_us(int64_t now_us)
{
    assert(now_us >= 0);
    return now_us - now_us % HOUR_US;
}
