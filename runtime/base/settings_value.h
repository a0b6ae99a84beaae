/* The inside of settings, for the files that read them and read them again. */
#ifndef RUNTIME_BASE_SETTINGS_VALUE_H
#define RUNTIME_BASE_SETTINGS_VALUE_H

#include "runtime/base/settings.h"

#define VALUE_SIZE_MAX 4096
#define NAME_SIZE_MAX 64

enum source { SOURCE_DEFAULT, SOURCE_FILE, SOURCE_ENVIRONMENT, SOURCE_FLAG };

struct value {
    const struct setting *setting;
    const char *unless; /* of its table */
    enum source source;
    char *text; /* NULL: not given and no default; has room for VALUE_SIZE_MAX bytes */
    int64_t number;
};

struct settings {
    const char *program;
    struct value *values;
    size_t count;
};

extern const struct setting settings_file;

/* Takes a text unless the value has one of a stronger source. */
void settings_take(struct value *value, enum source source, const char *text, size_t length);
/* Takes what the settings file says. false: the mistake was printed. */
bool settings_take_file(struct settings *settings);
/* Reads all texts as their kinds. false: the mistake was printed. */
bool settings_check(struct settings *settings);

#endif
