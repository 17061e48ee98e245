//! The ways in which a file goes over the line.

use alloc::string::String;
use core::str::FromStr;

/// The way in which a file goes over the line. Every dialect has the first one; [`TransferWay::Pieces`] is another one of
/// `nl668`, for firmware whose first one does not work.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum TransferWay {
    /// All of a file, or as much as the dialect takes at once, in data mode: FTPSTOR, FTPRETR, QFTPPUT, QFTPGET.
    #[default]
    Stream,
    /// In counted pieces without escapes, each a command of its own: FTPPUT, and FTPGET with FTPRECV (003 §1.2.18 to
    /// §1.2.20). An upload begins at the start of the file and is not empty.
    Pieces,
}

impl TransferWay {
    /// Lists all ways.
    pub const ALL: &'static [TransferWay] = &[TransferWay::Stream, TransferWay::Pieces];

    /// Returns the name for programs and documents.
    pub fn name(self) -> &'static str {
        match self {
            TransferWay::Stream => "stream",
            TransferWay::Pieces => "pieces",
        }
    }
}

/// A name that no way has.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the way {name:?} is unknown: there are \"stream\" and \"pieces\"")]
#[non_exhaustive]
pub struct UnknownWay {
    /// As it was given.
    pub name: String,
}

/// Reads the name of a way.
impl FromStr for TransferWay {
    type Err = UnknownWay;

    fn from_str(name: &str) -> Result<Self, UnknownWay> {
        let mut all = Self::ALL.iter().copied();
        all.find(|way| way.name() == name)
            .ok_or_else(|| UnknownWay { name: name.into() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_come_back() {
        for way in TransferWay::ALL {
            assert_eq!(way.name().parse(), Ok(*way));
        }
        let unknown = "Pieces".parse::<TransferWay>().unwrap_err().to_string();
        assert!(
            TransferWay::ALL
                .iter()
                .all(|way| unknown.contains(way.name()))
        );
    }
}
