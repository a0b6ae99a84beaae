#include "runtime/process/own_port.h"

#include <errno.h>
#include <netinet/in.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "runtime/base/clock.h"
#include "runtime/http/http_address.h"

#define GREETING_BYTES_MAX 2048
#define UNIX_PREFIX "unix:"

/* A server of HTTP/2 answers the preface and empty settings. */
static const char preface[] = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\4\0\0\0\0\0";

/* The first flight of a handshake, which is never ended. 0: no memory. */
static size_t tls_greeting(char greeting[GREETING_BYTES_MAX])
{
    SSL_CTX *context = SSL_CTX_new(TLS_client_method());
    SSL *ssl = context != NULL ? SSL_new(context) : NULL;
    BIO *in = BIO_new(BIO_s_mem()), *out = BIO_new(BIO_s_mem());
    int size = 0;
    if (ssl != NULL && in != NULL && out != NULL) {
        SSL_set_bio(ssl, in, out);
        SSL_set_connect_state(ssl);
        (void)SSL_do_handshake(ssl);
        size = BIO_read(out, greeting, GREETING_BYTES_MAX);
    } else {
        BIO_free(in);
        BIO_free(out);
    }
    SSL_free(ssl);
    SSL_CTX_free(context);
    return size > 0 ? (size_t)size : 0;
}

static bool read_unix_address(const char *path, struct sockaddr_storage *address)
{
    struct sockaddr_un *local = (struct sockaddr_un *)(void *)address;
    size_t length = strlen(path);
    if (length == 0 || length >= sizeof local->sun_path)
        return false;
    local->sun_family = AF_UNIX;
    memcpy(local->sun_path, path, length + 1);
    return true;
}

static bool read_address(const char *text, int port, struct sockaddr_storage *address)
{
    if (strncmp(text, UNIX_PREFIX, strlen(UNIX_PREFIX)) == 0)
        return read_unix_address(text + strlen(UNIX_PREFIX), address);
    if (!http_address_read(text, address))
        return false;
    ((struct sockaddr_in *)(void *)address)->sin_port =
        htons((uint16_t)port); /* the same place in sockaddr_in6 */
    return true;
}

static bool is_ready(int socket, short events, int64_t until_us)
{
    int64_t left_us = until_us - clock_monotonic_us();
    struct pollfd descriptor = {.fd = socket, .events = events};
    return left_us > 0 && poll(&descriptor, 1, (int)(left_us / 1000) + 1) == 1;
}

/* Any answer will do, a refusal included: somebody accepted. */
static bool greet(int socket, const char *greeting, size_t size, int64_t until_us)
{
    char answer;
    if (!is_ready(socket, POLLOUT, until_us) ||
        send(socket, greeting, size, MSG_NOSIGNAL) != (ssize_t)size)
        return false;
    return is_ready(socket, POLLIN, until_us) && recv(socket, &answer, 1, 0) >= 0;
}

bool own_port_answers(const char *address, int port, bool is_tls, int wait_ms)
{
    struct sockaddr_storage to = {0};
    char tls[GREETING_BYTES_MAX];
    int64_t until_us = clock_monotonic_us() + wait_ms * INT64_C(1000);
    if (!read_address(address, port, &to))
        return true;
    size_t tls_size = is_tls ? tls_greeting(tls) : 0;
    socklen_t size = to.ss_family == AF_UNIX   ? sizeof(struct sockaddr_un)
                     : to.ss_family == AF_INET ? sizeof(struct sockaddr_in)
                                               : sizeof(struct sockaddr_in6);
    int dialled = socket(to.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (dialled < 0)
        return false; /* no descriptor for us, none for a caller */
    bool is_connecting =
        connect(dialled, (const struct sockaddr *)&to, size) == 0 || errno == EINPROGRESS;
    bool answers =
        is_connecting && (is_tls ? tls_size > 0 && greet(dialled, tls, tls_size, until_us)
                                 : greet(dialled, preface, sizeof preface - 1, until_us));
    close(dialled);
    return answers;
}
