#include "runtime/http/http_client.h"

#include <assert.h>
#include <stdlib.h>
#include <uv.h>

#include "runtime/http/http_memory.h"
#include "runtime/http/http_transfer.h"

struct http_client {
    uv_timer_t timer;
    CURLM *multi;
    size_t running;
};

/* A socket that curl wants watched; freed when its handle is closed. */
struct http_socket {
    uv_poll_t poll;
    struct http_client *client;
    curl_socket_t descriptor;
};

static void succeed(int failed)
{
    assert(failed == 0);
    (void)failed;
}

/* ---- what curl asks of the loop, and what the loop tells curl ---- */

static void take_ended(struct http_client *client)
{
    int left;
    for (CURLMsg *message; (message = curl_multi_info_read(client->multi, &left)) != NULL;) {
        struct transfer *transfer;
        curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &transfer);
        transfer->result = message->data.result;
        transfer->is_over = true;
        event_signal(&transfer->ended);
    }
}

static void act(struct http_client *client, curl_socket_t descriptor, int happened)
{
    int running;
    curl_multi_socket_action(client->multi, descriptor, happened, &running);
    take_ended(client);
}

static void timer_fired(uv_timer_t *timer)
{
    act(timer->data, CURL_SOCKET_TIMEOUT, 0);
}

static int set_timer(CURLM *multi, long timeout_ms, void *context)
{
    (void)multi;
    struct http_client *client = context;
    if (timeout_ms < 0) {
        uv_timer_stop(&client->timer);
        return 0;
    }
    uv_update_time(client->timer.loop);
    return uv_timer_start(&client->timer, timer_fired, (uint64_t)timeout_ms, 0);
}

static void socket_happened(uv_poll_t *poll, int status, int events)
{
    struct http_socket *socket = poll->data;
    int happened = status < 0 ? CURL_CSELECT_ERR : 0;
    if (events & UV_READABLE)
        happened |= CURL_CSELECT_IN;
    if (events & UV_WRITABLE)
        happened |= CURL_CSELECT_OUT;
    act(socket->client, socket->descriptor, happened);
}

static void socket_closed(uv_handle_t *handle)
{
    free(handle->data);
}

static struct http_socket *socket_new(struct http_client *client, curl_socket_t descriptor)
{
    struct http_socket *socket = calloc(1, sizeof *socket);
    assert(socket != NULL);
    socket->client = client;
    socket->descriptor = descriptor;
    succeed(uv_poll_init_socket(client->timer.loop, &socket->poll, descriptor));
    socket->poll.data = socket;
    curl_multi_assign(client->multi, descriptor, socket);
    return socket;
}

static int watch_socket(CURL *easy, curl_socket_t descriptor, int what, void *context,
                        void *assigned)
{
    (void)easy;
    struct http_client *client = context;
    struct http_socket *socket = assigned;
    if (what == CURL_POLL_REMOVE) {
        if (socket != NULL) {
            curl_multi_assign(client->multi, descriptor, NULL);
            uv_close((uv_handle_t *)&socket->poll, socket_closed);
        }
        return 0;
    }
    if (socket == NULL)
        socket = socket_new(client, descriptor);
    int events = (what & CURL_POLL_IN ? UV_READABLE : 0) | (what & CURL_POLL_OUT ? UV_WRITABLE : 0);
    return uv_poll_start(&socket->poll, events, socket_happened);
}

/* ---- life ---- */

struct http_client *http_client_new(struct loop *loop, size_t connections_max)
{
    assert(connections_max > 0);
    struct http_client *client = calloc(1, sizeof *client);
    assert(client != NULL);
    succeed(!http_memory_init());
    succeed(uv_timer_init(loop_uv(loop), &client->timer));
    client->timer.data = client;
    client->multi = curl_multi_init();
    assert(client->multi != NULL);
    curl_multi_setopt(client->multi, CURLMOPT_SOCKETFUNCTION, watch_socket);
    curl_multi_setopt(client->multi, CURLMOPT_SOCKETDATA, client);
    curl_multi_setopt(client->multi, CURLMOPT_TIMERFUNCTION, set_timer);
    curl_multi_setopt(client->multi, CURLMOPT_TIMERDATA, client);
    curl_multi_setopt(client->multi, CURLMOPT_MAX_TOTAL_CONNECTIONS, (long)connections_max);
    curl_multi_setopt(client->multi, CURLMOPT_MAXCONNECTS, (long)connections_max);
    return client;
}

static void client_closed(uv_handle_t *handle)
{
    free(handle->data);
}

void http_client_free(struct http_client *client)
{
    if (client == NULL)
        return;
    assert(client->running == 0);
    curl_multi_cleanup(client->multi);
    curl_global_cleanup();
    uv_close((uv_handle_t *)&client->timer, client_closed);
}

const char *http_client_library(void)
{
    return curl_version_info(CURLVERSION_NOW)->version;
}

/* ---- transfers ---- */

bool transfer_init(struct transfer *transfer, const char *schemes, int64_t timeout_ms)
{
    assert(timeout_ms > 0);
    *transfer = (struct transfer){.easy = curl_easy_init()};
    if (transfer->easy == NULL)
        return false;
    CURL *easy = transfer->easy;
    curl_easy_setopt(easy, CURLOPT_PRIVATE, transfer);
    curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, schemes);
    curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, (long)timeout_ms);
    curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, (long)timeout_ms);
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_PROXY, "");
    curl_easy_setopt(easy, CURLOPT_TCP_KEEPALIVE, 1L);
    return true;
}

void transfer_deinit(struct transfer *transfer)
{
    curl_easy_cleanup(transfer->easy);
}

enum failure transfer_run(struct task *task, struct http_client *client, struct transfer *transfer)
{
    enum failure failure = task_state(task);
    if (failure != FAILURE_NONE)
        return failure;
    client->running++;
    CURLMcode added = curl_multi_add_handle(client->multi, transfer->easy);
    assert(added == CURLM_OK);
    (void)added;
    while (failure == FAILURE_NONE && !transfer->is_over)
        failure = task_wait(task, &transfer->ended);
    curl_multi_remove_handle(client->multi, transfer->easy);
    client->running--;
    return transfer->is_over ? FAILURE_NONE : failure;
}
