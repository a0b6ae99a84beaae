/* Questions that are gathered: who goes alone, who goes together, who leaves. */
#include "tests/support/test_tasks.h"

#include "runtime/rpc/gather.h"

#define ASKERS_MAX 64
#define MESSAGES_MAX 64

struct question {
    struct gather_item item;
    int number;
    int answer; /* the number of the message that answered */
    enum failure failure;
    int64_t timeout_ms;
    bool asked;
    struct task *task; /* while it asks */
};

static struct question questions[ASKERS_MAX];

/* The messages in their order. One ends when it is let go. */
static struct {
    size_t count;
    int first;
    size_t present; /* when it ended */
    struct task *task;
    struct event let_go;
    enum failure failure; /* what it ends with */
} messages[MESSAGES_MAX];
static size_t message_count;

static enum failure send_numbers(struct task *task, void *context, struct gather_item **items,
                                 size_t count)
{
    (void)context;
    size_t message = message_count++;
    assert_in_range(message, 0, MESSAGES_MAX - 1);
    messages[message].count = count;
    messages[message].first = ((struct question *)items[0])->number;
    messages[message].task = task;
    enum failure failure = task_wait(task, &messages[message].let_go);
    if (failure != FAILURE_NONE)
        return failure;
    for (size_t i = 0; i < count; i++) {
        if (items[i] == NULL)
            continue;
        messages[message].present++;
        ((struct question *)items[i])->answer = (int)message;
    }
    return messages[message].failure;
}

static struct gather gather;
static bool slow_machine; /* it stood still, so patience says nothing */

static int fresh(void **state)
{
    (void)state;
    memset(questions, 0, sizeof questions);
    memset(messages, 0, sizeof messages);
    message_count = 0;
    gather = (struct gather){.name = "gathered",
                             .send = send_numbers,
                             .under_way_max = 1,
                             .items_max = 8,
                             .weight_max = 100};
    for (int i = 0; i < ASKERS_MAX; i++)
        questions[i] = (struct question){.number = i, .answer = -1, .failure = FAILURE_INTERNAL};
    return 0;
}

static void ask(struct task *task, void *argument)
{
    struct question *question = argument;
    question->task = task;
    question->failure = gather_ask(task, &gather, &question->item);
    question->task = NULL;
    question->asked = true;
}

static void begin(struct task *task, int from, int count)
{
    for (int i = from; i < from + count; i++) {
        const struct task_options options = {.name = "asker",
                                             .timeout_ms = questions[i].timeout_ms};
        spawn(task_loop(task), &options, ask, &questions[i]);
    }
    assert_int_equal(task_sleep_ms(task, 1), FAILURE_NONE);
}

/* Waits until so many messages have left, or so many questions were asked. */
static void await_messages(struct task *task, size_t count)
{
    while (message_count < count)
        assert_int_equal(task_sleep_ms(task, 1), FAILURE_NONE);
}

static void await_asked(struct task *task, int from, int count)
{
    for (int i = from; i < from + count; i++)
        while (!questions[i].asked)
            assert_int_equal(task_sleep_ms(task, 1), FAILURE_NONE);
}

static void let_go(struct task *task, size_t message, enum failure failure)
{
    messages[message].failure = failure;
    event_signal(&messages[message].let_go);
    assert_int_equal(task_sleep_ms(task, 1), FAILURE_NONE);
}

static void run(void (*body)(struct task *task, void *argument))
{
    struct loop *loop = loop_of_test(ASKERS_MAX + 8);
    spawn(loop, NULL, body, NULL);
    run_to_the_end(loop);
    assert_null(gather.first);
    assert_null(gather.last);
    assert_int_equal(gather.under_way, 0);
}

/* ---- alone and together ---- */

static void lone(struct task *task, void *argument)
{
    (void)argument;
    begin(task, 0, 1);
    assert_int_equal(message_count, 1);
    assert_ptr_equal(messages[0].task, questions[0].task);
    assert_true(questions[0].item.taken);
    let_go(task, 0, FAILURE_NONE);
    await_asked(task, 0, 1);
    assert_int_equal(questions[0].failure, FAILURE_NONE);
    assert_int_equal(questions[0].answer, 0);
}

