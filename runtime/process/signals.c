#include "runtime/process/signals.h"

#include <assert.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <unistd.h>
#include <uv.h>

static uv_poll_t signals;
static int descriptor;
static void (*end_asked)(int number);
static void (*reload_asked)(void);

static void signals_readable(uv_poll_t *poll, int status, int events)
{
    struct signalfd_siginfo came;
    (void)poll;
    (void)status;
    (void)events;
    while (read(descriptor, &came, sizeof came) == sizeof came) {
        if (came.ssi_signo == SIGHUP)
            reload_asked();
        else
            end_asked((int)came.ssi_signo);
    }
}

void signals_open(struct loop *loop, void (*ended)(int number), void (*reloaded)(void))
{
    sigset_t ends;
    end_asked = ended;
    reload_asked = reloaded;
    sigemptyset(&ends);
    sigaddset(&ends, SIGTERM);
    sigaddset(&ends, SIGINT);
    if (reloaded != NULL)
        sigaddset(&ends, SIGHUP);
    signal(SIGPIPE, SIG_IGN);
    signal(SIGTERM, SIG_DFL);
    signal(SIGINT, SIG_DFL);
    if (reloaded != NULL)
        signal(SIGHUP, SIG_DFL);
    pthread_sigmask(SIG_BLOCK, &ends, NULL);
    descriptor = signalfd(-1, &ends, SFD_NONBLOCK | SFD_CLOEXEC);
    assert(descriptor >= 0);
    int failed = uv_poll_init(loop_uv(loop), &signals, descriptor);
    if (failed == 0)
        failed = uv_poll_start(&signals, UV_READABLE, signals_readable);
    assert(failed == 0);
    (void)failed;
}

void signals_close(void)
{
    uv_close((uv_handle_t *)&signals, NULL);
    close(descriptor);
}
