"""Every verb that changes what people share writes an audit row in its transaction (reliability.md, I11)."""

from __future__ import annotations

import ast
import functools

from tests.architecture.source_tree import SERVICE, files, module_name, tree_of

Function = tuple[str, str]
RECORD: Function = ("repo_service.core.audit", "record")
VERB_MODULES = ("service", "succession", "redrawing", "province_settings")

NO_ACTS = {
    # one's own private things: a trail of them would be a trail of what a person looks for (decision 0004)
    "saved_searches": {"save", "change", "remove", "mark_told", "mark_told_from", "forget_person"},
    "search_history": {"remember", "forget", "forget_person"},
    "collections": {"add", "arrange", "follow_successor", "move", "put_into", "remove"},
    "notifications": {"notify", "mark_read"},
    "follows": {"follow", "unfollow", "forget_person"},
    # an answer of the provider is noted as used; the sign-in that follows is the act
    "accounts": {"use_up"},
    # asking for a link and making it are acts (accounts); the letter's way is kept on its own row
    "letters": {"choose", "stop_all", "gather_digests", "ask_for_link", "ask_for_confirmation", "claim", "note_sent",
                "note_dropped", "note_later", "note_outage", "note_dead_mailbox", "forget_person"},
    # counted without a name
    "usage": {"record_download"},
    # words of a draft before anybody else sees them (submitting and publishing are acts); steps of verbs that record
    "resources": {"edit_draft", "touch", "mark_annual_product", "count_approval", "note_approval",
                  "forget_approvals", "count_download", "plan_review",
                  "following", "count_schools", "count_comments"},
    "organizations": {"new_cluster", "new_organization"},
    # bytes under way: the act is the file that comes of them
    "files": {"start_upload", "receive_part", "abort", "abandoned"},
    # worked out from a file by a program, and again whenever the program improves
    "derivatives": {"record_derivatives"},
    "near_duplicates": {"record_comparison"},
    "link_checks": {"record_looks"},
    # a step of verbs that record
    "curation": {"count_done"},
    # counted anew when works change places, which is the act
    "classroom_use": {"count_again"},
    # counted by a program from what was done, and counted again
    "statistics": {"keep_month"},
}
"""Verbs by feature that change rows and are no acts, each with the reason above it."""
_WRITES = {"add", "add_all", "delete", "merge", "flush", "values"}


@functools.cache
def functions() -> dict[Function, ast.FunctionDef]:
    found = {}
    for path in files(".py", under="repo_service/"):
        for node in tree_of(path).body:
            if isinstance(node, ast.FunctionDef):
                found[module_name(path), node.name] = node
    return found


@functools.cache
def names_in(module: str) -> dict[str, Function]:
    """What imported names mean in a module."""
    path = SERVICE.parent / (module.replace(".", "/") + ".py")
    path = path if path.exists() else path.with_suffix("") / "__init__.py"
    return {
        alias.asname or alias.name: (node.module, alias.name)
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.ImportFrom) and node.module
        for alias in node.names
    }


def called_by(function: Function) -> set[Function]:
    module, names = function[0], names_in(function[0])
    found = set()
    for node in ast.walk(functions()[function]):
        called = node.func if isinstance(node, ast.Call) else None
        if isinstance(called, ast.Name):
            found.add(names.get(called.id, (module, called.id)))
        elif isinstance(called, ast.Attribute) and isinstance(called.value, ast.Name):
            found.add((".".join(names.get(called.value.id, ("",))), called.attr))
    return found


def reached(function: Function, seen: set[Function] | None = None) -> set[Function]:
    """The functions of the service that this one may call, itself included."""
    seen = set() if seen is None else seen
    if function not in seen:
        seen.add(function)
        for called in called_by(function) if function in functions() else ():
            reached(called, seen)
    return seen


def writes(function: Function) -> bool:
    """Whether the function, or one of its own module that it calls, changes rows."""
    own = [each for each in reached(function) if each[0] == function[0] and each in functions()]
    return any(_changes_rows(node) for each in own for node in ast.walk(functions()[each]))


def _changes_rows(node: ast.AST) -> bool:
    if isinstance(node, ast.Call):
        return isinstance(node.func, ast.Attribute) and node.func.attr in _WRITES
    if isinstance(node, ast.Assign):
        return any(isinstance(target, ast.Attribute) for target in node.targets)
    return isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Attribute)


def verbs() -> list[Function]:
    return [
        (module, name)
        for module, name in functions()
        if module.rpartition(".")[2] in VERB_MODULES and not name.startswith("_")
        if (SERVICE / module.split(".")[1] / "models.py").exists()
    ]


def is_exempt(function: Function) -> bool:
    return function[1] in NO_ACTS.get(function[0].split(".")[1], ())


def test_every_verb_that_changes_rows_writes_an_audit_row() -> None:
    silent = [
        ".".join(verb)
        for verb in verbs()
        if writes(verb) and RECORD not in reached(verb) and not is_exempt(verb)
    ]
    assert silent == [], "call core.audit.record in them, or name them in NO_ACTS with the reason"


def test_what_needs_no_act_exists_and_writes_none() -> None:
    known = {(verb[0].split(".")[1], verb[1]) for verb in verbs() if RECORD not in reached(verb)}
    named = {(feature, name) for feature, names in NO_ACTS.items() for name in names}
    assert named - known == set()


def test_the_walk_sees_what_it_should() -> None:
    reviews = ("repo_service.reviews.service", "decide")
    assert RECORD in reached(reviews) and writes(reviews)
    assert len([verb for verb in verbs() if RECORD in reached(verb)]) >= 60
