/* The files of partners and relations: how both are told, and the rpcs of partners. */
#ifndef IDENTITY_SERVICE_RELATION_H
#define IDENTITY_SERVICE_RELATION_H

#include "identity/jobs/relation_notice.h"
#include "identity/service/identity_service.h"
#include "identity/service/relation_request.h"
#include "identity/store/relation_store.h"

/* ---- relation_message.c ---- */

Identity__V1__Relation *relation_to_message(struct call *call, const struct relation_row *row,
                                            int64_t now_us);

/* Adds a violation for what is none of the terms. */
struct relation_terms relation_field_terms(struct call *call,
                                           const Identity__V1__RelationTerms *message);

/* Until when an offer may be agreed to. */
void relation_field_valid_until(struct call *call, bool is_given, int64_t until_us);

/* Refuses with all that stand in the way; 0 when none do. */
int relation_refuse_for(struct call *call, struct id account_id,
                        const enum relation_obstacle *obstacles, size_t count);

/* Locks the account; refuses who is no administrator of it, and with all that keeps it from having
 * another customer. */
int relation_admit_agent(struct mutation *mutation, struct id agent_id) must_check;

/* ---- relation_notice.c ---- */

/* Tells the owner of an account what the caller did, with a notice and an e-mail where text is not
 * NULL. */
enum failure relation_tell(struct mutation *mutation, struct id account_id, struct id relation_id,
                           enum security_event_kind kind, const char *text) must_check;

/* Notes it where the caller acts. */
enum failure relation_note(struct mutation *mutation, struct id account_id, struct id relation_id,
                           enum security_event_kind kind) must_check;

/* ---- relation_change.c ---- */

void change_relation_read(struct call *call, const Identity__V1__ChangeRelationRequest *message,
                          struct change_relation *request);
int change_relation(struct mutation *mutation, const struct change_relation *request,
                    Identity__V1__ChangeRelationResponse *response);
void end_relation_read(struct call *call, const Identity__V1__EndRelationRequest *message,
                       struct end_relation *request);
int end_relation(struct mutation *mutation, const struct end_relation *request,
                 Identity__V1__EndRelationResponse *response);
int withdraw_end(struct mutation *mutation, const struct withdraw_end *request,
                 Identity__V1__WithdrawEndResponse *response);

/* ---- relation_switch.c (c-9) ---- */

/* The relation whose place the offered one takes, which the account may end now; nothing is read
 * where the request names none. */
int relation_replaced_lock(struct mutation *mutation, const struct confirm_relation *request,
                           const struct relation_row *offered,
                           struct relation_row *replaced) must_check;
int relation_replaced_check(struct call *call, const struct check_relation *request,
                            const struct relation_row *offered,
                            struct relation_row *replaced) must_check;

/* Refuses with all that stand in the way of the switch; 0 when none do. */
int relation_switch_refuse(struct call *call, const struct confirm_relation *request,
                           const struct relation_row *replaced, const struct relation_facts *facts);

/* Ends it now and tells its agent. */
int relation_replaced_end(struct mutation *mutation, struct relation_row *replaced) must_check;

/* replaced: NULL of an association that takes no place. */
void relation_obstacles_answer(struct call *call, const struct relation_row *replaced,
                               const struct relation_facts *facts,
                               Identity__V1__CheckRelationResponse *response);

/* ---- partner_service.c ---- */

void authorise_partner_read(struct call *call, const Identity__V1__AuthorisePartnerRequest *message,
                            struct authorise_partner *request);
int authorise_partner(struct mutation *mutation, const struct authorise_partner *request,
                      Identity__V1__AuthorisePartnerResponse *response);
int end_partner(struct mutation *mutation, const struct end_partner *request,
                Identity__V1__EndPartnerResponse *response);
int list_partners(struct call *call, const struct list_partners *request,
                  Identity__V1__ListPartnersResponse *response);

/* ---- relation_view.c ---- */

/* How the acting account stands, as the gateway tells. */
int relation_read_standing(struct call *call, struct relation_standing *standing) must_check;

int check_relation(struct call *call, const struct check_relation *request,
                   Identity__V1__CheckRelationResponse *response);
int list_relations(struct call *call, const struct list_relations *request,
                   Identity__V1__ListRelationsResponse *response);
void get_billing_control_read(struct call *call,
                              const Identity__V1__GetBillingControlRequest *message,
                              struct get_billing_control *request);
int get_billing_control(struct call *call, const struct get_billing_control *request,
                        Identity__V1__GetBillingControlResponse *response);

#endif
