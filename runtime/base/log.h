/* Structured logs: one JSON object a line on stderr,
 * {"time","level","event","service","request_id","trace_id", fields …}. The request and trace ids
 * come from the running task. There is no way to log a struct secret. */
#ifndef RUNTIME_BASE_LOG_H
#define RUNTIME_BASE_LOG_H

#include <stddef.h>
#include <stdint.h>

#include "runtime/base/failure.h"
#include "runtime/base/id.h"

enum log_level { LOG_DEBUG, LOG_INFO, LOG_WARN, LOG_ERROR };

enum log_field_kind { LOG_FIELD_TEXT, LOG_FIELD_INT64, LOG_FIELD_ID, LOG_FIELD_FAILURE };

struct log_field {
    const char *key;
    enum log_field_kind kind;
    const char *text; /* NULL prints null */
    int64_t number;
    struct id id;
};

static inline struct log_field log_text(const char *key, const char *value)
{
    return (struct log_field){.key = key, .kind = LOG_FIELD_TEXT, .text = value};
}

static inline struct log_field log_int64(const char *key, int64_t value)
{
    return (struct log_field){.key = key, .kind = LOG_FIELD_INT64, .number = value};
}

static inline struct log_field log_id(const char *key, struct id value)
{
    return (struct log_field){.key = key, .kind = LOG_FIELD_ID, .id = value};
}

static inline struct log_field log_failure(enum failure value)
{
    return (struct log_field){.key = "failure", .kind = LOG_FIELD_FAILURE, .number = value};
}

/* log_write(LOG_INFO, "ledger_started", log_text("address", a), log_int64("port", p)); the event is
 * lower snake case. Lines are cut at 8 KiB. Safe from any thread. */
#define log_write(level, ...) \
    log_write_fields((level), LOG_FIRST_(__VA_ARGS__, 0), LOG_REST_(__VA_ARGS__))
#define LOG_FIRST_(first, ...) (first)
#define LOG_REST_(first, ...) \
    LOG_FIELDS_(__VA_ARGS__) + 1, sizeof(LOG_FIELDS_(__VA_ARGS__)) / sizeof(struct log_field) - 1
#define LOG_FIELDS_(...) ((const struct log_field[]){{0}, ##__VA_ARGS__})

void log_write_fields(enum log_level level, const char *event, const struct log_field *fields,
                      size_t field_count);

void log_set_service(const char *service);
void log_set_level(enum log_level level);

/* The runtime sets it so that a line carries the ids of the running task; NULL for none. */
void log_set_context(const char *request_id, const char *trace_id);

#endif
