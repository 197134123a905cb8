//! Settings of shared state are constants: it is made once, so no call and no instance of a generic function may have a
//! say in them.

use proc_macro2::{Ident, TokenStream, TokenTree};
use quote::ToTokens;
use syn::{Expr, Signature};

use crate::diagnostics::Errors;
use crate::model::{Bulkhead, CircuitBreaker, Layer, Setting, Value, Window};
use crate::pattern::argument_names;
use crate::validate::Checked;

pub(super) fn check(sig: &Signature, layers: &[Checked], errors: &mut Errors) {
    let scope = Scope::of(sig);
    for Checked { layer, .. } in layers {
        for (key, expr) in shared_settings(layer) {
            let Some((name, why)) = scope.varying(expr.to_token_stream()) else { continue };
            let instead = if why == IN_AN_IMPL { "write the name of the type" } else { instead(key) };
            let message = format!(
                "`{key}` is the same for all calls, since a `{}` is made once, and `{name}` {why}: {instead}",
                layer.kind().name(),
            );
            errors.over(expr, message);
        }
    }
}

fn instead(key: &Ident) -> &'static str {
    if key == "policy" {
        "write the path of a `const` policy"
    } else if key == "name" {
        "write a string literal or the path of a `const`"
    } else {
        "write a literal, or the path of a `const` or `static`"
    }
}

/// The settings that are expressions.
fn shared_settings(layer: &Layer) -> Vec<(&Ident, &Expr)> {
    let settings = match layer {
        Layer::CircuitBreaker(breaker) => of_breaker(breaker),
        Layer::Bulkhead(bulkhead) => of_bulkhead(bulkhead),
        Layer::Retry(_) | Layer::Timeout(_) | Layer::Fallback(_) => Vec::new(),
    };
    settings.into_iter().flatten().collect()
}

/// All fields are named, so that a new one is not forgotten.
fn of_breaker(breaker: &CircuitBreaker) -> Vec<Option<(&Ident, &Expr)>> {
    let CircuitBreaker {
        span: _,
        name,
        policy,
        failure_threshold,
        failure_rate,
        window,
        min_calls,
        slow_call,
        slow_call_rate,
        recovery_timeout,
        recovery_backoff,
        max_recovery_timeout,
        half_open_max_calls,
        probe_timeout,
        success_threshold,
        filter: _,
        map_err: _,
    } = breaker;
    let counts = [failure_threshold, min_calls, half_open_max_calls, success_threshold];
    let rates = [failure_rate, slow_call_rate, recovery_backoff];
    let durations = [slow_call, recovery_timeout, max_recovery_timeout, probe_timeout];
    let window = window.as_ref().and_then(|window| match &window.value {
        Window::Expr(expr) => Some((&window.key, &**expr)),
        Window::Calls(_) | Window::Time(_) => None,
    });
    let mut settings = vec![Some((&name.key, &name.value.expr)), plain(policy.as_ref()), window];
    settings.extend(counts.map(|setting| value(setting.as_ref())));
    settings.extend(rates.map(|setting| value(setting.as_ref())));
    settings.extend(durations.map(|setting| value(setting.as_ref())));
    settings
}

/// All fields are named, so that a new one is not forgotten.
fn of_bulkhead(bulkhead: &Bulkhead) -> Vec<Option<(&Ident, &Expr)>> {
    let Bulkhead { span: _, name, policy, max_concurrent, max_wait, max_queue, map_err: _ } = bulkhead;
    vec![
        name.as_ref().map(|name| (&name.key, &name.value.expr)),
        plain(policy.as_ref()),
        value(max_concurrent.as_ref()),
        value(max_wait.as_ref()),
        value(max_queue.as_ref()),
    ]
}

fn plain(setting: Option<&Setting<Expr>>) -> Option<(&Ident, &Expr)> {
    setting.map(|setting| (&setting.key, &setting.value))
}

fn value<T>(setting: Option<&Setting<Value<T>>>) -> Option<(&Ident, &Expr)> {
    match setting {
        Some(Setting { key, value: Value::Expr(expr), .. }) => Some((key, expr)),
        _ => None,
    }
}

/// What a function knows that a constant does not.
struct Scope {
    arguments: Vec<Ident>,
    generics: Vec<Ident>,
}

const IN_A_CALL: &str = "is known only in a call";
const IN_AN_INSTANCE: &str = "differs from one use of this function to another";
const IN_AN_IMPL: &str = "is not known there";

impl Scope {
    fn of(sig: &Signature) -> Self {
        // A constant may stand in a pattern and looks like a binding there.
        let arguments =
            argument_names(sig).into_iter().filter(|name| !name.to_string().starts_with(char::is_uppercase)).collect();
        let types = sig.generics.type_params().map(|parameter| parameter.ident.clone());
        let generics = types.chain(sig.generics.const_params().map(|parameter| parameter.ident.clone())).collect();
        Self { arguments, generics }
    }

    /// The first name that does not stand for the same everywhere, and why.
    fn varying(&self, tokens: TokenStream) -> Option<(String, &'static str)> {
        first_name(tokens, &|name, is_path| {
            // `#[async_trait]` renames it.
            if name == "self" || name == "__self" {
                Some(("self".to_owned(), IN_A_CALL))
            } else if name == "Self" {
                Some(("Self".to_owned(), IN_AN_IMPL))
            } else if self.generics.contains(name) {
                Some((name.to_string(), IN_AN_INSTANCE))
            } else if !is_path && self.arguments.contains(name) {
                Some((name.to_string(), IN_A_CALL))
            } else {
                None
            }
        })
    }
}

/// The first result of `judge`, which is called for names that are no field, no method and not behind a `::`, with whether
/// a `::` follows.
fn first_name<T>(tokens: TokenStream, judge: &impl Fn(&Ident, bool) -> Option<T>) -> Option<T> {
    let mut trees = tokens.into_iter().peekable();
    let mut before = [' '; 2];
    while let Some(tree) = trees.next() {
        let found = match &tree {
            TokenTree::Group(group) => first_name(group.stream(), judge),
            TokenTree::Ident(name) if !is_member(before) => {
                let is_path = matches!(trees.peek(), Some(TokenTree::Punct(next)) if next.as_char() == ':');
                judge(name, is_path)
            }
            _ => None,
        };
        if found.is_some() {
            return found;
        }
        before = [before[1], if let TokenTree::Punct(punct) = &tree { punct.as_char() } else { ' ' }];
    }
    None
}

/// Whether a `.` or `::` stands before, and not the `..` of a range.
fn is_member(before: [char; 2]) -> bool {
    matches!(before, [':', ':']) || before[1] == '.' && before[0] != '.'
}
