/* Settings as an operator may write them: a file of any bytes, and the same lines as flags. A
 * mistake is told and ends with exit code 2; nothing is taken that is out of its bounds. */
#include <assert.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "runtime/base/settings.h"

#define TEXT_BYTES_MAX 4096
#define FLAGS_MAX 8

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct setting table[] = {
    {"listen-address", SETTING_TEXT, "127.0.0.1:7403", "Where to serve.", 0, 0},
    {"calls-max", SETTING_INT64, "100", "Calls at once.", 1, 1000},
    {"deadline", SETTING_DURATION_MS, "2s", "Of one call.", 1, 3600000},
    {"insecure-allowed", SETTING_BOOL, "false", "Plaintext beyond loopback.", 0, 0},
    {"operator-password", SETTING_SECRET, "", "Of the first operator.", 0, 0},
};

static void read_and_check(int argc, char **argv)
{
    const struct setting_table tables[] = {{table, sizeof table / sizeof table[0], NULL},
                                           {NULL, 0, NULL}};
    int exit_code = -1;
    struct settings *settings = settings_read("kontor-fuzz", argc, argv, tables, &exit_code);
    if (settings == NULL) {
        assert(exit_code == 0 || exit_code == 2);
        return;
    }
    int64_t calls = settings_int64(settings, "calls-max");
    int64_t deadline_ms = settings_int64(settings, "deadline");
    assert(calls >= 1 && calls <= 1000 && deadline_ms >= 1 && deadline_ms <= 3600000);
    assert(settings_text(settings, "listen-address") != NULL);
    settings_free(settings);
}

static void from_file(const uint8_t *data, size_t size)
{
    int file = memfd_create("settings", MFD_CLOEXEC);
    assert(file >= 0);
    ssize_t written = write(file, data, size);
    assert(written == (ssize_t)size);
    char program[] = "kontor-fuzz";
    char flag[64];
    snprintf(flag, sizeof flag, "--settings-file=/proc/self/fd/%d", file);
    char *argv[] = {program, flag, NULL};
    read_and_check(2, argv);
    close(file);
}

static void from_flags(const uint8_t *data, size_t size)
{
    char program[] = "kontor-fuzz";
    char text[TEXT_BYTES_MAX + 1];
    char *argv[FLAGS_MAX + 2] = {program};
    int argc = 1;
    memcpy(text, data, size);
    text[size] = '\0';
    for (char *rest = text, *flag; argc <= FLAGS_MAX && (flag = strsep(&rest, "\n")) != NULL;)
        argv[argc++] = flag;
    read_and_check(argc, argv);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static FILE *nowhere;
    if (nowhere == NULL) {
        nowhere = fopen("/dev/null", "we");
        assert(nowhere != NULL);
        stdout = stderr = nowhere; /* what the operator is told; a sanitizer writes past it */
    }
    size = size > TEXT_BYTES_MAX ? TEXT_BYTES_MAX : size;
    from_file(data, size);
    from_flags(data, size);
    return 0;
}
