#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "event/v1/event.pb-c.h"
#include "runtime/rpc/client.h"
#include "runtime/rpc/credentials.h"
#include "tests/support/test_loop.h"
#include "tests/support/test_peer.h"

/* ---- certificates, made by openssl for this run ---- */

static char folder[64];

static void run(const char *format, ...) __attribute__((format(printf, 1, 2)));
static void run(const char *format, ...)
{
    char command[2048];
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(command, sizeof command, format, arguments);
    va_end(arguments);
    assert_in_range(length, 1, sizeof command - 1);
    assert_int_equal(system(command), 0);
}

static void authority_make(const char *name)
{
    run("cd %s && openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout "
        "%s.key -out %s.pem -days 2 -subj '/CN=%s' "
        "2>/dev/null",
        folder, name, name, name);
}

static void certificate_make(const char *authority, const char *name, const char *extensions)
{
    run("cd %s && openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout %s.key "
        "-out %s.csr -subj '/CN=%s' 2>/dev/null",
        folder, name, name, name);
    run("cd %s && printf '%s' > %s.ext && openssl x509 -req -in %s.csr -CA %s.pem -CAkey %s.key "
        "-CAcreateserial -days 2 -extfile %s.ext "
        "-out %s.pem 2>/dev/null",
        folder, extensions, name, name, authority, authority, name, name);
}

static int certificates_make(void **state)
{
    (void)state;
    snprintf(folder, sizeof folder, "/tmp/kontor-credentials-XXXXXX");
    assert_non_null(mkdtemp(folder));
    authority_make("house");
    authority_make("stranger");
    certificate_make("house", "server", "subjectAltName=DNS:ledger.kontor,IP:127.0.0.1");
    certificate_make("house", "named", "subjectAltName=DNS:ledger.kontor");
    certificate_make("house", "local", "subjectAltName=DNS:localhost");
    certificate_make("house", "uri",
                     "subjectAltName=DNS:gateway.kontor,URI:spiffe://kontor/gateway");
    certificate_make("house", "two",
                     "subjectAltName=URI:spiffe://kontor/gateway,URI:spiffe://kontor/ledger");
    certificate_make("house", "dns", "subjectAltName=DNS:gateway.kontor");
    certificate_make("house", "bare", "basicConstraints=CA:FALSE");
    certificate_make("stranger", "foreign", "subjectAltName=URI:spiffe://kontor/gateway");
    return 0;
}

static int certificates_remove(void **state)
{
    (void)state;
    run("rm -r %s", folder);
    return 0;
}

/* Four names at once are in use; "" for none. */
static const char *path(const char *name, const char *suffix)
{
    static char paths[4][128];
    static unsigned next;
    char *out = paths[next++ % 4];
    snprintf(out, sizeof paths[0], "%s/%s%s", folder, name, suffix);
    return name[0] == '\0' ? "" : out;
}

static struct credentials *credentials_of(const char *certificate, const char *authority,
                                          bool mutual, const char *name_override)
{
    struct credentials_settings settings = {
        .certificate_file = path(certificate, ".pem"),
        .private_key_file = path(certificate, ".key"),
        .authority_file = path(authority, ".pem"),
        .peer_certificate_required = mutual,
        .name_override = name_override,
    };
    return credentials_new(&settings);
}

/* ---- calls under such certificates ---- */

static void peer_start(struct task *task, struct test_peer *peer, const char *certificate,
                       bool mutual)
{
    peer->credentials = credentials_of(certificate, mutual ? "house" : "", mutual, "");
    assert_non_null(peer->credentials);
    test_peer_start(task, peer, "127.0.0.1:0");
}

static void peer_stop(struct task *task, struct test_peer *peer)
{
    test_peer_stop(task, peer);
    credentials_free((struct credentials *)(uintptr_t)peer->credentials);
}

static struct rpc_client *client_of(struct task *task, const struct test_peer *peer,
                                    const struct credentials *credentials)
{
    char target[64];
    snprintf(target, sizeof target, "127.0.0.1:%d", rpc_server_port(peer->server));
    struct rpc_client_settings settings = {
        .target = target, .credentials = credentials, .timeout_ms = 5000, .attempts_max = 2};
    return rpc_client_new(task_loop(task), &settings);
}

static enum failure ask(struct task *task, struct rpc_client *client)
{
    Event__V1__ListEventsRequest request = EVENT__V1__LIST_EVENTS_REQUEST__INIT;
    Event__V1__ListEventsResponse *response;
    return RPC_CALL(task, client, event__v1__event_service, list_events, &request, &response, NULL);
}

static enum failure ask_once(struct task *task, const struct test_peer *peer,
                             struct credentials *credentials)
{
    struct rpc_client *client = client_of(task, peer, credentials);
    enum failure failure = ask(task, client);
    rpc_client_free(client);
    credentials_free(credentials);
    return failure;
}

