//! Finds what can never act on a function that returns no `Result`. Where the type does not show that, the generated
//! code lets the compiler decide.

use proc_macro2::Span;
use resilient_rules::refusal::Refusal;

use crate::facts::Facts;
use crate::facts::answered::Answered;

/// An attribute that needs errors to act on, and has none.
pub(crate) struct Idle {
    /// Where the error points.
    pub(crate) span: Span,
    pub(crate) message: &'static str,
}

/// The first attribute or setting that never acts if the function returns no `Result`.
pub(crate) fn first(layers: &[Facts]) -> Option<Idle> {
    let of_layer = |(index, layer): (usize, &Facts)| {
        let looking = layer.looks_at_errors.first().map(|key| Idle {
            span: key.span(),
            message: "this looks at the function's errors, and a function without a `Result` has none: remove it",
        });
        looking.or_else(|| attribute(layer, &layers[index + 1..]))
    };
    layers.iter().enumerate().find_map(of_layer)
}

/// The first attribute that never acts if the function returns no `Result`, its settings left aside.
pub(crate) fn first_attribute(layers: &[Facts]) -> Option<Idle> {
    layers.iter().enumerate().find_map(|(index, layer)| attribute(layer, &layers[index + 1..]))
}

fn attribute(layer: &Facts, below: &[Facts]) -> Option<Idle> {
    let acts_on = layer.acts_on_refusals.as_ref()?;
    let acts = refusing(below).any(|refusal| acts_on.which.contains(&refusal));
    (!acts).then_some(Idle { span: layer.span, message: acts_on.message })
}

/// The refusals that come up from there.
fn refusing(below: &[Facts]) -> impl Iterator<Item = Refusal> {
    let mut answered = Answered::default();
    below.iter().filter(move |layer| answered.passes(layer)).filter_map(Facts::made_refusal)
}
