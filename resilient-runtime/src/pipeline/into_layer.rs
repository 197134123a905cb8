//! What a layer of a pipeline is made of: a policy, or state that calls share.

use std::fmt;
use std::ops::Deref;
use std::sync::{Arc, LazyLock};
use std::time::Duration;

use crate::adaptive_throttle::throttle::AdaptiveThrottle;
use crate::bulkhead::bulkhead::Bulkhead;
use crate::circuit_breaker::breaker::CircuitBreaker;
use crate::hedge::hedge::Hedge;
use crate::rate_limit::limiter::RateLimiter;
use crate::registry::handle::Handle;
use crate::retry::policy::RetryPolicy;
use crate::retry_budget::budget::RetryBudget;
use crate::thread_bulkhead::thread_bulkhead::ThreadBulkhead;
use crate::timeout::policy::TimeoutPolicy;

/// State that a pipeline shares with others: a static, or one of the owners of an [`Arc`].
pub enum Shared<S: 'static> {
    /// A handle, or what the registry gives.
    Static(&'static S),
    /// One of its owners.
    Owned(Arc<S>),
}

impl<S> Shared<S> {
    /// Whether the state is one and the same.
    pub(super) fn is_same(&self, other: &Self) -> bool {
        std::ptr::eq(&raw const **self, &raw const **other)
    }
}

impl<S> Deref for Shared<S> {
    type Target = S;

    #[inline]
    fn deref(&self) -> &S {
        match self {
            Self::Static(state) => state,
            Self::Owned(state) => state,
        }
    }
}

impl<S> Clone for Shared<S> {
    fn clone(&self) -> Self {
        match self {
            Self::Static(state) => Self::Static(state),
            Self::Owned(state) => Self::Owned(Arc::clone(state)),
        }
    }
}

impl<S: fmt::Debug> fmt::Debug for Shared<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}

/// What a layer can be made of.
///
/// | layer | takes |
/// |---|---|
/// | a hedge, a breaker, a throttle, a rate limit, a bulkhead, one with threads, and the budget of a retry or a hedge | a [handle](Handle), a `&'static` one such as one of the registry, an `Arc`, a `&Arc`, or the value itself |
/// | a timeout | a [`TimeoutPolicy`] or a [`Duration`] |
/// | a retry | a [`RetryPolicy`] |
///
/// An [`Option`] of any of these is a layer that may be left out.
#[diagnostic::on_unimplemented(
    message = "a layer takes a `{L}`, and `{Self}` is none",
    label = "no layer can be made of this",
    note = "a breaker, a rate limit, a bulkhead and a budget are given as a handle, as an `Arc`, a `&Arc`, a `&'static` one or \
            the value itself; a timeout as a `TimeoutPolicy` or a `Duration`; a retry as a `RetryPolicy`; each also in an \
            `Option`"
)]
pub trait IntoLayer<L> {
    /// The layer; `None` if there is to be none.
    fn into_layer(self) -> Option<L>;
}

#[diagnostic::do_not_recommend]
impl<L, S: IntoLayer<L>> IntoLayer<L> for Option<S> {
    fn into_layer(self) -> Option<L> {
        self.and_then(S::into_layer)
    }
}

macro_rules! shared {
    ($($state:ident)*) => {
        $(
            #[diagnostic::do_not_recommend]
            impl IntoLayer<Shared<$state>> for &'static $state {
                fn into_layer(self) -> Option<Shared<$state>> {
                    Some(Shared::Static(self))
                }
            }

            #[diagnostic::do_not_recommend]
            impl IntoLayer<Shared<$state>> for &'static Handle<$state> {
                fn into_layer(self) -> Option<Shared<$state>> {
                    Some(Shared::Static(self.get()))
                }
            }

            #[diagnostic::do_not_recommend]
            impl IntoLayer<Shared<$state>> for &'static LazyLock<$state> {
                fn into_layer(self) -> Option<Shared<$state>> {
                    Some(Shared::Static(self))
                }
            }

            #[diagnostic::do_not_recommend]
            impl IntoLayer<Shared<$state>> for Arc<$state> {
                fn into_layer(self) -> Option<Shared<$state>> {
                    Some(Shared::Owned(self))
                }
            }

            #[diagnostic::do_not_recommend]
            impl IntoLayer<Shared<$state>> for &Arc<$state> {
                fn into_layer(self) -> Option<Shared<$state>> {
                    Some(Shared::Owned(Arc::clone(self)))
                }
            }

            #[diagnostic::do_not_recommend]
            impl IntoLayer<Shared<$state>> for $state {
                fn into_layer(self) -> Option<Shared<$state>> {
                    Some(Shared::Owned(Arc::new(self)))
                }
            }

            #[diagnostic::do_not_recommend]
            impl IntoLayer<Self> for Shared<$state> {
                fn into_layer(self) -> Option<Self> {
                    Some(self)
                }
            }
        )*
    };
}

shared!(Hedge CircuitBreaker AdaptiveThrottle RateLimiter Bulkhead ThreadBulkhead RetryBudget);

#[diagnostic::do_not_recommend]
impl IntoLayer<Self> for TimeoutPolicy {
    fn into_layer(self) -> Option<Self> {
        Some(self)
    }
}

#[diagnostic::do_not_recommend]
impl IntoLayer<TimeoutPolicy> for Duration {
    /// A limit of zero is an error of [`build`](crate::pipeline::PipelineBuilder::build).
    fn into_layer(self) -> Option<TimeoutPolicy> {
        Some(TimeoutPolicy::unchecked(self))
    }
}

#[diagnostic::do_not_recommend]
impl<E> IntoLayer<Self> for RetryPolicy<E> {
    fn into_layer(self) -> Option<Self> {
        Some(self)
    }
}

#[diagnostic::do_not_recommend]
impl<E> IntoLayer<RetryPolicy<E>> for RetryPolicy {
    fn into_layer(self) -> Option<RetryPolicy<E>> {
        Some(self.for_errors())
    }
}
