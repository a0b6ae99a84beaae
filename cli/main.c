/* kontor: the command line client of the gateway. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/invocation.h"
#include "cli/words.h"
#include "runtime/base/log.h"

#define STACK_BYTES ((size_t)256 * 1024)
#define TASKS_MAX 4
#define ARENA_BYTES_MAX ((size_t)64 * 1024 * 1024)
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
    };
    const char *complaint;
    if (!words_read(&invocation, words)) {
        fprintf(stderr, "  → kontor %s%s%s --help\n", command->noun,
                command->verb[0] != '\0' ? " " : "", command->verb);
        return EXIT_USAGE;
    }
    if (!read_timeout(&invocation))
        return EXIT_USAGE;
    if (!profile_read(&invocation.profile, invocation.profile_name, &complaint)) {
        fprintf(stderr, "kontor: %s\n", complaint);
        return EXIT_USAGE;
    }
    enum exit_code code = connect_and_run(&invocation);
    profile_deinit(&invocation.profile);
    return code;
}

static enum exit_code unknown(const char *word)
{
    fprintf(stderr, "kontor: there is no command \"%s\"\n  → kontor help\n", word);
    return EXIT_USAGE;
}

static enum exit_code run_words(int argc, char **argv)
{
    if (argc < 2 || strcmp(argv[1], "help") == 0 || strcmp(argv[1], "--help") == 0 ||
        strcmp(argv[1], "-h") == 0) {
        if (argc > 2)
            return command_print_noun(kontor_commands, argv[2]) ? EXIT_DONE : unknown(argv[2]);
        command_print_overview(kontor_commands);
        return argc < 2 ? EXIT_USAGE : EXIT_DONE;
    }
    if (strcmp(argv[1], "--version") == 0) {
        puts("kontor " KONTOR_VERSION);
        return EXIT_DONE;
    }
    int words_taken = 0;
    const struct command *command = command_find(kontor_commands, argc - 1, argv + 1, &words_taken);
    if (command == NULL) {
        if (command_print_noun(kontor_commands, argv[1])) {
            if (wants_help(argv + 1))
                return EXIT_DONE;
            fprintf(stderr, "kontor: %s needs a second word\n  → kontor %s --help\n", argv[1],
                    argv[1]);
            return EXIT_USAGE;
        }
        return unknown(argv[1]);
    }
    if (wants_help(argv + 1)) {
        command->verb[0] == '\0' ? (void)command_print_noun(kontor_commands, command->noun)
                                 : command_print_help(command);
        return EXIT_DONE;
    }
    const struct command *outer = command;
    char **words = argv + 1 + words_taken;
    if (command->of_command) {
        command = command_find(kontor_commands, argc - 1 - words_taken, words, &words_taken);
        words += command != NULL ? words_taken : 0;
    }
    if (command == NULL) {
        fprintf(stderr, "kontor: %s needs a command that moves money\n  → kontor %s --help\n",
                argv[1], argv[1]);
        return EXIT_USAGE;
    }
    return run_command(outer, command, words);
}

int main(int argc, char **argv)
{
    signal(SIGPIPE, SIG_IGN);
    log_set_service("kontor");
    log_set_level(LOG_ERROR);
    enum exit_code code = run_words(argc, argv);
    bool printed = fflush(stdout) == 0 && ferror(stdout) == 0;
    return code == EXIT_DONE && !printed ? EXIT_UNREPORTED : (int)code;
}
