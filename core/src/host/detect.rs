//! Which module is on the line.
//!
//! `ATI` answers with manufacturer, model and revision, a line each (NEIGHBOURS 7); the model gives the dialect by the
//! longest known name that it starts with.

use alloc::string::String;
use alloc::vec::Vec;

use crate::dialect::{self, Dialect};

/// What a module says of itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ModuleIdentity {
    /// `Quectel`
    pub manufacturer: String,
    /// `EC25`
    pub model: String,
    /// `EC25EFAR06A17M4G`
    pub revision: String,
}

impl ModuleIdentity {
    /// Reads the information lines of `ATI`: in order, or each by its label (`Manufacturer: `, Fibocom). What is not
    /// there stays empty.
    pub(super) fn from_lines(lines: &[Vec<u8>]) -> Self {
        let texts: Vec<String> = lines
            .iter()
            .map(|line| String::from_utf8_lossy(line).trim().into())
            .collect();
        let labelled = |label: &str| {
            let found = texts.iter().find_map(|text| text.strip_prefix(label));
            found.map(|text| String::from(text.trim()))
        };
        let at = |index: usize| texts.get(index).cloned().unwrap_or_default();
        if let Some(manufacturer) = labelled("Manufacturer:") {
            return ModuleIdentity {
                manufacturer,
                model: labelled("Model:").unwrap_or_default(),
                revision: labelled("Revision:").unwrap_or_default(),
            };
        }
        ModuleIdentity {
            manufacturer: at(0),
            model: at(1),
            revision: labelled("Revision:").unwrap_or_else(|| at(2)),
        }
    }

    /// Reads the answer to `AT+CGMM`.
    pub(super) fn take_model(&mut self, lines: &[Vec<u8>]) {
        take(&mut self.model, lines, "+CGMM:");
    }

    /// Reads the answer to `AT+CGMI`.
    pub(super) fn take_manufacturer(&mut self, lines: &[Vec<u8>]) {
        take(&mut self.manufacturer, lines, "+CGMI:");
    }

    /// The dialect that such a module speaks, if it is a known one.
    pub fn dialect(&self) -> Option<&'static Dialect> {
        dialect::by_model(&self.model)
    }
}

/// A bare line, or one behind the command's name, maybe in quotes.
fn take(what: &mut String, lines: &[Vec<u8>], name: &str) {
    if let Some(line) = lines.first() {
        let text = String::from_utf8_lossy(line);
        let text = text.strip_prefix(name).unwrap_or(&text);
        *what = text.trim().trim_matches('"').into();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_model_gives_the_dialect() {
        let models = [
            ("EC20", "ec20"),
            ("EC20F", "ec2x"),
            ("EC25", "ec2x"),
            ("EG25", "ec2x"),
            ("EG800K", "ec2x"),
            ("BG96", "bg96"),
        ];
        for (model, name) in models {
            let lines = [b"Quectel".to_vec(), model.into(), b"Revision: X1".to_vec()];
            let identity = ModuleIdentity::from_lines(&lines);
            assert_eq!(
                identity.dialect().map(|dialect| dialect.name),
                Some(name),
                "{model}"
            );
            assert_eq!(identity.revision, "X1");
        }
        assert!(ModuleIdentity::from_lines(&[]).dialect().is_none());
    }
}
