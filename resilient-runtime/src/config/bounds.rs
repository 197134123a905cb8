//! How far a configuration may go.

use std::time::Duration;

use crate::config::value::Given;
use crate::registry::functions::LayerKind;

/// The most of some settings. The retry's attempts have one of 1,000, durations one of 24 hours.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Bounds(Vec<Bound>);

#[derive(Clone, Debug, PartialEq)]
struct Bound {
    /// `layer.setting`
    setting: String,
    most: Given,
}

const MOST_ATTEMPTS: u32 = 1_000;
const LONGEST: Duration = Duration::from_secs(24 * 3_600);

impl Bounds {
    pub(super) fn add(&mut self, setting: &str, most: &str) {
        self.0.push(Bound { setting: setting.to_owned(), most: Given::Variable(most.to_owned()) });
    }

    /// The settings of bounds that no layer has, and bounds that are no values.
    pub(super) fn wrong(&self) -> impl Iterator<Item = String> {
        self.0.iter().filter_map(|bound| {
            let Bound { setting, most } = bound;
            let known = setting.split_once('.').and_then(|(layer, setting)| Some((LayerKind::named(layer)?, setting)));
            let is_known = known.is_some_and(|(kind, setting)| super::settings::names(kind).contains(&setting));
            let is_value = most.duration().is_ok() || most.number().is_ok();
            let message = format!("a bound of `{}` is no bound: `{most}`", setting.escape_debug());
            (!is_known || !is_value).then_some(message)
        })
    }

    /// What is wrong with a value that is too much.
    pub(super) fn check(&self, kind: LayerKind, setting: &str, given: &Given) -> Result<(), String> {
        if given.duration().is_ok_and(|duration| duration > LONGEST) {
            return Err("a configuration may give 24 hours at most".to_owned());
        }
        if (kind, setting) == (LayerKind::Retry, "max_attempts")
            && given.count().is_ok_and(|count| count > MOST_ATTEMPTS)
        {
            return Err(format!("a configuration may give {MOST_ATTEMPTS} attempts at most"));
        }
        let name = format!("{kind}.{setting}");
        for Bound { most, .. } in self.0.iter().filter(|bound| bound.setting == name) {
            let is_longer = matches!((given.duration(), most.duration()), (Ok(given), Ok(most)) if given > most);
            let is_more = matches!((given.number(), most.number()), (Ok(given), Ok(most)) if given > most);
            let is_unlimited = given.word() == Ok("unlimited");
            if is_longer || is_more || is_unlimited {
                return Err(format!("the program's bound of `{name}` is {most}"));
            }
        }
        Ok(())
    }
}