static void a_lone_one_goes_at_once_in_its_own_task(void **state)
{
    (void)state;
    run(lone);
}

static void together(struct task *task, void *argument)
{
    (void)argument;
    begin(task, 0, 6);
    assert_int_equal(message_count, 1);
    assert_false(questions[1].item.taken);
    let_go(task, 0, FAILURE_NONE);
    await_messages(task, 2);
    assert_int_equal(messages[1].count, 5);
    assert_int_equal(messages[1].first, 1);
    assert_true(questions[5].item.taken);
    begin(task, 6, 2); /* comes while the second is under way: in the third, never in the second */
    let_go(task, 1, FAILURE_NONE);
    await_messages(task, 3);
    assert_int_equal(messages[2].count, 2);
    assert_int_equal(messages[2].first, 6);
    let_go(task, 2, FAILURE_UNAVAILABLE);
    await_asked(task, 0, 8);
    for (int i = 1; i < 6; i++)
        assert_int_equal(questions[i].answer, 1);
    for (int i = 0; i < 8; i++)
        assert_int_equal(questions[i].failure, i < 6 ? FAILURE_NONE : FAILURE_UNAVAILABLE);
}

static void what_waits_goes_together_in_its_order(void **state)
{
    (void)state;
    run(together);
}

static void bounded(struct task *task, void *argument)
{
    static const size_t weights[] = {0, 60, 40, 1, 500, 0, 0, 0, 0, 0, 0, 0, 0, 0};
    static const size_t counts[] = {1, 2, 1, 1, 8, 1};
    (void)argument;
    for (int i = 0; i < 14; i++)
        questions[i].item.weight = weights[i];
    begin(task, 0, 14);
    for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++) {
        await_messages(task, i + 1);
        assert_int_equal(messages[i].count, counts[i]);
        let_go(task, i, FAILURE_NONE);
    }
    await_asked(task, 0, 14);
    assert_int_equal(message_count, sizeof counts / sizeof counts[0]);
}

static void a_message_is_bounded_in_items_and_weight(void **state)
{
    (void)state;
    run(bounded);
}

static void two_at_once(struct task *task, void *argument)
{
    (void)argument;
    gather.under_way_max = 2;
    begin(task, 0, 5);
    assert_int_equal(message_count, 2);
    let_go(task, 1, FAILURE_NONE);
    await_messages(task, 3);
    assert_int_equal(messages[2].count, 3);
    let_go(task, 2, FAILURE_NONE);
    await_asked(task, 1, 4);
    assert_false(questions[0].asked);
    let_go(task, 0, FAILURE_NONE);
    await_asked(task, 0, 5);
}

static void as_many_are_under_way_as_may_be(void **state)
{
    (void)state;
    run(two_at_once);
}

/* ---- who leaves ---- */

static void leaving(struct task *task, void *argument)
{
    (void)argument;
    begin(task, 0, 5);
    task_cancel(questions[1].task); /* it waits: never sent */
    await_asked(task, 1, 1);
    assert_int_equal(questions[1].failure, FAILURE_CANCELLED);
    assert_false(questions[1].item.taken);
    let_go(task, 0, FAILURE_NONE);
    await_messages(task, 2);
    assert_int_equal(messages[1].count, 3);
    task_cancel(questions[3].task); /* it may have left: the others hear all the same */
    await_asked(task, 3, 1);
    assert_int_equal(questions[3].failure, FAILURE_CANCELLED);
    assert_true(questions[3].item.taken);
    let_go(task, 1, FAILURE_NONE);
    await_asked(task, 0, 5);
    assert_int_equal(messages[1].present, 2);
    assert_int_equal(questions[2].answer, 1);
    assert_int_equal(questions[3].answer, -1);
    assert_int_equal(questions[4].answer, 1);
}

static void who_leaves_harms_nobody(void **state)
{
    (void)state;
    run(leaving);
}

static void all_leaving(struct task *task, void *argument)
{
    (void)argument;
    begin(task, 0, 3);
    let_go(task, 0, FAILURE_NONE);
    await_messages(task, 2);
    begin(task, 3, 2);
    task_cancel(questions[1].task);
    task_cancel(questions[2].task);
    await_messages(task, 3); /* the second was given up, so its place is free */
    assert_int_equal(messages[2].count, 2);
    assert_int_equal(messages[2].first, 3);
    let_go(task, 2, FAILURE_NONE);
    await_asked(task, 0, 5);
    assert_int_equal(questions[4].failure, FAILURE_NONE);
}