/* ---- who may talk to whom ---- */

static void talk_over_server_tls(struct task *task, void *argument)
{
    (void)argument;
    struct test_peer peer = {0};
    peer_start(task, &peer, "server", false);
    assert_int_equal(ask_once(task, &peer, credentials_of("", "house", false, "")), FAILURE_NONE);
    assert_string_equal(peer.identity, "");
    assert_int_equal(ask_once(task, &peer, credentials_of("uri", "house", false, "")),
                     FAILURE_NONE);
    assert_string_equal(peer.identity, ""); /* not asked for, so not verified, so nobody */
    assert_int_equal(ask_once(task, &peer, credentials_of("", "stranger", false, "")),
                     FAILURE_UNAVAILABLE);
    assert_int_equal(ask_once(task, &peer, NULL), FAILURE_UNAVAILABLE);
    peer_stop(task, &peer);
}

static void server_tls_needs_the_right_authority(void **state)
{
    (void)state;
    test_in_task(talk_over_server_tls, NULL);
}

static void talk_over_mutual_tls(struct task *task, void *argument)
{
    (void)argument;
    struct test_peer peer = {0};
    peer_start(task, &peer, "server", true);
    static const struct {
        const char *certificate;
        const char *identity;
    } rows[] = {{"uri", "spiffe://kontor/gateway"}, {"two", ""}, {"dns", ""}, {"bare", ""}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        assert_int_equal(
            ask_once(task, &peer, credentials_of(rows[i].certificate, "house", false, "")),
            FAILURE_NONE);
        assert_string_equal(peer.identity, rows[i].identity);
    }
    peer_stop(task, &peer);
}

static void mutual_tls_names_the_caller(void **state)
{
    (void)state;
    test_in_task(talk_over_mutual_tls, NULL);
}

static void talk_without_the_right_certificate(struct task *task, void *argument)
{
    (void)argument;
    struct test_peer peer = {0};
    peer_start(task, &peer, "server", true);
    assert_int_equal(ask_once(task, &peer, credentials_of("", "house", false, "")),
                     FAILURE_UNAVAILABLE);
    assert_int_equal(ask_once(task, &peer, credentials_of("foreign", "house", false, "")),
                     FAILURE_UNAVAILABLE);
    assert_int_equal(ask_once(task, &peer, NULL), FAILURE_UNAVAILABLE);
    assert_string_equal(peer.identity, "");
    peer_stop(task, &peer);
}

static void mutual_tls_refuses_no_and_foreign_certificates(void **state)
{
    (void)state;
    test_in_task(talk_without_the_right_certificate, NULL);
}

static void talk_to_a_name(struct task *task, void *argument)
{
    (void)argument;
    struct test_peer peer = {0};
    peer_start(task, &peer, "named", false);
    assert_int_equal(ask_once(task, &peer, credentials_of("", "house", false, "")),
                     FAILURE_UNAVAILABLE);
    assert_int_equal(ask_once(task, &peer, credentials_of("", "house", false, "identity.kontor")),
                     FAILURE_UNAVAILABLE);
    assert_int_equal(ask_once(task, &peer, credentials_of("", "house", false, "ledger.kontor")),
                     FAILURE_NONE);
    peer_stop(task, &peer);
}

static void the_servers_name_is_verified_and_can_be_overridden(void **state)
{
    (void)state;
    test_in_task(talk_to_a_name, NULL);
}

/* ---- rotation ---- */

static void generation_await(struct task *task, const struct credentials *credentials,
                             uint64_t generation)
{
    while (credentials_generation(credentials) < generation)
        assert_int_equal(task_sleep_ms(task, 10), FAILURE_NONE);
    assert_int_equal(credentials_generation(credentials), generation);
}

static void talk_across_a_rotation(struct task *task, void *argument)
{
    (void)argument;
    run("cd %s && cp house.pem ca.pem && cp server.pem live.pem && cp server.key live.key", folder);
    struct test_peer peer = {0};
    peer_start(task, &peer, "live", false);
    struct credentials *ours = credentials_of("", "ca", false, "");
    struct rpc_client *client = client_of(task, &peer, ours);
    assert_int_equal(ask(task, client), FAILURE_NONE);

    certificate_make("stranger", "next", "subjectAltName=IP:127.0.0.1");
    run("cd %s && cp stranger.pem ca.tmp && mv ca.tmp ca.pem && cp next.pem live.tmp && mv "
        "live.tmp live.pem && cp next.key live.tmp && mv "
        "live.tmp live.key",
        folder);
    generation_await(task, ours, 2);
    generation_await(task, peer.credentials, 2);
    assert_int_equal(ask(task, client),
                     FAILURE_NONE); /* over a new connection, under the new authority */
    assert_int_equal(ask_once(task, &peer, credentials_of("", "stranger", false, "")),
                     FAILURE_NONE);
    assert_int_equal(ask_once(task, &peer, credentials_of("", "house", false, "")),
                     FAILURE_UNAVAILABLE);
    rpc_client_free(client);
    credentials_free(ours);
    peer_stop(task, &peer);
}

