#include "runtime/process/admin.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "runtime/http/http_server.h"

#define CONNECTIONS_MAX 32
#define HEAD_BYTES_MAX 4096
#define BODY_BYTES_MAX 1024 /* nobody looks at it */
#define RECEIVE_MS 10000

struct admin {
    struct http_server *server;
    const struct admin_page *pages;
    void *context;
};

static struct http_reply page_reply(const struct admin *admin, const struct admin_page *page,
                                    struct arena *arena)
{
    struct admin_answer answer = page->answer(admin->context, arena);
    if (answer.body == NULL)
        return (struct http_reply){.status = 503};
    return (struct http_reply){.status = answer.status,
                               .type = answer.type,
                               .body = {(const uint8_t *)answer.body, strlen(answer.body)}};
}

static struct http_reply answer(void *context, const struct http_received *received,
                                struct arena *arena)
{
    static const struct http_field allow[] = {{"Allow", "GET"}};
    const struct admin *admin = context;
    if (strcmp(received->method, "GET") != 0)
        return (struct http_reply){.status = 405, .fields = allow, .field_count = 1};
    for (const struct admin_page *page = admin->pages; page->path != NULL; page++) {
        if (strcmp(page->path, received->path) == 0)
            return page_reply(admin, page, arena);
    }
    return (struct http_reply){.status = 404};
}

struct admin *admin_new(struct loop *loop, const char *address, const struct admin_page *pages,
                        void *context)
{
    struct admin *admin = calloc(1, sizeof *admin);
    assert(admin != NULL);
    admin->pages = pages;
    admin->context = context;
    const struct http_server_settings settings = {
        .name = "admin",
        .address = address,
        .connections_max = CONNECTIONS_MAX,
        .head_bytes_max = HEAD_BYTES_MAX,
        .body_bytes_max = BODY_BYTES_MAX,
        .receive_ms = RECEIVE_MS,
        .page = answer,
        .context = admin,
    };
    admin->server = http_server_new(loop, &settings);
    if (admin->server != NULL)
        return admin;
    free(admin);
    return NULL;
}

int admin_port(const struct admin *admin)
{
    return http_server_port(admin->server);
}

void admin_free(struct admin *admin)
{
    if (admin == NULL)
        return;
    http_server_free(admin->server);
    free(admin);
}
