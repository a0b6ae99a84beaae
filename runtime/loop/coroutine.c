#include "runtime/loop/coroutine.h"

#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#if defined(__SANITIZE_ADDRESS__)
#define WITH_ASAN 1
#endif
#if defined(__SANITIZE_THREAD__)
#define WITH_TSAN 1
#endif
#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define WITH_ASAN 1
#endif
#if __has_feature(thread_sanitizer)
#define WITH_TSAN 1
#endif
#endif

#ifdef WITH_ASAN
#include <sanitizer/asan_interface.h>
#include <sanitizer/common_interface_defs.h>
#endif
#ifdef WITH_TSAN
#include <sanitizer/tsan_interface.h>
#endif
#if defined(__has_include)
#if __has_include(<valgrind/valgrind.h>)
#include <valgrind/valgrind.h>
#endif
#endif

#if defined(WITH_ASAN) || defined(WITH_TSAN)
#define STACK_SIZE_FACTOR 4
#else
#define STACK_SIZE_FACTOR 1
#endif

/* ---- the switch ----
 * stack_switch(&from, to) keeps what a callee must keep on the stack it leaves, and that stack's
 * pointer in *from. */

#if defined(__x86_64__) && !defined(KONTOR_UCONTEXT)

void coroutine_stack_switch(void **from, void *to);
__asm__(".text\n"
        ".p2align 4\n"
        ".globl coroutine_stack_switch\n"
        ".type coroutine_stack_switch, @function\n"
        "coroutine_stack_switch:\n"
        "    pushq %rbp\n"
        "    pushq %rbx\n"
        "    pushq %r12\n"
        "    pushq %r13\n"
        "    pushq %r14\n"
        "    pushq %r15\n"
        "    movq %rsp, (%rdi)\n"
        "    movq %rsi, %rsp\n"
        "    popq %r15\n"
        "    popq %r14\n"
        "    popq %r13\n"
        "    popq %r12\n"
        "    popq %rbx\n"
        "    popq %rbp\n"
        "    ret\n"
        ".size coroutine_stack_switch, .-coroutine_stack_switch\n");

/* Six registers, the entry that `ret` takes, and a return address of zero that ends a backtrace;
 * the entry then finds the stack as after a call (8 below a multiple of 16). */
static void *stack_prepare(struct coroutine *coroutine, void (*entry)(void))
{
    uintptr_t *top = (uintptr_t *)(void *)(coroutine->mapping + coroutine->mapping_size);
    memset(top - 8, 0, 8 * sizeof *top);
    top[-2] = (uintptr_t)entry;
    return top - 8;
}

#define stack_switch coroutine_stack_switch

#elif defined(__aarch64__) && !defined(KONTOR_UCONTEXT)

void coroutine_stack_switch(void **from, void *to);
__asm__(".text\n"
        ".p2align 4\n"
        ".globl coroutine_stack_switch\n"
        ".type coroutine_stack_switch, %function\n"
        "coroutine_stack_switch:\n"
        "    sub sp, sp, #160\n"
        "    stp x19, x20, [sp, #0]\n"
        "    stp x21, x22, [sp, #16]\n"
        "    stp x23, x24, [sp, #32]\n"
        "    stp x25, x26, [sp, #48]\n"
        "    stp x27, x28, [sp, #64]\n"
        "    stp x29, x30, [sp, #80]\n"
        "    stp d8, d9, [sp, #96]\n"
        "    stp d10, d11, [sp, #112]\n"
        "    stp d12, d13, [sp, #128]\n"
        "    stp d14, d15, [sp, #144]\n"
        "    mov x9, sp\n"
        "    str x9, [x0]\n"
        "    mov sp, x1\n"
        "    ldp x19, x20, [sp, #0]\n"
        "    ldp x21, x22, [sp, #16]\n"
        "    ldp x23, x24, [sp, #32]\n"
        "    ldp x25, x26, [sp, #48]\n"
        "    ldp x27, x28, [sp, #64]\n"
        "    ldp x29, x30, [sp, #80]\n"
        "    ldp d8, d9, [sp, #96]\n"
        "    ldp d10, d11, [sp, #112]\n"
        "    ldp d12, d13, [sp, #128]\n"
        "    ldp d14, d15, [sp, #144]\n"
        "    add sp, sp, #160\n"
        "    ret\n"
        ".size coroutine_stack_switch, .-coroutine_stack_switch\n");

static void *stack_prepare(struct coroutine *coroutine, void (*entry)(void))
{
    uintptr_t *top = (uintptr_t *)(void *)(coroutine->mapping + coroutine->mapping_size);
    memset(top - 20, 0, 20 * sizeof *top);
    top[-9] = (uintptr_t)entry; /* x30, where `ret` goes */
    return top - 20;
}

#define stack_switch coroutine_stack_switch

#else

#include <ucontext.h>

/* The context of a coroutine lies at the low end of its stack; the caller's on the caller's stack.
 */
static void stack_switch(void **from, void *to)
{
    ucontext_t here;
    void *kept = *from;
    ucontext_t *context = kept == NULL ? &here : kept;
    *from = context;
    int failed = swapcontext(context, to);
    assert(failed == 0);
    (void)failed;
    *from = kept;
}

