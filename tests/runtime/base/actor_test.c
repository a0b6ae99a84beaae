/* Actors are kept for ever by their reference: the canonical form says every field, in one order,
 * and never becomes another. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "runtime/base/actor.h"

#define ANN "0190163d-8694-739b-aea5-966c26f8ad91"
#define SHOP "292edc31-8fbb-8b5c-81f6-da65b5ca6756"
#define SESSION "0190163d-8694-739b-aea5-966c26f8ad92"
#define APPROVAL "0190163d-8694-739b-aea5-966c26f8ad93"
#define LONG_ROLE "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define LONG_ROLES LONG_ROLE LONG_ROLE LONG_ROLE LONG_ROLE LONG_ROLE LONG_ROLE LONG_ROLE LONG_ROLE

static struct actor read(struct actor_said said)
{
    struct actor actor;
    assert_true(actor_read(&said, &actor));
    return actor;
}

/* Checked against Python's hashlib over the form that actor.h describes. */
static void references_stay_what_they_are(void **state)
{
    (void)state;
    const struct {
        struct actor_said said;
        const char *reference;
    } cases[] = {
        {{.principal_id = ANN,
          .account_id = SHOP,
          .credential_id = SESSION,
          .roles = "MEMBER,ACCOUNT_ADMINISTRATOR",
          .approval_id = APPROVAL},
         "9b592f2a-e999-0fc4-8c23-7dbf551d777f"},
        {{.principal_id = ANN}, "3c175e8e-56ce-ed15-21fc-81511f4990a2"},
        {{.step = "gateway.credit_top_up"}, "c95f983c-2faf-cce6-1a79-b9c436604940"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[ID_TEXT_SIZE];
        assert_string_equal(id_format(read(cases[i].said).reference, text), cases[i].reference);
    }
}

static void each_field_counts(void **state)
{
    (void)state;
    const struct actor_said all[] = {
        {.principal_id = ANN},
        {.principal_id = SHOP},
        {.principal_id = ANN, .account_id = SHOP},
        {.principal_id = ANN, .credential_id = SHOP},
        {.principal_id = ANN, .credential = "KEY", .credential_id = SHOP},
        {.principal_id = ANN, .credential = "CERTIFICATE", .credential_id = SHOP},
        {.principal_id = ANN, .approval_id = SHOP},
        {.principal_id = ANN, .roles = "A"},
        {.principal_id = ANN, .roles = "A,B"},
        {.principal_id = ANN, .roles = "AB"},
        {.principal_id = ANN, .roles = LONG_ROLES},
        {.principal_id = ANN, .roles = LONG_ROLES "0"},
        {.step = "A"},
        {.step = "B"},
        {.step = LONG_ROLES},
        {.step = LONG_ROLES "0"},
    };
    size_t count = sizeof all / sizeof *all;
    for (size_t i = 0; i < count; i++)
        for (size_t j = 0; j < i; j++)
            assert_false(id_equal(read(all[i]).reference, read(all[j]).reference));
}

static void roles_are_a_set(void **state)
{
    (void)state;
    const char *const same[] = {"B,A,BA", "A,B,BA", "BA,A,B,A", ",A,,BA,B,"};
    for (size_t i = 0; i < sizeof same / sizeof *same; i++)
        assert_string_equal(read((struct actor_said){.principal_id = ANN, .roles = same[i]}).roles,
                            "A,B,BA");
}

static void nobody_is_no_actor(void **state)
{
    (void)state;
    const struct actor_said nobodies[] = {
        {0}, {.principal_id = "", .step = ""}, {.principal_id = "no id", .account_id = SHOP}};
    struct actor actor;
    for (size_t i = 0; i < sizeof nobodies / sizeof *nobodies; i++)
        assert_false(actor_read(&nobodies[i], &actor));
}

static void a_credential_without_a_kind_is_a_session(void **state)
{
    (void)state;
    struct actor actor = read((struct actor_said){.principal_id = ANN, .credential_id = SESSION});
    assert_string_equal(actor_credential_name(actor.credential), "SESSION");
    actor = read((struct actor_said){.principal_id = ANN, .credential = "NONE"});
    assert_string_equal(actor_credential_name(actor.credential), "");
}

/* Neither what begins with it nor what ends with it is it, and it may stand behind them. */
static void roles_are_held_by_their_whole_names(void **state)
{
    (void)state;
    assert_true(actor_roles_hold("OPERATOR", "OPERATOR"));
    assert_true(actor_roles_hold("MEMBER,OPERATOR", "OPERATOR"));
    assert_true(actor_roles_hold("OPERATOR_SUPPORT,CO_OPERATOR,OPERATOR", "OPERATOR"));
    assert_false(actor_roles_hold("OPERATOR_SUPPORT", "OPERATOR"));
    assert_false(actor_roles_hold("CO_OPERATOR,MEMBER", "OPERATOR"));
    assert_false(actor_roles_hold("", "OPERATOR"));
    assert_false(actor_roles_hold(NULL, "OPERATOR"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(references_stay_what_they_are),
        cmocka_unit_test(each_field_counts),
        cmocka_unit_test(roles_are_a_set),
        cmocka_unit_test(roles_are_held_by_their_whole_names),
        cmocka_unit_test(nobody_is_no_actor),
        cmocka_unit_test(a_credential_without_a_kind_is_a_session),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
