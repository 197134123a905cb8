//! `#[timeout]`: the body has a time limit.
//!
//! Input
//!
//! ```ignore
//! #[timeout(2s)]
//! async fn user(id: u64) -> Result<User, ApiError> { BODY }
//! ```
//!
//! Output, without the registration, scripts of tests, the call whose end is reported, and the path
//! `__resilient_pipeline::` before names of the runtime
//!
//! ```ignore
//! #[allow(clippy::needless_pass_by_value)]
//! async fn user(id: u64) -> Result<User, ApiError> {
//!     static __RESILIENT_SLOTS: [Slot; 1] = [Slot::timeout(2_000_000_000)];
//!     settled(
//!         Limit::guard(
//!             limit_known(&__RESILIENT_SLOTS[0], 2_000_000_000, const { Name::new(&PATH) }),
//!             lift_future(async move { BODY }),
//!         )
//!         .await,
//!         FromRefusal::from_refusal,
//!     )
//! }
//! ```
//!
//! Below a retry the limit is `Limit::of_attempt(LIMIT, Attempt::number(__resilient_attempt))`.

use std::time::Duration;

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote_spanned;
use syn::Expr;

use super::model::Timeout;
use crate::expand::call;
use crate::expand::context::{Context, Expand};
use crate::expand::copied::Mover;
use crate::expand::pipeline_expr::PipelineExpr;
use crate::expand::policy::Policy;
use crate::expand::slots::{self, Written};
use crate::expand::spans::at;
use crate::expand::values::{self, SettingType, is_const};
use crate::facts::needs::Needs;
use crate::model::{Setting, Value};