static void a_message_that_nobody_waits_for_is_given_up(void **state)
{
    (void)state;
    run(all_leaving);
}

static void all_leaving_the_queue(struct task *task, void *argument)
{
    (void)argument;
    questions[1].timeout_ms = 5;
    begin(task, 0, 3);
    task_cancel(questions[2].task);
    await_asked(task, 1, 2);
    assert_int_equal(questions[1].failure, FAILURE_DEADLINE);
    assert_false(questions[1].item.taken);
    let_go(task, 0, FAILURE_NONE);
    await_asked(task, 0, 1);
    assert_int_equal(message_count, 1);
}

static void without_anybody_waiting_nothing_is_sent(void **state)
{
    (void)state;
    run(all_leaving_the_queue);
}

/* ---- a peer that keeps its messages ---- */

static void kept(struct task *task, void *argument)
{
    (void)argument;
    begin(task, 0, 3);
    await_messages(task, 3); /* no message ended */
    assert_int_equal(messages[1].count, 1);
    assert_int_equal(messages[2].count, 1);
    let_go(task, 1, FAILURE_NONE);
    let_go(task, 2, FAILURE_NONE);
    await_asked(task, 1, 2);
    assert_false(questions[0].asked);
    let_go(task, 0, FAILURE_INTERNAL);
    await_asked(task, 0, 1);
}

static void who_has_waited_long_asks_alone(void **state)
{
    (void)state;
    run(kept);
}

static void slow(struct task *task, void *argument)
{
    (void)argument;
    gather.items_max = 1;
    begin(task, 0, 8);
    for (size_t i = 0; i < 8; i++) {
        int64_t began_us = clock_monotonic_us();
        assert_int_equal(task_sleep_ms(task, GATHER_PATIENCE_MS / 4), FAILURE_NONE);
        bool stood_still = clock_monotonic_us() - began_us > GATHER_PATIENCE_MS * 500;
        if (!stood_still && !slow_machine)
            assert_int_equal(message_count,
                             i + 1); /* none asked alone, though they wait for long */
        slow_machine = slow_machine || stood_still;
        await_messages(task, i + 1);
        let_go(task, i, FAILURE_NONE);
    }
    await_asked(task, 0, 8);
}

static void a_peer_that_is_only_slow_is_asked_in_few_messages(void **state)
{
    (void)state;
    run(slow);
}

static void full(struct task *task, void *argument)
{
    (void)argument;
    begin(task, 0, 3);
    let_go(task, 0, FAILURE_NONE);
    begin(task, 3, 1); /* takes the place of the first, so there is none for a message */
    await_messages(task, 4);
    for (size_t i = 1; i < 4; i++)
        let_go(task, i, FAILURE_NONE);
    await_asked(task, 0, 4);
    for (int i = 0; i < 4; i++)
        assert_int_equal(questions[i].failure, FAILURE_NONE);
}

static void without_a_task_for_messages_each_asks_alone(void **state)
{
    (void)state;
    struct loop *loop = loop_of_test(4);
    spawn(loop, NULL, full, NULL);
    run_to_the_end(loop);
    assert_int_equal(gather.under_way, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(a_lone_one_goes_at_once_in_its_own_task, fresh),
        cmocka_unit_test_setup(what_waits_goes_together_in_its_order, fresh),
        cmocka_unit_test_setup(a_message_is_bounded_in_items_and_weight, fresh),
        cmocka_unit_test_setup(as_many_are_under_way_as_may_be, fresh),
        cmocka_unit_test_setup(who_leaves_harms_nobody, fresh),
        cmocka_unit_test_setup(a_message_that_nobody_waits_for_is_given_up, fresh),
        cmocka_unit_test_setup(without_anybody_waiting_nothing_is_sent, fresh),
        cmocka_unit_test_setup(who_has_waited_long_asks_alone, fresh),
        cmocka_unit_test_setup(a_peer_that_is_only_slow_is_asked_in_few_messages, fresh),
        cmocka_unit_test_setup(without_a_task_for_messages_each_asks_alone, fresh),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
