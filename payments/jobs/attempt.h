/* The engine of all requests to a provider. Its subject, a hold, a top-up or a card, goes
 * from state to state; each state has a rule that says what is kept, what is asked, and what the
 * answer means:
 *
 *   state → keep → send → keep the answer → move
 *
 * A request that may change something at the provider is kept before it leaves, and its answer
 * before anything else is done, so that any process can go on where another was killed. */
#ifndef PAYMENTS_JOBS_ATTEMPT_H
#define PAYMENTS_JOBS_ATTEMPT_H

#include "payments/payments.h"
#include "payments/store/attempt_store.h"
#include "payments/store/subject.h"

struct attempt_kind;
struct attempt_rule;

/* The part of a subject that the engine must know. */
struct subject {
    struct subject_key key;
    size_t rule; /* that its state comes under: an index of the kind's rules */
    int64_t tries;
    int64_t created_us;
};

/* One step of one subject. */
struct attempt_step {
    struct task *task;
    struct payments *payments;
    const struct attempt_kind *kind;
    const struct attempt_rule *rule; /* NULL when it is only observed */
    const void *row; /* the subject as it was read, or as it stands since the request was kept */
    const void *context;             /* of attempt_run */
    int event;                       /* what happens to it, in the words of its kind */
    struct provider_attempt attempt; /* attempt_id nil: no request was kept */
    struct provider_answer answer;
    int64_t next_us; /* when it is looked at again, while it is open */
    int64_t now_us;
    bool changed; /* false: the event did not apply, or another process was faster */
    bool waits;   /* nothing more is done before next_us */
};

/* Sets of events, or of outcomes. */
#define ON(member) (UINT32_C(1) << (member))
#define ALWAYS UINT32_MAX

enum attempt_act {
    ATTEMPT_RESTS,   /* nothing is to be done */
    ATTEMPT_ASSUMES, /* the answer to what was sent was never kept: the event `otherwise` */
    ATTEMPT_ASKS,    /* a question that does no harm, however often it is asked: not kept before */
    ATTEMPT_SENDS,   /* a request that is kept before it leaves */
};

/* Where tests end the process (payments_step): before the request is kept, before it leaves, before
 * its answer is kept, and after. NULL: not there. */
enum attempt_stop { STOP_BEFORE, STOP_KEPT, STOP_ANSWERED, STOP_DONE, STOP_COUNT };

struct attempt_rule {
    enum attempt_act act;
    int sending;         /* ATTEMPT_SENDS: the event that is kept first */
    const char *request; /* and the name of the request, a literal */
    enum failure (*ask)(struct attempt_step *step);  /* sets the answer */
    int (*meaning)(const struct attempt_step *step); /* of the answer: an event */
    int tries_at_once;   /* how often a lost answer is asked for again within the step */
    int64_t patience_us; /* older subjects are not asked about: the event `otherwise`; 0: endless */
    int otherwise;
    uint32_t waits_on; /* the events after which it waits for its time, rather than going on */
    const char *stops[STOP_COUNT];
};

struct attempt_kind {
    const char *name; /* of its tasks, a literal */
    const struct attempt_rule *rules;
    size_t rule_count;
    size_t row_size;
    int steps_max; /* of one run */
    /* *row is NULL when there is none; in the task's arena. */
    enum failure (*find)(struct reader reader, struct subject_key key, void **row);
    struct subject (*subject_of)(const void *row);
    /* Brings a row to the state that a kept event leads to; NULL when nothing is ever sent. */
    void (*advance)(void *row, int event);
    /* Applies the step's event, when it does apply, with all that goes with it. May run again. */
    enum failure (*move)(struct transaction *transaction, struct attempt_step *step);
    int64_t (*pause_ms)(int64_t tries); /* NULL: it never waits */
    /* Takes due subjects; NULL: no job works on them. */
    enum failure (*claim)(struct reader reader, const struct claim *claim,
                          struct subject_keys *taken);
    /* Used when the provider says unasked that something happened. */
    struct {
        bool (*concerns)(const void *row); /* NULL: every one */
        enum failure (*inquire)(struct attempt_step *step);
        int (*meaning)(const struct attempt_step *step);
        uint32_t unsure; /* outcomes that say nothing */
        uint32_t idle;   /* events that the job finds out by itself */
    } observed;
};

/* Takes one step after another until the subject rests, or waits for its next time. The steps may
 * need context beside what is kept. */
enum failure attempt_run(struct task *task, struct payments *payments,
                         const struct attempt_kind *kind, struct subject_key key,
                         const void *context) must_check;

struct observation {
    bool known;   /* there is such a subject */
    bool certain; /* the provider gave an answer that could be applied or needed none */
};
/* Asks the provider, in any state of the subject, and applies the answer. */
enum failure attempt_observe(struct task *task, struct payments *payments,
                             const struct attempt_kind *kind, struct subject_key key,
                             struct observation *observation) must_check;

#endif
