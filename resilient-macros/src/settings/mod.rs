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
            $($(#[$doc])*
            pub(crate) $name: Option<$crate::model::Setting<<$Kind as $crate::parse::setting::FromSetting>::Output>>,)*
        }

        impl $crate::parse::setting::Settings for $Layer {
            const SYNONYMS: &'static [$crate::parse::synonyms::Synonym] = $synonyms;
            const NAMES: &'static [&'static str] = &[$(stringify!($name)),*];

            fn read(
                span: ::proc_macro2::Span,
                known: $crate::parse::setting::Known,
                errors: &mut $crate::diagnostics::Errors,
            ) -> Self {
                #[derive(Default, darling::FromMeta)]
                struct Written {
                    $($name: Option<$crate::parse::setting::Read<$Kind>>,)*
                }
                let written: Written = known.by_darling();
                Self { span, $($name: errors.take(written.$name),)* }
            }
        }

        impl $crate::settings::Table for $Layer {
            fn described(&self, defaults: bool) -> $crate::describe::settings::DescribedSettings {
                let mut settings = $crate::describe::settings::DescribedSettings::default();
                $({
                    let default = None
                        $(.or(Some($crate::describe::settings::Text::text(&$default))))?
                        $(.or($dependent(self).map(|it| $crate::describe::settings::Text::text(&it))))?;
                    let default = default.filter(|_| defaults || !<$Kind as $crate::settings::SettingKind>::IN_POLICY);
                    let shown = self.$name.as_ref().and_then(|it| <$Kind as $crate::settings::SettingKind>::shown(&it.value));
                    settings.row(stringify!($name), shown, default);
                })*
                settings
            }

            fn gives_policy(&self) -> bool {
                [$(<$Kind as $crate::settings::SettingKind>::IN_POLICY && self.$name.is_some()),*].contains(&true)
            }

            fn exprs(&self) -> Vec<(&::proc_macro2::Ident, &::syn::Expr)> {
                let exprs = [$(self.$name.as_ref().and_then(|it| {
                    <$Kind as $crate::settings::SettingKind>::expr(&it.value).map(|expr| (&it.key, expr))
                })),*];
                exprs.into_iter().flatten().collect()
            }

            fn in_calls(&self) -> Vec<&dyn ::quote::ToTokens> {
                let evaluated = [$(self.$name.as_ref().and_then(|it| {
                    <$Kind as $crate::settings::SettingKind>::in_calls(&it.value)
                })),*];
                evaluated.into_iter().flatten().collect()
            }

            #[allow(unused_variables, reason = "there may be no rule")]
            fn check_each(&self, errors: &mut $crate::diagnostics::Errors) {
                $($(if let Some(setting) = &self.$name {
                    $rule(setting, errors);
                })?)*
            }

            fn set_each(
                &self,
                policy: &mut $crate::expand::policy::Policy<'_>,
                by_hand: impl Fn(&str, &mut $crate::expand::policy::Policy<'_>) -> bool,
            ) {
                $(if let Some(setting) = &self.$name
                    && !by_hand(stringify!($name), policy)
                {
                    <$Kind as $crate::settings::SettingKind>::set(policy, stringify!($name), setting);
                })*
            }
        }
    };
}
pub(crate) use settings;
