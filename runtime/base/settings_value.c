#include "runtime/base/settings_value.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "runtime/base/text.h"

#define MISTAKE_SIZE 512

const struct setting settings_file = {
    "settings-file",
    SETTING_TEXT,
    "",
    "A file of lines \"name = value\"; '#' starts a comment. Flags and environment win over it.",
    0,
    0};

/* ---- finding ---- */

struct value *settings_find(const struct settings *settings, const char *name, size_t length)
{
    assert(name != NULL);
    for (size_t i = 0; i < settings->count; i++) {
        const char *known = settings->values[i].setting->name;
        if (strlen(known) == length && memcmp(known, name, length) == 0)
            return &settings->values[i];
    }
    return NULL;
}

static const struct value *value_known(const struct settings *settings, const char *name,
                                       enum setting_kind kind)
{
    const struct value *value = settings_find(settings, name, strlen(name));
    assert(value != NULL && value->setting->kind == kind);
    (void)kind;
    return value;
}

const char *settings_text(const struct settings *settings, const char *name)
{
    return value_known(settings, name, SETTING_TEXT)->text;
}

int64_t settings_int64(const struct settings *settings, const char *name)
{
    const struct value *value = settings_find(settings, name, strlen(name));
    assert(value != NULL &&
           (value->setting->kind == SETTING_INT64 || value->setting->kind == SETTING_DURATION_MS));
    return value->number;
}

bool settings_bool(const struct settings *settings, const char *name)
{
    return value_known(settings, name, SETTING_BOOL)->number != 0;
}

bool settings_is_flag(const struct settings *settings, const char *name)
{
    const struct value *value = settings_find(settings, name, strlen(name));
    assert(value != NULL);
    return value->source == SOURCE_FLAG;
}

struct secret settings_secret(const struct settings *settings, const char *name)
{
    return secret_wrap(value_known(settings, name, SETTING_SECRET)->text);
}

/* ---- mistakes; a secret's text is never repeated ---- */

bool settings_mistaken(const struct settings *settings, const char *format, ...)
{
    char sentence[MISTAKE_SIZE];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(sentence, sizeof sentence, format, arguments);
    va_end(arguments);
    if (settings->mistaken != NULL)
        settings->mistaken(sentence);
    else
        fprintf(stderr, "%s: %s\n", settings->program, sentence);
    return false;
}

/* ---- taking: what a weaker source says about a setting that has a value is not taken ---- */

void settings_take(struct value *value, enum source source, const char *text, size_t length)
{
    if (value->source > source)
        return;
    if (value->text != NULL && value->setting->kind == SETTING_SECRET)
        secret_wipe(value->text, strlen(value->text));
    free(value->text);
    value->text = calloc(1, length > VALUE_SIZE_MAX ? length + 1 : VALUE_SIZE_MAX + 1);
    assert(value->text != NULL);
    memcpy(value->text, text, length);
    value->source = source;
}
