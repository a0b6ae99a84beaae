#!/usr/bin/env bash
# An agency's first day, through the gateway with `kontor`. Every step is printed with what it shows, and what it shows is checked:
# the first thing that differs ends the demonstration with exit code 1. It may be played again on the same data: e-mail addresses,
# phones and the company are new every time.
#   KONTOR_GATEWAY, KONTOR_SPOOL (identity's spool folder), KONTOR_OPERATOR_EMAIL, KONTOR_OPERATOR_PASSWORD_FILE, KONTOR_OPERATOR_APP_FILE
#   (the secret of the operator's app); while nobody operates KONTOR_FIRST_OPERATOR_CODE, and the app's file is made
set -uo pipefail

: "${KONTOR_GATEWAY:?where the gateway is}" "${KONTOR_SPOOL:?the folder in which identity leaves messages}"
: "${KONTOR_OPERATOR_EMAIL:?who operates}" "${KONTOR_OPERATOR_PASSWORD_FILE:?the file with the password}"
: "${KONTOR_OPERATOR_APP_FILE:?the file with the secret of the app}"
command -v kontor >/dev/null || { echo "demonstration: kontor is not on the PATH" >&2; exit 2; }

folder=$(mktemp -d "${TMPDIR:-/tmp}/kontor-demonstration-XXXXXX")
export XDG_STATE_HOME=$folder
trap 'rm -rf "$folder"' EXIT
umask 077
run=$(printf '%08x' $(((RANDOM << 17 ^ RANDOM << 2 ^ $$) & 0xffffffff)))
printf 'the agency trusts nobody %s\n' "$run" >"$folder/password"
printf '4000001560000002\n123\n' >"$folder/card" # a public test card, a Visa issued in China
declare -A account phone
step_number=0

# ---- telling ----

say() { step_number=$((step_number + 1)); printf '\n%2d. %s\n' "$step_number" "$*"; }
note() { printf '    %s\n' "$*"; }
fail() { printf '    ✗ %s\n\nthe demonstration failed at step %d\n' "$*" "$step_number" >&2; exit 1; }
shown() { sed 's/^/      /'; }

typed() { # NAME words…
  local word
  printf '    %s$ kontor' "$1"
  shift
  for word in "$@"; do
    case $word in *[!A-Za-z0-9.,:/@+_=-]*) printf ' "%s"' "$word" ;; *) printf ' %s' "${word/#$folder/…}" ;; esac
  done
  echo
}

# who NAME kontor's words…: shown as typed, with its answer
who() {
  local name=$1 answer
  typed "$@"
  shift
  answer=$(kontor "$@" --profile "$name" 2>&1 </dev/null) || fail "$answer"
  [ -z "$answer" ] || shown <<<"$answer"
}

# quiet NAME words…: as who, but only what goes wrong is shown; the answer is the output
quiet() {
  local name=$1 answer
  shift
  answer=$(kontor "$@" --profile "$name" 2>&1 </dev/null) || { printf '    ✗ %s: kontor %s: %s\n' "$name" "$*" "$answer" >&2; return 1; }
  printf '%s' "$answer"
}

# refused REASON NAME words…: it must say no, for this reason; the no is shown
refused() {
  local reason=$1 name=$2 answer code
  shift
  typed "$@"
  shift
  answer=$(kontor "$@" --profile "$name" 2>&1 </dev/null)
  code=$?
  shown <<<"$answer"
  [ $code = 1 ] || [ $code = 4 ] || fail "exit code $code, though it should be refused"
  [[ $answer == *"($reason)"* ]] || fail "refused, but not for $reason"
  note "✓ refused: $reason"
}

# is WHAT EXPECTED ACTUAL
is() { [ "$2" = "$3" ] || fail "$1 is $3, should be $2"; note "✓ $1 is $2"; }

# soon WHAT EXPECTED command…: within a quarter of a minute
soon() {
  local what=$1 expected=$2 actual='' tries=0
  shift 2
  while [ $tries -lt 150 ]; do
    actual=$("$@")
    [ "$actual" = "$expected" ] && { note "✓ $what is $expected"; return; }
    tries=$((tries + 1))
    sleep 0.1
  done
  fail "$what is $actual, should be $expected"
}

# app_code FILE STEPS: what an app that has the secret in FILE shows, so many steps of 30 s from now (RFC 6238)
app_code() {
  python3 - "$1" "$2" <<'END'
import base64, hashlib, hmac, struct, sys, time
step = int(time.time()) // 30 + int(sys.argv[2])
mac = hmac.new(base64.b32decode(open(sys.argv[1]).read().strip()), struct.pack(">Q", step), hashlib.sha1).digest()
print("%06d" % ((struct.unpack(">I", mac[mac[-1] & 15:][:4])[0] & 0x7FFFFFFF) % 1000000))
END
}

# operator_proves: with a code of the app that was not used yet; each works once, and the proof counts for five minutes (ID-32)
proved=-300 # when, in seconds of this run
operator_proves() {
  local tries=0
  [ $((SECONDS - proved)) -ge 240 ] || return 0
  until quiet operator step-up "$(app_code "$KONTOR_OPERATOR_APP_FILE" $((tries % 2)))" >/dev/null 2>&1; do
    tries=$((tries + 1))
    [ $tries -lt 4 ] || fail "the operator's app proves nothing"
    [ $((tries % 2)) = 1 ] || sleep 31
  done
  proved=$SECONDS
}

# enrolls NAME FILE: an app of NAME's, whose secret is kept in the file
enrolls() {
  quiet "$1" factor enroll --name app --only secret >"$2" || fail "no app was enrolled"
  quiet "$1" factor confirm "$(app_code "$2" 0)" >/dev/null || fail "the app was not confirmed"
}

balance() { quiet "$1" balance --only "balance.$2"; }

# ---- messages ----

# texts ADDRESS: what was sent there, oldest first
texts() {
  local file
  find "$KONTOR_SPOOL" -name '*.json' -printf '%T@ %p\n' 2>/dev/null | sort -n | cut -d' ' -f2- | while read -r file; do
    if grep -qF "\"$1\"" "$file"; then cat "$file"; echo; fi
  done
}

# code ADDRESS: the newest code that was sent there
code() {
  local tries=0 found=''
  while [ -z "$found" ] && [ $tries -lt 150 ]; do
    found=$(texts "$1" | grep -o '\b[0-9]\{6\}\b' | tail -n 1)
    [ -n "$found" ] || sleep 0.1
    tries=$((tries + 1))
  done
  [ -n "$found" ] || { echo "no code came to $1" >&2; return 1; }
  printf '%s' "$found"
}

