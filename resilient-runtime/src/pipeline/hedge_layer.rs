//! A hedge as a layer of a pipeline.

use std::any::Any;
use std::sync::Arc;

use crate::core::error::Failure;
use crate::core::name::Name;
use crate::hedge::course::{Course, Terms};
use crate::hedge::event::HedgeEvent;
use crate::hedge::hedge::Hedge;
use crate::pipeline::filters::Predicate;
use crate::pipeline::into_layer::Shared;
use crate::retry_budget::budget::RetryBudget;

type OnHedge = Arc<dyn Fn(&HedgeEvent<'_>) + Send + Sync>;

pub(super) struct HedgeLayer<E> {
    pub(super) hedge: Shared<Hedge>,
    /// Keeps what the first attempt failed with, and gives it back.
    pub(super) keep: fn(Failure<E>) -> Kept,
    pub(super) give: fn(Kept) -> Failure<E>,
    /// A budget that it shares with others, in place of its own.
    pub(super) budget: Option<Shared<RetryBudget>>,
    /// After which errors another attempt starts; every one without a filter.
    pub(super) worth_it: Option<Predicate<E>>,
    pub(super) on_hedge: Option<OnHedge>,
}

/// What the first attempt failed with, while others run. Its type is erased, so that the future of a call is `Send` also
/// where that type is not, in pipelines without a hedge.
pub(super) type Kept = Box<dyn Any + Send>;

impl<E: Send + 'static> HedgeLayer<E> {
    pub(super) fn new(hedge: Shared<Hedge>) -> Self {
        let give = |kept: Kept| match kept.downcast::<Failure<E>>() {
            Ok(failure) => *failure,
            Err(_) => unreachable!("it was kept by this layer"),
        };
        Self { hedge, keep: |failure| Box::new(failure), give, budget: None, worth_it: None, on_hedge: None }
    }
}

impl<E> HedgeLayer<E> {
    /// What a call goes by.
    pub(super) fn terms(&self) -> Terms<'_> {
        match &self.budget {
            Some(budget) => Terms::within(Some(&self.hedge), Some(budget)),
            None => Terms::of(Some(&self.hedge)),
        }
    }

    /// Whether another attempt starts after this error.
    pub(super) fn is_worth_it(&self, error: &E) -> bool {
        self.worth_it.as_ref().is_none_or(|is_worth_it| is_worth_it(error))
    }

    /// Calls the observer before another attempt.
    pub(super) fn observe<X>(&self, name: Name, course: &Course<'_, X>) {
        if let Some(observer) = &self.on_hedge {
            course.observe(name, |event| observer(event));
        }
    }
}
