"""Every list that the gateway shows has one shape (findings A5, A6): page_size and page_token, one list and next_page_token, the same words for
both; and is narrowed by the same names. A list that is short by its nature stands below with its reason."""
import re
import sys

import proto_test

WHOLE = {"ListClosingBlockers": "the reasons are few, and all of them are wanted at once", "ListAnchorKeys": "one a change of key"}
SIZE = "How many at most: 0 means 50, more than 100 counts as 100."
LAST = 'Continues the list; "" on the last page.'
TIMES = {("start_time", "end_time"), ("effective_start_time", "effective_end_time")}
# A text by which a list is narrowed; ids end with _id. Another name would be a second one for one of these.
# By the four in the second line an operator finds a customer, each whole.
TEXTS = re.compile(r"(page_token|tag|action|(remark|name)_contains|.*_id|"
                   r"email|phone|company_name|registration_number)$")
ENUMS = {"state", "kind", "book", "rail", "role", "level", "environment", "outcome"}
SWITCHES = {"open", "with_ended", "with_below", "with_total", "allow_missing", "unread", "still_charging"}


def comments_of(file, message_index):
    return {tuple(place.path): place.leading_comments.strip().replace("\n ", " ") for place in file.source_code_info.location
            if tuple(place.path[:2]) == (4, message_index)}


def is_inside(path, method):
    """Whether the rpc stays inside: the gateway shows it to nobody."""
    with open("proto/" + path, encoding="utf-8") as file:
        return "CALLER_INTERNAL" in re.search(r"rpc %s\(.*?\n  }" % method, file.read(), re.S).group()


def mistakes_of(name, file, request, response):
    """Of one list; request and response by their places in the file."""
    asked, told = file.message_type[request], file.message_type[response]
    says, tells = comments_of(file, request), comments_of(file, response)
    fields = {field.name: (place, field) for place, field in enumerate(asked.field)}
    answers = {field.name: (place, field) for place, field in enumerate(told.field)}
    lists = [field.name for field in told.field if field.label == field.LABEL_REPEATED and field.type == field.TYPE_MESSAGE]
    if len(lists) != 1:
        yield "answers with %s: one list of messages it must be" % lists
    if name in WHOLE:
        if "page_token" in fields:
            yield "has pages, and a reason for having none"
        return
    for field in ("page_size", "page_token"):
        if field not in fields:
            yield "has no " + field
    if "next_page_token" not in answers:
        yield "answers without next_page_token"
    elif tells.get((4, response, 2, answers["next_page_token"][0])) != LAST:
        yield "does not say of next_page_token: " + LAST
    if "page_size" in fields and says.get((4, request, 2, fields["page_size"][0])) != SIZE:
        yield "does not say of page_size: " + SIZE
    moments = {field.name for field in asked.field if field.type_name == ".google.protobuf.Timestamp"}
    if moments - {name for pair in TIMES for name in pair} or any(len(moments & set(pair)) == 1 for pair in TIMES):
        yield "is narrowed by the times %s: they come in the pairs %s" % (sorted(moments), sorted(TIMES))
    for field in asked.field:
        known = {field.TYPE_STRING: TEXTS.match(field.name), field.TYPE_ENUM: field.name in ENUMS, field.TYPE_BOOL: field.name in SWITCHES}
        if not known.get(field.type, True):
            yield "is narrowed by %s: no list has that name" % field.name


def main():
    files = proto_test.files_of(proto_test.described("--include_source_info"), proto_test.UNPROMISED)
    count, mistakes = 0, []
    for path, file in sorted(files.items()):
        places = {"." + file.package + "." + message.name: place for place, message in enumerate(file.message_type)}
        for service in file.service:
            for method in service.method:
                if not method.name.startswith("List") or is_inside(path, method.name):
                    continue
                count += 1
                mistakes += ["%s/%s %s" % (service.name, method.name, mistake) for mistake in
                             mistakes_of(method.name, file, places[method.input_type], places[method.output_type])]
    print("\n".join(mistakes) or "%d lists have one shape" % count)
    return bool(mistakes) or count < 30


if __name__ == "__main__":
    sys.exit(main())
