#include "runtime/base/settings.h"

#include <assert.h>
#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "runtime/base/setting_text.h"
#include "runtime/base/settings_value.h"
#include "runtime/base/text.h"

#define EXIT_MISTAKE 2

static const char *shown_text(const struct value *value)
{
    return value->setting->kind == SETTING_SECRET ? "(secret)" : value->text;
}

/* ---- reading a text as its kind ---- */

static bool value_parse(const struct settings *settings, struct value *value)
{
    const char *name = value->setting->name;
    switch (value->setting->kind) {
    case SETTING_TEXT:
    case SETTING_SECRET:
        return text_is_clean(value->text, VALUE_SIZE_MAX) ||
               settings_mistaken(settings,
                                 "%s must be UTF-8 without control characters, at most %d bytes",
                                 name, VALUE_SIZE_MAX);
    case SETTING_INT64:
        return setting_parse_int64(value->text, &value->number) ||
               settings_mistaken(settings, "%s must be a whole number, not \"%s\"", name,
                                 value->text);
    case SETTING_BOOL:
        return setting_parse_bool(value->text, &value->number) ||
               settings_mistaken(settings, "%s must be true or false, not \"%s\"", name,
                                 value->text);
    case SETTING_DURATION_MS:
        return setting_parse_duration(value->text, &value->number) ||
               settings_mistaken(settings,
                                 "%s must be a duration such as 250ms, 2s, 5m or 1h, not \"%s\"",
                                 name, value->text);
    }
    return false;
}

static bool value_is_within(const struct settings *settings, const struct value *value)
{
    const struct setting *setting = value->setting;
    if (setting->kind != SETTING_INT64 && setting->kind != SETTING_DURATION_MS)
        return true;
    if (setting->minimum == 0 && setting->maximum == 0)
        return true;
    if (value->number >= setting->minimum && value->number <= setting->maximum)
        return true;
    const char *unit = setting->kind == SETTING_DURATION_MS ? " ms" : "";
    return settings_mistaken(settings, "%s must be between %" PRId64 "%s and %" PRId64 "%s, not %s",
                             setting->name, setting->minimum, unit, setting->maximum, unit,
                             value->text);
}

/* The bool may stand behind it, and be read later. */
static bool is_spared(const struct settings *settings, const struct value *value)
{
    int64_t is_true = 0;
    const struct value *unless =
        value->unless == NULL ? NULL
                              : settings_find(settings, value->unless, strlen(value->unless));
    return unless != NULL && setting_parse_bool(unless->text, &is_true) && is_true != 0;
}

bool settings_check(struct settings *settings)
{
    for (size_t i = 0; i < settings->count; i++) {
        struct value *value = &settings->values[i];
        if (value->text == NULL && is_spared(settings, value))
            continue;
        if (value->text == NULL)
            return settings_mistaken(settings, "%s must be given: %s", value->setting->name,
                                     value->setting->help);
        if (!value_parse(settings, value) || !value_is_within(settings, value))
            return false;
    }
    return true;
}

/* ---- the sources ---- */

/* A secret that others could read in the list of processes is taken out of it (S15). */
static void wipe_secret(const struct value *value, char *given)
{
    if (given != NULL && value->setting->kind == SETTING_SECRET)
        secret_wipe(given, strlen(given));
}

/* "--name=value", "--name value", and "--name" alone for a bool. */
static bool take_flag(struct settings *settings, int argc, char **argv, int *at)
{
    const char *flag = argv[*at];
    if (strncmp(flag, "--", 2) != 0)
        return settings_mistaken(
            settings, "argument %d is no setting; settings are --name=value (see --help)", *at);
    const char *name = flag + 2;
    size_t length = strcspn(name, "=");
    struct value *value = settings_find(settings, name, length);
    if (value == NULL)
        return settings_mistaken(settings, "there is no setting --%.*s (see --help)", (int)length,
                                 name);
    char *given = name[length] == '=' ? argv[*at] + strlen("--") + length + 1 : NULL;
    bool alone = given == NULL && value->setting->kind == SETTING_BOOL;
    if (given == NULL && !alone && *at + 1 < argc)
        given = argv[++*at];
    if (given == NULL && !alone)
        return settings_mistaken(settings, "--%s needs a value", value->setting->name);
    const char *text = alone ? "true" : given;
    settings_take(value, SOURCE_FLAG, text, strlen(text));
    wipe_secret(value, given);
    return true;
}

