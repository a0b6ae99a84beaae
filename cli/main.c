/* kontor: the command line client of the gateway. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/completion.h"
#include "cli/invocation.h"
#include "cli/manual.h"
#include "cli/suggest.h"
#include "cli/words.h"
#include "runtime/base/log.h"

#define STACK_BYTES ((size_t)256 * 1024)
#define TASKS_MAX 4
#define ARENA_BYTES_MAX ((size_t)256 * 1024 * 1024) /* a file of 16 MiB, read and written */
#define MESSAGE_BYTES_MAX ((size_t)4 * 1024 * 1024)
#define ATTEMPTS_MAX 3
#define TIMEOUT_S_MAX 3600

static const char *environment(const char *name, const char *otherwise)
{
    const char *value = getenv(name);
    return value != NULL && value[0] != '\0' ? value : otherwise;
}

static bool wants_help(char *const *words)
{
    for (; *words != NULL; words++) {
        if (strcmp(*words, "--help") == 0 || strcmp(*words, "-h") == 0)
            return true;
    }
    return false;
}

/* ---- running ---- */

struct run {
    struct invocation *invocation;
    struct loop *loop;
    enum exit_code code;
};

static void run_in_task(struct task *task, void *argument)
{
    struct run *run = argument;
    run->invocation->task = task;
    run->code = invocation_run(run->invocation);
    loop_stop(run->loop);
}

static enum exit_code run_on_loop(struct invocation *invocation,
                                  const struct credentials *credentials)
{
    struct loop *loop = loop_new(STACK_BYTES, TASKS_MAX);
    struct rpc_client_settings settings = {
        .target = invocation->gateway,
        .credentials = credentials,
        .timeout_ms = (int64_t)(invocation->timeout_s * 1000),
        .attempts_max = ATTEMPTS_MAX,
        .refuses_unasked = true,
        .peer_begins_traces = true,
        .message_bytes_max = MESSAGE_BYTES_MAX,
    };
    invocation->client = rpc_client_new(loop, &settings);
    struct run run = {invocation, loop, EXIT_UNAVAILABLE};
    struct task_options options = {.name = "kontor", .arena_bytes_max = ARENA_BYTES_MAX};
    if (loop_spawn(loop, &options, run_in_task, &run) == FAILURE_NONE)
        loop_run(loop);
    rpc_client_free(invocation->client);
    loop_free(loop);
    return run.code;
}

static enum exit_code connect_and_run(struct invocation *invocation)
{
    struct credentials_settings files = {invocation->certificate_file, invocation->key_file,
                                         invocation->authority_file, false, ""};
    bool secured = files.authority_file[0] != '\0' || files.certificate_file[0] != '\0';
    struct credentials *credentials = secured ? credentials_new(&files) : NULL;
    if (secured && credentials == NULL)
        return EXIT_USAGE;
    enum exit_code code = run_on_loop(invocation, credentials);
    if (credentials != NULL)
        credentials_free(credentials);
    return code;
}

static bool read_timeout(struct invocation *invocation)
{
    char *end;
    invocation->timeout_s = strtod(invocation->timeout, &end);
    if (end != invocation->timeout && *end == '\0' && invocation->timeout_s >= 0.001 &&
        invocation->timeout_s <= TIMEOUT_S_MAX)
        return true;
    fprintf(stderr, "kontor: --timeout is a number of seconds, more than 0 and at most %d\n",
            TIMEOUT_S_MAX);
    return false;
}

static bool read_profile(struct invocation *invocation)
{
    const char *complaint, *key_file = invocation->program_key_file;
    bool is_read = profile_read(&invocation->profile, invocation->profile_name, &complaint);
    if (is_read && invocation->program_id[0] != '\0')
        profile_be_empty(&invocation->profile);
    if (is_read &&
        (key_file[0] == '\0' || profile_be_program(&invocation->profile, key_file, &complaint)))
        return true;
    fprintf(stderr, "kontor: %s\n", complaint);
    profile_deinit(&invocation->profile);
    return false;
}

static enum exit_code run_command(const struct command *outer, const struct command *command,
                                  char *const *words)
{
    struct invocation invocation = {
        .commands = kontor_commands,
        .command = command,
        .outer = outer,
        .profile_name = environment("KONTOR_PROFILE", "default"),
        .gateway = environment("KONTOR_GATEWAY", "127.0.0.1:7400"),
        .account_id = "",
        .request_id = "",
        .refused_reason = "",
        .timeout = "30",
        .authority_file = environment("KONTOR_AUTHORITY_FILE", ""),
        .certificate_file = environment("KONTOR_CERTIFICATE_FILE", ""),
        .key_file = environment("KONTOR_KEY_FILE", ""),
        .program_key_file = environment("KONTOR_PROGRAM_KEY_FILE", ""),
        .program_id = environment("KONTOR_PROGRAM", ""),
    };
    if (!words_read(&invocation, words)) {
        fprintf(stderr, "  → kontor %s%s%s --help\n", command->noun,
                command->verb[0] != '\0' ? " " : "", command->verb);
        return EXIT_USAGE;
    }
    if (!read_timeout(&invocation))
        return EXIT_USAGE;
    if (!read_profile(&invocation))
        return EXIT_USAGE;
    enum exit_code code = connect_and_run(&invocation);
    profile_deinit(&invocation.profile);
    return code;
}

