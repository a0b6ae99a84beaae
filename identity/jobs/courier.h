/* The courier: takes messages in the transaction that wants them sent and delivers them afterwards,
 * each once as far as the way out allows (the spool: exactly once; SMTP and hook: at least once).
 * The text of a message is wiped when it is delivered or given up. */
#ifndef IDENTITY_JOBS_COURIER_H
#define IDENTITY_JOBS_COURIER_H

#include "identity/domain/contact.h"
#include "identity/keys.h"
#include "identity/peers/sms_hook.h"
#include "runtime/database/database.h"
#include "runtime/http/http_client.h"

struct courier;

/* E-mail has a job of its own, and text messages and calls: where one way out hangs, the other does
 * not wait for it. */
struct courier_way {
    struct courier *courier;
    bool of_mail;
    struct loop_job *job;
    bool delivering;
};

struct courier {
    struct database *database;
    const struct keys *keys;
    const char *spool_directory;
    const char *smtp_url; /* "" for none: e-mail goes to the spool */
    const char *smtp_user;
    struct secret smtp_password;
    const char *smtp_from;
    bool smtp_tls;            /* the server must offer STARTTLS */
    struct sms_hook sms_hook; /* none: text messages and calls go to the spool */
    struct http_client *http_client;
    struct courier_way mail, texts;
    struct event delivered; /* signalled at the end of each round */
};

/* Starts the delivery jobs; the settings above are set. */
void courier_start(struct courier *courier, struct loop *loop);

/* After loop_stop: awaits the end of the rounds that run, then gives the connections back. */
void courier_stop(struct task *task, struct courier *courier);

struct message_order {
    enum delivery delivery;
    const char *to;
    const char *subject; /* without line breaks */
    const char *text;
};

/* Keeps a message; it goes out when the transaction is committed. */
enum failure courier_take(struct transaction *transaction, struct courier *courier,
                          const struct message_order *order, int64_t now_us,
                          struct id *message_id) must_check;

/* After the commit: delivers now rather than at the jobs' next turn. */
void courier_wake(struct courier *courier);

#endif
