//! A dialect of one's own: another one, and what differs from it.

use super::{BootLine, Command, Dialect, Identity, Setting, Volume};

/// Builds a dialect from another. Fields that are not named keep the base's value, fields of later versions too.
///
/// ```
/// use qftp::dialect::{Dialect, Identity, bg96};
///
/// static BG95: Dialect = Dialect::based_on(&bg96::BG96)
///     .with_name("bg95", "Quectel BG95")
///     .with_identities(&[Identity::new("Quectel", "BG95", "BG95M3LAR02A03")]);
/// assert_eq!(BG95.manual, "004");
/// ```
impl Dialect {
    /// Returns a copy of the base.
    pub const fn based_on(base: &Dialect) -> Self {
        *base
    }

    /// Sets the dialect's name, and the modules it is for in words.
    pub const fn with_name(self, name: &'static str, modules: &'static str) -> Self {
        Dialect {
            name,
            modules,
            ..self
        }
    }

    /// Sets what modules of this dialect print about themselves.
    ///
    /// # Panics
    ///
    /// At compile time if the list is empty: an emulator needs one model.
    pub const fn with_identities(self, identities: &'static [Identity]) -> Self {
        assert!(!identities.is_empty(), "a dialect has at least one model");
        Dialect { identities, ..self }
    }

    /// Sets the command tables, FTP first.
    pub const fn with_commands(self, commands: &'static [&'static [Command]]) -> Self {
        Dialect { commands, ..self }
    }

    /// Sets the settings of `AT+QFTPCFG`.
    pub const fn with_settings(self, settings: &'static [Setting]) -> Self {
        Dialect { settings, ..self }
    }

    /// Sets the volumes of the module's own file store.
    pub const fn with_stores(self, stores: &'static [Volume]) -> Self {
        Dialect { stores, ..self }
    }

    /// Sets the lines that the module says while it starts.
    pub const fn with_banner(self, banner: &'static [BootLine]) -> Self {
        Dialect { banner, ..self }
    }
}

impl Identity {
    /// Builds an identity from what `AT+CGMI`, `AT+CGMM` and `AT+CGMR` print.
    pub const fn new(
        manufacturer: &'static str,
        model: &'static str,
        revision: &'static str,
    ) -> Self {
        Identity {
            manufacturer,
            model,
            alias: model,
            revision,
            stores: None,
        }
    }

    /// Sets the model as users type it.
    pub const fn with_alias(self, alias: &'static str) -> Self {
        Identity { alias, ..self }
    }

    /// Sets the places for files, where the model has not all of its dialect.
    pub const fn with_stores(self, stores: &'static [Volume]) -> Self {
        Identity {
            stores: Some(stores),
            ..self
        }
    }
}
