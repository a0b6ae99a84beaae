/* A process's life, from outside: this program runs itself as a service, asks its admin port, sends
 * it signals and reads its log. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <arpa/inet.h>
#include <jansson.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "runtime/base/log.h"
#include "runtime/process/process.h"
#include "tests/support/test_database.h"

/* ---- the service: what it does is said by its settings ---- */

static const struct setting service_settings[] = {
    {"fail-start", SETTING_BOOL, "false", "Whether start fails.", 0, 0},
    {"slow-start", SETTING_BOOL, "false", "Whether start never ends by itself.", 0, 0},
    {"slow-stop", SETTING_BOOL, "false", "Whether stop takes a minute.", 0, 0},
    {"database", SETTING_BOOL, "false", "Read by this test's main.", 0, 0},
    {"peer-target", SETTING_TEXT, "127.0.0.1:1", "A peer.", 0, 0},
};

static enum failure run_job(struct task *task, void *argument)
{
    (void)argument;
    log_write(LOG_INFO, "job_runs");
    enum failure failure = task_sleep_ms(task, 60000);
    log_write(LOG_INFO, "job_ended", log_failure(failure));
    return failure;
}

static enum failure start(struct task *task, struct process *process)
{
    if (settings_bool(process->settings, "fail-start"))
        return FAILURE_INTERNAL;
    if (settings_bool(process->settings, "slow-start")) {
        log_write(LOG_INFO, "start_is_slow");
        return task_sleep_ms(task, 60000);
    }
    assert_ptr_equal(process_peer(process, "peer"), process_peer(process, "peer"));
    loop_job_wake(loop_every(process->loop, "test_job", 60000, run_job, NULL));
    return FAILURE_NONE;
}

static void stop(struct task *task, struct process *process)
{
    log_write(LOG_INFO, "stop_runs");
    if (settings_bool(process->settings, "slow-stop"))
        (void)!task_sleep_ms(task, 60000);
}

static const struct migration migrations[] = {
    {"0001_create_thing", "CREATE TABLE thing (thing_id uuid PRIMARY KEY);"}, {NULL, NULL}};

static int serve(int argc, char **argv)
{
    bool has_database = argc > 1 && strcmp(argv[1], "--database") == 0;
    struct process_plan plan = {
        .name = "kontor-test",
        .schema = has_database ? "test" : NULL,
        .migrations = migrations,
        .settings = service_settings,
        .setting_count = sizeof service_settings / sizeof service_settings[0],
        .default_listen_address = "127.0.0.1:0",
        .default_admin_address = "127.0.0.1:0",
        .start = start,
        .stop = stop,
    };
    return process_main(argc, argv, &plan);
}

/* ---- running it ---- */

struct child {
    pid_t pid;
    FILE *printed; /* both of its streams */
    char text[65536];
    size_t size;
};

static char program[4096];

#define START(child, ...) start_child((child), (const char *const[]){__VA_ARGS__, NULL})
#define NOTHING "--log-level=info"

static void start_child(struct child *child, const char *const *arguments)
{
    const char *argv[12] = {program, "serve"};
    for (int i = 0; arguments[i] != NULL; i++)
        argv[i + 2] = arguments[i];
    int printed[2];
    assert_int_equal(pipe(printed), 0);
    child->pid = fork();
    if (child->pid == 0) {
        dup2(printed[1], 1);
        dup2(printed[1], 2);
        close(printed[0]);
        execv(program, (char *const *)(uintptr_t)argv);
        _exit(127);
    }
    close(printed[1]);
    child->printed = fdopen(printed[0], "r");
    child->size = 0;
    child->text[0] = '\0';
}

/* Reads on until a line has the text; NULL at the end of the output. */
static const char *await_line(struct child *child, const char *text)
{
    char *line = child->text + child->size;
    while (fgets(line, (int)(sizeof child->text - child->size), child->printed) != NULL) {
        child->size += strlen(line);
        if (strstr(line, text) != NULL)
            return line;
        line = child->text + child->size;
    }
    return NULL;
}

static int exit_code_of(struct child *child)
{
    int status;
    assert_null(await_line(child, "no line has this"));
    fclose(child->printed);
    assert_int_equal(waitpid(child->pid, &status, 0), child->pid);
    assert_true(WIFEXITED(status));
    return WEXITSTATUS(status);
}

static int number_in(const char *line, const char *key)
{
    assert_non_null(line);
    json_t *object = json_loads(line, 0, NULL);
    assert_non_null(object);
    int number = (int)json_integer_value(json_object_get(object, key));
    json_decref(object);
    return number;
}

static void assert_printed(const struct child *child, const char *text)
{
    if (strstr(child->text, text) == NULL)
        fail_msg("\"%s\" is not in:\n%s", text, child->text);
}

