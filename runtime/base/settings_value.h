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
    void (*mistaken)(const char *sentence); /* hears of a mistake; NULL: it is printed */
};

extern const struct setting settings_file;

/* NULL: there is none of that name. */
struct value *settings_find(const struct settings *settings, const char *name, size_t length);
/* Tells of a mistake and returns false. A secret's text is never told. */
bool settings_mistaken(const struct settings *settings, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* Takes a text unless the value has one of a stronger source. */
void settings_take(struct value *value, enum source source, const char *text, size_t length);
/* Takes what the settings file says. false: the mistake was told. */
bool settings_take_file(struct settings *settings);
/* Reads all texts as their kinds. false: the mistake was told. */
bool settings_check(struct settings *settings);

#endif
