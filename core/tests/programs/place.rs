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
    pub(crate) server: Kind,
}

impl Place {
    /// Lists every line with every timing, each timing with another server.
    pub(crate) fn all(dialect: &'static Dialect, banner: bool) -> Vec<Place> {
        let timings = Timing::ALL.into_iter().zip(Kind::ALL);
        let places = timings.flat_map(|(timing, server)| {
            Carrier::ALL.map(|carrier| Place {
                dialect,
                carrier,
                timing,
                quirk: None,
                banner,
                server,
            })
        });
        places.collect()
    }

    /// Starts the module.
    pub(crate) fn start(&self) -> Emulator {
        let mut options = EmulatorOptions::new(self.dialect);
        options.quirks = self.quirk.into_iter().fold(Quirks::MANUAL, Quirks::with);
        options.banner = self.banner;
        self.timing.set(&mut options);
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
