//! The table of an attribute's settings: a row for each, from which the attribute is read, described, checked and
//! handed to its policy.
//!
//! ```text
//! settings! {
//!     Attribute, SYNONYMS;
//!     max_calls: Value<u32> = MAX_CALLS, at_least_one(10);
//!     max_time: Value<Duration> = MAX_TIME;
//!     map_err: Callable;
//! }
//! ```
//!
//! A row has the setting's name, its kind, the default if there is one, and the rule about its value if there is one. A
//! default that depends on the other settings stands behind `=>`, as a function of the attribute. What several settings
//! have to do with each other is not in the table.
//!
//! `Attribute, SYNONYMS, held;` is for an attribute whose state may be given by an expression without a name.

mod kinds;
pub(crate) mod refusals;

use proc_macro2::Ident;
use quote::ToTokens;
use syn::Expr;

use crate::describe::settings::{DescribedSettings, Shown};
use crate::diagnostics::Errors;
use crate::expand::policy::Policy;
use crate::model::Setting;
use crate::parse::setting::FromSetting;

/// A value that a setting has.
pub(crate) trait SettingValue {
    /// For readers; nothing if they see it elsewhere.
    fn shown(&self) -> Option<Shown>;

    /// The expression that is evaluated to have it or to use it.
    fn expr(&self) -> Option<&Expr> {
        None
    }
}

/// What a setting is a part of.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Part {
    /// A policy, which another place may give. It is a constant where the state is shared.
    Policy,
    /// The state, as its name, which is a constant.
    State,
    /// Each call.
    Call,
}

/// A kind of setting: how it is read, and how a policy gets it.
pub(crate) trait SettingKind: FromSetting<Output: SettingValue> {
    const PART: Part = Part::Call;

    /// Calls the setter of this name, if it is part of a policy.
    fn set(_policy: &mut Policy<'_>, _setter: &str, _setting: &Setting<Self::Output>) {}
}

/// A setting of this kind, if it was given.
pub(crate) type Given<K> = Option<Setting<<K as FromSetting>::Output>>;

/// What an attribute knows from its table.
pub(crate) trait Table {
    /// The settings in effect. Those that were not written have their defaults; `defaults` says whether those of the
    /// policy do.
    fn described(&self, defaults: bool) -> DescribedSettings;

    /// Whether a part of the policy was given.
    fn gives_policy(&self) -> bool;

    /// The keys of the settings that were given, and what these are a part of.
    fn keys(&self) -> Vec<(Part, &Ident)>;

    /// The keys of the settings that were given of the state, its policy included.
    fn state_settings(&self) -> Vec<&Ident> {
        let keys = self.keys().into_iter().filter(|(part, _)| *part != Part::Call);
        keys.map(|(_, key)| key).collect()
    }

    /// The keys of the settings that were given of calls.
    fn call_settings(&self) -> Vec<&Ident> {
        let keys = self.keys().into_iter().filter(|(part, _)| *part == Part::Call);
        keys.map(|(_, key)| key).collect()
    }

    /// The expressions of settings, and what these are a part of.
    fn exprs(&self) -> Vec<(Part, &Ident, &Expr)>;

    /// The expressions that are constants where the state is shared.
    fn constants(&self) -> Vec<(&Ident, &Expr)> {
        let exprs = self.exprs().into_iter().filter(|(part, ..)| *part != Part::Call);
        exprs.map(|(_, key, expr)| (key, expr)).collect()
    }

    /// The expressions that are evaluated in calls where the state is shared.
    fn evaluated_in_calls(&self) -> Vec<&dyn ToTokens> {
        let exprs = self.exprs().into_iter().filter(|(part, ..)| *part == Part::Call);
        exprs.map(|(_, _, expr)| expr as &dyn ToTokens).collect()
    }

    /// The expressions that are evaluated in calls where no state is shared.
    fn evaluated(&self) -> Vec<&dyn ToTokens> {
        self.exprs().into_iter().map(|(_, _, expr)| expr as &dyn ToTokens).collect()
    }

    /// Checks each setting by its own rule.
    fn check_each(&self, errors: &mut Errors);

