"""commands.py IN.fds COMMANDS.txt OUT.c: the client's commands. Each rpc that the gateway offers is one, and each field of its request
an option: names, required-ness and help follow from the proto and its comments. COMMANDS.txt (cli/commands.txt) says where a name
differs, and which functions stand in place of the one rpc; how its lines are written is said there.

An rpc VerbThing is `kontor thing verb`; Get is show, and the thing of a List is one. A field is an option by its name without _micros,
_time, _id, _ids, _account_id or _account_ids, with hyphens; those of a small message inside of the request by theirs. account_id,
request_id and company_id are none, nor a message in a list or a oneof, nor a field whose comment opens with "Filled in by the gateway". Of an enum the help offers
every value, but only those that the comment names if it names two or more, and not those that it opens with as "Not NAME:", "Any but NAME and NAME." or "Any but NAME and those of NAMEs.", which begin with it."""
import re
import sys

import handlers
import routes
from google.protobuf import descriptor_pb2 as pb
from google.protobuf import message_factory

Field = pb.FieldDescriptorProto
CONTEXTS = ("identity", "payments", "ledger", "sharing", "gateway")
NOBODYS = ("account_id", "request_id", "company_id")  # for every command the same
OPTIONS_MAX = 24
TIME = ".google.protobuf.Timestamp"
TYPED = (Field.TYPE_STRING, Field.TYPE_INT64, Field.TYPE_INT32, Field.TYPE_BOOL, Field.TYPE_ENUM, Field.TYPE_MESSAGE)
FLAGS = ("required", "positional", "switch", "secret", "repeats", "constant", "either")
WORDS = FLAGS + ("optional", "shown")
SAID_BY = {"OPERATOR": " Operators only.", "ADMINISTRATOR": " Administrators only.", "ROLE": " Billing freezers only.", "ABOVE": " Only from an account above.",
           "ABOVE_OR_OPERATOR": " Only from an account above, or operators."}
# After a refusal because of the roles: who could do it.
DONE_BY = {
    "OPERATOR": "an operator does this whose roles open it",
    "ADMINISTRATOR": "an administrator of the account does this (kontor member list)",
    "ROLE": "billing freezers do this, no administrator as such: kontor member invite ADDRESS --role billing-freezer",
    "ABOVE": "administrators and finance of an account above it do this, by a role with --subtree there",
    "ABOVE_OR_OPERATOR": "administrators and finance of an account above it do this, by a role with --subtree there",
}
DONE_BY_MEMBER = "an administrator of the account gives roles (kontor member list); an operator looks into the account first (kontor customer look)"


def fail(sentence):
    sys.exit("commands.py: " + sentence)


def kebab(name):
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "-", name).replace("_", "-").lower()


def words_of(name):
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|_", " ", name).strip().lower()


def one(thing):
    return thing[:-3] + "y" if thing.endswith("ies") else thing[:-1] if thing.endswith("s") and not thing.endswith("ss") else thing


def name_of_rpc(method):
    """("hold", "place") of PlaceHold."""
    verb, _, thing = kebab(method).partition("-")
    return one(thing or verb), {"get": "show"}.get(verb, verb) if thing else ""


def name_of_field(name):
    return kebab(re.sub(r"_(account_ids?|micros|time|ids?)$", "", name))


def said(comment, end=r"[.]"):
    """The first sentence of a comment, without the numbers of rules."""
    text = re.sub(r"\s+", " ", comment).strip()
    text = re.sub(r" \((?:[A-Z]{1,3}-?\d|settled )[^()]*\)|,? in micros(?: of [^;,.]*)?", "", text)
    found = re.match(r"(.*?)%s(?= |$)" % end, text)
    text = found.group(1) if found else text
    return text[:1].upper() + text[1:] + ("." if text else "")


