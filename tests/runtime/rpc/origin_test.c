/* Where a call comes from, as a front says it or as the connection shows; and when a front is
 * believed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/support/test_echo.h"
#include "tests/support/test_loop.h"

static char folder[64];
static char address[96];
static char certificate[4096]; /* DER in base64, as a front hands it on */

struct row {
    bool is_door;
    const char *address;
    const char *said;   /* by the caller; NULL: nothing */
    const char *source; /* what counts */
    const char *identity;
};

static void ask(struct task *task, struct test_echo *echo, const struct row *row)
{
    Runtime__Test__V1__EchoRequest request = RUNTIME__TEST__V1__ECHO_REQUEST__INIT;
    const struct rpc_header headers[] = {
        {"kontor_source_address", "192.0.2.99"}, /* another name, that a front lets pass */
        {"kontor-client-certificate", certificate},
        {row->said == NULL ? NULL : "kontor-source-address", row->said},
        {NULL, NULL},
    };
    struct rpc_call_options options = {.headers = headers};
    ProtobufCMessage *answer;
    struct rpc_status status;
    assert_int_equal(rpc_client_call(task, echo->client,
                                     &runtime__test__v1__echo_service__descriptor, 0, &request.base,
                                     &options, &answer, &status),
                     FAILURE_NONE);
    assert_int_equal(status.code, CODE_OK);
    assert_string_equal(echo->source_address, row->source);
    assert_string_equal(echo->identity, row->identity);
}

static void play(struct task *task, void *argument)
{
    const struct row *row = argument;
    struct test_echo echo = {.settings = {.address = row->address, .is_door = row->is_door}};
    test_echo_start(task, &echo);
    ask(task, &echo, row);
    test_echo_stop(task, &echo, 5000);
}

#define PARTNER "spiffe://kontor/partner"
#define TCP "127.0.0.1:0"

static void a_front_is_believed_on_a_private_socket_only(void **state)
{
    (void)state;
    struct row rows[] = {
        {true, address, "203.0.113.7", "203.0.113.7", PARTNER},
        {true, address, "2001:db8::1", "2001:db8::1", PARTNER},
        {true, address, NULL, "", PARTNER},
        {true, address, "203.0.113.7:80", "", PARTNER},
        {true, address, "nonsense", "", PARTNER},
        {true, TCP, "203.0.113.7", "127.0.0.1", ""},
        {true, "[::1]:0", "203.0.113.7", "::1", ""},
        {false, TCP, "203.0.113.7", "203.0.113.7", ""}, /* said by the gateway */
        {false, TCP, NULL, "127.0.0.1", ""},
        {false, TCP, "nonsense", "127.0.0.1", ""},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        test_in_task(play, &rows[i]);
}

static void start_in_an_open_folder(struct task *task, void *argument)
{
    bool is_door = *(const bool *)argument;
    struct rpc_server_settings settings = {.address = address, .is_door = is_door};
    struct rpc_server *server = rpc_server_new(task_loop(task), &settings);
    assert_int_equal(rpc_server_start(server), !is_door);
    rpc_server_drain(task, server, 1000);
}

static void a_door_does_not_open_where_others_could_enter(void **state)
{
    (void)state;
    bool is_door = true, is_none = false;
    assert_int_equal(chmod(folder, 0710), 0);
    test_in_task(start_in_an_open_folder, &is_door);
    test_in_task(start_in_an_open_folder, &is_none);
    assert_int_equal(chmod(folder, 0700), 0);
}

static void a_missing_folder_is_made_for_its_own_user_alone(void **state)
{
    (void)state;
    char usual[sizeof address], made[sizeof folder + 8];
    struct stat seen;
    bool is_none = false;
    memcpy(usual, address, sizeof usual);
    snprintf(made, sizeof made, "%s/made", folder);
    snprintf(address, sizeof address, "unix:%s/gateway.sock", made);
    test_in_task(start_in_an_open_folder, &is_none);
    assert_int_equal(stat(made, &seen), 0);
    assert_int_equal(seen.st_mode & 0777, 0700);
    memcpy(address, usual, sizeof usual);
}

/* ---- certificates ---- */

static void make_certificate(const char *names)
{
    char command[1024];
    snprintf(
        command, sizeof command,
        "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj "
        "/CN=somebody -keyout %s/key -out %s/pem "
        "%s%s 2>/dev/null && openssl x509 -in %s/pem -outform DER | openssl base64 -A >%s/base64",
        folder, folder, names[0] == '\0' ? "" : "-addext subjectAltName=", names, folder, folder);
    assert_int_equal(system(command), 0);
    snprintf(command, sizeof command, "%s/base64", folder);
    FILE *file = fopen(command, "r");
    assert_non_null(file);
    size_t size = fread(certificate, 1, sizeof certificate - 1, file);
    certificate[size] = '\0';
    fclose(file);
}

static const char *identity_of(struct arena *arena, const char *text)
{
    return credentials_identity_of((const uint8_t *)text, strlen(text), arena);
}

static void only_one_uri_names_a_caller(void **state)
{
    (void)state;
    struct arena arena;
    arena_init(&arena, 65536);
    static const struct {
        const char *names;
        const char *identity;
    } rows[] = {
        {"URI:spiffe://kontor/one,URI:spiffe://kontor/two", ""},
        {"DNS:partner.example", ""},
        {"", ""},
        {"DNS:partner.example,URI:" PARTNER, PARTNER},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        make_certificate(rows[i].names);
        assert_string_equal(identity_of(&arena, certificate), rows[i].identity);
    }
    assert_string_equal(identity_of(&arena, ""), "");
    assert_string_equal(identity_of(&arena, "AAAA"), "");
    assert_string_equal(identity_of(&arena, "?!"), "");
    for (size_t length = strlen(certificate) - 4; length > 0; length -= 4) /* cut anywhere */
        assert_string_equal(credentials_identity_of((const uint8_t *)certificate, length, &arena),
                            "");
    arena_deinit(&arena);
}

static int folder_make(void **state)
{
    (void)state;
    snprintf(folder, sizeof folder, "/tmp/kontor-origin-XXXXXX");
    assert_non_null(mkdtemp(folder));
    snprintf(address, sizeof address, "unix:%s/gateway.sock", folder);
    make_certificate("URI:" PARTNER);
    return 0;
}

static int folder_remove(void **state)
{
    char command[128];
    (void)state;
    snprintf(command, sizeof command, "rm -r %s", folder);
    return system(command);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_front_is_believed_on_a_private_socket_only),
        cmocka_unit_test(a_door_does_not_open_where_others_could_enter),
        cmocka_unit_test(a_missing_folder_is_made_for_its_own_user_alone),
        cmocka_unit_test(only_one_uri_names_a_caller),
    };
    return cmocka_run_group_tests_name("origin", tests, folder_make, folder_remove);
}