impl Expand for Timeout {
    fn expand(&self, context: &Context<'_>, index: usize, inner: PipelineExpr) -> PipelineExpr {
        let inner = inner.lifted();
        let limit = limit(context, index, self);
        let at = at(self.span);
        let limited = if context.is_async {
            let body = inner.future();
            let code = quote_spanned!(at=> __resilient_pipeline::Limit::guard(#limit, #body));
            inner.with_future(code)
        } else if self.cooperative.is_some() || context.only_waits_below(index) {
            let body = inner.value();
            let code = quote_spanned!(at=> __resilient_pipeline::Limit::guard_cooperative(#limit, || #body));
            inner.with_value(code)
        } else {
            let job = job(context, index, at, &inner.value());
            // For a type parameter the compiler's own error is better, because it names the missing bound.
            let guard = if context.arguments.names_parameter(&context.returns) {
                quote_spanned!(at=> guard_on_another_thread)
            } else {
                quote_spanned!(at=> guard_and_bring_back)
            };
            let code = quote_spanned!(at=> { #job __resilient_pipeline::Limit::#guard(#limit, __resilient_job) });
            inner.with_value(code)
        };
        limited.refused_by(index)
    }

    fn written(&self, context: &Context<'_>, index: usize) -> Option<Written> {
        Some(written(context, index, self))
    }
}

/// The body for a helper thread: it owns what it uses. The arguments are checked first: the compiler reports only the
/// first of two errors about one type at one place, and the second would say that the closure is not `Send`.
fn job(context: &Context<'_>, index: usize, at: Span, body: &TokenStream) -> TokenStream {
    let copies = context.arguments.copies(&context.needs_around(index), Mover::Timeout);
    let crossing = context.arguments.crossing(&Needs::Everything, at, Mover::Timeout);
    let share = call::share(context, index);
    quote_spanned!(at=> let __resilient_job = { #copies #crossing #share move || #body };)
}

/// The limit, which starts when the call reaches it, and the attempt that it limits if there are several.
fn limit(context: &Context<'_>, index: usize, timeout: &Timeout) -> TokenStream {
    let limit = limit_alone(context, index, timeout);
    if !context.is_repeated(index) {
        return limit;
    }
    quote_spanned! {at(timeout.span)=>
        __resilient_pipeline::Limit::of_attempt(#limit, __resilient_pipeline::Attempt::number(__resilient_attempt))
    }
}

fn limit_alone(context: &Context<'_>, index: usize, timeout: &Timeout) -> TokenStream {
    let attempt = if timeout.may_grow() && context.is_repeated(index) {
        quote_spanned!(Span::mixed_site()=> __resilient_pipeline::Attempt::number(__resilient_attempt))
    } else {
        quote_spanned!(Span::mixed_site()=> 1)
    };
    let (name, slot) = (context.name(), slots::slot(context, index));
    match Form::of(timeout) {
        Form::Computed(expr, span) => {
            let (binding, step, name) = by_policy(timeout, name);
            let limit = values::limit(expr, "limit");
            quote_spanned! {at(span)=>
                { #binding __resilient_pipeline::limit_given(#slot, #limit, #step, #attempt, #name) }
            }
        }
        Form::Literal(nanos, span) => {
            quote_spanned!(at(span)=> __resilient_pipeline::limit_known(#slot, #nanos, #name))
        }
        Form::Policy(policy) => {
            let (binding, limit) = if policy.is_item() {
                (policy.binding_to(&slots::constant(context, index)), "limit_by")
            } else {
                (policy.binding(), "limit_in_call")
            };
            let limit = Ident::new(limit, Span::mixed_site());
            quote_spanned! {Span::mixed_site()=>
                { #binding __resilient_pipeline::#limit(#slot, __resilient_policy, #attempt, #name) }
            }
        }
    }
}

/// Where the limit comes from.
enum Form<'t> {
    /// An expression that each call evaluates, written there.
    Computed(&'t Expr, Span),
    /// A literal and nothing else, in nanoseconds. It needs no policy, which would be one more constant in the function.
    Literal(u64, Span),
    Policy(Policy<'t>),
}

impl<'t> Form<'t> {
    fn of(timeout: &'t Timeout) -> Self {
        match &timeout.duration {
            Some(Setting { value: Value::Expr(expr), value_span, .. }) if !is_const(expr) => {
                Self::Computed(expr, *value_span)
            }
            Some(Setting { value: Value::Known(duration), value_span, .. })
                if timeout.policy.is_none() && timeout.step.is_none() =>
            {
                Self::Literal(u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX), *value_span)
            }
            duration => Self::Policy(policy(timeout, duration.as_ref())),
        }
    }
}

/// The slot of a timeout that computes settings in each call. Whether there is a step is known before.
fn in_calls(timeout: &Timeout) -> Written {
    let given = |setting: &Option<Setting<Value<Duration>>>| setting.as_ref().map(|setting| setting.value.known());
    let (duration, step) = (given(&timeout.duration), given(&timeout.step));
    let computed =
        [("policy", timeout.policy.is_some()), ("duration", duration == Some(None)), ("step", step == Some(None))];
    let computed: Vec<_> = computed.into_iter().filter(|(_, is_computed)| *is_computed).map(|(name, _)| name).collect();
    let duration = duration.flatten().unwrap_or(Duration::MAX).known();
    let unknown = if timeout.may_grow() { Duration::from_nanos(1) } else { Duration::ZERO };
    let step = step.flatten().unwrap_or(unknown).known();
    let computed = computed.join(", ");
    let slot = quote_spanned! {Span::mixed_site()=>
        __resilient_pipeline::Slot::timeout_in_calls(
            const { &__resilient_pipeline::TimeoutPolicy::step(__resilient_pipeline::TimeoutPolicy::new(#duration), #step) },
            #computed,
        )
    };
    Written { constant: None, slot }
}

/// The settings as they are written, if they are known before any call.
fn written(context: &Context<'_>, index: usize, timeout: &Timeout) -> Written {
    match Form::of(timeout) {
        Form::Computed(..) => in_calls(timeout),
        Form::Literal(nanos, _) => {
            let slot = quote_spanned!(Span::mixed_site()=> __resilient_pipeline::Slot::timeout(#nanos));
            Written { constant: None, slot }
        }
        Form::Policy(policy) => {
            let name = slots::constant(context, index);
            let Some((constant, limit)) = policy.item(&name, None) else { return in_calls(timeout) };
            let slot = quote_spanned!(Span::mixed_site()=> __resilient_pipeline::Slot::limit(#limit));
            Written { constant: Some(constant), slot }
        }
    }
}

fn policy<'t>(timeout: &'t Timeout, duration: Option<&'t Setting<Value<Duration>>>) -> Policy<'t> {
    let new = duration.map(|duration| {
        let at = at(duration.value_span);
        match &duration.value {
            Value::Known(known) => {
                let known = known.known();
                quote_spanned!(at=> __resilient_pipeline::TimeoutPolicy::new(#known))
            }
            Value::Expr(expr) => {
                let limit = values::limit(expr, "limit");
                quote_spanned!(at=> __resilient_pipeline::TimeoutPolicy::new_given(#limit))
            }
        }
    });
    let mut policy = Policy::new("TimeoutPolicy", timeout.policy.as_ref(), new.unwrap_or_default());
    if timeout.policy.is_some() {
        policy.set_limit("duration", "limit", duration);
    } else if let Some(duration) = duration {
        policy.uses(&duration.value);
    }
    policy.set_given("step", timeout.step.as_ref());
    policy
}

/// What a limit that is computed grows by with each attempt, and its name, after the statement that these need.
fn by_policy(timeout: &Timeout, name: TokenStream) -> (Option<TokenStream>, TokenStream, TokenStream) {
    if timeout.policy.is_some() {
        let step =
            quote_spanned!(Span::mixed_site()=> __resilient_pipeline::TimeoutPolicy::given_step(__resilient_policy));
        let name = quote_spanned!(Span::mixed_site()=> __resilient_pipeline::TimeoutPolicy::name_or(__resilient_policy, #name));
        return (Some(policy(timeout, None).binding()), step, name);
    }
    let none = || quote_spanned!(Span::mixed_site()=> __resilient_pipeline::Duration::ZERO);
    (None, timeout.step.as_ref().map_or_else(none, Setting::tokens), name)
}