class Files:
    """What the protos say: messages, enums, comments, routes."""

    def __init__(self, packed):
        self.protos = handlers.Protos(packed)
        self.callers = {row[0].lstrip("/"): row[2] for row in routes.Routes(packed).rows() if "?" not in row[0]}
        self.comments, self.enums, self.includes, self.services = {}, {}, set(), []
        for context in CONTEXTS + ("",):
            for file in self.protos.files:
                if file.name.split("/")[0] == context or not context and file.name.split("/")[0] not in CONTEXTS:
                    self.add(file)

    def add(self, file):
        comments = {tuple(at.path): at.leading_comments for at in file.source_code_info.location}
        prefix = "." + file.package + "."
        for i, message in enumerate(file.message_type):
            for j, field in enumerate(message.field):
                self.comments[prefix + message.name, field.name] = comments.get((4, i, 2, j), "")
        self.enums.update((prefix + enum.name, enum) for enum in file.enum_type)
        for i, service in enumerate(file.service):
            full = prefix[1:] + service.name
            for j, method in enumerate(service.method):
                self.comments[full, method.name] = comments.get((6, i, 2, j), "")
            if file.name.split("/")[0] in CONTEXTS:
                self.services.append((full, service))
                self.includes.add(file.name.replace(".proto", ".pb-c.h"))

    def is_sensitive(self, field):
        option = self.protos.rules.file.pool.FindExtensionByName("kontor.v1.sensitive")
        return self.protos.options.FromString(field.options.SerializeToString()).Extensions[option]

    def is_irreversible(self, method):
        pool = self.protos.rules.file.pool
        options = message_factory.MessageFactory(pool).GetPrototype(pool.FindMessageTypeByName("google.protobuf.MethodOptions"))
        return options.FromString(method.options.SerializeToString()).Extensions[pool.FindExtensionByName("kontor.v1.route")].irreversible

    def find(self, message, path):
        """(the message's name, the field) at a path; "@" stands for any message of a oneof."""
        name, _, rest = path.partition(".")
        fields = self.protos.messages[message].field
        for field in fields:
            if field.name != name and not (name == "@" and field.HasField("oneof_index")):
                continue
            if not rest:
                return message, field
            if field.type_name in self.protos.messages:
                return self.find(field.type_name, rest)
        fail("%s has no field %s" % (message, path))

    def values(self, field):
        """Words for the values of an enum."""
        enum = self.enums[field.type_name]
        prefix = len(handlers.snake(enum.name)) + 1
        return {value.name: kebab(value.name[prefix:]) for value in enum.value if value.number != 0}


