//! What the function `on_hedge` is called with.

use std::fmt;

use crate::core::name::Escaped;

/// The argument of `on_hedge`, which is called before each attempt beside the first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct HedgeEvent<'a> {
    /// The path of the annotated function.
    pub name: &'a str,
    /// The attempt that starts now, counted from 1, so at least 2.
    pub attempt: u32,
    /// The number of attempts that the settings and the items allow, the first included.
    pub max_attempts: u32,
    /// Why it starts.
    pub why: HedgeReason,
}

/// Why another attempt starts. From [`HedgeEvent`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum HedgeReason {
    /// The latest attempt was still running after the delay.
    Slow,
    /// An attempt failed.
    Failed,
}

/// `my_crate::user: attempt 2 of 3, because the latest was slow`
impl fmt::Display for HedgeEvent<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { name, attempt, max_attempts, why } = self;
        let why = match why {
            HedgeReason::Slow => "the latest was slow",
            HedgeReason::Failed => "one failed",
        };
        write!(f, "{}: attempt {attempt} of {max_attempts}, because {why}", Escaped(name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_says_which_attempt_starts_and_why() {
        let event = |why| HedgeEvent { name: "a\nb", attempt: 2, max_attempts: 3, why }.to_string();
        assert_eq!(event(HedgeReason::Slow), r"a\nb: attempt 2 of 3, because the latest was slow");
        assert_eq!(event(HedgeReason::Failed), r"a\nb: attempt 2 of 3, because one failed");
    }
}
