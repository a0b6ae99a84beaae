#include "payments/jobs/driver.h"

#include "runtime/base/log.h"

#define DRIVERS_MAX 64
#define CLAIM_MAX 16
#define DRIVER_ARENA_BYTES_MAX ((size_t)4 * 1024 * 1024)

/* Handed over to the task; a slot is free when its body is NULL. */
static struct drive {
    struct payments *payments;
    const char *name;
    driver_body *body;
    struct task *task; /* NULL before it started */
    struct id account_id;
    struct id subject_id;
} drives[DRIVERS_MAX];

size_t driver_room(const struct payments *payments)
{
    size_t room = DRIVERS_MAX - payments->drivers;
    return room < CLAIM_MAX ? room : CLAIM_MAX;
}

static void drive_task(struct task *task, void *argument)
{
    struct drive *drive = argument;
    drive->task = task;
    enum failure failure = drive->body(task, drive->payments, drive->account_id, drive->subject_id);
    if (failure != FAILURE_NONE)
        log_write(LOG_WARN, "payments_driver_stopped", log_text("driver", drive->name),
                  log_id("subject_id", drive->subject_id), log_failure(failure));
    drive->payments->drivers--;
    drive->body = NULL;
}

static struct drive *drive_take(void)
{
    for (size_t i = 0; i < DRIVERS_MAX; i++) {
        if (drives[i].body == NULL)
            return &drives[i];
    }
    return NULL;
}

enum failure driver_spawn(struct payments *payments, const char *name, driver_body *body,
                          struct id account_id, struct id subject_id)
{
    const struct task_options options = {.name = name,
                                         .timeout_ms = payments->lease_us / 1000,
                                         .arena_bytes_max = DRIVER_ARENA_BYTES_MAX};
    struct drive *drive = drive_take();
    if (drive == NULL)
        return FAILURE_EXHAUSTED;
    *drive = (struct drive){payments, name, body, NULL, account_id, subject_id};
    payments->drivers++;
    enum failure failure = loop_spawn(payments->loop, &options, drive_task, drive);
    if (failure != FAILURE_NONE) {
        payments->drivers--;
        drive->body = NULL;
    }
    return failure;
}

void driver_cancel_all(void)
{
    for (size_t i = 0; i < DRIVERS_MAX; i++) {
        if (drives[i].body != NULL && drives[i].task != NULL)
            task_cancel(drives[i].task);
    }
}
