/* The words by which a mutation is kept as an act (runtime/database/act_log.h), as a handler's
 * maker says them of it (cmake/handlers.py). */
#ifndef RUNTIME_IDEMPOTENCY_CALL_ACT_H
#define RUNTIME_IDEMPOTENCY_CALL_ACT_H

struct actor;

struct call_act {
    const struct actor *actor; /* NULL: whom the headers name */
    const char *action;
    const char *object; /* the field with its id, of the request, the answer, or a message in the
                           answer; NULL: none */
    const char *tag;    /* the field of the request; NULL: none */
};

#endif
