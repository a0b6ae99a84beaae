/* Settings: one table per process; each can be given by flag (--listen-address=…), environment
 * (KONTOR_LISTEN_ADDRESS) or file
 * (--settings-file, lines "listen-address = …", '#' comments), in that order of precedence. Unknown
 * settings are refused by name.
 * --help lists all with defaults; secrets are shown as "(secret)". */
#ifndef RUNTIME_BASE_SETTINGS_H
#define RUNTIME_BASE_SETTINGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "runtime/base/failure.h"
#include "runtime/base/secret.h"

enum setting_kind {
    SETTING_TEXT,
    SETTING_INT64,
    SETTING_BOOL,
    SETTING_DURATION_MS /* "250ms" "2s" "5m" "1h" */,
    SETTING_SECRET
};

struct setting {
    const char *name; /* lower case with dashes */
    enum setting_kind kind;
    const char *default_value;
    const char *help; /* one sentence; names the rule when a rule's number is set here */
    int64_t minimum;  /* for INT64 and DURATION_MS; both 0: any */
    int64_t maximum;
};

struct settings; /* opaque; lives as long as the process */

struct setting_table {
    const struct setting *rows;
    size_t count;
    const char *unless; /* a bool: what has no default need not be given while it is true (a secret
                           or text is NULL then); may be NULL */
};

/* Reads flags, environment and file against the tables, which one without rows ends. Secrets are
 * taken out of argv, where others could see them; until then they could, so a file or the
 * environment is their place. Prints help or the mistake itself. Returns NULL when the process
 * should exit with *exit_code (0 after --help and --version, 2 after a mistake). */
struct settings *settings_read(const char *program, int argc, char **argv,
                               const struct setting_table *tables, int *exit_code);
void settings_free(struct settings *settings);

struct settings_hearers {
    bool (*accepts)(const struct settings *anew); /* says why not itself */
    void (*differs)(const char *name);            /* of each that is not what it was, and stays */
    void (*mistaken)(const char *sentence);       /* names the setting or the line, no secret */
};

/* Reads the settings file again, whole or not at all: secrets and log-level take what it says now,
 * unless a flag or the environment says otherwise. A secret changes where it lies: who was lent it
 * sees the new one; none is taken away, as a file that is half written would. false: the file has a
 * mistake, or was not accepted. From the thread that uses them. */
bool settings_reload(struct settings *settings, const struct settings_hearers *hearers);

/* A name that is in no table is a bug (assert). */
const char *settings_text(const struct settings *settings, const char *name);
int64_t settings_int64(const struct settings *settings,
                       const char *name); /* also durations, in ms */
bool settings_bool(const struct settings *settings, const char *name);
struct secret settings_secret(const struct settings *settings, const char *name);

/* Whether it was given by a flag, and so by who starts this process, not by what stays. */
bool settings_is_flag(const struct settings *settings, const char *name);

#endif
