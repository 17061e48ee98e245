//! `--latency`, `--baud` and `--seed`: the time that an emulated module takes.

use std::num::NonZeroU32;

use clap::Args;
use qftp::emulator::EmulatorOptions;

use crate::problem::Problem;

/// Holds the times of an emulator.
#[derive(Args)]
pub(crate) struct Timing {
    /// Delays of what the module says: response=20..80ms,urc=40ms,+QFTPOPEN=1.5s; a time alone is both
    #[arg(long, value_name = "TIMES")]
    latency: Option<String>,
    /// Speed of the line in bits per second, 10 bits a byte; by default as fast as it carries
    #[arg(long, value_name = "RATE", value_parser = rate)]
    baud: Option<NonZeroU32>,
    /// Start of the random numbers of --latency and --fault; the same seed gives the same ones
    #[arg(long, value_name = "N", value_parser = seed)]
    pub(crate) seed: Option<u64>,
}

impl Timing {
    /// Changes what the user named; the rest stays as modules of the dialect have it.
    pub(crate) fn apply(&self, options: &mut EmulatorOptions) -> Result<(), Problem> {
        if let Some(text) = &self.latency {
            let latency = options.latency.clone().with_text(text);
            options.latency =
                latency.map_err(|error| Problem::usage(format!("--latency: {error}")))?;
        }
        if let Some(seed) = self.seed {
            options.latency.seed = seed;
        }
        options.baud = self.baud.map(NonZeroU32::get);
        Ok(())
    }
}

/// Parses a speed.
fn rate(text: &str) -> Result<NonZeroU32, String> {
    let rate = text.parse();
    rate.map_err(|_| "give bits per second, as 115200".into())
}

/// Parses a seed.
fn seed(text: &str) -> Result<u64, String> {
    let seed = text.parse();
    seed.map_err(|_| format!("give a number, 0 to {}", u64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;
    use qftp::dialect;

    #[test]
    fn what_is_not_named_stays_as_modules_have_it() {
        for dialect in dialect::ALL {
            let timing = Timing {
                latency: Some("response=1ms".into()),
                baud: NonZeroU32::new(9600),
                seed: Some(7),
            };
            let mut options = EmulatorOptions::new(dialect);
            let urc = options.latency.urc.clone();
            timing.apply(&mut options).expect("options");
            assert_eq!(options.latency.urc, urc);
            assert_eq!(options.latency.response.to_string(), "1ms");
            assert_eq!((options.latency.seed, options.baud), (7, Some(9600)));
        }
    }

    #[test]
    fn limits() {
        assert!(rate("1").is_ok() && rate("4294967295").is_ok());
        for wrong in ["0", "-1", "4294967296", "fast", ""] {
            assert!(rate(wrong).is_err(), "{wrong}");
        }
        assert!(seed("0").is_ok() && seed("18446744073709551615").is_ok());
        for wrong in ["-1", "18446744073709551616", "x", ""] {
            assert!(seed(wrong).is_err(), "{wrong}");
        }
    }
}