class Option:
    def __init__(self, files, message, paths, is_inside):
        self.paths, self.words, self.secret_help = paths, set(), ""
        self.remembered = self.fallback = self.goes_with = None
        self.values = []
        self.is_amount = self.is_currency = self.is_id = self.is_time = False
        if not paths:
            return
        owner, field = files.find(message, paths[0])
        made = next(known for known in files.protos.fields(owner) if known.name == field.name)
        rules, comment = made.rules, files.comments[owner, field.name]
        self.name, self.is_time = name_of_field(field.name), field.type_name == TIME
        self.is_amount, self.is_id = field.name.endswith("_micros"), field.name.endswith("_id")
        self.is_currency = "currency" in made.said
        self.placeholder, self.help = self.placeholder_of(field), self.help_of(files, field, comment)
        if field.type == Field.TYPE_BOOL:
            self.words.add("switch")
        if files.is_sensitive(field):
            self.words.add("secret")
            self.secret_help = "the " + words_of(field.name)
        number = rules.int64.HasField("gt") or rules.int64.HasField("gte")
        if not is_inside and not rules.ignore and (rules.required or rules.string.uuid or self.is_currency or rules.repeated.min_items or
                                                   number and self.is_amount):
            self.words.add("required")

    def placeholder_of(self, field):
        if field.type == Field.TYPE_BOOL:
            return ""
        if self.is_amount or self.is_time or self.is_currency:
            return "AMOUNT" if self.is_amount else "TIME" if self.is_time else "CODE"
        if re.search(r"account_ids?$", field.name):
            return "ACCOUNTS" if field.label == Field.LABEL_REPEATED else "ACCOUNT"
        if self.is_id or field.type == Field.TYPE_ENUM:
            return "ID" if self.is_id else words_of(field.name).split()[-1].upper()
        if field.label == Field.LABEL_REPEATED:
            return "LIST"
        by_name = {"email": "ADDRESS", "phone": "NUMBER", "page_token": "TOKEN", "code": "CODE"}
        return "NUMBER" if field.type in (Field.TYPE_INT32, Field.TYPE_INT64) else by_name.get(field.name, "TEXT")

    def help_of(self, files, field, comment):
        text = said(comment)
        text = re.sub(r"^(Counts )?[Mm]icros( \(10\^-6\)| of the (order's )?currency)[,;] |^Counts micros of |^(Required|Needed)[;:.] ?|; required\b", "", text)
        text = text[:1].upper() + text[1:] or words_of(field.name).capitalize() + "."
        if field.type == Field.TYPE_ENUM:
            values = files.values(field)
            for full, word in values.items():
                short = full[len(full) - len(word):]
                text = re.sub(r"\b(%s|%s)\b" % (full, short), word, text)
            self.values = [word for word in values.values() if not text.startswith("Not %s:" % word)]
            but = re.match(r"Any but ([^.;]*)[.;] ?", text)
            if but:
                kind = re.search(r"\bthose of ([\w-]+)s$", but.group(1))
                theirs = [word for word in self.values if kind and (word + "-").startswith(kind.group(1) + "-")]
                self.values = [word for word in self.values if word not in self.named(but.group(1)) + theirs]
                text = text[but.end():].lstrip()
            if len(self.named(text)) < 2:  # a comment that names several names those that may be given
                text = (text + " One of %s." % ", ".join(self.values)).lstrip()
        if field.label == Field.LABEL_REPEATED:
            text += " Separated by commas."
        if self.is_amount:
            text = re.sub(r"(?<![\w.])2\^(\d+)", lambda found: str(2 ** int(found.group(1))), text)
            text = re.sub(r"(?<![\w.])\d{7,}\b", lambda found: "%d.%06d" % divmod(int(found.group()), 10 ** 6), text)
        if self.is_amount and re.search(r"\bmicros\b", text, re.I):
            fail("%s is given as a decimal, but its help says micros: %s" % (field.name, text))
        return text + (" A decimal, such as 500.00." if self.is_amount else "")

    def named(self, text):
        return [word for word in self.values if re.search(r"(?<![\w-])%s(?![\w-])" % word, text)]

    def read(self, line, name, words, text):
        self.name = name or self.name
        self.help = text or self.help
        self.secret_help = text or self.secret_help
        for word in words:
            key, _, value = word.partition("=")
            if key in ("remembered", "fallback", "placeholder", "goes-with"):
                setattr(self, key.replace("-", "_"), value)
            elif key not in WORDS:
                fail("no such word: " + line)
        taken_back = {"optional": "required", "shown": "secret"}
        self.words = (self.words | set(words) & set(WORDS)) - {taken_back.get(word) for word in words}

    def row(self):
        flags = " | ".join("OPTION_" + flag.upper() for flag in FLAGS if flag in self.words) or "0"
        choices = self.named(self.help) if len(self.named(self.help)) > 1 else self.values
        return "    {%s},\n" % ", ".join((c(self.name), c(self.placeholder), c(" ".join(self.paths) or None), flags,
                                          c(self.secret_help if "secret" in self.words else self.help),
                                          c(self.remembered), c(self.fallback), c(self.goes_with),
                                          c(" ".join(choices) or None)))


def c(text):
    if text is None:
        return "NULL"
    return '"%s"' % text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", " ")