static void *stack_prepare(struct coroutine *coroutine, void (*entry)(void))
{
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    ucontext_t *context = (ucontext_t *)(void *)(coroutine->mapping + page);
    int failed = getcontext(context);
    assert(failed == 0);
    (void)failed;
    context->uc_stack.ss_sp = context + 1;
    context->uc_stack.ss_size = coroutine->mapping_size - page - sizeof *context;
    context->uc_link = NULL;
    makecontext(context, entry, 0);
    return context;
}

#endif

/* ---- what sanitizers want to know ---- */

static void tell_entering(struct coroutine *coroutine, void **caller_fake_stack)
{
    (void)coroutine;
    (void)caller_fake_stack;
#ifdef WITH_ASAN
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    __sanitizer_start_switch_fiber(caller_fake_stack, coroutine->mapping + page,
                                   coroutine->mapping_size - page);
#endif
#ifdef WITH_TSAN
    coroutine->caller_fiber = __tsan_get_current_fiber();
    __tsan_switch_to_fiber(coroutine->fiber, 0);
#endif
}

static void tell_entered(struct coroutine *coroutine)
{
    (void)coroutine;
#ifdef WITH_ASAN
    __sanitizer_finish_switch_fiber(coroutine->fiber, &coroutine->caller_stack,
                                    &coroutine->caller_stack_size);
#endif
}

static void tell_leaving(struct coroutine *coroutine)
{
    (void)coroutine;
#ifdef WITH_ASAN
    __sanitizer_start_switch_fiber(coroutine->ended ? NULL : &coroutine->fiber,
                                   coroutine->caller_stack, coroutine->caller_stack_size);
#endif
#ifdef WITH_TSAN
    __tsan_switch_to_fiber(coroutine->caller_fiber, 0);
#endif
}

static void tell_left(struct coroutine *coroutine, void *caller_fake_stack)
{
    (void)coroutine;
    (void)caller_fake_stack;
#ifdef WITH_ASAN
    __sanitizer_finish_switch_fiber(caller_fake_stack, NULL, NULL);
#endif
#ifdef WITH_TSAN
    if (coroutine->ended) {
        __tsan_destroy_fiber(coroutine->fiber);
        coroutine->fiber = NULL;
    }
#endif
}

static void tell_prepared(struct coroutine *coroutine)
{
    coroutine->fiber = NULL;
#ifdef WITH_ASAN
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    ASAN_UNPOISON_MEMORY_REGION(coroutine->mapping + page, coroutine->mapping_size - page);
#endif
#ifdef WITH_TSAN
    coroutine->fiber = __tsan_create_fiber(0);
#endif
}

/* ---- the coroutine ---- */

static _Thread_local struct coroutine *entered;

static void coroutine_main(void)
{
    struct coroutine *coroutine = entered;
    tell_entered(coroutine);
    coroutine->function(coroutine);
    coroutine->ended = true;
    coroutine_leave(coroutine);
    abort(); /* an ended coroutine is never entered */
}

bool coroutine_init(struct coroutine *coroutine, size_t stack_size_bytes)
{
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    size_t size = (stack_size_bytes * STACK_SIZE_FACTOR + page - 1) / page * page + page;
    void *mapping = mmap(NULL, size, PROT_READ | PROT_WRITE,
                         MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK | MAP_NORESERVE, -1, 0);
    if (mapping == MAP_FAILED)
        return false;
    if (mprotect(mapping, page, PROT_NONE) != 0) {
        munmap(mapping, size);
        return false;
    }
    *coroutine = (struct coroutine){.mapping = mapping, .mapping_size = size, .ended = true};
#ifdef VALGRIND_STACK_REGISTER
    coroutine->valgrind_id =
        VALGRIND_STACK_REGISTER(coroutine->mapping + page, coroutine->mapping + size);
#endif
    return true;
}

void coroutine_deinit(struct coroutine *coroutine)
{
    assert(coroutine->ended);
#ifdef VALGRIND_STACK_DEREGISTER
    VALGRIND_STACK_DEREGISTER(coroutine->valgrind_id);
#endif
    munmap(coroutine->mapping, coroutine->mapping_size);
    *coroutine = (struct coroutine){.ended = true};
}

void coroutine_prepare(struct coroutine *coroutine, void (*function)(struct coroutine *coroutine))
{
    assert(coroutine->ended);
    tell_prepared(coroutine);
    coroutine->function = function;
    coroutine->ended = false;
    coroutine->caller_stack_pointer = NULL;
    coroutine->stack_pointer = stack_prepare(coroutine, coroutine_main);
}

void coroutine_enter(struct coroutine *coroutine)
{
    assert(entered == NULL && !coroutine->ended);
    void *fake_stack = NULL;
    entered = coroutine;
    tell_entering(coroutine, &fake_stack);
    stack_switch(&coroutine->caller_stack_pointer, coroutine->stack_pointer);
    tell_left(coroutine, fake_stack);
    entered = NULL;
}

void coroutine_leave(struct coroutine *coroutine)
{
    assert(entered == coroutine);
    tell_leaving(coroutine);
    stack_switch(&coroutine->stack_pointer, coroutine->caller_stack_pointer);
    tell_entered(coroutine);
}
