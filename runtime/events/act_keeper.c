#include "runtime/events/act_keeper.h"

#include <assert.h>

#include "runtime/database/act_log.h"

#define ROUNDS_MAX 20 /* a turn's, so that it ends */

enum failure act_keeper_turn(struct task *task, void *database)
{
    assert(database != NULL);
    enum failure failure = FAILURE_NONE;
    int64_t numbered = ACTS_NUMBERED_AT_ONCE;
    for (int round = 0;
         failure == FAILURE_NONE && round < ROUNDS_MAX && numbered == ACTS_NUMBERED_AT_ONCE;
         round++)
        failure = act_number(reader_of(task, database), &numbered);
    return failure;
}
