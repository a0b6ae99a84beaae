/* Keys of programs, as they are told and used. */
#ifndef IDENTITY_SERVICE_KEY_H
#define IDENTITY_SERVICE_KEY_H

#include "identity/service/identity_service.h"
#include "identity/service/key_request.h"
#include "identity/domain/role.h"
#include "identity/domain/security_event.h"
#include "identity/store/session_question_store.h"
#include "identity/v1/key.pb-c.h"

/* Locks the account in which programs or keys are changed; only its administrators change them. The
 * caller is judged once more by role_give when more is given. */
int key_account_lock(struct mutation *mutation, struct id account_id,
                     struct role_giver *caller) must_check;

/* An act of the caller on a program, or on one of its keys. */
struct key_act {
    enum security_event_kind kind;
    struct id account_id;
    struct id program_id;
    struct id key_id; /* nil: the program itself */
};

enum failure key_note(struct mutation *mutation, const struct key_act *act) must_check;

/* The hash by which a key is found; false: the text is no whole key. */
bool key_hash(const char *text, uint8_t hash[KEY_HASH_SIZE]);

/* The same of a program's certificate, by its SHA-256: hashed once more with the program, so that
 * no text is ever taken for one, nor the certificate of one program for that of another. */
void key_hash_of_certificate(struct id program_id, const uint8_t certificate[KEY_HASH_SIZE],
                             uint8_t hash[KEY_HASH_SIZE]);

/* ---- making one, under the account's lock ---- */

void field_key_name(struct call *call, const char *name);
void field_key_scope(struct call *call, const Identity__V1__KeyScope *scope);
void field_key_overlap(struct call *call, int64_t overlap_hours);

/* With a scope that was judged; the rest follows. */
struct key key_of_scope(struct call *call, const Identity__V1__KeyScope *scope);

/* A key reaches as far as its program (GW-13). */
int key_program_admit(struct mutation *mutation, struct id account_id, struct id program_id,
                      const struct role_giver *caller) must_check;

struct key_addition {
    struct id account_id;
    struct key *key; /* its maker and moment are written here */
    const uint8_t *hash;
    enum security_event_kind event;
};

/* Keeps the key, and notes it; *added is false when the same hash is some key's already. */
int key_add(struct mutation *mutation, const struct key_addition *addition, bool *added) must_check;

/* A key of the account's programs. */
int key_find(struct mutation *mutation, struct id account_id, struct id key_id,
             struct key *key) must_check;

/* Of one kind, that counts: what ended is followed by none. */
int key_find_to_follow(struct mutation *mutation, struct id account_id, struct id key_id,
                       enum key_kind kind, struct key *key) must_check;

/* certificate.c */
void register_certificate_read(struct call *call,
                               const Identity__V1__RegisterCertificateRequest *message,
                               struct register_certificate *request);
int register_certificate(struct mutation *mutation, const struct register_certificate *request,
                         Identity__V1__RegisterCertificateResponse *response);
void rotate_certificate_read(struct call *call,
                             const Identity__V1__RotateCertificateRequest *message,
                             struct rotate_certificate *request);
int rotate_certificate(struct mutation *mutation, const struct rotate_certificate *request,
                       Identity__V1__RotateCertificateResponse *response);

/* ---- telling of one ---- */

/* The bounds of a key, of words with spaces between. */
Identity__V1__KeyScope *key_scope_to_message(struct call *call, const char *allows,
                                             const char *denies, const char *addresses);

Identity__V1__Key *key_to_message(struct call *call, const struct key *key);

/* A key that came with one of the gateway's questions, as it was found. */
struct key_question {
    const struct session_found *found;
    const char *address;  /* where the call comes from; "": nobody can say */
    struct bytes network; /* of it, as a keyed index; no data: unknown */
    const char *shown;    /* the same as people are shown it */
};

/* A question about *found, of a key that came from an address. */
struct key_question key_question_of(struct call *call, const struct session_found *found,
                                    const char *address);

enum key_verdict key_question_decide(const struct key_question *question, int64_t now_us);

/* Keys that were used, and those that came from a network for the first time, to be noted. */
struct key_uses {
    struct id *key_ids;
    size_t key_count;
    struct key_arrival *arrivals;
    size_t arrival_count;
};

struct key_uses key_uses_new(struct arena *arena, size_t count_max);
void key_uses_add(struct key_uses *uses, const struct key_question *question,
                  enum key_verdict verdict, int64_t now_us);
enum failure key_uses_note(struct call *call, const struct key_uses *uses,
                           int64_t now_us) must_check;

#endif