/* ---- its admin port ---- */

static char answer[65536];

static const char *get(int port, const char *path)
{
    int client = socket(AF_INET, SOCK_STREAM, 0);
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_port = htons((uint16_t)port),
                                  .sin_addr = {htonl(INADDR_LOOPBACK)}};
    assert_int_equal(connect(client, (const struct sockaddr *)&address, sizeof address), 0);
    char request[256];
    int length = snprintf(request, sizeof request,
                          "GET %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", path);
    assert_int_equal(send(client, request, (size_t)length, MSG_NOSIGNAL), length);
    size_t size = 0;
    for (ssize_t got; (got = recv(client, answer + size, sizeof answer - 1 - size, 0)) > 0;)
        size += (size_t)got;
    answer[size] = '\0';
    close(client);
    return answer;
}

static void assert_answers(int port, const char *path, const char *begins, const char *has)
{
    const char *text = get(port, path);
    assert_memory_equal(text, begins, strlen(begins));
    if (strstr(text, has) == NULL)
        fail_msg("\"%s\" is not in:\n%s", has, text);
}

/* Nobody else's until this process ends: bound here, and with SO_REUSEADDR a server may listen
 * beside that. */
static void free_address(char address[32])
{
    int held = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), yes = 1;
    struct sockaddr_in bound = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
    socklen_t size = sizeof bound;
    assert_int_equal(bind(held, (const struct sockaddr *)&bound, size), 0);
    assert_int_equal(setsockopt(held, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes), 0);
    assert_int_equal(getsockname(held, (struct sockaddr *)&bound, &size), 0);
    snprintf(address, 32, "127.0.0.1:%d", ntohs(bound.sin_port));
}

static int free_admin_flag(char flag[64])
{
    char address[32];
    free_address(address);
    snprintf(flag, 64, "--admin-address=%s", address);
    return atoi(strchr(address, ':') + 1);
}

/* ---- tests ---- */

static struct child child, other;

/* ThreadSanitizer keeps a signal that meets a coroutine until that coroutine runs again; an answer
 * says that none does. */
static void signal_when_idle(int port, int number)
{
    assert_answers(port, "/health/live", "HTTP/1.1 200 ", "live");
    kill(child.pid, number);
}