class Line:
    """FIELD[,FIELD] [--NAME] [WORD …] [: help]"""

    def __init__(self, text):
        head, _, self.help = text.partition(": ")
        parts = head.split()
        self.text, self.paths = text, [] if parts[0] == "-" else parts[0].split(",")
        self.name = next((part[2:] for part in parts[1:] if part.startswith("--")), None)
        self.words = [part for part in parts[1:] if not part.startswith("--")]

    def option(self, files, message, common):
        is_inside = bool(self.paths) and "." in self.paths[0]
        option = Option(files, message, self.paths, is_inside)
        option.name, option.placeholder, option.help = (getattr(option, key, "") for key in ("name", "placeholder", "help"))
        for line in ([common] if common else []) + [self]:
            option.read(line.text, line.name, line.words, line.help)
        return option


class Command:
    """A row of the table: of an rpc, as its words in the text have it."""

    def __init__(self, rpc, name, words=(), summary=""):
        self.rpc, self.noun, self.verb, self.summary = rpc, name[0], name[1], summary
        self.next = None
        self.words, self.lines, self.examples, self.options = dict(word.partition("=")[::2] for word in words), [], [], []

    def learn(self, files, common, method):
        hidden = {path for line in self.lines if "hidden" in line.words for path in line.paths} | set(NOBODYS)
        lines = [line for line in self.lines if "hidden" not in line.words]
        for path in (path for line in self.lines for path in line.paths):
            files.find(method.input_type, path)
        if any("hidden" in line.words and "fallback" in str(line.words) for line in self.lines):
            fail("%s: a hidden field is not sent, so its fallback says nothing; constant is meant" % self.rpc)
        named = {path for line in lines for path in line.paths}
        at = {path: line for line in lines for path in line.paths[:1]}
        for path in self.fields(files, method.input_type, hidden | named, ""):
            line = at.get(path) or Line(path)
            self.options.append(line.option(files, method.input_type, common.get(path.rsplit(".", 1)[-1])))
        self.options += [line.option(files, method.input_type, None) for line in lines if not line.paths or self.is_apart(files, method, line)]
        for option in self.options:
            self.check_oneof(files, method, option)
        self.options.sort(key=lambda option: option.paths[:1] in (["page_size"], ["page_token"]))
        if (method.server_streaming or method.client_streaming) and "run" not in self.words:
            fail("%s streams: cli/commands.txt names the function that runs it, or hides it" % self.rpc)
        if self.verb and not any("positional" in option.words for option in self.options):
            self.choose_positional()
        caller = files.callers[self.rpc]
        self.summary = self.summary or said(files.comments[tuple(self.rpc.split("/"))], r"[.;:]")
        self.done_by = DONE_BY.get(caller, DONE_BY_MEMBER)
        if caller in SAID_BY and "perators" not in self.summary:
            self.summary += SAID_BY[caller]
        if files.is_irreversible(method):
            self.words["irreversible"] = ""
            self.summary += " Cannot be undone."
        names = [option.name for option in self.options]
        if len(set(names)) < len(names) or len(names) >= OPTIONS_MAX:
            fail("%s: two options have one name, or there are too many: %s; cli/commands.txt can say it" % (self.rpc, " ".join(names)))

    def check_oneof(self, files, method, option):
        """Two members of a oneof cannot both be filled in: the text says which options exclude each other."""
        if option.goes_with and option.goes_with not in [other.name for other in self.options]:
            fail("%s: there is no --%s, with which --%s would go" % (self.rpc, option.goes_with, option.name))
        for name in (path.split(".")[0] for path in option.paths):
            field = files.find(method.input_type, name)[1]
            if name != "@" and field.HasField("oneof_index") and "either" not in option.words and not option.goes_with:
                fail("%s: --%s is of a oneof; cli/commands.txt says either or goes-with=OPTION" % (self.rpc, option.name))

    def speak(self, names):
        """Of commands and options in place of rpcs and fields."""
        context = self.rpc.split(".")[0]
        options = {path: "--" + option.name for option in self.options for path in option.paths}
        options.update(account_id="--account", request_id="--request-id")
        for option in self.options:
            text = re.sub(r"\b(?:[A-Z][a-z]+){2,}\b", lambda found: names.get((context, found.group()), found.group()), option.help)
            option.help = re.sub(r"\b[a-z]+(?:_[a-z]+)+\b", lambda found: options.get(found.group(), found.group()), text)

    def is_apart(self, files, method, line):
        """A line whose field the walk does not come to, as it is of a oneof or of a message that holds others."""
        if "." not in line.paths[0]:
            return False
        field = files.find(method.input_type, line.paths[0].split(".")[0])[1]
        return field.HasField("oneof_index") or not self.is_small(files, field.type_name)

    def fields(self, files, message, taken, prefix):
        """Paths of the fields that are options; a small message is gone through."""
        for field in files.protos.messages[message].field:
            path = prefix + field.name
            of_gateway = files.comments[message, field.name].strip().startswith("Filled in by the gateway")
            is_first = any(line.paths and line.paths[0] == path for line in self.lines if "hidden" not in line.words)
            if is_first:
                yield path
            elif path in taken or of_gateway or field.options.deprecated or field.HasField("oneof_index"):
                continue
            elif field.type != Field.TYPE_MESSAGE or field.type_name == TIME and field.label != Field.LABEL_REPEATED:
                if field.type not in TYPED or field.label == Field.LABEL_REPEATED and field.type not in (Field.TYPE_STRING, Field.TYPE_ENUM, Field.TYPE_INT64):
                    fail("%s: %s is of a kind that cli/request.c does not fill; cli/commands.txt can hide it" % (self.rpc, path))
                yield path
            elif not prefix and field.label != Field.LABEL_REPEATED and self.is_small(files, field.type_name):
                yield from self.fields(files, field.type_name, taken, path + ".")

    @staticmethod
    def is_small(files, message):
        return message in files.protos.messages and not any(
            field.type == Field.TYPE_MESSAGE and field.type_name != TIME for field in files.protos.messages[message].field)

    def choose_positional(self):
        """The one thing that a command is about may be given without its option's name."""
        needed = [option for option in self.options if "required" in option.words and "secret" not in option.words and
                  option.remembered is None and option.fallback is None]
        things = [option for option in needed if not (option.is_amount or option.is_currency or option.is_time)]
        if things and (things[0].is_id or len(things) == 1):
            things[0].words.add("positional")
        elif len(needed) == 1 and not any(option.is_amount for option in self.options):
            needed[0].words.add("positional")

    def emit(self, number):
        service, method = self.rpc.split("/")
        members = [("noun", c(self.noun)), ("verb", c(self.verb)), ("summary", c(self.summary)), ("method", c(method)), ("done_by", c(self.done_by)),
                   ("service", "&%s__descriptor" % "__".join(handlers.snake(part) for part in service.split(".")))]
        if self.options:
            yield "static const struct option options_%d[] = {\n%s    {0},\n};" % (number, "".join(option.row() for option in self.options))
            members.append(("options", "options_%d" % number))
        if self.examples:
            yield "static const char *const examples_%d[] = {%s, NULL};" % (number, ", ".join(map(c, self.examples)))
            members.append(("examples", "examples_%d" % number))
        if self.next:
            members.append(("next", c(self.next)))
        if any("secret" in option.words for option in self.options):
            members.append(("secret_file_option", c(self.words.get("secrets", "secret-file"))))
        members += [(key, self.words[key]) for key in ("run", "remember", "choose") if key in self.words]
        members += [(key, "true") for key in ("keeps", "of_command", "irreversible") if key in self.words]
        if "answer" in self.words:
            service, method = self.words["answer"].split("/")
            members.append(("answer", "&%s__%s_response__descriptor" % ("__".join(service.split(".")[:-1]), handlers.snake(method))))
        self.members = members

    def row(self):
        return "    {%s},\n" % ", ".join(".%s = %s" % member for member in self.members)


