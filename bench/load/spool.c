#include "bench/load/spool.h"

#include <ctype.h>
#include <dirent.h>
#include <jansson.h>
#include <string.h>
#include <sys/stat.h>

#include "runtime/base/clock.h"
#include "runtime/base/text.h"

#define PATIENCE_US INT64_C(60000000)
#define PAUSE_MS 100
#define PATH_SIZE 1024

static bool find_code(const char *text, char code[CODE_SIZE])
{
    size_t digits = 0;
    for (; *text != '\0'; text++) {
        digits = isdigit((unsigned char)*text) ? digits + 1 : 0;
        bool is_last = !isdigit((unsigned char)text[1]);
        if (digits != CODE_SIZE - 1 || !is_last)
            continue;
        memcpy(code, text + 1 - digits, digits);
        code[digits] = '\0';
        return true;
    }
    return false;
}

static bool read_message(const char *path, const char *to, char code[CODE_SIZE])
{
    json_t *message = json_load_file(path, 0, NULL);
    const char *addressed = json_string_value(json_object_get(message, "to"));
    const char *text = json_string_value(json_object_get(message, "text"));
    bool found = text != NULL && text_equal(addressed, to) && find_code(text, code);
    json_decref(message);
    return found;
}

/* One address gets one code here, so any message to it is the one. */
static bool look(const char *folder, const char *to, char code[CODE_SIZE])
{
    char path[PATH_SIZE];
    bool found = false;
    DIR *spool = opendir(folder);
    if (spool == NULL)
        return false;
    for (const struct dirent *entry; !found && (entry = readdir(spool)) != NULL;)
        found = strstr(entry->d_name, ".json") != NULL &&
                text_print(path, sizeof path, "%s/%s", folder, entry->d_name) &&
                read_message(path, to, code);
    closedir(spool);
    return found;
}

bool spool_await_code(struct task *task, const char *folder, const char *to, char code[CODE_SIZE])
{
    int64_t ends_us = clock_monotonic_us() + PATIENCE_US;
    while (!look(folder, to, code))
        if (clock_monotonic_us() > ends_us || task_sleep_ms(task, PAUSE_MS) != FAILURE_NONE)
            return false;
    return true;
}
