"""Every no has its kind (settled 2 and 10). The compiler refuses a refusal without one; this test holds what it cannot see: that no
refusal is made anywhere but by a whole row, none outside of domain and runtime, and that NOT_YET, which leaves a request id free, is
said by exactly the steps below."""
import glob
import re
import sys

FOLDERS = ("runtime", "identity", "payments", "ledger", "sharing", "gateway", "cli")
S = r"[\s\\]*"  # what lies between two tokens; a line of a macro ends in \\
ROW = re.compile(r'X\(~(\w+),~(\w+),~CODE_\w+,~"(\w+)"'.replace("~", S))
FREE = re.compile(r'(?:struct refusal (\w+) =~|\(struct refusal\))\{~(?:"(\w+)"|STATUS_REASON_(\w+)),~(\w+),~CODE_\w+,~"'.replace("~", S))
MADE = re.compile(r"struct refusal \w+ =\s*\{|\(struct refusal\)\{")
LISTS = re.compile(r"#define \w*REFUSALS\(X\)((?:.*\\\n)*.*\n)")
KINDS = ("NEVER", "NOT_YET")
FORMS = "runtime/base/refusal.h"  # what rows become

# Internal steps that can only go forward, and the states that pass. A customer's order of money is not among them.
NOT_YET = {
    "ledger CreditTopUp": {"TOP_UP_ACCOUNT_UNKNOWN", "TOP_UP_ACCOUNT_CLOSED", "TOP_UP_CURRENCY_NOT_SET", "TOP_UP_OUT_OF_RANGE"},
    "ledger group with one of those": {"SETTLE_GROUP_NOT_YET"},
    "ledger any order that meets a move of its account, once (settled 11): nothing was decided": {"SETTLE_MOVED"},
    "ledger any order that was let in before a freeze: the gateway asks again whether it is frozen (GW-03)": {"SETTLE_FREEZE_MOVED"},
    "ledger ReleaseTopUp": {"RELEASE_ACCOUNT_UNKNOWN", "RELEASE_EXCEEDS_AVAILABLE"},
    # what could not be received has nowhere else to go: the sender cannot be closed meanwhile (MONEY_IN_TRANSIT), and room comes
    "ledger ReturnTransit": {"RETURN_OUT_OF_RANGE"},
    "ledger OpenAccount that moves an account, which works where it is: its gateway asks again (settled 11)": {
        "MOVING_HOLDS", "MOVING_TRANSITS", "MOVING_CREDIT", "MOVING_QUOTAS", "MOVING_BILLS", "MOVING_SIZE"},
    "ledger SetCurrency": {"CURRENCY_NOT_OPENED"},
    "ledger UpdateRelation, UpdateRelationRisk": {"RELATION_NOT_OPENED", "RELATION_VERSION_MISSING"},
    "payments MarkCredited": {"CREDIT_TOP_UP_NOT_FOUND", "CREDIT_NOT_SUCCEEDED"},
    "payments CreateTopUp that was let in before a freeze: the gateway asks again whether it is frozen": {"FREEZE_MOVED"},
    "ledger GetProof, which moves no money: the day is anchored when it is over": {"proof_not_yet"},
    "call_once asked for an answer alone, which does nothing: the request itself may come": {"not_answered"},
    "ledger GrantOverride, which moves no money: the same request comes again when it is approved": {"OVERRIDE_UNAPPROVED"},
    "identity MergeCompanies, which moves no money: the same request comes again when it is approved": {"MERGE_UNAPPROVED"},
    "identity relations and conversions, which move no money, by a gateway of before an upgrade: one of after it says the standing": {
        "standing_missing"},
    "identity SendCode, which moves no money: the same request may come again in a minute": {"SEND_LIMIT_MINUTE"},
}

mistakes, rows, not_yet = [], 0, set()
for path in sorted(path for top in FOLDERS for path in glob.glob(top + "/**/*.[ch]", recursive=True)):
    text = open(path, encoding="utf-8").read()
    code = re.sub(r"/\*.*?\*/", lambda comment: re.sub(r"[^\n]", " ", comment.group()), text, flags=re.S)
    found = [(name, kind) for listed in LISTS.findall(code) for name, kind, _ in ROW.findall(listed)]
    if sum(listed.count("X(") for listed in LISTS.findall(code)) != len(found):
        mistakes.append("%s has a refusal that is not X(VERDICT, KIND, CODE, \"REASON\", \"sentence\")" % path)
    free = FREE.findall(code)
    if len(free) != len(MADE.findall(code)) and path != FORMS:
        mistakes.append("%s makes a refusal that is not {\"REASON\", KIND, CODE, \"sentence\"}" % path)
    if free and not re.match(r"runtime/|\w+/domain/", path):
        mistakes.append("%s makes a refusal: a rule says no in a list of its context's domain" % path)
    found += [(name, kind) for name, _, _, kind in free]
    rows += len(found)
    mistakes += ["%s: %s is neither NEVER nor NOT_YET" % (path, name) for name, kind in found if kind not in KINDS]
    not_yet |= {name for name, kind in found if kind == "NOT_YET"}
expected = set().union(*NOT_YET.values())
mistakes += ["%s says NOT_YET and is no such step here" % name for name in sorted(not_yet - expected)]
mistakes += ["%s does not say NOT_YET any more" % name for name in sorted(expected - not_yet)]
print("\n".join(mistakes) or "%d refusals, of which %d say not yet" % (rows, len(not_yet)))
sys.exit(bool(mistakes) or rows < 150)