/* ---- which command ---- */

static enum exit_code unknown(const char *word)
{
    struct suggestion meant = suggest_for(word);
    command_suggest_noun(kontor_commands, &meant);
    fprintf(stderr, "kontor: there is no command \"%s\"", word);
    if (meant.nearest[0] != '\0')
        fprintf(stderr, "; did you mean kontor %s?", meant.nearest);
    fputs("\n  → kontor help\n", stderr);
    return EXIT_USAGE;
}

static enum exit_code unknown_verb(const char *noun, const char *verb)
{
    if (verb == NULL || verb[0] == '-') {
        fprintf(stderr, "kontor: %s needs a second word\n", noun);
    } else {
        struct suggestion meant = suggest_for(verb);
        command_suggest_verb(kontor_commands, noun, &meant);
        fprintf(stderr, "kontor: there is no command \"%s %s\"", noun, verb);
        fprintf(stderr, meant.nearest[0] != '\0' ? "; did you mean kontor %s %s?\n" : "\n", noun,
                meant.nearest);
    }
    fprintf(stderr, "  → kontor %s --help\n", noun);
    return EXIT_USAGE;
}

static int count_words(char *const *words)
{
    int count = 0;
    while (words[count] != NULL)
        count++;
    return count;
}

/* The page of a command, or of all that share its first word. */
static enum exit_code show_page(char *const *words)
{
    int taken;
    const struct command *command =
        command_find(kontor_commands, count_words(words), words, &taken);
    if (command != NULL && command->verb[0] != '\0') {
        command_print_help(command);
        return EXIT_DONE;
    }
    return command_print_noun(kontor_commands, words[0]) ? EXIT_DONE : unknown(words[0]);
}

static enum exit_code help(char *const *words)
{
    if (words[0] != NULL && words[0][0] != '-')
        return show_page(words);
    if (words[0] != NULL && strcmp(words[0], "--man") == 0)
        manual_print(kontor_commands);
    else
        command_print_overview(kontor_commands);
    return EXIT_DONE;
}

static bool is_noun(const char *word)
{
    for (const struct command_group *group = kontor_commands; group->title != NULL; group++) {
        for (const struct command *command = group->commands; command->noun != NULL; command++) {
            if (strcmp(command->noun, word) == 0)
                return true;
        }
    }
    return false;
}

static enum exit_code find_and_run(char *const *words)
{
    int taken = 0;
    const struct command *command =
        command_find(kontor_commands, count_words(words), words, &taken);
    if (wants_help(words))
        return show_page(words);
    if (command == NULL)
        return is_noun(words[0]) ? unknown_verb(words[0], words[1]) : unknown(words[0]);
    const struct command *outer = command;
    char *const *rest = words + taken;
    if (command->of_command) {
        command = command_find(kontor_commands, count_words(rest), rest, &taken);
        rest += command != NULL ? taken : 0;
    }
    if (command != NULL)
        return run_command(outer, command, rest);
    fprintf(stderr, "kontor: %s needs a command that moves money\n  → kontor %s --help\n", words[0],
            words[0]);
    return EXIT_USAGE;
}

/* The words that are no commands of the table; false: these are of a command. */
static bool run_special(char *const *words, enum exit_code *code)
{
    const char *first = words[0];
    if (strcmp(first, "help") == 0 || strcmp(first, "--help") == 0 || strcmp(first, "-h") == 0)
        *code = help(words + 1);
    else if (strcmp(first, "completion") == 0)
        *code = completion_print_script(words[1]);
    else if (strcmp(first, "--version") == 0)
        *code = puts("kontor " KONTOR_VERSION) >= 0 ? EXIT_DONE : EXIT_UNREPORTED;
    else
        return false;
    return true;
}

static enum exit_code run_words(char *const *words)
{
    enum exit_code code;
    const char *first = words[0];
    if (first == NULL) {
        command_print_overview(kontor_commands);
        return EXIT_USAGE;
    }
    if (run_special(words, &code))
        return code;
    if (first[0] == '-') {
        fprintf(stderr, "kontor: %s is not expected before a command\n  → kontor help\n", first);
        return EXIT_USAGE;
    }
    return find_and_run(words);
}

int main(int argc, char **argv)
{
    signal(SIGPIPE, SIG_IGN);
    log_set_service("kontor");
    log_set_level(LOG_ERROR);
    char **words = calloc((size_t)argc + 1, sizeof(*words));
    if (words == NULL)
        return EXIT_USAGE;
    words_put_globals_last(argv + 1, words);
    bool completes = argc > 1 && strcmp(argv[1], "__complete") == 0;
    enum exit_code code = completes ? completion_complete(argv + 2) : run_words(words);
    free(words);
    bool printed = fflush(stdout) == 0 && ferror(stdout) == 0;
    return code == EXIT_DONE && !printed ? EXIT_UNREPORTED : (int)code;
}
