//! What an editor sends while somebody types: valid attributes on valid functions, of which tokens are missing,
//! doubled, swapped or wrong. Expanding them never panics, and loses neither the function nor its body.

use proc_macro2::{Delimiter, Group, Span, TokenStream, TokenTree};
use proptest::prelude::*;
use proptest::sample::{Index, select};

use crate::attribute::attribute;
use crate::layers::Kind;
use crate::policy_stack;
use crate::tokens::mentions;

/// An attribute and its settings.
const ATTRIBUTES: &[(Kind, &str)] = &[
    (Kind::Retry, ""),
    (Kind::Retry, "max_attempts = 5, base_delay = 200ms, retry_on(Error::Io(_) | Error::Status(500..=599) if busy)"),
    (Kind::Retry, "policy = POLICY, jitter = 0.25, backoff = linear, on_retry = |event| log(event), bind = attempt"),
    (Kind::Retry, "max_attempts = unlimited, max_elapsed = \"1m 30s\", exhausted = wrap, map_err = Own::from"),
    (Kind::Retry, "retry_after = Error::after, max_retry_after = 1min, retry_refused(timed_out, circuit_open)"),
    (Kind::Retry, "backoff = [1s, LIMIT, self.long], idempotent = request.is_get(), unsent_on(Error::Connect(_))"),
    (Kind::Retry, "backoff = |attempt| step * attempt, retry_if_ok = |it| it.again, retry_after_ok = Response::after"),
    (Kind::Retry, "retry_if_result = |result| matches!(result, Ok(503)), on_give_up = |event| log(event)"),
    (
        Kind::Retry,
        "max_attempts = unlimited, budget(name = \"api\", share = 0.5, earned_by = successes), exhausted = wrap",
    ),
    (Kind::Retry, "budget = self.budget.as_ref(), retry_after = after, function = \"Client::user\""),
    (Kind::RetryBudget, "share = 0.1, min_per_second = COUNT, burst = 5, earned_by = calls, name = \"api\""),
    (
        Kind::Hedge,
        "delay = 100ms, max_hedges = 2, over(replica in &self.replicas), hedge_on(Error::Io(_)), bind = attempt",
    ),
    (Kind::Hedge, "delay = p99.9(initial = 200ms), budget(share = 0.2, min_per_second = N, earned_by = successes)"),
    (Kind::Hedge, "name = \"replicas\", policy = POLICY, budget = unlimited, on_hedge = |event| log(event)"),
    (
        Kind::CircuitBreaker,
        "name = \"payments\", failure_if_ok = is_busy, failure_on(Error::Io(_)), on_state_change = note",
    ),
    (Kind::CircuitBreaker, "name = \"payments\", failure_rate = 0.5, window = 10s, min_calls = 20"),
    (Kind::CircuitBreaker, "name = NAME, slow_call = 2s, slow_call_rate = 0.9, failure_if = |error| error.is_bad()"),
    (Kind::CircuitBreaker, "USERS, failure_on(Error::Io(_)), map_err = Own::from"),
    (Kind::CircuitBreaker, "self.breakers[id].as_ref()"),
    (Kind::AdaptiveThrottle, "name = \"api\", ratio = 1.1, window = 30s, min_calls = MIN, max_share = 0.8"),
    (Kind::AdaptiveThrottle, "&self.throttle, failure_if = |error| error.is_bad(), map_err = Own::from"),
    (Kind::RateLimiter, "name = \"api\", permits = 80, per = 1min, cost = ids.len(), max_wait = unlimited"),
    (Kind::RateLimiter, "GITHUB, paused_on(Error::Status(429)), retry_after = Error::after, cost = 3"),
    (
        Kind::RateLimiter,
        "permits = 5, burst = 2, paused_if_ok = is_busy, retry_after_ok = |it| it.after, max_queue = N",
    ),
    (Kind::Timeout, "2s, step = 500ms, function = \"user\""),
    (Kind::Timeout, "self.limit * 2, cooperative, map_err = |refusal| refusal.to_string()"),
    (Kind::Bulkhead, "max_concurrent = 10, max_wait = 5s, max_queue = LIMIT"),
    (Kind::Bulkhead, "max_concurrent = adaptive(min = 2, max = MOST, initial = 8), overload_on(Error::Status(503))"),
    (Kind::Bulkhead, "max_concurrent = adaptive(max = 200), overload_after = 500ms, overload_if_ok = is_busy"),
    (Kind::Bulkhead, "threads = 4, max_queue = 8, keep_alive = 1min"),
    (Kind::Bulkhead, "name = \"db\", threads, max_wait = 1s"),
    (Kind::Bulkhead, "&self.slots"),
    (Kind::Bulkhead, "name = \"db\", policy = POLICY, crate = ::some::resilient"),
    (Kind::Fallback, "from_cache, |error| Ok(guest(id, &error)), value = Vec::new()"),
    (Kind::Fallback, "default, fallback_on(Error::TimedOut { .. })"),
    (Kind::Fallback, "|result| result, fallback_if_ok = is_busy, fallback_refused(circuit_open, timed_out)"),
];