# next_code ADDRESS COUNT: the newest code, once more than COUNT lines were sent there
next_code() {
  for _ in {1..150}; do
    [ "$(texts "$1" | wc -l)" = "$2" ] || break
    sleep 0.1
  done
  code "$1"
}

# invited ADDRESS [ID]: the newest invitation that was sent there, or that one, and its code or token
invited() {
  local tries=0 found=''
  while [ -z "$found" ] && [ $tries -lt 150 ]; do
    found=$(texts "$1" | sed -n "s/.*invitation is \(${2:-[0-9a-f-]*}\) and your [a-z]* \([0-9A-Za-z-]*\).*/\1 \2/p" | tail -n 1)
    [ -n "$found" ] || sleep 0.1
    tries=$((tries + 1))
  done
  [ -n "$found" ] || { echo "no invitation came to $1" >&2; return 1; }
  printf '%s' "$found"
}

limit_messages() { texts "${phone[a]}" | grep -c '"text".*credit limit'; }

# ---- people ----

# A legal entity identifier (ISO 17442): 18 characters and two check digits, so that 97 divides the rest after 1.
entity() {
  local base digit rest=0
  base=$(printf '%06d%06d%06d' $((RANDOM % 900000 + 100000)) $((RANDOM * 32768 % 1000000 + RANDOM % 1000)) $((RANDOM % 1000000)))
  base=${base:0:18}
  for ((digit = 0; digit < ${#base}; digit++)); do rest=$(((rest * 10 + ${base:digit:1}) % 97)); done
  printf '%s%02d' "$base" $((98 - rest * 100 % 97))
}

# A Chinese resident card's number (GB 11643): 17 digits and a check digit by ISO 7064 MOD 11-2.
resident_card() {
  local base digit rest=0 check=10X98765432
  base=$(printf '110105198%d0101%03d' $((RANDOM % 10)) $((RANDOM % 1000)))
  for ((digit = 0; digit < ${#base}; digit++)); do rest=$(((rest + ${base:digit:1}) * 2 % 11)); done
  printf '%s%s' "$base" "${check:rest:1}"
}

sign_up() { # NAME TITLE [person]
  local name=$1 email=$1-$run@example.com
  local address=(--corporation "$2 Ltd" --contact-name "Li Lei" --contact-email "$email")
  [ "${3:-}" = person ] && address=(--name "$2")
  phone[$name]=+86139$(printf '%08d' $(((RANDOM << 15 ^ RANDOM) % 100000000)))
  quiet "$name" signup start --country CN --email "$email" --accept-terms --password-file "$folder/password" >/dev/null || fail "no sign-up"
  quiet "$name" signup send-code >/dev/null || fail "no code was sent"
  account[$name]=$(quiet "$name" signup verify "$(code "$email")" --only account_id) || fail "the code was not accepted"
  quiet "$name" login --email "$email" --password-file "$folder/password" >/dev/null || fail "no log-in"
  quiet "$name" contact send-code --delivery sms --phone "${phone[$name]}" >/dev/null || fail "no code was sent to the phone"
  quiet "$name" contact verify "$(code "${phone[$name]}")" >/dev/null || fail "the phone's code was not accepted"
  quiet "$name" address add --country CN --city Hangzhou --street "1 Wensan Road" "${address[@]}" >/dev/null || fail "no billing address"
  quiet "$name" currency set CNY >/dev/null || fail "no currency"
  note "✓ $2: account ${account[$name]}, e-mail and phone verified, billing address, CNY"
}

company() { # NAME ENTITY TITLE
  local submission
  submission=$(quiet "$1" company submit --country CN --scheme lei --number "$2" --name "$3 Ltd" \
    --only submission.submission_id) || fail "not submitted"
  quiet reviewer company approve "$submission" >/dev/null || fail "not approved"
}

# ---- the day ----

echo "An agency's first day with Kontor"

say "The agency and its two projects sign up; each proves its e-mail address and its phone with the codes that were sent."
sign_up agency "Blue Agency"
sign_up a "Blue Agency, project A"
sign_up b "Blue Agency, project B"

say "The provider's first operator comes in by the code that the installation made, once, and proves a factor: no operator does anything without."
if [ ! -s "$KONTOR_OPERATOR_APP_FILE" ] && [ -n "${KONTOR_FIRST_OPERATOR_CODE:-}" ]; then
  who operator operator accept-first "$KONTOR_OPERATOR_EMAIL" --code "$KONTOR_FIRST_OPERATOR_CODE" --name "Zhao Min" \
    --password-file "$KONTOR_OPERATOR_PASSWORD_FILE"
  refused OPERATOR_EXISTS operator operator accept-first "second-$run@example.com" --code "$KONTOR_FIRST_OPERATOR_CODE" --name "Nobody" \
    --password-file "$KONTOR_OPERATOR_PASSWORD_FILE"
fi
quiet operator login --email "$KONTOR_OPERATOR_EMAIL" --password-file "$KONTOR_OPERATOR_PASSWORD_FILE" >/dev/null ||
  fail "the operator cannot log in"
refused MFA_REQUIRED operator operator list
if [ -s "$KONTOR_OPERATOR_APP_FILE" ]; then operator_proves; else enrolls operator "$KONTOR_OPERATOR_APP_FILE"; fi

say "A reviewer is invited, who decides about companies and about nothing else."
who operator operator invite "reviewer-$run@example.com" --role operator-review --name "Sun Li"
read -r invitation invitation_code <<<"$(invited "reviewer-$run@example.com")"
who reviewer operator accept "$invitation" --code "$invitation_code" --name "Sun Li" --password-file "$folder/password"
quiet reviewer login --email "reviewer-$run@example.com" --password-file "$folder/password" >/dev/null || fail "the reviewer cannot log in"
enrolls reviewer "$folder/reviewer-app"
refused PERMISSION_DENIED reviewer limit line --account "${account[a]}" --amount 100000.00 --currency CNY
who operator operator list --page-size 2

say "Each submits its company; the reviewer approves. Only now they are of one company."
blue=$(entity)
for name in agency a b; do company $name "$blue" "Blue Agency"; done
who agency company list
is "the agency's company" "$(quiet a account show --only account.company_id)" "$(quiet agency account show --only account.company_id)"

if [ -n "${KONTOR_VERIFIER:-}" ]; then
  say "What the verifier's simulator knows needs no reviewer. What it does not know people decide."
  sign_up quick "Quick Trading"
  who quick company submit --country CN --scheme lei --number "$(entity)" --name "Quick Trading Ltd (verified)"
  soon "the company" verified quiet quick company list --only submissions.0.state
fi

say "A person is a customer, too: to buy in mainland China she registers her own real name, and the reviewer decides. Nobody does it for her."
sign_up person "Han Meimei" person
number=$(resident_card)
who person ready --region cn-hangzhou
real_name=$(quiet person real-name submit --country CN --document resident-card --number "$number" --name "Han Meimei" --only submission_id) ||
  fail "no real name was submitted"
printf '%%PDF-1.7\nThe resident card of Han Meimei.\n' >"$folder/card.pdf"
who person evidence add "$real_name" "$folder/card.pdf"
who reviewer real-name list --state in-review --page-size 1
evidence=$(quiet reviewer evidence list "$real_name" --only evidence_files.0.evidence_file_id)
refused LOOK_REQUIRED reviewer evidence read "$evidence" "$folder/read.pdf"
quiet reviewer customer look --account "${account[person]}" --reason "The real name is reviewed." >/dev/null || fail "no look was opened"
who reviewer evidence read "$evidence" "$folder/read.pdf"
cmp "$folder/card.pdf" "$folder/read.pdf" || fail "another file was read than was sent"
who reviewer real-name approve "$real_name"
who person real-name list
is "what she lacks for Hangzhou" 0 "$(quiet person ready --region cn-hangzhou --json | grep -c REAL_NAME_REQUIRED)"

say "She founds a company: her account becomes its, with all that is in it and for ever. Who stands behind it is verified anew."
enrolls person "$folder/person-app"
who person account convert --corporation "Han Trading Ltd" --country CN --city Hangzhou --street "1 Wensan Road" --contact-name "Han Meimei" \
  --contact-email "person-$run@example.com" --yes
is "the account" "${account[person]}" "$(quiet person whoami --only account.account_id)"
is "what it lacks for Hangzhou" 1 "$(quiet person ready --region cn-hangzhou --json | grep -c REAL_NAME_REQUIRED)"
company person "$(entity)" "Han Trading"
is "what it lacks for Hangzhou" 0 "$(quiet person ready --region cn-hangzhou --json | grep -c REAL_NAME_REQUIRED)"

say "A card is added. 1.00 USD is held to prove it, and given back at once."
who agency card add --expiry-month 12 --expiry-year 2034 --holder "Li Lei" --card-file "$folder/card"
card=$(quiet agency card list --only payment_methods.0.payment_method_id)
is "the hold" 1.00 "$(quiet agency card show "$card" --only payment_method.hold.amount)"
soon "the hold" voided kontor card show "$card" --profile agency --only payment_method.hold.state

say "200,000.00 CNY are topped up, and credited when the provider confirms: a cent is credited once, whatever happens on the way."
for half in 1 2; do
  who agency topup --amount 100000.00 --currency CNY --method "$card" --remark "BlueAgency-first-day-$half"
done
is "the agency's own money" 200000.00 "$(balance agency own)"

say "It is billed by half months, which begin at midnight where it is registered. Another zone counts from the next half month on."
who agency billing-zone show --only billing_time_zone.period_start_time
is "the agency's zone" Asia/Shanghai "$(quiet agency billing-zone show --only billing_time_zone.time_zone)"
refused UNKNOWN_TIME_ZONE agency billing-zone set Asia/Atlantis
who agency billing-zone set Asia/Singapore --only billing_time_zone.next_since_time
who agency billing-zone set Asia/Shanghai --only billing_time_zone.time_zone # which takes it back
refused CEILING_EXCEEDED agency topup --amount 100.00 --currency CNY --method "$card" # by card 100,000.00 a top-up, 200,000.00 a day

say "50,000.00 go to project A and 100,000.00 to project B."
who agency transfer --to "${account[a]}" --amount 50000.00 --currency CNY --remark "project A, first month"
who agency transfer --to "${account[b]}" --amount 100000.00 --currency CNY --remark "project B, first month"
is "what A was given" 50000.00 "$(balance a transferred_in)"
is "what B was given" 100000.00 "$(balance b transferred_in)"
is "the agency's own money" 50000.00 "$(balance agency own)"

say "A tries to pass on what it was given. It may spend the money, not give it away, and is told so with the terms."
refused EXCEEDS_TRANSFERABLE a transfer --to "${account[b]}" --amount 10000.00 --currency CNY

say "A wants to buy, and learns everything that is still missing before it may."
who a permission check ledger.purchase.create,payments.top_up.create,ledger.credit_limit.set
who a explain ledger.purchase.create --region cn-hangzhou --amount 8200.00
refused PAYMENT_METHOD_MISSING a purchase --amount 8200.00 --currency CNY --region cn-hangzhou
quiet a card add --expiry-month 11 --expiry-year 2033 --holder "Han Mei" --card-file "$folder/card" >/dev/null || fail "no card"
is "A ready" yes "$(quiet a ready --region cn-hangzhou --only ready)"

say "A spends 8,200.00, from the money it was given."
who a purchase --amount 8200.00 --currency CNY --region cn-hangzhou --remark "four servers"
is "what A has left" 41800.00 "$(balance a transferred_in)"

say "How long that lasts A is told by the complete days behind it, once there are any, and by the last hour, in which a runaway job shows first."
who a runway --only runway.last_hour_depletion_time
is "what A spent in the last hour" 8200.00 "$(quiet a runway --only runway.last_hour)"

say "A may cap its months: what was bought before counts, and exactly what is left may still be spent."
who a cap set --cap 9000.00 --currency CNY --remark "the project's budget"
who a budget list
is "what the month has left" 800.00 "$(quiet a cap show --only cap.remaining)"
refused CAP_EXCEEDED a purchase --amount 800.01 --currency CNY --region cn-hangzhou
who a cap remove

say "The agency takes back what is left of A's money, and not a cent more."
who agency revocable "${account[a]}"
refused EXCEEDS_REVOCABLE agency revoke --from "${account[a]}" --amount 41800.01 --currency CNY
refused WOULD_SUSPEND agency revoke --from "${account[a]}" --amount 41800.00 --currency CNY
who agency revoke --from "${account[a]}" --amount 41800.00 --currency CNY --accept-suspension --remark "project A is done"
is "what A has left" 0.00 "$(balance a transferred_in)"
is "the agency's own money" 91800.00 "$(balance agency own)"

say "A credit limit is set for A. It does not count until A's administrator confirms the contract; then one message says so."
operator_proves
who operator limit line --account "${account[a]}" --amount 100000.00 --currency CNY
who operator limit set --account "${account[a]}" --amount 10000.00 --currency CNY
is "A's effective limit" 0.00 "$(quiet a limit show --only credit_limit.effective_limit)"
messages=$(limit_messages)
is "messages to A's phone about it" 0 "$messages"
who a contract list
quiet a factor enroll --name phone --only secret >"$folder/secret-a" || fail "no secret"
quiet a factor confirm "$(app_code "$folder/secret-a" 0)" >/dev/null || fail "the app's code did not pass"
who a limit confirm --hash "$(quiet a contract list --only contracts.0.contract_hash)"
is "A's effective limit" 10000.00 "$(quiet a limit show --only credit_limit.effective_limit)"
is "what A may spend" 10000.00 "$(quiet a balance --only available.amount)"
soon "messages to A's phone about it" 1 limit_messages

say "Strangers are another company: nothing passes to them."
sign_up stranger "Red Trading"
company stranger "$(entity)" "Red Trading"
refused DIFFERENT_COMPANY agency transfer --to "${account[stranger]}" --amount 100.00 --currency CNY

say "The agency may pay for B: from its own money, and within the quota that it grants; for strangers only once both agreed to it."
refused PAY_ON_BEHALF_NOT_AGREED agency quota set --for "${account[stranger]}" --line 1000.00 --currency CNY
refused QUOTA_NOT_FOUND agency purchase --amount 300.00 --currency CNY --for "${account[b]}"
who agency quota set --for "${account[b]}" --line 1000.00 --currency CNY
who agency purchase --amount 800.00 --currency CNY --for "${account[b]}" --remark "their first server"
refused QUOTA_EXCEEDED agency purchase --amount 300.00 --currency CNY --for "${account[b]}"
who agency quota offset --for "${account[b]}" --amount 500.00 --currency CNY --remark "paid at the month's end"
is "what they may still have bought" 700.00 "$(quiet agency quota show "${account[b]}" --only purchasable.amount)"
is "the agency's own money" 91000.00 "$(balance agency own)"
who agency purchase list --for "${account[b]}"
who agency overview
is "the agency's own money at one look" 91000.00 "$(quiet agency overview --only balance.own)"

say "A savings plan is shared with A. It applies to usage from that moment on, not before."
asset=$(quiet operator asset register --account "${account[agency]}" --kind savings-plan --name "compute, one year" --expires now+365d --products ecs \
  --only asset.asset_id) || fail "no asset"
is "whether it applies before" no "$(quiet a benefit check --asset "$asset" --product ecs --only applies)"
before=$(date -u +%Y-%m-%dT%H:%M:%S.%6NZ)
who agency share add --asset "$asset" --with "${account[a]}"
who a benefit check --asset "$asset" --product ecs
is "whether it applies now" yes "$(quiet a benefit check --asset "$asset" --product ecs --only applies)"
who a share received --state active
is "what A was given to use" "compute, one year" "$(quiet a share received --only received_shares.0.asset.name)"
is "whether it applies to usage before the share" no \
  "$(quiet a benefit check --asset "$asset" --product ecs --used "$before" --only applies)"
is "why not" SHARE_NOT_YET_ACTIVE "$(quiet a benefit check --asset "$asset" --product ecs --used "$before" --only reason)"

say "Operators keep the catalogue: regions, products with their place in FOCUS, and what of them is metered; everybody reads it."
operator_proves
who operator region create "demo-$run" --name "Demonstration" --country CN
who operator product create "oss-$run" --name "Object Storage" --service-category Storage --service-subcategory "Object Storage" --publisher "Example Cloud"
who operator sku create "oss-$run.storage" --product "oss-$run" --meter storage --pricing-unit GB-Hours --tax-category standard
refused CATALOGUE_ID_TAKEN operator region create "demo-$run" --name "Demonstration" --country CN
who stranger sku list --product "oss-$run"

say "Each SKU has prices: by the list or a contract, by region, since a moment, never in the past. A preview shows a charge tier by tier."
who operator sku create "oss-$run.requests" --product "oss-$run" --meter requests --pricing-unit "1000 Requests" --tax-category standard
who operator price set "oss-$run.storage" --currency CNY --tiers 0.000164384
who operator price set "oss-$run.requests" --currency CNY --model graduated --tiers 1.00:10,0.80:100,0.50
refused PRICE_PAST operator price set "oss-$run.storage" --currency CNY --tiers 0.0001 --from 2020-01-01
who agency price show "oss-$run.storage" --region "demo-$run"
who agency price preview "oss-$run.requests" --region "demo-$run" --quantity 150
is "what 150 are charged" 107.00 "$(quiet agency price preview "oss-$run.requests" --region "demo-$run" --quantity 150 --only charge)"
who operator price-book create "gold-$run" --name "Gold partners"
who operator price set "oss-$run.storage" --book "gold-$run" --currency CNY --tiers 0.00015
who operator price-book assign "gold-$run" --account "${account[agency]}"
is "what the agency pays now" "0.00015 CNY a unit" "$(quiet agency price show "oss-$run.storage" --region "demo-$run" --only price.terms)"

say "A metering service tells what was used: each record counts once, however often it is told, and is parked where it has no price."
hour=$(date -u -d '-2 hours' +%FT%H)
used="source=demo id=u-$run account=${account[a]} sku=oss-$run.storage region=demo-$run resource=bucket-1 quantity=10"
echo "$used from=$hour:00:00Z until=$hour:30:00Z tag.env=demo" > "$folder/usage.txt"
who operator usage-record record "$folder/usage.txt"
who operator usage-record record "$folder/usage.txt"
who a usage-line list --tag env=demo
soon "why a line of before there was a price is not booked" PRICE_NOT_FOUND quiet a usage-line list --tag env=demo --only usage_lines.0.reason
who a cost --by product,tag --tag-key env --region "demo-$run" --from "$hour:00:00Z" --until "$hour:30:00Z"

say "A partner and its customers share a discount by what all of them used the month before; what it asks of them it says before the month begins."
who operator group-discount set 0:0,100000:5,500000:8,1000000:10 --account "${account[agency]}"
who agency group-discount show
who agency repricing set "$(date -u -d "$(date -u +%Y-%m-15) +2 months" +%Y-%m)" --basis list --ppm 125000
refused REPRICING_PERIOD_STARTED agency repricing set "$(date -u -d "$(date -u +%Y-%m-15) -1 month" +%Y-%m)" --basis list --ppm 125000
who agency repricing list

say "A promotion is activated once, within 30 days of the sign-up and while the second channel is verified: a coupon of the account, with an end."
operator_proves
who operator promotion define "welcome-$run" --within-days 30 --amount 50.00 --currency CNY --grant-days 90 --most 2 --needs second-channel --products ecs
who stranger promotion activate "welcome-$run"
refused PROMO_ALREADY_ACTIVATED stranger promotion activate "welcome-$run"
first_coupon() { quiet stranger asset list --kind coupon --only assets.0.face; }
soon "Red Trading's coupon" 50.00 first_coupon
who stranger asset list --kind coupon

say "A file of orders is one call: a line is a command, and lines that end in & are one group with the next. A preview comes first."
own=$(balance agency own)
who agency preview transfer --to "${account[a]}" --amount 100.00 --currency CNY
is "the agency's own money after the preview" "$own" "$(balance agency own)"
printf '%s --amount 100.00 --currency CNY &\n%s --amount 100.00 --currency CNY\n' "transfer --to ${account[a]}" "transfer --to ${account[b]}" \
  >"$folder/orders"
request=$(printf '%s-0000-4000-8000-000000000001' "$run")
who agency orders submit "$folder/orders" --request-id "$request"
given=$(balance a transferred_in)
who agency orders submit "$folder/orders" --request-id "$request"
is "what A was given after the same file again" "$given" "$(balance a transferred_in)"

say "An account is closed when nothing is left of it and nothing runs for it, and what a bank sends afterwards is booked in suspense until it can be credited."
operator_proves
who operator resource register "vm-$run" --source compute --product "oss-$run" --region "demo-$run" --kind payg --stopped-meters storage --account "${account[b]}"
who operator resource state "vm-$run" --source compute --state running --version 1 --account "${account[b]}"
who operator resource state "vm-$run" --source compute --state stopped --version 2 --account "${account[b]}"
is "what charges still, though it is stopped" "vm-$run" "$(quiet b resource list --still-charging --only resources.0.resource_id)"
refused CASH_LEFT operator account state closed --account "${account[b]}"
is "what keeps it open beside its cash" RESOURCES_NOT_RELEASED "$(quiet b account blockers --only blockers.1.reason)"
who operator resource state "vm-$run" --source compute --state released --version 3 --account "${account[b]}"
look=$(quiet operator customer look --account "${account[b]}" --reason "Asked to close it, ticket 4711." --only look.look_id) || fail "no look"
who operator account blockers --account "${account[b]}"
quiet operator customer close-look "$look" >/dev/null || fail "the look stays open"
sign_up c "Blue Agency, project C"
company c "$blue" "Blue Agency"
reference=$(quiet c topup --rail wire --amount 60000.00 --currency CNY --no-wait --only top_up.wire_reference) || fail "no wire transfer"
who operator account state closed --account "${account[c]}"
who operator wire receive --account "${account[c]}" --reference "$reference" --bank "ICBC 0200" --statement "$run" --statement-line 1 \
  --amount 60000.00 --currency CNY
soon "the transfer" "in suspense" kontor topup list --profile c --only top_ups.0.state
who operator topup unsettled --state in-suspense --page-size 1
who operator card shared --page-size 2
who operator limit risks --page-size 2
who operator transit list --page-size 2
who operator operator freezes --page-size 2
who operator saga list --min-tries 1 --page-size 1
who operator account state active --account "${account[c]}"
top_up=$(quiet c topup list --only top_ups.0.top_up_id)
soon "C's own money" 60000.00 balance c own
again=$(quiet c topup --rail wire --amount 60000.00 --currency CNY --no-wait --only top_up.wire_reference) || fail "no wire transfer"
refused STATEMENT_LINE_RECORDED operator wire receive --account "${account[c]}" --reference "$again" --bank "ICBC 0200" --statement "$run" \
  --statement-line 1 --amount 60000.00 --currency CNY
refused TOP_UP_NOT_RETURNABLE operator topup return "$top_up" --yes --account "${account[c]}" --remark "it is credited"

say "The agency invites its bookkeeper: a log-in without an account of its own, that may do what the role says and is out at once."
who agency member invite "clerk-$run@example.com" --role finance --name "Li Lei" --only invitation.state
read -r invitation invitation_code <<<"$(invited "clerk-$run@example.com")"
quiet clerk invitation join "$invitation" --code "$invitation_code" --name "Li Lei" --password-file "$folder/password" >/dev/null ||
  fail "the invitation was not accepted"
quiet clerk login --email "clerk-$run@example.com" --password-file "$folder/password" >/dev/null || fail "no log-in"
who clerk account list
who agency member list
refused PERMISSION_DENIED clerk purchase --amount 1.00 --currency CNY --region cn-hangzhou
who agency member remove "$(quiet agency member list --only members.1.principal_id)"
kontor balance --profile clerk >/dev/null 2>&1 </dev/null
is "exit code of whoever was removed" 4 $?

say "A client-success manager sees how the agency does, in bands: no amount, no remark and no address as it is."
quiet agency member invite "success-$run@example.com" --role client-success >/dev/null || fail "no invitation"
read -r invitation invitation_code <<<"$(invited "success-$run@example.com")"
quiet success invitation join "$invitation" --code "$invitation_code" --name "Han Mei" --password-file "$folder/password" >/dev/null ||
  fail "the invitation was not accepted"
quiet success login --email "success-$run@example.com" --password-file "$folder/password" >/dev/null || fail "no log-in"
who success transfer list
is "where the band of the agency's money begins" 10000.00 "$(kontor balance --only balance.own --profile success 2>/dev/null)"
refused FIELD_MASKED success history --remark March
refused PERMISSION_DENIED success proof get "$folder/success.proof"
note "and leaves by itself, of which the agency has a notice"
who success member leave --yes
who agency notice list --kind account --page-size 1

say "What was booked for B, change by change. A program follows from any cursor on (--follow) and misses nothing."
who b changes

say "Two people may freeze all of the agency's accounts by one call, and nobody else may. Who froze does not undo it; the other one does."
freezer() { # NAME
  local address=$1-$run@example.com invitation invitation_code
  invitation=$(quiet agency member invite "$address" --role billing-freezer --subtree --only invitation.invitation_id) || fail "not invited"
  read -r invitation invitation_code <<<"$(invited "$address" "$invitation")"
  quiet "$1" invitation accept "$invitation" --code "$invitation_code" >/dev/null ||
    fail "the invitation was not accepted"
}
freezer a
freezer b
refused PERMISSION_DENIED agency freeze start --reason "the owner is none"
who a freeze preview --account "${account[agency]}"
who a freeze start --account "${account[agency]}" --reason "a stolen card"
refused RECHARGE_FROZEN agency transfer --to "${account[a]}" --amount 1.00 --currency CNY
freeze=$(quiet a freeze list --account "${account[agency]}" --only freezes.0.freeze_id)
refused OWN_FREEZE a freeze undo "$freeze" --yes --account "${account[agency]}"
who b freeze undo "$freeze" --yes --account "${account[agency]}"
who agency transfer --to "${account[a]}" --amount 1.00 --currency CNY

say "Who stands above an account says whether it may spend. One that may not buys nothing, and is given money only by who accepts that."
who agency member grant "$(quiet agency member list --only members.0.principal_id)" --role account-administrator --subtree
refused PERMISSION_DENIED b spending set read-only
who agency spending set read-only --account "${account[b]}" --remark "the pilot has ended"
refused SPENDING_NOT_PERMITTED b transfer --to "${account[a]}" --amount 1.00 --currency CNY
refused SUBACCOUNT_READ_ONLY agency transfer --to "${account[b]}" --amount 1.00 --currency CNY
who agency transfer --to "${account[b]}" --amount 1.00 --currency CNY --accept-read-only
who agency spending set spend --account "${account[b]}"

say "Whoever stands above may cap an account as well; it may set itself a lower one, and never takes that away."
who agency cap impose --account "${account[b]}" --cap 500.00 --currency CNY
who b cap set --cap 900.00 --currency CNY
refused PERMISSION_DENIED b cap lift
who b cap remove
is "the cap from above" 500.00 "$(quiet b cap show --only cap.above)"
who agency cap lift --account "${account[b]}"

say "A portal needs no person's password: the agency makes a program, and a key that reads balances and makes transfers, and nothing else."
who agency program create portal --role finance
program=$(quiet agency program list --only programs.0.program_id)
quiet agency key create "$program" --permissions 'ledger.balance.*,ledger.transfer.create' --name blue --expires +30d --only secret >"$folder/key" ||
  fail "no key"
who agency key list
is "what the portal sees" "$(balance agency available)" "$(quiet portal balance --program-key-file "$folder/key" --only balance.available)"
who portal transfer --to "${account[a]}" --amount 1.00 --currency CNY --program-key-file "$folder/key"
refused KEY_SCOPE portal topup list --program-key-file "$folder/key"
refused PERSON_REQUIRED portal session list --program-key-file "$folder/key"
quiet agency key revoke "$(quiet agency key list --only keys.0.key_id)" --yes >/dev/null || fail "the key is not revoked"
refused KEY_REFUSED portal balance --program-key-file "$folder/key"

if command -v openssl >/dev/null; then
  say "Or the portal shows a certificate of its own: the very certificate is known from now on, and ends with it at the latest."
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj /CN=portal -keyout "$folder/portal.key" -out "$folder/portal.pem" 2>/dev/null ||
    fail "no certificate"
  who agency certificate register "$program" --file "$folder/portal.pem" --permissions 'ledger.balance.*' --name green
  is "its SHA-256" "$(openssl x509 -in "$folder/portal.pem" -outform DER | sha256sum | cut -d ' ' -f 1)" \
    "$(quiet agency key list --jq '.keys[] | select(.name == "green") | .prefix' | tr -d '"')"
fi

say "The agency enrols an app. From then on whoever moves its money has shown a code of it within the last five minutes."
quiet agency factor enroll --name phone --only secret >"$folder/secret" || fail "no secret"
who agency factor confirm "$(app_code "$folder/secret" 0)" --only factor.factor_id
quiet thief login --email "$(quiet agency whoami --only account.email)" --password-file "$folder/password" --device thief >/dev/null || fail "no log-in"
refused MFA_REQUIRED thief transfer --to "${account[a]}" --amount 1.00 --currency CNY
quiet thief step-up "$(app_code "$folder/secret" 1)" >/dev/null || fail "the code did not pass"
note "✓ with the next code it is no thief"
who thief transfer --to "${account[a]}" --amount 1.00 --currency CNY

say "What happened to the agency's log-in: that of the thief stands there, too, and nobody can take it away."
who agency security-event list --page-size 5
is "the thief's log-in" thief "$(quiet agency security-event list --kind log-in --page-size 1 --only events.0.device)"

say "What the agency was told about it, beside the e-mails: nothing is lost with a mailbox."
who agency notice list --unread --kind security
is "of the factor" "A factor was added to your Kontor log-in." "$(quiet agency notice list --kind security --page-size 1 --only notices.0.text)"
who agency notice read --all
is "unread" 0 "$(quiet agency notice list --page-size 1 --only unread_count)"

say "The agency's devices: where each session was opened, and which is this one."
who agency session list
is "this one" kontor "$(quiet agency session list --jq '.sessions[] | select(.current) | .device' | tr -d '"')"

say "The agency says how its people may be logged in: three sessions each, ten minutes without use. A network without itself is not taken."
refused NETWORKS_SHUT_CALLER_OUT agency session-policy set --networks 203.0.113.0/24
who agency session-policy set --idle-minutes 10 --sessions-max 3
who agency session-policy show

say "A junior of finance may transfer 1,000.00 at once. More waits until somebody else approves it, with a code of their own."
quiet agency member invite "junior-$run@example.com" --role finance >/dev/null || fail "no invitation"
read -r invited secret_word <<<"$(invited "junior-$run@example.com")"
quiet junior invitation join "$invited" --code "$secret_word" --name "Li Lei" --password-file "$folder/password" >/dev/null || fail "not joined"
quiet junior login --email "junior-$run@example.com" --password-file "$folder/password" >/dev/null || fail "no log-in"
who agency ceiling set finance:transfer:1000.00:2000.00 --currency CNY --approvers 1 --only ceilings.time_zone
asked=(transfer --account "${account[agency]}" --to "${account[a]}" --amount 1500.00 --currency CNY --request-id "$(python3 -c 'import uuid; print(uuid.uuid4())')")
refused APPROVAL_REQUIRED junior "${asked[@]}"
approval=$(quiet agency approval list --state pending --only approvals.0.approval_id) || fail "nothing waits"
hash=$(quiet agency approval show "$approval" --only approval.request_hash) || fail "there is no hash"
who agency approval approve "$approval" --hash "$hash" --yes --only approval.state
soon "what was approved" executed quiet agency approval show "$approval" --only approval.state
is "the junior's transfer" 1500.00 "$(quiet junior "${asked[@]}" --only transfer.amount)"

say "The agency changes its password: the thief's session has ended."
{ cat "$folder/password"; printf 'nine quiet lighthouses of autumn\nnine quiet lighthouses of autumn\n'; } >"$folder/new-password"
who agency password change --password-file "$folder/new-password"
refused SESSION_ENDED thief transfer --to "${account[a]}" --amount 1.00 --currency CNY

say "The agency has another number: codes to the old and the new one change it."
number=+86138$(printf '%08d' $(((RANDOM << 15 ^ RANDOM) % 100000000)))
had=$(texts "${phone[agency]}" | wc -l)
who agency contact change --delivery sms --phone "$number"
new=$(code "$number") || fail "no code came to the new number"
quiet agency contact confirm-change --new-code "$new" --old-code "$(next_code "${phone[agency]}" "$had")" >/dev/null || fail "the codes were not accepted"
is "the agency's number" "$number" "$(quiet agency whoami --only account.phone)"

say "The owner of project B leaves. The account, both its contacts and its log-in go to a successor at once; what the leaver had is over."
quiet b factor enroll --name phone --only secret >"$folder/secret-b" || fail "no secret"
quiet b factor confirm "$(app_code "$folder/secret-b" 0)" >/dev/null || fail "the app's code did not pass"
successor=successor-$run@example.com
number=+86137$(printf '%08d' $(((RANDOM << 15 ^ RANDOM) % 100000000)))
had=$(texts "b-$run@example.com" | wc -l)
hand=$(quiet b hand-over begin --email "$successor" --phone "$number" --reason "B's manager leaves." --only hand_over_id) || fail "not begun"
who b hand-over confirm "$hand" --email-code "$(code "$successor")" --phone-code "$(code "$number")" \
  --old-code "$(next_code "b-$run@example.com" "$had")" --yes
refused SESSION_ENDED b balance
quiet successor password send-code --email "$successor" >/dev/null || fail "no code to choose a password"
code_comes() { texts "$successor" | grep -q 'to set a new password' && echo there; }
soon "the code to choose a password" there code_comes
tail -n 2 "$folder/new-password" >"$folder/successors-password"
quiet successor password reset "$(code "$successor")" --password-file "$folder/successors-password" >/dev/null || fail "no password"
quiet successor login --email "$successor" --password-file "$folder/successors-password" >/dev/null || fail "no log-in"
is "the successor's account" "${account[b]}" "$(quiet successor whoami --only account.account_id)"

say "Of a customer's money an operator sees nothing but by a look, whose reason the customer reads; it is closed when it was of use."
operator_proves
refused PERMISSION_DENIED operator balance --account "${account[a]}"
look=$(quiet operator customer look --account "${account[a]}" --reason "Asked by the customer, ticket 4711." --only look.look_id) || fail "no look"
who operator balance --account "${account[a]}"
who operator customer close-look "$look"
refused PERMISSION_DENIED operator balance --account "${account[a]}"
who a customer looks

say "A partner with a direct contract asks Red Trading to be its customer; nothing holds before its administrator agreed to these very terms."
terms=(--permit view-balance,allocate,handover --settlement allocation --invoices customer --shutdown delay)
refused PARTNER_NOT_AUTHORISED a relation request "${account[stranger]}" "${terms[@]}"
operator_proves
who operator partner authorise "${account[a]}" --reference "C-$run"
who a relation request "${account[stranger]}" "${terms[@]}"
relation=$(quiet stranger relation list --only relations.0.relation_id) || fail "no relation"
who stranger relation check "$relation"
quiet stranger factor enroll --name phone --only secret >"$folder/secret-stranger" || fail "no secret"
quiet stranger factor confirm "$(app_code "$folder/secret-stranger" 0)" >/dev/null || fail "the app's code did not pass"
refused OFFER_CHANGED stranger relation confirm "$relation" --hash 0000
who stranger relation confirm "$relation" --hash "$(quiet stranger relation list --only relations.0.offer.offer_hash)"
who stranger billing-control

say "Of its customer the partner sees what those terms permit and nothing else; to everybody else the account is not there."
who a balance --account "${account[stranger]}"
refused PERMISSION_DENIED a purchase list --account "${account[stranger]}"
refused PERMISSION_DENIED successor balance --account "${account[stranger]}"
who a customer list
who a account sum --scope customers

say "Should its owner leave without a word, the partner begins to hand its account over; somebody there approves that, and all of them hear of it at once."
hand=$(quiet a hand-over begin --email "red-$run@example.com" --phone "+86136$(printf '%08d' $(((RANDOM << 15 ^ RANDOM) % 100000000)))" \
  --reason "Its owner answers nobody." --account "${account[stranger]}" --only hand_over_id) || fail "not begun"
is "the hand-over under way" "$hand" "$(quiet stranger billing-control --only hand_over_id)"
refused PERMISSION_DENIED a hand-over approve "$hand" --account "${account[stranger]}" --yes
refused HAND_OVER_NOT_YOURS stranger hand-over cancel "$hand"
who a hand-over cancel "$hand" --account "${account[stranger]}"

say "The partner allocates to its customer, of another company: a lot of the partner's, to spend. What is left of it the partner reclaims."
quiet a topup --amount 1000.00 --currency CNY >/dev/null || fail "no top-up"
refused RELATION_NOT_FOUND a allocate --to "${account[b]}" --amount 100.00 --currency CNY
who a allocate --to "${account[stranger]}" --amount 400.00 --currency CNY --remark "project Red, first month"
soon "what the customer was allocated" 400.00 balance stranger transferred_in
who stranger lots
refused EXCEEDS_REVOCABLE a reclaim --from "${account[stranger]}" --amount 400.01 --currency CNY
who a reclaim --from "${account[stranger]}" --amount 300.00 --currency CNY
is "what the customer has left" 100.00 "$(balance stranger transferred_in)"

say "Red Trading asks for more, one request at a time; the partner grants it by an allocation that names it, or declines."
who stranger funding request --amount 50.00 --currency CNY --remark "the second month"
refused FUNDING_REQUEST_OPEN stranger funding request --amount 60.00 --currency CNY
funding=$(quiet a funding list --only funding_requests.0.funding_request_id) || fail "nothing was asked"
who a allocate --to "${account[stranger]}" --amount 40.00 --currency CNY --grants "$funding"
soon "what the customer has" 140.00 balance stranger transferred_in
who stranger funding list --all

say "Other terms are an offer, too: now the partner pays for what Red Trading orders, within a quota, and Red Trading passes on no money meanwhile."
terms=(--permit view-balance,allocate,pay-on-behalf --settlement agent-pays --invoices customer --shutdown delay)
who a relation change "$relation" "${terms[@]}"
who stranger relation confirm "$relation" --hash "$(quiet stranger relation list --only relations.0.offer.offer_hash)"
soon "whether a partner pays for Red Trading" yes quiet stranger account ledger --only account.pay_on_behalf
who a quota set --for "${account[stranger]}" --line 200.00 --currency CNY
who a purchase --amount 30.00 --currency CNY --for "${account[stranger]}" --remark "their first server"
who stranger purchase from-agent --agent "${account[a]}" --amount 20.00 --currency CNY --remark "one that they ordered"
refused QUOTA_EXCEEDED stranger purchase from-agent --agent "${account[a]}" --amount 150.01 --currency CNY
who stranger purchase paid-for
is "what they may still have bought" 150.00 "$(quiet a quota show "${account[stranger]}" --only purchasable.amount)"

say "Of an order that has no price yet the partner holds the most that it may cost: in its own money, and in their quota."
held=$(quiet a hold place --amount 100.00 --currency CNY --for "${account[stranger]}" --expires now+2h --only hold.hold_id) || fail "no hold"
refused QUOTA_EXCEEDED a purchase --amount 50.01 --currency CNY --for "${account[stranger]}"
refused QUOTA_EXCEEDED stranger hold from-agent --agent "${account[a]}" --amount 50.01 --currency CNY --expires now+2h
theirs=$(quiet stranger hold from-agent --agent "${account[a]}" --amount 50.00 --currency CNY --expires now+2h --only hold.hold_id) || fail "no hold"
who a hold void "$theirs"
who a hold capture "$held" --amount 60.00 --currency CNY --final --remark "a cluster"
is "what they may still have bought" 90.00 "$(quiet a quota show "${account[stranger]}" --only purchasable.amount)"
is "what Red Trading sees of it" 60.00 "$(quiet stranger purchase paid-for --only paid_fors.0.amount)"
who a quota offset --for "${account[stranger]}" --amount 50.00 --currency CNY --remark "paid back"

say "Either end may end it; until the moment comes, who asked may take that back."
who stranger relation end "$relation" --customer "${account[stranger]}" --at now+30d --yes
who stranger relation withdraw-end "$relation"

say "Somebody who has no account yet is invited, reads the terms before there is one, and is a customer as soon as the company is approved."
who a customer invite --email "new-$run@example.com" "${terms[@]}"
read -r invitation token <<<"$(invited "new-$run@example.com")"
who new customer open-invitation "$invitation" --token "$token"
sign_up new "Green Clouds"
who new customer accept-invitation "$invitation" --token "$token" \
  --hash "$(quiet new customer open-invitation "$invitation" --token "$token" --only offer_hash)"
submission=$(quiet new company submit --country CN --scheme lei --number "$(entity)" --name "Green Clouds Ltd" --only submission.submission_id) ||
  fail "not submitted"
operator_proves
quiet operator company approve "$submission" >/dev/null || fail "not approved"
soon "the invitation's state" associated quiet a customer invitations --page-size 1 --only invitations.0.state
is "whose customer it is" "${account[a]}" "$(quiet new billing-control --only agents.0.account_id)"

say "The partner is frozen: Red Trading is told at once, nothing of its stops for 15 days, what it was allocated stays, and it takes to paying by itself."
who operator account state frozen --account "${account[a]}"
soon "the trouble of Red Trading's partner" frozen quiet stranger upstream get --only risk.cause
who stranger upstream get
refused RECLAIM_RING_FENCED a reclaim --from "${account[stranger]}" --amount 10.00 --currency CNY
who stranger upstream accept-bridge "$relation" --yes
who operator account state active --account "${account[a]}"

say "Red Trading takes Green Clouds as its partner in Blue Agency's place: each obstacle is told with what helps; one ends as the other begins."
operator_proves
who operator partner authorise "${account[new]}" --reference "C-$run-2"
quiet new relation request "${account[stranger]}" "${terms[@]}" >/dev/null || fail "not asked"
offered=$(quiet stranger relation list --only relations.0.relation_id) || fail "no relation"
switch=("$offered" --hash "$(quiet stranger relation list --only relations.0.offer.offer_hash)" --in-place-of "$relation")
who stranger relation check "$offered" --in-place-of "$relation"
left=$(balance stranger transferred_in)
refused QUOTA_USED stranger relation confirm "${switch[@]}"
who stranger relation confirm "${switch[@]}" --acknowledge-remainders
is "whose customer Red Trading is" "${account[new]}" "$(quiet stranger billing-control --only agents.0.account_id)"
refused PERMISSION_DENIED a balance --account "${account[stranger]}"
is "what stayed, to be used up or reclaimed" "$left" "$(balance stranger transferred_in)"

say "What no operator does alone waits for another one, whom neither of them made; what would be refused then is refused at once."
refused OVERRIDE_TOO_LONG operator override grant --account "${account[a]}" --until now+91d --reason "The agent pays late."
refused APPROVAL_REQUIRED operator override grant --account "${account[a]}" --until now+30d --reason "The agent pays late."
who operator approval list --state pending --page-size 1

say "A company has an LEI and a number of its country, so it became two. Two operators join them; here the first one asks."
sign_up twin "Blue Agency, America"
submission=$(quiet twin company submit --country US --scheme ein --number "12$(printf '%07d' $((RANDOM * RANDOM % 10000000)))" --name "Blue Agency Inc." \
  --only submission.submission_id) || fail "not submitted"
quiet reviewer company approve "$submission" >/dev/null || fail "not approved"
twin=$(quiet twin account show --only account.company_id)
who operator company show --country CN --scheme lei --number "$blue"
refused MERGE_SAME_REGISTER operator company merge "$(quiet stranger account show --only account.company_id)" \
  --into "$(quiet agency account show --only account.company_id)" --reason "They share an office." --yes
refused APPROVAL_REQUIRED operator company merge "$twin" --into "$(quiet agency account show --only account.company_id)" \
  --reason "Both numbers stand in its annual report." --yes

say "Who topped up, and who was refused? Each act has its actor, and nobody can take one away."
who agency who-did-what --action payments.top_up.create --page-size 4
is "the agency's last try" CEILING_EXCEEDED "$(quiet agency who-did-what --action payments.top_up.create --page-size 1 --only acts.0.reason)"

say "The audit folds every posting of every company again: all sums are zero."
who agency audit
operator_proves
who operator audit
is "findings" 0 "$(quiet operator audit --only totals.findings)"

say "Project A takes the proof of its statement, and checks it without any server; of an altered one not a bit is believed."
proof_comes() { kontor proof get "$folder/a.proof" --profile a >/dev/null 2>&1 && echo there; }
soon "the proof" there proof_comes
who a proof keys
who a proof verify "$folder/a.proof" --key "$(quiet a proof keys --only keys.0.public_key)"
{ head -c 500 "$folder/a.proof"; printf 'x'; tail -c +502 "$folder/a.proof"; } >"$folder/altered.proof"
kontor proof verify "$folder/altered.proof" >/dev/null 2>&1 && fail "the altered proof passed"
note "✓ the altered proof does not hold"

printf '\nThe day is done: %d steps, everything as it should be.\n' "$step_number"
printf 'kontor-load tells how much of this the machine can do in a second, and whether the money is right then: bench/load/README.md.\n'
