//! Deadlines that are given: by a request, or by the call that starts a task.

use std::pin::Pin;
use std::task::{Context, Poll};

use pin_project_lite::pin_project;

use crate::core::name::Name;
use crate::deadline::called::SyncLimit;
use crate::deadline::current::earliest;
use crate::deadline::limit::TimeLimit;
use crate::deadline::moment::Deadline;
use crate::deadline::polled::Polling;

/// The name that refusals have which a given deadline causes.
const NAME: Name = Name::new(&"deadline");

/// Polls a future with a deadline, such as the one of the request that it answers.
///
/// Everything of this library in the future acts as below a timeout that ends then, if no limit around ends earlier:
///
/// - [`deadline`](crate::deadline()) and [`remaining`](crate::remaining()) tell it, to send it on to a server;
/// - a timeout lasts until then at most; if nothing is left, it does not run its body;
/// - a retry begins no delay that would end later, and returns the last error at once;
/// - the wait for a slot of a bulkhead ends.
///
/// What it ends is refused with [`Error::TimedOut`](crate::Error::TimedOut), whose name is `deadline`, and whose `after` is
/// the `Duration` that was given; for an `Instant` it is the time that is left at this call. The future itself is not
/// ended: only a timeout in it or around it drops what hangs. Siblings in a `join!` or `select!`, and tasks that the
/// future spawns, do not have the deadline; [`inherit`] carries it into a task.
///
/// A `Duration` counts from this call, not from the first poll.
///
/// ```
/// # tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap().block_on(async {
/// # use resilient_runtime as resilient;
/// use resilient::{TimeoutPolicy, parse_grpc_timeout, with_deadline};
/// use std::time::Duration;
///
/// const LIMIT: TimeoutPolicy = TimeoutPolicy::new(Duration::from_secs(5));
///
/// let timeout = parse_grpc_timeout("5m").unwrap(); // from the request
/// let hangs = std::future::pending::<Result<(), std::io::Error>>();
/// let late = with_deadline(timeout, LIMIT.run(hangs)).await.unwrap_err();
/// assert_eq!(late.refusal().unwrap().name(), "deadline");
/// # });
/// ```
pub fn with_deadline<F: Future>(deadline: impl Into<Deadline>, future: F) -> WithDeadline<F> {
    let deadline = deadline.into();
    WithDeadline { future, given: Some((limit(deadline), deadline)) }
}

/// Runs a closure with a deadline, as [`with_deadline`] polls a future. The closure is not interrupted: it can ask
/// [`deadline`](crate::deadline()) when to stop.
///
/// A sync timeout in it returns at the deadline, if that is before its own; if nothing is left, it does not run its body.
/// A breaker counts a call that returns after the deadline as it does below a `cooperative` timeout: as a failure if it
/// had at least half of the time.
///
/// ```
/// # use resilient_runtime as resilient;
/// use resilient::{RetryPolicy, with_deadline_blocking};
/// use std::time::Duration;
///
/// const RETRY: RetryPolicy =
///     RetryPolicy::new().base_delay(Duration::from_secs(60)).jitter(resilient::Jitter::None);
///
/// let mut attempts = 0;
/// let answer = with_deadline_blocking(Duration::from_secs(5), || {
///     RETRY.call(|| {
///         attempts += 1;
///         Err::<(), _>("no route")
///     })
/// });
/// // A delay of a minute does not begin.
/// assert_eq!((answer, attempts), (Err("no route"), 1));
/// ```
pub fn with_deadline_blocking<R>(deadline: impl Into<Deadline>, closure: impl FnOnce() -> R) -> R {
    let deadline = deadline.into();
    SyncLimit {
        limit: limit(deadline),
        at: deadline.real_time(),
        is_given: true,
        attempt: None,
        is_reported_above: false,
    }
    .within_others()
    .run(closure)
}

/// Carries the current deadline into a task: the future is polled as by [`with_deadline`], with the deadline that the
/// caller has, and refusals have the name and the length of the limit that set it. Without a deadline it is polled as it
/// is.
///
/// ```
/// # tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap().block_on(async {
/// # use resilient_runtime as resilient;
/// use resilient::{TimeoutPolicy, deadline, inherit};
/// use std::time::Duration;
///
/// const LIMIT: TimeoutPolicy = TimeoutPolicy::new(Duration::from_secs(5));
///
/// let both = LIMIT.run_infallible(async {
///     let in_a_task = tokio::spawn(inherit(async { deadline() })).await.unwrap();
///     (deadline(), in_a_task)
/// });
/// let (outside, in_a_task) = both.await.unwrap();
/// assert!(outside.is_some() && in_a_task.is_some());
/// # });
/// ```
pub fn inherit<F: Future>(future: F) -> WithDeadline<F> {
    WithDeadline { future, given: earliest().map(|around| (around.limit, around.deadline)) }
}

fn limit(deadline: Deadline) -> TimeLimit {
    TimeLimit::of(deadline.length(), NAME)
}

pin_project! {
    /// A future that is polled with a deadline. From [`with_deadline`] and [`inherit`].
    #[derive(Debug)]
    #[must_use = "futures do nothing unless awaited"]
    pub struct WithDeadline<F> {
        #[pin]
        future: F,
        given: Option<(TimeLimit, Deadline)>,
    }
}

impl<F: Future> Future for WithDeadline<F> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        let _polling = this.given.and_then(|(limit, deadline)| Polling::given(limit, deadline.on_clock()));
        this.future.poll(context)
    }
}
