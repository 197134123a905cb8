//! Some of a layer's settings, which a configuration gives in place of those that the layer computes in each call.

/// Settings, and which of them count.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Part<P> {
    pub(crate) settings: P,
    pub(crate) given: Given,
}

/// Which settings are given, by their places in the list of all: a bit for each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Given(u16);

impl Given {
    /// All, which no configuration gives one by one: the layer is switched off.
    pub(crate) const OFF: Self = Self(u16::MAX);

    /// Those of the list that `is_given`.
    pub(crate) fn of(list: &[&str], is_given: impl Fn(&str) -> bool) -> Self {
        let places = list.iter().enumerate().filter(|(_, name)| is_given(name));
        Self(places.fold(0, |given, (place, _)| given | 1 << place))
    }

    /// What is given for the setting at this place, or else what was `computed`.
    pub(crate) const fn pick<T: Copy>(self, place: usize, computed: T, given: T) -> T {
        if self.0 & 1 << place == 0 { computed } else { given }
    }
}

#[cfg(all(test, not(resilient_loom)))]
mod tests {
    use super::*;

    #[test]
    fn what_is_given_is_picked() {
        let given = Given::of(&["a", "b", "c"], |name| name != "b");
        assert_eq!([0, 1, 2].map(|place| given.pick(place, "computed", "given")), ["given", "computed", "given"]);
        assert!((0..16).all(|place| Given::OFF.pick(place, false, true)));
    }
}