static bool take_flags(struct settings *settings, int argc, char **argv)
{
    for (int at = 1; at < argc; at++) {
        if (!take_flag(settings, argc, argv, &at))
            return false;
    }
    return true;
}

static void environment_name(const char *name, char out[NAME_SIZE_MAX + 8])
{
    int length = snprintf(out, NAME_SIZE_MAX + 8, "KONTOR_%s", name);
    assert(length > 0 && length < NAME_SIZE_MAX + 8);
    for (char *at = out; *at != '\0'; at++)
        *at = *at == '-' ? '_' : (char)toupper((unsigned char)*at);
    (void)length;
}

static void take_environment(struct settings *settings)
{
    for (size_t i = 0; i < settings->count; i++) {
        char name[NAME_SIZE_MAX + 8];
        environment_name(settings->values[i].setting->name, name);
        const char *text = getenv(name);
        if (text != NULL)
            settings_take(&settings->values[i], SOURCE_ENVIRONMENT, text, strlen(text));
    }
}

/* ---- help ---- */

static void help_print(const struct settings *settings)
{
    printf("%s %s\n\nUsage: %s [--name=value …]\n\n", settings->program, KONTOR_VERSION,
           settings->program);
    printf("Each setting may also be given in the environment (--listen-address as "
           "KONTOR_LISTEN_ADDRESS)\n"
           "or in the settings file. A flag wins over the environment, the environment over the "
           "file.\n\n");
    for (size_t i = 0; i < settings->count; i++) {
        const struct value *value = &settings->values[i];
        const char *text = value->setting->default_value == NULL ? "…" : shown_text(value);
        printf("  --%s=%s\n      %s\n", value->setting->name, text, value->setting->help);
    }
    printf("  --help, --version\n      Print this, or the version, and exit.\n");
}

static bool is_asked(int argc, char **argv, const char *flag)
{
    for (int at = 1; at < argc; at++) {
        if (strcmp(argv[at], flag) == 0)
            return true;
    }
    return false;
}

/* ---- life ---- */

static void add_row(struct settings *settings, const struct setting *setting, const char *unless)
{
    assert(strlen(setting->name) <= NAME_SIZE_MAX &&
           settings_find(settings, setting->name, strlen(setting->name)) == NULL);
    struct value *value = &settings->values[settings->count++];
    value->setting = setting;
    value->unless = unless;
    if (setting->default_value != NULL)
        settings_take(value, SOURCE_DEFAULT, setting->default_value,
                      strlen(setting->default_value));
}

static struct settings *settings_new(const char *program, const struct setting_table *tables)
{
    size_t count = 1;
    for (const struct setting_table *table = tables; table->rows != NULL; table++)
        count += table->count;
    struct settings *settings = calloc(1, sizeof *settings);
    assert(settings != NULL);
    settings->program = program;
    settings->values = calloc(count, sizeof *settings->values);
    assert(settings->values != NULL);
    add_row(settings, &settings_file, NULL);
    for (const struct setting_table *table = tables; table->rows != NULL; table++) {
        for (size_t row = 0; row < table->count; row++)
            add_row(settings, &table->rows[row], table->unless);
    }
    return settings;
}

void settings_free(struct settings *settings)
{
    if (settings == NULL)
        return;
    for (size_t i = 0; i < settings->count; i++) {
        struct value *value = &settings->values[i];
        if (value->text != NULL && value->setting->kind == SETTING_SECRET)
            secret_wipe(value->text, strlen(value->text));
        free(value->text);
    }
    free(settings->values);
    free(settings);
}

static bool settings_fill(struct settings *settings, int argc, char **argv)
{
    if (!take_flags(settings, argc, argv))
        return false;
    take_environment(settings);
    return settings_take_file(settings) && settings_check(settings);
}

struct settings *settings_read(const char *program, int argc, char **argv,
                               const struct setting_table *tables, int *exit_code)
{
    assert(program != NULL && tables->rows != NULL && exit_code != NULL);
    struct settings *settings = settings_new(program, tables);
    *exit_code = 0;
    if (is_asked(argc, argv, "--help")) {
        help_print(settings);
    } else if (is_asked(argc, argv, "--version")) {
        printf("%s %s\n", program, KONTOR_VERSION);
    } else if (settings_fill(settings, argc, argv)) {
        return settings;
    } else {
        *exit_code = EXIT_MISTAKE;
    }
    settings_free(settings);
    return NULL;
}
