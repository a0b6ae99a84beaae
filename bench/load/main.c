/* kontor-load: puts an installation under load through its public door, as its customers would, and
 * checks their money afterwards. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/load/page.h"
#include "bench/load/play.h"
#include "bench/load/result_json.h"
#include "runtime/base/log.h"
#include "runtime/base/text.h"

#define OBJECTIVE "--objective"
#define OBJECTIVES_SIZE 1024

static const char usage[] =
    "kontor-load run --scenario NAME [settings]      a load; --scenario smoke is a minute's test\n"
    "kontor-load prepare [settings]                  opens accounts or logs them in, writes the "
    "roster\n"
    "kontor-load merge RESULT.json …                 adds the results of several generators\n"
    "kontor-load page RESULT.json                    a page for people, on stdout\n"
    "kontor-load run --help                          lists the settings\n"
    "exit codes: 0 pass, 1 an objective missed, 2 money wrong, 3 the generator could not keep the "
    "rate, 4 could not begin\n";

/* Objectives are given one by one and kept as one setting, with commas between them. */
static int gather_objectives(int argc, char **argv, char gathered[OBJECTIVES_SIZE])
{
    size_t size = sizeof OBJECTIVE - 1, used = sizeof OBJECTIVE; /* with its '=' */
    int kept = 0;
    memcpy(gathered, OBJECTIVE "=", sizeof OBJECTIVE "=");
    for (int i = 0; i < argc; i++) {
        bool is_one = strncmp(argv[i], OBJECTIVE, size) == 0;
        const char *value = is_one && argv[i][size] == '=' ? argv[i] + size + 1 : NULL;
        if (is_one && argv[i][size] == '\0' && i + 1 < argc)
            value = argv[++i];
        if (value == NULL) {
            argv[kept++] = argv[i];
            continue;
        }
        if (!text_print(gathered + used, OBJECTIVES_SIZE - used, "%s%s",
                        used > sizeof OBJECTIVE ? "," : "", value))
            return -1;
        used += strlen(gathered + used);
    }
    if (used > sizeof OBJECTIVE)
        argv[kept++] = gathered;
    return kept;
}

static int play(int argc, char **argv, bool prepares)
{
    static char objectives[OBJECTIVES_SIZE];
    const struct setting_table tables[] = {{play_settings, play_setting_count, NULL},
                                           {NULL, 0, NULL}};
    int exit_code = 0, count = gather_objectives(argc, argv, objectives);
    if (count < 0) {
        fprintf(stderr, "kontor-load: too many objectives\n");
        return VERDICT_NOT_BEGUN;
    }
    struct settings *settings = settings_read("kontor-load", count, argv, tables, &exit_code);
    if (settings == NULL)
        return exit_code == 0 ? 0 : VERDICT_NOT_BEGUN;
    bool is_smoke = strcmp(settings_text(settings, "scenario"), "smoke") == 0;
    enum verdict verdict = prepares   ? play_preparation(settings)
                           : is_smoke ? play_smoke(settings)
                                      : play_scenario(settings);
    settings_free(settings);
    return (int)verdict;
}

/* ---- results ---- */

static struct result *read_or_complain(const char *path)
{
    char mistake[RESULT_TEXT_SIZE] = "";
    struct result *result = result_read(path, mistake);
    if (result == NULL)
        fprintf(stderr, "kontor-load: %s\n", mistake);
    return result;
}

static bool is_alike(const struct result *a, const struct result *b)
{
    return strcmp(a->scenario, b->scenario) == 0 && a->phase_count == b->phase_count &&
           a->interval_ns % b->interval_ns * (b->interval_ns % a->interval_ns) == 0;
}

/* The objectives are those of the first; they are judged anew. */
static int merge(char *const *paths)
{
    struct result *sum = read_or_complain(*paths++);
    for (; sum != NULL && *paths != NULL; paths++) {
        struct result *other = read_or_complain(*paths);
        bool fits = other != NULL && is_alike(sum, other);
        if (fits)
            result_add(sum, other);
        else if (other != NULL)
            fprintf(stderr, "kontor-load: %s is of another scenario\n", *paths);
        free(other);
        if (!fits) {
            free(sum);
            sum = NULL;
            break;
        }
    }
    if (sum == NULL)
        return VERDICT_NOT_BEGUN;
    result_judge(sum);
    int verdict = (int)sum->verdict;
    bool is_written = result_write(sum, stdout);
    free(sum);
    return is_written ? verdict : VERDICT_NOT_BEGUN;
}

static int page(const char *path)
{
    struct result *result = read_or_complain(path);
    if (result == NULL)
        return VERDICT_NOT_BEGUN;
    result_judge(result);
    bool is_written = page_write(result, stdout);
    free(result);
    return is_written ? 0 : VERDICT_NOT_BEGUN;
}

int main(int argc, char **argv)
{
    const char *word = argc > 1 ? argv[1] : "";
    signal(SIGPIPE, SIG_IGN);
    log_set_service("kontor-load");
    log_set_level(LOG_ERROR);
    if (strcmp(word, "run") == 0 || strcmp(word, "prepare") == 0) {
        argv[1] = argv[0];
        return play(argc - 1, argv + 1, strcmp(word, "prepare") == 0);
    }
    if (strcmp(word, "merge") == 0 && argc > 2)
        return merge(argv + 2);
    if (strcmp(word, "page") == 0 && argc == 3)
        return page(argv[2]);
    bool asks = strcmp(word, "help") == 0 || strcmp(word, "--help") == 0;
    if (strcmp(word, "--version") == 0)
        puts("kontor-load " KONTOR_VERSION);
    else
        fputs(usage, asks ? stdout : stderr);
    return asks || strcmp(word, "--version") == 0 ? 0 : VERDICT_NOT_BEGUN;
}
