//! What a stack of attributes says, once parsed: plain values with their spans, no tokens to emit.

use std::collections::HashSet;
use std::time::Duration;

use proc_macro2::{Ident, Span, TokenStream};
use syn::{Attribute, Expr, ExprClosure, Pat, Path, Signature, Visibility};

/// The annotated function. Its body is kept as the user wrote it and never parsed.
pub(crate) struct Function {
    /// Attributes that are not ours, in order.
    pub(crate) attrs: Vec<Attribute>,
    pub(crate) vis: Visibility,
    /// What the pipeline acts on; with a `frame`, the async block seen as a function.
    pub(crate) sig: Signature,
    /// The tokens between the braces.
    pub(crate) body: TokenStream,
    pub(crate) braces: Braces,
    /// What stands around the body if it is not the function's own block.
    pub(crate) frame: Option<Frame>,
    /// The arguments that the body takes away because an attribute above has rewritten it.
    pub(crate) taken: HashSet<String>,
}

/// Where the braces around a body are.
#[derive(Clone, Copy)]
pub(crate) struct Braces {
    pub(crate) open: Span,
    pub(crate) both: Span,
}

/// A function that returns the future of one async block.
pub(crate) struct Frame {
    /// The signature as it was.
    pub(crate) sig: Signature,
    /// The function's whole block as it was.
    pub(crate) whole: TokenStream,
    /// What stands before the block at each level of nesting: `async move`, or `Box::pin` and `async move`.
    pub(crate) opening: Vec<TokenStream>,
    /// The first statement in the block.
    pub(crate) lead: TokenStream,
    /// How the block takes over the arguments.
    pub(crate) declarations: Vec<Declaration>,
    /// What stands right before the body and after it.
    pub(crate) binding: TokenStream,
    pub(crate) trail: TokenStream,
}

/// `let PAT = VALUE;`, by which a block takes over an argument.
pub(crate) struct Declaration {
    /// Which of the inputs.
    pub(crate) input: usize,
    pub(crate) pat: Pat,
    pub(crate) value: TokenStream,
    pub(crate) takes_self: bool,
}

/// The attributes of one function in reading order: the first is the outermost.
pub(crate) struct Stack {
    /// Where the facade is found: `::resilient`, or what `crate = …` says.
    pub(crate) krate: Path,
    pub(crate) layers: Vec<Layer>,
    /// The paths of the attributes that the first one absorbed, as the user wrote them.
    pub(crate) absorbed: Vec<Path>,
}

#[allow(clippy::large_enum_variant, reason = "a function has a handful of them, and they live while it is expanded")]
pub(crate) enum Layer {
    Retry(Retry),
    CircuitBreaker(CircuitBreaker),
    Timeout(Timeout),
    Bulkhead(Bulkhead),
    Fallback(Fallback),
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Kind {
    Retry,
    CircuitBreaker,
    Timeout,
    Bulkhead,
    Fallback,
}

impl Kind {
    pub(crate) const ALL: [Self; 5] =
        [Self::Retry, Self::CircuitBreaker, Self::Timeout, Self::Bulkhead, Self::Fallback];

    /// The attribute's name as users write it.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Retry => "retry",
            Self::CircuitBreaker => "circuit_breaker",
            Self::Timeout => "timeout",
            Self::Bulkhead => "bulkhead",
            Self::Fallback => "fallback",
        }
    }
}

impl Layer {
    pub(crate) const fn kind(&self) -> Kind {
        match self {
            Self::Retry(_) => Kind::Retry,
            Self::CircuitBreaker(_) => Kind::CircuitBreaker,
            Self::Timeout(_) => Kind::Timeout,
            Self::Bulkhead(_) => Kind::Bulkhead,
            Self::Fallback(_) => Kind::Fallback,
        }
    }

    pub(crate) const fn span(&self) -> Span {
        match self {
            Self::Retry(layer) => layer.span,
            Self::CircuitBreaker(layer) => layer.span,
            Self::Timeout(layer) => layer.span,
            Self::Bulkhead(layer) => layer.span,
            Self::Fallback(layer) => layer.span,
        }
    }

    /// What turns its refusal into the function's own error.
    pub(crate) const fn map_err(&self) -> Option<&Setting<Expr>> {
        match self {
            Self::Retry(layer) => layer.map_err.as_ref(),
            Self::CircuitBreaker(layer) => layer.map_err.as_ref(),
            Self::Timeout(layer) => layer.map_err.as_ref(),
            Self::Bulkhead(layer) => layer.map_err.as_ref(),
            Self::Fallback(_) => None,
        }
    }
}

/// A setting's value with the span of its key, so that a message can point at either.
pub(crate) struct Setting<T> {
    pub(crate) key: Ident,
    pub(crate) value: T,
    pub(crate) value_span: Span,
}

/// A value that is known when compiled, or an expression evaluated later.
pub(crate) enum Value<T> {
    Known(T),
    Expr(Expr),
}

pub(crate) type DurationSetting = Option<Setting<Value<Duration>>>;
pub(crate) type CountSetting = Option<Setting<Value<u32>>>;
pub(crate) type RateSetting = Option<Setting<Value<f64>>>;

/// Which of the function's errors a policy looks at.
pub(crate) enum Filter {
    /// `retry_on(PATTERN if GUARD)`.
    On { pattern: Pat, guard: Option<Expr> },
    /// `retry_if = PREDICATE`.
    If(Expr),
}

/// The name of shared state: an expression of type `&'static str`, usually a literal.
pub(crate) struct Name {
    pub(crate) expr: Expr,
    pub(crate) literal: Option<String>,
}

