//! A rule that settings share which name refusals.

use crate::diagnostics::Errors;
use crate::facts::Facts;
use crate::facts::answered::Answered;
use crate::facts::refusal::Refusal;
use crate::model::Setting;
use crate::validate::rules::Checked;

/// A refusal that is named can come from below `layer`.
pub(crate) fn occur(named: Option<&Setting<Vec<Refusal>>>, layer: &str, below: &[Checked], errors: &mut Errors) {
    let Some(named) = named else { return };
    let mut answered = Answered::default();
    let seen = below.iter().map(|it| it.facts).filter(|facts| answered.passes(facts));
    let seen: Vec<Refusal> = seen.filter_map(Facts::made_refusal).collect();
    for refusal in named.value.iter().filter(|refusal| !seen.contains(refusal)) {
        let attribute = match refusal {
            Refusal::RetriesExhausted => "retry(exhausted = wrap)",
            _ => refusal.attribute(),
        };
        let message = format!(
            "`{}` never reaches this `{layer}`: put a `{attribute}` below it and no `fallback` between, or remove the word",
            refusal.word(),
        );
        errors.at(named.key.span(), message);
    }
}