static void mistakes_in_the_settings_end_it_with_2(void **state)
{
    (void)state;
    static const struct {
        const char *flag;
        const char *said;
        int exit_code;
    } cases[] = {
        {"--no-such-setting=1", "--no-such-setting", 2},
        {"--log-level=loud", "log-level must be debug, info, warn or error", 2},
        {"--calls-max=0", "calls-max must be between", 2},
        {"--help", "--drain-grace=30s", 0},
        {"--version", "kontor-test " KONTOR_VERSION, 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        START(&child, cases[i].flag);
        assert_int_equal(exit_code_of(&child), cases[i].exit_code);
        assert_printed(&child, cases[i].said);
    }
}

static void what_cannot_start_says_why_and_ends_with_1(void **state)
{
    (void)state;
    static const struct {
        const char *flag;
        const char *said;
    } cases[] = {
        {"--fail-start", "\"event\":\"start_failed\""},
        {"--clock-file=/nowhere/clock", "/nowhere/clock"},
        {"--admin-address=localhost:1", "localhost:1"},
        {"--listen-address=0.0.0.0:0", "0.0.0.0:0"},
        {"--tls-certificate-file=/nowhere/cert.pem", "/nowhere/cert.pem"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        START(&child, cases[i].flag);
        assert_int_equal(exit_code_of(&child), 1);
        assert_printed(&child, cases[i].said);
    }
}

static void it_serves_and_drains_in_order(void **state)
{
    (void)state;
    START(&child, NOTHING);
    int port = number_in(await_line(&child, "\"event\":\"serving\""), "admin_port");
    assert_non_null(await_line(&child, "job_runs"));
    assert_answers(port, "/health/live", "HTTP/1.1 200 ", "live");
    assert_answers(port, "/health/ready", "HTTP/1.1 200 ", "ready");
    assert_answers(port, "/build", "HTTP/1.1 200 ",
                   "\"program\":\"kontor-test\",\"version\":\"" KONTOR_VERSION
                   "\",\"compiler\":\"");
    assert_answers(port, "/metrics", "HTTP/1.1 200 ", "\nprocess_start_time_seconds ");
    assert_answers(port, "/metrics", "HTTP/1.1 200 ",
                   "\nkontor_build_info{version=\"" KONTOR_VERSION "\"} 1\n");
    assert_answers(port, "/metrics", "HTTP/1.1 200 ", "\nprocess_ready 1\n");
    assert_answers(port, "/metrics", "HTTP/1.1 200 ", "\nprocess_cpu_seconds_total 0.");
    assert_answers(port, "/metrics", "HTTP/1.1 200 ", "\nprocess_open_fds ");
    assert_answers(port, "/metrics", "HTTP/1.1 200 ", "\nprocess_max_fds ");
    signal_when_idle(port, SIGTERM);
    assert_non_null(await_line(&child, "end_asked"));
    assert_non_null(await_line(&child, "stop_runs"));
    assert_non_null(await_line(&child, "job_ended"));
    assert_non_null(await_line(&child, "\"event\":\"ended\""));
    assert_int_equal(exit_code_of(&child), 0);
}

static void a_taken_port_is_one_clear_line(void **state)
{
    (void)state;
    char listen[32], admin[32], flag[128];
    free_address(listen);
    free_address(admin);
    char listen_flag[64], admin_flag[64];
    snprintf(listen_flag, sizeof listen_flag, "--listen-address=%s", listen);
    snprintf(admin_flag, sizeof admin_flag, "--admin-address=%s", admin);
    START(&child, listen_flag, admin_flag);
    int port = number_in(await_line(&child, "\"event\":\"serving\""), "admin_port");
    START(&other, listen_flag);
    assert_int_equal(exit_code_of(&other), 1);
    assert_printed(&other, listen);
    START(&other, admin_flag);
    assert_int_equal(exit_code_of(&other), 1);
    snprintf(flag, sizeof flag, "\"address\":\"%s\",\"why\":\"address already in use\"", admin);
    assert_printed(&other, flag);
    signal_when_idle(port, SIGINT);
    assert_int_equal(exit_code_of(&child), 0);
}

static void a_signal_ends_a_slow_start(void **state)
{
    (void)state;
    char flag[64];
    int port = free_admin_flag(flag);
    START(&child, "--slow-start", flag);
    assert_non_null(await_line(&child, "start_is_slow"));
    signal_when_idle(port, SIGTERM);
    assert_int_equal(exit_code_of(&child), 0);
}

static void a_second_signal_ends_it_at_once(void **state)
{
    (void)state;
    START(&child, "--slow-stop");
    int port = number_in(await_line(&child, "\"event\":\"serving\""), "admin_port");
    signal_when_idle(port, SIGTERM);
    assert_non_null(await_line(&child, "stop_runs"));
    signal_when_idle(port, SIGTERM);
    assert_int_equal(exit_code_of(&child), 1);
}

static void without_its_database_it_waits_and_says_so(void **state)
{
    (void)state;
    char flag[64];
    int port = free_admin_flag(flag);
    START(&child, "--database", flag, "--database-url=host=/nowhere", "--database-wait-max=100ms");
    assert_non_null(await_line(&child, "/nowhere"));
    assert_non_null(await_line(&child, "database_not_reached"));
    assert_answers(port, "/health/live", "HTTP/1.1 200 ", "live");
    assert_answers(port, "/health/ready", "HTTP/1.1 503 ", "not serving");
    signal_when_idle(port, SIGTERM);
    assert_int_equal(exit_code_of(&child), 0);
}

static void with_its_database_it_migrates_and_serves(void **state)
{
    (void)state;
    char flag[600];
    snprintf(flag, sizeof flag, "--database-url=%s", test_database_url("process"));
    for (int i = 0; i < 2; i++) {
        START(&child, "--database", flag);
        int port = number_in(await_line(&child, "\"event\":\"serving\""), "admin_port");
        for (int tries = 0; tries < 500 && strstr(get(port, "/health/ready"), " 200 ") == NULL;
             tries++)
            usleep(10000);
        assert_answers(port, "/health/ready", "HTTP/1.1 200 ", "ready");
        signal_when_idle(port, SIGTERM);
        assert_int_equal(exit_code_of(&child), 0);
        assert_int_equal(strstr(child.text, "0001_create_thing") != NULL, i == 0);
        assert_null(strstr(child.text, "dbname="));
    }
}

int main(int argc, char **argv)
{
    if (argc > 1 && strcmp(argv[1], "serve") == 0) {
        argv[1] = argv[0];
        return serve(argc - 1, argv + 1);
    }
    program[readlink("/proc/self/exe", program, sizeof program - 1)] = '\0';
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(mistakes_in_the_settings_end_it_with_2),
        cmocka_unit_test(what_cannot_start_says_why_and_ends_with_1),
        cmocka_unit_test(it_serves_and_drains_in_order),
        cmocka_unit_test(a_taken_port_is_one_clear_line),
        cmocka_unit_test(a_signal_ends_a_slow_start),
        cmocka_unit_test(a_second_signal_ends_it_at_once),
        cmocka_unit_test(without_its_database_it_waits_and_says_so),
        cmocka_unit_test(with_its_database_it_migrates_and_serves),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