class Text:
    """cli/commands.txt"""

    def __init__(self, path):
        self.common, self.commands, self.groups, self.hidden = {}, [], [], set()
        lines = None
        for text in open(path, encoding="utf-8").read().split("\n"):
            line = text.strip()
            if not line or line.startswith("#"):
                continue
            if not text.startswith(" "):
                lines = self.head(line)
            elif line.startswith("> "):
                self.commands[-1].next = line[2:]
            elif line.startswith("$ "):
                self.commands[-1].examples.append(line[2:])
            elif lines is self.common:
                self.common[Line(line).paths[0]] = Line(line)
            else:
                lines.append(Line(line))

    def head(self, line):
        name, _, rest = line.partition(":")
        if name.startswith("["):
            self.groups.append((name.strip("[]"), rest.split()))
            return []
        if name == "*":
            return self.common
        head, _, summary = rest.partition(": ")
        rpc, *words = head.split()
        if name == "hidden":
            self.hidden |= {rpc, *words}
            return []
        self.commands.append(Command(rpc, tuple((name + " ").split(" ")[:2]), words, summary))
        return self.commands[-1].lines


def groups_of(files, text):
    """(title, commands); a service that no group names has one of its own."""
    grouped = {service for _, services in text.groups for service in services}
    services = dict(files.services)
    rest = [(words_of(name.split(".")[-1].replace("Service", "")).capitalize(), [name]) for name in services if name not in grouped]
    for title, names in text.groups + rest:
        commands = []
        for name in names:
            if name not in services:
                fail("there is no service " + name)
            for method in services[name].method:
                rpc = name + "/" + method.name
                if files.callers[rpc] == "INTERNAL" or rpc in text.hidden:
                    continue
                found = [command for command in text.commands if command.rpc == rpc] or [Command(rpc, name_of_rpc(method.name))]
                for command in found:
                    command.learn(files, text.common, method)
                commands += found
        if commands:
            yield title, commands


