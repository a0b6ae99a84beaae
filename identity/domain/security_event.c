#include "identity/domain/security_event.h"

#include <assert.h>

#include "runtime/base/text.h"

#define HOUR_US (INT64_C(3600) * 1000000)

enum told { TOLD_NONE, TOLD_OTHERS, TOLD_ALL };

#define SECURITY_EVENT_ROW(kind, told, sentence) {#kind, TOLD_##told, sentence},
static const struct {
    const char *name;
    enum told told;
    const char *sentence;
} events[] = {{"", TOLD_NONE, NULL}, SECURITY_EVENTS(SECURITY_EVENT_ROW)};
#define EVENT_COUNT (sizeof events / sizeof *events)

const char *security_event_name(enum security_event_kind kind)
{
    assert(kind > SECURITY_NONE && (size_t)kind < EVENT_COUNT);
    return events[kind].name;
}

const char *security_event_sentence(enum security_event_kind kind, bool by_another)
{
    assert(kind > SECURITY_NONE && (size_t)kind < EVENT_COUNT);
    bool is_told = by_another ? events[kind].told != TOLD_NONE : events[kind].told == TOLD_ALL;
    return is_told ? events[kind].sentence : NULL;
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
