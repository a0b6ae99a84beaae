#include "identity/domain/notice.h"

#include <assert.h>
#include <stddef.h>

#include "runtime/base/text.h"

#define NOTICE_NAME(kind) #kind,
static const char *const names[] = {"", NOTICES(NOTICE_NAME)};
#define KIND_COUNT (sizeof names / sizeof *names)

const char *notice_kind_name(enum notice_kind kind)
{
    assert(kind > NOTICE_NONE && (size_t)kind < KIND_COUNT);
    return names[kind];
}

enum notice_kind notice_kind_find(const char *name)
{
    for (size_t i = 1; i < KIND_COUNT; i++)
        if (text_equal(names[i], name))
            return (enum notice_kind)i;
    return NOTICE_NONE;
}
