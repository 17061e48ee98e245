//! A module, its line, and the server that it reaches.

use std::fmt;

use qftp::dialect::Dialect;
use qftp::emulator::{Emulator, EmulatorOptions};
use qftp::module::{Quirk, Quirks};
use qftp_test::servers::Kind;

use crate::line::{Carrier, Timing};

/// Where a program runs.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Place {
    pub(crate) dialect: &'static Dialect,
    pub(crate) carrier: Carrier,
    pub(crate) timing: Timing,
    pub(crate) quirk: Option<Quirk>,
    /// The module is switched on, and says so.
    pub(crate) banner: bool,
    /// All that takes time takes so many times more.
    pub(crate) slower: u32,
    pub(crate) server: Kind,
}

impl Place {
    /// Lists places that differ from this one: every line with every timing, each timing with another server.
    pub(crate) fn all(&self) -> Vec<Place> {
        let timings = Timing::ALL.into_iter().zip(Kind::ALL);
        let places = timings.flat_map(|(timing, server)| {
            Carrier::ALL.map(|carrier| Place {
                carrier,
                timing,
                server,
                ..*self
            })
        });
        places.collect()
    }

    /// Starts the module.
    pub(crate) fn start(&self) -> Emulator {
        let mut options = EmulatorOptions::new(self.dialect);
        options.quirks = self.quirk.into_iter().fold(Quirks::MANUAL, Quirks::with);
        options.banner = self.banner;
        self.timing.set(&mut options, self.slower);
        self.carrier.start(options)
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{}, {:?}, {:?}, {:?}, {:?}",
            self.dialect.name, self.carrier, self.timing, self.quirk, self.server
        )
    }
}
