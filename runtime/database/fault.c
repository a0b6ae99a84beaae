/* Faults for tests: the n-th statement from now on fails. */
#include "runtime/database/pool.h"

#include <assert.h>

static unsigned long fault_countdown;
static enum failure fault_failure;

void database_fail_nth(unsigned long nth, enum failure failure)
{
    assert(nth == 0 || failure != FAILURE_NONE);
    fault_countdown = nth;
    fault_failure = failure;
}

enum failure database_fault(void)
{
    if (fault_countdown == 0 || --fault_countdown > 0)
        return FAILURE_NONE;
    return fault_failure;
}
