/* Asks the verifier about submitted companies and real names, each as soon as it is kept, and keeps
 * what follows (domain/verification.h). Without a verifier operators decide about all. */
#ifndef IDENTITY_JOBS_VERIFICATION_H
#define IDENTITY_JOBS_VERIFICATION_H

#include "identity/jobs/courier.h"
#include "identity/peers/verifier.h"

/* The labels under which a real name is sealed. */
#define LABEL_REAL_NAME "real_name.name"
#define LABEL_DOCUMENT_NUMBER "real_name.number"

struct verification_job {
    struct courier *courier; /* tells owners; its database and keys are the job's, too */
    struct verifier verifier;
    struct loop_job *job;
    struct event ended; /* signalled at the end of each round */
    bool is_asking;
};

/* The settings of the verifier are set. */
void verification_start(struct verification_job *job, struct loop *loop);

/* After loop_stop: awaits the end of the round that runs. */
void verification_stop(struct task *task, struct verification_job *job);

static inline bool verification_is_asked(const struct verification_job *job)
{
    return job->verifier.url[0] != '\0';
}

/* After the commit of a submission: asks now rather than at the next turn. */
void verification_wake(struct verification_job *job);

#endif
