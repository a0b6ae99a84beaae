/* Failures: the world says no (a database gone, a deadline passed). A failure is negative, is
 * forwarded unchanged and is logged once, where it is first seen. A no of the rules is a refusal
 * (refusal.h), a mistake of ours an assert. */
#ifndef RUNTIME_BASE_FAILURE_H
#define RUNTIME_BASE_FAILURE_H

#define must_check __attribute__((warn_unused_result))

/* X(name, value, sentence). UNAVAILABLE, CONFLICT, EXHAUSTED and LOCKED are said only when it is
 * certain that nothing was done: from the moment something may have left for a peer, the database
 * or a provider, they become INDEFINITE (failure_in_doubt). CANCELLED, DEADLINE and INTERNAL say
 * nothing of what was done. */
#define FAILURE_LIST(X)                                                                         \
    X(FAILURE_NONE, 0, "no failure")                                                            \
    X(FAILURE_CANCELLED, -1, "the caller gave up")                                              \
    X(FAILURE_DEADLINE, -2, "the deadline passed")                                              \
    X(FAILURE_UNAVAILABLE, -3, "a peer or the database cannot be reached; nothing was done")    \
    X(FAILURE_INDEFINITE, -4,                                                                   \
      "the answer to a COMMIT or a call was lost; it may or may not have been done")            \
    X(FAILURE_CONFLICT, -5,                                                                     \
      "a concurrent transaction won and nothing was done; it may be tried again")               \
    X(FAILURE_CONSTRAINT, -6, "a constraint of the database refused the row")                   \
    X(FAILURE_EXHAUSTED, -7, "an arena, a queue or a pool is at its maximum; nothing was done") \
    X(FAILURE_INVALID, -8, "input that cannot be read")                                         \
    X(FAILURE_LOCKED, -10, "somebody holds what this needs; nothing was done")                  \
    X(FAILURE_INTERNAL, -9, "something that should not happen was seen and contained")

enum failure {
#define FAILURE_MEMBER(name, value, sentence) name = (value),
    FAILURE_LIST(FAILURE_MEMBER)
#undef FAILURE_MEMBER
};

/* The failure once something may have been done: one that says that nothing was becomes one that
 * says that it is not known. */
enum failure failure_in_doubt(enum failure failure) must_check;

/* The failure of work that only reads: nothing is ever done, so nothing is in doubt. */
enum failure failure_of_reading(enum failure failure) must_check;

/* Returns the sentence of the list above; never NULL. */
const char *failure_sentence(enum failure failure);

/* Returns the name, for example "FAILURE_DEADLINE"; never NULL. */
const char *failure_name(enum failure failure);

#endif
