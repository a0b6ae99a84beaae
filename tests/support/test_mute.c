#include "tests/support/test_mute.h"

#include <arpa/inet.h>
#include <assert.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

static bool read_whole(int socket, uint8_t *bytes, size_t size)
{
    for (size_t done = 0; done < size;) {
        ssize_t got = recv(socket, bytes + done, size - done, 0);
        if (got <= 0)
            return false;
        done += (size_t)got;
    }
    return true;
}

static void send_frame(int socket, uint8_t type, uint32_t stream, const uint32_t *words,
                       size_t count)
{
    uint8_t frame[9 + 8] = {0, 0, (uint8_t)(4 * count), type};
    for (int i = 0; i < 4; i++)
        frame[5 + i] = (uint8_t)(stream >> (24 - 8 * i));
    for (size_t word = 0; word < count; word++) {
        for (int i = 0; i < 4; i++)
            frame[9 + 4 * word + (size_t)i] = (uint8_t)(words[word] >> (24 - 8 * i));
    }
    ssize_t sent = send(socket, frame, 9 + 4 * count, MSG_NOSIGNAL);
    assert(sent > 0);
    (void)sent;
}

/* Whether it hears on. */
static bool mute_answer(const struct test_mute *mute, int socket, uint32_t stream)
{
    enum { RST_STREAM = 3, GOAWAY = 7, INTERNAL_ERROR = 2, REFUSED_STREAM = 7 };
    switch (mute->habit) {
    case MUTE_HANGS_UP:
        return false;
    case MUTE_REFUSES:
        send_frame(socket, RST_STREAM, stream, &(uint32_t){REFUSED_STREAM}, 1);
        break;
    case MUTE_RESETS:
        send_frame(socket, RST_STREAM, stream, &(uint32_t){INTERNAL_ERROR}, 1);
        break;
    case MUTE_GOES_BEFORE:
        send_frame(socket, GOAWAY, 0, (const uint32_t[]){stream - 1, 0}, 2);
        break;
    case MUTE_GOES_BEHIND:
        send_frame(socket, GOAWAY, 0, (const uint32_t[]){stream, 0}, 2);
        break;
    }
    return true;
}

/* Reads HTTP/2 frames and answers those with the HEADERS of a request. */
static void mute_hear(struct test_mute *mute, int socket)
{
    static const uint8_t settings[] = {0, 0, 0, 4, 0, 0, 0, 0, 0};
    uint8_t preface[24], head[9], body[65536];
    bool alive =
        send(socket, settings, sizeof settings, MSG_NOSIGNAL) == (ssize_t)sizeof settings &&
        read_whole(socket, preface, sizeof preface);
    while (alive && read_whole(socket, head, sizeof head)) {
        size_t length = (size_t)head[0] << 16 | (size_t)head[1] << 8 | head[2];
        if (head[3] == 1) {
            int heard = atomic_fetch_add(&mute->requests, 1) + 1;
            if (heard == mute->requests_max)
                shutdown(mute->listener, SHUT_RDWR);
            uint32_t stream = (uint32_t)head[5] << 24 | (uint32_t)head[6] << 16 |
                              (uint32_t)head[7] << 8 | head[8];
            if (!mute_answer(mute, socket, stream))
                return;
        }
        alive = length <= sizeof body && read_whole(socket, body, length);
    }
}

/* One connection after the other, so one that nobody uses any more must not keep the next one out.
 */
static void *mute_serve(void *argument)
{
    static const struct timeval patience = {.tv_sec = 1};
    struct test_mute *mute = argument;
    for (;;) {
        int socket = accept(mute->listener, NULL, NULL);
        if (socket < 0)
            return NULL;
        setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
        mute_hear(mute, socket);
        close(socket);
    }
}

static int listener_new(int *port)
{
    int listener = socket(AF_INET, SOCK_STREAM, 0);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof address;
    bool bound = bind(listener, (struct sockaddr *)&address, size) == 0;
    bool named = getsockname(listener, (struct sockaddr *)&address, &size) == 0;
    assert(bound && named);
    *port = ntohs(address.sin_port);
    return listener;
}

void test_mute_start(struct test_mute *mute)
{
    mute->listener = listener_new(&mute->port);
    atomic_store(&mute->requests, 0);
    bool listens = listen(mute->listener, 16) == 0;
    bool serves = pthread_create(&mute->thread, NULL, mute_serve, mute) == 0;
    assert(listens && serves);
}

void test_mute_stop(struct test_mute *mute)
{
    shutdown(mute->listener, SHUT_RDWR);
    pthread_join(mute->thread, NULL);
    close(mute->listener);
}

int test_port_of_nobody(void)
{
    int port;
    (void)listener_new(&port); /* bound to the end, so that nobody else can listen there */
    return port;
}
