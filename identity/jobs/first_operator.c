#include "identity/jobs/first_operator.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "identity/store/operator_store.h"
#include "identity/store/security_event_store.h"
#include "runtime/base/clock.h"
#include "runtime/base/log.h"
#include "runtime/base/text.h"

#define RANDOM_BYTES 16

/* A code on its way into force. */
struct putting {
    char code[FIRST_CODE_LENGTH_MAX + 2]; /* with the end of its line */
    int64_t now_us;
    const char *recovery_reason; /* NULL: there is none */
    bool exists;                 /* somebody administers operators already */
};

static enum failure note_recovery(struct transaction *transaction, const struct putting *putting)
{
    struct operators administrators = {.count = 0};
    enum failure failure = operator_store_administrators(transaction, &administrators);
    for (size_t i = 0; i < administrators.count && failure == FAILURE_NONE; i++) {
        const struct security_event event = {.principal_id = administrators.items[i].principal_id,
                                             .kind = SECURITY_OPERATOR_RECOVERY,
                                             .detail = putting->recovery_reason,
                                             .device = "",
                                             .network = "",
                                             .times = 1,
                                             .noted_us = putting->now_us};
        failure = security_event_store_note(transaction, &event);
    }
    return failure;
}

static enum failure put(struct transaction *transaction, void *argument)
{
    struct putting *putting = argument;
    struct operator_facts operators = {0};
    struct first_code before;
    uint8_t hash[FIRST_CODE_HASH_SIZE];
    enum failure failure = operator_store_lock(transaction, &before);
    if (failure == FAILURE_NONE)
        failure = operator_store_read(transaction, (struct id){{0}}, (struct id){{0}}, &operators);
    if (failure != FAILURE_NONE)
        return failure;
    bool recovers = putting->recovery_reason != NULL;
    putting->exists = !first_code_may_be_put(operators.administrators, recovers);
    if (putting->exists)
        return FAILURE_NONE;
    sha256(putting->code, strlen(putting->code), hash);
    const struct first_code code = {
        {hash, sizeof hash}, putting->now_us + FIRST_CODE_LIFETIME_US, putting->recovery_reason};
    failure = operator_store_put_code(transaction, &code);
    return failure == FAILURE_NONE && recovers ? note_recovery(transaction, putting) : failure;
}

/* Of a file that is not there, which may be once somebody operates, it is "". Read while nothing
 * else is done. false: the file holds no code. */
static bool read_code(const char *path, char code[FIRST_CODE_LENGTH_MAX + 2])
{
    FILE *file = fopen(path, "re");
    code[0] = '\0';
    if (file == NULL)
        return errno == ENOENT;
    code[fread(code, 1, FIRST_CODE_LENGTH_MAX + 1, file)] = '\0';
    code[strcspn(code, "\r\n")] = '\0';
    return fclose(file) == 0 && first_code_is_one(code);
}

static bool take_code(const char *source, struct putting *putting)
{
    uint8_t random[RANDOM_BYTES];
    if (!text_equal(source, "-"))
        return read_code(source, putting->code);
    random_bytes(random, sizeof random);
    first_code_print(random, putting->code);
    secret_wipe(random, sizeof random);
    return true;
}

/* The code goes to the output alone, once it is in force. */
static enum failure tell(const char *source, const struct putting *putting)
{
    if (putting->exists) {
        log_write(LOG_INFO, "first_operator_exists");
        return FAILURE_NONE;
    }
    log_write(LOG_INFO, "first_operator_code_in_force",
              log_text("of", putting->recovery_reason != NULL ? "recovery" : "first"),
              log_int64("seconds", FIRST_CODE_LIFETIME_US / 1000000));
    if (text_equal(source, "-") && (printf("%s\n", putting->code) < 0 || fflush(stdout) != 0))
        return FAILURE_INTERNAL;
    return FAILURE_NONE;
}

bool first_operator_is_safe(const struct settings *settings)
{
    const char *reason = settings_text(settings, "operator-recovery");
    if (reason[0] == '\0')
        return true;
    bool is_act = settings_is_flag(settings, "operator-recovery") &&
                  settings_bool(settings, "migrate-only") &&
                  settings_text(settings, "first-operator")[0] != '\0';
    if (is_act && recovery_reason_is_one(reason))
        return true;
    log_write(LOG_ERROR, "operator_recovery_not_safe",
              log_text("why", is_act ? "operator-recovery must say why, in 256 bytes at most"
                                     : "operator-recovery must be a flag, beside migrate-only and "
                                       "first-operator"));
    return false;
}

enum failure first_operator_put(struct task *task, struct process *process)
{
    const char *source = settings_text(process->settings, "first-operator");
    const char *reason = settings_text(process->settings, "operator-recovery");
    struct putting putting = {.now_us = clock_work_us(),
                              .recovery_reason = reason[0] != '\0' ? reason : NULL};
    if (!first_operator_is_safe(process->settings))
        return FAILURE_INVALID;
    if (source[0] == '\0')
        return FAILURE_NONE;
    if (!take_code(source, &putting) ||
        (putting.code[0] == '\0' && putting.recovery_reason != NULL)) {
        log_write(LOG_ERROR, "first_operator_code_unreadable", log_text("file", source));
        return FAILURE_INVALID;
    }
    if (putting.code[0] == '\0') {
        log_write(LOG_INFO, "first_operator_code_missing", log_text("file", source));
        return FAILURE_NONE;
    }
    enum failure failure =
        database_transact(task, process->database, ISOLATION_READ_COMMITTED, put, &putting);
    if (failure == FAILURE_NONE)
        failure = tell(source, &putting);
    secret_wipe(&putting, sizeof putting);
    return failure;
}
