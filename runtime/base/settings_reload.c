#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "runtime/base/settings_value.h"
#include "runtime/base/text.h"

/* The values as they would be now: flags and environment are what they were. */
static struct settings *settings_anew(const struct settings *settings,
                                      void (*mistaken)(const char *sentence))
{
    struct settings *anew = calloc(1, sizeof *anew);
    assert(anew != NULL);
    anew->program = settings->program;
    anew->count = settings->count;
    anew->mistaken = mistaken;
    anew->values = calloc(settings->count, sizeof *anew->values);
    assert(anew->values != NULL);
    for (size_t i = 0; i < settings->count; i++) {
        const struct value *value = &settings->values[i];
        const char *text =
            value->source > SOURCE_FILE ? value->text : value->setting->default_value;
        anew->values[i].setting = value->setting;
        anew->values[i].unless = value->unless;
        if (text != NULL)
            settings_take(&anew->values[i],
                          value->source > SOURCE_FILE ? value->source : SOURCE_DEFAULT, text,
                          strlen(text));
    }
    return anew;
}

static bool is_same(const struct value *old, const struct value *anew)
{
    if (old->text == NULL || anew->text == NULL)
        return old->text == anew->text;
    return strcmp(old->text, anew->text) == 0;
}

static bool may_change(const struct value *old, const struct value *anew)
{
    if (old->text == NULL || text_is_empty(anew->text))
        return false;
    return old->setting->kind == SETTING_SECRET || strcmp(old->setting->name, "log-level") == 0;
}

/* The text stays where it lies, so that who was lent it sees the new one. */
static void change(struct value *old, const struct value *anew)
{
    size_t length = strlen(anew->text);
    assert(length <= VALUE_SIZE_MAX);
    secret_wipe(old->text, strlen(old->text));
    memcpy(old->text, anew->text, length + 1);
    old->source = anew->source;
}

static void take_over(struct settings *settings, const struct settings *anew,
                      void (*differs)(const char *name))
{
    for (size_t i = 0; i < settings->count; i++) {
        if (is_same(&settings->values[i], &anew->values[i]))
            continue;
        if (may_change(&settings->values[i], &anew->values[i]))
            change(&settings->values[i], &anew->values[i]);
        else
            differs(settings->values[i].setting->name);
    }
}

bool settings_reload(struct settings *settings, const struct settings_hearers *hearers)
{
    struct settings *anew = settings_anew(settings, hearers->mistaken);
    bool is_accepted = settings_take_file(anew) && settings_check(anew) && hearers->accepts(anew);
    if (is_accepted)
        take_over(settings, anew, hearers->differs);
    settings_free(anew);
    return is_accepted;
}
