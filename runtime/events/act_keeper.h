/* Numbers the acts that no reader has asked for yet (runtime/database/act_log.h). */
#ifndef RUNTIME_EVENTS_ACT_KEEPER_H
#define RUNTIME_EVENTS_ACT_KEEPER_H

#include "runtime/database/database.h"

#define ACT_KEEPER_INTERVAL_MS 5000

/* One turn of the job; its argument is the database. */
enum failure act_keeper_turn(struct task *task, void *database) must_check;

#endif
