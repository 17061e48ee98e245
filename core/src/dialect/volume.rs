//! The volumes of the module's own file store.

/// Names a volume of the module's own file store.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Volume {
    /// Flash, `UFS:`; a bare name is here.
    Ufs,
    /// Memory, `RAM:`.
    Ram,
    /// Memory card, `SD:`.
    Sd,
}

impl Volume {
    /// Returns the prefix of names, its colon included.
    pub fn prefix(self) -> &'static str {
        match self {
            Volume::Ufs => "UFS:",
            Volume::Ram => "RAM:",
            Volume::Sd => "SD:",
        }
    }

    /// Returns the prefix without its colon.
    pub fn name(self) -> &'static str {
        self.prefix().trim_end_matches(':')
    }
}
