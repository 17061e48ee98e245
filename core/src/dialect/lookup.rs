//! Finds a dialect by the name that a user typed.

use alloc::string::String;
use alloc::vec::Vec;

use super::{ALL, Dialect, by_name};

/// No dialect has this name, or no module either where a model may be named.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("unknown dialect {name:?}; there are {}", names())]
pub struct UnknownDialect {
    name: String,
}

impl UnknownDialect {
    /// Makes the error for a name that was looked up in another way.
    pub fn new(name: impl Into<String>) -> Self {
        UnknownDialect { name: name.into() }
    }

    /// Returns the name as it was given.
    pub fn name(&self) -> &str {
        &self.name
    }
}

fn names() -> String {
    let names: Vec<&str> = ALL.iter().map(|dialect| dialect.name).collect();
    names.join(", ")
}

/// Returns the dialect of this name; case makes no difference.
///
/// # Errors
///
/// [`UnknownDialect`], whose text lists the dialects.
pub fn find(name: &str) -> Result<&'static Dialect, UnknownDialect> {
    by_name(name).ok_or_else(|| UnknownDialect::new(name))
}

/// Returns the dialect of this name, or of a module of this model: `gsm`, `M95`, `ec2x`, `EC25-E`; case makes no
/// difference.
///
/// A model fits where its own letters and digits come first: `EC25-E` is an `EC25`, `EC250` is not.
///
/// # Errors
///
/// [`UnknownDialect`], whose text lists the dialects.
pub fn find_by_name_or_model(name: &str) -> Result<&'static Dialect, UnknownDialect> {
    if let Some(dialect) = by_name(name) {
        return Ok(dialect);
    }
    let models = ALL.iter().copied().flat_map(|dialect| {
        let models = dialect.identities.iter().map(|identity| identity.model);
        models.map(move |model| (dialect, model))
    });
    models
        .filter(|(_, model)| is_of_model(name, model))
        .max_by_key(|(_, model)| model.len())
        .map(|(dialect, _)| dialect)
        .ok_or_else(|| UnknownDialect::new(name))
}

/// Models without a digit are whole series, such as `EC`: too little to go by.
fn is_of_model(name: &str, model: &str) -> bool {
    let Some((head, tail)) = name.split_at_checked(model.len()) else {
        return false;
    };
    let is_series = !model.bytes().any(|byte| byte.is_ascii_digit());
    let goes_on = tail.starts_with(|next: char| next.is_ascii_digit());
    head.eq_ignore_ascii_case(model) && !is_series && !goes_on
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::string::ToString;

    #[test]
    fn dialects_are_found_by_name_and_by_model_in_any_case() {
        for (name, dialect) in [
            ("ec2x", "ec2x"),
            ("EC2X", "ec2x"),
            ("EC25", "ec2x"),
            ("ec25", "ec2x"),
            ("EC25-E", "ec2x"),
            ("EG91", "ec2x"),
            ("EC20", "ec20"),
            ("EC20F", "ec2x"),
            ("BG96", "bg96"),
            ("bg96", "bg96"),
            ("M95", "gsm"),
            ("Quectel_M95", "gsm"),
            ("mc60", "gsm"),
            ("NL668", "nl668"),
            ("NL668-EAU", "nl668"),
            ("nl661", "nl668"),
        ] {
            let found = find_by_name_or_model(name).map(|dialect| dialect.name);
            assert_eq!(found, Ok(dialect), "{name}");
        }
        for dialect in ALL {
            assert_eq!(find(dialect.name).expect("known").name, dialect.name);
        }
    }

    #[test]
    fn an_unknown_name_is_told_with_the_names_there_are() {
        for name in ["", "EC", "M", "ec99", "EC250", "\u{e9}c25", "SIM800"] {
            let error = find_by_name_or_model(name).expect_err(name);
            assert_eq!(error.name(), name);
            let text =
                alloc::format!("unknown dialect {name:?}; there are ec20, ec2x, bg96, gsm, nl668");
            assert_eq!(error.to_string(), text);
        }
        assert!(find("EC25").is_err_and(|error| error.name() == "EC25"));
    }
}
