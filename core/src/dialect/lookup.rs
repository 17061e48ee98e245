//! Finds a dialect by the name that a user typed.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use super::{ALL, Dialect, Identity, by_name};

/// No dialect has this name, or no module either where a model may be named.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("unknown dialect {}{name:?}; there are {}", if *.models { "or model " } else { "" }, names(*.models))]
pub struct UnknownDialect {
    name: String,
    /// The name could have been that of a model.
    models: bool,
}

impl UnknownDialect {
    /// Makes the error for a name that was looked up in another way.
    pub fn new(name: impl Into<String>) -> Self {
        UnknownDialect {
            name: name.into(),
            models: false,
        }
    }

    /// Returns the name as it was given.
    pub fn name(&self) -> &str {
        &self.name
    }
}

/// Lists the dialects, each with its models where they are wanted.
fn names(models: bool) -> String {
    let names = ALL.iter().map(|dialect| {
        if !models {
            return dialect.name.into();
        }
        let models = dialect.identities.iter();
        let models = models.filter(|model| !model.is_series());
        let models: Vec<&str> = models.map(|model| model.alias).collect();
        format!("{} ({})", dialect.name, models.join(", "))
    });
    names.collect::<Vec<String>>().join(", ")
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
/// [`UnknownDialect`], whose text lists the dialects and their models.
pub fn find_by_name_or_model(name: &str) -> Result<&'static Dialect, UnknownDialect> {
    find_model(name).map(|(dialect, _)| dialect)
}

/// Returns the model of this name with its dialect, as [`find_by_name_or_model`] finds it. The name of a dialect stands
/// for its first model.
///
/// # Errors
///
/// [`UnknownDialect`], whose text lists the dialects and their models.
pub fn find_model(name: &str) -> Result<(&'static Dialect, &'static Identity), UnknownDialect> {
    if let Some(dialect) = by_name(name)
        && let Some(model) = dialect.identities.first()
    {
        return Ok((dialect, model));
    }
    let models = ALL.iter().copied().flat_map(|dialect| {
        let models = dialect.identities.iter();
        models.map(move |model| (dialect, model))
    });
    models
        .filter_map(|(dialect, model)| Some((is_of_model(name, model)?, dialect, model)))
        .max_by_key(|(length, ..)| *length)
        .map(|(_, dialect, model)| (dialect, model))
        .ok_or_else(|| UnknownDialect {
            name: name.into(),
            models: true,
        })
}

/// Returns how much of a name is the model's; `None`: it is another model. A series is too little to go by.
fn is_of_model(name: &str, model: &Identity) -> Option<usize> {
    let names = [model.model, model.alias].into_iter();
    let fits = |known: &&str| {
        let Some((head, tail)) = name.split_at_checked(known.len()) else {
            return false;
        };
        let goes_on = tail.starts_with(|next: char| next.is_ascii_digit());
        head.eq_ignore_ascii_case(known) && !model.is_series() && !goes_on
    };
    names.filter(fits).map(str::len).max()
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
            ("L610", "nl668"),
            ("EC200U", "ec2x"),
            ("ec200u-cn", "ec2x"),
            ("EG915U", "ec2x"),
            ("eg800k", "ec2x"),
            ("bg95", "bg96"),
            ("BG95-M3", "bg96"),
        ] {
            let found = find_by_name_or_model(name).map(|dialect| dialect.name);
            assert_eq!(found, Ok(dialect), "{name}");
        }
        for dialect in ALL {
            assert_eq!(find(dialect.name).expect("known").name, dialect.name);
        }
    }

    #[test]
    fn a_model_is_found_by_its_alias_and_a_dialect_stands_for_its_first() {
        for (name, model) in [
            ("m10", "Quectel_M10"),
            ("Quectel_M10", "Quectel_M10"),
            ("mc60", "Quectel_MC60"),
            ("gsm", "Quectel_M33"),
            ("eg95", "EG95"),
            ("EC25-E", "EC25"),
            ("nl668", "NL668-EAU"),
            ("NL661", "NL661"),
        ] {
            let found = find_model(name).map(|(_, identity)| identity.model);
            assert_eq!(found, Ok(model), "{name}");
        }
    }

    #[test]
    fn an_unknown_name_is_told_with_the_names_there_are() {
        for name in [
            "",
            "EC",
            "M",
            "ec99",
            "EC250",
            "\u{e9}c25",
            "SIM800",
            "UC20",
        ] {
            let error = find_by_name_or_model(name).expect_err(name);
            assert_eq!(error.name(), name);
            let start = format!(
                "unknown dialect or model {name:?}; there are ec20 (EC20), ec2x (EC25, EC21, "
            );
            let text = error.to_string();
            assert!(text.starts_with(&start), "{text}");
            assert!(
                text.ends_with("), nl668 (NL668-EAU, NL668, NL661, L610)"),
                "{text}"
            );
        }
        let error = find("ec99").expect_err("unknown").to_string();
        assert_eq!(
            error,
            "unknown dialect \"ec99\"; there are ec20, ec2x, bg96, gsm, nl668"
        );
        assert!(find("EC25").is_err_and(|error| error.name() == "EC25"));
    }
}
