//! What a configuration makes of the layers of functions. Without the feature `config` nothing does.

#[cfg(feature = "config")]
pub(super) use configured::Effective;
#[cfg(not(feature = "config"))]
pub(super) use written::Effective;

#[cfg(feature = "config")]
mod configured {
    use std::ptr;

    use crate::config::{self, EffectiveFunction, EffectiveLayer};
    use crate::registry::functions::{Function, Layer, WorstCase};
    use crate::registry::subjects::Address;
    use crate::snapshot::functions::SettingSnapshot;

    /// What is in force.
    pub(in crate::snapshot) struct Effective {
        functions: Vec<EffectiveFunction>,
        /// Those that it has changed.
        layers: Vec<EffectiveLayer>,
    }

    impl Effective {
        pub(in crate::snapshot) fn now() -> Self {
            let config::Effective { functions, layers } = config::effective();
            let is_changed = |layer: &EffectiveLayer| {
                !layer.is_enabled() || layer.settings().iter().any(|setting| setting.origin().is_some())
            };
            Self { functions, layers: layers.into_iter().filter(is_changed).collect() }
        }

        /// How long a call can take at most.
        pub(in crate::snapshot) fn worst_case(&self, function: &'static Function) -> WorstCase {
            let known = self.functions.iter().find(|known| ptr::eq(known.function(), function));
            known.map_or_else(|| function.worst_case(), EffectiveFunction::worst_case)
        }

        /// Changes the settings of the layer that a configuration gives. Returns whether the layer acts.
        pub(in crate::snapshot) fn change(
            &self,
            function: &'static Function,
            layer: &Layer,
            settings: &mut Vec<SettingSnapshot>,
        ) -> bool {
            let address = Address::of(function, layer);
            let is_it = |known: &&EffectiveLayer| known.kind == layer.kind() && known.address == address;
            let Some(known) = self.layers.iter().find(is_it) else {
                return true;
            };
            for setting in known.settings().iter().filter(|setting| setting.origin().is_some()) {
                let origin = setting.origin().map(str::to_owned);
                let new =
                    SettingSnapshot { name: setting.name().to_owned(), value: setting.value().to_owned(), origin };
                match settings.iter_mut().find(|old| old.name == new.name) {
                    Some(old) => *old = new,
                    None => settings.push(new),
                }
            }
            known.is_enabled()
        }
    }
}

#[cfg(not(feature = "config"))]
mod written {
    use crate::registry::functions::{Function, Layer, WorstCase};
    use crate::snapshot::functions::SettingSnapshot;

    /// What is written.
    pub(in crate::snapshot) struct Effective;

    impl Effective {
        pub(in crate::snapshot) const fn now() -> Self {
            Self
        }

        /// How long a call can take at most.
        #[expect(clippy::unused_self, reason = "with the feature it finds what a configuration makes of it")]
        pub(in crate::snapshot) const fn worst_case(&self, function: &'static Function) -> WorstCase {
            function.worst_case()
        }

        /// Changes nothing: the layer acts as it is written.
        #[expect(clippy::unused_self, reason = "with the feature it finds what a configuration gives")]
        pub(in crate::snapshot) const fn change(
            &self,
            _: &'static Function,
            _: &Layer,
            _: &mut Vec<SettingSnapshot>,
        ) -> bool {
            true
        }
    }
}
