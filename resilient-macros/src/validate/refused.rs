//! A rule that settings share which name refusals.

use resilient_rules::refusal::Refusal;
use resilient_rules::refusal::never_reaches;

use crate::diagnostics::Errors;
use crate::facts::Facts;
use crate::facts::answered::Answered;
use crate::model::Setting;
use crate::validate::rules::Checked;

/// A refusal that is named can come from below `layer`.
pub(crate) fn occur(named: Option<&Setting<Vec<Refusal>>>, layer: &str, below: &[Checked], errors: &mut Errors) {
    let Some(named) = named else { return };
    let mut answered = Answered::default();
    let seen = below.iter().map(|it| it.facts).filter(|facts| answered.passes(facts));
    let seen: Vec<Refusal> = seen.filter_map(Facts::made_refusal).collect();
    for refusal in named.value.iter().filter(|refusal| !seen.contains(refusal)) {
        errors.at(named.key.span(), never_reaches(*refusal, layer));
    }
}