/// The attributes below, a signature, and a body.
const FUNCTIONS: &[[&str; 3]] = &[
    ["", "fn named() -> Result<(), Error>", "kept()"],
    ["/// Documented.", "pub async fn named(&self, id: u64) -> Result<User, ApiError>", "self.kept(id).await"],
    ["#[circuit_breaker(HOSTS, key = a.host())] #[timeout(2s)]", "async fn named(a: &Url) -> R", "kept(a).await"],
    ["#[timeout(2s)] #[bulkhead(max_concurrent = 3)]", "async fn named(mut a: Vec<u8>) -> R", "a.push(1); kept(a)?"],
    ["#[cfg(test)] #[retry]", "fn named<T: Clone>((x, mut y): (T, u8), _: u8) -> io::Result<T>", "kept!(x, y); Ok(x)"],
    [
        "#[resilient::fallback(other)]",
        "unsafe extern \"C\" fn named(self) -> u8",
        "#![allow(unused)] if kept { 1 } else { 2 }",
    ],
    ["#[fallback(default)]", "fn named(x: &mut u8) -> impl Future<Output = R> + '_", "async move { kept(x).await }"],
    [
        "#[must_use] #[circuit_breaker(name = \"a\")]",
        "fn named<'a>(&'a self, id: u64) -> Pin<Box<dyn Future<Output = R> + Send + 'a>>",
        "Box::pin(async move {
            if let Some(__ret) = None::<R> { return __ret; }
            let __self = self;
            let id = id;
            let __ret: R = { __self.kept(id).await };
            __ret
        })",
    ],
];

/// What stands in `policy!`, behind the facade's path.
const STACKS: &[&str] = &[
    "/// Documented. pub(crate) upstream = #[retry(max_attempts = 4)] #[timeout(crate::LIMIT)];",
    "a = #[resilient::fallback(crate::cached)]; pub b = #[circuit_breaker(name = \"b\", failure_if = |e| e.is_bad())]",
];

/// What stands in `#[apply(…)]`.
const OPTIONS: &[&str] = &[
    "upstream",
    "crate::a::upstream, timeout.2(9s), retry(max_attempts = 2)",
    "::a::b, except(named), all, crate = x",
    "upstream, function = \"Client::named\", timeout(function = \"x\")",
];

/// What `__stack!` and `#[apply]` give to each other.
const CALLS: &[&str] = &[
    "(resilient) [of_stack up p retry(max_attempts = 3) of_stack up p timeout(limit)] [upstream] [] [] []",
    "(resilient) [of_stack up p timeout(9s) of_stack up p timeout(self.x)] [a::b] [retry()] [timeout.1(1s)] [apply, x::retry]",
    "(resilient) broken [upstream] [] [only(named)] [apply]",
];

/// Statics of which an attribute makes a handle.
const STATICS: &[&str] = &[
    "/// Documented.
     pub(crate) static NAMED: CircuitBreaker;",
    "#[cfg(test)] #[timeout(2s)] static NAMED: resilient::Bulkhead;",
    "static NAMED: RetryBudget;",
    "static mut NAMED: Vec<u8> = Vec::new();",
];

