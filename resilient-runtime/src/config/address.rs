//! Whether a table means a layer of the program, and what it was probably meant to be called.

use std::collections::BTreeSet;

use resilient_rules::words::did_you_mean;

use crate::config::entry::{Entry, Scope, is_in};
use crate::config::error::{At, ConfigProblem};
use crate::registry::functions::{Function, Layer, LayerKind, OTHER_NAME, functions};
use crate::registry::similar::nearest;
use crate::registry::stacks::{Stack, stacks};
use crate::registry::subjects::{Address, Subject};

type Found = Result<(), (String, Option<String>)>;

/// What is wrong with the layers that a value is for.
pub(super) fn problem(entry: &Entry, subjects: &[Subject]) -> Option<ConfigProblem> {
    let at = |at: &At, (message, help)| ConfigProblem::new(message, help, at.clone());
    let (kind, addressed) = (entry.kind, &entry.addressed);
    let named = match &entry.scope {
        Scope::All => Ok(()),
        Scope::Module(path) => module(path, subjects),
        Scope::Policy(name, _) => stack(name).map(|_| ()),
        Scope::Name(wanted) | Scope::VariableOfName(wanted) => name(wanted, kind, subjects),
        Scope::Function(path, _) | Scope::VariableOfFunction(path, _) => function(path).map(|_| ()),
    };
    if let Err(wrong) = named {
        return Some(at(&addressed.name, wrong));
    }
    let is_found = subjects.iter().any(|subject| subject.kind == kind && entry.scope.covers(subject));
    (!is_found).then(|| at(&addressed.layer, no_such_layer(entry, subjects)))
}

fn name(name: &str, kind: LayerKind, subjects: &[Subject]) -> Found {
    let names = subjects.iter().filter(|subject| subject.kind == kind).filter_map(|subject| match subject.address {
        Address::Name(name) => Some(name),
        Address::Function { .. } => None,
    });
    if names.clone().any(|known| known == name) {
        return Ok(());
    }
    let is_own = |subject: &&Subject| {
        subject.kind == kind && matches!(subject.address, Address::Function { function, .. } if function.path() == name)
    };
    let own =
        subjects.iter().find(is_own).map(|_| format!("write it at `[function.{name:?}.{kind}]`, whose own it is"));
    Err((format!("no {kind} is called `{}`", name.escape_debug()), own.or_else(|| meant(name, names))))
}

fn module(path: &str, subjects: &[Subject]) -> Found {
    let modules: BTreeSet<_> = subjects.iter().flat_map(Subject::modules).filter(|module| !module.is_empty()).collect();
    if modules.iter().any(|module| is_in(module, path)) {
        return Ok(());
    }
    let message = format!("no annotated function is in a module `{}`", path.escape_debug());
    Err((message, meant(path, modules.into_iter())))
}

/// The only stack of this name.
fn stack(name: &str) -> Result<Stack, (String, Option<String>)> {
    let all = stacks();
    let called: Vec<_> = all.iter().filter(|stack| stack.is_called(name)).collect();
    match called[..] {
        [stack] => Ok(*stack),
        [] => {
            let names: Vec<_> = all.iter().map(|stack| stack.path(name.contains("::"))).collect();
            let message = format!("no stack of `policy!` is called `{}`", name.escape_debug());
            Err((message, meant(name, names.iter().map(String::as_str))))
        }
        [..] => {
            let places: Vec<_> = called.iter().map(ToString::to_string).collect();
            let paths: Vec<_> = called.iter().map(|stack| format!("{:?}", stack.path(true))).collect();
            let help = format!("write {}", paths.join(" or "));
            Err((format!("the name is that of the stacks {}", places.join(" and ")), Some(help)))
        }
    }
}

/// The only function of this path.
fn function(path: &str) -> Result<&'static Function, (String, Option<String>)> {
    let mut called: Vec<_> = functions().filter(|function| function.path() == path).collect();
    called.sort_by_key(|function| (function.file(), function.line()));
    match called[..] {
        [function] => Ok(function),
        [] => {
            let message = format!("no annotated function is called `{}`", path.escape_debug());
            Err((message, meant(path, functions().map(Function::path))))
        }
        [..] => {
            let places: Vec<_> = called.iter().map(|function| place(function)).collect();
            Err((
                format!("the path is that of the functions at {}", places.join(" and at ")),
                Some(OTHER_NAME.to_owned()),
            ))
        }
    }
}

fn place(function: &Function) -> String {
    format!("{}:{}", function.file(), function.line())
}

/// That what is named has no such layer.
fn no_such_layer(entry: &Entry, subjects: &[Subject]) -> (String, Option<String>) {
    let kind = entry.kind;
    match &entry.scope {
        Scope::Module(path) => (format!("the module `{}` has no `{kind}`", path.escape_debug()), None),
        Scope::Policy(name, nth) => match stack(name) {
            Ok(stack) => not_in_stack(&stack, *nth, kind),
            Err(wrong) => wrong,
        },
        Scope::Function(path, nth) | Scope::VariableOfFunction(path, nth) => match function(path) {
            Ok(function) => not_in_function(function, *nth, kind, subjects),
            Err(wrong) => wrong,
        },
        Scope::All | Scope::Name(_) | Scope::VariableOfName(_) => (format!("this program has no `{kind}`"), None),
    }
}

fn not_in_stack(stack: &Stack, nth: usize, kind: LayerKind) -> (String, Option<String>) {
    let layers: Vec<_> = stack.layers().collect();
    if layers.is_empty() {
        return (format!("no function has the stack {stack}"), None);
    }
    let mut of_kind = layers.iter().filter(|layer| layer.kind() == kind);
    if let Some(name) = of_kind.find_map(|layer| layer.state_name()) {
        let help = format!("write it at `[{kind}.{name:?}]`, for all who share it");
        return (format!("the `{kind}` of the stack {stack} has a name, so its settings are shared"), Some(help));
    }
    let has: BTreeSet<_> = layers.iter().map(|layer| layer.kind().name()).collect();
    (format!("the stack {stack} has no `{kind}`{}", which(nth)), list(has))
}

fn not_in_function(function: &Function, nth: usize, kind: LayerKind, subjects: &[Subject]) -> (String, Option<String>) {
    let (path, place) = (function.path(), place(function));
    let layer = function.layers().iter().filter(|layer| layer.kind() == kind).nth(nth.saturating_sub(1));
    if let Some(name) = layer.and_then(Layer::state_name) {
        let help = format!("write it at `[{kind}.{name:?}]`, for all who share it");
        return (format!("the `{kind}` of `{path}` ({place}) has a name, so its settings are shared"), Some(help));
    }
    let of_function = |subject: &&Subject| matches!(subject.address, Address::Function { function: of, .. } if std::ptr::eq(of, function));
    let has: BTreeSet<_> = subjects.iter().filter(of_function).map(|subject| subject.kind.name()).collect();
    (format!("`{path}` ({place}) has no `{kind}`{}", which(nth)), list(has))
}

fn which(nth: usize) -> String {
    if nth == 1 { String::new() } else { format!(" number {nth}") }
}

fn list(has: BTreeSet<&str>) -> Option<String> {
    (!has.is_empty()).then(|| format!("it has {}", has.into_iter().collect::<Vec<_>>().join(", ")))
}

/// The known name that was probably meant.
fn meant<'n>(name: &str, known: impl Iterator<Item = &'n str>) -> Option<String> {
    nearest(name, known).map(|meant| did_you_mean(meant.escape_debug()))
}