pub(crate) enum MaxAttempts {
    Count(Value<u32>),
    Unlimited,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Backoff {
    Exponential,
    Linear,
    Constant,
    Fibonacci,
    Decorrelated,
}

pub(crate) enum Jitter {
    Full,
    Equal,
    None,
    /// A number: the share by which a pause may differ from the computed one.
    Factor(f64),
    /// An expression of type `Jitter`.
    Expr(Expr),
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Refusal {
    TimedOut,
    BulkheadFull,
    CircuitOpen,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Exhausted {
    LastError,
    Wrap,
}

// The fields are named after the settings.
#[allow(clippy::struct_field_names)]
pub(crate) struct Retry {
    /// The attribute's own path or, inside it, the narrowest place that stands for the whole.
    pub(crate) span: Span,
    pub(crate) policy: Option<Setting<Expr>>,
    pub(crate) max_attempts: Option<Setting<MaxAttempts>>,
    pub(crate) backoff: Option<Setting<Backoff>>,
    pub(crate) base_delay: DurationSetting,
    pub(crate) max_delay: DurationSetting,
    pub(crate) exponential_base: RateSetting,
    pub(crate) jitter: Option<Setting<Jitter>>,
    pub(crate) max_elapsed: DurationSetting,
    /// `retry_on(…)` or `retry_if = …`.
    pub(crate) filter: Option<Setting<Filter>>,
    pub(crate) retry_if_ok: Option<Setting<Expr>>,
    pub(crate) retry_after: Option<Setting<Expr>>,
    pub(crate) max_retry_after: DurationSetting,
    pub(crate) retry_refused: Option<Setting<Vec<Refusal>>>,
    pub(crate) on_retry: Option<Setting<Expr>>,
    pub(crate) exhausted: Option<Setting<Exhausted>>,
    pub(crate) map_err: Option<Setting<Expr>>,
    pub(crate) bind: Option<Setting<Ident>>,
}

pub(crate) enum Window {
    Calls(u32),
    Time(Duration),
    /// A constant of which only the compiler knows which of the two it is.
    Expr(Box<Expr>),
}

pub(crate) struct CircuitBreaker {
    pub(crate) span: Span,
    pub(crate) name: Setting<Name>,
    pub(crate) policy: Option<Setting<Expr>>,
    pub(crate) failure_threshold: CountSetting,
    pub(crate) failure_rate: RateSetting,
    pub(crate) window: Option<Setting<Window>>,
    pub(crate) min_calls: CountSetting,
    pub(crate) slow_call: DurationSetting,
    pub(crate) slow_call_rate: RateSetting,
    pub(crate) recovery_timeout: DurationSetting,
    pub(crate) recovery_backoff: RateSetting,
    pub(crate) max_recovery_timeout: DurationSetting,
    pub(crate) half_open_max_calls: CountSetting,
    pub(crate) probe_timeout: DurationSetting,
    pub(crate) success_threshold: CountSetting,
    /// `failure_on(…)` or `failure_if = …`.
    pub(crate) filter: Option<Setting<Filter>>,
    pub(crate) map_err: Option<Setting<Expr>>,
}

impl CircuitBreaker {
    /// Whether this place gives the breaker its settings; otherwise it says only which one.
    pub(crate) const fn gives_settings(&self) -> bool {
        self.policy.is_some()
            || self.failure_threshold.is_some()
            || self.failure_rate.is_some()
            || self.window.is_some()
            || self.min_calls.is_some()
            || self.slow_call.is_some()
            || self.slow_call_rate.is_some()
            || self.recovery_timeout.is_some()
            || self.recovery_backoff.is_some()
            || self.max_recovery_timeout.is_some()
            || self.half_open_max_calls.is_some()
            || self.probe_timeout.is_some()
            || self.success_threshold.is_some()
    }
}

pub(crate) struct Timeout {
    pub(crate) span: Span,
    pub(crate) policy: Option<Setting<Expr>>,
    /// The positional value or `duration = …`.
    pub(crate) duration: DurationSetting,
    pub(crate) step: DurationSetting,
    /// The word `cooperative`.
    pub(crate) cooperative: Option<Ident>,
    pub(crate) map_err: Option<Setting<Expr>>,
}

pub(crate) struct Bulkhead {
    pub(crate) span: Span,
    /// Without one the function has a bulkhead of its own.
    pub(crate) name: Option<Setting<Name>>,
    pub(crate) policy: Option<Setting<Expr>>,
    pub(crate) max_concurrent: CountSetting,
    pub(crate) max_wait: DurationSetting,
    pub(crate) max_queue: CountSetting,
    pub(crate) map_err: Option<Setting<Expr>>,
}

impl Bulkhead {
    /// Whether this place gives the bulkhead its settings; otherwise it says only which one.
    pub(crate) const fn gives_settings(&self) -> bool {
        self.name.is_none()
            || self.policy.is_some()
            || self.max_concurrent.is_some()
            || self.max_wait.is_some()
            || self.max_queue.is_some()
    }
}

pub(crate) enum Answer {
    /// Called with the function's own arguments.
    Path(Expr),
    /// Called with the error.
    Closure(ExprClosure),
    /// `value = EXPR`: the value of a success.
    Value(Expr),
    /// `default`: `Default::default()` as the value of a success.
    Default(Span),
}

pub(crate) struct Fallback {
    pub(crate) span: Span,
    /// Tried in order until one succeeds; never empty.
    pub(crate) answers: Vec<Answer>,
    /// `fallback_on(…)` or `fallback_if = …`.
    pub(crate) filter: Option<Setting<Filter>>,
}