def emit(files, groups):
    yield "/* Made by cmake/commands.py. */"
    yield '#include "cli/functions.h"'
    yield from ('#include "%s"' % name for name in sorted(files.includes))
    number, table = 0, ""
    for title, commands in groups:
        for command in commands:
            number += 1
            yield from command.emit(number)
        yield "static const struct command group_%d[] = {\n%s    {0},\n};" % (number, "".join(command.row() for command in commands))
        table += "    {%s, group_%d},\n" % (c(title), number)
    yield "const struct command_group kontor_commands[] = {\n%s    {0},\n};" % table


if __name__ == "__main__":
    known, text = Files(open(sys.argv[1], "rb").read()), Text(sys.argv[2])
    groups = list(groups_of(known, text))
    every = [command for _, commands in groups for command in commands]
    names = {}
    for command in every:
        if names.setdefault((command.noun, command.verb), command) is not command:
            fail("%s and %s are both `kontor %s %s`: cli/commands.txt can name them" % (
                command.rpc, names[command.noun, command.verb].rpc, command.noun, command.verb))
    rpcs = {(command.rpc.split(".")[0], command.rpc.split("/")[1]): ("kontor %s %s" % (command.noun, command.verb)).strip() for command in every}
    for command in every:
        command.speak(rpcs)
    for command in every:
        if command.next and not {tuple((command.next + " ").split(" ")[:2]), (command.next.split(" ")[0], "")} & set(names):
            fail("%s: there is no command %s" % (command.rpc, command.next))
    for command in text.commands:
        if command not in every:
            fail("the gateway offers no rpc " + command.rpc)
    with open(sys.argv[3], "w", encoding="utf-8") as out:
        out.write("\n".join(emit(known, groups)) + "\n")
