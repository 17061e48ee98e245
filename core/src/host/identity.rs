//! The identity of the module on the line.
//!
//! `ATI` answers with manufacturer, model and revision, a line each (COMMON 7); the model gives the dialect by the
//! longest known name that it starts with.

use alloc::string::String;
use alloc::vec::Vec;

use crate::dialect::{self, Dialect};

/// The identity that a module reports.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct ModuleIdentity {
    /// The manufacturer, as in `Quectel`.
    pub manufacturer: String,
    /// The model, as in `EC25`.
    pub model: String,
    /// The revision, as in `EC25EFAR06A17M4G`.
    pub revision: String,
}

impl ModuleIdentity {
    /// Reads the information lines of `ATI`: in order, or each by its label (`Manufacturer: `, Fibocom). A part that is
    /// missing stays empty.
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

    /// Returns the dialect that such a module speaks, if it is a known one.
    pub fn dialect(&self) -> Option<&'static Dialect> {
        dialect::by_model(&self.model).or_else(|| dialect::by_manufacturer(&self.manufacturer))
    }
}

/// Reads a bare line, or one behind the command's name, maybe in quotes.
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

    fn lines(lines: &[&str]) -> Vec<Vec<u8>> {
        lines.iter().map(|line| line.as_bytes().to_vec()).collect()
    }

    fn name(identity: &ModuleIdentity) -> Option<&'static str> {
        identity.dialect().map(|dialect| dialect.name)
    }

    #[test]
    fn the_model_gives_the_dialect() {
        let models = [
            ("Quectel", "EC20", Some("ec20")),
            ("Quectel", "EC20F", Some("ec2x")),
            ("Quectel", "EC25", Some("ec2x")),
            ("Quectel", "EG25", Some("ec2x")),
            ("Quectel", "EG800K", Some("ec2x")),
            ("Quectel", "EM05", Some("ec2x")),
            ("Quectel", "BG96", Some("bg96")),
            ("Quectel_Ltd", "Quectel_M10", Some("gsm")),
            ("Quectel_Ltd", "Quectel_M95", Some("gsm")),
            ("Quectel_Ltd", "M26", Some("gsm")),
            // A model that no table names, of a maker with one dialect, and of one with several.
            ("Quectel_Ltd", "X1", Some("gsm")),
            ("Quectel", "X1", None),
            ("SIMCOM INCORPORATED", "SIM800", None),
        ];
        for (manufacturer, model, dialect) in models {
            let identity =
                ModuleIdentity::from_lines(&lines(&[manufacturer, model, "Revision: R1"]));
            assert_eq!(name(&identity), dialect, "{model}");
            assert_eq!(identity.revision, "R1");
        }
        assert!(ModuleIdentity::from_lines(&[]).dialect().is_none());
    }

    /// Uses lines of a real dongle (COMMON 7).
    #[test]
    fn labels_are_read_in_any_order() {
        let identity = ModuleIdentity::from_lines(&lines(&[
            "Manufacturer: Fibocom Wireless Inc.",
            "Model: NL668T-GL",
            "Revision: 19906.5090.00.02.00.23",
            "ESN: +GSN: 0x0",
            "+GCAP: +CGSM",
        ]));
        assert_eq!(identity.model, "NL668T-GL");
        assert_eq!(identity.revision, "19906.5090.00.02.00.23");
        assert_eq!(name(&identity), Some("nl668"));
    }

    #[test]
    fn model_and_maker_are_found_behind_their_commands_too() {
        let mut identity = ModuleIdentity::default();
        identity.take_model(&lines(&["+CGMM: \"NL661-EU\""]));
        assert_eq!(name(&identity), Some("nl668"));
        identity.take_model(&lines(&["something new"]));
        assert_eq!(name(&identity), None);
        identity.take_manufacturer(&lines(&["Fibocom Wireless Inc."]));
        assert_eq!(name(&identity), Some("nl668"));
    }
}
