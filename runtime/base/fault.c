#include "runtime/base/fault.h"

#include <assert.h>

const char *fault_reason(enum fault fault)
{
    static const char *const reasons[] = {[FAULT_NONE] = "",
#define FAULT_REASON(reason) [FAULT_##reason] = #reason,
                                          FAULTS(FAULT_REASON)
#undef FAULT_REASON
    };
    assert(fault >= FAULT_NONE && fault < FAULT_COUNT);
    return reasons[fault];
}
