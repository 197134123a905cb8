//! The table of an attribute's settings: a row for each, from which the attribute is read, described, checked and handed to
//! its policy.
//!
//! ```text
//! settings! {
//!     Bulkhead, SYNONYMS;
//!     max_concurrent: Value<u32> = MAX_CONCURRENT, at_least_one(10);
//!     max_wait: MaxWait = MAX_WAIT;
//!     map_err: Callable;
//! }
//! ```
//!
//! A row has the setting's name, its kind, the default if there is one, and the rule about its value if there is one. A
//! default that depends on the other settings stands behind `=>`, as a function of the attribute. What several settings
//! have to do with each other is not in the table.

mod kinds;

use proc_macro2::Ident;
use quote::ToTokens;
use syn::Expr;

use crate::describe::settings::{DescribedSettings, Shown};
use crate::diagnostics::Errors;
use crate::expand::policy::Policy;
use crate::model::Setting;
use crate::parse::setting::FromSetting;

/// A kind of value that settings have: what a row of the table needs to know about it.
pub(crate) trait SettingKind: FromSetting {
    /// Whether a policy holds it, so that another place may give it.
    const IN_POLICY: bool;

    /// The value for readers; nothing if they see it elsewhere.
    fn shown(value: &Self::Output) -> Option<Shown>;

    /// The expression that stands in place of a known value. It is a constant where the state is shared.
    fn expr(_value: &Self::Output) -> Option<&Expr> {
        None
    }

    /// What is evaluated in calls, even where the state is shared.
    fn in_calls(_value: &Self::Output) -> Option<&dyn ToTokens> {
        None
    }

    /// Calls the setter of this name, if a policy holds the value.
    fn set(_policy: &mut Policy<'_>, _setter: &str, _setting: &Setting<Self::Output>) {}
}

/// A setting of this kind, if it was given.
pub(crate) type Given<K> = Option<Setting<<K as FromSetting>::Output>>;

/// What an attribute knows from its table.
pub(crate) trait Table {
    /// The settings in effect. Those that were not written have their defaults if `defaults` says so or if no policy
    /// holds them.
    fn described(&self, defaults: bool) -> DescribedSettings;

    /// Whether a setting was given that a policy holds.
    fn gives_policy(&self) -> bool;

    /// The settings that are expressions in place of known values.
    fn exprs(&self) -> Vec<(&Ident, &Expr)>;

    /// What is evaluated in calls, even where the state is shared.
    fn in_calls(&self) -> Vec<&dyn ToTokens>;

    /// Checks each setting by its own rule.
    fn check_each(&self, errors: &mut Errors);

    /// Calls the setters of a policy in the order of the rows. `by_hand` is asked first, and says whether it did so itself.
    fn set_each(&self, policy: &mut Policy<'_>, by_hand: impl Fn(&str, &mut Policy<'_>) -> bool);

    /// Everything that is evaluated where no state is shared.
    fn evaluated(&self) -> Vec<&dyn ToTokens> {
        let exprs = self.exprs().into_iter().map(|(_, expr)| expr as &dyn ToTokens);
        exprs.chain(self.in_calls()).collect()
    }
}

/// Declares an attribute, its settings, and what it knows from them.
macro_rules! settings {
    (
        $(#[$about:meta])*
        $Layer:ident, $synonyms:expr;
        $($(#[$doc:meta])* $name:ident: $Kind:ty $(= $default:expr)? $(=> $dependent:expr)? $(, $rule:expr)?;)*
    ) => {
        $(#[$about])*
        // The fields are named after the settings.
        #[allow(clippy::struct_field_names)]
        pub(crate) struct $Layer {
            /// The attribute's own path or, inside it, the narrowest place that stands for the whole.
            pub(crate) span: ::proc_macro2::Span,
            $($(#[$doc])* pub(crate) $name: $crate::settings::Given<$Kind>,)*
        }

        const _: () = {
            use $crate::settings::used::*;

            impl Settings for $Layer {
                const SYNONYMS: &'static [Synonym] = $synonyms;
                const NAMES: &'static [&'static str] = &[$(stringify!($name)),*];

                fn read(span: Span, known: Known, errors: &mut Errors) -> Self {
                    #[derive(Default, FromMeta)]
                    struct Written {
                        $($name: Option<Read<$Kind>>,)*
                    }
                    let written: Written = known.by_darling();
                    Self { span, $($name: errors.take(written.$name),)* }
                }
            }

            impl Table for $Layer {
                fn described(&self, defaults: bool) -> DescribedSettings {
                    let mut settings = DescribedSettings::default();
                    $({
                        let default = None $(.or(Some($default.text())))? $(.or($dependent(self).map(|it| it.text())))?;
                        let default = default.filter(|_| defaults || !<$Kind>::IN_POLICY);
                        settings.row(stringify!($name), self.$name.as_ref().and_then(shown::<$Kind>), default);
                    })*
                    settings
                }

                fn gives_policy(&self) -> bool {
                    [$(<$Kind>::IN_POLICY && self.$name.is_some()),*].contains(&true)
                }

                fn exprs(&self) -> Vec<(&Ident, &Expr)> {
                    [$(self.$name.as_ref().and_then(expr::<$Kind>)),*].into_iter().flatten().collect()
                }

                fn in_calls(&self) -> Vec<&dyn ToTokens> {
                    [$(self.$name.as_ref().and_then(in_calls::<$Kind>)),*].into_iter().flatten().collect()
                }

                #[allow(unused_variables, reason = "there may be no rule")]
                fn check_each(&self, errors: &mut Errors) {
                    $($(if let Some(setting) = &self.$name {
                        $rule(setting, errors);
                    })?)*
                }

                fn set_each(&self, policy: &mut Policy<'_>, by_hand: impl Fn(&str, &mut Policy<'_>) -> bool) {
                    $(if let Some(setting) = &self.$name
                        && !by_hand(stringify!($name), policy)
                    {
                        <$Kind>::set(policy, stringify!($name), setting);
                    })*
                }
            }
        };
    };
}
pub(crate) use settings;

/// What the table's code uses.
pub(crate) mod used {
    pub(crate) use darling::FromMeta;
    pub(crate) use proc_macro2::{Ident, Span};
    pub(crate) use quote::ToTokens;
    pub(crate) use syn::Expr;

    pub(crate) use super::{SettingKind, Table};
    pub(crate) use crate::describe::settings::{DescribedSettings, Shown, Text};
    pub(crate) use crate::diagnostics::Errors;
    pub(crate) use crate::expand::policy::Policy;
    use crate::model::Setting;
    pub(crate) use crate::parse::setting::{Known, Read, Settings};
    pub(crate) use crate::parse::synonyms::Synonym;

    pub(crate) fn shown<K: SettingKind>(setting: &Setting<K::Output>) -> Option<Shown> {
        K::shown(&setting.value)
    }

    pub(crate) fn expr<K: SettingKind>(setting: &Setting<K::Output>) -> Option<(&Ident, &Expr)> {
        K::expr(&setting.value).map(|expr| (&setting.key, expr))
    }

    pub(crate) fn in_calls<K: SettingKind>(setting: &Setting<K::Output>) -> Option<&dyn ToTokens> {
        K::in_calls(&setting.value)
    }
}
