//! `#[bulkhead(threads = …)]`: the body runs on threads of the bulkhead.
//!
//! Input
//!
//! ```ignore
//! #[bulkhead(threads = 4)]
//! async fn thumbnail(image: Image) -> Result<Image, ImageError> { BODY }
//! ```
//!
//! Output, without the registration, scripts of tests, the call whose end is reported, and the path
//! `__resilient_pipeline::` before names of the runtime
//!
//! ```ignore
//! async fn thumbnail(image: Image) -> Result<Image, ImageError> {
//!     static __RESILIENT_STATE_0: StateRef<ThreadBulkhead> =
//!         StateRef::own(Name::new(&PATH), Some(ThreadBulkheadPolicy::threads(ThreadBulkheadPolicy::new(4), 4)));
//!     settled(
//!         {
//!             let __resilient_job = move || lift_call(move || -> Result<Image, ImageError> { BODY });
//!             thread_bulkhead(StateRef::get(&__RESILIENT_STATE_0), __resilient_job)
//!         }
//!         .await,
//!         FromRefusal::from_refusal,
//!     )
//! }
//! ```
//!
//! In a sync function it is `thread_bulkhead_blocking(…)`, which is not awaited. With a handle or a value, the state is
//! evaluated in the call, as in `expand.rs`.

use std::time::Duration;

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote_spanned;
pub(super) use resilient_rules::bulkhead::{KEEP_ALIVE, MAX_QUEUE_OF_THREADS as MAX_QUEUE};
use resilient_rules::bulkhead::{NO_IDLE_THREADS, ONE_FOR_ALL_KEYS, THREADS, THREADS_ARE_THE_LIMIT};

use super::model::Bulkhead;
use super::values::Threads;
use crate::diagnostics::Errors;
use crate::expand::context::Context;
use crate::expand::copied::Mover;
use crate::expand::pipeline_expr::PipelineExpr;
use crate::expand::policy::Policy;
use crate::expand::spans::at;
use crate::expand::{held, statics};
use crate::facts::needs::Needs;
use crate::model::{Setting, UNLIMITED};
use crate::settings::Table;
use crate::validate::rules::Place;
use crate::validate::setting::key;

pub(super) const MAX_WAIT: Duration = UNLIMITED;

pub(super) fn expand(bulkhead: &Bulkhead, context: &Context<'_>, index: usize, inner: PipelineExpr) -> PipelineExpr {
    let at = at(bulkhead.span);
    let guard = Ident::new(guard(context), at);
    let job = job(context, index, at, &inner.value());
    if bulkhead.held.is_some() {
        let wait = context.is_async.then(|| quote_spanned!(at=> .await));
        let code = quote_spanned!(at=> { #job __resilient_pipeline::#guard(__resilient_held, __resilient_job) #wait });
        return inner.with_value(held::with(context, index, "given", &code)).refused_by(index);
    }
    let state = statics::state(index);
    let code = quote_spanned!(at=> { #job __resilient_pipeline::#guard(#state, __resilient_job) });
    let guarded = if context.is_async { inner.with_future(code) } else { inner.with_value(code) };
    guarded.refused_by(index)
}

/// For a type parameter the compiler's own error is better, because it names the missing bound.
fn guard(context: &Context<'_>) -> &'static str {
    match (context.is_async, context.arguments.names_parameter(&context.returns)) {
        (true, false) => "thread_bulkhead",
        (true, true) => "thread_bulkhead_of_parameter",
        (false, false) => "thread_bulkhead_blocking",
        (false, true) => "thread_bulkhead_blocking_of_parameter",
    }
}

/// The body for a thread: it owns what it uses, and has a copy of what its bulkhead is taken from. The arguments are
/// checked first, as those of a timeout are.
fn job(context: &Context<'_>, index: usize, at: Span, body: &TokenStream) -> TokenStream {
    let needs = Needs::join([context.needs_around(index), context.layers[index].holds.clone()]);
    let copies = context.arguments.copies(&needs, Mover::Bulkhead);
    let crossing = context.arguments.crossing(&Needs::Everything, at, Mover::Bulkhead);
    quote_spanned!(at=> let __resilient_job = { #copies #crossing move || #body };)
}

pub(super) fn policy(bulkhead: &Bulkhead) -> Option<TokenStream> {
    let new = quote_spanned!(Span::mixed_site()=> __resilient_pipeline::ThreadBulkheadPolicy::new(#THREADS));
    let mut policy = Policy::shared("ThreadBulkheadPolicy", bulkhead.policy.as_ref(), new);
    bulkhead.set_each(&mut policy, |_, _| false);
    policy.checked()
}

/// Rules about settings that belong to threads, or do not go with them.
pub(super) fn check(bulkhead: &Bulkhead, complete: bool, errors: &mut Errors) {
    let Some(threads) = &bulkhead.threads else {
        if let Some(keep_alive) = bulkhead.keep_alive.as_ref().filter(|_| complete) {
            let message = format!("{NO_IDLE_THREADS}: add `threads = 4`, or remove it");
            errors.at(keep_alive.key.span(), message);
        }
        return;
    };
    let per_key = [key(bulkhead.key.as_ref()), key(bulkhead.max_keys.as_ref()), key(bulkhead.idle.as_ref())];
    for setting in per_key.into_iter().flatten() {
        let message = format!("{ONE_FOR_ALL_KEYS}: remove `{setting}`, or `threads`");
        errors.at(setting.span(), message);
    }
    if let Some(max_concurrent) = &bulkhead.max_concurrent {
        let message = format!("{THREADS_ARE_THE_LIMIT}: remove `max_concurrent`, or `threads`");
        errors.at(max_concurrent.key.span(), message);
    }
    let needs_number = bulkhead.held.is_none() && bulkhead.policy.is_none();
    if let Setting { key, value: Threads::Elsewhere, .. } = threads
        && needs_number
        && bulkhead.gives_settings()
    {
        let message = "`threads` stands alone where the settings are given elsewhere, and here they are not: write \
                       `threads = 4`";
        errors.at(key.span(), message);
    }
}

/// What is below would run on the thread, where it cannot act on the calls of this function.
pub(super) fn check_place(bulkhead: &Bulkhead, place: &Place, errors: &mut Errors) {
    let Some(below) = place.below.first().filter(|_| bulkhead.has_threads()) else { return };
    let message = format!(
        "a `bulkhead` with `threads` is the lowest attribute, since it moves the body to a thread: move it below this \
         `{}`",
        below.facts.name,
    );
    errors.at(below.facts.span, message);
}