/// What somebody may type anywhere.
const TYPED: &[&str] = &[
    "fn",
    "async",
    "const",
    "self",
    "mut",
    "crate",
    "if",
    "_",
    "r#fn",
    "max_attempts",
    "retry",
    "name",
    "cooperative",
    ",",
    "=",
    "|",
    "&",
    "#",
    "!",
    ";",
    ":",
    ".",
    "-",
    "->",
    "=>",
    "'a",
    "..",
    "<",
    ">",
    "5",
    "-5",
    "2s",
    "5m",
    "1.5",
    "1e999",
    "99999999999999999999",
    "0x_",
    "\"\"",
    "\"1m 30s\"",
    "b\"x\"",
    "'x'",
    "c\"x\"",
    "()",
    "[]",
    "{}",
    "(x)",
    "#[retry(",
    "#[timeout(1s)]",
    "#![allow(unused)]",
    "fn other() {}",
    "|x| x",
    "policy = ",
];

#[derive(Clone, Debug)]
enum Change {
    Delete,
    Double,
    /// With the next one.
    Swap,
    /// It and what comes after it.
    Truncate,
    Replace(&'static str),
    Insert(&'static str),
    /// Its parentheses, brackets or braces.
    Unwrap,
}

fn change() -> impl Strategy<Value = (Index, Change)> {
    let change = prop_oneof![
        Just(Change::Delete),
        Just(Change::Double),
        Just(Change::Swap),
        Just(Change::Truncate),
        select(TYPED).prop_map(Change::Replace),
        select(TYPED).prop_map(Change::Insert),
        Just(Change::Unwrap),
    ];
    (any::<Index>(), change)
}

fn changes() -> impl Strategy<Value = Vec<(Index, Change)>> {
    prop::collection::vec(change(), 0..4)
}

fn tokens(source: &str) -> TokenStream {
    source.parse().unwrap_or_default()
}

/// The tokens at any depth.
fn count(tokens: &TokenStream) -> usize {
    tokens
        .clone()
        .into_iter()
        .map(|tree| if let TokenTree::Group(group) = tree { 1 + count(&group.stream()) } else { 1 })
        .sum()
}

fn changed(tokens: TokenStream, changes: &[(Index, Change)]) -> TokenStream {
    changes.iter().fold(tokens, |tokens, (index, change)| {
        let place = index.index(count(&tokens) + 1);
        at(tokens, place, change)
    })
}

/// The tokens with a change at the one that is counted `place`, or at their end.
fn at(tokens: TokenStream, mut place: usize, change: &Change) -> TokenStream {
    let mut trees: Vec<TokenTree> = tokens.into_iter().collect();
    for index in 0..trees.len() {
        if place == 0 {
            apply(&mut trees, index, change);
            return trees.into_iter().collect();
        }
        place -= 1;
        let TokenTree::Group(group) = &trees[index] else { continue };
        let within = count(&group.stream());
        if place < within {
            trees[index] = Group::new(group.delimiter(), at(group.stream(), place, change)).into();
            return trees.into_iter().collect();
        }
        place -= within;
    }
    if let Change::Insert(source) = change {
        trees.extend(self::tokens(source));
    }
    trees.into_iter().collect()
}

fn apply(trees: &mut Vec<TokenTree>, index: usize, change: &Change) {
    match change {
        Change::Delete => drop(trees.remove(index)),
        Change::Double => trees.insert(index, trees[index].clone()),
        Change::Swap if index + 1 < trees.len() => trees.swap(index, index + 1),
        Change::Swap => {}
        Change::Truncate => trees.truncate(index),
        Change::Replace(source) => drop(trees.splice(index..=index, tokens(source))),
        Change::Insert(source) => drop(trees.splice(index..index, tokens(source))),
        Change::Unwrap => {
            if let TokenTree::Group(group) = trees[index].clone() {
                trees.splice(index..=index, group.stream());
            }
        }
    }
}

/// An item of its three parts.
fn item(attrs: TokenStream, signature: TokenStream, body: TokenStream) -> TokenStream {
    let body = TokenTree::Group(Group::new(Delimiter::Brace, body));
    attrs.into_iter().chain(signature).chain([body]).collect()
}

/// Whether `fn named` stands anywhere in it.
fn defines(tokens: TokenStream) -> bool {
    let trees: Vec<TokenTree> = tokens.into_iter().collect();
    let is = |tree: &TokenTree, word: &str| matches!(tree, TokenTree::Ident(ident) if ident == word);
    trees.windows(2).any(|pair| is(&pair[0], "fn") && is(&pair[1], "named"))
        || trees.into_iter().any(|tree| matches!(tree, TokenTree::Group(group) if defines(group.stream())))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn any_item_expands(
        (kind, args) in select(ATTRIBUTES), function in select(FUNCTIONS), in_args in changes(), in_item in changes(),
    ) {
        let [attrs, signature, body] = function.map(tokens);
        attribute(kind, changed(tokens(args), &in_args), changed(item(attrs, signature, body), &in_item));
    }

    #[test]
    fn a_function_keeps_its_name_and_its_body(
        (kind, args) in select(ATTRIBUTES), function in select(FUNCTIONS),
        in_args in changes(), in_attrs in changes(), in_body in changes(),
    ) {
        let [attrs, signature, body] = function.map(tokens);
        let body = changed(body, &in_body);
        let is_kept = mentions(body.clone(), "kept");
        let item = item(changed(attrs, &in_attrs), signature, body);
        let expanded = attribute(kind, changed(tokens(args), &in_args), item);
        prop_assert!(defines(expanded.clone()), "{expanded}");
        prop_assert!(!is_kept || mentions(expanded.clone(), "kept"), "{expanded}");
    }
}

/// A function in an `impl`, or as it is.
fn in_impl(function: TokenStream, is_method: bool) -> TokenStream {
    if !is_method {
        return function;
    }
    let braces = TokenTree::Group(Group::new(Delimiter::Brace, function));
    tokens("impl<T> Users for Client<T>").into_iter().chain([braces]).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn any_stack_is_defined(stack in select(STACKS), in_stack in changes()) {
        let facade = tokens("resilient");
        let input = facade.into_iter().chain(changed(tokens(stack), &in_stack)).collect();
        policy_stack::policy(input, |_| "here".to_owned());
    }

    #[test]
    fn a_function_is_kept_until_its_stack_acts(
        options in select(OPTIONS), call in select(CALLS), function in select(FUNCTIONS), is_method in any::<bool>(),
        in_options in changes(), in_attrs in changes(), in_body in changes(),
    ) {
        let [attrs, signature, body] = function.map(tokens);
        let item = in_impl(item(changed(attrs, &in_attrs), signature, changed(body, &in_body)), is_method);
        let options = changed(tokens(options), &in_options);
        let handed = policy_stack::apply(options, item.clone(), Span::call_site());
        prop_assert!(defines(handed.clone()), "{handed}");
        let braces = TokenTree::Group(Group::new(Delimiter::Brace, item));
        let stacked = policy_stack::stack(tokens(call).into_iter().chain([braces]).collect());
        prop_assert!(defines(stacked.clone()), "{stacked}");
    }

    #[test]
    fn any_call_of_a_stack_expands(
        call in select(CALLS), function in select(FUNCTIONS), in_call in changes(), in_item in changes(),
    ) {
        let [attrs, signature, body] = function.map(tokens);
        let item = changed(item(attrs, signature, body), &in_item);
        let call = changed(tokens(call), &in_call);
        policy_stack::apply(call.clone(), item.clone(), Span::call_site());
        policy_stack::stack(call.into_iter().chain([TokenTree::Group(Group::new(Delimiter::Brace, item))]).collect());
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    #[test]
    fn any_static_expands(
        (kind, args) in select(ATTRIBUTES), item in select(STATICS), in_args in changes(), in_item in changes(),
    ) {
        attribute(kind, changed(tokens(args), &in_args), changed(tokens(item), &in_item));
        let expanded = attribute(kind, changed(tokens(args), &in_args), tokens(item));
        // A static that is no handle has no value, so nothing can be defined for it.
        let is_no_handle = mentions(expanded.clone(), "__resilient_declared");
        prop_assert!(mentions(expanded.clone(), "NAMED") || is_no_handle, "{expanded}");
    }
}

/// All attributes on all functions, as they are: the corpus is not so odd that nothing ever expands.
#[test]
fn the_corpus_expands() {
    let expand = |(kind, args): (Kind, &str), function: [&str; 3]| {
        let [attrs, signature, body] = function.map(tokens);
        attribute(kind, tokens(args), item(attrs, signature, body))
    };
    let all =
        ATTRIBUTES.iter().flat_map(|attribute| FUNCTIONS.iter().map(move |function| expand(*attribute, *function)));
    let expanded = all.filter(|tokens| !mentions(tokens.clone(), "compile_error")).count();
    assert!(expanded * 3 > ATTRIBUTES.len() * FUNCTIONS.len(), "only {expanded} of them expand");
}