static void new_certificates_are_used_without_a_restart(void **state)
{
    (void)state;
    test_in_task(talk_across_a_rotation, NULL);
}

static void talk_across_a_half_rotation(struct task *task, void *argument)
{
    (void)argument;
    run("cd %s && cp server.pem half.pem && cp server.key half.key", folder);
    struct test_peer peer = {0};
    peer_start(task, &peer, "half", false);
    run("cd %s && cp named.pem half.pem", folder); /* the key is still the old one */
    assert_int_equal(task_sleep_ms(task, 150), FAILURE_NONE);
    assert_int_equal(credentials_generation(peer.credentials), 1);
    assert_int_equal(ask_once(task, &peer, credentials_of("", "house", false, "")), FAILURE_NONE);
    run("cd %s && cp named.key half.key", folder);
    generation_await(task, peer.credentials, 2);
    assert_int_equal(ask_once(task, &peer, credentials_of("", "house", false, "ledger.kontor")),
                     FAILURE_NONE);
    peer_stop(task, &peer);
}

static void a_half_done_rotation_keeps_what_there_is(void **state)
{
    (void)state;
    test_in_task(talk_across_a_half_rotation, NULL);
}

/* ---- files that are no use ---- */

static void unusable_files_give_no_credentials(void **state)
{
    (void)state;
    run("cd %s && echo nothing > garbage.pem && cp server.key garbage.key && cp server.pem "
        "stolen.pem && cp uri.key stolen.key",
        folder);
    assert_null(credentials_of("missing", "house", false, ""));
    assert_null(credentials_of("garbage", "house", false, ""));
    assert_null(credentials_of("stolen", "house", false, ""));
    assert_null(credentials_of("server", "garbage", false, ""));
    assert_null(credentials_of("", "", false, ""));
}

static void a_server_needs_a_certificate_and_mutual_tls_an_authority(void **state)
{
    (void)state;
    struct credentials *without_certificate = credentials_of("", "house", false, "");
    assert_null(credentials_for_server(without_certificate));
    credentials_free(without_certificate);
    struct credentials *without_authority = credentials_of("server", "", true, "");
    assert_null(credentials_for_server(without_authority));
    credentials_free(without_authority);
}

/* By the address that was found for the name, but under the name. */
static enum failure ask_by_name(struct task *task, const char *certificate)
{
    struct test_peer peer = {0};
    char target[64];
    peer_start(task, &peer, certificate, false);
    struct credentials *credentials = credentials_of("", "house", false, "");
    snprintf(target, sizeof target, "localhost:%d", rpc_server_port(peer.server));
    struct rpc_client_settings settings = {
        .target = target, .credentials = credentials, .timeout_ms = 5000, .attempts_max = 2};
    struct rpc_client *client = rpc_client_new(task_loop(task), &settings);
    while (rpc_client_replica(client, "company") == 0)
        assert_int_equal(task_sleep_ms(task, 5), FAILURE_NONE);
    Event__V1__ListEventsRequest request = EVENT__V1__LIST_EVENTS_REQUEST__INIT;
    Event__V1__ListEventsResponse *response;
    struct rpc_call_options options = {.key = "company"};
    enum failure failure = RPC_CALL_WITH(task, client, &options, event__v1__event_service,
                                         list_events, &request, &response, NULL);
    rpc_client_free(client);
    credentials_free(credentials);
    peer_stop(task, &peer);
    return failure;
}

static void talk_to_a_replica(struct task *task, void *argument)
{
    (void)argument;
    assert_int_equal(ask_by_name(task, "local"), FAILURE_NONE);
    assert_int_equal(ask_by_name(task, "server"), FAILURE_UNAVAILABLE); /* has the address only */
}

static void a_replica_has_to_have_the_name_that_was_looked_up(void **state)
{
    (void)state;
    test_in_task(talk_to_a_replica, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(server_tls_needs_the_right_authority),
        cmocka_unit_test(mutual_tls_names_the_caller),
        cmocka_unit_test(mutual_tls_refuses_no_and_foreign_certificates),
        cmocka_unit_test(the_servers_name_is_verified_and_can_be_overridden),
        cmocka_unit_test(a_replica_has_to_have_the_name_that_was_looked_up),
        cmocka_unit_test(new_certificates_are_used_without_a_restart),
        cmocka_unit_test(a_half_done_rotation_keeps_what_there_is),
        cmocka_unit_test(unusable_files_give_no_credentials),
        cmocka_unit_test(a_server_needs_a_certificate_and_mutual_tls_an_authority),
    };
    return cmocka_run_group_tests(tests, certificates_make, certificates_remove);
}
