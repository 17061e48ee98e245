//! The quirks that modules of a dialect can have, by its family.

use crate::dialect::Dialect;
use crate::module::quirks::{QuirkError, Quirks};

impl Quirks {
    /// Returns the quirks that modules of this dialect can have.
    pub fn all_of(dialect: &Dialect) -> Self {
        let own = super::of(dialect.family).quirks();
        own.iter().copied().fold(Self::MANUAL, Quirks::with)
    }

    /// Keeps the quirks that modules of this dialect can have.
    #[must_use]
    pub fn within(self, dialect: &Dialect) -> Self {
        self.common(Self::all_of(dialect))
    }

    /// Checks that modules of this dialect can have these quirks.
    ///
    /// # Errors
    ///
    /// Returns [`QuirkError::Elsewhere`] for the first quirk that they cannot have.
    pub fn check(self, dialect: &Dialect) -> Result<Self, QuirkError> {
        let own = Self::all_of(dialect);
        match self.known().find(|known| !own.has(known.quirk)) {
            None => Ok(self),
            Some(known) => Err(QuirkError::Elsewhere {
                name: known.name,
                dialect: dialect.name,
                available: own,
            }),
        }
    }
}
