//! The items that generated code names, as `__resilient_pipeline::…`. Not part of the public interface: the macros and
//! this crate require exactly each other's version.
//!
//! The steps of a pipeline are a function each, in a file for each policy, and not methods of a generic type, because the
//! compiler would have to infer the type in a path like `Retrying::next` in each annotated function. For the same reason
//! a function that takes no closure has no bounds on the body: its output is checked where the future is awaited.
//!
//! `Awaited`, `IntoAnswer`, `Gives` and the like are named by no generated code but by compile errors, which print the
//! path that is exported.

mod acts;
mod admitted;
#[cfg(feature = "tracing")]
mod attempt_span;
mod body;
mod bulkhead;
mod call;
mod clone_checks;
mod count;
mod declined;
mod fallback;
mod given;
mod handle;
mod hedge;
mod hedge_blocking;
mod held;
mod in_call;
mod keyed;
mod lasting;
mod limit;
mod outcome;
mod perhaps;
mod rate_limit;
mod retry;
#[cfg(feature = "testing")]
mod script;
#[cfg(not(feature = "testing"))]
#[path = "no_script.rs"]
mod script;
mod slotted;
mod thread_bulkhead;
mod window;

pub use std::time::Duration;

pub use inventory;

pub use acts::Acts;
pub use admitted::{
    admitted, admitted_blocking, admitted_blocking_if_ok, admitted_blocking_if_result, admitted_blocking_on,
    admitted_if_ok, admitted_if_result, admitted_on,
};
#[cfg(feature = "tracing")]
pub use attempt_span::in_attempt;
pub use body::{Own, never};
pub use bulkhead::{
    bulkhead, bulkhead_blocking, bulkhead_blocking_if_ok, bulkhead_blocking_if_result, bulkhead_blocking_on,
    bulkhead_if_ok, bulkhead_if_result, bulkhead_on,
};
pub use call::begin_call;
pub use fallback::{
    Answer, AnswerNow, Awaited, IntoAnswer, answer, answerable, answerable_outcome, apply, cause, cause_of_outcome,
    forget, sift, unanswered,
};
pub use outcome::{
    FromRefusal, Leaving, LeavingError, LeavingInstead, LeavingRefused, LeavingResult, Refusable, Returns,
    ReturnsPlain, lift_future, settled, unrefused, widen,
};
pub use perhaps::{guarded, guarded_blocking};
pub use rate_limit::{rate_limit, rate_limit_blocking, rate_limit_blocking_paused, rate_limit_paused};

pub use clone_checks::{
    CopiedForAttempt, CopiedForBody, CopiedForBulkhead, CopiedForFallback, CopiedForHedge, CopiedForRewritten,
    CopiedForThread, SelfCopiedForBulkhead, SelfCopiedForHedge, SelfCopiedForRewritten, SelfCopiedForThread,
};
pub use count::count;
pub use declined::{LeavingDeclined, LeavingOutcome};
pub use handle::{Declared, InConstant, MayBeHandle, declared};
pub use hedge::{
    count_hedge, hedged, items, launch, next_attempt, next_item, no_items, raced, raced_on, racing, racing_within,
};
pub use hedge_blocking::{
    count_hedge_blocking, next_item_blocking, no_items_blocking, raced_and_brought_back, raced_blocking,
    racing_blocking, racing_blocking_within,
};
pub use held::{ByDeref, Detached, Gives, InOption, detached, given, held};
pub use keyed::cell;
pub use lasting::kept;
pub use limit::{limit, max_wait, only_limit};
pub use retry::{
    ErrorOf, ShowsNothing, begin, delay_after, delay_after_if, next_in_budget, report, report_by, retrying,
    retrying_by, retrying_by_in_call, retrying_in_call, rules, settings_in_call, settings_in_call_by, settings_of,
    spend, spending, unwrapped,
};
#[cfg(feature = "testing")]
pub use script::{LiftRefusable, Script, ScriptNone, ScriptPlain, Target, passes};
pub use script::{lift_refusable_call, lift_refusable_future, scripted};
pub use slotted::{
    given_unless_off, held_unless_off, kept_unless_off, limit_by, limit_given, limit_in_call, limit_known,
};
pub use thread_bulkhead::{
    thread_bulkhead, thread_bulkhead_blocking, thread_bulkhead_blocking_of_parameter, thread_bulkhead_of_parameter,
};
pub use window::window;

pub use crate::adaptive_throttle::policy::AdaptiveThrottlePolicy;
pub use crate::adaptive_throttle::throttle::AdaptiveThrottle;
pub use crate::bulkhead::adaptive::limit::AdaptiveLimit;
pub use crate::bulkhead::bulkhead::Bulkhead;
pub use crate::bulkhead::per_key::Bulkheads;
pub use crate::bulkhead::policy::BulkheadPolicy;
pub use crate::circuit_breaker::breaker::CircuitBreaker;
pub use crate::circuit_breaker::per_key::CircuitBreakers;
pub use crate::circuit_breaker::policy::BreakerPolicy;
pub use crate::core::attempt::Attempt;
pub use crate::core::error::{Error, ErrorKind, Failure};
pub use crate::core::lift::lift_call;
pub use crate::core::name::Name;
pub use crate::deadline::current::too_late;
pub use crate::event::answering::Answering;
pub use crate::event::call::Call;
pub use crate::event::call::Counts;
#[cfg(feature = "tracing")]
pub use crate::event::log::{LOGS, Log};
pub use crate::hedge::hedge::Hedge;
pub use crate::hedge::policy::HedgePolicy;
pub use crate::hedge::race_blocking::{BlockingRace, Carry};
pub use crate::hedge::send_check::{ComesBackFromAttempt, CrossesForAttempt};
pub use crate::keyed::policy::PerKeyPolicy;
pub use crate::rate_limit::limiter::RateLimiter;
pub use crate::rate_limit::per_key::RateLimiters;
pub use crate::rate_limit::policy::RateLimitPolicy;
pub use crate::registry::functions::WorstCase;
pub use crate::registry::handle::Handle;
pub use crate::registry::registration::{HandleRegistration, Registration, StackRegistration};
pub use crate::registry::slot::Slot;
pub use crate::registry::state_ref::StateRef;
pub use crate::retry::backoff::{Backoff, Jitter, of_list};
pub use crate::retry::conversions::{FindPause, IntoSource};
pub use crate::retry::delay::sleep;
pub use crate::retry::driver::{Next, Retrying};
pub use crate::retry::outcomes::judged;
pub use crate::retry::policy::RetryPolicy;
pub use crate::retry::settings::Settings as RetrySettings;
pub use crate::retry::verdict::Verdict;
pub use crate::retry_budget::budget::RetryBudget;
pub use crate::retry_budget::policy::{EarnedBy, RetryBudgetPolicy};
pub use crate::thread_bulkhead::policy::ThreadBulkheadPolicy;
pub use crate::thread_bulkhead::send_check::{ComesBackFromBulkhead, CrossesToBulkhead};
pub use crate::thread_bulkhead::thread_bulkhead::ThreadBulkhead;
pub use crate::timeout::guard::Limit;
pub use crate::timeout::policy::TimeoutPolicy;
pub use crate::timeout::send_check::{ComesBack, Crosses};

/// Whether attempts run in spans, for which the futures of calls have some room.
pub const IS_TRACED: bool = cfg!(feature = "tracing");
