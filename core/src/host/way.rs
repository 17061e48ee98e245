//! The ways in which a file goes over the line.

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

    /// Returns the way of this name.
    pub fn by_name(name: &str) -> Option<Self> {
        let mut all = Self::ALL.iter().copied();
        all.find(|way| way.name() == name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_come_back() {
        for way in TransferWay::ALL {
            assert_eq!(TransferWay::by_name(way.name()), Some(*way));
        }
        assert_eq!(TransferWay::by_name("Pieces"), None);
    }
}
