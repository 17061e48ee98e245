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
    /// Reads the information lines of `ATI`. What is not there stays empty.
    pub(super) fn from_lines(lines: &[Vec<u8>]) -> Self {
        let mut texts = lines
            .iter()
            .map(|line| String::from_utf8_lossy(line).trim().into());
        let mut next = || texts.next().unwrap_or_else(String::new);
        let (manufacturer, model, revision) = (next(), next(), next());
        let revision = revision
            .strip_prefix("Revision:")
            .unwrap_or(&revision)
            .trim()
            .into();
        ModuleIdentity {
            manufacturer,
            model,
            revision,
        }
    }

    /// The dialect that such a module speaks, if it is a known one.
    pub fn dialect(&self) -> Option<&'static Dialect> {
        dialect::by_model(&self.model)
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