    /// Calls the setters of a policy in the order of the rows. `by_hand` is asked first, and says whether it did so
    /// itself.
    fn set_each(&self, policy: &mut Policy<'_>, by_hand: impl Fn(&str, &mut Policy<'_>) -> bool);
}

/// Declares an attribute, its settings, and what it knows from them.
macro_rules! settings {
    (
        $(#[$about:meta])*
        $Layer:ident, $synonyms:expr $(, $held:ident)?;
        $($(#[$doc:meta])* $name:ident: $Kind:ty $(= $default:expr)? $(=> $dependent:expr)? $(, $rule:expr)?;)*
    ) => {
        $(#[$about])*
        // The fields are named after the settings.
        #[allow(clippy::struct_field_names)]
        pub(crate) struct $Layer {
            /// The attribute's own path or, inside it, the narrowest place that stands for the whole.
            pub(crate) span: ::proc_macro2::Span,
            $(
                /// The handle or the value that has the state.
                pub(crate) $held: Option<::syn::Expr>,
            )?
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
                    Self { span, $($held: None,)? $($name: errors.take(written.$name),)* }
                }
            }

            impl Table for $Layer {
                fn described(&self, defaults: bool) -> DescribedSettings {
                    let mut settings = DescribedSettings::default();
                    $({
                        let default = None $(.or(Some($default.text())))? $(.or($dependent(self).map(|it| it.text())))?;
                        let default = default.filter(|_| defaults || <$Kind>::PART != Part::Policy);
                        settings.row(stringify!($name), self.$name.as_ref().and_then(|it| it.value.shown()), default);
                    })*
                    settings
                }

                fn gives_policy(&self) -> bool {
                    [$(<$Kind>::PART == Part::Policy && self.$name.is_some()),*].contains(&true)
                }

                fn keys(&self) -> Vec<(Part, &Ident)> {
                    [$(self.$name.as_ref().map(|it| (<$Kind>::PART, &it.key))),*].into_iter().flatten().collect()
                }

                fn exprs(&self) -> Vec<(Part, &Ident, &Expr)> {
                    [$(self.$name.as_ref().and_then(expr::<$Kind>)),*].into_iter().flatten().collect()
                }

                fn check_each(&self, errors: &mut Errors) {
                    refuse_awaits(&self.exprs(), errors);
                    $($(if let Some(setting) = &self.$name {
                        $rule(setting, errors);
                    })?)*
                }

                fn set_each(&self, policy: &mut Policy<'_>, by_hand: impl Fn(&str, &mut Policy<'_>) -> bool) {
                    $(if let Some(setting) = &self.$name {
                        policy.set_one(stringify!($name), |policy| {
                            if !by_hand(stringify!($name), policy) {
                                <$Kind>::set(policy, stringify!($name), setting);
                            }
                        });
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
    use quote::ToTokens;
    pub(crate) use syn::Expr;

    pub(crate) use super::{Part, SettingKind, SettingValue, Table};
    pub(crate) use crate::describe::settings::{DescribedSettings, Text};
    pub(crate) use crate::diagnostics::Errors;
    pub(crate) use crate::expand::policy::Policy;
    use crate::model::Setting;
    pub(crate) use crate::parse::setting::{Known, Read, Settings};
    pub(crate) use crate::parse::synonyms::Synonym;
    use crate::tokens::awaits;

    /// The expression of a setting of this kind, and what it is a part of.
    pub(crate) fn expr<K: SettingKind>(setting: &Setting<K::Output>) -> Option<(Part, &Ident, &Expr)> {
        setting.value.expr().map(|expr| (K::PART, &setting.key, expr))
    }

    /// Settings are evaluated where the layer decides, which is no place to wait.
    pub(crate) fn refuse_awaits(exprs: &[(Part, &Ident, &Expr)], errors: &mut Errors) {
        for (_, key, expr) in exprs {
            for place in awaits(expr.to_token_stream()) {
                let message = format!(
                    "`{key}` is evaluated by the attribute, which cannot await: await in a function that calls this one, and \
                     take the value as an argument",
                );
                errors.at(place, message);
            }
        }
    }
}
