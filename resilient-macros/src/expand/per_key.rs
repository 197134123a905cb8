//! State per key: the cell of a key, and the policy of all keys.
//!
//! Input
//!
//! ```ignore
//! #[circuit_breaker(name = "host", key = url.host(), max_keys = 500)]
//! async fn fetch(url: &Url) -> Result<Page, ApiError> { BODY }
//! ```
//!
//! Output, without the registration, scripts of tests, the call whose end is reported, and the path
//! `__resilient_pipeline::` before names of the runtime
//!
//! ```ignore
//! async fn fetch(url: &Url) -> Result<Page, ApiError> {
//!     static __RESILIENT_STATE_0: StateRef<CircuitBreakers> = StateRef::shared(
//!         Name::new(&"host"),
//!         Some(PerKeyPolicy::max_keys(BreakerPolicy::per_key(BreakerPolicy::DEFAULT), 500)),
//!     );
//!     settled(
//!         {
//!             let __resilient_cell = cell(StateRef::get(&__RESILIENT_STATE_0), &url.host());
//!             let __resilient_outcome = match given(PhantomData::<CircuitBreaker>, &__resilient_cell) {
//!                 __resilient_held => guarded(__resilient_held, lift_future(async move { BODY }), |state, body| {
//!                     circuit_breaker(state, body)
//!                 })
//!                 .await,
//!             };
//!             __resilient_outcome
//!         },
//!         FromRefusal::from_refusal,
//!     )
//! }
//! ```
//!
//! From there on the cell is a value as any other. It is found in a statement of its own, so that nothing of the key is
//! held while the body runs: what `format_args!` makes is not `Send`.

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote_spanned;
use syn::Expr;
use syn::spanned::Spanned;

use super::context::Context;
use super::held::borrowed;
use super::spans::at;
use super::values::Computed;
use super::{slots, statics};
use crate::facts::Facts;
use crate::model::{Setting, Value};
use crate::parse::expr_shape::peel;

/// The statement that finds the cell of the layer at `index`.
pub(crate) fn cell(context: &Context<'_>, index: usize) -> Option<TokenStream> {
    let facts = &context.layers[index];
    let key = borrowed_key(facts.key()?);
    let found = match facts.held() {
        None => {
            let state = statics::state(index);
            quote_spanned!(Span::mixed_site()=> __resilient_pipeline::cell(#state, #key))
        }
        Some(held) => {
            let kind = Ident::new(facts.state_type, Span::mixed_site());
            let held = borrowed(held);
            let slot = slots::slot(context, index);
            quote_spanned! {Span::mixed_site()=>
                match __resilient_pipeline::given(
                    ::core::marker::PhantomData::<__resilient_pipeline::#kind>,
                    #held,
                ) {
                    __resilient_held => __resilient_pipeline::cell(
                        __resilient_pipeline::given_unless_off(#slot, __resilient_held),
                        #key,
                    ),
                }
            }
        }
    };
    Some(quote_spanned!(Span::mixed_site()=> let __resilient_cell = #found;))
}

/// A reference to the key. Its operators, if it has any, bind less than the `&`.
fn borrowed_key(key: &Expr) -> TokenStream {
    match peel(key) {
        key @ (Expr::Binary(_) | Expr::Cast(_) | Expr::Range(_)) => quote_spanned!(key.span()=> &(#key)),
        key => borrowed(key),
    }
}

/// The policy of all keys, if `each` is that of each of them.
pub(crate) fn policy(facts: &Facts<'_>, each: Option<TokenStream>) -> Option<TokenStream> {
    let each = each?;
    let Some(keys) = facts.keys.filter(|_| facts.is_per_key()) else { return Some(each) };
    let kind = Ident::new(keys.policy, Span::mixed_site());
    let span = keys.key.map_or_else(Span::mixed_site, |key| at(key.key.span()));
    let per_key = Ident::new("per_key", span);
    let mut policy = quote_spanned!(span=> __resilient_pipeline::#kind::#per_key(#each));
    if let Some(setting) = keys.most {
        policy = set(setting, "max_keys", &setting.value.tokens_computed(&setting.key, Computed::Once), &policy);
    }
    if let Some(setting) = keys.idle {
        policy = set(setting, "idle", &setting.value.tokens_computed(&setting.key, Computed::Once), &policy);
    }
    let is_computed = keys.most.is_some_and(is_computed) || keys.idle.is_some_and(is_computed);
    Some(if is_computed {
        quote_spanned!(Span::mixed_site()=> __resilient_pipeline::PerKeyPolicy::checked(#policy))
    } else {
        policy
    })
}

fn set<T>(setting: &Setting<T>, setter: &str, value: &TokenStream, policy: &TokenStream) -> TokenStream {
    let span = at(setting.value_span);
    let setter = Ident::new(setter, span);
    quote_spanned!(span=> __resilient_pipeline::PerKeyPolicy::#setter(#policy, #value))
}

/// Literals were checked as they were read.
fn is_computed<T>(setting: &Setting<Value<T>>) -> bool {
    matches!(setting.value, Value::Expr(_))
}
